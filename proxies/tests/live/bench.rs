//! A proxy on a thread of its own, upstreams and clients that speak bytes.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::{JoinHandle, spawn};
use std::time::Duration;

use live_world::clock::Clock;
use live_world::timer::Timer;
use proxies::http::HttpProxy;
use sim_core::net::Edge;
use tokio::sync::oneshot;
use tokio::task::spawn_local;

/// After so long, what was waited for will not come any more.
const DEADLINE: Duration = Duration::from_secs(10);

/// A proxy that runs until it is dropped, on so many threads; each gives a `T` in the end.
pub(crate) struct Proxy<T = ()> {
    pub(crate) address: SocketAddr,
    workers: Vec<(oneshot::Sender<()>, JoinHandle<T>)>,
}

impl Proxy {
    /// One without faults.
    pub(crate) fn to(upstream: SocketAddr) -> Self {
        Self::with(HttpProxy::new(upstream), |_, bare| bare)
    }

    /// One with something on the way to the upstream.
    pub(crate) fn with(
        proxy: HttpProxy,
        between: impl Fn(&Timer, Edge) -> Edge + Clone + Send + 'static,
    ) -> Self {
        Self::on(1, move |timer, listener| {
            let edge_timer = timer.clone();
            let between = between.clone();
            serve(&proxy, &timer, listener, move |bare| between(&edge_timer, bare));
            || ()
        })
    }
}

/// Serves in a task of its own.
pub(crate) fn serve(
    proxy: &HttpProxy,
    timer: &Timer,
    listener: tokio::net::TcpListener,
    between: impl FnOnce(Edge) -> Edge,
) {
    spawn_local(proxy.serve(timer, listener, between));
}

impl<T: Send + 'static> Proxy<T> {
    /// One on so many threads, each of which begins with `start` and ends with what that gives.
    pub(crate) fn on<E: FnOnce() -> T>(
        threads: usize,
        start: impl Fn(Timer, tokio::net::TcpListener) -> E + Clone + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        listener.set_nonblocking(true).unwrap();
        let worker = |_| {
            let (listener, start) = (listener.try_clone().unwrap(), start.clone());
            let (stop, stopped) = oneshot::channel::<()>();
            let run = async move |timer: Timer| {
                let end = start(timer, tokio::net::TcpListener::from_std(listener).unwrap());
                let _ = stopped.await;
                end()
            };
            (stop, spawn(move || live_world::thread::run(Clock::new(), run).unwrap()))
        };
        Self { address, workers: (0..threads).map(worker).collect() }
    }

    /// Ends it, and gives what its threads give.
    pub(crate) fn end(&mut self) -> Vec<T> {
        let (stops, threads): (Vec<_>, Vec<_>) = self.workers.drain(..).unzip();
        drop(stops);
        threads.into_iter().map(|thread| thread.join().expect("no thread of the proxy panics")).collect()
    }
}

impl<T> Drop for Proxy<T> {
    fn drop(&mut self) {
        for (stop, thread) in self.workers.drain(..) {
            drop(stop);
            assert!(thread.join().is_ok() || std::thread::panicking(), "the proxy panicked");
        }
    }
}

/// A connection, from either side.
pub(crate) struct Wire(pub(crate) TcpStream);

impl Wire {
    pub(crate) fn to(address: SocketAddr) -> Self {
        Self::new(TcpStream::connect(address).unwrap())
    }

    fn new(stream: TcpStream) -> Self {
        stream.set_read_timeout(Some(DEADLINE)).unwrap();
        stream.set_write_timeout(Some(DEADLINE)).unwrap();
        stream.set_nodelay(true).unwrap();
        Self(stream)
    }

    pub(crate) fn send(&mut self, text: impl AsRef<[u8]>) {
        self.0.write_all(text.as_ref()).unwrap();
    }

    /// What comes until this text has come, with it.
    pub(crate) fn read_until(&mut self, end: &str) -> String {
        let mut read = Vec::new();
        while !read.ends_with(end.as_bytes()) {
            let mut byte = [0];
            match self.0.read(&mut byte) {
                Ok(1) => read.push(byte[0]),
                other => panic!("{other:?} after {:?}", String::from_utf8_lossy(&read)),
            }
        }
        String::from_utf8(read).unwrap()
    }

    /// Answers every head that comes with this, until the other side closes.
    pub(crate) fn answer_all(&mut self, answer: impl AsRef<[u8]>) {
        while self.0.peek(&mut [0]).is_ok_and(|count| count > 0) {
            self.read_head();
            self.send(&answer);
        }
    }

    /// The head of the next message.
    pub(crate) fn read_head(&mut self) -> String {
        self.read_until("\r\n\r\n")
    }

    /// What comes until the other side has closed or reset the connection.
    pub(crate) fn read_to_end(&mut self) -> String {
        let (mut read, mut buffer) = (Vec::new(), [0; 4096]);
        loop {
            match self.0.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => read.extend(&buffer[..count]),
                Err(error) if error.kind() == ErrorKind::ConnectionReset => break,
                Err(error) => panic!("{error} after {:?}", String::from_utf8_lossy(&read)),
            }
        }
        String::from_utf8_lossy(&read).into_owned()
    }

    /// Sends a request and reads all that comes until the connection is closed.
    pub(crate) fn ask(address: SocketAddr, request: &str) -> String {
        let mut wire = Self::to(address);
        wire.send(request);
        wire.read_to_end()
    }
}

/// Serves each connection on a thread of its own, to which it is the n-th, from 0; the threads end with the process.
pub(crate) fn upstream(serve: impl Fn(usize, Wire) + Send + Sync + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let serve = Arc::new(serve);
    spawn(move || {
        for (index, stream) in listener.incoming().enumerate() {
            let (serve, wire) = (serve.clone(), Wire::new(stream.unwrap()));
            spawn(move || serve(index, wire));
        }
    });
    address
}

/// An upstream that answers the head of every request with these bytes, and tells of each head.
pub(crate) fn answering(answer: &'static str) -> (SocketAddr, std::sync::mpsc::Receiver<String>) {
    let (tell, heads) = std::sync::mpsc::channel();
    let address = upstream(move |_, mut wire| {
        tell.send(wire.read_head()).unwrap();
        wire.send(answer);
    });
    (address, heads)
}

/// An address at which nobody listens.
pub(crate) fn nowhere() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}
