//! `mailstop.toml`: how the tools treat a project.
//!
//! *Invariants.* Every key is declared here once, with its default. An unknown key or a wrong value
//! is an error that says where: the file is for tools, and a setting without effect would go unseen.
//!
//! *Not here.* What a server reads (crate `mta-config`).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use hsl_fmt::{Indent, Style};
use hsl_lint::{LevelError, Levels, LevelsBuilder};
use serde::Deserialize;

use crate::layout;

/// Widths of a line that make sense.
const WIDTHS: std::ops::RangeInclusive<usize> = 40..=400;
/// Steps of indentation that make sense, in spaces.
const STEPS: std::ops::RangeInclusive<usize> = 1..=16;

/// All settings.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ToolSettings {
    /// `[format]`: the style of scripts.
    pub format: FormatSettings,
    /// `[lint]`: how serious findings are.
    #[serde(deserialize_with = "levels")]
    pub lint: Levels,
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

/// The style of scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FormatSettings {
    /// Columns that a line should not pass, 40 to 400; 100 without it.
    #[serde(deserialize_with = "width")]
    pub width: usize,
    /// A step of indentation: a number of spaces, 1 to 16, or `"tab"`; 4 without it.
    #[serde(deserialize_with = "indent")]
    pub indent: Indent,
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
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let found =
            path.ancestors().map(|folder| folder.join(Self::FILE)).find(|file| file.is_file());
        let Some(path) = found else { return Ok(Self::default()) };
        match std::fs::read_to_string(&path) {
            Ok(text) => {
                Self::read(&text).map_err(|message| SettingsError::Invalid { path, message })
            }
            Err(error) => Err(SettingsError::Unreadable { path, error }),
        }
    }

    /// The settings of a text, or where and why it is invalid.
    fn read(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())
    }
}

impl FormatSettings {
    /// The style that they describe.
    pub fn style(&self) -> Style {
        Style { indent: self.indent, width: self.width }
    }
}

impl Default for ToolSettings {
    fn default() -> Self {
        let lint = LintTable::default().levels().unwrap_or_default();
        Self { format: FormatSettings::default(), lint }
    }
}

impl Default for FormatSettings {
    fn default() -> Self {
        let Style { indent, width } = Style::default();
        Self { width, indent }
    }
}

impl LintTable {
    fn levels(&self) -> Result<Levels, LevelError> {
        fn pairs(rules: &BTreeMap<String, String>) -> impl Iterator<Item = (&str, &str)> {
            rules.iter().map(|(name, level)| (name.as_str(), level.as_str()))
        }
        let packages = [format!("{}/**", layout::PACKAGES)];
        let mut levels = LevelsBuilder::default()
            .group(None, pairs(&self.rules))?
            .group(Some(&packages), [("all", "off")])?;
        for path in &self.paths {
            levels = levels.group(Some(&path.files), pairs(&path.rules))?;
        }
        Ok(levels.build())
    }
}

fn levels<'de, D: serde::Deserializer<'de>>(value: D) -> Result<Levels, D::Error> {
    LintTable::deserialize(value)?.levels().map_err(serde::de::Error::custom)
}

fn width<'de, D: serde::Deserializer<'de>>(value: D) -> Result<usize, D::Error> {
    let width = usize::deserialize(value)?;
    let (low, high) = (WIDTHS.start(), WIDTHS.end());
    let refused =
        || serde::de::Error::custom(format!("a width between {low} and {high} is wanted"));
    WIDTHS.contains(&width).then_some(width).ok_or_else(refused)
}

fn indent<'de, D: serde::Deserializer<'de>>(value: D) -> Result<Indent, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Spaces(usize),
        Word(String),
    }
    match Written::deserialize(value) {
        Ok(Written::Spaces(count)) if STEPS.contains(&count) => Ok(Indent::Spaces(count)),
        Ok(Written::Word(word)) if word == "tab" => Ok(Indent::Tab),
        _ => Err(serde::de::Error::custom(format!(
            "a number of spaces between {} and {} or \"tab\" is wanted",
            STEPS.start(),
            STEPS.end()
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read() {
        let read =
            ToolSettings::read("[format]\nindent = \"tab\"\nwidth = 80\n").expect("settings");
        assert_eq!(read.format.style(), Style { indent: Indent::Tab, width: 80 });
        let none = ToolSettings::read("").expect("settings");
        assert_eq!(none.format, FormatSettings::default());
    }

    #[test]
    fn what_is_wrong_has_a_place() {
        for text in [
            "[format]\nwidht = 80\n",
            "[format]\nwidth = 1\n",
            "[format]\nindent = true\n",
            "[lint]\nrule = {}\n",
        ] {
            let message = ToolSettings::read(text).expect_err("an error");
            assert!(message.contains("line 2"), "{message}");
        }
    }

    #[test]
    fn levels_are_read() {
        let text = "[lint.rules]\nunreachable-code = \"off\"\n[[lint.paths]]\nfiles = [\"src/a/**\"]\nrules = { all = \"hint\" }\n";
        let lint = ToolSettings::read(text).expect("settings").lint;
        let code = &diagnostics::codes::UNREACHABLE_CODE;
        assert_eq!(lint.of(code, "src/b.hsl"), Some(hsl_lint::Level::Off));
        let hint = hsl_lint::Level::At(diagnostics::Severity::Hint);
        assert_eq!(lint.of(code, "src/a/b.hsl"), Some(hint));
        let refused = ToolSettings::read("[lint.rules]\nunreachable-cod = \"off\"\n");
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
}
