//! What is on its way in one direction of a connection.

use std::collections::VecDeque;

use bytes::Bytes;

/// How a direction ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// The sender has no more to say; the other direction goes on.
    Finish,
    /// The connection is closed, both directions of it, after the bytes before.
    Close,
    /// The connection is reset at once, both directions of it.
    Reset,
}

/// Bytes, or the end of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Item {
    /// Bytes, never none.
    Data(Bytes),
    /// The end. After [`End::Finish`] may only come a harder one.
    End(End),
}

/// Items in their order, each with the moment at which it came.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    items: VecDeque<(i64, Item)>,
    bytes: usize,
}

impl Queue {
    pub(crate) fn push(&mut self, now_ns: i64, item: Item) {
        if let Item::Data(bytes) = &item {
            self.bytes += bytes.len();
        }
        self.items.push_back((now_ns, item));
    }

    /// The next item, and when it came.
    pub(crate) fn front(&self) -> Option<(i64, &Item)> {
        self.items.front().map(|(at_ns, item)| (*at_ns, item))
    }

    pub(crate) fn pop(&mut self) -> Option<Item> {
        let (_, item) = self.items.pop_front()?;
        if let Item::Data(bytes) = &item {
            self.bytes -= bytes.len();
        }
        Some(item)
    }

    /// Takes at most so many bytes off the front, if there are any at the front.
    pub(crate) fn take(&mut self, at_most: usize) -> Option<Bytes> {
        let (_, Item::Data(bytes)) = self.items.front_mut()? else { return None };
        if bytes.len() <= at_most {
            return match self.pop()? {
                Item::Data(bytes) => Some(bytes),
                Item::End(_) => None,
            };
        }
        self.bytes -= at_most;
        Some(bytes.split_to(at_most))
    }

    /// How many bytes the next item has.
    pub(crate) fn front_bytes(&self) -> usize {
        match self.items.front() {
            Some((_, Item::Data(bytes))) => bytes.len(),
            _ => 0,
        }
    }

    /// How many bytes wait here.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Puts all of another queue behind what is here.
    pub(crate) fn append(&mut self, mut other: Self) {
        self.bytes += other.bytes;
        self.items.append(&mut other.items);
    }
}
