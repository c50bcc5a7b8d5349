//! Results in the XML format that continuous integration reads.
//!
//! *Sources.* The format of JUnit as Jenkins and GitLab read it: `testsuites`, `testsuite` for each
//! file, `testcase` with `failure` or `error`, `system-out`.

use std::fmt::Write as _;
use std::time::Duration;

use super::case::{Ended, Outcome};

/// The report.
pub(super) fn text(results: &[Outcome], took: Duration) -> String {
    let mut xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
    // Here and below: a String takes any text.
    let _ = writeln!(xml, "<testsuites {} time=\"{}\">", counts(results), seconds(took));
    for suite in results.chunk_by(|a, b| a.case.file == b.case.file) {
        let name = escaped(&suite[0].case.file);
        let time = seconds(suite.iter().map(|outcome| outcome.took).sum());
        let _ = writeln!(xml, "  <testsuite name=\"{name}\" {} time=\"{time}\">", counts(suite));
        suite.iter().for_each(|outcome| case(outcome, &mut xml));
        xml.push_str("  </testsuite>\n");
    }
    xml.push_str("</testsuites>\n");
    xml
}

fn counts(results: &[Outcome]) -> String {
    let failures = results.iter().filter(|o| matches!(o.ended, Ended::Failed(_))).count();
    let errors = results.iter().filter(|o| matches!(o.ended, Ended::Broken(_))).count();
    format!("tests=\"{}\" failures=\"{failures}\" errors=\"{errors}\"", results.len())
}

fn case(outcome: &Outcome, xml: &mut String) {
    let class = escaped(&outcome.case.file);
    let name = escaped(&outcome.case.function);
    let time = seconds(outcome.took);
    let _ = write!(xml, "    <testcase classname=\"{class}\" name=\"{name}\" time=\"{time}\"");
    let element = match outcome.ended {
        Ended::Failed(_) => "failure",
        Ended::Broken(_) => "error",
        Ended::Passed | Ended::Interrupted => return xml.push_str("/>\n"),
    };
    xml.push_str(">\n");
    if let Some(problem) = outcome.problem() {
        let first = escaped(problem.message.lines().next().unwrap_or_default());
        let places: String = problem.places.iter().map(|place| format!("\nat {place}")).collect();
        let text = escaped(&format!("{}{places}", problem.message));
        let _ = writeln!(xml, "      <{element} message=\"{first}\">{text}</{element}>");
    }
    if !outcome.printed.is_empty() {
        let text = escaped(&outcome.printed.join("\n"));
        let _ = writeln!(xml, "      <system-out>{text}</system-out>");
    }
    xml.push_str("    </testcase>\n");
}

fn seconds(time: Duration) -> String {
    format!("{:.3}", time.as_secs_f64())
}

/// Text of an element or attribute. XML has no way to write most control characters.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_leave_its_element() {
        assert_eq!(escaped("<a b=\"c\">&\u{1}\n"), "&lt;a b=&quot;c&quot;&gt;&amp;\u{fffd}\n");
    }
}
