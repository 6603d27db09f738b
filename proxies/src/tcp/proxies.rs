//! All proxies of a process, by name, and what can be changed about them.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use live_world::exporter::Exporter;
use live_world::timer::Timer;
use serde_json::{Map, Value};
use sim_core::random::Draws;
use tokio::sync::Notify;

use super::count;
use super::direction::Direction;
use super::error::Refused;
use super::lease::Lease;
use super::proxy::{Held, Proxy};
use super::toxic::{Id, Toxic};
use super::toxics::kind;
use super::toxics::settings::Settings;
use super::worker::Workers;

/// How many proxies there may be, and how many toxics each.
const MOST_PROXIES: usize = 4096;
const MOST_TOXICS: usize = 256;

/// All proxies of a process. It belongs to one thread, within a `LocalSet`; connections are served by others.
pub struct Proxies {
    proxies: BTreeMap<String, Proxy>,
    workers: Rc<Workers>,
    exporter: Exporter,
    timer: Timer,
    seed: u64,
    /// Told of every new lease.
    granted: Rc<Notify>,
}

/// What a proxy is to be.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Its name.
    pub name: String,
    /// Where it listens; [`resolve`] says how it is written.
    pub listen: String,
    /// Where the server is, `host:port`.
    pub upstream: String,
    /// Whether it listens at all.
    pub enabled: bool,
}

/// What a new toxic is to be.
#[derive(Debug, Clone)]
pub struct NewToxic {
    /// Its name; by default its type and stream.
    pub name: Option<String>,
    /// Its type.
    pub kind: String,
    /// In which direction it acts.
    pub stream: String,
    /// Which share of the connections it hits.
    pub toxicity: f64,
    /// What its parameters are set to.
    pub attributes: Map<String, Value>,
    /// After how long it is removed, if nobody renews it.
    pub lease: Option<Duration>,
}

impl Proxies {
    /// None yet, and so many threads to serve their connections. Which connections a toxic hits depends on `seed`.
    ///
    /// # Errors
    /// The threads cannot be started.
    pub fn new(timer: Timer, exporter: Exporter, seed: u64, workers: u16) -> io::Result<Self> {
        count::describe(&exporter.recorder);
        let workers = Rc::new(Workers::start(timer.clock(), workers)?);
        Ok(Self { proxies: BTreeMap::new(), workers, exporter, timer, seed, granted: Rc::default() })
    }

    /// What decides which connections are hit.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// Everything that is counted, in the text format of Prometheus.
    pub fn metrics(&self) -> String {
        self.exporter.handle.render()
    }

    /// What time it is.
    pub(crate) fn now_ns(&self) -> i64 {
        self.timer.clock().now_ns()
    }

    /// What is told of every new lease.
    pub(crate) fn granted(&self) -> Rc<Notify> {
        self.granted.clone()
    }

    /// The name of every proxy, where it listens and where it leads.
    pub fn routes(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.iter().map(|proxy| (&*proxy.name, &*proxy.listen, &*proxy.upstream))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Proxy> {
        self.proxies.values()
    }

    pub(crate) fn get(&self, name: &str) -> Result<&Proxy, Refused> {
        self.proxies.get(name).ok_or(Refused::NoProxy)
    }

    fn get_mut(&mut self, name: &str) -> Result<&mut Proxy, Refused> {
        self.proxies.get_mut(name).ok_or(Refused::NoProxy)
    }

    /// Makes a proxy that listens on `address`.
    ///
    /// # Errors
    /// There is one of that name, or it cannot listen.
    pub fn create(&mut self, wanted: Wanted, address: SocketAddr) -> Result<(), Refused> {
        if self.proxies.contains_key(&wanted.name) {
            return Err(Refused::ProxyExists);
        }
        if self.proxies.len() >= MOST_PROXIES {
            return Err(Refused::TooMany("proxies", MOST_PROXIES));
        }
        let Wanted { name, listen, upstream, enabled } = wanted;
        let mut proxy = Proxy::new(&self.exporter.recorder, name.clone(), listen, upstream);
        if enabled {
            proxy.start(address, &self.timer, &self.workers)?;
        }
        self.proxies.insert(name, proxy);
        Ok(())
    }

    /// Makes it, or makes the one of that name anew, unless that is the same already.
    ///
    /// # Errors
    /// It cannot listen.
    pub fn create_or_replace(&mut self, wanted: Wanted, address: SocketAddr) -> Result<(), Refused> {
        match self.proxies.get(&wanted.name) {
            Some(known) if known.listen == address.to_string() && known.upstream == wanted.upstream => Ok(()),
            _ => {
                self.proxies.remove(&wanted.name);
                self.create(wanted, address)
            }
        }
    }

    /// Changes where a proxy listens and leads to, and whether it listens. Its connections are closed if it moves.
    ///
    /// # Errors
    /// There is none of that name, or it cannot listen; then it is disabled.
    pub fn update(&mut self, wanted: Wanted, address: SocketAddr) -> Result<(), Refused> {
        let (timer, workers) = (self.timer.clone(), self.workers.clone());
        let proxy = self.get_mut(&wanted.name)?;
        let moves = proxy.listen != address.to_string() || proxy.upstream != wanted.upstream;
        if moves || !wanted.enabled {
            proxy.stop();
        }
        if moves {
            (proxy.listen, proxy.upstream) = (wanted.listen, wanted.upstream);
        }
        if wanted.enabled && !proxy.is_enabled() {
            proxy.start(address, &timer, &workers)?;
        }
        Ok(())
    }

    /// Closes a proxy and its connections.
    ///
    /// # Errors
    /// There is none of that name.
    pub fn remove(&mut self, name: &str) -> Result<(), Refused> {
        self.proxies.remove(name).map(drop).ok_or(Refused::NoProxy)
    }

    /// Removes all toxics of a proxy and lets it listen if it does not.
    pub(crate) fn reset(&mut self, name: &str, address: SocketAddr) -> Result<(), Refused> {
        let (timer, workers) = (self.timer.clone(), self.workers.clone());
        let proxy = self.get_mut(name)?;
        proxy.toxics.clear();
        proxy.post();
        if proxy.is_enabled() { Ok(()) } else { proxy.start(address, &timer, &workers) }
    }

    /// Adds a toxic, behind all others of its direction, and gives its name. It takes hold of the connections that there
    /// are, too.
    ///
    /// # Errors
    /// It is not one, or there is one of that name.
    pub fn add_toxic(&mut self, proxy: &str, new: NewToxic) -> Result<String, Refused> {
        let NewToxic { name, kind: type_name, stream, toxicity, attributes, lease } = new;
        let held = self.get(proxy)?.toxics.len();
        let direction = Direction::named(&stream).ok_or(Refused::Stream)?;
        let kind = kind(&type_name).ok_or(Refused::Kind)?;
        let name = name.unwrap_or_else(|| format!("{type_name}_{stream}"));
        if self.get(proxy)?.toxics.iter().any(|held| held.toxic.id.name == name) {
            return Err(Refused::ToxicExists);
        }
        if held >= MOST_TOXICS {
            return Err(Refused::TooMany("toxics", MOST_TOXICS));
        }
        let settings = Settings::read(kind, None, &attributes)?;
        let toxicity = share(toxicity)?;
        let hits = count::hits(&self.exporter.recorder, proxy, &name, kind, direction);
        let id = Arc::new(Id::new(Draws::new(self.seed), proxy, name.clone(), kind, direction, hits));
        let lease = lease.map(|length| Lease::new(length, self.now_ns()));
        let proxy = self.get_mut(proxy)?;
        proxy.toxics.push(Held { toxic: Arc::new(Toxic { id, settings, toxicity }), lease });
        proxy.post();
        if lease.is_some() {
            self.granted.notify_one();
        }
        Ok(name)
    }

    /// Sets some of a toxic's parameters, its toxicity, or both.
    ///
    /// # Errors
    /// There is none, or it cannot be so.
    pub fn update_toxic(
        &mut self,
        proxy: &str,
        name: &str,
        attributes: &Map<String, Value>,
        toxicity: Option<f64>,
    ) -> Result<(), Refused> {
        let proxy = self.get_mut(proxy)?;
        let held = proxy.toxics.iter_mut().find(|held| held.toxic.id.name == name).ok_or(Refused::NoToxic)?;
        let id = held.toxic.id.clone();
        let settings = Settings::read(id.kind, Some(&held.toxic.settings), attributes)?;
        let toxicity = toxicity.map_or(Ok(held.toxic.toxicity), share)?;
        held.toxic = Arc::new(Toxic { id, settings, toxicity });
        proxy.post();
        Ok(())
    }

    /// Removes a toxic. No connection can keep it from going.
    ///
    /// # Errors
    /// There is none.
    pub fn remove_toxic(&mut self, proxy: &str, name: &str) -> Result<(), Refused> {
        let proxy = self.get_mut(proxy)?;
        let before = proxy.toxics.len();
        proxy.toxics.retain(|held| held.toxic.id.name != name);
        if proxy.toxics.len() == before {
            return Err(Refused::NoToxic);
        }
        proxy.post();
        Ok(())
    }

    /// Gives every toxic with a lease its whole time again; tells how many there are.
    pub fn renew_leases(&mut self) -> usize {
        let now_ns = self.now_ns();
        let toxics = self.proxies.values_mut().flat_map(|proxy| &mut proxy.toxics);
        let leases = toxics.filter_map(|held| held.lease.as_mut());
        leases.map(|lease| *lease = lease.renewed(now_ns)).count()
    }

    /// Removes the toxics whose lease is over, and tells when the next one will be.
    pub fn end_leases(&mut self) -> Option<i64> {
        let now_ns = self.now_ns();
        let is_over = |held: &Held| held.lease.is_some_and(|lease| lease.until_ns <= now_ns);
        for proxy in self.proxies.values_mut().filter(|proxy| proxy.toxics.iter().any(is_over)) {
            proxy.toxics.retain(|held| !is_over(held));
            proxy.post();
        }
        let toxics = self.proxies.values().flat_map(|proxy| &proxy.toxics);
        toxics.filter_map(|held| held.lease).map(|lease| lease.until_ns).min()
    }
}

fn share(toxicity: f64) -> Result<f64, Refused> {
    let fits = (0.0..=1.0).contains(&toxicity);
    let why = || Refused::Body(format!("toxicity is {toxicity} and must be from 0 to 1"));
    fits.then_some(toxicity).ok_or_else(why)
}

/// The address that a proxy is to listen on: `host:port`, or `:port` and nothing at all for loopback; a port of 0 is one
/// that is free.
///
/// # Errors
/// It is no address, or the host is not known.
pub async fn resolve(listen: &str) -> Result<SocketAddr, Refused> {
    let full = match listen {
        "" => "127.0.0.1:0".to_owned(),
        port if port.starts_with(':') => format!("127.0.0.1{port}"),
        full => full.to_owned(),
    };
    let refused = |error| Refused::Listen { address: listen.to_owned(), error };
    let mut found = tokio::net::lookup_host(&full).await.map_err(refused)?;
    found.next().ok_or_else(|| refused(io::ErrorKind::NotFound.into()))
}
