//! The kinds of span and log line that came, each kept once.

use std::collections::BTreeMap;

use sim_core::telemetry::{Catalog, LogShape, SpanShape};

/// How much is kept of kinds by default, in bytes.
pub const DEFAULT_BYTES: usize = 256 << 20;

/// What one entry takes beside its text, about.
const ENTRY: usize = 128;

/// A catalog that knows what it has, and never takes more than so many bytes of text. What others send may differ in every
/// record.
#[derive(Debug)]
pub struct Interner {
    catalog: Catalog,
    spans: BTreeMap<SpanShape, u32>,
    logs: BTreeMap<LogShape, u32>,
    max_bytes: usize,
    bytes: usize,
}

impl Default for Interner {
    fn default() -> Self {
        Self::new(DEFAULT_BYTES)
    }
}

impl Interner {
    /// An empty one that takes so many bytes at most.
    pub fn new(max_bytes: usize) -> Self {
        Self {
            catalog: Catalog::default(),
            spans: BTreeMap::new(),
            logs: BTreeMap::new(),
            max_bytes,
            bytes: 0,
        }
    }

    /// The index of a kind of span; `None` if it is new and there is no room. From half of the room on, new kinds are kept
    /// without their attributes, so that names at least go on being told apart.
    pub fn span(&mut self, mut shape: SpanShape) -> Option<u32> {
        if let Some(&known) = self.spans.get(&shape) {
            return Some(known);
        }
        if self.bytes + span_bytes(&shape) > self.max_bytes / 2 && !shape.attributes.is_empty() {
            shape.attributes.clear();
            return self.span(shape);
        }
        self.reserve(span_bytes(&shape))?;
        let index = self.catalog.add_span(shape.clone());
        self.spans.insert(shape, index);
        Some(index)
    }

    /// The index of a kind of log line; `None` if it is new and there is no room.
    pub fn log(&mut self, shape: LogShape) -> Option<u32> {
        if let Some(&known) = self.logs.get(&shape) {
            return Some(known);
        }
        self.reserve(log_bytes(&shape))?;
        let index = self.catalog.add_log(shape.clone());
        self.logs.insert(shape, index);
        Some(index)
    }

    /// What came so far.
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// What came, at the end.
    pub fn into_catalog(self) -> Catalog {
        self.catalog
    }

    fn reserve(&mut self, bytes: usize) -> Option<()> {
        self.bytes = Some(self.bytes + bytes).filter(|bytes| *bytes <= self.max_bytes)?;
        Some(())
    }
}

/// In the catalog and in the index.
fn span_bytes(shape: &SpanShape) -> usize {
    let own = [&shape.service, &shape.instance, &shape.name].map(String::len).iter().sum::<usize>();
    let pairs = shape.attributes.iter().map(|(name, value)| name.len() + value.len() + ENTRY / 2);
    2 * (ENTRY + own + shape.peer.as_ref().map_or(0, String::len) + pairs.sum::<usize>())
}

fn log_bytes(shape: &LogShape) -> usize {
    2 * (ENTRY + shape.service.len() + shape.instance.len() + shape.body.len())
}
