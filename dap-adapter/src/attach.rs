//! The attach configuration: which server, which connections.
//!
//! Invariants: names of the conditions are those of the stage; what the user left out stays the
//! server's default.

use std::path::{Path, PathBuf};

use mta_control::api::PROJECT_SOCKET;
use mta_control::debug::{Conditions, Mode, Source, Stage};
use serde::Deserialize;

/// What the user wrote in `launch.json`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct AttachArguments {
    /// Project folder; relative to `cwd`.
    project: Option<PathBuf>,
    /// Folder of the editor's window.
    cwd: Option<PathBuf>,
    /// Which server: `unix:<control socket>`. Default: the one that `up` started in the project.
    target: Option<String>,
    /// Stage id; a new one unless given.
    stage: Option<String>,
    /// `pause`, or `observe` to log hits without stopping.
    mode: Option<Mode>,
    /// Which code runs.
    source: Source,
    /// Allows a stage without conditions on a production server.
    all_traffic: bool,
    /// Which connections.
    conditions: Option<Conditions>,
    /// The conditions without their parent, as in the reference's launch settings.
    #[serde(flatten)]
    beside: Conditions,
    pause_seconds: Option<f64>,
    max_paused: Option<u32>,
}

/// A configuration that cannot be used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AttachError {
    #[error("the configuration is not understood: {0}")]
    Shape(String),
    #[error("target `{0}` is not supported; write `unix:<path of the control socket>`")]
    Target(String),
}

impl AttachArguments {
    pub(crate) fn read(arguments: serde_json::Value) -> Result<Self, AttachError> {
        serde_json::from_value(arguments).map_err(|e| AttachError::Shape(e.to_string()))
    }

    /// The project folder.
    pub(crate) fn root(&self) -> PathBuf {
        let base = self.cwd.clone().or_else(|| std::env::current_dir().ok()).unwrap_or_default();
        match &self.project {
            Some(project) => base.join(project),
            None => base,
        }
    }

    /// The control socket.
    pub(crate) fn socket(&self) -> Result<PathBuf, AttachError> {
        let Some(target) = self.target.as_deref() else {
            return Ok(self.root().join(PROJECT_SOCKET));
        };
        match target.strip_prefix("unix:") {
            Some(path) if !path.is_empty() => Ok(self.root().join(Path::new(path))),
            _ => Err(AttachError::Target(target.to_owned())),
        }
    }

    /// The stage to arm. A server in development mode needs no conditions.
    pub(crate) fn stage(&self, development: bool) -> Stage {
        Stage {
            id: self.stage.clone().unwrap_or_else(|| uuid::Uuid::new_v4().to_string()),
            all_traffic: self.all_traffic || development,
            conditions: self.conditions.as_ref().unwrap_or(&self.beside).clone(),
            source: self.source,
            mode: self.mode.unwrap_or(Mode::Pause),
            pause_seconds: self.pause_seconds,
            max_paused: self.max_paused,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(value: serde_json::Value) -> AttachArguments {
        AttachArguments::read(value).unwrap()
    }

    #[test]
    fn the_socket_is_the_projects_unless_named() {
        let up = read(json!({ "cwd": "/w", "project": "mail", "type": "hsl" }));
        assert_eq!(up.socket(), Ok("/w/mail/.mailstop/run/smtpd.sock".into()));
        let system = read(json!({ "cwd": "/w", "target": "unix:/run/mailstop/smtpd.sock" }));
        assert_eq!(system.socket(), Ok("/run/mailstop/smtpd.sock".into()));
        let other = read(json!({ "target": "ssh://x" }));
        assert_eq!(other.socket(), Err(AttachError::Target("ssh://x".into())));
    }

    #[test]
    fn conditions_are_taken_by_name() {
        let stage = read(json!({ "remoteips": ["::1"], "count": 3, "stage": "s" })).stage(false);
        assert_eq!(stage.conditions.remoteips, ["::1"]);
        assert_eq!(stage.conditions.count, Some(3));
        let nested = read(json!({ "conditions": { "serverids": ["in"] } })).stage(false);
        assert_eq!(nested.conditions.serverids, ["in"]);
        assert_eq!((stage.id.as_str(), stage.mode, stage.all_traffic), ("s", Mode::Pause, false));
        assert!(AttachArguments::read(json!({ "count": "many" })).is_err());
    }
}
