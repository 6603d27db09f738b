//! Forms, compiled: see [`crate::vocabulary`] for how they are written.

use crate::vocabulary::Kind;

/// A piece of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// A plain word.
    Word(&'static str),
    /// `,`.
    Comma,
    /// `{name:kind}`.
    Slot(&'static str, Kind),
    /// `[…]`, or `[name: …]` which notes its presence.
    Optional(Option<&'static str>, Vec<Self>),
}

/// How kinds are written in forms.
const KINDS: &[(&str, Kind)] = &[
    ("duration", Kind::Duration),
    ("rate", Kind::Rate),
    ("ratio", Kind::Ratio),
    ("size", Kind::Size),
    ("money", Kind::Money),
    ("number", Kind::Number),
    ("count", Kind::Count),
    ("status", Kind::Status),
    ("distribution", Kind::Distribution),
    ("quantile", Kind::Quantile),
    ("comparison", Kind::Comparison),
    ("when", Kind::When),
    ("text", Kind::Text),
    ("service", Kind::Service),
    ("node", Kind::Node),
    ("alert", Kind::Alert),
    ("receiver", Kind::Receiver),
    ("slo", Kind::Slo),
    ("fault", Kind::Fault),
    ("name", Kind::Name),
];

/// The pieces of a form, or what is wrong with it.
pub(crate) fn compile(form: &'static str) -> Result<Vec<Piece>, String> {
    let mut rest = form;
    let pieces = sequence(&mut rest).map_err(|wrong| format!("form `{form}`: {wrong}"))?;
    if rest.is_empty() { Ok(pieces) } else { Err(format!("form `{form}`: `]` without `[`")) }
}

fn sequence(rest: &mut &'static str) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    loop {
        *rest = rest.trim_start();
        match rest.chars().next() {
            None | Some(']') => return Ok(pieces),
            Some(',') => {
                *rest = &rest[1..];
                pieces.push(Piece::Comma);
            }
            Some('{') => pieces.push(slot(rest)?),
            Some('[') => pieces.push(optional(rest)?),
            Some(_) => match word(rest) {
                "" => return Err(format!("`{rest}` is neither a word nor a slot")),
                word => pieces.push(Piece::Word(word)),
            },
        }
    }
}

fn slot(rest: &mut &'static str) -> Result<Piece, String> {
    let (inner, after) = rest[1..].split_once('}').ok_or("`{` without `}`")?;
    let (name, kind) = inner.split_once(':').ok_or("a slot is written `{name:kind}`")?;
    let (_, kind) =
        KINDS.iter().find(|(word, _)| *word == kind).ok_or_else(|| format!("no kind `{kind}`"))?;
    *rest = after;
    Ok(Piece::Slot(name, *kind))
}

fn optional(rest: &mut &'static str) -> Result<Piece, String> {
    *rest = &rest[1..];
    let mut after = *rest;
    let flag = word(&mut after);
    let flag = after.strip_prefix(':').map(|inner| {
        *rest = inner;
        flag
    });
    let pieces = sequence(rest)?;
    *rest = rest.strip_prefix(']').ok_or("`[` without `]`")?;
    Ok(Piece::Optional(flag, pieces))
}

/// Takes a plain word off the text.
fn word(rest: &mut &'static str) -> &'static str {
    let end = rest.find(|char: char| !(char.is_ascii_alphanumeric() || char == '-' || char == '_'));
    let (word, after) = rest.split_at(end.unwrap_or(rest.len()));
    *rest = after;
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_slots_groups_and_flags() {
        let pieces = compile("ramp [{from:rate}] to {to:rate}, [error: with error]").unwrap();
        let expected = vec![
            Piece::Word("ramp"),
            Piece::Optional(None, vec![Piece::Slot("from", Kind::Rate)]),
            Piece::Word("to"),
            Piece::Slot("to", Kind::Rate),
            Piece::Comma,
            Piece::Optional(Some("error"), vec![Piece::Word("with"), Piece::Word("error")]),
        ];
        assert_eq!(pieces, expected);
    }

    #[test]
    fn says_what_is_wrong() {
        for (form, wrong) in [
            ("a {b}", "a slot is written"),
            ("a {b:colour}", "no kind `colour`"),
            ("a [b", "`[` without `]`"),
            ("a ] b", "`]` without `[`"),
            ("a {b", "`{` without `}`"),
            ("a . b", "neither a word nor a slot"),
        ] {
            let message = compile(form).unwrap_err();
            assert!(message.contains(wrong), "{message}");
        }
    }
}
