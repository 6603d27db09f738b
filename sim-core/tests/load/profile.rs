use std::time::Duration;

use proptest::prelude::*;
use sim_core::load::Profile;
use sim_core::load::shapes::{Hold, Ramp, Shape, ShapeError, closed_shapes, open_shapes};

use super::{any_shapes, hold, phrase, ramp, s, shoppers};

const RUN: Duration = Duration::from_secs(60);

fn ns(nanos: u64) -> Duration {
    Duration::from_nanos(nanos)
}

/// A profile over [`RUN`] and the times at which its shapes begin and end.
fn any_profile() -> impl Strategy<Value = (Profile, Vec<Duration>)> {
    any_shapes().prop_map(|shapes| {
        let lengths = shapes.iter().filter_map(|shape| shape.duration("for").or(shape.duration("over")));
        let ends = lengths.scan(Duration::ZERO, |end, length| {
            *end += length;
            Some((*end).min(RUN))
        });
        let cuts = [Duration::ZERO].into_iter().chain(ends).chain([RUN]).collect();
        (Profile::new(&shapes, RUN).expect("valid shapes"), cuts)
    })
}

proptest! {
    #[test]
    fn cumulative_is_the_integral_of_the_rate((profile, cuts) in any_profile(), until in 0.0..1.0f64) {
        // The midpoint rule, which is exact on straight lines, from shape to shape.
        let until = RUN.mul_f64(until);
        let mut sum = 0.0;
        for cut in cuts.windows(2) {
            let (from, to) = (cut[0].min(until), cut[1].min(until));
            let parts = 32;
            for part in 0..parts {
                let middle = from + (to - from).mul_f64((f64::from(part) + 0.5) / f64::from(parts));
                sum += profile.rate(middle) * (to - from).as_secs_f64() / f64::from(parts);
            }
            // A middle is off by up to half a nanosecond.
            let cumulative = profile.cumulative(to);
            prop_assert!((sum - cumulative).abs() < 1e-6 * sum.max(1.0), "{to:?}: {sum} {cumulative}");
        }
    }

    #[test]
    fn inverse_is_the_first_nanosecond((profile, _) in any_profile(), share in 0.0..=1.0f64) {
        let n = profile.planned() * share;
        let Some(t) = profile.inverse(n) else {
            prop_assert!(profile.cumulative(RUN - ns(1)) < n);
            return Ok(());
        };
        prop_assert!(ns(t) < RUN && profile.cumulative(ns(t)) >= n);
        prop_assert!(t == 0 || profile.cumulative(ns(t - 1)) < n);
    }

    #[test]
    fn inverse_undoes_cumulative((profile, _) in any_profile(), t in 0..60_000_000_000u64) {
        let n = profile.cumulative(ns(t));
        let back = profile.inverse(n).expect("t lies within the run");
        prop_assert!(back <= t);
        prop_assert_eq!(profile.cumulative(ns(back)), n);
        if profile.rate(ns(t)) > 1.0 && profile.rate(ns(back)) > 1.0 {
            prop_assert!(t - back < 10, "{t} became {back}");
        }
    }

    #[test]
    fn cumulative_never_decreases((profile, cuts) in any_profile(), t in 0..60_000_000_000u64) {
        for t in cuts.iter().map(|cut| cut.as_nanos() as u64).chain([t]) {
            for t in t.saturating_sub(20)..t + 20 {
                prop_assert!(profile.cumulative(ns(t)) <= profile.cumulative(ns(t + 1)));
            }
        }
    }
}

#[test]
fn a_shape_inverts_itself_up_to_rounding() {
    let length = s(600);
    let shapes: [Box<dyn Shape>; 4] = [
        Box::new(Hold { rate: 80.0, length: Some(length) }),
        Box::new(Ramp::new(20.0, 80.0, length)),
        Box::new(Ramp::new(80.0, 0.0, length)),
        Box::new(Ramp::new(30.0, 30.0, length)),
    ];
    for shape in shapes {
        let end = length.as_nanos() as f64;
        for part in 1..100 {
            let t = end * f64::from(part) / 100.0;
            let back = shape.inverse(shape.cumulative(t));
            assert!((back - t).abs() < 1.0, "{shape:?}: {t} became {back}");
        }
        assert_eq!((shape.cumulative(0.0), shape.inverse(0.0)), (0.0, 0.0), "{shape:?}");
    }
}

#[test]
fn the_shoppers_by_hand() {
    let profile = Profile::new(&shoppers(), s(7200)).unwrap();
    assert_eq!([0, 300, 600, 7199, 7200].map(|t| profile.rate(s(t))), [20.0, 50.0, 80.0, 80.0, 0.0]);
    assert_eq!(
        [0, 60, 600, 601].map(|t| profile.cumulative(s(t)).round()),
        [0.0, 1380.0, 30_000.0, 30_080.0]
    );
    assert_eq!(profile.planned(), 558_000.0);
    assert_eq!(profile.inverse(30_040.0), Some(600_500_000_000));
    assert_eq!(profile.inverse(558_000.0), None, "that is the end, which is not within the run");
}

#[test]
fn a_ramp_starts_at_the_rate_before() {
    let rates = |shapes: &[_]| {
        let profile = Profile::new(shapes, s(100)).unwrap();
        [0, 5, 10, 15, 20, 99].map(|t| profile.rate(s(t)))
    };
    assert_eq!(rates(&[ramp(None, 80.0, s(10))]), [0.0, 40.0, 0.0, 0.0, 0.0, 0.0]);
    let up_and_down = [ramp(None, 80.0, s(10)), ramp(None, 0.0, s(10)), hold(7.0, None)];
    assert_eq!(rates(&up_and_down), [0.0, 40.0, 80.0, 40.0, 7.0, 7.0]);
    assert_eq!(rates(&[hold(9.0, Some(s(10))), ramp(None, 29.0, s(20))]), [9.0, 9.0, 9.0, 14.0, 19.0, 0.0]);
}

#[test]
fn nothing_is_planned_after_the_run() {
    let profile = Profile::new(&[hold(10.0, Some(s(90))), hold(99.0, None)], RUN).unwrap();
    assert_eq!((profile.planned(), profile.cumulative(s(90)), profile.rate(s(70))), (600.0, 600.0, 0.0));
    assert_eq!((profile.inverse(600.5), profile.inverse(f64::NAN)), (None, None));
}

#[test]
fn bad_shapes_are_errors_that_say_what_to_do() {
    let error = |shapes: &[_]| Profile::new(shapes, RUN).unwrap_err();
    assert_eq!(error(&[]), ShapeError::Empty);
    assert_eq!(
        error(&[phrase("users", &[])]).to_string(),
        "`users` is no shape of this model, which knows hold, ramp"
    );
    assert_eq!(error(&[phrase("hold", &[])]).to_string(), "`hold` lacks its `rate`");
    assert!(error(&[hold(-1.0, None)]).to_string().contains("`rate` of `hold` is -1/s"));
    assert!(error(&[ramp(None, f64::NAN, RUN)]).to_string().contains("`to` of `ramp` is NaN/s"));
    assert_eq!(error(&[ramp(None, 1.0, s(0))]), ShapeError::NoTime { keyword: "ramp".into() });
    let unreachable = error(&[hold(1.0, None), ramp(None, 2.0, RUN)]);
    assert_eq!(unreachable, ShapeError::Unreachable { keyword: "ramp".into() });
}

#[test]
fn every_row_opens_with_its_keyword() {
    for row in open_shapes().into_iter().chain(closed_shapes()) {
        assert!(row.forms.iter().chain([&row.example]).all(|text| text.starts_with(row.keyword)), "{row:?}");
    }
}
