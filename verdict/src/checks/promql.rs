//! ``promql `…` always during …``, `never`, `eventually`.

use scenario_lang::vocabulary::Spec;

use super::{Case, Row};
use crate::flight::Observation;
use crate::readable::{counted, number};
use crate::verdict::EvidenceKind::{Expected, Happened, Link, Note, Sample};
use crate::verdict::Finding;

pub(super) const ROW: Row = Row {
    spec: Spec {
        keyword: "promql",
        forms: &[
            "promql {query:text} always {when:when}",
            "promql {query:text} never {when:when}",
            "promql {query:text} eventually {when:when}",
        ],
        doc: "A PromQL expression has a result at every evaluation, at none, or at one at least, of a part of the run. \
              As in alerting rules it is the presence of an element that counts and not its value: write a comparison.",
        example: "promql `sum(rate(http_server_request_duration_seconds_count[5m])) > 0` always during bad-deploy after 1m",
    },
    judge,
};

/// How many samples are shown.
const SHOWN: usize = 3;

fn judge(case: &Case) -> Result<Finding, String> {
    let window = case.window()?;
    let known = case.flight.observations.iter().find(|(check, _)| *check == case.index);
    let within: Vec<&Observation> = known
        .map(|(_, observations)| observations.iter().filter(|o| window.contains(o.time_ns)).collect())
        .unwrap_or_default();
    if within.is_empty() {
        return Err(format!("the query was not evaluated {}", window.text(case.clock())));
    }
    let yes: Vec<&Observation> = within.iter().copied().filter(|o| is_true(o)).collect();
    let no: Vec<&Observation> = within.iter().copied().filter(|o| is_false(o)).collect();
    // One contrary evaluation decides `always` and `never`, one agreeing decides `eventually`; all else needs them all.
    let (quantifier, held, decided, contrary) = match case.phrase().form {
        0 => ("every", no.is_empty(), !no.is_empty(), &no),
        1 => ("no", yes.is_empty(), !yes.is_empty(), &yes),
        _ => ("at least one", !yes.is_empty(), !yes.is_empty(), &no),
    };
    let text = format!("a result at {} of {}", yes.len(), counted(within.len() as u64, "evaluation"));
    let expected = format!("a result at {quantifier} evaluation {}", window.text(case.clock()));
    let failed = within.iter().find_map(|o| o.result.as_ref().err().map(|error| (o.time_ns, error)));
    if !decided && let Some((time, error)) = failed {
        return Err(format!("the query failed at {}: {error}", case.clock().at(time)));
    }
    if within.iter().all(|o| !o.matched) {
        return Err(format!(
            "a selector of the query matched no series at any of {}",
            counted(within.len() as u64, "evaluation")
        ));
    }
    if held {
        let samples = yes.iter().take(1).map(|o| sample(case, o));
        return Ok(Finding::held(text).with(Expected, expected).with_all(Sample, samples));
    }
    let link = contrary
        .first()
        .filter(|o| !o.matched)
        .map(|o| format!("no series matched at {}", case.clock().at(o.time_ns)));
    let shown = contrary.iter().take(SHOWN).map(|o| sample(case, o));
    let rest = contrary.len().saturating_sub(SHOWN) as u64;
    Ok(Finding::violated(format!("{text}, expected at {quantifier}"))
        .with(Expected, expected)
        .with(Happened, text)
        .with_all(Link, link)
        .with_all(Sample, shown)
        .with_all(Note, (rest > 0).then(|| format!("and {} more", counted(rest, "evaluation")))))
}

fn is_true(observation: &Observation) -> bool {
    observation.result.as_ref().is_ok_and(|elements| !elements.is_empty())
}

fn is_false(observation: &Observation) -> bool {
    observation.result.as_ref().is_ok_and(|elements| elements.is_empty())
}

fn sample(case: &Case, observation: &Observation) -> String {
    let at = case.clock().at(observation.time_ns);
    match observation.result.as_deref() {
        Ok([]) => format!("no result at {at}"),
        Ok([(labels, value), rest @ ..]) => {
            let more = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
            let name = if labels.is_empty() { "the value" } else { labels };
            format!("{name} = {} at {at}{more}", number(*value))
        }
        Err(error) => format!("failed at {at}: {error}"),
    }
}
