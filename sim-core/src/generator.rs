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
/// `arrivals` are nanoseconds after `start_ns`, ascending.
pub async fn open<W: World, F>(
    world: W,
    start_ns: i64,
    arrivals: impl Iterator<Item = u64>,
    send: impl Fn(Arrival) -> F,
) where
    F: Future<Output = ()> + 'static,
{
    for (index, offset) in (0..).zip(arrivals) {
        let intended_ns = start_ns.saturating_add_unsigned(offset);
        world.sleep_until(intended_ns).await;
        world.spawn(send(Arrival { index, intended_ns }));
    }
}

/// One user of the closed model: sends, waits for the answer, thinks, and sends again until `end_ns`. Its requests are
/// numbered `user`, `user + users`, `user + 2 · users` and so on, so that no two users share a number.
pub async fn closed<W: World, F>(
    world: W,
    end_ns: i64,
    (user, users): (u64, u64),
    think_ns: impl Fn(u64) -> u64,
    send: impl Fn(Arrival) -> F,
) where
    F: Future<Output = ()>,
{
    for index in (user..).step_by(users.max(1) as usize) {
        let intended_ns = world.now_ns();
        if intended_ns >= end_ns {
            break;
        }
        send(Arrival { index, intended_ns }).await;
        // Without thinking and without waiting, a user would stop time.
        world.sleep(think_ns(index).max(1)).await;
    }
}
