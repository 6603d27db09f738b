//! How hyper starts tasks on one thread.

use std::future::Future;

use hyper::rt::Executor;
use tokio::task::spawn_local;

/// Starts tasks on the thread that asks for it, within its `LocalSet`.
#[derive(Debug, Clone, Copy)]
pub struct LocalExec;

impl<F: Future + 'static> Executor<F> for LocalExec {
    fn execute(&self, task: F) {
        spawn_local(task);
    }
}
