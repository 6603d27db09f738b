//! Timers: a heap ordered by nanosecond and, within one, by the order of setting.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use super::Executor;
use super::task::TaskId;

/// Whom a timer wakes.
pub(super) enum Wake {
    /// The task that polled it: the ordinary case, which needs no reference counting.
    Task(TaskId),
    /// A waker of somebody else's making, such as that of a set of futures.
    Waker(Waker),
}

type TimerId = u32;

#[derive(Default)]
pub(super) struct Timers {
    heap: BinaryHeap<Reverse<(u64, u64, TimerId)>>,
    /// Whom to wake; `None` once the timer was cancelled. A place is free again when its entry leaves the heap.
    wakes: Vec<Option<Wake>>,
    free: Vec<TimerId>,
    sequence: u64,
    /// Entries of the heap whose timer was cancelled.
    cancelled: usize,
}

impl Timers {
    fn set(&mut self, at_ns: u64, wake: Wake) -> TimerId {
        let id = match self.free.pop() {
            Some(id) => {
                self.wakes[id as usize] = Some(wake);
                id
            }
            None => {
                self.wakes.push(Some(wake));
                (self.wakes.len() - 1) as TimerId
            }
        };
        self.sequence += 1;
        self.heap.push(Reverse((at_ns, self.sequence, id)));
        id
    }

    /// The next timer that was not cancelled, unless it lies beyond the horizon.
    pub(super) fn pop(&mut self, horizon_ns: u64) -> Option<(u64, Wake)> {
        loop {
            let &Reverse((at_ns, _, id)) = self.heap.peek()?;
            if at_ns > horizon_ns {
                return None;
            }
            self.heap.pop();
            self.free.push(id);
            match self.wakes[id as usize].take() {
                Some(wake) => return Some((at_ns, wake)),
                None => self.cancelled -= 1,
            }
        }
    }

    /// Takes back a timer whose entry is still in the heap. Most timers are time limits that were not reached: their
    /// entries are swept out before they outnumber the others, so that the heap stays as small as what is awaited.
    fn cancel(&mut self, id: TimerId) {
        self.wakes[id as usize] = None;
        self.cancelled += 1;
        if self.cancelled > 64 && 2 * self.cancelled > self.heap.len() {
            let Self { heap, wakes, free, .. } = self;
            heap.retain(|Reverse((_, _, id))| {
                let live = wakes[*id as usize].is_some();
                if !live {
                    free.push(*id);
                }
                live
            });
            self.cancelled = 0;
        }
    }
}

/// Waits for a moment; see [`Executor::sleep_until`].
#[must_use = "a future does nothing unless it is polled"]
pub struct Sleep {
    executor: Executor,
    at_ns: u64,
    timer: Option<TimerId>,
}

impl Sleep {
    pub(super) fn new(executor: Executor, at_ns: u64) -> Self {
        Self { executor, at_ns, timer: None }
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.executor.now_ns() >= self.at_ns {
            // Whatever woke us, the timer's entry is gone from the heap or no longer needed.
            self.cancel();
            return Poll::Ready(());
        }
        let wake = match self.executor.0.current.get() {
            Some((id, own)) if own == cx.waker().data() => Wake::Task(id),
            _ => Wake::Waker(cx.waker().clone()),
        };
        match self.timer {
            Some(timer) => self.executor.0.timers.borrow_mut().wakes[timer as usize] = Some(wake),
            None => {
                let timer = self.executor.0.timers.borrow_mut().set(self.at_ns, wake);
                self.timer = Some(timer);
            }
        }
        Poll::Pending
    }
}

impl Sleep {
    fn cancel(&mut self) {
        // Once its moment has come the entry has left the heap, and its place may be another timer's.
        if let Some(timer) = self.timer.take()
            && self.executor.now_ns() < self.at_ns
        {
            self.executor.0.timers.borrow_mut().cancel(timer);
        }
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        self.cancel();
    }
}
