//! Asking the parser itself what fits behind a piece of text.

use std::sync::{Arc, OnceLock};

use tree_sitter::LogType;

use crate::parse::{run, run_logged};

/// Longer pieces are not parsed again: an error in them is described by its token alone.
const LIMIT: usize = 16 * 1024;
/// A byte that no token begins with.
const NOTHING: u8 = 1;

/// The text from the start of a statement to an error.
pub(super) struct Probe<'a>(Option<&'a [u8]>);

impl<'a> Probe<'a> {
    pub(super) fn new(text: &'a [u8], statement: usize, at: usize) -> Self {
        Self(text.get(statement.min(at)..at).filter(|part| part.len() <= LIMIT))
    }

    /// The parse state behind the text, before anything is reduced: it is read off a byte that fits
    /// nowhere. None inside an earlier error.
    pub(super) fn state(&self) -> Option<u16> {
        let part = self.0?;
        let text = [part, &[NOTHING]].concat();
        let tree = run(&text, None);
        let leaf = tree.root_node().descendant_for_byte_range(part.len(), text.len())?;
        Some(leaf.parse_state()).filter(|state| leaf.is_error() && *state != 0)
    }

    /// Where the parser gives up in the text, if it does not get through: the end of the last token
    /// that fitted, as an offset into the piece.
    pub(super) fn stuck(&self) -> Option<usize> {
        let part = self.0?;
        let (gone, furthest) = watch(&[part, &[NOTHING]].concat());
        gone.then(|| offset(part, furthest)).filter(|at| *at < part.len())
    }

    /// Whether the token fits behind the text.
    pub(super) fn accepts(&self, token: &str) -> bool {
        let Some(part) = self.0 else { return false };
        let (gone, _) = watch(&[part, b" ", token.as_bytes(), b" ", &[NOTHING]].concat());
        !gone
    }
}

/// Parses a text that ends with [`NOTHING`]. Whether the parser gave up before it, and how far it
/// got until then.
///
/// The parser logs `detect_error` for a token that fits nowhere, and `resume` when none of its
/// alternatives is left and it begins to guess.
fn watch(text: &[u8]) -> (bool, (usize, usize)) {
    let outcome = Arc::new(OnceLock::new());
    let seen = Arc::clone(&outcome);
    let mut here = (0, 0);
    let mut furthest = (0, 0);
    run_logged(text, move |kind, message| {
        if kind != LogType::Parse || seen.get().is_some() {
            return;
        }
        if message.starts_with("process ") {
            here = position(message);
        } else if message.starts_with("detect_error lookahead:ERROR") {
            _ = seen.set((false, here));
        } else if message.starts_with("detect_error") {
            furthest = furthest.max(here);
        } else if message.starts_with("resume") {
            _ = seen.set((true, furthest));
        }
    });
    outcome.get().copied().unwrap_or((true, (0, 0)))
}

/// Row and column of `process version:0, version_count:1, state:7, row:0, col:12`.
fn position(message: &str) -> (usize, usize) {
    let number = |name: &str| {
        let value = message.split(", ").find_map(|part| part.strip_prefix(name))?;
        value.parse().ok()
    };
    (number("row:").unwrap_or(0), number("col:").unwrap_or(0))
}

fn offset(text: &[u8], (row, column): (usize, usize)) -> usize {
    let start = match row.checked_sub(1) {
        None => 0,
        Some(breaks) => {
            memchr::memchr_iter(b'\n', text).nth(breaks).map_or(text.len(), |at| at + 1)
        }
    };
    start + column
}
