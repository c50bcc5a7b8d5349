//! Metrics that the configuration declares.
//!
//! *Not here.* Keeping and showing them: that is the server's.

use hsl_macros::{Record, library};
use hsl_vm::request::{MetricStep, ServerRequest};
use hsl_vm::{Array, NativeStep, Str};

use crate::server;

/// Builtins of this topic.
#[library(topic = "metrics")]
pub(crate) mod functions {
    use super::*;

    /// Adds to a counter or a gauge, and tells that it did.
    ///
    /// `labels` holds a value for each label that the configuration declares for the metric. Gives `none`
    /// for an unknown metric, for other labels, for a histogram, and for a counter that would go down.
    ///
    /// # Errors
    ///
    /// Raises an exception where no mail server runs.
    ///
    /// # Example
    ///
    /// ```hsl
    /// if (false) metrics_increment("logins_total", ["result" => "ok"]);
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "boolean or none")]
    fn metrics_increment(name: Str, labels: Array, #[default(1)] value: f64) -> NativeStep {
        step("metrics_increment", &name, &labels, MetricStep::Add(value))
    }

    /// Subtracts from a gauge, and tells that it did.
    ///
    /// Gives `none` for an unknown metric, for other labels, and for what is no gauge.
    ///
    /// # Errors
    ///
    /// Raises an exception where no mail server runs.
    ///
    /// # Example
    ///
    /// ```hsl
    /// if (false) metrics_decrement("sessions", ["kind" => "submission"]);
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "boolean or none")]
    fn metrics_decrement(name: Str, labels: Array, #[default(1)] value: f64) -> NativeStep {
        step("metrics_decrement", &name, &labels, MetricStep::Subtract(value))
    }

    /// Sets a counter or gauge, or notes an observation of a histogram, and tells that it did.
    ///
    /// Gives `none` for an unknown metric, for other labels, and for a counter that would go down.
    ///
    /// # Errors
    ///
    /// Raises an exception where no mail server runs.
    ///
    /// # Example
    ///
    /// ```hsl
    /// if (false) metrics_set("lookup_seconds", ["kind" => "reputation"], 0.25);
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "boolean or none")]
    fn metrics_set(name: Str, labels: Array, value: f64) -> NativeStep {
        step("metrics_set", &name, &labels, MetricStep::Set(value))
    }

    /// Reads a metric.
    ///
    /// The array holds `type` and, for a counter or gauge, `value`; for a histogram `count`, `sum` and
    /// `buckets`, a list of arrays with `le`, the upper bound, and `count`, the observations up to it. What
    /// was never counted is 0. Gives `none` for an unknown metric and for other labels.
    ///
    /// # Errors
    ///
    /// Raises an exception where no mail server runs.
    ///
    /// # Example
    ///
    /// ```hsl
    /// if (false) echo metrics_get("logins_total", ["result" => "ok"])["value"];
    /// ```
    ///
    /// Since: 0.1. Compat: same (the keys are inferred).
    #[builtin(effect = external, returns = "array or none", result = Reading)]
    fn metrics_get(name: Str, labels: Array) -> NativeStep {
        step("metrics_get", &name, &labels, MetricStep::Get)
    }
}

/// Result of `metrics_get`.
#[derive(Record)]
pub struct Reading {
    /// `counter`, `gauge` or `histogram`.
    pub r#type: &'static str,
    /// Value of a counter or gauge.
    pub value: Option<f64>,
    /// Number of observations of a histogram.
    pub count: Option<f64>,
    /// Sum of all observations.
    pub sum: Option<f64>,
    /// Buckets in the order of their bounds.
    pub buckets: Option<Vec<Bucket>>,
}

/// A bucket of a histogram.
#[derive(Record)]
pub struct Bucket {
    /// Upper bound.
    pub le: f64,
    /// Observations up to it, those of lower buckets among them.
    pub count: f64,
}

fn step(function: &'static str, name: &Str, labels: &Array, step: MetricStep) -> NativeStep {
    let Some(labels) = server::texts(labels) else { return server::none() };
    let name = name.to_lossy().into_owned();
    server::ask(function, ServerRequest::Metric { name, labels, step })
}
