//! The threads that serve connections, each with a runtime of its own.

use std::io;
use std::thread::{self, JoinHandle};

use live_world::clock::Clock;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::spawn_local;

use super::open;
use super::shown::Accepted;

/// Threads that connections are handed to, in turn. They end, and their connections with them, when this is dropped.
pub(crate) struct Workers(Vec<Worker>);

struct Worker {
    /// Taken away to end the thread.
    connections: Option<UnboundedSender<Accepted>>,
    thread: Option<JoinHandle<io::Result<()>>>,
}

impl Workers {
    /// Starts so many threads, at least one.
    pub(crate) fn start(clock: Clock, count: u16) -> io::Result<Self> {
        let start = |index| {
            let (sender, receiver) = unbounded_channel();
            let thread = thread::Builder::new().name(format!("proxy-{index}"));
            let thread = thread.spawn(move || serve(clock, receiver))?;
            Ok(Worker { connections: Some(sender), thread: Some(thread) })
        };
        (0..count.max(1)).map(start).collect::<io::Result<_>>().map(Self)
    }

    /// Has a connection served.
    pub(crate) fn hand_over(&self, accepted: Accepted) {
        let worker = &self.0[(accepted.ordinal % self.0.len() as u64) as usize];
        if let Some(connections) = &worker.connections {
            // A thread that could not start drops the connection, and so closes it.
            let _ = connections.send(accepted);
        }
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        for worker in &mut self.0 {
            worker.connections = None;
        }
        for thread in self.0.iter_mut().filter_map(|worker| worker.thread.take()) {
            let _ = thread.join();
        }
    }
}

fn serve(clock: Clock, mut connections: UnboundedReceiver<Accepted>) -> io::Result<()> {
    live_world::thread::run(clock, async |timer| {
        while let Some(accepted) = connections.recv().await {
            let timer = timer.clone();
            spawn_local(async move { open::serve(accepted, &timer).await });
        }
    })
}
