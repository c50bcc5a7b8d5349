//! `[format]`: the style of scripts.

use hsl_fmt::{Indent, Style};
use serde::Deserialize;

/// Widths of a line that make sense.
pub(super) const WIDTHS: std::ops::RangeInclusive<usize> = 40..=400;
/// Steps of indentation that make sense, in spaces.
pub(super) const STEPS: std::ops::RangeInclusive<usize> = 1..=16;

/// The style of scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormatSettings {
    /// Columns that a line should not pass.
    pub width: usize,
    /// A step of indentation.
    pub indent: Indent,
}

impl FormatSettings {
    /// The style that they describe.
    pub fn style(&self) -> Style {
        Style { indent: self.indent, width: self.width }
    }
}

impl Default for FormatSettings {
    fn default() -> Self {
        let Style { indent, width } = Style::default();
        Self { width, indent }
    }
}

/// What somebody said of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct FormatTable {
    /// Columns that a line should not pass, 40 to 400; 100 without it.
    pub(super) width: Option<Width>,
    /// A step of indentation: a number of spaces, 1 to 16, or `"tab"`; 4 without it.
    pub(super) indent: Option<Step>,
}

impl FormatTable {
    /// What holds: this, else what `user` says, else the default.
    pub(super) fn over(&self, user: &Self) -> FormatSettings {
        let FormatSettings { width, indent } = FormatSettings::default();
        FormatSettings {
            width: self.width.or(user.width).map_or(width, |Width(width)| width),
            indent: self.indent.or(user.indent).map_or(indent, |Step(indent)| indent),
        }
    }
}

/// A width of lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "usize")]
pub(super) struct Width(usize);

impl TryFrom<usize> for Width {
    type Error = String;

    fn try_from(width: usize) -> Result<Self, String> {
        let (low, high) = (WIDTHS.start(), WIDTHS.end());
        let refused = || format!("a width between {low} and {high} is wanted");
        WIDTHS.contains(&width).then_some(Self(width)).ok_or_else(refused)
    }
}

/// A step of indentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Written")]
pub(super) struct Step(Indent);

#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Spaces(usize),
    Word(String),
    Other(serde::de::IgnoredAny),
}

impl TryFrom<Written> for Step {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        match written {
            Written::Spaces(count) if STEPS.contains(&count) => Ok(Self(Indent::Spaces(count))),
            Written::Word(word) if word == "tab" => Ok(Self(Indent::Tab)),
            _ => {
                let (low, high) = (STEPS.start(), STEPS.end());
                Err(format!("a number of spaces between {low} and {high} or \"tab\" is wanted"))
            }
        }
    }
}
