//! JUnit's XML, for CI: the scenario is a test suite, an expectation a test case; violated is a failure and inconclusive an
//! error (<https://github.com/testmoapp/junitxml> describes what readers agree on).

use super::{Layout, Report};
use crate::journal::Journal;
use crate::verdict::{Outcome, Verdict};

pub(super) const REPORT: Report =
    Report { name: "junit", doc: "for CI: violated is a failure, inconclusive an error", render };

fn render(journal: &Journal, _: Layout) -> String {
    let header = &journal.header;
    let counts = format!(
        "tests=\"{}\" failures=\"{}\" errors=\"{}\"",
        journal.verdicts.len(),
        journal.count(Outcome::Violated),
        journal.count(Outcome::Inconclusive)
    );
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    text += &format!("<testsuites {counts}>\n");
    text += &format!(
        "  <testsuite name=\"{}\" {counts} file=\"{}\">\n",
        escape(&header.scenario),
        escape(&header.file)
    );
    text += &format!(
        "    <properties>\n      <property name=\"seed\" value=\"{}\"/>\n    </properties>\n",
        header.seed
    );
    for verdict in &journal.verdicts {
        text += &case(&header.scenario, verdict);
    }
    text + "  </testsuite>\n</testsuites>\n"
}

fn case(scenario: &str, verdict: &Verdict) -> String {
    let element = match verdict.outcome {
        Outcome::Held => None,
        Outcome::Violated => Some("failure"),
        Outcome::Inconclusive => Some("error"),
    };
    let head = format!(
        "    <testcase classname=\"{}\" name=\"{}\" file=\"{}\" line=\"{}\"",
        escape(scenario),
        escape(&verdict.text),
        escape(&verdict.file),
        verdict.line
    );
    let Some(element) = element else { return head + "/>\n" };
    let evidence: String = verdict
        .evidence
        .iter()
        .map(|evidence| format!("\n{}: {}", evidence.kind.word(), escape(&evidence.text)))
        .collect();
    let (message, word) = (escape(&verdict.reason), verdict.outcome.word());
    format!(
        "{head}>\n      <{element} message=\"{message}\" type=\"{word}\">{evidence}</{element}>\n    </testcase>\n"
    )
}

/// Text for an attribute or an element. Characters that XML 1.0 has no way to write become `U+FFFD`.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            '\n' => escaped += "&#10;",
            '\t' => escaped += "&#9;",
            '\r' => escaped += "&#13;",
            '\0'..='\x1f' | '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn nothing_breaks_out_of_an_attribute() {
        assert_eq!(escape("a < \"b\" & 'c'\n\u{1b}[1m"), "a &lt; &quot;b&quot; &amp; 'c'&#10;\u{fffd}[1m");
    }
}
