//! Which connections a session may stop, and how.
//!
//! Sources: names and meaning of the five conditions follow the reference's staging.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A selection of new connections with their own breakpoints.
///
/// A connection belongs to at most one stage, chosen when it is accepted, until it closes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct Stage {
    /// Name chosen by the client; arming the same name again changes the stage.
    pub id: String,
    /// Which connections; all given conditions must hold.
    pub conditions: Conditions,
    /// Allows a stage without conditions: every connection may stop.
    pub all_traffic: bool,
    /// Which code its connections run.
    pub source: Source,
    /// What a breakpoint does.
    pub mode: Mode,
    /// Longest time in seconds a connection stands at a breakpoint, lowered to the server's limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pause_seconds: Option<f64>,
    /// Most connections that stand at the same time, lowered to the server's limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_paused: Option<u32>,
}

/// Conditions of a stage.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Conditions {
    /// Client addresses or networks, one of which matches.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remoteips: Vec<String>,
    /// Server ids, one of which matches.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub serverids: Vec<String>,
    /// Share of the otherwise matching connections, from 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// Seconds until the stage takes no more connections.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<f64>,
    /// Connections until the stage takes no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
}

impl Conditions {
    /// Whether nothing narrows the stage down to some of the traffic.
    ///
    /// Time and count do not: until they are reached every connection may stop.
    pub fn select_everything(&self) -> bool {
        self.remoteips.is_empty() && self.serverids.is_empty() && self.probability.is_none()
    }
}

/// Which code a staged connection runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Source {
    /// A private copy of the running program: behaviour cannot differ.
    #[default]
    Running,
    /// The client's edited project.
    Workspace,
}

/// What a breakpoint does to a connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Mode {
    /// Reports the hit and goes on.
    #[default]
    Observe,
    /// Stops.
    Pause,
    /// Stops, and lets the client change variables.
    Mutate,
}
