//! The records of the journal. Moments (`…_ns`) are nanoseconds from the start of the run.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::float;
use crate::episodes::State;

/// Labels by name.
pub type LabelSet = BTreeMap<String, String>;

/// Where a run was flown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum World {
    /// In virtual time, within one process.
    #[default]
    Virtual,
    /// With processes and sockets, by a real clock.
    Live,
}

impl World {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Virtual => "virtual",
            Self::Live => "live",
        }
    }
}

/// A record: serialisable, comparable, documented where it is declared.
macro_rules! records {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* })*) => {
        $($(#[$doc])*
        #[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $type,)*
        })*
    };
}

records! {
    /// What was flown.
    Header {
        /// The version of the format.
        version: u32,
        /// The version of the tool that wrote it.
        tool: String,
        /// The scenario's name.
        scenario: String,
        /// The comment that opens it.
        description: String,
        /// Its file.
        file: String,
        /// Where all randomness came from.
        seed: u64,
        /// The start of the run, nanoseconds since the Unix epoch.
        start_unix_ns: i64,
        /// How long it took.
        duration_ns: i64,
        /// By how much the timeline was shortened: 60 where hours ran as minutes, 1 where nothing was.
        #[serde(with = "float")]
        time_scale: f64,
        /// Where it was flown.
        world: World,
        /// The past that was taken for granted.
        history: Option<History>,
    }

    /// `history 3d at 80/s`.
    History {
        /// How far back it reaches.
        length_ns: i64,
        /// Requests per second.
        #[serde(with = "float")]
        rate: f64,
    }

    /// What the scenario says, in short.
    PlanSummary {
        /// How often targets are scraped.
        scrape_interval_ns: i64,
        /// The services.
        services: Vec<ServicePlan>,
        /// The databases, by name.
        databases: Vec<String>,
        /// The traffic.
        loads: Vec<LoadPlan>,
        /// The faults.
        faults: Vec<FaultPlan>,
        /// The objectives.
        slos: Vec<SloPlan>,
        /// The rule files.
        rules: Vec<String>,
        /// The file of the routes.
        routes: Option<String>,
    }

    /// One service.
    ServicePlan {
        /// Its name.
        name: String,
        /// How many replicas run.
        replicas: u32,
        /// Requests in service at once, per replica.
        workers: u32,
    }

    /// One load.
    LoadPlan {
        /// Its name.
        name: String,
        /// The service that is asked.
        service: String,
        /// Its shapes, one after the other, as written.
        shapes: Vec<String>,
    }

    /// One fault.
    FaultPlan {
        /// Its name.
        name: String,
        /// The edge: `api-gateway -> order-service`.
        on: String,
        /// When it begins.
        from_ns: i64,
        /// When it ends.
        to_ns: i64,
        /// What it does, each action with its share of requests.
        actions: Vec<String>,
    }

    /// One objective.
    SloPlan {
        /// Its name.
        name: String,
        /// The share of good requests.
        #[serde(with = "float")]
        objective: f64,
        /// Over how long.
        period_ns: i64,
        /// Of which service.
        service: String,
    }

    /// The proof that a fault took effect, or that it did not.
    FaultEffect {
        /// The fault's name.
        fault: String,
        /// Requests that passed where it acts.
        seen: u64,
        /// Of these, the ones in its window.
        matched: u64,
        /// Of these, the ones that were hit, each counted once whatever the number of actions.
        hit: u64,
        /// Of the others, the ones of which there is no record, because there were too many.
        unrecorded: u64,
    }

    /// One request that was hit.
    Hit {
        /// The fault's name.
        fault: String,
        /// When the first of its actions hit.
        at_ns: i64,
        /// Which of the fault's actions hit it, from 0.
        actions: Vec<u8>,
        /// The trace, as 32 hexadecimal digits.
        trace: String,
        /// The calling client span, as 16 hexadecimal digits.
        span: String,
    }

    /// Requests that came within a fault's window and were left alone: one record for some hundreds.
    Spared {
        /// The fault's name.
        fault: String,
        /// Their traces and spans, as `trace-span` in hexadecimal digits.
        keys: Vec<String>,
    }

    /// One change of one alert.
    Transition {
        /// When.
        at_ns: i64,
        /// The alert.
        alert: String,
        /// All its labels.
        labels: LabelSet,
        /// Before.
        from: State,
        /// After.
        to: State,
        /// The value of the expression.
        #[serde(with = "float")]
        value: f64,
    }

    /// What became of one rule.
    Rule {
        /// The rule file.
        file: String,
        /// The group.
        group: String,
        /// The alert's or the recorded series' name.
        name: String,
        /// Whether it is an alerting rule.
        alerting: bool,
        /// How often it is due.
        interval_ns: i64,
        /// How often it was evaluated.
        evaluations: u64,
        /// How many evaluations failed.
        failures: u64,
        /// The last failure.
        last_error: Option<String>,
        /// Evaluations at which every selector matched a series.
        matched: u64,
        /// How close an alert's expression came to firing.
        reach: Option<RuleReach>,
        /// The `for` of an alerting rule.
        for_ns: i64,
    }

    /// How close an alert's expression came to firing.
    RuleReach {
        /// When.
        at_ns: i64,
        /// The comparison, as PromQL.
        comparison: String,
        /// Its left side.
        #[serde(with = "float")]
        value: f64,
        /// Its right side.
        #[serde(with = "float")]
        threshold: f64,
    }

    /// One delivery to one receiver.
    Notification {
        /// When.
        at_ns: i64,
        /// The receiver.
        receiver: String,
        /// Its integrations.
        integrations: Vec<String>,
        /// The labels that the group is grouped by.
        group: LabelSet,
        /// Whether one of its alerts fires; otherwise all are resolved.
        firing: bool,
        /// Whether nothing had changed since the last one.
        repeat: bool,
        /// Its alerts.
        alerts: Vec<Notified>,
    }

    /// One alert of a notification.
    Notified {
        /// All its labels.
        labels: LabelSet,
        /// Whether it fires; otherwise it is resolved.
        firing: bool,
        /// Annotations by name.
        annotations: LabelSet,
    }

    /// Where an alert ended in the Alertmanager.
    Fate {
        /// All its labels.
        labels: LabelSet,
        /// The receivers that its routes lead to.
        receivers: Vec<String>,
        /// The first alert that inhibited it.
        inhibited_by: Option<LabelSet>,
        /// When it was first inhibited.
        inhibited_at_ns: Option<i64>,
        /// When it first arrived.
        first_seen_ns: i64,
        /// When it was first notified.
        first_notified_ns: Option<i64>,
    }

    /// The part of the samples that was made up from history.
    Synthetic {
        /// From.
        from_ns: i64,
        /// To.
        to_ns: i64,
        /// How many series.
        series: u64,
    }

    /// The load during one slice of the run.
    TrafficSlice {
        /// From.
        from_ns: i64,
        /// To.
        to_ns: i64,
        /// Requests sent.
        sent: u64,
        /// Of these, the ones that failed.
        errors: u64,
    }

    /// How the generator of the load did, and what its clients saw over the whole run.
    Health {
        /// Requests planned.
        planned: u64,
        /// Requests sent.
        sent: u64,
        /// Requests planned and never sent, because the generator could not keep up.
        dropped: u64,
        /// Requests sent noticeably later than intended.
        late: u64,
        /// How much later than intended requests were sent: the median; zero in virtual time.
        lateness_p50_ns: i64,
        /// The 99th percentile.
        lateness_p99_ns: i64,
        /// The longest.
        lateness_max_ns: i64,
        /// Requests that an answer came to.
        answered: u64,
        /// Requests that failed: a status of 500 or more, or no answer.
        errors: u64,
        /// Median latency.
        p50_ns: i64,
        /// 95th percentile.
        p95_ns: i64,
        /// 99th percentile.
        p99_ns: i64,
        /// The longest.
        max_ns: i64,
    }

    /// The same flight without faults.
    Twin {
        /// The alerts that fired in it.
        fired: Vec<TwinAlert>,
    }

    /// An alert that fired without faults.
    TwinAlert {
        /// The alert.
        alert: String,
        /// When it first did.
        at_ns: i64,
    }
}
