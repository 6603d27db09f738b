//! The virtual-time executor: one thread, tasks in a slab, a first-in-first-out ready queue, and a heap of timers.
//! When nothing is ready, time jumps to the next timer, so that hours of waiting cost nothing.
//!
//! - `task`: the slab of tasks and their wakers
//! - `timers`: the heap, and [`Sleep`], the future that waits in it
//!
//! Everything happens in an order that depends on nothing but the program: tasks run in the order in which they were
//! woken or spawned, timers of the same nanosecond in the order in which they were set.

mod task;
mod timers;

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::Future;
use std::rc::Rc;
use std::task::{Context, Poll};

use task::{TaskId, Tasks};
use timers::Timers;

pub use timers::Sleep;

/// A handle to the executor; clones share it.
#[derive(Clone, Default)]
pub struct Executor(Rc<Core>);

#[derive(Default)]
struct Core {
    now_ns: Cell<u64>,
    tasks: RefCell<Tasks>,
    ready: RefCell<VecDeque<TaskId>>,
    timers: RefCell<Timers>,
    /// The task being polled, and what its waker points to: the proof that a future is polled by it directly.
    current: Cell<Option<(TaskId, *const ())>>,
}

impl Executor {
    /// An executor at time zero, without tasks.
    pub fn new() -> Self {
        Self::default()
    }

    /// Nanoseconds since the executor's own beginning.
    pub fn now_ns(&self) -> u64 {
        self.0.now_ns.get()
    }

    /// Starts a task; it runs when the ones that are ready now have run.
    pub fn spawn(&self, future: impl Future<Output = ()> + 'static) {
        let (mut tasks, mut ready) = (self.0.tasks.borrow_mut(), self.0.ready.borrow_mut());
        // Whom the running task has woken before stands before its new task.
        tasks.drain_woken(&mut ready);
        ready.push_back(tasks.insert(Box::pin(future)));
    }

    /// Waits until so many nanoseconds after the executor's beginning; a moment that has passed is ready at once.
    pub fn sleep_until(&self, at_ns: u64) -> Sleep {
        Sleep::new(self.clone(), at_ns)
    }

    /// Runs until no task is left, or none that anything could ever wake. Drops the latter and returns how many there
    /// were.
    pub fn run(&self) -> usize {
        self.run_until(u64::MAX)
    }

    /// As [`Executor::run`], but time goes no further than so many nanoseconds after the executor's beginning; the tasks
    /// that wait for a later moment are dropped, too.
    pub fn run_until(&self, horizon_ns: u64) -> usize {
        loop {
            while let Some(id) = self.next_ready() {
                self.poll(id);
            }
            if !self.jump(horizon_ns) {
                let abandoned = self.0.tasks.borrow_mut().abandon();
                return abandoned.len();
            }
        }
    }

    fn next_ready(&self) -> Option<TaskId> {
        self.0.tasks.borrow_mut().drain_woken(&mut self.0.ready.borrow_mut());
        self.0.ready.borrow_mut().pop_front()
    }

    fn poll(&self, id: TaskId) {
        let Some((mut future, waker)) = self.0.tasks.borrow_mut().take(id) else { return };
        self.0.current.set(Some((id, waker.data())));
        let poll = future.as_mut().poll(&mut Context::from_waker(&waker));
        self.0.current.set(None);
        match poll {
            Poll::Pending => self.0.tasks.borrow_mut().put_back(id, future, waker),
            Poll::Ready(()) => {
                self.0.tasks.borrow_mut().remove(id, waker);
                // Dropped after the borrow has ended: what a future holds may itself wake or spawn.
                drop(future);
            }
        }
    }

    /// Moves time to the next timer and makes its task ready, unless that lies beyond the horizon.
    fn jump(&self, horizon_ns: u64) -> bool {
        let Some((at_ns, wake)) = self.0.timers.borrow_mut().pop(horizon_ns) else { return false };
        self.0.now_ns.set(at_ns);
        match wake {
            timers::Wake::Task(id) => self.mark_ready(id),
            timers::Wake::Waker(waker) => waker.wake(),
        }
        true
    }

    fn mark_ready(&self, id: TaskId) {
        if self.0.tasks.borrow_mut().mark_queued(id) {
            self.0.ready.borrow_mut().push_back(id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::oneshot;

    fn log_of(
        run: impl FnOnce(&Executor, Rc<RefCell<Vec<(u64, &'static str)>>>),
    ) -> Vec<(u64, &'static str)> {
        let executor = Executor::new();
        let log = Rc::new(RefCell::new(Vec::new()));
        run(&executor, log.clone());
        assert_eq!(executor.run(), 0, "every task ends");
        log.take()
    }

    #[test]
    fn time_jumps_and_ties_go_by_the_order_of_setting() {
        let log = log_of(|executor, log| {
            for (name, wait) in [("b", 20), ("a", 10), ("c", 20)] {
                let (handle, log) = (executor.clone(), log.clone());
                executor.spawn(async move {
                    handle.sleep_until(wait).await;
                    log.borrow_mut().push((handle.now_ns(), name));
                });
            }
        });
        assert_eq!(log, [(10, "a"), (20, "b"), (20, "c")]);
    }

    #[test]
    fn wakes_and_spawns_keep_their_order() {
        let log = log_of(|executor, log| {
            let (sender, receiver) = oneshot();
            let woken = log.clone();
            executor.spawn(async move {
                receiver.await;
                woken.borrow_mut().push((0, "woken"));
            });
            let handle = executor.clone();
            executor.spawn(async move {
                let note = |name| {
                    let log = log.clone();
                    async move { log.borrow_mut().push((0, name)) }
                };
                handle.spawn(note("spawned before"));
                sender.send(());
                handle.spawn(note("spawned after"));
            });
        });
        assert_eq!(log, [(0, "spawned before"), (0, "woken"), (0, "spawned after")]);
    }

    #[test]
    fn a_dropped_sleep_moves_no_time() {
        let executor = Executor::new();
        let handle = executor.clone();
        executor.spawn(async move {
            let mut long = Box::pin(handle.sleep_until(1_000_000));
            std::future::poll_fn(|cx| {
                assert!(long.as_mut().poll(cx).is_pending());
                Poll::Ready(())
            })
            .await;
            drop(long);
            handle.sleep_until(5).await;
        });
        assert_eq!(executor.run(), 0);
        assert_eq!(executor.now_ns(), 5);
    }

    #[test]
    fn a_timer_beyond_the_horizon_is_still_set_afterwards() {
        let executor = Executor::new();
        let mut kept = Box::pin(executor.sleep_until(20));
        assert!(kept.as_mut().poll(&mut Context::from_waker(std::task::Waker::noop())).is_pending());
        assert_eq!((executor.run_until(10), executor.now_ns()), (0, 0));
        let handle = executor.clone();
        executor.spawn(async move { handle.sleep_until(30).await });
        // Taking back one timer leaves the other alone.
        executor.spawn(async move { drop(kept) });
        assert_eq!((executor.run(), executor.now_ns()), (0, 30));
    }

    #[test]
    fn a_task_that_nothing_wakes_is_counted_and_not_waited_for() {
        let executor = Executor::new();
        executor.spawn(std::future::pending());
        assert_eq!(executor.run(), 1);
    }

    #[test]
    fn a_foreign_waker_works_from_another_thread() {
        let executor = Executor::new();
        let (sender, receiver) = std::sync::mpsc::channel::<std::task::Waker>();
        let (done, woken) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            receiver.recv().expect("the task sends its waker").wake();
            done.send(()).expect("the executor still runs");
        });
        let mut polled = 0;
        executor.spawn(std::future::poll_fn(move |cx| {
            polled += 1;
            if polled == 2 {
                return Poll::Ready(());
            }
            sender.send(cx.waker().clone()).expect("the thread waits for it");
            woken.recv().expect("the thread confirms");
            Poll::Pending
        }));
        assert_eq!(executor.run(), 0);
        thread.join().expect("the thread ends");
    }
}
