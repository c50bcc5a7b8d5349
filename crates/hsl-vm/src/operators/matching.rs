//! `=~`
//!
//! *Sources*: language reference, section 9.

use std::cell::RefCell;
use std::rc::Rc;

use super::Failure;
use crate::value::{Regex, RegexError, Str, Value};

/// Patterns given as strings that were compiled last on this thread.
const KEPT: usize = 64;

thread_local! {
    static DYNAMIC: RefCell<Vec<(Str, Rc<Regex>)>> = const { RefCell::new(Vec::new()) };
}

/// Whether the pattern matches anywhere in the subject. A none subject never matches.
pub(crate) fn matches(subject: &Value, pattern: &Value) -> Result<bool, Failure> {
    if subject.is_none() {
        return Ok(false);
    }
    match pattern {
        Value::Regex(regex) => found(regex, subject),
        other => found(&*Regex::from_value(other)?, subject),
    }
}

fn found(regex: &Regex, subject: &Value) -> Result<bool, Failure> {
    let found = match subject {
        Value::String(text) => regex.is_match(text),
        other => regex.is_match(&other.to_text()),
    };
    found.map_err(|e| e.to_string())
}

impl Regex {
    /// The regular expression that a value stands for: itself, or compiled from a string. Strings
    /// that were used lately are not compiled again.
    ///
    /// # Errors
    /// When the value is neither, or does not compile.
    pub fn from_value(value: &Value) -> Result<Rc<Self>, String> {
        match value {
            Value::Regex(regex) => Ok(Rc::clone(regex)),
            Value::String(text) => Self::lately_used(text).map_err(|error| error.to_string()),
            other => Err(format!("a pattern must be Regex or string, not {}", other.type_name())),
        }
    }

    /// The pattern that a string stands for, shared with earlier uses of the same string.
    ///
    /// # Errors
    /// When the pattern or a modifier is not valid.
    pub fn lately_used(text: &Str) -> Result<Rc<Self>, RegexError> {
        DYNAMIC.with_borrow_mut(|kept| {
            if let Some(at) = kept.iter().position(|(known, _)| known == text) {
                kept.swap(0, at);
                return Ok(Rc::clone(&kept[0].1));
            }
            let regex = Rc::new(Self::from_text(text)?);
            if kept.len() >= KEPT {
                kept.pop();
            }
            kept.insert(0, (text.clone(), Rc::clone(&regex)));
            Ok(regex)
        })
    }
}
