use scenario_lang::quantity::Value;
use sim_core::load::Population;
use sim_core::load::shapes::ShapeError;

use super::{hold, phrase, s};

#[test]
fn users_come_and_go() {
    let users = |users, length: Option<u64>| {
        let length = length.map(|length| ("for", Value::Duration(s(length))));
        phrase("users", &[[("users", Value::Count(users))].as_slice(), length.as_slice()].concat())
    };
    let shapes = [users(2, Some(10)), users(5, Some(10)), users(1, Some(10)), users(3, None)];
    let population = Population::new(&shapes, s(60)).unwrap();
    assert_eq!([0, 10, 20, 30, 59, 60].map(|t| population.users(s(t))), [2, 5, 1, 3, 3, 0]);
    assert_eq!(population.peak(), 5);
    assert_eq!(population.presence(0), [(s(0), s(60))]);
    assert_eq!(population.presence(1), [(s(0), s(20)), (s(30), s(60))]);
    assert_eq!(population.presence(4), [(s(10), s(20))]);
    assert_eq!(population.presence(5), []);
    // Together they are the users of every second.
    for t in 0..60 {
        let there =
            (0..5).filter(|&user| population.presence(user).iter().any(|(a, b)| (*a..*b).contains(&s(t))));
        assert_eq!(there.count() as u64, population.users(s(t)));
    }
}

#[test]
fn shapes_of_the_open_model_are_refused() {
    let error = Population::new(&[hold(1.0, None)], s(60)).unwrap_err();
    assert_eq!(error, ShapeError::Unknown { keyword: "hold".into(), known: vec!["users"] });
}
