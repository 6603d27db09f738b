//! The replicas of a plan, each a process of its own.

use std::collections::BTreeMap;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::process::ExitStatus;

use live_world::timer::Timer;
use scenario_lang::plan::{At, Plan};
use services::deploy::instance;
use sim_core::world::Address;

use super::http::Client;
use super::process::{Process, kept};
use super::prometheus::Target;

/// How long a replica may take until it answers.
const READY_NS: u64 = 10_000_000_000;

/// How long it may take to end.
const GRACE_NS: u64 = 2_000_000_000;

/// The sockets that the replicas will listen on. They are bound here and handed down, so that every address is known before
/// anything runs, and nobody else can take it.
pub(crate) struct Sockets {
    own: BTreeMap<Address, TcpListener>,
    /// Replicas of services that run already.
    attached: BTreeMap<Address, SocketAddr>,
}

/// What every replica is told.
pub(crate) struct Orders<'a> {
    /// The path of this program.
    pub(crate) sim: &'a Path,
    /// The scenario, as it was named.
    pub(crate) scenario: &'a Path,
    pub(crate) plan: &'a Plan,
    /// Where logs go.
    pub(crate) folder: &'a Path,
    /// Where a caller, by its index, finds a replica behind a proxy.
    pub(crate) proxied: &'a BTreeMap<(usize, Address), SocketAddr>,
    /// By name, as `tokio_postgres` reads it.
    pub(crate) databases: &'a BTreeMap<String, String>,
    /// Who receives spans and log lines.
    pub(crate) otlp: SocketAddr,
}

/// The replicas that run.
pub(crate) struct Fleet {
    own: Vec<Replica>,
    attached: BTreeMap<Address, SocketAddr>,
}

/// One replica.
pub(crate) struct Replica {
    pub(crate) address: Address,
    pub(crate) at: SocketAddr,
    pub(crate) process: Process,
}

impl Sockets {
    /// One for each replica, on free ports of the loopback interface; and the addresses of services that run already.
    ///
    /// # Errors
    /// No port is free, or a service that runs already has no address.
    pub(crate) fn bind(plan: &Plan) -> Result<Self, String> {
        let (mut own, mut attached) = (BTreeMap::new(), BTreeMap::new());
        for service in &plan.services {
            let place = service.at.as_ref().map(|at| resolve(&service.name, at)).transpose()?;
            for replica in 0..service.replicas {
                let address = Address { service: service.name.clone(), replica };
                match place {
                    Some(place) => drop(attached.insert(address, place)),
                    None => drop(own.insert(address, loopback()?)),
                }
            }
        }
        Ok(Self { own, attached })
    }

    /// Where the replicas will be.
    pub(crate) fn places(&self) -> BTreeMap<Address, SocketAddr> {
        let place = |(address, listener): (&Address, &TcpListener)| {
            (address.clone(), listener.local_addr().expect("a bound socket has an address"))
        };
        let attached = self.attached.iter().map(|(address, place)| (address.clone(), *place));
        self.own.iter().map(place).chain(attached).collect()
    }
}

/// A socket on a free port of the loopback interface.
///
/// # Errors
/// No port is free.
pub(crate) fn loopback() -> Result<TcpListener, String> {
    TcpListener::bind(("127.0.0.1", 0)).map_err(|error| format!("no port is free on 127.0.0.1: {error}"))
}

fn resolve(service: &str, At { host, port, tls }: &At) -> Result<SocketAddr, String> {
    if *tls {
        return Err(format!("service {service}: a live run asks over plain HTTP; name an `http` address"));
    }
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let mut found = (bare, *port)
        .to_socket_addrs()
        .map_err(|error| format!("service {service}: {host} cannot be found: {error}"))?;
    found.next().ok_or_else(|| format!("service {service}: {host} has no address"))
}

impl Fleet {
    /// Starts every replica and waits until all answer.
    ///
    /// # Errors
    /// One cannot be started, ends at once, or is not ready in time.
    pub(crate) async fn start(timer: &Timer, sockets: Sockets, orders: &Orders<'_>) -> Result<Self, String> {
        let places = sockets.places();
        let mut own = Vec::new();
        for (address, listener) in sockets.own {
            let at = places[&address];
            own.push(Replica { process: orders.spawn(&address, listener, &places)?, address, at });
        }
        for Replica { at, process, .. } in &mut own {
            let client = Client::new(timer, &format!("http://{at}"))?;
            let probe = async || client.get("/metrics").await.map(drop);
            process.until_ready(timer, READY_NS, probe).await?;
        }
        Ok(Self { own, attached: sockets.attached })
    }

    /// What Prometheus scrapes.
    pub(crate) fn targets(&self) -> Vec<Target> {
        let target = |(address, at): (&Address, &SocketAddr)| Target {
            job: address.service.clone(),
            instance: name(address),
            address: at.to_string(),
        };
        let own = self.own.iter().map(|replica| (&replica.address, &replica.at));
        own.chain(&self.attached).map(target).collect()
    }

    /// Ends all. Says which had ended before, and how.
    pub(crate) async fn stop(mut self, timer: &Timer) -> Vec<(String, ExitStatus)> {
        let ended = |replica: &mut Replica| Some((name(&replica.address), replica.process.ended()?));
        let early = self.own.iter_mut().filter_map(ended).collect();
        let stops = self.own.iter_mut().map(|replica| {
            let stop: std::pin::Pin<Box<dyn Future<Output = _> + '_>> =
                Box::pin(replica.process.terminate(timer, GRACE_NS));
            stop
        });
        sim_core::sync::join_all(stops.collect()).await;
        early
    }
}

fn name(Address { service, replica }: &Address) -> String {
    format!("{service}-{replica}")
}

impl Orders<'_> {
    fn spawn(
        &self,
        address: &Address,
        listener: TcpListener,
        places: &BTreeMap<Address, SocketAddr>,
    ) -> Result<Process, String> {
        let own = self.plan.services.iter().position(|service| service.name == address.service);
        let own = own.expect("addresses are made from the plan");
        let mut command = kept(self.sim, "kill", self.sim);
        command.args(["service", &address.service, "--replica", &address.replica.to_string()]);
        command.arg("--from").arg(self.scenario);
        command.args(["--seed", &self.plan.seed.to_string(), "--otlp", &self.otlp.to_string()]);
        for (peer, direct) in places {
            let place = self.proxied.get(&(own, peer.clone())).unwrap_or(direct);
            command.args(["--peer", &format!("{}/{}={place}", peer.service, peer.replica)]);
        }
        for (database, place) in self.databases {
            command.args(["--database", &format!("{database}={place}")]);
        }
        let name = instance(&self.plan.services[own], address.replica);
        let log: PathBuf = self.folder.join(format!("{name}.log"));
        Process::spawn_on(&name, command, &log, listener.into())
    }
}
