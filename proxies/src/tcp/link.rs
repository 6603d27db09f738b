//! One direction of a connection: what came, on its way through the toxics that hit the connection. It knows no sockets
//! and no clock, so that all it does can be tested without either.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;

use super::direction::Direction;
use super::queue::{End, Item, Queue};
use super::toxic::Toxic;
use super::toxics::action::{Action, Stage, Step};

/// How many bytes may be on their way; a toxic may ask for more.
const WINDOW: usize = 64 << 10;

/// A chain of queues: each toxic takes from the one before it and fills the one behind it.
pub(crate) struct Link {
    direction: Direction,
    /// Which connection of its proxy it is.
    ordinal: u64,
    places: VecDeque<Place>,
    /// What goes out.
    out: Queue,
    /// When a toxic wants to be asked again.
    due_ns: Option<i64>,
    /// Nothing more is taken in: a toxic or a peer has ended the connection.
    over: bool,
    /// Nothing more goes out: the end of the connection is on its way.
    closed: bool,
}

/// A toxic that hits the connection, and what waits for it.
struct Place {
    toxic: Arc<Toxic>,
    stage: Box<dyn Stage>,
    input: Queue,
    since_ns: i64,
    /// It has ended the connection, and drops what still comes.
    done: bool,
}

impl Link {
    pub(crate) fn new(direction: Direction, ordinal: u64) -> Self {
        let (places, out) = (VecDeque::new(), Queue::default());
        Self { direction, ordinal, places, out, due_ns: None, over: false, closed: false }
    }

    /// Takes the toxics that there are now instead of those before. Whatever waited for one that is gone goes on, in its
    /// order.
    pub(crate) fn change(&mut self, toxics: &[Arc<Toxic>], now_ns: i64) {
        let mine: Vec<&Arc<Toxic>> = toxics
            .iter()
            .filter(|toxic| toxic.id.direction == self.direction && toxic.hits(self.ordinal))
            .collect();
        let mut index = 0;
        while let Some(place) = self.places.get(index) {
            match mine.iter().any(|toxic| toxic.is(&place.toxic.id)) {
                true => index += 1,
                false => self.remove(index, now_ns),
            }
        }
        let streams = mine.into_iter().filter_map(|toxic| match toxic.id.kind.action {
            Action::Stream(make) => Some((toxic, make)),
            Action::Open(_) => None,
        });
        for (index, (toxic, make)) in streams.enumerate() {
            match self.places.get_mut(index).filter(|place| toxic.is(&place.toxic.id)) {
                Some(place) => place.toxic = toxic.clone(),
                None => {
                    let (toxic, input) = (toxic.clone(), Queue::default());
                    toxic.id.hits.increment(1);
                    let place = Place { toxic, stage: make(), input, since_ns: now_ns, done: false };
                    self.places.insert(index, place);
                }
            }
        }
        self.run(now_ns);
    }

    fn remove(&mut self, index: usize, now_ns: i64) {
        let Some(place) = self.places.remove(index) else { return };
        match place.stage.removed() {
            _ if place.done => {}
            Some(end) => {
                self.over = true;
                self.enter(index, Item::End(end), now_ns);
            }
            None => match self.places.get_mut(index) {
                Some(next) => next.input.append(place.input),
                None if self.closed => {}
                None => self.out.append(place.input),
            },
        }
    }

    /// Whether what comes would go out as it is, at once.
    pub(crate) fn is_clear(&self) -> bool {
        self.places.is_empty() && self.out.is_empty()
    }

    /// How many bytes may be taken in.
    pub(crate) fn room(&self) -> usize {
        if self.over {
            return 0;
        }
        let window: usize = WINDOW + self.places.iter().map(|place| place.stage.window()).sum::<usize>();
        let waiting: usize = self.out.bytes() + self.places.iter().map(|p| p.input.bytes()).sum::<usize>();
        window.saturating_sub(waiting)
    }

    /// Takes bytes in.
    pub(crate) fn push(&mut self, bytes: Bytes, now_ns: i64) {
        if !bytes.is_empty() {
            self.enter(0, Item::Data(bytes), now_ns);
        }
    }

    /// Takes the end of the bytes in.
    pub(crate) fn end(&mut self, end: End, now_ns: i64) {
        self.over |= end != End::Finish;
        self.enter(0, Item::End(end), now_ns);
    }

    /// Puts an item before the place of that index, or before the way out.
    fn enter(&mut self, index: usize, item: Item, now_ns: i64) {
        match self.places.get_mut(index) {
            Some(place) => place.input.push(now_ns, item),
            None => {
                match item {
                    // What a toxic held back when another closed the connection comes too late.
                    Item::Data(_) if self.closed => return,
                    // A reset overtakes what the peer has not taken yet.
                    Item::End(End::Reset) => self.out = Queue::default(),
                    _ => {}
                }
                self.closed |= matches!(item, Item::End(End::Close | End::Reset));
                self.out.push(now_ns, item);
            }
        }
    }

    /// Lets everything go as far as it may by now.
    pub(crate) fn run(&mut self, now_ns: i64) {
        self.due_ns = None;
        for index in 0..self.places.len() {
            while let Some(item) = self.step(index, now_ns) {
                self.enter(index + 1, item, now_ns);
            }
        }
    }

    /// What comes out of the place now; `None` if it waits.
    fn step(&mut self, index: usize, now_ns: i64) -> Option<Item> {
        let Place { toxic, stage, input, since_ns, done } = &mut self.places[index];
        if *done {
            *input = Queue::default();
            return None;
        }
        match stage.next(input, &toxic.meeting(self.ordinal, *since_ns, now_ns)) {
            Step::Pass(bytes) => Some(Item::Data(bytes)),
            Step::End(end) => {
                *done = end != End::Finish;
                self.over |= *done;
                Some(Item::End(end))
            }
            Step::Wait(until_ns) => {
                self.due_ns = self.due_ns.into_iter().chain(until_ns).min();
                None
            }
        }
    }

    /// When [`run`](Self::run) has something to do again, if nothing comes before.
    pub(crate) fn due_ns(&self) -> Option<i64> {
        self.due_ns
    }

    /// What goes out next.
    pub(crate) fn front(&self) -> Option<&Item> {
        self.out.front().map(|(_, item)| item)
    }

    /// So many of the next bytes have gone out.
    pub(crate) fn sent(&mut self, bytes: usize) {
        self.out.take(bytes);
    }

    /// The end that came next has been passed on.
    pub(crate) fn passed_on(&mut self) {
        self.out.pop();
    }
}
