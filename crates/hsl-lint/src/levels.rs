//! How serious a finding is in this project.
//!
//! *Invariants.* What refuses a program or a configuration cannot be lowered: only advice has
//! levels. The last setting that fits a file wins.

use diagnostics::{Code, Diagnostic, Severity};
use globset::{Glob, GlobMatcher};
use rustc_hash::FxHashMap;

use crate::refuses;

/// A level as `mailstop.toml` writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Not reported.
    Off,
    /// Reported with this severity.
    At(Severity),
}

impl Level {
    /// The level of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "off" | "allow" => Self::Off,
            "hint" => Self::At(Severity::Hint),
            "info" => Self::At(Severity::Info),
            "warning" | "warn" => Self::At(Severity::Warning),
            "error" | "deny" => Self::At(Severity::Error),
            _ => return None,
        })
    }
}

/// Why a level cannot be set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LevelError {
    /// There is no such rule.
    #[error("there is no rule `{name}`{}", near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default())]
    UnknownRule {
        /// As written.
        name: String,
        /// A rule with a similar name.
        near: Option<&'static str>,
    },
    /// The finding refuses programs.
    #[error("`{name}` refuses what cannot run; it has no level")]
    Fixed {
        /// Name of the finding.
        name: &'static str,
    },
    /// There is no such level.
    #[error("`{word}` is no level: `off`, `hint`, `info`, `warning` or `error` is wanted")]
    UnknownLevel {
        /// As written.
        word: String,
    },
    /// The pattern of files cannot be read.
    #[error("`{pattern}` is no pattern of files: {reason}")]
    Pattern {
        /// As written.
        pattern: String,
        /// Why.
        reason: String,
    },
}

/// Levels by rule, for all files and for some.
#[derive(Clone, Debug, Default)]
pub struct Levels {
    groups: Vec<Group>,
}

#[derive(Clone, Debug, Default)]
struct Group {
    /// Files that it is about; all files without any.
    files: Option<Vec<GlobMatcher>>,
    /// `all`, for rules that are not named.
    every: Option<Level>,
    rules: FxHashMap<&'static str, Level>,
}

impl Levels {
    /// Those by which no advice is reported.
    pub fn silent() -> Self {
        Self { groups: vec![Group { every: Some(Level::Off), ..Group::default() }] }
    }

    /// The level of a finding; none for the rule's own severity.
    pub fn of(&self, code: &Code, file: &str) -> Option<Level> {
        self.in_file(file).of(code)
    }

    /// Those of one file: its findings share what patterns say about it.
    pub(crate) fn in_file(&self, file: &str) -> InFile<'_> {
        InFile { groups: self.groups.iter().rev().filter(|group| group.holds(file)).collect() }
    }
}

/// Levels of the rules in one file.
#[derive(Debug)]
pub(crate) struct InFile<'l> {
    /// The last that was set is the first.
    groups: Vec<&'l Group>,
}

impl InFile<'_> {
    fn of(&self, code: &Code) -> Option<Level> {
        let said = |group: &&Group| group.rules.get(code.id).copied().or(group.every);
        self.groups.iter().find_map(said).filter(|_| !refuses(code))
    }

    /// Sets the severity of a finding; none when it is not reported.
    pub(crate) fn apply(&self, mut finding: Diagnostic) -> Option<Diagnostic> {
        match self.of(finding.code) {
            Some(Level::Off) => return None,
            Some(Level::At(severity)) => finding.severity = severity,
            None => {}
        }
        Some(finding)
    }
}

impl Group {
    fn holds(&self, file: &str) -> bool {
        self.files.as_ref().is_none_or(|files| files.iter().any(|glob| glob.is_match(file)))
    }
}

/// Collects levels in the order in which they are written.
#[derive(Clone, Debug, Default)]
pub struct LevelsBuilder {
    levels: Levels,
}

impl LevelsBuilder {
    /// Sets levels of all files, or of those that a pattern fits, relative to the project.
    ///
    /// # Errors
    /// A rule, a level or a pattern does not exist.
    pub fn group<'w>(
        mut self,
        files: Option<&[String]>,
        rules: impl IntoIterator<Item = (&'w str, &'w str)>,
    ) -> Result<Self, LevelError> {
        let mut group = Group { files: files.map(matchers).transpose()?, ..Group::default() };
        for (name, word) in rules {
            let level = Level::from_word(word)
                .ok_or_else(|| LevelError::UnknownLevel { word: word.to_owned() })?;
            match name {
                "all" => group.every = Some(level),
                name => {
                    group.rules.insert(rule(name)?.id, level);
                }
            }
        }
        self.levels.groups.push(group);
        Ok(self)
    }

    /// The levels.
    pub fn build(self) -> Levels {
        self.levels
    }
}

fn rule(name: &str) -> Result<&'static Code, LevelError> {
    match crate::find(name) {
        Some(code) if refuses(code) => Err(LevelError::Fixed { name: code.name }),
        Some(code) => Ok(code),
        None => {
            let names = crate::table().into_iter().map(|code| code.name);
            let near = diagnostics::nearest(name, names);
            Err(LevelError::UnknownRule { name: name.to_owned(), near })
        }
    }
}

fn matchers(patterns: &[String]) -> Result<Vec<GlobMatcher>, LevelError> {
    let matcher = |pattern: &String| {
        let glob = Glob::new(pattern).map_err(|error| LevelError::Pattern {
            pattern: pattern.clone(),
            reason: error.kind().to_string(),
        })?;
        Ok(glob.compile_matcher())
    };
    patterns.iter().map(matcher).collect()
}

#[cfg(test)]
mod tests {
    use diagnostics::codes;

    use super::*;

    fn levels() -> Levels {
        let vendor = ["src/files/vendor/**".to_owned()];
        LevelsBuilder::default()
            .group(None, [("unreachable-code", "info")])
            .and_then(|levels| levels.group(Some(&vendor), [("all", "off")]))
            .expect("levels")
            .build()
    }

    #[test]
    fn the_last_fitting_group_wins() {
        let code = &codes::UNREACHABLE_CODE;
        assert_eq!(levels().of(code, "src/files/a.hsl"), Some(Level::At(Severity::Info)));
        assert_eq!(levels().of(code, "src/files/vendor/a.hsl"), Some(Level::Off));
        assert_eq!(levels().of(&codes::MAYBE_UNDEFINED, "src/files/a.hsl"), None);
    }

    #[test]
    fn errors_of_the_compiler_stay() {
        assert_eq!(levels().of(&codes::SYNTAX_ERROR, "src/files/vendor/a.hsl"), None);
        let refused = LevelsBuilder::default().group(None, [("syntax-error", "off")]);
        assert_eq!(refused.expect_err("an error"), LevelError::Fixed { name: "syntax-error" });
    }

    #[test]
    fn what_does_not_exist_is_refused() {
        let builder = LevelsBuilder::default;
        let message =
            |rule, level| builder().group(None, [(rule, level)]).expect_err("an error").to_string();
        assert_eq!(
            message("unreachable-cod", "off"),
            "there is no rule `unreachable-cod`; did you mean `unreachable-code`?"
        );
        assert!(message("unreachable-code", "loud").starts_with("`loud` is no level"));
    }
}
