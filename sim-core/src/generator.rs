//! The load generators: the open model sends on time whatever happens, the closed model waits for its answers.

use std::future::Future;

use crate::world::World;

/// One request that a load means to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrival {
    /// Its number within the load, from 0.
    pub index: u64,
    /// When it is meant to be sent, nanoseconds since the Unix epoch; latency counts from here.
    pub intended_ns: i64,
}

/// The open model: one task per request, started at its time, whether or not others have been answered.
/// `arrivals` are numbers within the load, and nanoseconds after `start_ns`, ascending.
pub async fn open<W: World, F>(
    world: W,
    start_ns: i64,
    arrivals: impl Iterator<Item = (u64, u64)>,
    send: impl Fn(Arrival) -> F,
) where
    F: Future<Output = ()> + 'static,
{
    for (index, offset) in arrivals {
        let intended_ns = start_ns.saturating_add_unsigned(offset);
        world.sleep_until(intended_ns).await;
        world.spawn(send(Arrival { index, intended_ns }));
    }
}

/// One user of the closed model: while it is there it sends, waits for the answer, thinks, and sends again. `presence`
/// are spans since the Unix epoch, in order; it thinks first when it comes, so that users do not all come at once. Its
/// requests are numbered `user`, `user + users`, `user + 2 · users` and so on: no two users share a number.
pub async fn closed<W: World, F>(
    world: W,
    presence: Vec<(i64, i64)>,
    (user, users): (u64, u64),
    think_ns: impl Fn(u64) -> u64,
    send: impl Fn(Arrival) -> F,
) where
    F: Future<Output = ()>,
{
    let mut index = user;
    for (from_ns, to_ns) in presence {
        world.sleep_until(from_ns).await;
        loop {
            // Without thinking and without waiting, a user would stop time.
            world.sleep(think_ns(index).max(1)).await;
            let intended_ns = world.now_ns();
            if intended_ns >= to_ns {
                break;
            }
            send(Arrival { index, intended_ns }).await;
            index += users;
        }
    }
}
