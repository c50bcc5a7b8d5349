//! All metrics as text.
//!
//! *Sources.* OpenMetrics 1.0: names of samples, escapes, `# EOF`.

use std::fmt::Write as _;

use mta_config::schema::MetricKind;

use super::{Family, Metrics, Sample};
use crate::telemetry::{Counter, Counters};

/// What the text is, for `Content-Type`.
pub const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// A number that the server knows at the moment: name, sentence, value.
pub type Gauge = (&'static str, &'static str, u64);

/// What the server counts, what it has now, and what scripts count.
pub fn text(counters: &Counters, gauges: &[Gauge], metrics: &Metrics) -> String {
    let mut out = String::new();
    for counter in Counter::ALL {
        let name = format!("mailstop_{}", counter.name());
        let family = name.strip_suffix("_total").unwrap_or(&name);
        head(&mut out, family, "counter", counter.doc());
        line(&mut out, &format!("{family}_total"), &[], counters.get(counter) as f64);
    }
    for (name, doc, value) in gauges {
        let name = format!("mailstop_{name}");
        head(&mut out, &name, "gauge", doc);
        line(&mut out, &name, &[], *value as f64);
    }
    metrics.0.values().for_each(|family| family.write(&mut out));
    out.push_str("# EOF\n");
    out
}

impl Family {
    fn write(&self, out: &mut String) {
        let declared = &self.declared;
        let full = declared.name.as_str();
        let counter = declared.kind == MetricKind::Counter;
        let name = if counter { full.strip_suffix("_total").unwrap_or(full) } else { full };
        head(out, name, declared.kind.as_str(), declared.help.as_deref().unwrap_or_default());
        for (values, sample) in self.series().iter() {
            let names = declared.labels.iter().map(String::as_str);
            let labels: Vec<_> = names.zip(values.iter().map(String::as_str)).collect();
            match declared.kind {
                MetricKind::Counter => line(out, &format!("{name}_total"), &labels, sample.value),
                MetricKind::Gauge => line(out, name, &labels, sample.value),
                MetricKind::Histogram => self.histogram(out, name, &labels, sample),
            }
        }
    }

    fn histogram(&self, out: &mut String, name: &str, labels: &[(&str, &str)], sample: &Sample) {
        let bucket = format!("{name}_bucket");
        let mut line_of = |bound: &str, count: u64| {
            let labels = [labels, &[("le", bound)]].concat();
            line(out, &bucket, &labels, count as f64);
        };
        for (bound, count) in self.buckets(sample) {
            line_of(&format!("{bound:?}"), count);
        }
        line_of("+Inf", sample.count);
        line(out, &format!("{name}_sum"), labels, sample.value);
        line(out, &format!("{name}_count"), labels, sample.count as f64);
    }
}

fn head(out: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(out, "# TYPE {name} {kind}");
    if !help.is_empty() {
        let _ = writeln!(out, "# HELP {name} {}", escaped(help));
    }
}

fn line(out: &mut String, name: &str, labels: &[(&str, &str)], value: f64) {
    out.push_str(name);
    let labels: Vec<_> =
        labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
    if !labels.is_empty() {
        let _ = write!(out, "{{{}}}", labels.join(","));
    }
    let _ = writeln!(out, " {value}");
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use hsl_vm::request::MetricStep;

    use super::super::tests::declared;
    use super::*;

    #[test]
    fn everything_is_shown_in_the_text_format() {
        let (counters, metrics) = (Counters::default(), declared());
        counters.add(Counter::Delivered, 7);
        let label = vec![("result".to_owned(), "a \"b\"\n\\".to_owned())];
        metrics.step("logins_total", &label, MetricStep::Add(2.0)).expect("a counter");
        for value in [0.5, 1.0, 9.0] {
            metrics.step("seconds", &[], MetricStep::Set(value)).expect("a histogram");
        }
        let text = text(&counters, &[("queue_held", "Held", 3)], &metrics);
        for line in [
            "# TYPE mailstop_deliveries counter",
            "mailstop_deliveries_total 7",
            "mailstop_queue_held 3",
            "# HELP logins Logins",
            "logins_total{result=\"a \\\"b\\\"\\n\\\\\"} 2",
            "seconds_bucket{le=\"0.5\"} 1",
            "seconds_bucket{le=\"2.0\"} 2",
            "seconds_bucket{le=\"+Inf\"} 3",
            "seconds_sum 10.5",
            "seconds_count 3",
        ] {
            assert!(text.lines().any(|one| one == line), "{line} is missing in\n{text}");
        }
        assert!(text.ends_with("\n# EOF\n"));
    }
}
