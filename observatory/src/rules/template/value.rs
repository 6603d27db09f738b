//! What flows through a template.

use std::collections::BTreeMap;
use std::fmt;

use super::format;

/// A value. Numbers keep the difference between whole and not, which Go's comparisons and `printf` show.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Nil,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    /// A label set: absent labels are empty.
    Labels(BTreeMap<String, String>),
    /// The root: absent fields are errors.
    Data(BTreeMap<&'static str, Value>),
}

impl Value {
    /// `.name` of this value.
    pub(super) fn field(&self, name: &str) -> Result<Self, String> {
        match self {
            Self::Labels(labels) => Ok(Self::Text(labels.get(name).cloned().unwrap_or_default())),
            Self::Data(fields) => {
                fields.get(name).cloned().ok_or_else(|| format!("can't evaluate field {name}"))
            }
            other => Err(format!("can't evaluate field {name} in type {}", other.type_name())),
        }
    }

    /// Whether `if` takes it as true: neither zero nor empty.
    pub(super) fn is_true(&self) -> bool {
        match self {
            Self::Nil => false,
            Self::Bool(value) => *value,
            Self::Int(value) => *value != 0,
            Self::Float(value) => *value != 0.0,
            Self::Text(text) => !text.is_empty(),
            Self::Labels(labels) => !labels.is_empty(),
            Self::Data(_) => true,
        }
    }

    /// As a number, as Prometheus' functions take it: text is read.
    pub(super) fn number(&self) -> Result<f64, String> {
        match self {
            Self::Int(value) => Ok(*value as f64),
            Self::Float(value) => Ok(*value),
            Self::Text(text) => {
                text.parse().map_err(|_| format!("strconv.ParseFloat: parsing {text:?}: invalid syntax"))
            }
            other => Err(format!("can't convert {} to float", other.type_name())),
        }
    }

    /// As Go names its type in messages.
    pub(super) fn type_name(&self) -> &'static str {
        match self {
            Self::Nil => "<nil>",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Float(_) => "float64",
            Self::Text(_) => "string",
            Self::Labels(_) => "map[string]string",
            Self::Data(_) => "struct",
        }
    }
}

impl fmt::Display for Value {
    /// As Go's `%v`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nil => f.write_str("<nil>"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Int(value) => write!(f, "{value}"),
            Self::Float(value) => f.write_str(&format::general(*value, None)),
            Self::Text(text) => f.write_str(text),
            Self::Labels(labels) => {
                let pairs: Vec<String> =
                    labels.iter().map(|(name, value)| format!("{name}:{value}")).collect();
                write!(f, "map[{}]", pairs.join(" "))
            }
            Self::Data(_) => f.write_str("{}"),
        }
    }
}
