//! The user's settings in the editor, section `mailstop`.
//!
//! *Not here.* Settings of the project, which hold for everybody (`mailstop.toml`, `mta-project`).

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

/// Name of the section.
pub(crate) const SECTION: &str = "mailstop";

/// All settings, each with its default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Settings {
    /// `mailstop.diagnostics`
    pub(crate) diagnostics: DiagnosticSettings,
}

/// How findings are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct DiagnosticSettings {
    /// Milliseconds without an edit before the findings of other documents, and of a document in
    /// which somebody types fast, are looked for.
    pub(crate) idle: u64,
}

impl Default for DiagnosticSettings {
    fn default() -> Self {
        Self { idle: 50 }
    }
}

impl Settings {
    /// The settings of a section; what is not understood has its default.
    pub(crate) fn read(section: Value) -> Self {
        serde_json::from_value(section).unwrap_or_default()
    }

    /// How long nothing must be typed.
    pub(crate) fn idle(self) -> Duration {
        Duration::from_millis(self.diagnostics.idle)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_missing_or_wrong_has_its_default() {
        assert_eq!(Settings::read(Value::Null), Settings::default());
        assert_eq!(Settings::read(json!({ "diagnostics": { "idle": "x" } })), Settings::default());
        let read = Settings::read(json!({ "diagnostics": { "idle": 5 }, "other": 1 }));
        assert_eq!(read.idle(), Duration::from_millis(5));
    }
}
