//! `sim proxy`: a proxy that is told what to do by Toxiproxy's clients, or by ours.

use std::cell::RefCell;
use std::rc::Rc;

use live_world::clock::Clock;
use live_world::exporter::Exporter;
use live_world::process::{self, Asked};
use live_world::thread;
use live_world::timer::Timer;
use proxies::tcp::proxies::{Proxies, Wanted, resolve};
use proxies::{control, toxiproxy};
use tokio::net::TcpListener;
use tokio::task::spawn_local;

use super::{complain, print};
use crate::cli::Proxy;
use crate::exit::Exit;

pub(crate) fn proxy(options: Proxy) -> Exit {
    if !options.control.ip().is_loopback() && options.token.is_none() {
        let address = options.control;
        eprintln!(
            "error: whoever reaches {address} could do what they like with these proxies: \
             set a token (--token), or listen on loopback"
        );
        return Exit::Usage;
    }
    match thread::run(Clock::new(), async |timer| run(&timer, options).await) {
        Ok(Ok(Asked::Terminate)) => Exit::Held,
        Ok(Ok(Asked::Interrupt)) => Exit::Interrupted,
        Ok(Err(problem)) => complain(&problem),
        Err(error) => complain(&error.to_string()),
    }
}

async fn run(timer: &Timer, options: Proxy) -> Result<Asked, String> {
    let exporter = Exporter::new([]).map_err(|error| error.to_string())?;
    let listener = TcpListener::bind(options.control).await;
    let listener = listener.map_err(|error| format!("cannot listen on {}: {error}", options.control))?;
    let control = listener.local_addr().map_err(|error| error.to_string())?;
    let proxies = Proxies::new(timer.clone(), exporter, options.seed, options.workers);
    let proxies = Rc::new(RefCell::new(proxies.map_err(|error| format!("cannot start threads: {error}"))?));
    if let Some((listen, upstream)) = options.listen.zip(options.upstream) {
        let address = resolve(&listen).await.map_err(|refused| refused.to_string())?;
        let wanted = Wanted { name: "default".into(), listen, upstream, enabled: true };
        proxies.borrow_mut().create(wanted, address).map_err(|refused| refused.to_string())?;
    }
    if let Some(file) = &options.config {
        let named = |problem: &dyn std::fmt::Display| format!("{}: {problem}", file.display());
        let text = std::fs::read_to_string(file).map_err(|error| named(&error))?;
        toxiproxy::configure(&proxies, &text).await.map_err(|refused| named(&refused))?;
    }
    print(&greeting(&proxies.borrow(), &control));
    let timer_of_control = timer.clone();
    spawn_local(async move { control::serve(&timer_of_control, listener, proxies, options.token).await });
    process::asked_to_end().await.map_err(|error| format!("signals cannot be received: {error}"))
}

fn greeting(proxies: &Proxies, control: &std::net::SocketAddr) -> String {
    let each = proxies.routes().map(|(name, listen, upstream)| format!("{name}: {listen} -> {upstream}\n"));
    each.chain([format!("control listens on http://{control}\n")]).collect()
}
