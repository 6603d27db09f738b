//! The runner of test files, on small files of our own.

use observatory::conformance::run;
use observatory::promql::Options;

const FILE: &str = r#"
# Two series, one with a hole.
load 1m
  a{l="x"} 1+1x3 stale 7
  a{l="y"} _ 5 _x2 6x1

eval instant at 2m a
  a{l="x"} 3
  a{l="y"} 5

eval range from 0 to 2m step 1m sum(a)
  {} 1 7 8

eval_ordered instant at 1m sort_desc(a)
  a{l="y"} 5
  a{l="x"} 2

eval_fail instant at 1m a + on() a
  expected_fail_message many-to-many

eval instant at 1m sum_over_time(a{l="x"}[5m])
  {l="x"} 4

eval instant at 0 1 + 1
  2

eval_warn instant at 0 quantile(2, a)
  {} +Inf

eval instant at 0 quantile(2, a)
  expect warn
  {} +Inf

clear

eval instant at 0 a
"#;

#[test]
fn a_file_is_run_and_what_differs_is_named() {
    let report = run(FILE, &Options::default()).unwrap();
    let failures: Vec<_> = report.failures.iter().map(|one| (one.line, one.reason.as_str())).collect();
    assert_eq!(failures, [(21, "{l=\"x\"}: expected Some(4.0), got Some(3.0)")]);
    assert_eq!(report.passed, 8);
}

#[test]
fn native_histograms_are_told_apart() {
    let file = "load 1m\n  h {{sum:1 count:2}}x3\n\neval instant at 1m h\n  h {{sum:1 count:2}}\n";
    let report = run(file, &Options::default()).unwrap();
    assert!(report.failures[0].native);
}

#[test]
fn what_is_not_in_the_format_is_an_error_with_its_line() {
    assert_eq!(run("\nlaod 1m\n", &Options::default()), Err("line 2: the command `laod` is unknown".into()));
    assert!(run("load 1m\n  a 1..2\n", &Options::default()).unwrap_err().starts_with("line 1: `1..2`"));
}
