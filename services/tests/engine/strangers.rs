//! Requests that bring no context, and requests to nowhere.

use http::Method;
use sim_core::telemetry::{SpanId, SpanKind};

use crate::support::System;

fn system() -> System {
    System::new(
        r#"service front {
             endpoint get GET "/front/{id}" { call back.get }
           }
           service back { endpoint get GET "/back" { work wait 1ms } }"#,
    )
}

#[test]
fn a_request_without_a_context_begins_a_trace_of_its_own() {
    let system = system();
    let statuses = [(); 2].map(|()| system.stranger("front", Method::GET, "/front/17"));
    let seen = system.run();
    assert_eq!(statuses.map(|status| status.get()), [200; 2]);
    let fronts = seen.spans("front", SpanKind::Server);
    assert!(fronts[0].record.trace_id != fronts[1].record.trace_id);
    for front in fronts {
        assert_eq!(front.record.parent, SpanId::default());
        let trace = seen.spans.iter().filter(|span| span.record.trace_id == front.record.trace_id);
        assert_eq!(trace.count(), 3, "its own span, the call, and the callee's");
    }
}

#[test]
fn what_nobody_answers_is_not_found() {
    let brew = Method::from_bytes(b"BREW").expect("a method, though not of HTTP");
    for (method, path, name, attribute) in [
        (Method::GET, "/", "GET", "GET"),
        (Method::GET, "/front", "GET", "GET"),
        (Method::POST, "/front/17", "POST", "POST"),
        (Method::DELETE, "/nothing?at=all", "DELETE", "DELETE"),
        (brew, "/front/17", "HTTP", "_OTHER"),
    ] {
        let system = system();
        let status = system.stranger("front", method.clone(), path);
        let seen = system.run();
        assert_eq!(status.get(), 404, "{method} {path}");
        let span = seen.span("front", SpanKind::Server);
        assert_eq!((&*span.shape.name, span.record.status, span.record.error), (name, 404, None));
        assert!(span.shape.attributes.contains(&("http.request.method".into(), attribute.to_owned())));
        assert!(span.shape.attributes.iter().all(|(name, _)| *name != "http.route"), "there is no route");
        let labels = [("http_request_method", attribute), ("http_response_status_code", "404")];
        let counted = seen.end.sum("front", "http_server_request_duration_seconds_count", &labels);
        assert_eq!(counted, 1.0, "{method} {path}");
        assert_eq!(seen.lines("front", &format!("{name} 404")).len(), 1, "{method} {path}");
    }
}
