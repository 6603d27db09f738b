//! One value from one task to another.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

#[derive(Debug)]
struct State<T> {
    value: Option<T>,
    waker: Option<Waker>,
    sender_gone: bool,
}

/// Sends the value.
#[derive(Debug)]
pub struct Sender<T>(Rc<RefCell<State<T>>>);

/// Waits for the value: `None` if the sender is dropped without sending.
#[derive(Debug)]
#[must_use = "a future does nothing unless it is polled"]
pub struct Receiver<T>(Rc<RefCell<State<T>>>);

/// The two ends.
pub fn oneshot<T>() -> (Sender<T>, Receiver<T>) {
    let state = Rc::new(RefCell::new(State { value: None, waker: None, sender_gone: false }));
    (Sender(state.clone()), Receiver(state))
}

impl<T> Sender<T> {
    /// Sends it. A receiver that has gone away misses it.
    pub fn send(self, value: T) {
        self.0.borrow_mut().value = Some(value);
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        let waker = {
            let mut state = self.0.borrow_mut();
            state.sender_gone = true;
            state.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl<T> Future for Receiver<T> {
    type Output = Option<T>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let mut state = self.0.borrow_mut();
        match state.value.take() {
            None if !state.sender_gone => {
                state.waker = Some(cx.waker().clone());
                Poll::Pending
            }
            value => Poll::Ready(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::executor::Executor;

    #[test]
    fn a_value_arrives_and_a_lost_sender_is_noticed() {
        let executor = Executor::new();
        let heard = Rc::new(RefCell::new(Vec::new()));
        for send in [true, false] {
            let (sender, receiver) = oneshot();
            let (handle, heard) = (executor.clone(), heard.clone());
            executor.spawn(async move {
                let value = receiver.await;
                heard.borrow_mut().push(value);
            });
            executor.spawn(async move {
                handle.sleep_until(5).await;
                match send {
                    true => sender.send(7),
                    false => drop(sender),
                }
            });
        }
        assert_eq!(executor.run(), 0);
        assert_eq!(heard.take(), [Some(7), None]);
    }
}
