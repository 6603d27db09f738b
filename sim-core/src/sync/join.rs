//! Several futures at once.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

/// Runs all of them and gives their outputs in the order in which they were handed in.
pub async fn join_all<T>(futures: Vec<Pin<Box<dyn Future<Output = T> + '_>>>) -> Vec<T> {
    let mut running: Vec<_> = futures.into_iter().map(Some).collect();
    let mut outputs: Vec<Option<T>> = running.iter().map(|_| None).collect();
    poll_fn(move |cx| {
        for (future, output) in running.iter_mut().zip(&mut outputs) {
            if let Some(Poll::Ready(value)) = future.as_mut().map(|future| future.as_mut().poll(cx)) {
                (*future, *output) = (None, Some(value));
            }
        }
        match running.iter().all(Option::is_none) {
            true => Poll::Ready(outputs.drain(..).flatten().collect()),
            false => Poll::Pending,
        }
    })
    .await
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use super::*;
    use crate::executor::Executor;

    #[test]
    fn outputs_stand_in_the_order_of_the_futures_and_come_with_the_last() {
        let executor = Executor::new();
        let joined = Rc::new(RefCell::new(Vec::new()));
        let (handle, ends) = (executor.clone(), joined.clone());
        executor.spawn(async move {
            let futures = [30, 10, 20].map(|wait| {
                let handle = handle.clone();
                // An async block panics when it is polled after its end.
                Box::pin(async move {
                    handle.sleep_until(wait).await;
                    handle.now_ns()
                }) as Pin<Box<dyn Future<Output = u64>>>
            });
            let outputs = join_all(futures.into()).await;
            ends.borrow_mut().push((handle.now_ns(), outputs));
        });
        assert_eq!(executor.run(), 0);
        assert_eq!(joined.take(), [(30, vec![30, 10, 20])]);
    }

    #[test]
    fn nothing_to_wait_for_is_ready_at_once() {
        let executor = Executor::new();
        executor.spawn(async { assert!(join_all::<()>(Vec::new()).await.is_empty()) });
        assert_eq!((executor.run(), executor.now_ns()), (0, 0));
    }
}
