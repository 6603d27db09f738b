//! Label sets: what names a series.

use std::fmt;
use std::sync::{Arc, LazyLock};

/// The label that holds a metric's name.
pub const NAME: &str = "__name__";

/// A set of labels, sorted by name, without empty values. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Labels(Arc<[(Arc<str>, Arc<str>)]>);

/// The empty set, shared, because every aggregation to one value makes it.
static EMPTY: LazyLock<Labels> = LazyLock::new(|| Labels(Arc::new([])));

impl Default for Labels {
    fn default() -> Self {
        EMPTY.clone()
    }
}

impl<N: Into<Arc<str>>, V: Into<Arc<str>>> FromIterator<(N, V)> for Labels {
    /// Later values of the same name win; an empty value means that the label is absent, as in Prometheus.
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let mut all: Vec<(Arc<str>, Arc<str>)> =
            pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        all.sort_by(|(a, _), (b, _)| a.cmp(b));
        let mut unique: Vec<(Arc<str>, Arc<str>)> = Vec::with_capacity(all.len());
        for pair in all {
            match unique.last_mut() {
                Some(last) if last.0 == pair.0 => *last = pair,
                _ => unique.push(pair),
            }
        }
        unique.retain(|(_, value)| !value.is_empty());
        Self(unique.into())
    }
}

impl Labels {
    /// The value of a label; `None` where it is absent.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.binary_search_by(|(own, _)| (**own).cmp(name)).ok().map(|index| &*self.0[index].1)
    }

    /// The metric's name, or nothing.
    pub fn name(&self) -> &str {
        self.get(NAME).unwrap_or_default()
    }

    /// All labels, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (&**name, &**value))
    }

    /// How many labels there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The same set with one label changed or added; an empty value removes it.
    pub fn with(&self, name: &str, value: &str) -> Self {
        self.0.iter().cloned().chain([(Arc::from(name), Arc::from(value))]).collect()
    }

    /// The same set without the metric's name.
    pub fn without_name(&self) -> Self {
        if self.get(NAME).is_some() { self.filtered(|name| name != NAME) } else { self.clone() }
    }

    /// The labels for whose name `keep` is true.
    pub fn filtered(&self, keep: impl Fn(&str) -> bool) -> Self {
        let kept: Vec<_> = self.0.iter().filter(|(name, _)| keep(name)).cloned().collect();
        if kept.is_empty() { Self::default() } else { Self(kept.into()) }
    }
}

impl fmt::Display for Labels {
    /// As Prometheus prints a series: `up{instance="a",job="b"}`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        let mut open = false;
        for (name, value) in self.iter().filter(|(name, _)| *name != NAME) {
            write!(f, "{}{name}={value:?}", if open { "," } else { "{" })?;
            open = true;
        }
        match (open, self.name().is_empty()) {
            (true, _) => f.write_str("}"),
            (false, true) => f.write_str("{}"),
            (false, false) => Ok(()),
        }
    }
}
