//! A connection: two sockets and the two links between them, in one task.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use live_world::timer::{Sleep, Timer};
use tokio::net::TcpStream;

use super::board::Reader;
use super::direction::Direction;
use super::link::Link;
use super::queue::{End, Item};
use super::shown::{Presence, Shown};

/// How much is read at once.
const READ: usize = 16 << 10;

/// How long a peer may take to hear that the connection is closed, before it is cut.
const FAREWELL_NS: u64 = 1_000_000_000;

/// A connection, from when both sides are there.
pub(crate) struct Connection {
    pub(crate) client: TcpStream,
    pub(crate) server: TcpStream,
    pub(crate) ordinal: u64,
    pub(crate) session: u64,
    pub(crate) presence: Presence,
}

impl Connection {
    /// Carries bytes both ways until it ends.
    pub(crate) async fn carry(self, timer: &Timer) {
        let links = Direction::ALL.map(|direction| Link::new(direction, self.ordinal));
        let mut carrying = Carrying {
            lanes: links.map(|link| Lane { link, is_read: false, is_written: false }),
            reader: self.presence.shared.board.reader(),
            connection: self,
            timer,
            sleep: None,
        };
        match poll_fn(|cx| carrying.poll(cx)).await {
            End::Close => carrying.say_farewell().await,
            End::Reset => carrying.reset(),
            End::Finish => {}
        }
    }
}

struct Carrying<'a> {
    connection: Connection,
    reader: Reader<Shown>,
    lanes: [Lane; 2],
    timer: &'a Timer,
    /// Wakes the task when a toxic has something to do.
    sleep: Option<(i64, Sleep)>,
}

/// One direction, with what its sockets have come to.
struct Lane {
    link: Link,
    /// Everything that comes has come.
    is_read: bool,
    /// The end has been passed on, or nobody takes anything any more.
    is_written: bool,
}

impl Carrying<'_> {
    /// Does what can be done, until the connection ends.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<End> {
        if let Some(shown) = self.reader.news(cx) {
            if shown.session != self.connection.session {
                return Poll::Ready(End::Finish);
            }
            let now_ns = self.timer.clock().now_ns();
            self.lanes.iter_mut().for_each(|lane| lane.link.change(&shown.toxics, now_ns));
        }
        loop {
            for direction in Direction::ALL {
                if let Some(end) = self.pump(direction, cx) {
                    return Poll::Ready(end);
                }
            }
            if self.lanes.iter().all(|lane| lane.is_written) {
                return Poll::Ready(End::Finish);
            }
            let due_ns = self.lanes.iter().filter_map(|lane| lane.link.due_ns()).min();
            if !self.is_due(due_ns, cx) {
                return Poll::Pending;
            }
        }
    }

    /// Whether the moment has come; if not, the task is woken then.
    fn is_due(&mut self, due_ns: Option<i64>, cx: &mut Context<'_>) -> bool {
        let Some(due_ns) = due_ns else {
            self.sleep = None;
            return false;
        };
        let (_, sleep) = match &mut self.sleep {
            Some(sleep) if sleep.0 == due_ns => sleep,
            other => other.insert((due_ns, self.timer.sleep_until(due_ns))),
        };
        Pin::new(sleep).poll(cx).is_ready()
    }

    /// Moves one direction as far as the sockets and the toxics allow; gives how the connection ends, if it does.
    fn pump(&mut self, direction: Direction, cx: &mut Context<'_>) -> Option<End> {
        loop {
            let link = &mut self.lanes[direction as usize].link;
            if !link.is_clear() {
                link.run(self.timer.clock().now_ns());
            }
            match self.write(direction, cx) {
                Ok(None) => {}
                Ok(ended) => return ended,
                Err(_) => {
                    self.lose_reader(direction);
                    // The other direction has something to say.
                    cx.waker().wake_by_ref();
                }
            }
            if !self.read(direction, cx) {
                return None;
            }
        }
    }

    /// Sends what goes out, as long as the peer takes it.
    fn write(&mut self, direction: Direction, cx: &mut Context<'_>) -> io::Result<Option<End>> {
        let (_, to) = ends(&self.connection, direction);
        let lane = &mut self.lanes[direction as usize];
        while let Some(item) = lane.link.front() {
            match item {
                Item::Data(_) if lane.is_written => return Ok(None),
                Item::Data(bytes) => {
                    let Poll::Ready(ready) = to.poll_write_ready(cx) else { return Ok(None) };
                    ready?;
                    match to.try_write(bytes) {
                        Ok(sent) => {
                            self.connection.presence.shared.counts.sent(direction).increment(sent as u64);
                            lane.link.sent(sent);
                        }
                        Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                        Err(error) => return Err(error),
                    }
                }
                Item::End(End::Finish) => {
                    rustix::net::shutdown(to, rustix::net::Shutdown::Write)?;
                    lane.link.passed_on();
                    lane.is_written = true;
                }
                Item::End(end) => return Ok(Some(*end)),
            }
        }
        Ok(None)
    }

    /// The peer that this direction leads to is gone: whoever sends to it learns of it as from a reset.
    fn lose_reader(&mut self, direction: Direction) {
        let now_ns = self.timer.clock().now_ns();
        let lane = &mut self.lanes[direction as usize];
        (lane.is_read, lane.is_written) = (true, true);
        let back = &mut self.lanes[direction.opposite() as usize];
        back.is_read = true;
        back.link.end(End::Reset, now_ns);
    }

    /// Takes in what has come, if there is room for it; tells whether something has.
    fn read(&mut self, direction: Direction, cx: &mut Context<'_>) -> bool {
        let (from, to) = ends(&self.connection, direction);
        let lane = &mut self.lanes[direction as usize];
        let room = lane.link.room().min(READ);
        if lane.is_read || room == 0 || from.poll_read_ready(cx).is_pending() {
            return false;
        }
        let mut buffer = [0; READ];
        let received = match from.try_read(&mut buffer[..room]) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return true,
            Ok(0) => Err(End::Finish),
            Err(_) => Err(End::Reset),
            Ok(received) => Ok(received),
        };
        let counts = &self.connection.presence.shared.counts;
        match received {
            Ok(received) => {
                counts.received(direction).increment(received as u64);
                let mut rest = &buffer[..received];
                // Nothing to wait for and nobody before it: it goes out as it came, and is not copied.
                if lane.link.is_clear() && !lane.is_written {
                    let sent = to.try_write(rest).unwrap_or(0);
                    counts.sent(direction).increment(sent as u64);
                    rest = &rest[sent..];
                }
                if !rest.is_empty() {
                    lane.link.push(Bytes::copy_from_slice(rest), self.timer.clock().now_ns());
                }
            }
            Err(end) => {
                lane.is_read = true;
                lane.link.end(end, self.timer.clock().now_ns());
            }
        }
        true
    }

    /// Closes both sides so that each can still read what was sent to it: whoever closes a socket with something left
    /// to read resets the connection.
    async fn say_farewell(self) {
        let Connection { client, server, .. } = &self.connection;
        let sockets = [client, server];
        for socket in sockets {
            // A peer that is gone already need not be told.
            let _ = rustix::net::shutdown(socket, rustix::net::Shutdown::Write);
        }
        let mut patience = self.timer.sleep(FAREWELL_NS);
        poll_fn(|cx| {
            let heard = sockets.map(|socket| drain(socket, cx)).iter().all(Poll::is_ready);
            if heard { Poll::Ready(()) } else { Pin::new(&mut patience).poll(cx) }
        })
        .await;
    }

    /// Resets both sides.
    fn reset(self) {
        for socket in [&self.connection.client, &self.connection.server] {
            // It fails for sockets that are reset already.
            let _ = socket.set_zero_linger();
        }
    }
}

/// Where a direction comes from, and where it goes.
fn ends(connection: &Connection, direction: Direction) -> (&TcpStream, &TcpStream) {
    match direction {
        Direction::Upstream => (&connection.client, &connection.server),
        Direction::Downstream => (&connection.server, &connection.client),
    }
}

/// Reads and forgets, until there is no more.
fn drain(socket: &TcpStream, cx: &mut Context<'_>) -> Poll<()> {
    loop {
        if socket.poll_read_ready(cx).is_pending() {
            return Poll::Pending;
        }
        match socket.try_read(&mut [0; 4096]) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Ok(0) | Err(_) => return Poll::Ready(()),
            Ok(_) => {}
        }
    }
}
