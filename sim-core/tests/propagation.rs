//! W3C Trace Context: what we write is read again, what others write is continued, and what is broken is ignored.

use http::HeaderMap;
use proptest::prelude::*;
use sim_core::telemetry::{Propagation, SpanId, TraceContext, TraceId};

const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const INTENDED: &str = "sim=00000000000004d2";

fn context() -> impl Strategy<Value = TraceContext> {
    let parts = (1u128.., 1u64.., 0u8..4);
    parts.prop_map(|(trace, span, flags)| TraceContext {
        trace_id: TraceId(trace),
        span_id: SpanId(span),
        flags,
    })
}

fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in lines {
        headers.append(*name, value.parse().unwrap());
    }
    headers
}

fn extract(states: &[&str]) -> Propagation {
    let states = states.iter().map(|state| ("tracestate", *state));
    let lines: Vec<_> = [("traceparent", PARENT)].into_iter().chain(states).collect();
    Propagation::extract(&headers(&lines)).unwrap()
}

/// The `tracestate` that is sent on.
fn handed_on(sent: &Propagation) -> Option<String> {
    let mut headers = HeaderMap::new();
    sent.inject(&mut headers);
    headers.get("tracestate").map(|state| state.to_str().unwrap().to_owned())
}

fn members(prefix: &str, count: usize) -> String {
    (0..count).map(|n| format!("{prefix}{n}=x")).collect::<Vec<_>>().join(",")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_was_injected_is_extracted(
        context in context(),
        intended_ns: Option<i64>,
        others in proptest::option::of("[a-z][a-z0-9@]{0,8}=[!-+.-<>-~]{1,8}"),
    ) {
        prop_assume!(!others.as_ref().is_some_and(|others| others.starts_with("sim=")));
        let others = others.map(|others| others.parse().unwrap());
        let sent = Propagation { context, intended_ns, others };
        let mut headers = headers(&[("tracestate", "stale=1")]);
        sent.inject(&mut headers);
        prop_assert_eq!(Propagation::extract(&headers), Some(sent));
    }

    /// Each byte of a valid header says what it must, or the header is ignored: none is read as another.
    #[test]
    fn one_changed_byte_changes_what_it_stands_for(context in context(), place in 0usize..55, byte: u8) {
        let mut text = context.traceparent();
        prop_assume!(text[place] != byte);
        text[place] = byte;
        let read = TraceContext::parse(&text);
        let digit = byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        let ids = |context: TraceContext| (context.trace_id, context.span_id);
        match place {
            2 | 35 | 52 => prop_assert_eq!(read, None),
            _ if !digit => prop_assert_eq!(read, None),
            // A later version says the same in the part that we know.
            0..2 => prop_assert_eq!(read, Some(context)),
            53..55 => prop_assert_eq!(read.map(ids), Some(ids(context))),
            _ => prop_assert!(read.is_none_or(|read| ids(read) != ids(context) && read.flags == context.flags)),
        }
        let again = read.map(|read| TraceContext::parse(&read.traceparent()));
        prop_assert_eq!(again, read.map(Some));
    }

    #[test]
    fn any_header_is_read_or_ignored(parent in "[ -~]{0,70}", state in "[ -~]{0,70}") {
        Propagation::extract(&headers(&[("traceparent", &parent), ("tracestate", &state)]));
        let sent = extract(&[&state]);
        let mut headers = HeaderMap::new();
        sent.inject(&mut headers);
        prop_assert_eq!(Propagation::extract(&headers), Some(sent));
    }
}

#[test]
fn what_the_specification_refuses_is_ignored() {
    assert!(TraceContext::parse(PARENT.as_bytes()).is_some());
    for broken in [
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4BF92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0",
    ] {
        assert_eq!(TraceContext::parse(broken.as_bytes()), None, "{broken}");
    }
    assert!(TraceContext::parse(format!("01{}-more", &PARENT[2..]).as_bytes()).is_some());
    let two = headers(&[("traceparent", PARENT), ("traceparent", PARENT)]);
    assert_eq!(Propagation::extract(&two), None);
}

#[test]
fn a_foreign_trace_is_continued() {
    for (flags, sampled) in [("01", 1), ("00", 0), ("03", 3), ("fd", 1)] {
        let parent = format!("{}{flags}", &PARENT[..53]);
        let sent = Propagation::extract(&headers(&[("traceparent", &parent)])).unwrap();
        assert_eq!((sent.context.flags, sent.intended_ns), (sampled, None));
        let called = sent.child(SpanId(0x12)).context.traceparent();
        assert_eq!(called, *format!("{}0000000000000012-0{sampled}", &PARENT[..36]).as_bytes());
    }
}

#[test]
fn our_member_stands_in_front_of_the_others() {
    let sent = Propagation { intended_ns: Some(1234), ..extract(&["a=1,b=2"]) };
    assert_eq!(handed_on(&sent).unwrap(), format!("{INTENDED},a=1,b=2"));
    let between = extract(&[&format!("a=1, {INTENDED} ,b=2")]);
    assert_eq!(between.intended_ns, Some(1234));
    assert_eq!(handed_on(&between).unwrap(), format!("{INTENDED},a=1,b=2"));
    assert_eq!(handed_on(&extract(&["a=1"])).unwrap(), "a=1", "who does not know, adds nothing");
    assert_eq!(handed_on(&extract(&[])), None);
}

#[test]
fn several_states_are_one_list() {
    let sent = extract(&["a=1", "", &format!("b=2,{INTENDED}"), " c=3 ,, "]);
    assert_eq!(handed_on(&sent).unwrap(), format!("{INTENDED},a=1,b=2,c=3"));
}

#[test]
fn of_thirty_two_others_the_last_gives_way() {
    let full = Propagation { intended_ns: Some(1234), ..extract(&[&members("v", 32)]) };
    assert_eq!(handed_on(&full).unwrap(), format!("{INTENDED},{}", members("v", 31)));
    let too_many = [members("v", 20), members("w", 13)];
    assert_eq!(extract(&[&too_many[0], &too_many[1]]).others, None);
}

#[test]
fn a_malformed_list_is_not_handed_on() {
    for broken in ["a", "=1", "a=", "A=1", "a=1=2", "ok=1,a b=2", &format!("{}=1", "k".repeat(257))] {
        let sent = extract(&[broken, INTENDED]);
        assert_eq!((sent.others, sent.intended_ns), (None, Some(1234)), "{broken}");
    }
    for broken in ["sim=", "sim=4d2", "sim=00000000000004dx", "sim=000000000000004d2"] {
        assert_eq!(extract(&[broken]).intended_ns, None, "{broken}");
    }
}
