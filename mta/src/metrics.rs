//! Metrics that the configuration declares and scripts count.
//!
//! *Invariants.* A metric has a bounded number of series, whatever labels scripts make up. A counter
//! never goes down.
//!
//! *Not here.* What the server counts itself ([`crate::telemetry`]), the text of all ([`text`]).

pub mod text;

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use hsl_std::binding::record;
use hsl_std::{Bucket, Reading};
use hsl_vm::Frozen;
use hsl_vm::request::MetricStep;
use mta_config::schema::{Metric, MetricKind};

/// Combinations of label values that a metric may have.
const MOST_SERIES: usize = 1_000;

/// Why a step was not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// There is no such metric, it has other labels, or the step does not fit its kind.
    Unfit,
    /// It has too many combinations of label values.
    Full,
}

/// All declared metrics.
#[derive(Debug, Default)]
pub struct Metrics(BTreeMap<String, Family>);

/// A metric with its series.
#[derive(Debug)]
struct Family {
    declared: Metric,
    /// By the values of the labels, in their order.
    series: Mutex<BTreeMap<Vec<String>, Sample>>,
}

/// What one combination of label values has counted.
#[derive(Clone, Debug, Default)]
struct Sample {
    /// Of a histogram, the sum of all observations.
    value: f64,
    /// Observations, of a histogram.
    count: u64,
    /// For each bucket the observations in it, not below it.
    buckets: Vec<u64>,
}

impl Metrics {
    /// Metrics that have counted nothing.
    pub fn new(declared: &[Metric]) -> Self {
        let family =
            |declared: &Metric| Family { declared: declared.clone(), series: Mutex::default() };
        Self(declared.iter().map(|one| (one.name.value.clone(), family(one))).collect())
    }

    /// Makes a step; gives what the script gets.
    ///
    /// # Errors
    /// When the metric cannot make it; see [`Refused`].
    pub fn step(
        &self,
        name: &str,
        labels: &[(String, String)],
        step: MetricStep,
    ) -> Result<Option<Frozen>, Refused> {
        let family = self.0.get(name).ok_or(Refused::Unfit)?;
        let key = family.key(labels).ok_or(Refused::Unfit)?;
        let mut series = family.series();
        if step == MetricStep::Get {
            return Ok(family.shown(series.get(&key).unwrap_or(&Sample::default())));
        }
        let known = series.len();
        let sample = match series.get_mut(&key) {
            Some(sample) => sample,
            None if known >= MOST_SERIES => return Err(Refused::Full),
            None => series.entry(key).or_default(),
        };
        family.change(sample, step).ok_or(Refused::Unfit)?;
        Ok(Some(true.into()))
    }
}

impl Family {
    fn series(&self) -> MutexGuard<'_, BTreeMap<Vec<String>, Sample>> {
        self.series.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The values of exactly the declared labels.
    fn key(&self, given: &[(String, String)]) -> Option<Vec<String>> {
        let declared = &self.declared.labels;
        let value = |label: &String| {
            given.iter().find(|(name, _)| name == label).map(|(_, value)| value.clone())
        };
        if declared.len() != given.len() {
            return None;
        }
        declared.iter().map(value).collect()
    }

    fn change(&self, sample: &mut Sample, step: MetricStep) -> Option<()> {
        let old = sample.value;
        let new = match (self.declared.kind, step) {
            (MetricKind::Histogram, MetricStep::Set(value)) => {
                self.observe(sample, value);
                old + value
            }
            (MetricKind::Counter, MetricStep::Add(by)) if by >= 0.0 => old + by,
            (MetricKind::Counter, MetricStep::Set(value)) if value >= old => value,
            (MetricKind::Gauge, MetricStep::Add(by)) => old + by,
            (MetricKind::Gauge, MetricStep::Subtract(by)) => old - by,
            (MetricKind::Gauge, MetricStep::Set(value)) => value,
            _ => return None,
        };
        sample.value = new;
        Some(())
    }

    fn observe(&self, sample: &mut Sample, value: f64) {
        let bounds = &self.declared.buckets;
        sample.buckets.resize(bounds.len(), 0);
        sample.count += 1;
        if let Some(at) = bounds.iter().position(|bound| value <= *bound) {
            sample.buckets[at] += 1;
        }
    }

    /// Bounds with the observations up to each.
    fn buckets(&self, sample: &Sample) -> Vec<(f64, u64)> {
        let mut total = 0;
        let counts = sample.buckets.iter().copied().chain(std::iter::repeat(0));
        let pairs = self.declared.buckets.iter().zip(counts);
        pairs
            .map(|(bound, count)| {
                total += count;
                (*bound, total)
            })
            .collect()
    }

    /// What `metrics_get` gives.
    fn shown(&self, sample: &Sample) -> Option<Frozen> {
        let is_histogram = self.declared.kind == MetricKind::Histogram;
        let bucket = |(le, count): (f64, u64)| Bucket { le, count: count as f64 };
        let buckets = || self.buckets(sample).into_iter().map(bucket).collect();
        let reading = Reading {
            r#type: self.declared.kind.as_str(),
            value: (!is_histogram).then_some(sample.value),
            count: is_histogram.then_some(sample.count as f64),
            sum: is_histogram.then_some(sample.value),
            buckets: is_histogram.then(buckets),
        };
        record(reading).freeze()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn declared() -> Metrics {
        let text = "version: \"6.10\"\nmonitor:\n  metrics:\n\
            \x20   - {name: logins_total, type: counter, help: Logins, labels: [result]}\n\
            \x20   - {name: sessions, type: gauge}\n\
            \x20   - {name: seconds, type: histogram, buckets: [0.5, 2]}\n";
        let loaded = mta_config::load_running(&"a.yaml".into(), text.as_bytes(), true);
        Metrics::new(&loaded.value.expect("a running file").monitor.metrics)
    }

    fn label(value: &str) -> Vec<(String, String)> {
        vec![("result".to_owned(), value.to_owned())]
    }

    #[test]
    fn steps_fit_the_kind_and_the_labels() {
        let metrics = declared();
        let step = |name: &str, labels: &[(String, String)], step| metrics.step(name, labels, step);
        assert_eq!(step("logins_total", &label("ok"), MetricStep::Add(2.0)), Ok(Some(true.into())));
        let reading = |kind, value| {
            let (r#type, value) = (kind, Some(value));
            record(Reading { r#type, value, count: None, sum: None, buckets: None }).freeze()
        };
        let shown = reading("counter", 2.0);
        assert_eq!(step("logins_total", &label("ok"), MetricStep::Get), Ok(shown));
        for (name, labels, unfit) in [
            ("other", vec![], MetricStep::Get),
            ("logins_total", vec![], MetricStep::Get),
            ("logins_total", label("ok"), MetricStep::Add(-1.0)),
            ("logins_total", label("ok"), MetricStep::Set(1.0)),
            ("logins_total", label("ok"), MetricStep::Subtract(1.0)),
            ("seconds", vec![], MetricStep::Add(1.0)),
            ("sessions", label("ok"), MetricStep::Set(1.0)),
        ] {
            assert_eq!(step(name, &labels, unfit), Err(Refused::Unfit), "{name} {unfit:?}");
        }
        assert_eq!(step("sessions", &[], MetricStep::Subtract(3.0)), Ok(Some(true.into())));
        let shown = reading("gauge", -3.0);
        assert_eq!(step("sessions", &[], MetricStep::Get), Ok(shown));
    }

    #[test]
    fn a_metric_has_so_many_series() {
        let metrics = declared();
        for n in 0..MOST_SERIES {
            let step = metrics.step("logins_total", &label(&n.to_string()), MetricStep::Add(1.0));
            assert_eq!(step, Ok(Some(true.into())));
        }
        let one_more = metrics.step("logins_total", &label("x"), MetricStep::Add(1.0));
        assert_eq!(one_more, Err(Refused::Full));
        let known = metrics.step("logins_total", &label("7"), MetricStep::Add(1.0));
        assert_eq!(known, Ok(Some(true.into())));
    }
}
