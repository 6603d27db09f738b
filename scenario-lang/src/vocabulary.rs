//! The words that the language takes from its users: faults, load shapes and checks.
//!
//! A [`Spec`] stands beside the implementation of what it names, and the same row gives the parser its
//! keyword, the diagnostics their suggestions and `sim explain` its text.
//!
//! # Forms
//! A form is a sentence with slots: `ramp [{from:rate}] to {to:rate} over {over:duration}`. Plain words and
//! commas stand for themselves, `{name:kind}` is a slot, `[…]` may be left out, and `[name: with error]` is an
//! optional group whose presence is noted under `name`. Alternatives are several forms of one row; the parser
//! takes the first form that reads the whole statement.
//!
//! After a statement of a `fault` the language itself reads `for 20% of requests`, see [`crate::plan::Action::share`].

use crate::quantity::Value;

/// What one row of the vocabulary says.
#[derive(Debug, Clone, Copy)]
pub struct Spec {
    /// The word that opens the statement; every form begins with it.
    pub keyword: &'static str,
    /// The sentences it may open, see the module's text.
    pub forms: &'static [&'static str],
    /// What it does, in a sentence or two.
    pub doc: &'static str,
    /// A statement that uses it, complete and valid.
    pub example: &'static str,
}

/// What a slot of a form accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A [`Value::Duration`].
    Duration,
    /// A [`Value::Rate`].
    Rate,
    /// A [`Value::Ratio`].
    Ratio,
    /// A [`Value::Size`].
    Size,
    /// A [`Value::Money`].
    Money,
    /// A [`Value::Number`].
    Number,
    /// A [`Value::Count`].
    Count,
    /// A [`Value::Status`].
    Status,
    /// A [`Value::Distribution`].
    Distribution,
    /// A [`Value::Quantile`].
    Quantile,
    /// A [`Value::Comparison`].
    Comparison,
    /// A [`Value::When`].
    When,
    /// A [`Value::Text`], in backticks.
    Text,
    /// The name of a service.
    Service,
    /// The name of a service or a database.
    Node,
    /// The name of an alert of the rule files.
    Alert,
    /// The name of a receiver of the routes.
    Receiver,
    /// The name of an `slo`.
    Slo,
    /// The name of a fault.
    Fault,
    /// Any name.
    Name,
}

/// Everything that the parser takes from outside.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    /// What a `fault` block may do.
    pub faults: Vec<Spec>,
    /// What shapes the load of an open model (`hold`, `ramp`).
    pub open_shapes: Vec<Spec>,
    /// What shapes the load of a closed model (`users`).
    pub closed_shapes: Vec<Spec>,
    /// What an `expect` block may say.
    pub checks: Vec<Spec>,
}

/// A statement read by one of the forms: the keyword and the values of its slots, in the order written.
#[derive(Debug, Clone, PartialEq)]
pub struct Phrase {
    /// The statement as written, on one line with single blanks.
    pub text: String,
    /// The row's keyword.
    pub keyword: String,
    /// Which of the row's forms it was.
    pub form: usize,
    /// Slot names and values.
    pub values: Vec<(String, Value)>,
}

impl Phrase {
    /// The value of a slot, if it was written.
    pub fn get(&self, slot: &str) -> Option<&Value> {
        self.values.iter().find(|(name, _)| name == slot).map(|(_, value)| value)
    }

    /// Whether an optional group was written.
    pub fn has(&self, slot: &str) -> bool {
        self.get(slot).is_some()
    }
}

/// A typed reader of slots: `phrase.duration("over")`.
macro_rules! readers {
    ($($(#[$doc:meta])* $name:ident: $variant:ident -> $type:ty;)*) => {
        impl Phrase {
            $($(#[$doc])*
            pub fn $name(&self, slot: &str) -> Option<$type> {
                match self.get(slot) {
                    Some(Value::$variant(value)) => Some(value.clone()),
                    _ => None,
                }
            })*
        }
    };
}

readers! {
    /// The slot's duration.
    duration: Duration -> std::time::Duration;
    /// The slot's rate, per second.
    rate: Rate -> f64;
    /// The slot's ratio, 0 to 1.
    ratio: Ratio -> f64;
    /// The slot's whole number.
    count: Count -> u64;
    /// The slot's HTTP status.
    status: Status -> u16;
    /// The slot's distribution.
    distribution: Distribution -> crate::quantity::Distribution;
    /// The slot's quantile, 0 to 1.
    quantile: Quantile -> f64;
    /// The slot's comparison.
    comparison: Comparison -> crate::quantity::Comparison;
    /// The slot's part of the run.
    when: When -> crate::quantity::When;
    /// The slot's backticked text.
    text: Text -> String;
    /// The slot's name.
    name: Name -> String;
}

impl Vocabulary {
    /// Proves that every form is well made and begins with its keyword.
    ///
    /// # Errors
    /// What is wrong with the first one that is not. For the tests of whoever adds a row.
    pub fn verify(&self) -> Result<(), String> {
        let specs = [&self.faults, &self.open_shapes, &self.closed_shapes, &self.checks];
        for spec in specs.into_iter().flatten() {
            for form in spec.forms {
                match crate::form::compile(form)?.first() {
                    Some(crate::form::Piece::Word(word)) if *word == spec.keyword => {}
                    _ => return Err(format!("form `{form}` does not begin with `{}`", spec.keyword)),
                }
            }
        }
        Ok(())
    }
}
