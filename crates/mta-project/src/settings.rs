//! `mailstop.toml`: how the tools treat a project.
//!
//! *Invariants.* Every key is declared here once, with its default. An unknown key or a wrong value
//! is an error that says where: the file is for tools, and a setting without effect would go unseen.
//!
//! *Not here.* What a server reads (crate `mta-config`).

mod editor;
mod format;
mod user;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use hsl_lint::{LevelError, Levels, LevelsBuilder};
use serde::Deserialize;

use crate::layout;
use editor::Said;
use format::FormatTable;

pub use editor::{EditorSettings, HintSettings, Length, Setting};
pub use format::FormatSettings;
pub use user::{SECTION, UserSettings, settings};

/// All settings.
#[derive(Clone, Debug)]
pub struct ToolSettings {
    /// `[format]`: the style of scripts.
    pub format: FormatSettings,
    /// `[lint]`: how serious findings are.
    pub lint: Levels,
    /// `[editor]`: what the language server does.
    pub editor: EditorSettings,
}

/// The file as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Written {
    format: FormatTable,
    #[serde(deserialize_with = "levels")]
    lint: LintTable,
    editor: Said,
}

/// How serious findings are, as it is written: `rules` names levels by rule, `all` is every rule;
/// `[[lint.paths]]` does so for the files that patterns fit. Between both, advice about packages is
/// off: they are somebody else's.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct LintTable {
    #[serde(default)]
    rules: BTreeMap<String, String>,
    #[serde(default)]
    paths: Vec<PathTable>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PathTable {
    files: Vec<String>,
    rules: BTreeMap<String, String>,
}

/// Why there are no settings.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file cannot be read.
    #[error("{}: {error}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// The file does not say what it may.
    #[error("{}: {message}", path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// Where and what.
        message: String,
    },
}

impl ToolSettings {
    /// Name of the file, at the root of a project or in any folder above a script.
    pub const FILE: &str = "mailstop.toml";

    /// The settings for a file or folder: those of the nearest folder that has some, else the
    /// defaults.
    ///
    /// # Errors
    /// The file cannot be read, or is invalid.
    pub fn holding(path: &Path) -> Result<Self, SettingsError> {
        Self::holding_over(path, &UserSettings::default())
    }

    /// The same, with what a user says where the file says nothing.
    ///
    /// # Errors
    /// As [`ToolSettings::holding`].
    pub fn holding_over(path: &Path, user: &UserSettings) -> Result<Self, SettingsError> {
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let found =
            path.ancestors().map(|folder| folder.join(Self::FILE)).find(|file| file.is_file());
        let Some(path) = found else { return Ok(Self::of_user(user)) };
        match std::fs::read_to_string(&path) {
            Ok(text) => {
                Self::read(&text, user).map_err(|message| SettingsError::Invalid { path, message })
            }
            Err(error) => Err(SettingsError::Unreadable { path, error }),
        }
    }

    /// What a user says, where no file does.
    pub fn of_user(user: &UserSettings) -> Self {
        Self::of(&Written::default(), user).unwrap_or_else(|_| Self {
            format: FormatSettings::default(),
            lint: Levels::default(),
            editor: EditorSettings::default(),
        })
    }

    /// The levels by which an editor shows findings.
    pub fn shown_levels(&self) -> Cow<'_, Levels> {
        // A copy of a pattern learns anew what it matches.
        match self.editor.lint.enable {
            true => Cow::Borrowed(&self.lint),
            false => Cow::Owned(Levels::silent()),
        }
    }

    /// The settings of a text, or where and why it is invalid.
    fn read(text: &str, user: &UserSettings) -> Result<Self, String> {
        let written: Written =
            toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())?;
        Self::of(&written, user).map_err(|error| error.to_string())
    }

    fn of(written: &Written, user: &UserSettings) -> Result<Self, LevelError> {
        Ok(Self {
            format: written.format.over(&user.format),
            lint: written.lint.levels(&user.rules)?,
            editor: written.editor.over(&user.editor),
        })
    }
}

impl Default for ToolSettings {
    fn default() -> Self {
        Self::of_user(&UserSettings::default())
    }
}

impl LintTable {
    /// The levels, over those that a user wants; what a user says wrongly counts as not said.
    fn levels(&self, user: &BTreeMap<String, String>) -> Result<Levels, LevelError> {
        let packages = [format!("{}/**", layout::PACKAGES)];
        let known =
            pairs(user).filter(|pair| LevelsBuilder::default().group(None, [*pair]).is_ok());
        let mut levels = LevelsBuilder::default()
            .group(None, known)?
            .group(None, pairs(&self.rules))?
            .group(Some(&packages), [("all", "off")])?;
        for path in &self.paths {
            levels = levels.group(Some(&path.files), pairs(&path.rules))?;
        }
        Ok(levels.build())
    }
}

fn pairs(rules: &BTreeMap<String, String>) -> impl Iterator<Item = (&str, &str)> {
    rules.iter().map(|(name, level)| (name.as_str(), level.as_str()))
}

/// A table whose rules and levels exist, so that an error has the place of the table.
fn levels<'de, D: serde::Deserializer<'de>>(value: D) -> Result<LintTable, D::Error> {
    let table = LintTable::deserialize(value)?;
    table.levels(&BTreeMap::new()).map_err(serde::de::Error::custom)?;
    Ok(table)
}

#[cfg(test)]
mod tests {
    use hsl_fmt::{Indent, Style};
    use serde_json::json;

    use super::editor::DiagnosticSettings;
    use super::*;

    fn read(text: &str) -> Result<ToolSettings, String> {
        ToolSettings::read(text, &UserSettings::default())
    }

    #[test]
    fn settings_are_read() {
        let set = read("[format]\nindent = \"tab\"\nwidth = 80\n").expect("settings");
        assert_eq!(set.format.style(), Style { indent: Indent::Tab, width: 80 });
        let none = read("").expect("settings");
        assert_eq!(none.format, FormatSettings::default());
    }

    #[test]
    fn what_is_wrong_has_a_place() {
        for text in [
            "[format]\nwidht = 80\n",
            "[format]\nwidth = 1\n",
            "[format]\nindent = true\n",
            "[format]\nindent = 17\n",
            "[lint]\nrule = {}\n",
            "[editor.hover]\nenabled = true\n",
            "[editor.hover]\nenable = 1\n",
            "[editor.diagnostics]\nidle = 20000\n",
        ] {
            let message = read(text).expect_err("an error");
            assert!(message.contains("line 2"), "{message}");
        }
    }

    #[test]
    fn levels_are_read() {
        let text = "[lint.rules]\nunreachable-code = \"off\"\n[[lint.paths]]\nfiles = [\"src/a/**\"]\nrules = { all = \"hint\" }\n";
        let lint = read(text).expect("settings").lint;
        let code = &diagnostics::codes::UNREACHABLE_CODE;
        assert_eq!(lint.of(code, "src/b.hsl"), Some(hsl_lint::Level::Off));
        let hint = hsl_lint::Level::At(diagnostics::Severity::Hint);
        assert_eq!(lint.of(code, "src/a/b.hsl"), Some(hint));
        let refused = read("[lint.rules]\nunreachable-cod = \"off\"\n");
        assert!(refused.expect_err("an error").contains("did you mean `unreachable-code`?"));
    }

    #[test]
    fn the_nearest_file_holds() {
        let folder = tempfile::tempdir().expect("a folder");
        let inner = folder.path().join("src/hooks");
        std::fs::create_dir_all(&inner).expect("folders");
        std::fs::write(folder.path().join(ToolSettings::FILE), "[format]\nwidth = 60\n")
            .expect("a file");
        let found = ToolSettings::holding(&inner.join("a.hsl")).expect("settings");
        assert_eq!(found.format.width, 60);
    }

    #[test]
    fn a_project_wins_over_its_user() {
        let user = UserSettings::of_section(&json!({
            "format": { "width": 60, "indent": 2 },
            "lint": { "rules": { "unreachable-code": "error", "deprecated": "hint" } },
            "hover": { "enable": false, "patterns": false },
        }));
        let text = "[format]\nwidth = 80\n[lint.rules]\nunreachable-code = \"off\"\n[editor.hover]\nenable = true\n";
        let both = ToolSettings::read(text, &user).expect("settings");
        assert_eq!(both.format, FormatSettings { width: 80, indent: Indent::Spaces(2) });
        assert_eq!((both.editor.hover.enable, both.editor.hover.patterns), (true, false));
        let of = |settings: &ToolSettings, code| settings.lint.of(code, "src/b.hsl");
        assert_eq!(of(&both, &diagnostics::codes::UNREACHABLE_CODE), Some(hsl_lint::Level::Off));
        let deprecated = hsl_lint::find("deprecated").expect("a rule");
        let hint = Some(hsl_lint::Level::At(diagnostics::Severity::Hint));
        assert_eq!(of(&both, deprecated), hint);
        let all = ToolSettings::read("[lint.rules]\nall = \"off\"\n", &user).expect("settings");
        assert_eq!(of(&all, deprecated), Some(hsl_lint::Level::Off));
    }

    #[test]
    fn what_a_user_says_wrongly_counts_as_not_said() {
        let user = UserSettings::of_section(&json!({
            "format": { "width": 1, "indent": [] },
            "lint": { "rules": { "no-such-rule": "off", "deprecated": "loud", "all": "hint" } },
            "diagnostics": { "idle": "x" },
            "hover": { "enable": "no", "patterns": false },
            "other": 1,
        }));
        let read = ToolSettings::of_user(&user);
        assert_eq!(read.format, FormatSettings::default());
        assert_eq!(read.editor.diagnostics, DiagnosticSettings::default());
        assert_eq!((read.editor.hover.enable, read.editor.hover.patterns), (true, false));
        let deprecated = hsl_lint::find("deprecated").expect("a rule");
        let hint = Some(hsl_lint::Level::At(diagnostics::Severity::Hint));
        assert_eq!(read.lint.of(deprecated, "src/b.hsl"), hint);
        assert_eq!(UserSettings::of_section(&json!(null)), UserSettings::default());
    }

    /// Each default is what holds when nobody says anything, and each place takes it.
    #[test]
    fn every_setting_has_its_place_and_default() {
        for setting in settings() {
            let Some(place) = &setting.place else { continue };
            let (table, key) = place.split_once("] ").unwrap_or((place.trim_end_matches(']'), ""));
            let value = &setting.default;
            let line = if key.is_empty() { String::new() } else { format!("{key} = {value}\n") };
            let text = format!("{table}]\n{line}");
            let set = read(&text).unwrap_or_else(|error| panic!("{}: {error}", setting.name));
            let none = ToolSettings::default();
            assert_eq!((set.format, set.editor), (none.format, none.editor), "{}", setting.name);
        }
    }
}
