//! When an option has no effect.

use std::fmt::{self, Display, Formatter};

/// Conditions that together take an option its effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Idle(pub &'static [Condition]);

/// What holds of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// Another option is given, and not `false`.
    Given(&'static str),
    /// Another option has this value, `none` when it is not given and has no default.
    Is(&'static str, &'static str),
    /// The argument of this parameter is this text.
    Argument(&'static str, &'static str),
    /// The argument of this parameter begins so.
    Begins(&'static str, &'static str),
}

impl Display for Condition {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given(option) => write!(f, "`{option}` is set"),
            Self::Is(option, "none") => write!(f, "`{option}` is not set"),
            Self::Is(option, value) => write!(f, "`{option}` is `{value}`"),
            Self::Argument(param, text) => write!(f, "`${param}` is `{text}`"),
            Self::Begins(param, text) => write!(f, "`${param}` begins with `{text}`"),
        }
    }
}

/// What follows "when".
impl Display for Idle {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (at, condition) in self.0.iter().enumerate() {
            let and = if at > 0 { " and " } else { "" };
            write!(f, "{and}{condition}")?;
        }
        Ok(())
    }
}
