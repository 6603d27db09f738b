//! `sim service`: one replica of a scenario's service, as a process of its own.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::io;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs};
use std::os::fd::AsFd;
use std::rc::Rc;

use live_world::clock::Clock;
use live_world::exporter::Exporter;
use live_world::postgres::Database;
use live_world::world::{LiveWorld, Places};
use live_world::{process, thread};
use scenario_lang::plan::{Plan, Service, Step};
use services::deploy::deploy_one;
use services::telemetry::histograms;
use services::telemetry::tap::Tap;
use sim_core::telemetry::{Collector, LogRecord, Severity, Span};
use sim_core::world::{Address, World};

use super::complain;
use crate::cli;
use crate::exit::Exit;
use crate::live::sender::Sender;
use crate::prepare::understand;

pub(crate) fn service(options: &cli::Service) -> Exit {
    let (plan, findings) = understand(&options.from);
    eprint!("{}", findings.text());
    let Some(plan) = plan else { return Exit::Usage };
    let setting = match Setting::new(options, &plan) {
        Ok(setting) => setting,
        Err(problem) => {
            eprintln!("error: {problem}");
            return Exit::Usage;
        }
    };
    let listener = match listener(options) {
        Ok(listener) => listener,
        Err(problem) => return complain(&problem),
    };
    match thread::run(Clock::new(), async |timer| {
        let world = LiveWorld::new(timer, options.seed.unwrap_or(plan.seed), setting.places);
        let sender = setting.otlp.map(|to| Sender::new(world.timer(), to));
        let tap = match &sender {
            Some(sender) => sender.tap.clone(),
            None => Tap::new(Rc::new(RefCell::new(Discard))),
        };
        let ended = run(&world, &plan, (setting.index, options.replica), listener, &tap).await;
        let missing = match sender {
            Some(sender) => sender.flush().await,
            None => 0,
        };
        if missing > 0 {
            eprintln!("{missing} spans and log lines could not be sent");
        }
        ended
    }) {
        Ok(Ok(())) => Exit::Held,
        Ok(Err(error)) | Err(error) => complain(&format!("{} cannot serve: {error}", options.service)),
    }
}

async fn run(
    world: &LiveWorld,
    plan: &Plan,
    (index, replica): (usize, u32),
    listener: TcpListener,
    tap: &Tap,
) -> io::Result<()> {
    let service = &plan.services[index];
    let exporter = Exporter::new(histograms()).map_err(io::Error::other)?;
    deploy_one(world, plan, (index, replica), Rc::new(exporter.recorder), tap, &|_, bare| bare);
    let listener = tokio::net::TcpListener::from_std(listener)?;
    println!("{} listens on {}", services::deploy::instance(service, replica), listener.local_addr()?);
    let at = Address { service: service.name.clone(), replica };
    let metrics = exporter.handle;
    world.spawn({
        let world = world.clone();
        async move { world.serve(&at, listener, move || metrics.render()).await }
    });
    process::asked_to_end().await.map(drop)
}

/// Spans and log lines that nobody wants.
struct Discard;

impl Collector for Discard {
    fn span(&mut self, _: Span) {}

    fn log(&mut self, _: Severity, _: LogRecord) {}
}

/// Which service it is, and where the others are.
struct Setting {
    index: usize,
    places: Places,
    otlp: Option<SocketAddr>,
}

impl Setting {
    fn new(options: &cli::Service, plan: &Plan) -> Result<Self, String> {
        let names =
            || plan.services.iter().map(|service| service.name.as_str()).collect::<Vec<_>>().join(", ");
        let index =
            plan.services.iter().position(|service| service.name == options.service).ok_or_else(|| {
                format!(
                    "{} defines no service {}; it has {}",
                    options.from.display(),
                    options.service,
                    names()
                )
            })?;
        let service = &plan.services[index];
        if options.replica >= service.replicas {
            let (name, replicas) = (&service.name, service.replicas);
            return Err(format!("{name} has {replicas} replicas, from 0; there is no {}", options.replica));
        }
        let mut places = Places::default();
        for named in &options.peers {
            let address = resolve(&named.place)?;
            let (service, replica) = match named.name.rsplit_once('/') {
                Some((service, replica)) => (service, replica.parse::<u32>().ok()),
                None => (named.name.as_str(), None),
            };
            let of =
                plan.services.iter().find(|known| known.name == service).ok_or_else(|| {
                    format!("--peer {}: no such service; there are {}", named.name, names())
                })?;
            for replica in replica.map_or(0..of.replicas, |replica| replica..replica + 1) {
                places.replicas.insert(Address { service: service.to_owned(), replica }, address);
            }
        }
        for named in &options.databases {
            let config =
                named.place.parse().map_err(|error| format!("--database {}: {error}", named.name))?;
            let known = plan.databases.iter().filter(|database| database.name == named.name);
            let tables =
                known.flat_map(|database| &database.tables).map(|table| (table.name.clone(), table.rows));
            places.databases.insert(named.name.clone(), Database::new(config, tables.collect()));
        }
        Needs::of(service).met_by(plan, &places)?;
        let otlp = options.otlp.as_deref().map(resolve).transpose()?;
        Ok(Self { index, places, otlp })
    }
}

/// What a service calls and queries.
#[derive(Default)]
struct Needs {
    services: BTreeSet<usize>,
    databases: BTreeSet<usize>,
}

impl Needs {
    fn of(service: &Service) -> Self {
        let mut needs = Self::default();
        for endpoint in &service.endpoints {
            needs.add(&endpoint.steps);
        }
        needs
    }

    fn add(&mut self, steps: &[Step]) {
        for step in steps {
            match step {
                Step::Call(call) => drop(self.services.insert(call.service)),
                Step::Query { database, .. } => drop(self.databases.insert(*database)),
                Step::Parallel(steps) => self.add(steps),
                Step::Cpu(_) | Step::Wait(_) => {}
            }
        }
    }

    fn met_by(&self, plan: &Plan, places: &Places) -> Result<(), String> {
        for &index in &self.services {
            let callee = &plan.services[index];
            for replica in 0..callee.replicas {
                let address = Address { service: callee.name.clone(), replica };
                if !places.replicas.contains_key(&address) {
                    let name = &callee.name;
                    return Err(format!(
                        "it calls {name}, replica {replica}: say where that is, \
                         --peer {name}/{replica}=HOST:PORT or --peer {name}=HOST:PORT for all"
                    ));
                }
            }
        }
        for &index in &self.databases {
            let name = &plan.databases[index].name;
            if !places.databases.contains_key(name) {
                return Err(format!(
                    "it queries {name}: say where that is, --database '{name}=host=HOST port=PORT user=USER'"
                ));
            }
        }
        Ok(())
    }
}

fn resolve(place: &str) -> Result<SocketAddr, String> {
    let mut found = place.to_socket_addrs().map_err(|error| format!("{place}: {error}"))?;
    found.next().ok_or_else(|| format!("{place}: no address of that name"))
}

/// A listener of its own, or the one that its parent has put where standard input is.
fn listener(options: &cli::Service) -> Result<TcpListener, String> {
    let listener = match options.listen {
        Some(address) => {
            TcpListener::bind(address).map_err(|error| format!("cannot listen on {address}: {error}"))?
        }
        None => {
            let inherited = io::stdin().as_fd().try_clone_to_owned();
            TcpListener::from(inherited.map_err(|error| format!("no socket was handed down: {error}"))?)
        }
    };
    listener.set_nonblocking(true).map_err(|error| format!("no socket was handed down: {error}"))?;
    Ok(listener)
}
