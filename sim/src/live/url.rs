//! The parts of URLs that tools are spoken to with, and their percent-encoding.

/// Where an HTTP API is: `http://127.0.0.1:9090/prometheus`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Base {
    /// Host and port.
    pub(crate) authority: String,
    /// What comes before every path, without a slash at its end.
    pub(crate) prefix: String,
}

impl Base {
    /// Reads a URL.
    ///
    /// # Errors
    /// It is none, or needs TLS or a password.
    pub(crate) fn parse(url: &str) -> Result<Self, String> {
        let wrong = |cause: &str| Err(format!("{url:?} cannot be asked: {cause}"));
        let Some(rest) = url.strip_prefix("http://") else {
            return wrong("write http://HOST:PORT, with a path where there is one; TLS is not supported");
        };
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        if authority.contains('@') {
            return wrong("names and passwords are not supported");
        }
        if rest.contains(['?', '#']) {
            return wrong("it must end with the path");
        }
        let with_port = match authority.rsplit_once(':') {
            Some((host, port)) if !host.is_empty() && port.parse::<u16>().is_ok() => authority.to_owned(),
            None if !authority.is_empty() => format!("{authority}:80"),
            _ => return wrong("its host and port are not of the form HOST:PORT"),
        };
        let path = path.trim_end_matches('/');
        let prefix = if path.is_empty() { String::new() } else { format!("/{path}") };
        Ok(Self { authority: with_port, prefix })
    }
}

/// One segment of a path, or one value of a form, with everything encoded that could mean something else.
pub(crate) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => encoded.push(byte.into()),
            _ => encoded += &format!("%{byte:02X}"),
        }
    }
    encoded
}

/// The inverse of [`encode`]; `+` is a blank where `form` says that it is a form's. None if it is no such text.
pub(crate) fn decode(text: &str, form: bool) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digits = [rest.next()?, rest.next()?];
                let digit = |byte: u8| char::from(byte).to_digit(16);
                u8::try_from(digit(digits[0])? * 16 + digit(digits[1])?).ok()?
            }
            b'+' if form => b' ',
            _ => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

/// `a=1&b=x%20y`.
pub(crate) fn form(fields: &[(&str, &str)]) -> String {
    let pairs = fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value)));
    pairs.collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_is_decoded_again() {
        let text = "sum(rate(x{a=\"b&c\"}[5m])) + 1 % ü /\n";
        let encoded = encode(text);
        assert!(
            encoded.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~%".contains(&byte)),
            "{encoded}"
        );
        assert_eq!(decode(&encoded, false).as_deref(), Some(text));
        assert_eq!(decode(&encoded, true).as_deref(), Some(text));
        assert_eq!(decode("a+b", true).as_deref(), Some("a b"));
        assert_eq!([decode("%4", false), decode("%zz", false), decode("%ff", false)], [None, None, None]);
    }

    #[test]
    fn bases_have_a_port_and_no_slash_at_the_end() {
        let base = |url| Base::parse(url).map(|base| (base.authority, base.prefix));
        assert_eq!(base("http://127.0.0.1:9090"), Ok(("127.0.0.1:9090".to_owned(), String::new())));
        assert_eq!(base("http://localhost/prom/"), Ok(("localhost:80".to_owned(), "/prom".to_owned())));
        assert_eq!(base("http://[::1]:9090/"), Ok(("[::1]:9090".to_owned(), String::new())));
        for wrong in
            ["https://x", "127.0.0.1:9090", "http://:1", "http://x:y", "http://", "http://a@x", "http://x/?q"]
        {
            assert!(base(wrong).unwrap_err().contains(wrong), "{wrong}");
        }
    }
}
