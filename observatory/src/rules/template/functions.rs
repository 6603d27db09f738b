//! The functions of templates: Go's own and Prometheus'.

use std::cmp::Ordering;

use regex::Regex;

use super::format::{general, printf};
use super::value::Value;
use crate::duration::Millis;

type Function = fn(&[Value]) -> Result<Value, String>;

/// Every function, by name.
const FUNCTIONS: [(&str, Function); 30] = [
    ("and", |a| Ok(first_where(a, |value| !value.is_true()))),
    ("or", |a| Ok(first_where(a, Value::is_true))),
    ("not", |a| Ok(Value::Bool(!one(a)?.is_true()))),
    ("eq", |a| compare(a, |ordering| ordering == Some(Ordering::Equal))),
    ("ne", |a| compare(a, |ordering| ordering != Some(Ordering::Equal))),
    ("lt", |a| compare(a, |ordering| ordering == Some(Ordering::Less))),
    ("le", |a| compare(a, |ordering| matches!(ordering, Some(Ordering::Less | Ordering::Equal)))),
    ("gt", |a| compare(a, |ordering| ordering == Some(Ordering::Greater))),
    ("ge", |a| compare(a, |ordering| matches!(ordering, Some(Ordering::Greater | Ordering::Equal)))),
    ("len", length),
    ("index", |a| {
        let [map, key] = two(a)?;
        map.field(&key.to_string())
    }),
    ("print", |a| Ok(Value::Text(a.iter().map(Value::to_string).collect()))),
    ("println", |a| {
        let words: Vec<String> = a.iter().map(Value::to_string).collect();
        Ok(Value::Text(words.join(" ") + "\n"))
    }),
    ("printf", |a| match a.split_first() {
        Some((Value::Text(pattern), rest)) => Ok(Value::Text(printf(pattern, rest))),
        _ => Err("the first argument must be a format".to_string()),
    }),
    ("humanize", |a| number(a, humanize)),
    ("humanize1024", |a| number(a, humanize1024)),
    ("humanizeDuration", |a| number(a, humanize_duration)),
    ("humanizePercentage", |a| number(a, |value| format!("{}%", general(value * 100.0, Some(4))))),
    ("title", |a| text(a, title)),
    ("toUpper", |a| text(a, |text| text.to_uppercase())),
    ("toLower", |a| text(a, |text| text.to_lowercase())),
    ("safeHtml", |a| text(a, str::to_string)),
    ("stripPort", |a| text(a, |text| text.rsplit_once(':').map_or(text, |(host, _)| host).to_string())),
    ("stripDomain", |a| text(a, |text| text.split('.').next().unwrap_or(text).to_string())),
    ("match", |a| {
        let [pattern, text] = two(a)?;
        Ok(Value::Bool(regex(pattern)?.is_match(&text.to_string())))
    }),
    ("reReplaceAll", |a| {
        let [pattern, replacement, text] = a else {
            return Err(format!("wrong number of args: want 3 got {}", a.len()));
        };
        let replacement = replacement.to_string();
        Ok(Value::Text(regex(pattern)?.replace_all(&text.to_string(), &*replacement).into_owned()))
    }),
    ("parseDuration", |a| {
        let millis = Millis::try_from(one(a)?.to_string())?;
        Ok(Value::Float(millis.0 as f64 / 1000.0))
    }),
    ("externalURL", |_| Ok(Value::Text(String::new()))),
    ("pathPrefix", |_| Ok(Value::Text(String::new()))),
    ("urlquery", |a| text(a, url_query)),
];

/// Functions of Prometheus that need a running server, its address or a calendar.
const UNSUPPORTED: [&str; 16] = [
    "query",
    "first",
    "label",
    "value",
    "strvalue",
    "sortByLabel",
    "args",
    "graphLink",
    "tableLink",
    "humanizeTimestamp",
    "toTime",
    "toDuration",
    "now",
    "tmpl",
    "html",
    "js",
];

/// Whether Prometheus knows a function of this name.
pub(super) fn exists(name: &str) -> bool {
    UNSUPPORTED.contains(&name) || FUNCTIONS.iter().any(|(own, _)| *own == name)
}

/// Calls a function.
pub(super) fn call(name: &str, arguments: &[Value]) -> Result<Value, String> {
    match FUNCTIONS.iter().find(|(own, _)| *own == name) {
        Some((_, function)) => function(arguments),
        None => Err(format!("{name} is not supported in a simulation")),
    }
}

fn one(arguments: &[Value]) -> Result<&Value, String> {
    match arguments {
        [value] => Ok(value),
        other => Err(format!("wrong number of args: want 1 got {}", other.len())),
    }
}

fn two(arguments: &[Value]) -> Result<[&Value; 2], String> {
    match arguments {
        [first, second] => Ok([first, second]),
        other => Err(format!("wrong number of args: want 2 got {}", other.len())),
    }
}

fn number(arguments: &[Value], show: impl Fn(f64) -> String) -> Result<Value, String> {
    Ok(Value::Text(show(one(arguments)?.number()?)))
}

fn text(arguments: &[Value], change: impl Fn(&str) -> String) -> Result<Value, String> {
    match one(arguments)? {
        Value::Text(text) => Ok(Value::Text(change(text))),
        other => Err(format!("wrong type for value; expected string; got {}", other.type_name())),
    }
}

fn first_where(arguments: &[Value], wanted: impl Fn(&Value) -> bool) -> Value {
    arguments.iter().find(|value| wanted(value)).or(arguments.last()).cloned().unwrap_or(Value::Nil)
}

/// Go compares only values of the same kind: a float with a whole number is an error.
fn compare(arguments: &[Value], holds: impl Fn(Option<Ordering>) -> bool) -> Result<Value, String> {
    let ordering = match two(arguments)? {
        [Value::Int(a), Value::Int(b)] => a.partial_cmp(b),
        [Value::Float(a), Value::Float(b)] => a.partial_cmp(b),
        [Value::Text(a), Value::Text(b)] => a.partial_cmp(b),
        [Value::Bool(a), Value::Bool(b)] => a.partial_cmp(b),
        _ => return Err("incompatible types for comparison".to_string()),
    };
    Ok(Value::Bool(holds(ordering)))
}

fn length(arguments: &[Value]) -> Result<Value, String> {
    match one(arguments)? {
        Value::Text(text) => Ok(Value::Int(text.len() as i64)),
        Value::Labels(labels) => Ok(Value::Int(labels.len() as i64)),
        other => Err(format!("len of type {}", other.type_name())),
    }
}

fn regex(pattern: &Value) -> Result<Regex, String> {
    Regex::new(&pattern.to_string()).map_err(|error| error.to_string())
}

/// Divides by `base` (or multiplies, below 1) until few digits remain; the prefix says how often.
fn scaled(mut value: f64, base: f64, prefixes: [&'static str; 8], up: bool) -> (f64, &'static str) {
    let mut prefix = "";
    for next in prefixes {
        if if up { value.abs() < base } else { value.abs() >= 1.0 } {
            break;
        }
        prefix = next;
        value = if up { value / base } else { value * base };
    }
    (value, prefix)
}

const LARGE: [&str; 8] = ["k", "M", "G", "T", "P", "E", "Z", "Y"];
const SMALL: [&str; 8] = ["m", "u", "n", "p", "f", "a", "z", "y"];

fn humanize(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return general(value, Some(4));
    }
    let up = value.abs() >= 1.0;
    let (value, prefix) = scaled(value, 1000.0, if up { LARGE } else { SMALL }, up);
    general(value, Some(4)) + prefix
}

fn humanize1024(value: f64) -> String {
    if value.abs() <= 1.0 || !value.is_finite() {
        return general(value, Some(4));
    }
    let prefixes = ["ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi"];
    let (value, prefix) = scaled(value, 1024.0, prefixes, true);
    general(value, Some(4)) + prefix
}

fn humanize_duration(seconds: f64) -> String {
    if !seconds.is_finite() {
        return general(seconds, Some(4));
    }
    if seconds.abs() < 1.0 {
        let (value, prefix) = if seconds == 0.0 { (0.0, "") } else { scaled(seconds, 1000.0, SMALL, false) };
        return format!("{}{prefix}s", general(value, Some(4)));
    }
    let sign = if seconds < 0.0 { "-" } else { "" };
    let whole = seconds.abs() as i64;
    let (d, h, m, s) = (whole / 86_400, whole / 3600 % 24, whole / 60 % 60, whole % 60);
    match (d, h, m) {
        (0, 0, 0) => format!("{sign}{}s", general(seconds.abs(), Some(4))),
        (0, 0, _) => format!("{sign}{m}m {s}s"),
        (0, _, _) => format!("{sign}{h}h {m}m {s}s"),
        _ => format!("{sign}{d}d {h}h {m}m {s}s"),
    }
}

fn title(text: &str) -> String {
    let mut start = true;
    let upper = |c: char, start: &mut bool| {
        let first = std::mem::replace(start, !(c.is_alphanumeric() || c == '_' || c == '\''));
        if first { c.to_uppercase().collect::<String>() } else { c.to_string() }
    };
    text.chars().map(|c| upper(c, &mut start)).collect()
}

fn url_query(text: &str) -> String {
    let escape = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => (byte as char).to_string(),
        b' ' => "+".to_string(),
        other => format!("%{other:02X}"),
    };
    text.bytes().map(escape).collect()
}
