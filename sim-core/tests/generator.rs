//! The generators in virtual time.

use std::cell::RefCell;
use std::rc::Rc;

use proptest::prelude::*;
use sim_core::generator::{self, Arrival};
use sim_core::virtual_world::VirtualWorld;
use sim_core::world::World;

const START_NS: i64 = 1_000_000;

/// When each request was really sent, its number, and when it was meant to be.
type Sent = Vec<(i64, u64, i64)>;

/// A client that takes so long for each answer.
fn client(
    world: &VirtualWorld,
    takes_ns: u64,
    sent: &Rc<RefCell<Sent>>,
) -> impl Fn(Arrival) -> Answer + use<> {
    let (world, sent) = (world.clone(), sent.clone());
    move |arrival| {
        let (world, sent) = (world.clone(), sent.clone());
        Box::pin(async move {
            sent.borrow_mut().push((world.now_ns(), arrival.index, arrival.intended_ns));
            world.sleep(takes_ns).await;
        })
    }
}

type Answer = std::pin::Pin<Box<dyn Future<Output = ()>>>;

fn open(arrivals: Vec<u64>, takes_ns: u64) -> Sent {
    let (world, sent) = (VirtualWorld::new(START_NS, 1), Rc::default());
    let send = client(&world, takes_ns, &sent);
    world.spawn(generator::open(world.clone(), START_NS + 100, (0..).zip(arrivals), send));
    assert_eq!(world.run_until(i64::MAX), 0);
    sent.take()
}

/// Users who are all there at the same times.
fn closed(presence: &[(i64, i64)], users: u64, think_ns: fn(u64) -> u64, takes_ns: u64) -> Sent {
    let (world, sent) = (VirtualWorld::new(START_NS, 1), Rc::default());
    for user in 0..users {
        let presence = presence.iter().map(|(from, to)| (START_NS + from, START_NS + to)).collect();
        let send = client(&world, takes_ns, &sent);
        world.spawn(generator::closed(world.clone(), presence, (user, users), think_ns, send));
    }
    assert_eq!(world.run_until(i64::MAX), 0);
    sent.take()
}

/// Only what was sent at the very moment it was meant to be: the moments, counted from the start, and the numbers.
fn moments(sent: &Sent) -> Vec<(i64, u64)> {
    assert!(sent.iter().all(|(at, _, intended)| at == intended), "{sent:?}");
    sent.iter().map(|&(at, index, _)| (at - START_NS, index)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_open_model_sends_on_time_whatever_the_answers_take(
        mut arrivals in prop::collection::vec(0..1_000u64, 0..20),
        takes_ns in 0..5_000u64,
    ) {
        arrivals.sort();
        let due: Vec<_> = (0..).zip(&arrivals).map(|(index, &at)| (100 + at as i64, index)).collect();
        prop_assert_eq!(moments(&open(arrivals, takes_ns)), due);
    }
}

#[test]
fn a_user_thinks_before_each_request_and_waits_for_its_answer() {
    // 5 ns of thought and 20 ns of waiting: a round takes 25.
    let sent = closed(&[(0, 100)], 1, |_| 5, 20);
    assert_eq!(moments(&sent), [(5, 0), (30, 1), (55, 2), (80, 3)]);
}

#[test]
fn thought_is_that_of_the_request() {
    let sent = closed(&[(0, 100)], 1, |index| 10 * (index + 1), 5);
    assert_eq!(moments(&sent), [(10, 0), (35, 1), (70, 2)]);
}

#[test]
fn users_never_share_a_number() {
    let sent = closed(&[(0, 60)], 3, |index| 10 + index % 3, 10);
    let numbers = [0, 1, 2].map(|user| {
        let own = sent.iter().map(|(_, index, _)| *index).filter(|index| index % 3 == user);
        own.collect::<Vec<_>>()
    });
    assert_eq!(numbers, [vec![0, 3, 6], vec![1, 4, 7], vec![2, 5, 8]]);
    assert_eq!(moments(&sent)[..3], [(10, 0), (11, 1), (12, 2)]);
}

#[test]
fn a_user_who_is_away_sends_nothing_and_goes_on_counting() {
    // It leaves at 50 while it waits for an answer, and is back at 200.
    let sent = closed(&[(0, 50), (200, 230)], 1, |_| 20, 15);
    assert_eq!(moments(&sent), [(20, 0), (220, 1)]);
    // The end is not within: a request that would be sent then is not.
    assert_eq!(moments(&closed(&[(0, 20)], 1, |_| 20, 0)), []);
}

#[test]
fn a_user_who_neither_thinks_nor_waits_does_not_stop_time() {
    assert_eq!(moments(&closed(&[(0, 4)], 1, |_| 0, 0)), [(1, 0), (2, 1), (3, 2)]);
}
