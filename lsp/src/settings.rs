//! The user's settings in the editor, section `mailstop`.
//!
//! *Not here.* Settings of the project, which hold for everybody (`mailstop.toml`, `mta-project`).

use std::time::Duration;

use hsl_ide::HintKind;
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
    /// `mailstop.inlayHints`
    pub(crate) inlay_hints: HintSettings,
}

/// Which hints stand between the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct HintSettings {
    /// Names of parameters before literals.
    pub(crate) parameter_names: bool,
    /// Types of the values of loops.
    pub(crate) loop_types: bool,
    /// That a result may be `none`.
    pub(crate) may_be_none: bool,
    /// The hooks that reach a function of a library.
    pub(crate) hooks: bool,
    /// How long a function or script waits at most.
    pub(crate) waits: bool,
}

impl Default for HintSettings {
    fn default() -> Self {
        Self {
            parameter_names: true,
            loop_types: true,
            may_be_none: true,
            hooks: true,
            waits: true,
        }
    }
}

impl HintSettings {
    /// Whether hints of a kind are shown.
    pub(crate) fn shows(self, kind: HintKind) -> bool {
        match kind {
            HintKind::Parameter => self.parameter_names,
            HintKind::Type => self.loop_types,
            HintKind::MayBeNone => self.may_be_none,
            HintKind::Hooks => self.hooks,
            HintKind::Waits => self.waits,
        }
    }
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
        let read = Settings::read(json!({ "inlayHints": { "hooks": false } })).inlay_hints;
        assert!(!read.shows(HintKind::Hooks) && read.shows(HintKind::Parameter));
    }

    /// The editors' own lists of settings are these, with these defaults.
    #[test]
    fn editors_know_every_setting() {
        let package = include_str!("../../editors/vscode/package.json");
        let package: Value = serde_json::from_str(package).expect("JSON");
        let known = &package["contributes"]["configuration"]["properties"];
        let HintSettings { parameter_names, loop_types, may_be_none, hooks, waits } =
            HintSettings::default();
        for (name, default) in [
            ("diagnostics.idle", json!(DiagnosticSettings::default().idle)),
            ("inlayHints.parameterNames", json!(parameter_names)),
            ("inlayHints.loopTypes", json!(loop_types)),
            ("inlayHints.mayBeNone", json!(may_be_none)),
            ("inlayHints.hooks", json!(hooks)),
            ("inlayHints.waits", json!(waits)),
        ] {
            assert_eq!(known[format!("{SECTION}.{name}")]["default"], default, "{name}");
        }
    }
}
