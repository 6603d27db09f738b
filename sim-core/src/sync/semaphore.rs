//! A counting semaphore: first come, first served.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

/// A number of permits that callers hold one of at a time; clones share them.
#[derive(Debug, Clone)]
pub struct Semaphore(Rc<RefCell<State>>);

#[derive(Debug)]
struct State {
    free: usize,
    queue: VecDeque<(u64, Waker)>,
    /// Tickets that a returned permit was handed to and that have not picked it up yet.
    granted: Vec<u64>,
    tickets: u64,
}

/// One permit; dropping it gives it back.
#[derive(Debug)]
#[must_use = "dropping the permit gives it back at once"]
pub struct Permit(Semaphore);

impl Semaphore {
    /// A semaphore with so many permits.
    pub fn new(permits: usize) -> Self {
        Self(Rc::new(RefCell::new(State {
            free: permits,
            queue: VecDeque::new(),
            granted: Vec::new(),
            tickets: 0,
        })))
    }

    /// Waits for a permit. Whoever gives up waiting loses only its own place.
    pub fn acquire(&self) -> impl Future<Output = Permit> + use<> {
        Acquire { semaphore: self.clone(), ticket: None }
    }

    /// How many permits nobody holds.
    pub fn free(&self) -> usize {
        self.0.borrow().free
    }

    fn give_back(&self) {
        let mut state = self.0.borrow_mut();
        match state.queue.pop_front() {
            Some((ticket, waker)) => {
                state.granted.push(ticket);
                drop(state);
                waker.wake();
            }
            None => state.free += 1,
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.0.give_back();
    }
}

struct Acquire {
    semaphore: Semaphore,
    /// Our number in the queue, once we stand in it.
    ticket: Option<u64>,
}

impl Future for Acquire {
    type Output = Permit;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Permit> {
        let semaphore = self.semaphore.clone();
        let mut state = semaphore.0.borrow_mut();
        match self.ticket {
            None if state.free > 0 => {
                state.free -= 1;
                drop(state);
                return Poll::Ready(Permit(semaphore));
            }
            None => {
                state.tickets += 1;
                let ticket = state.tickets;
                state.queue.push_back((ticket, cx.waker().clone()));
                self.ticket = Some(ticket);
            }
            Some(ticket) => {
                if let Some(index) = state.granted.iter().position(|&granted| granted == ticket) {
                    state.granted.swap_remove(index);
                    drop(state);
                    self.ticket = None;
                    return Poll::Ready(Permit(semaphore));
                }
                if let Some(place) = state.queue.iter_mut().find(|(other, _)| *other == ticket) {
                    place.1.clone_from(cx.waker());
                }
            }
        }
        Poll::Pending
    }
}

impl Drop for Acquire {
    fn drop(&mut self) {
        let Some(ticket) = self.ticket else { return };
        let mut state = self.semaphore.0.borrow_mut();
        state.queue.retain(|(other, _)| *other != ticket);
        // A permit that was handed to us and not picked up goes to the next in line.
        if let Some(index) = state.granted.iter().position(|&granted| granted == ticket) {
            state.granted.swap_remove(index);
            drop(state);
            self.semaphore.give_back();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::executor::Executor;
    use crate::sync::within;

    /// Three callers on one permit, each holding it for 10 ns; the second gives up after 5.
    #[test]
    fn first_come_first_served_and_giving_up_loses_nothing() {
        let executor = Executor::new();
        let semaphore = Semaphore::new(1);
        let log = Rc::new(RefCell::new(Vec::new()));
        for (name, patience) in [("a", 100), ("b", 5), ("c", 100)] {
            let (executor_, semaphore, log) = (executor.clone(), semaphore.clone(), log.clone());
            executor.spawn(async move {
                match within(semaphore.acquire(), executor_.sleep_until(patience)).await {
                    Some(_permit) => {
                        log.borrow_mut().push((executor_.now_ns(), name, true));
                        executor_.sleep_until(executor_.now_ns() + 10).await;
                    }
                    None => log.borrow_mut().push((executor_.now_ns(), name, false)),
                }
            });
        }
        assert_eq!(executor.run(), 0);
        assert_eq!(log.take(), [(0, "a", true), (5, "b", false), (10, "c", true)]);
        assert_eq!(semaphore.free(), 1);
    }

    fn poll<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
        Pin::new(future).poll(&mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn a_granted_permit_that_is_not_picked_up_goes_to_the_next() {
        let semaphore = Semaphore::new(1);
        let [mut first, mut second, mut third] = [(); 3].map(|()| Box::pin(semaphore.acquire()));
        let Poll::Ready(permit) = poll(&mut first) else { panic!("one is free") };
        assert!(poll(&mut second).is_pending() && poll(&mut third).is_pending());
        drop(permit);
        // It is the second's now: nobody may take it away, not even one who comes this moment.
        assert_eq!(semaphore.free(), 0);
        assert!(poll(&mut Box::pin(semaphore.acquire())).is_pending() && poll(&mut third).is_pending());
        drop(second);
        assert!(poll(&mut third).is_ready());
        assert_eq!(semaphore.free(), 1, "the third dropped its own at once");
    }
}
