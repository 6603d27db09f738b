//! Values of attributes and bodies, which may be of any type, as text.

use std::fmt::Write;

use opentelemetry_proto::tonic::common::v1::{AnyValue, any_value::Value};
use serde_json::{Value as Json, json};

/// The longest text that is kept, in bytes; of a longer one, the beginning.
const MAX_TEXT: usize = 4096;

/// A value as text: a string as it is, bytes in hexadecimal, lists and maps as JSON.
pub(super) fn text(value: Option<AnyValue>) -> String {
    match value.and_then(|value| value.value) {
        None => String::new(),
        Some(Value::StringValue(text)) => bounded(text),
        Some(Value::BytesValue(bytes)) => bounded(hexadecimal(&bytes)),
        Some(Value::BoolValue(value)) => value.to_string(),
        Some(Value::IntValue(value)) => value.to_string(),
        Some(Value::DoubleValue(value)) => value.to_string(),
        Some(other) => bounded(json(other).to_string()),
    }
}

/// At most the beginning of a text, whole characters.
pub(super) fn bounded(mut text: String) -> String {
    text.truncate(text.floor_char_boundary(MAX_TEXT));
    text
}

/// How deep it goes is bounded by whoever read the message.
fn json(value: Value) -> Json {
    let inner = |value: Option<AnyValue>| value.and_then(|value| value.value).map_or(Json::Null, json);
    match value {
        Value::StringValue(text) => text.into(),
        Value::BoolValue(value) => value.into(),
        Value::IntValue(value) => value.into(),
        Value::DoubleValue(value) => json!(value),
        Value::ArrayValue(list) => list.values.into_iter().map(|value| inner(Some(value))).collect(),
        Value::KvlistValue(map) => map.values.into_iter().map(|pair| (pair.key, inner(pair.value))).collect(),
        Value::BytesValue(bytes) => hexadecimal(&bytes).into(),
        // An index into a table that only profiles have.
        Value::StringValueStrindex(_) => Json::Null,
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().take(MAX_TEXT / 2).fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string never fails");
        text
    })
}
