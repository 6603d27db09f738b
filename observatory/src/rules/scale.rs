//! A rule file on a shorter timeline.

use super::file::{FileText, GroupText, RuleError, RuleText};
use crate::duration::Millis;
use crate::promql;

/// The rule file of `text` on a timeline that is `factor` times shorter, as JSON, which is YAML, too: the intervals of its
/// groups, `query_offset`, `for`, `keep_firing_for` and the durations in its expressions ([`promql::scaled`]) are divided.
/// Names, labels, templates and limits stay. A group without an interval gets that of `default_interval_ms`, divided too.
///
/// # Errors
/// When it is no rule file, or when an expression or a duration cannot be scaled.
pub fn scaled(
    file_name: &str,
    text: &str,
    factor: f64,
    default_interval_ms: i64,
) -> Result<String, RuleError> {
    let mut file = FileText::read(file_name, text)?;
    for placed in file.groups.iter_mut().flatten() {
        let (group, line) = (&mut placed.value, placed.referenced.line());
        group.interval.get_or_insert(Millis(default_interval_ms));
        if let Err(cause) = lengths(group, factor) {
            return Err(RuleError::at(file_name, Some(line), Some(&group.name), None, cause));
        }
        for placed in group.rules.iter_mut().flatten() {
            let (rule, line) = (&mut placed.value, placed.referenced.line());
            if let Err(cause) = self::rule(rule, factor) {
                return Err(RuleError::at(file_name, Some(line), Some(&group.name), rule.name(), cause));
            }
        }
    }
    Ok(serde_json::to_string_pretty(&file).expect("texts, numbers and lists have a form in JSON"))
}

fn lengths(group: &mut GroupText, factor: f64) -> Result<(), String> {
    shorten("interval", group.interval.as_mut(), factor)?;
    shorten("query_offset", Some(&mut group.query_offset), factor)
}

fn rule(rule: &mut RuleText, factor: f64) -> Result<(), String> {
    shorten("for", rule.for_.as_mut(), factor)?;
    shorten("keep_firing_for", rule.keep_firing_for.as_mut(), factor)?;
    rule.expr = promql::scaled(&rule.expr, factor).map_err(|error| format!("expr: {error}"))?;
    Ok(())
}

fn shorten(what: &str, length: Option<&mut Millis>, factor: f64) -> Result<(), String> {
    if let Some(length) = length {
        *length = length.shortened(factor).map_err(|cause| format!("{what}: {cause}"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::RuleFile;

    const FILE: &str = r#"
groups:
  - name: a
    query_offset: 30s
    limit: 7
    labels: { team: "1.10" }
    rules:
      - record: x:rate5m
        expr: rate(x[5m])
  - name: b
    interval: 30s
    rules:
      - alert: A
        expr: |-
          x:rate5m > 3
          and x offset 1h > 1
        for: 10m
        keep_firing_for: 5m
        labels: { version: 1.10 }
        annotations: { summary: "{{ $value }} over 5m" }
"#;

    #[test]
    fn the_timeline_is_divided_and_nothing_else() {
        let text = scaled("a.yml", FILE, 60.0, 60_000).unwrap();
        let file = RuleFile::parse("a.yml", &text).unwrap();
        let [a, b] = &file.groups[..] else { panic!("{text}") };
        assert_eq!((a.interval_ms, a.query_offset_ms, a.limit), (Some(1_000), 500, 7));
        assert_eq!(a.rules[0].expr, "rate(x[5s])");
        assert_eq!(a.rules[0].labels["team"], "1.10");
        assert_eq!(b.interval_ms, Some(500));
        let rule = &b.rules[0];
        assert_eq!(rule.expr, "x:rate5m > 3 and x offset 1m > 1");
        assert_eq!(rule.labels["version"], "1.10");
        let alerting = rule.alerting.as_ref().unwrap();
        assert_eq!((alerting.for_ms, alerting.keep_firing_for_ms), (10_000, 5_000));
        assert!(text.contains("{{ $value }} over 5m"));
    }

    #[test]
    fn what_cannot_be_scaled_says_where() {
        let error = |from: &str, to: &str, factor| {
            scaled("a.yml", &FILE.replace(from, to), factor, 60_000).unwrap_err().to_string()
        };
        assert_eq!(
            error("[5m]", "[5ms]", 60.0),
            "a.yml:8: group \"a\", rule \"x:rate5m\": expr: too much for one query: \
             a time scale of 60 leaves less than a millisecond of 5ms"
        );
        assert_eq!(
            error("interval: 30s", "interval: 1ms", 3.0),
            "a.yml:10: group \"b\": interval: a time scale of 3 leaves less than a millisecond of 1ms"
        );
    }
}
