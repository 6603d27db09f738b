//! Timers of nanosecond resolution for tasks on one thread, over Linux's `timerfd`: woken as exactly as the kernel can.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create, timerfd_settime,
};
use tokio::net::unix::pipe;
use tokio::task::spawn_local;

use crate::clock::Clock;

/// The timers of one thread; clones share them.
#[derive(Clone)]
pub struct Timer(Rc<Inner>);

struct Inner {
    clock: Clock,
    /// Of tokio's types the one that takes any readable descriptor without `unsafe`.
    fd: pipe::Receiver,
    /// Whom to wake, by moment and order of asking.
    waiting: RefCell<BTreeMap<(i64, u64), Waker>>,
    sequence: Cell<u64>,
    /// The moment that the kernel will wake us at.
    armed_ns: Cell<i64>,
}

impl Timer {
    /// Starts the timers of this thread, with a task that wakes whoever waits. It must run within a `LocalSet`.
    ///
    /// # Errors
    /// The process has too many descriptors open.
    pub fn start(clock: Clock) -> io::Result<Self> {
        let fd = timerfd_create(TimerfdClockId::Monotonic, TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC)?;
        let inner = Rc::new(Inner {
            clock,
            fd: pipe::Receiver::from_owned_fd_unchecked(fd)?,
            waiting: RefCell::default(),
            sequence: Cell::new(0),
            armed_ns: Cell::new(i64::MAX),
        });
        spawn_local(drive(inner.clone()));
        Ok(Self(inner))
    }

    /// What time it is.
    pub fn clock(&self) -> Clock {
        self.0.clock
    }

    /// Waits until a moment, nanoseconds since the Unix epoch.
    pub fn sleep_until(&self, at_ns: i64) -> Sleep {
        Sleep { timer: self.0.clone(), at_ns, entry: None }
    }

    /// Waits for so long.
    pub fn sleep(&self, ns: u64) -> Sleep {
        self.sleep_until(self.0.clock.now_ns().saturating_add_unsigned(ns))
    }
}

impl Inner {
    /// Has the kernel wake us at the earliest moment that somebody waits for.
    fn arm(&self, at_ns: i64) {
        let it_value = self.clock.monotonic(at_ns);
        let it_interval = Timespec { tv_sec: 0, tv_nsec: 0 };
        let spec = Itimerspec { it_interval, it_value };
        timerfd_settime(&self.fd, TimerfdTimerFlags::ABSTIME, &spec)
            .expect("the descriptor is a timer and the time is valid");
        self.armed_ns.set(at_ns);
    }

    fn wake_due(&self) {
        let now_ns = self.clock.now_ns();
        loop {
            let mut waiting = self.waiting.borrow_mut();
            let Some(first) = waiting.first_entry() else { break self.armed_ns.set(i64::MAX) };
            let (at_ns, _) = *first.key();
            if at_ns > now_ns {
                break self.arm(at_ns);
            }
            let waker = first.remove();
            // Whoever is woken may ask for another timer at once.
            drop(waiting);
            waker.wake();
        }
    }
}

/// Wakes whoever's moment has come, for as long as the thread's tasks run.
async fn drive(timers: Rc<Inner>) {
    while timers.fd.readable().await.is_ok() {
        timers.wake_due();
        // Set anew, the timer has nothing to read, which is how tokio learns that it must wait again.
        let _ = timers.fd.try_read(&mut [0; 8]);
    }
}

/// Waits for a moment; see [`Timer::sleep_until`].
#[must_use = "a future does nothing unless it is polled"]
pub struct Sleep {
    timer: Rc<Inner>,
    at_ns: i64,
    entry: Option<u64>,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let Self { timer, at_ns, entry } = &mut *self;
        if timer.clock.now_ns() >= *at_ns {
            return Poll::Ready(());
        }
        let sequence = *entry.get_or_insert_with(|| {
            timer.sequence.set(timer.sequence.get() + 1);
            timer.sequence.get()
        });
        timer.waiting.borrow_mut().insert((*at_ns, sequence), cx.waker().clone());
        if *at_ns < timer.armed_ns.get() {
            timer.arm(*at_ns);
        }
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        if let Some(sequence) = self.entry {
            self.timer.waiting.borrow_mut().remove(&(self.at_ns, sequence));
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::runtime::Builder;
    use tokio::task::LocalSet;

    use super::*;

    fn on_one_thread<T>(test: impl AsyncFnOnce(Timer) -> T) -> T {
        let runtime = Builder::new_current_thread().enable_io().build().unwrap();
        LocalSet::new().block_on(&runtime, async { test(Timer::start(Clock::new()).unwrap()).await })
    }

    #[test]
    fn all_wake_in_their_order_and_none_before_its_moment() {
        on_one_thread(async |timer| {
            let start_ns = timer.clock().now_ns();
            let order = Rc::new(RefCell::new(Vec::new()));
            let tasks = [3, 1, 2, 1].map(|at| {
                let (timer, order) = (timer.clone(), order.clone());
                spawn_local(async move {
                    let at_ns = start_ns + at * 300_000;
                    timer.sleep_until(at_ns).await;
                    assert!(timer.clock().now_ns() >= at_ns);
                    order.borrow_mut().push(at);
                })
            });
            for task in tasks {
                task.await.unwrap();
            }
            assert_eq!(*order.borrow(), [1, 1, 2, 3]);
        });
    }

    #[test]
    fn one_that_is_dropped_is_forgotten() {
        on_one_thread(async |timer| {
            let mut long = Box::pin(timer.sleep(3_600_000_000_000));
            std::future::poll_fn(|cx| Poll::Ready(long.as_mut().poll(cx).is_pending())).await;
            assert_eq!(timer.0.waiting.borrow().len(), 1);
            drop(long);
            assert!(timer.0.waiting.borrow().is_empty());
            timer.sleep(1).await;
        });
    }
}
