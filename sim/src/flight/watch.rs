//! What observes a run: at every moment that something is due, in this order, targets are scraped, the checks' own PromQL
//! is asked, rules are evaluated, and the Alertmanager is told.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use observatory::alertmanager::{Alertmanager, Config, Fate, Notification};
use observatory::promql::{Options, Query, Value};
use observatory::rules::{AlertState, AlertTransition, Evaluator, EvaluatorOptions, RuleFile, RuleReport};
use observatory::scrape::Scraper;
use observatory::series::{Labels, Store, StoreOptions};
use scenario_lang::plan::{self, Plan};
use services::deploy::ScrapeTarget;
use sim_core::telemetry::Registry;
use sim_core::time::ns;
use sim_core::virtual_world::VirtualWorld;
use sim_core::world::World;
use verdict::flight::{Budget, Observation, Synthetic};

use super::Times;
use super::budget::Meter;
use super::progress::Progress;

/// Alerts and receivers of a stack, and how it reads PromQL.
#[derive(Debug, Clone, Default)]
pub(crate) struct Watch {
    /// The rule files.
    pub(crate) rules: Vec<RuleFile>,
    /// Their names and texts on the timeline of the run, as a Prometheus can be given them.
    pub(crate) rule_texts: Vec<(String, String)>,
    /// The routes; without any, nobody is notified.
    pub(crate) routes: Option<Config>,
    /// Their text on the timeline of the run.
    pub(crate) route_text: Option<String>,
    /// How PromQL is read.
    pub(crate) promql: Options,
    /// Whether samples are kept that nothing looks back to any more.
    pub(crate) keep_samples: bool,
}

/// Samples are kept for as long as anything looks back, and a little longer.
const RETENTION_SLACK_MS: i64 = 600_000;

/// Of groups that name none: Prometheus' default.
pub(crate) const DEFAULT_INTERVAL_MS: i64 = 60_000;

impl Watch {
    /// The expressions of all rules, in the order of the files.
    pub(crate) fn queries(&self) -> impl Iterator<Item = &Query> {
        let groups = self.rules.iter().flat_map(|file| &file.groups);
        groups.flat_map(|group| &group.rules).map(|rule| &rule.query)
    }
}

/// What was seen.
pub(super) struct Seen {
    pub(super) transitions: Vec<AlertTransition>,
    pub(super) rules: Vec<RuleReport>,
    pub(super) notifications: Vec<Notification>,
    pub(super) fates: Vec<Fate>,
    pub(super) observations: Vec<(usize, Vec<Observation>)>,
    pub(super) budgets: Vec<Budget>,
    pub(super) synthetic: Option<Synthetic>,
    pub(super) store: Store,
}

/// Watches a run while it goes on.
pub(super) struct Watcher(Rc<RefCell<State>>);

struct State {
    times: Times,
    options: Options,
    scrape_ns: i64,
    next_scrape_ns: i64,
    targets: Vec<(Scraper, Rc<Registry>)>,
    store: Store,
    evaluator: Evaluator,
    alertmanager: Option<Alertmanager>,
    meters: Vec<Meter>,
    questions: Vec<Question>,
    transitions: Vec<AlertTransition>,
    notifications: Vec<Notification>,
    synthetic: Option<Synthetic>,
    firing: usize,
}

/// The PromQL of one check, and when it is asked.
struct Question {
    check: usize,
    query: Query,
    spans: Vec<(i64, i64)>,
    answers: Vec<Observation>,
}

fn to_ms(ns: i64) -> i64 {
    ns.div_euclid(1_000_000)
}

impl Watcher {
    /// Starts watching.
    pub(super) fn start(
        world: &VirtualWorld,
        plan: &Plan,
        times: Times,
        watch: &Watch,
        targets: Vec<ScrapeTarget>,
        progress: &Progress,
    ) -> Self {
        let state = Rc::new(RefCell::new(State::new(plan, times, watch, targets)));
        let (own, world_, progress) = (state.clone(), world.clone(), progress.clone());
        world.spawn(async move {
            loop {
                let due_ns = own.borrow().next_due_ns();
                if due_ns > times.end_ns {
                    break;
                }
                world_.sleep_until(due_ns).await;
                let mut state = own.borrow_mut();
                state.act(due_ns);
                progress.at(due_ns - times.start_ns, state.firing);
            }
            world_.sleep_until(times.end_ns).await;
            own.borrow_mut().end();
        });
        Self(state)
    }

    /// What was seen, once the world has come to its end.
    pub(super) fn finish(self) -> Seen {
        let state = Rc::try_unwrap(self.0).ok().expect("the watching task has ended").into_inner();
        Seen {
            budgets: state
                .meters
                .iter()
                .map(|m| m.finish(&state.store, &state.options, state.times))
                .collect(),
            rules: state.evaluator.reports(),
            fates: state.alertmanager.map(|alertmanager| alertmanager.fates()).unwrap_or_default(),
            transitions: state.transitions,
            notifications: state.notifications,
            observations: state.questions.into_iter().map(|asked| (asked.check, asked.answers)).collect(),
            synthetic: state.synthetic,
            store: state.store,
        }
    }
}

impl State {
    fn new(plan: &Plan, times: Times, watch: &Watch, targets: Vec<ScrapeTarget>) -> Self {
        let questions: Vec<Question> = Question::all(plan, times);
        let options = EvaluatorOptions {
            default_interval_ms: DEFAULT_INTERVAL_MS,
            promql: watch.promql,
            external_labels: Labels::default(),
            start_ms: to_ms(times.start_ns),
        };
        let ruled = watch.queries().map(Query::reach_back_ms);
        let asked = questions.iter().map(|question| question.query.reach_back_ms());
        let reach_back_ms = ruled.chain(asked).max().unwrap_or(0);
        let retention_ms = (!watch.keep_samples).then(|| reach_back_ms.saturating_add(RETENTION_SLACK_MS));
        let scraped = |target: ScrapeTarget| (Scraper::new(target.job, target.instance), target.registry);
        Self {
            times,
            options: watch.promql,
            scrape_ns: ns(plan.scrape_interval),
            next_scrape_ns: times.origin_ns,
            targets: targets.into_iter().map(scraped).collect(),
            store: Store::new(StoreOptions { retention_ms }),
            evaluator: Evaluator::new(watch.rules.clone(), options),
            alertmanager: watch.routes.clone().map(Alertmanager::new),
            meters: Meter::all(plan),
            questions,
            transitions: Vec::new(),
            notifications: Vec::new(),
            synthetic: None,
            firing: 0,
        }
    }

    fn next_due_ns(&self) -> i64 {
        let alertmanager = self.alertmanager.as_ref().and_then(Alertmanager::next_due);
        let due = [self.evaluator.next_due(), alertmanager].into_iter().flatten();
        due.map(|ms| ms.saturating_mul(1_000_000)).fold(self.next_scrape_ns, i64::min)
    }

    fn act(&mut self, now_ns: i64) {
        if now_ns >= self.next_scrape_ns {
            self.scrape(now_ns);
            self.next_scrape_ns += self.scrape_ns;
        }
        let now_ms = to_ms(now_ns);
        if self.evaluator.next_due().is_some_and(|due| due <= now_ms) {
            self.evaluate(now_ms);
        }
        if let Some(alertmanager) = &mut self.alertmanager {
            self.notifications.extend(alertmanager.advance(now_ms));
        }
    }

    /// What was scraped before the start is held back until its own past is known.
    fn scrape(&mut self, now_ns: i64) {
        let Self { times, store, .. } = self;
        if now_ns >= times.start_ns
            && let Some(history_ns) = times.history_ns.filter(|_| self.synthetic.is_none())
        {
            let mut series = 0;
            for (scraper, registry) in &mut self.targets {
                let settled = scraper
                    .settle(registry, store, to_ms(history_ns), to_ms(self.scrape_ns))
                    .expect("an empty store takes a history");
                registry.lift(&settled.lifts);
                series += settled.extended as u64;
            }
            self.synthetic = Some(Synthetic { from_ns: history_ns, to_ns: times.origin_ns, series });
        }
        for (scraper, registry) in &mut self.targets {
            match now_ns < times.start_ns {
                true => scraper.warm_up(registry, to_ms(now_ns)),
                false => scraper.scrape(registry, store, to_ms(now_ns)),
            }
        }
        for meter in &mut self.meters {
            meter.read(store, &self.options, now_ns, *times);
        }
        for question in &mut self.questions {
            question.ask(store, &self.options, now_ns);
        }
    }

    /// What is asked `at end` is asked there, whether or not a scrape falls on it.
    fn end(&mut self) {
        let Self { questions, store, options, times, .. } = self;
        let unasked = |question: &&mut Question| {
            question.answers.last().is_none_or(|answer| answer.time_ns < times.end_ns)
        };
        for question in questions.iter_mut().filter(unasked) {
            question.ask(store, options, times.end_ns);
        }
    }

    fn evaluate(&mut self, now_ms: i64) {
        let evaluation = self.evaluator.evaluate(now_ms, &mut self.store);
        for change in &evaluation.transitions {
            self.firing += usize::from(change.to == AlertState::Firing);
            self.firing -= usize::from(change.from == AlertState::Firing);
        }
        self.transitions.extend(evaluation.transitions);
        if let Some(alertmanager) = &mut self.alertmanager {
            alertmanager.receive(now_ms, &evaluation.alerts);
        }
    }
}

impl Question {
    fn all(plan: &Plan, times: Times) -> Vec<Self> {
        let question = |(check, asked): (usize, &plan::Check)| {
            let query = Query::parse(&asked.phrase.text("query")?).ok()?;
            let spans = match asked.phrase.when("when") {
                Some(when) => plan.spans(&when),
                None => vec![(Duration::ZERO, plan.duration)],
            };
            let spans = spans.into_iter().map(|(from, to)| (times.at(from), times.at(to))).collect();
            Some(Self { check, query, spans, answers: Vec::new() })
        };
        plan.checks.iter().enumerate().filter_map(question).collect()
    }

    /// Asks it, if this moment lies in one of its spans, ends included.
    fn ask(&mut self, store: &Store, options: &Options, now_ns: i64) {
        if !self.spans.iter().any(|(from, to)| (*from..=*to).contains(&now_ns)) {
            return;
        }
        let result = match self.query.instant(store, options, to_ms(now_ns)) {
            Ok(Value::Scalar(value)) => Ok(vec![(String::new(), value)]),
            Ok(Value::Vector(elements)) => {
                Ok(elements.iter().map(|element| (element.labels.to_string(), element.value)).collect())
            }
            Ok(Value::Matrix(_) | Value::Text(_)) => {
                Err("the expression gives ranges or text, and not values".to_owned())
            }
            Err(error) => Err(error.to_string()),
        };
        let matched = self.query.matched(store, options, to_ms(now_ns));
        self.answers.push(Observation { time_ns: now_ns, result, matched });
    }
}
