//! Bodies of the part of the control API that keeps queued mail back: suspensions and policies.
//!
//! Invariants: as in [`crate::api`]. Values of fields are written as in the files: a text, `/expression/`,
//! `@list`, `*.domain`, a network.
//!
//! Not here: paths and their description ([`crate::openapi`]).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Values that are kept with an entry.
pub type Properties = Map<String, Value>;

/// What messages must have, by the names of fields; all messages without any.
pub type Condition = BTreeMap<String, String>;

/// Body of `GET /v1/suspends`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Suspends {
    /// Every suspension, by name.
    pub suspends: Vec<Suspend>,
}

/// A suspension.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Suspend {
    /// Its name.
    pub id: String,
    /// Which messages wait.
    pub condition: Condition,
    /// Label.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// Values that are kept with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub properties: Option<Properties>,
    /// When it ends; missing for one of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<f64>,
    /// Whether it outlives a restart of the server.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub persist: bool,
}

/// Body of `POST /v1/suspends`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NewSuspend {
    /// Which messages wait.
    pub condition: Condition,
    /// How long.
    pub ttl: f64,
    /// Its name; a new one if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Label, at most 32 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// Values that are kept with it: texts, numbers and booleans.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub properties: Option<Properties>,
    /// Whether the suspension with the same condition is renewed instead, if there is one.
    #[serde(default = "yes")]
    pub update: bool,
    /// Whether it outlives a restart of the server, until its time is over.
    #[serde(default)]
    pub persist: bool,
}

/// Body of `PATCH /v1/suspends/{id}`; what is left out stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct SuspendChange {
    /// How long from now on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl: Option<f64>,
    /// Label.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// All values that are kept with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub properties: Option<Properties>,
}

/// Body of `GET /v1/policies`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Policies {
    /// Every policy. Of those with the same fields the first that matches a message counts.
    pub policies: Vec<Policy>,
}

/// A policy.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Policy {
    /// Its name.
    pub id: String,
    /// Fields by which messages are counted apart.
    pub fields: Vec<String>,
    /// Which messages it is for.
    pub condition: Condition,
    /// Limits.
    #[serde(flatten)]
    pub limits: Limits,
    /// When it ends; missing for one of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<f64>,
    /// Whether it outlives a restart of the server.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub persist: bool,
}

/// Limits; what is left out is not limited, or, in a change, stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Limits {
    /// Attempts at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concurrency: Option<u32>,
    /// Attempts within seconds, such as `120/60`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate: Option<String>,
    /// Time between the starts of two attempts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connectinterval: Option<f64>,
    /// Label, at most 32 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// Whether no later definition is looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop: Option<bool>,
    /// Values that the postdelivery hook is told: texts, numbers and booleans.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub properties: Option<Properties>,
}

/// Body of `POST /v1/policies`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NewPolicy {
    /// Fields by which messages are counted apart.
    #[serde(default)]
    pub fields: Vec<String>,
    /// Which messages it is for.
    #[serde(default)]
    pub condition: Condition,
    /// Limits.
    #[serde(flatten)]
    pub limits: Limits,
    /// How long.
    pub ttl: f64,
    /// Its name; a new one if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Whether the policy with the same fields and condition is renewed instead, if there is one.
    #[serde(default = "yes")]
    pub update: bool,
    /// Whether it outlives a restart of the server, until its time is over.
    #[serde(default)]
    pub persist: bool,
}

/// Body of `PATCH /v1/policies/{id}`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct PolicyChange {
    /// Limits that change.
    #[serde(flatten)]
    pub limits: Limits,
    /// How long from now on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl: Option<f64>,
}

/// Answer to what adds, changes or ends an entry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Named {
    /// Name of the entry.
    pub id: String,
}

/// Answer to `POST /v1/reload/suspends` and `POST /v1/reload/policies`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Reloaded {
    /// The file.
    pub file: String,
    /// Entries that it has now.
    pub entries: u64,
}

fn yes() -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_stand_beside_the_other_keys() {
        let text = r#"{"ttl":60,"fields":["jobid"],"concurrency":2,"rate":"5/60"}"#;
        let new: NewPolicy = serde_json::from_str(text).unwrap();
        assert_eq!((new.limits.concurrency, new.limits.rate.as_deref()), (Some(2), Some("5/60")));
        assert!(new.update && new.condition.is_empty() && new.limits.stop.is_none());
        let policy = Policy { limits: new.limits, ..Policy::default() };
        let json = serde_json::json!(policy);
        assert_eq!((&json["rate"], &json["limits"]), (&"5/60".into(), &Value::Null));
    }
}
