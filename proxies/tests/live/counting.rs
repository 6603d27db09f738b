//! What the proxy and its faults count moves at once: while the connection that carries the requests still lives.

use std::sync::Arc;

use live_world::exporter::Exporter;
use live_world::world::{LiveWorld, Places};
use metrics::with_local_recorder;
use proxies::http::HttpProxy;
use proxies::inject::Injector;

use crate::bench::{Proxy, Wire, serve, upstream};
use crate::system::{CALLS, SECOND, fault, plan, request};

#[test]
fn counts_move_with_every_request() {
    let plan = plan(&fault("half", "abort 503 for 50% of requests"));
    let upstream = upstream(|_, mut wire| wire.answer_all("HTTP/1.1 204 No Content\r\n\r\n"));
    let exporter = Arc::new(Exporter::new([]).unwrap());
    let (start_ns, recorder) = (plan.start_unix_ns, exporter.clone());
    let proxy = Proxy::on(1, move |timer, listener| {
        with_local_recorder(&recorder.recorder, || {
            let world = LiveWorld::new(timer.clone(), plan.seed, Places::default());
            let injector = Injector::new(&world, &plan).unwrap();
            serve(&HttpProxy::new(upstream), &timer, listener, |bare| injector.between(CALLS, bare));
        });
        || ()
    });
    let mut client = Wire::to(proxy.address);
    let (mut matched, mut hit) = (0, 0);
    for index in 0..20 {
        let within = index % 2 == 0;
        let intended_ns = start_ns + if within { 11 } else { 1 } * SECOND;
        let request = request((1, index + 1), intended_ns);
        let headers = request.headers().iter();
        let headers = headers.map(|(name, value)| format!("{name}: {}\r\n", value.to_str().unwrap()));
        client.send(format!("GET / HTTP/1.1\r\nhost: a\r\n{}\r\n", headers.collect::<String>()));
        let head = client.read_head();
        matched += u64::from(within);
        hit += u64::from(head.starts_with("HTTP/1.1 503 "));
        let text = exporter.handle.render();
        let says = |metric: &str, labels: &str, value: u64| {
            let line = format!("{metric}{{{labels}}} {value}\n");
            assert!(value == 0 || text.contains(&line), "{line}{text}");
        };
        let of_fault = "fault=\"half\",edge=\"caller -> called\"";
        says("sim_fault_requests_seen_total", of_fault, index + 1);
        says("sim_fault_requests_matched_total", of_fault, matched);
        says("sim_fault_requests_hit_total", of_fault, hit);
        let of_proxy = format!("upstream=\"{upstream}\"");
        says("sim_proxy_requests_total", &of_proxy, index + 1);
        assert!(text.contains(&format!("sim_proxy_requests_in_flight{{{of_proxy}}} 0\n")), "{text}");
    }
    assert!((1..10).contains(&hit), "{hit}");
}
