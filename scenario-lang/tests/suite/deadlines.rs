//! When a burn-rate alert can fire, against the closed forms `f·W/B` and, while the window is not full,
//! `f·b·H/(e − f·b)`.

use std::time::Duration;

use crate::common::{Files, vocabulary};
use scenario_lang::surroundings::{AlertFacts, BurnFacts, Surroundings};
use scenario_lang::{check, load, lower};

/// One scenario: what is said of its deadline of one second, or of none.
struct Case {
    history: &'static str,
    shapes: &'static str,
    mix: &'static str,
    abort: &'static str,
    /// Another load or fault.
    load: &'static str,
    factor: f64,
    window_h: u64,
    said: &'static str,
}

const STEADY: Case = Case {
    history: "history 3d at 80/s",
    shapes: "hold 80/s",
    mix: "get-order 100%",
    abort: "abort 503 for 20% of requests",
    load: "",
    factor: 14.4,
    window_h: 1,
    said: "`Burn` cannot fire before 4m20s",
};

fn said(case: &Case) -> String {
    let Case { history, mix, shapes, abort, load: more, .. } = case;
    let text = format!(
        r#"
scenario "x" {{
  {history}
  duration 4h
}}
import "lib/shop.scn"
load all on api-gateway {{
  mix {{ {mix} }}
  {shapes}
}}
fault bad on api-gateway -> order-service {{
  from 30m for 1h
  {abort}
}}
expect {{ alert Burn fires within 1s of bad }}
{more}
"#
    );
    let (loaded, diagnostics) =
        load("scenarios/x.scn", &Files::shipped().with("scenarios/x.scn", &text), &vocabulary());
    assert_eq!(diagnostics, []);
    let (plan, diagnostics) = lower(&loaded);
    let plan = plan.unwrap_or_else(|| panic!("{diagnostics:?}"));
    let burn = BurnFacts {
        factor: case.factor,
        window: Duration::from_secs(3600 * case.window_h),
        objective: 0.999,
    };
    let alert = AlertFacts {
        name: "Burn".to_owned(),
        for_: Duration::ZERO,
        interval: Duration::from_secs(30),
        burn: Some(burn),
    };
    let surroundings = Surroundings { alerts: vec![alert], ..Surroundings::default() };
    let found = check(&loaded, &plan, &surroundings);
    found.into_iter().map(|diagnostic| diagnostic.message).collect::<Vec<_>>().join("; ")
}

#[test]
fn deadlines_follow_the_closed_forms() {
    let cases = [
        STEADY,
        // 14.4 · 60 min / 20
        Case { abort: "abort 503 for 2% of requests", said: "`Burn` cannot fire before 43m12s", ..STEADY },
        // 6 · 6 h / 200
        Case { factor: 6.0, window_h: 6, said: "`Burn` cannot fire before 10m48s", ..STEADY },
        // 1 · 72 h / 1000
        Case {
            factor: 1.0,
            window_h: 72,
            abort: "abort 500",
            said: "`Burn` cannot fire before 4m20s",
            ..STEADY
        },
        // 0.0144 · 1800 s / (0.2 − 0.0144), as the half hour before the fault is all that there is
        Case { history: "", said: "`Burn` cannot fire before 2m20s", ..STEADY },
        // The window is full before the alert fires, so that the missing history changes nothing.
        Case {
            history: "",
            abort: "abort 503 for 2% of requests",
            said: "`Burn` cannot fire before 43m12s",
            ..STEADY
        },
        // 1 % never reaches 14.4 times the budget of 0.1 %.
        Case { abort: "abort 503 for 1% of requests", said: "`Burn` never fires for `bad`", ..STEADY },
        // Of what hits nothing the lowering has warned.
        Case { abort: "abort 503 for 0% of requests", said: "", ..STEADY },
        // Traffic ends twenty minutes into the fault, and the clean past leaves the window: 0.02 · 20 / 0.0144 minutes.
        Case {
            abort: "abort 503 for 2% of requests",
            shapes: "hold 80/s for 50m",
            said: "`Burn` cannot fire before 52m14s",
            ..STEADY
        },
        // Of 50 %, two retries leave 12.5 %: 14.4 · 60 min / 125.
        Case {
            mix: "place-order 100%",
            abort: "abort 502 for 50% of requests",
            said: "`Burn` cannot fire before 6m55s",
            ..STEADY
        },
        // Half of the requests do not go over the edge.
        Case { mix: "get-order 50%  log-in 50%", said: "`Burn` cannot fire before 8m39s", ..STEADY },
        // Four times the load from the fault on: e · 4T / (3600 − T + 4T) = 0.0144.
        Case { shapes: "hold 80/s for 30m\n hold 320/s", said: "`Burn` cannot fire before 1m9s", ..STEADY },
        // Traffic that the objective does not see changes nothing.
        Case {
            history: "history 3d at 580/s",
            load: "load others on order-service {\n mix { list-products 100% }\n hold 500/s\n}",
            ..STEADY
        },
        // Another fault within the window burns, too: how soon is not told.
        Case {
            load: "fault more on api-gateway -> order-service {\n from 20m for 5m\n abort 503\n}",
            said: "`Burn` cannot be counted on before 45s",
            ..STEADY
        },
        // A 404 is not an error of the objective; what is left is scraping and evaluating.
        Case {
            abort: "abort 404 for 20% of requests",
            said: "`Burn` cannot be counted on before 45s",
            ..STEADY
        },
        Case { abort: "latency 1s", said: "`Burn` cannot be counted on before 45s", ..STEADY },
    ];
    for case in &cases {
        let Case { history, shapes, mix, abort, load, factor, window_h, said: expected } = case;
        assert_eq!(
            said(case),
            *expected,
            "{history} | {shapes} | {mix} | {abort} | {load} | {factor} over {window_h}h"
        );
    }
}
