//! Matchers of routes and inhibition rules.

use std::fmt;

use regex::Regex;

use crate::series::Labels;

/// One condition on one label; an absent label counts as an empty value.
#[derive(Debug, Clone)]
pub(super) struct Matcher {
    label: String,
    operator: Operator,
    value: String,
    /// The value as an anchored expression, for the two operators that ask for one.
    pattern: Option<Regex>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Matches,
    MatchesNot,
}

impl Operator {
    /// Longest first: `=~` must not be read as `=`.
    const ALL: [(&str, Self); 4] =
        [("=~", Self::Matches), ("!~", Self::MatchesNot), ("!=", Self::NotEqual), ("=", Self::Equal)];
}

impl Matcher {
    /// `label: value` of the old `match`.
    pub(super) fn equal(label: &str, value: &str) -> Self {
        Self { label: label.to_string(), operator: Operator::Equal, value: value.to_string(), pattern: None }
    }

    /// `label: expression` of the old `match_re`.
    pub(super) fn matches_pattern(label: &str, value: &str) -> Result<Self, String> {
        Self::new(label, Operator::Matches, value.to_string())
    }

    fn new(label: &str, operator: Operator, value: String) -> Result<Self, String> {
        let pattern = match operator {
            Operator::Equal | Operator::NotEqual => None,
            Operator::Matches | Operator::MatchesNot => Some(
                Regex::new(&format!("^(?:{value})$"))
                    .map_err(|error| format!("bad regular expression {value:?}: {error}"))?,
            ),
        };
        Ok(Self { label: label.to_string(), operator, value, pattern })
    }

    /// Reads one entry of `matchers`: `severity="page"`, `team=~"a|b"`, or several, `{a="b", c!="d"}`.
    pub(super) fn parse_list(text: &str) -> Result<Vec<Self>, String> {
        let refuse = |cause: &str| format!("bad matcher {text:?}: {cause}");
        let mut rest = text.trim();
        if let Some(inner) = rest.strip_prefix('{') {
            rest = inner.strip_suffix('}').ok_or_else(|| refuse("`{` without `}`"))?.trim();
        }
        let mut matchers = Vec::new();
        while !rest.is_empty() {
            let at = rest.find(['=', '!']).ok_or_else(|| refuse("it needs one of = != =~ !~"))?;
            let label = rest[..at].trim().trim_matches('"');
            if label.is_empty() {
                return Err(refuse("the label's name is missing"));
            }
            let (sign, operator) = Operator::ALL
                .into_iter()
                .find(|(sign, _)| rest[at..].starts_with(sign))
                .ok_or_else(|| refuse("it needs one of = != =~ !~"))?;
            let (value, tail) =
                read_value(rest[at + sign.len()..].trim_start()).map_err(|cause| refuse(&cause))?;
            matchers.push(Self::new(label, operator, value).map_err(|cause| refuse(&cause))?);
            let tail = tail.trim_start();
            rest = match tail.strip_prefix(',') {
                Some(next) => next.trim_start(),
                None if tail.is_empty() => tail,
                None => return Err(refuse("after a value only a comma may follow")),
            };
        }
        Ok(matchers)
    }

    /// Whether these labels satisfy the condition.
    pub(super) fn matches(&self, labels: &Labels) -> bool {
        let value = labels.get(&self.label).unwrap_or_default();
        let fits_pattern = || self.pattern.as_ref().is_some_and(|pattern| pattern.is_match(value));
        match self.operator {
            Operator::Equal => value == self.value,
            Operator::NotEqual => value != self.value,
            Operator::Matches => fits_pattern(),
            Operator::MatchesNot => !fits_pattern(),
        }
    }
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

impl fmt::Display for Matcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = Operator::ALL.iter().find(|(_, own)| *own == self.operator).map_or("=", |(sign, _)| *sign);
        write!(f, "{}{sign}{:?}", self.label, self.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(text: &str, labels: &[(&str, &str)]) -> bool {
        let labels: Labels = labels.iter().copied().collect();
        Matcher::parse_list(text).expect(text).iter().all(|matcher| matcher.matches(&labels))
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
            let error = Matcher::parse_list(text).expect_err(text);
            assert!(error.contains(cause), "{text}: {error}");
        }
    }
}
