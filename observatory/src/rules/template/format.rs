//! Numbers and `printf` as Go prints them.

use super::value::Value;

/// From which exponent on Go's `%g` without a precision writes one.
const SHORTEST_LIMIT: i32 = 6;

/// Go's `%g`: the fewest digits that tell the number apart, or `precision` significant ones; with an exponent where it
/// is below −4 or reaches the limit.
pub(super) fn general(value: f64, precision: Option<usize>) -> String {
    if let Some(text) = not_finite(value) {
        return text;
    }
    let precision = precision.map(|precision| precision.max(1));
    let scientific = match precision {
        Some(precision) => format!("{:.*e}", precision - 1, value.abs()),
        None => format!("{:e}", value.abs()),
    };
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let digits = match digits.trim_end_matches('0') {
        "" => "0",
        digits => digits,
    };
    let count = digits.len() as i32;
    let limit = match precision.map(|precision| precision as i32) {
        None => SHORTEST_LIMIT,
        Some(limit) if limit > count && count > exponent => count,
        Some(limit) => limit,
    };
    let sign = if value.is_sign_negative() { "-" } else { "" };
    if exponent < -4 || exponent >= limit {
        let (first, rest) = digits.split_at(1);
        let point = if rest.is_empty() { "" } else { "." };
        let exponent_sign = if exponent < 0 { '-' } else { '+' };
        return format!("{sign}{first}{point}{rest}e{exponent_sign}{:02}", exponent.abs());
    }
    let decimals = (count - 1 - exponent).max(0) as usize;
    let rounded: f64 = scientific.parse().unwrap_or(value.abs());
    format!("{sign}{rounded:.decimals$}")
}

fn not_finite(value: f64) -> Option<String> {
    match value {
        _ if value.is_nan() => Some("NaN".to_string()),
        f64::INFINITY => Some("+Inf".to_string()),
        f64::NEG_INFINITY => Some("-Inf".to_string()),
        _ => None,
    }
}

/// Go's `Sprintf`, for the verbs `v s q d f F e g t x` with flags, width and precision.
pub(super) fn printf(pattern: &str, arguments: &[Value]) -> String {
    let mut out = String::new();
    let mut arguments = arguments.iter();
    let mut rest = pattern;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        let directive = &rest[at + 1..];
        let flags_end = directive.find(|c| !"-+ 0#".contains(c)).unwrap_or(directive.len());
        let (flags, directive) = directive.split_at(flags_end);
        let (width, directive) = number(directive);
        let (precision, directive) = match directive.strip_prefix('.') {
            Some(tail) => {
                let (precision, tail) = number(tail);
                (Some(precision.unwrap_or(0)), tail)
            }
            None => (None, directive),
        };
        let Some(verb) = directive.chars().next() else {
            out.push_str("%!(NOVERB)");
            return out;
        };
        rest = &directive[verb.len_utf8()..];
        if verb == '%' {
            out.push('%');
            continue;
        }
        match arguments.next() {
            Some(argument) => out.push_str(&padded(&verb_of(verb, precision, argument, flags), width, flags)),
            None => out.push_str(&format!("%!{verb}(MISSING)")),
        }
    }
    out.push_str(rest);
    let extra: Vec<String> = arguments.map(|value| format!("{}={value}", value.type_name())).collect();
    if !extra.is_empty() {
        out.push_str(&format!("%!(EXTRA {})", extra.join(", ")));
    }
    out
}

fn number(text: &str) -> (Option<usize>, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    // A width is at most three digits: more is a mistake, and must not ask for gigabytes of blanks.
    (text[..end].parse().ok().map(|number: usize| number.min(999)), &text[end..])
}

fn verb_of(verb: char, precision: Option<usize>, argument: &Value, flags: &str) -> String {
    let signed = |text: String| {
        let plus = flags.contains('+') && !text.starts_with(['-', '+', 'N']);
        if plus { format!("+{text}") } else { text }
    };
    match (verb, argument) {
        ('v', Value::Float(value)) | ('g', Value::Float(value)) => signed(general(*value, precision)),
        ('f' | 'F', Value::Float(value)) => {
            signed(not_finite(*value).unwrap_or_else(|| format!("{value:.*}", precision.unwrap_or(6))))
        }
        ('e', Value::Float(value)) => signed(not_finite(*value).unwrap_or_else(|| {
            let text = format!("{value:.*e}", precision.unwrap_or(6));
            let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
            let exponent: i32 = exponent.parse().unwrap_or(0);
            format!("{mantissa}e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs())
        })),
        ('v' | 'd', Value::Int(value)) => signed(value.to_string()),
        ('x', Value::Int(value)) => format!("{value:x}"),
        ('v' | 's', Value::Text(text)) => match precision {
            Some(precision) => text.chars().take(precision).collect(),
            None => text.clone(),
        },
        ('q', Value::Text(text)) => format!("{text:?}"),
        ('v' | 't', Value::Bool(value)) => value.to_string(),
        ('v', other) => other.to_string(),
        (verb, Value::Nil) => format!("%!{verb}(<nil>)"),
        (verb, other) => format!("%!{verb}({}={other})", other.type_name()),
    }
}

fn padded(text: &str, width: Option<usize>, flags: &str) -> String {
    let missing = width.unwrap_or(0).saturating_sub(text.chars().count());
    if flags.contains('-') {
        return format!("{text}{}", " ".repeat(missing));
    }
    if flags.contains('0') && text.ends_with(|c: char| c.is_ascii_digit()) {
        let (sign, digits) = text.split_at(usize::from(text.starts_with(['-', '+'])));
        return format!("{sign}{}{digits}", "0".repeat(missing));
    }
    format!("{}{text}", " ".repeat(missing))
}
