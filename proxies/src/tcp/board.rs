//! A value that one thread posts and tasks of any thread read; each is woken when it changes.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Waker};

/// The value, and who reads it. A post never waits for the readers.
pub(crate) struct Board<T> {
    version: AtomicU64,
    posted: Mutex<Posted<T>>,
}

struct Posted<T> {
    value: Arc<T>,
    readers: BTreeMap<u64, Option<Waker>>,
    next: u64,
}

impl<T> Board<T> {
    pub(crate) fn new(value: T) -> Arc<Self> {
        let posted = Posted { value: Arc::new(value), readers: BTreeMap::new(), next: 0 };
        Arc::new(Self { version: AtomicU64::new(0), posted: Mutex::new(posted) })
    }

    /// Replaces the value and wakes its readers.
    pub(crate) fn post(&self, value: T) {
        let mut posted = self.lock();
        posted.value = Arc::new(value);
        self.version.fetch_add(1, Ordering::Release);
        let woken: Vec<Waker> = posted.readers.values_mut().filter_map(Option::take).collect();
        drop(posted);
        woken.into_iter().for_each(Waker::wake);
    }

    /// A new reader, to whom the first value is news.
    pub(crate) fn reader(self: &Arc<Self>) -> Reader<T> {
        let mut posted = self.lock();
        let id = posted.next;
        posted.next += 1;
        posted.readers.insert(id, None);
        Reader { board: self.clone(), id, seen: None }
    }

    fn lock(&self) -> MutexGuard<'_, Posted<T>> {
        // Nothing that is done under the lock leaves it half done.
        self.posted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody who reads a board.
pub(crate) struct Reader<T> {
    board: Arc<Board<T>>,
    id: u64,
    seen: Option<u64>,
}

impl<T> Reader<T> {
    /// The value, if it is another one than before. The task is woken when it changes next.
    pub(crate) fn news(&mut self, cx: &Context<'_>) -> Option<Arc<T>> {
        if self.seen == Some(self.board.version.load(Ordering::Acquire)) {
            return None;
        }
        let mut posted = self.board.lock();
        posted.readers.insert(self.id, Some(cx.waker().clone()));
        self.seen = Some(self.board.version.load(Ordering::Acquire));
        Some(posted.value.clone())
    }
}

impl<T> Drop for Reader<T> {
    fn drop(&mut self) {
        self.board.lock().readers.remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_sees_each_change_once_and_leaves_nothing_behind() {
        let board = Board::new(1);
        let mut reader = board.reader();
        let cx = Context::from_waker(Waker::noop());
        assert_eq!(reader.news(&cx).as_deref(), Some(&1));
        assert_eq!(reader.news(&cx), None);
        board.post(2);
        board.post(3);
        assert_eq!(reader.news(&cx).as_deref(), Some(&3));
        assert_eq!(reader.news(&cx), None);
        drop(reader);
        assert!(board.lock().readers.is_empty());
    }
}
