//! The rules of an objective.

use observatory::slo::{BURN_ALERTS, Slo, rules_yaml};

const DAY: i64 = 86_400_000;

/// `compose/` ships what `sim slo scenarios/burn-rate.scn` prints: on a difference, print it there anew.
#[test]
fn the_shipped_file_is_what_the_generator_prints() {
    let path =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../compose/prometheus/rules/slo-orders-availability.yml");
    let printed = rules_yaml(&[Slo::http("orders-availability", "api-gateway", 0.999, 30 * DAY, 5)]);
    assert_eq!(std::fs::read_to_string(path).expect("the file is shipped"), printed);
}

#[test]
fn factors_follow_the_period() {
    let factors = |days| {
        let slo = Slo::http("x", "y", 0.99, days * DAY, 5);
        BURN_ALERTS.map(|alert| alert.factor(&slo))
    };
    assert_eq!(factors(30), [14.4, 6.0, 3.0, 1.0]);
    assert_eq!(factors(28), [13.44, 5.6, 2.8, 0.933333333333]);
}

#[test]
fn budgets_are_printed_without_noise() {
    for (objective, budget) in
        [(0.999, 0.001), (0.9995, 0.0005), (0.99, 0.01), (0.9, 0.1), (0.99999, 0.00001)]
    {
        assert_eq!(Slo::http("x", "y", objective, DAY, 5).budget(), budget);
    }
}
