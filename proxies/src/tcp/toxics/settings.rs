//! The values of a toxic's parameters.

use std::fmt;

use serde_json::{Map, Value};

use super::kind::Kind;

/// What the parameters of a toxic are set to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Settings(Vec<(&'static str, Set)>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Set {
    value: u64,
    ns: u64,
}

/// Why attributes cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unfit {
    /// The kind has no such parameter.
    Unknown {
        /// What was given.
        name: String,
        /// What there is.
        known: Vec<&'static str>,
    },
    /// It is no whole number within the parameter's range.
    Value {
        /// The parameter.
        name: &'static str,
        /// What was given.
        value: String,
        /// The least and the greatest that is possible.
        range: (u64, u64),
    },
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { name, known } if known.is_empty() => {
                write!(f, "there is no attribute {name:?}; this toxic has none")
            }
            Self::Unknown { name, known } => {
                write!(f, "there is no attribute {name:?}; there are {}", known.join(", "))
            }
            Self::Value { name, value, range: (least, most) } => {
                write!(f, "attribute {name:?} is {value} and must be a whole number from {least} to {most}")
            }
        }
    }
}

impl std::error::Error for Unfit {}

impl Settings {
    /// The settings that `attributes` change `before` to, or all zeros. As Toxiproxy does, `null` changes nothing.
    pub(crate) fn read(
        kind: &Kind,
        before: Option<&Self>,
        attributes: &Map<String, Value>,
    ) -> Result<Self, Unfit> {
        let known = || kind.parameters.iter().map(|parameter| parameter.name);
        if let Some(name) = attributes.keys().find(|name| known().all(|known| known != *name)) {
            return Err(Unfit::Unknown { name: name.clone(), known: known().collect() });
        }
        let set = |parameter: &super::kind::Parameter| {
            let name = parameter.name;
            let value = match attributes.get(name) {
                None | Some(Value::Null) => Value::from(before.map_or(0, |before| before.get(name))),
                Some(value) => value.clone(),
            };
            let range = (parameter.least, parameter.most);
            let fits = value.as_u64().filter(|value| (range.0..=range.1).contains(value));
            let value = fits.ok_or_else(|| Unfit::Value { name, value: value.to_string(), range })?;
            Ok((name, Set { value, ns: value.saturating_mul(parameter.unit.ns()) }))
        };
        kind.parameters.iter().map(set).collect::<Result<_, _>>().map(Self)
    }

    /// What a parameter is set to; zero if there is none of that name.
    pub(crate) fn get(&self, name: &str) -> u64 {
        self.find(name).map_or(0, |set| set.value)
    }

    /// What a parameter that is a time is set to, in nanoseconds.
    pub(crate) fn ns(&self, name: &str) -> i64 {
        self.find(name).map_or(0, |set| i64::try_from(set.ns).unwrap_or(i64::MAX))
    }

    /// All of them, by name.
    pub(crate) fn attributes(&self) -> Map<String, Value> {
        self.0.iter().map(|(name, set)| ((*name).to_owned(), set.value.into())).collect()
    }

    fn find(&self, name: &str) -> Option<Set> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, set)| *set)
    }
}
