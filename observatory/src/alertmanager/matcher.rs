//! Matchers of routes and inhibition rules, as they are written.

use crate::series::{MatchOp, Matcher};

/// Longest first: `=~` must not be read as `=`.
const SIGNS: [(&str, MatchOp); 4] =
    [("=~", MatchOp::Regex), ("!~", MatchOp::NotRegex), ("!=", MatchOp::NotEqual), ("=", MatchOp::Equal)];

/// A condition on one label.
pub(super) fn matcher(label: &str, op: MatchOp, value: &str) -> Result<Matcher, String> {
    Matcher::new(label, op, value).map_err(|error| format!("bad regular expression {value:?}: {error}"))
}

/// Reads one entry of `matchers`: `severity="page"`, `team=~"a|b"`, or several, `{a="b", c!="d"}`.
pub(super) fn parse_list(text: &str) -> Result<Vec<Matcher>, String> {
    let refuse = |cause: &str| format!("bad matcher {text:?}: {cause}");
    let mut rest = text.trim();
    if let Some(inner) = rest.strip_prefix('{') {
        rest = inner.strip_suffix('}').ok_or_else(|| refuse("`{` without `}`"))?.trim();
    }
    let mut matchers = Vec::new();
    while !rest.is_empty() {
        let at = rest.find(['=', '!']).unwrap_or(rest.len());
        let (sign, op) = SIGNS
            .into_iter()
            .find(|(sign, _)| rest[at..].starts_with(sign))
            .ok_or_else(|| refuse("it needs one of = != =~ !~"))?;
        let label = rest[..at].trim().trim_matches('"');
        if label.is_empty() {
            return Err(refuse("the label's name is missing"));
        }
        let (value, tail) =
            read_value(rest[at + sign.len()..].trim_start()).map_err(|cause| refuse(&cause))?;
        matchers.push(matcher(label, op, &value).map_err(|cause| refuse(&cause))?);
        let tail = tail.trim_start();
        rest = match tail.strip_prefix(',') {
            Some(next) => next.trim_start(),
            None if tail.is_empty() => tail,
            None => return Err(refuse("after a value only a comma may follow")),
        };
    }
    Ok(matchers)
}

/// A quoted value with its escapes undone, or a bare one up to the next comma; and what follows it.
fn read_value(text: &str) -> Result<(String, &str), String> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(',').unwrap_or(text.len());
        return Ok((text[..end].trim_end().to_string(), &text[end..]));
    };
    let mut value = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Ok((value, &quoted[at + 1..])),
            '\\' => match chars.next() {
                Some((_, 'n')) => value.push('\n'),
                Some((_, c @ ('"' | '\\'))) => value.push(c),
                // A regular expression's own escape, such as `\.`, stays as it is.
                Some((_, c)) => value.extend(['\\', c]),
                None => break,
            },
            c => value.push(c),
        }
    }
    Err("the closing quote is missing".to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::series::Labels;

    fn holds(text: &str, labels: &[(&str, &str)]) -> bool {
        let labels: Labels = labels.iter().copied().collect();
        parse_list(text).expect(text).iter().all(|matcher| matcher.matches_labels(&labels))
    }

    #[test]
    fn matches_as_alertmanager_does() {
        let page = [("severity", "page"), ("team", "shop")];
        for text in [
            "severity=\"page\"",
            "severity = page",
            "severity=~\"pa.*|warn\"",
            "{severity=page, team!=\"x\"}",
            "region=\"\"",
        ] {
            assert!(holds(text, &page), "{text}");
        }
        for text in [
            "severity=~\"pag\"",
            "severity!=page",
            "team!~\"sh.p\"",
            "severity=page,team=x",
            "region=~\".+\"",
        ] {
            assert!(!holds(text, &page), "{text}");
        }
        assert!(holds(r#"host="a\"b\\c""#, &[("host", r#"a"b\c"#)]));
        assert!(holds(r#"host=~"a\.b""#, &[("host", "a.b")]));
    }

    #[test]
    fn says_what_is_wrong_with_a_matcher() {
        for (text, cause) in [
            ("severity", "needs one of"),
            ("=\"x\"", "name is missing"),
            ("a=\"x", "closing quote"),
            ("a=~\"(\"", "regular expression"),
            ("a=\"x\" b=\"y\"", "comma"),
            ("{a=\"x\"", "without"),
        ] {
            let error = parse_list(text).expect_err(text);
            assert!(error.contains(cause), "{text}: {error}");
        }
    }
}
