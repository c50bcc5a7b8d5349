//! Patterns, and the code that the engine made of them, for all threads.
//!
//! *Invariants*: a pattern is compiled when code of it is wanted for the first time, and hardly ever
//! again: there are few limits of steps, and the two used last are kept.
//!
//! *Not here*: matching, which needs memory of its thread (`regex`).
//! *Sources*: pcre2pattern(3) for the settings at the start of a pattern.

use std::cell::RefCell;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use pcre2::bytes::{Regex as Code, RegexBuilder};

use super::{FEW, RegexError};

/// Patterns of which it is known that they are valid; more begin anew.
const MOST_VALID: usize = 256;

/// The text of a pattern, and its modifiers.
type Written = (Box<[u8]>, Box<str>);

thread_local! {
    /// Patterns that were checked: programs are compiled again and again, and share functions.
    static VALID: RefCell<HashSet<Written>> = RefCell::default();
}

/// The pattern of a regular expression with its modifiers.
#[derive(Debug)]
pub struct Pattern {
    text: Box<[u8]>,
    modifiers: Box<str>,
    /// For the first try of a match.
    hasty: OnceLock<Arc<Code>>,
    /// The same with another number of steps.
    patient: Mutex<Option<(u32, Arc<Code>)>>,
}

impl Pattern {
    /// A pattern that is not looked at yet.
    pub fn new(text: &[u8], modifiers: &str) -> Self {
        Self {
            text: text.into(),
            modifiers: modifiers.into(),
            hasty: OnceLock::new(),
            patient: Mutex::default(),
        }
    }

    /// Text between the delimiters.
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// Modifiers.
    pub fn modifiers(&self) -> &str {
        &self.modifiers
    }

    /// Whether pattern and modifiers are valid, without making machine code of them.
    ///
    /// # Errors
    /// When the pattern or a modifier is not valid.
    pub fn check(&self) -> Result<(), RegexError> {
        let pattern = (self.text.clone(), self.modifiers.clone());
        if VALID.with_borrow(|valid| valid.contains(&pattern)) {
            return Ok(());
        }
        compile(&self.text, &self.modifiers, FEW, false)?;
        VALID.with_borrow_mut(|valid| {
            if valid.len() >= MOST_VALID {
                valid.clear();
            }
            valid.insert(pattern);
        });
        Ok(())
    }

    /// Code whose matches may take so many steps.
    ///
    /// # Errors
    /// When the pattern or a modifier is not valid.
    pub(super) fn code(&self, steps: u32) -> Result<Arc<Code>, RegexError> {
        if steps == FEW { self.hasty() } else { self.patient(steps) }
    }

    fn hasty(&self) -> Result<Arc<Code>, RegexError> {
        if let Some(code) = self.hasty.get() {
            return Ok(Arc::clone(code));
        }
        let code = compile(&self.text, &self.modifiers, FEW, true)?;
        Ok(Arc::clone(self.hasty.get_or_init(|| Arc::new(code))))
    }

    fn patient(&self, steps: u32) -> Result<Arc<Code>, RegexError> {
        let mut patient = self.patient.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, code)) = &*patient
            && *known == steps
        {
            return Ok(Arc::clone(code));
        }
        let code = Arc::new(compile(&self.text, &self.modifiers, steps, true)?);
        *patient = Some((steps, Arc::clone(&code)));
        Ok(code)
    }
}

fn compile(pattern: &[u8], modifiers: &str, steps: u32, jit: bool) -> Result<Code, RegexError> {
    let mut builder = RegexBuilder::new();
    builder.jit_if_available(jit);
    let mut ungreedy = "";
    for modifier in modifiers.chars() {
        match modifier {
            'i' => builder.caseless(true),
            'm' => builder.multi_line(true),
            'u' => builder.utf(true).ucp(true),
            's' => builder.dotall(true),
            'x' => builder.extended(true),
            // Unknown escapes are always errors in PCRE2.
            'X' => &mut builder,
            'U' => {
                ungreedy = "(?U)";
                &mut builder
            }
            other => return Err(RegexError::Modifier(other)),
        };
    }
    let text = source(pattern);
    // Of two settings the later counts: a pattern must not raise its own limit.
    let (settings, body) = text.split_at(settings_end(&text));
    let limits = format!("(*LIMIT_MATCH={steps})(*LIMIT_DEPTH=100000)");
    let code = builder.build(&format!("{settings}{limits}{ungreedy}{body}"));
    let before = limits.len() + ungreedy.len();
    code.map_err(|error| RegexError::Pattern(reason(&error.to_string(), settings.len(), before)))
}

/// A reason with its offset as one into the pattern: `added` bytes were put in behind its settings.
fn reason(message: &str, settings: usize, added: usize) -> String {
    let parts = || {
        let (_, rest) = message.split_once("at offset ")?;
        let (number, reason) = rest.split_once(": ")?;
        let at: usize = number.parse().ok()?;
        Some((if at > settings { at.saturating_sub(added).max(settings) } else { at }, reason))
    };
    match parts() {
        Some((at, reason)) => format!("{reason} at offset {at}"),
        None => message.to_owned(),
    }
}

/// Where the settings (`(*UTF)`, `(*LIMIT_MATCH=5)`) at the start of a pattern end.
fn settings_end(pattern: &str) -> usize {
    let mut end = 0;
    while let Some(rest) = pattern[end..].strip_prefix("(*") {
        let known = rest.split_once(')').filter(|(name, _)| is_setting(name));
        let Some((name, _)) = known else { break };
        end += "(*)".len() + name.len();
    }
    end
}

fn is_setting(name: &str) -> bool {
    const NAMES: &[&str] = &[
        "UTF",
        "UCP",
        "NOTEMPTY",
        "NOTEMPTY_ATSTART",
        "NO_AUTO_POSSESS",
        "NO_DOTSTAR_ANCHOR",
        "NO_JIT",
        "NO_START_OPT",
        "CR",
        "LF",
        "CRLF",
        "ANYCRLF",
        "ANY",
        "NUL",
        "BSR_ANYCRLF",
        "BSR_UNICODE",
    ];
    NAMES.contains(&name) || name.starts_with("LIMIT_")
}

/// The engine takes text; bytes beyond ASCII of a pattern that is no UTF-8 are written as
/// escapes, which mean the same byte.
fn source(pattern: &[u8]) -> String {
    match std::str::from_utf8(pattern) {
        Ok(text) => text.to_owned(),
        Err(_) => pattern
            .iter()
            .map(|b| if b.is_ascii() { char::from(*b).to_string() } else { format!("\\x{b:02x}") })
            .collect(),
    }
}
