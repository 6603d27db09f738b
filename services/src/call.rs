//! A call to another service: picks a replica, waits no longer than it may, and tries again where that is allowed.

use std::rc::Rc;
use std::time::Duration;

use http::{Method, Uri};
use scenario_lang::plan::{Retry, RetryOn};
use sim_core::distribution::Sampler;
use sim_core::net::{Answer, Body, Edge, Request, TransportError};
use sim_core::random::{Draws, Purpose, RequestKey};
use sim_core::sync::within;
use sim_core::telemetry::{ErrorType, Propagation, Severity};
use sim_core::world::World;

use crate::retry_budget::RetryBudget;
use crate::step::{Failure, Serving};
use crate::telemetry::activity::Observed;
use crate::telemetry::instruments::{ByOutcome, Outcome};
use crate::telemetry::resource::Resource;
use crate::telemetry::tap::Line;

/// One place in the plan at which a service calls another.
pub(crate) struct Call<W: World> {
    pub(crate) world: W,
    pub(crate) resource: Resource,
    pub(crate) observed: Rc<Observed>,
    /// The ways to the callee's replicas.
    pub(crate) edges: Vec<Edge>,
    pub(crate) target: Target,
    pub(crate) timeout: Option<Duration>,
    pub(crate) retry: Option<RetryPolicy>,
    /// This place, among all of the plan's.
    pub(crate) site: Purpose,
    pub(crate) lines: ByOutcome<Line>,
}

/// What is asked for.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) service: String,
    /// The route that the path is of (`url.template`).
    pub(crate) template: String,
    pub(crate) method: Method,
    pub(crate) uri: Uri,
}

/// When a call is tried again.
pub(crate) struct RetryPolicy {
    rule: Retry,
    backoff: Option<(Sampler, Purpose)>,
    /// Shared by all calls of the replica to the same service.
    budget: Rc<RetryBudget>,
}

impl RetryPolicy {
    pub(crate) fn new(rule: &Retry, place: &str, budget: Rc<RetryBudget>) -> Self {
        let backoff = rule.backoff.as_ref();
        Self {
            backoff: backoff.map(|pause| (Sampler::new(pause), Purpose::new(&format!("backoff/{place}")))),
            budget,
            rule: rule.clone(),
        }
    }

    fn covers(&self, outcome: Outcome) -> bool {
        self.rule.on.iter().any(|on| match (on, outcome) {
            (RetryOn::Status(status), Outcome::Status(got)) => *status == got,
            (RetryOn::Timeout, Outcome::Failed(error)) => error == ErrorType::Timeout,
            (RetryOn::Connect, Outcome::Failed(error)) => error == ErrorType::Connect,
            _ => false,
        })
    }

    fn allows(&self, attempt: u32, outcome: Outcome, now_ns: i64) -> bool {
        attempt < self.rule.attempts
            && self.covers(outcome)
            && self.rule.budget.is_none_or(|ratio| self.budget.retry(now_ns, ratio))
    }
}

/// Which replica is asked.
pub(crate) fn pick<'a, W: World>(
    world: &W,
    edges: &'a [Edge],
    key: RequestKey,
    balance: Purpose,
) -> &'a Edge {
    match edges {
        [only] => only,
        _ => &edges[(world.draws().draw(key, balance) % edges.len() as u64) as usize],
    }
}

impl Target {
    /// A request that carries this context.
    pub(crate) fn request(&self, sent: Propagation) -> Request {
        let mut request = Request::new(Body::empty());
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = self.uri.clone();
        sent.inject(request.headers_mut());
        request
    }
}

/// How an answer counts.
pub(crate) fn outcome_of(answer: Option<Answer>) -> Outcome {
    match answer {
        None => Outcome::Failed(ErrorType::Timeout),
        Some(Ok(response)) => Outcome::Status(response.status().as_u16()),
        Some(Err(TransportError::Connect)) => Outcome::Failed(ErrorType::Connect),
        Some(Err(TransportError::Broken)) => Outcome::Failed(ErrorType::Broken),
    }
}

impl<W: World> Call<W> {
    /// Calls, until an attempt succeeds or none is left. A status from 400 on passes to our own caller unchanged.
    pub(crate) async fn run(&self, serving: Serving) -> Result<(), Failure> {
        if let Some(retry) = &self.retry {
            retry.budget.request(self.world.now_ns());
        }
        for attempt in 0.. {
            let (outcome, key) = self.attempt(serving, attempt).await;
            let status = match outcome {
                Outcome::Done => return Ok(()),
                Outcome::Status(status) if status < 400 => return Ok(()),
                Outcome::Status(status) => status,
                Outcome::Failed(ErrorType::Timeout) => 504,
                Outcome::Failed(_) => 502,
            };
            let now_ns = self.world.now_ns();
            if status >= 500 {
                self.resource.tap.log(self.line(outcome), now_ns, serving.context);
            }
            match &self.retry {
                Some(retry) if retry.allows(attempt, outcome, now_ns) => {
                    if let Some((pause, purpose)) = &retry.backoff {
                        self.world.sleep(pause.sample(self.world.draws().draw(key, *purpose))).await;
                    }
                }
                _ => return Err(Failure(status)),
            }
        }
        unreachable!("a call is given up after a bounded number of attempts")
    }

    async fn attempt(&self, serving: Serving, attempt: u32) -> (Outcome, RequestKey) {
        let parent = serving.context;
        let context = parent.child(Draws::span_id(parent, self.site, attempt));
        let key = RequestKey::from(context);
        let activity = self.observed.begin(&self.world, context, parent.span_id, attempt);
        let request = self.target.request(Propagation::new(context, serving.intended_ns));
        let answer = pick(&self.world, &self.edges, key, self.site).send(request);
        let answer = match self.timeout {
            Some(limit) => within(answer, self.world.sleep(limit.as_nanos() as u64)).await,
            None => Some(answer.await),
        };
        let outcome = outcome_of(answer);
        activity.end(outcome);
        (outcome, key)
    }

    fn line(&self, outcome: Outcome) -> Line {
        self.lines.get(outcome, || {
            let Target { service, method, template, .. } = &self.target;
            let what = match outcome {
                Outcome::Status(status) => status.to_string(),
                Outcome::Failed(error) => error.to_string(),
                Outcome::Done => String::new(),
            };
            self.resource
                .line(Severity::Error, format!("upstream {what} from {service} ({method} {template})"))
        })
    }
}
