//! One live run of a plan, from the first process to the evidence.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;

use live_world::clock::Clock;
use live_world::process::asked_to_end;
use live_world::thread;
use live_world::timer::Timer;
use observatory::promql::Query;
use scenario_lang::plan::Plan;
use sim_core::sync::within;
use sim_core::time::ns;
use verdict::flight::{Flight, Synthetic};

use super::alertmanager::{Alertmanager, redirect::redirect};
use super::edges::{Doors, Proxies};
use super::evidence::{Evidence, Watched};
use super::fates::Fates;
use super::fleet::{self, Fleet, Sockets};
use super::history::Watching;
use super::load::{self, Load};
use super::observe::Observer;
use super::pages::Pages;
use super::postgresql::Postgresql;
use super::prometheus::{self, Prometheus};
use crate::flight::Times;
use crate::flight::budget::Objective;
use crate::flight::pool::Case;
use crate::flight::progress::Progress;
use crate::flight::watch::{DEFAULT_INTERVAL_MS, questions};

/// How a live run is made.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// Threads of the load generator, and as many of the proxies.
    pub(crate) workers: u64,
    /// Where logs go.
    pub(crate) folder: PathBuf,
}

/// What came of a live run.
pub(crate) struct Landed {
    /// The plan as it was flown: it begins when it began.
    pub(crate) plan: Plan,
    pub(crate) flight: Flight,
    /// Whether somebody ended it before its time.
    pub(crate) interrupted: bool,
    /// What went otherwise than planned, and is no evidence.
    pub(crate) remarks: Vec<String>,
}

/// Why there is no evidence.
pub(crate) enum Failed {
    /// Somebody ended it before it began.
    Interrupted,
    /// It could not run.
    Problem(String),
}

impl From<String> for Failed {
    fn from(problem: String) -> Self {
        Self::Problem(problem)
    }
}

/// The part of the history that really happens, at least: so much of it shows what the services always say.
const WARM_UP_NS: i64 = 10_000_000_000;

/// What Prometheus is given to read its past and begin to scrape, while the history's traffic goes on.
const PREPARATION_NS: i64 = 15_000_000_000;

/// How often it is looked whether somebody ends the run.
const POLL_NS: u64 = 20_000_000;

/// How often the Alertmanager is asked what it knows, and whether anything has ended.
const LOOK_NS: u64 = 100_000_000;

/// Flies it. Whatever happens, nothing of it is left when this returns.
pub(crate) fn fly(case: &Case, settings: &Settings, progress: &Progress) -> Result<Landed, Failed> {
    let clock = Clock::new();
    let run = thread::run(clock, async |timer| {
        let interrupted = Rc::new(Cell::new(false));
        let asked = interrupted.clone();
        tokio::task::spawn_local(async move {
            if asked_to_end().await.is_ok() {
                asked.set(true);
            }
        });
        let run = Run { timer: &timer, case, settings, progress, interrupted: &interrupted };
        match within(run.prepare(), run.interruption()).await {
            Some(ready) => run.fly(ready?).await,
            None => Err(Failed::Interrupted),
        }
    });
    run.map_err(|error| Failed::Problem(format!("a live run needs descriptors: {error}")))?
}

struct Run<'a> {
    timer: &'a Timer,
    case: &'a Case,
    settings: &'a Settings,
    progress: &'a Progress,
    interrupted: &'a Cell<bool>,
}

/// Everything that runs when a run begins.
struct Ready {
    plan: Plan,
    times: Times,
    pages: Pages,
    observe: Observer,
    postgres: Vec<Postgresql>,
    fleet: Fleet,
    proxies: Proxies,
    load: Load,
    alertmanager: Option<Alertmanager>,
    /// None where nothing is watched.
    prometheus: Option<Prometheus>,
    synthetic: Option<Synthetic>,
}

impl Run<'_> {
    fn now_ns(&self) -> i64 {
        self.timer.clock().now_ns()
    }

    async fn interruption(&self) {
        while !self.interrupted.get() {
            self.timer.sleep(POLL_NS).await;
        }
    }

    /// Starts everything, and lets the history's traffic flow.
    async fn prepare(&self) -> Result<Ready, String> {
        let (timer, watch, folder) = (self.timer, &self.case.watch, &*self.settings.folder);
        let sim = std::env::current_exe().map_err(|error| format!("where is this program? {error}"))?;
        let mut plan = self.case.plan.clone();

        let pages =
            Pages::start(timer).await.map_err(|error| format!("no pages can be received: {error}"))?;
        let observe = Observer::start(timer, ([127, 0, 0, 1], 0).into()).await;
        let observe = observe.map_err(|error| format!("no spans can be received: {error}"))?;
        let alertmanager = match &watch.route_text {
            Some(text) => {
                let config = redirect(text, &self.routes_folder(), pages.address())?;
                Some(Alertmanager::start(timer, &sim, &folder.join("alertmanager"), &config).await?)
            }
            None => None,
        };
        let mut postgres = Vec::new();
        let mut databases = BTreeMap::new();
        for database in &plan.databases {
            let folder = folder.join(&database.name);
            let started = Postgresql::start(timer, &sim, &folder, database).await?;
            databases.insert(database.name.clone(), started.parameters().to_string());
            postgres.push(started);
        }

        let (sockets, doors) = (Sockets::bind(&plan)?, Doors::bind(&plan)?);
        let replicas = sockets.places();
        let orders = fleet::Orders {
            sim: &sim,
            scenario: Path::new(&self.case.file),
            plan: &plan,
            folder,
            proxied: &doors.proxied(),
            databases: &databases,
            otlp: observe.address(),
        };
        let fleet = Fleet::start(timer, sockets, &orders).await?;

        let times = self.times(&plan);
        plan.start_unix_ns = times.start_ns;
        let proxies = doors.open(&plan, timer.clock(), &replicas, self.settings.workers);
        let orders = load::Orders {
            plan: plan.clone(),
            times,
            clock: timer.clock(),
            replicas,
            otlp: observe.address(),
            progress: self.progress.clone(),
        };
        let load = Load::start(&orders, self.settings.workers);
        let history = self.history(&plan, times, &fleet).await?;
        let synthetic = history.as_ref().map(|(_, synthetic)| *synthetic);
        let prometheus = match self.is_watched(&plan) {
            true => {
                let settings = prometheus::Settings {
                    targets: fleet.targets(),
                    scrape_interval: plan.scrape_interval,
                    evaluation_interval: Duration::from_millis(DEFAULT_INTERVAL_MS.unsigned_abs()),
                    lookback: Duration::from_millis(watch.promql.lookback_ms.unsigned_abs()),
                    resend_delay: plan.scrape_interval,
                    alertmanagers: alertmanager.iter().map(|server| server.address().to_owned()).collect(),
                    rules: watch.rule_texts.clone(),
                    history: history.map(|(text, _)| text),
                };
                Some(Prometheus::start(timer, &sim, &folder.join("prometheus"), &settings).await?)
            }
            false => None,
        };
        if self.now_ns() > times.start_ns {
            return Err("everything took so long to start that the run could not begin on time".to_owned());
        }
        Ok(Ready {
            plan,
            times,
            pages,
            observe,
            postgres,
            fleet,
            proxies,
            load,
            alertmanager,
            prometheus,
            synthetic,
        })
    }

    /// What paths in the routes are relative to.
    fn routes_folder(&self) -> PathBuf {
        let routes = self.case.plan.routes.as_deref().map(Path::new);
        let folder = routes.and_then(Path::parent).filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        folder.canonicalize().unwrap_or_else(|_| folder.to_owned())
    }

    /// Whether anything asks Prometheus.
    fn is_watched(&self, plan: &Plan) -> bool {
        !self.case.watch.rules.is_empty() || !plan.slos.is_empty() || !questions(plan).is_empty()
    }

    /// When everything happens, with what is needed before the start.
    fn times(&self, plan: &Plan) -> Times {
        let origin_ns = self.now_ns() + ns(Duration::from_millis(500));
        let warm_up_ns = WARM_UP_NS.max(3 * ns(plan.scrape_interval));
        let history = plan.history.map(|history| ns(history.length));
        let preparation_ns = if self.is_watched(plan) { PREPARATION_NS } else { 0 };
        let before_ns = preparation_ns + history.map_or(0, |_| warm_up_ns);
        let start_ns = origin_ns + before_ns;
        Times {
            origin_ns,
            start_ns,
            end_ns: start_ns.saturating_add(ns(plan.duration)),
            history_ns: history.map(|length| start_ns - length.max(before_ns)),
        }
    }

    /// The past, as OpenMetrics, from what the services say during the warm-up.
    async fn history(
        &self,
        plan: &Plan,
        times: Times,
        fleet: &Fleet,
    ) -> Result<Option<(String, Synthetic)>, String> {
        let Some(history_ns) = times.history_ns.filter(|_| self.is_watched(plan)) else { return Ok(None) };
        let mut asked = questions(plan);
        for Objective { total, bad, .. } in Objective::all(plan) {
            asked.extend([total, bad].iter().filter_map(|selector| Query::parse(selector).ok()));
        }
        let queries = self.case.watch.queries().chain(&asked);
        let mut watched = Watching::new(self.timer, fleet.targets(), queries)?;
        let step_ns = ns(plan.scrape_interval).max(1);
        let mut at_ns = times.origin_ns;
        while at_ns < times.start_ns - PREPARATION_NS {
            self.timer.sleep_until(at_ns).await;
            watched.scrape(self.now_ns() / 1_000_000).await?;
            at_ns += step_ns;
        }
        let past = watched.past(history_ns / 1_000_000, times.origin_ns / 1_000_000, step_ns / 1_000_000);
        let synthetic = Synthetic { from_ns: history_ns, to_ns: times.origin_ns, series: past.series };
        Ok(Some((past.text, synthetic)))
    }

    /// The run itself, and what was seen of it.
    async fn fly(&self, mut ready: Ready) -> Result<Landed, Failed> {
        let mut fates = Fates::default();
        let end_ns = self.watch(&mut ready, &mut fates).await?;
        if end_ns <= ready.times.start_ns {
            return Err(Failed::Interrupted);
        }
        let interrupted = end_ns < ready.times.end_ns;
        let Ready {
            plan,
            mut times,
            pages,
            observe,
            postgres,
            fleet,
            proxies,
            load,
            alertmanager,
            prometheus,
            synthetic,
        } = ready;
        times.end_ns = end_ns;
        let (effects, seen) = if interrupted {
            load.stop();
            // The faults end first of all.
            (proxies.close()?, load.finish(self.timer).await?)
        } else {
            // The last answers may still come through the proxies.
            let seen = load.finish(self.timer).await?;
            (proxies.close()?, seen)
        };
        let evidence = match &prometheus {
            Some(prometheus) => {
                let watch = &self.case.watch;
                let rules = watch.rules.iter().cloned().enumerate();
                let rules: Vec<_> =
                    rules.map(|(index, file)| (file, prometheus.file(index).to_owned())).collect();
                let lookback_ms = watch.promql.lookback_ms;
                let watched =
                    Watched { api: prometheus.api(), plan: &plan, times, rules: &rules, lookback_ms };
                watched.evidence().await?
            }
            None => Evidence::default(),
        };
        let notifications = pages.notifications();
        let mut remarks = pages.problems();
        for (name, status) in fleet.stop(self.timer).await {
            remarks.push(format!("{name} had ended before the run did: {status}"));
        }
        if let Some(prometheus) = prometheus {
            prometheus.stop(self.timer).await;
        }
        if let Some(alertmanager) = alertmanager {
            alertmanager.stop(self.timer).await;
        }
        for database in postgres {
            database.stop(self.timer).await;
        }
        let (traces, logs, catalog) = observe.finish().into_stores();
        let (outcomes, traffic) = seen.into_evidence();
        let flight = Flight {
            start_ns: times.start_ns,
            end_ns,
            effects,
            transitions: evidence.transitions,
            rules: evidence.rules,
            fates: fates.finish(&notifications),
            notifications,
            traces,
            logs,
            catalog,
            outcomes,
            observations: evidence.observations,
            budgets: evidence.budgets,
            traffic,
            synthetic,
        };
        Ok(Landed { plan, flight, interrupted, remarks })
    }

    /// Waits for the end, or for somebody to end it, and returns when that was.
    async fn watch(&self, ready: &mut Ready, fates: &mut Fates) -> Result<i64, String> {
        let end_ns = ready.times.end_ns;
        loop {
            let now_ns = self.now_ns();
            if self.interrupted.get() || now_ns >= end_ns {
                return Ok(now_ns.min(end_ns));
            }
            if let Some(alertmanager) = &ready.alertmanager
                && let Ok(known) = alertmanager.api().alerts().await
            {
                fates.see(now_ns / 1_000_000, &known);
            }
            let firing = match &ready.prometheus {
                Some(prometheus) => prometheus.api().alerts().await.unwrap_or_default(),
                None => Vec::new(),
            };
            let firing = firing.iter().filter(|alert| alert.state == "firing").count();
            self.progress.at(now_ns - ready.times.start_ns, firing);
            let prometheus = ready.prometheus.iter_mut().map(Prometheus::process);
            let alertmanager = ready.alertmanager.iter_mut().map(Alertmanager::process);
            let databases = ready.postgres.iter_mut().map(Postgresql::process);
            for component in prometheus.chain(alertmanager).chain(databases) {
                component.still_runs()?;
            }
            self.timer.sleep(LOOK_NS).await;
        }
    }
}
