//! Asking the parser itself what fits behind a piece of text.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use tree_sitter::{LogType, Tree};

use super::excerpt::{Excerpt, LIMIT};
use crate::parse::{run, run_logged};

/// Longer texts are not remembered.
const SHORT: usize = 256;
/// So many are remembered.
const MOST_KNOWN: usize = 2048;
/// What the parser logs for an operand that is missing.
const LACKING: &str = "lexed_lookahead sym:missing_operand";
/// A byte that no token begins with.
const NOTHING: u8 = 1;

/// What stands before an error, without the statements around it that are over.
pub(super) struct Probe(Option<Excerpt>);

impl Probe {
    /// Before an offset; `floor` is the place of the error before.
    pub(super) fn new(tree: &Tree, text: &[u8], at: usize, floor: Option<usize>) -> Self {
        Self(Some(Excerpt::before(tree, text, at, floor)).filter(|part| part.text.len() <= LIMIT))
    }

    /// The parse state behind the text, before anything is reduced: it is read off a byte that fits
    /// nowhere. None inside an earlier error.
    pub(super) fn state(&self) -> Option<u16> {
        let part = &self.0.as_ref()?.text;
        let text = [part, &[NOTHING][..]].concat();
        let tree = run(&text, None);
        let leaf = tree.root_node().descendant_for_byte_range(part.len(), text.len())?;
        Some(leaf.parse_state()).filter(|state| leaf.is_error() && *state != 0)
    }

    /// Whether the parser was asked; texts that are too long are not.
    pub(super) fn asks(&self) -> bool {
        self.0.is_some()
    }

    /// Where the parser gives up in the text, if it does not get through: the end of the last token
    /// that fitted.
    pub(super) fn stuck(&self) -> Option<usize> {
        let part = self.0.as_ref()?;
        let seen = watch(&[&part.text, &[NOTHING][..]].concat());
        let at = seen
            .gone
            .then(|| offset(&part.text, seen.furthest))
            .filter(|at| *at < part.text.len())?;
        Some(part.original(at))
    }

    /// Whether the token fits behind the text, and no operand is missing before or in it.
    pub(super) fn accepts(&self, token: &str) -> bool {
        let Some(part) = &self.0 else { return false };
        let text = [&part.text, token.as_bytes(), b" ", &[NOTHING]].concat();
        let seen = watch(&text);
        // A missing operand stands right behind its operator, before the space that ends it.
        let lacks = |at| offset(&text, at) + 1 >= part.text.len();
        !seen.gone && !seen.lacking.is_some_and(lacks)
    }
}

/// Row and column.
type Position = (usize, usize);

/// What the parser did with a text.
#[derive(Clone, Copy, Default)]
struct Outcome {
    /// Whether it gave up.
    gone: bool,
    /// How far it got until then.
    furthest: Position,
    /// Where the last operand is missing.
    lacking: Option<Position>,
}

thread_local! {
    static KNOWN: RefCell<HashMap<Vec<u8>, Outcome>> = RefCell::default();
}

/// Parses a text that ends with [`NOTHING`]; remembers short ones, because an editor asks the same
/// at every key.
fn watch(text: &[u8]) -> Outcome {
    if let Some(known) = KNOWN.with_borrow(|known| known.get(text).copied()) {
        return known;
    }
    let outcome = watch_parser(text);
    if text.len() <= SHORT {
        KNOWN.with_borrow_mut(|known| {
            if known.len() >= MOST_KNOWN {
                known.clear();
            }
            known.insert(text.to_vec(), outcome);
        });
    }
    outcome
}

/// How the parser fares before the [`NOTHING`] at the end.
///
/// The parser logs `detect_error` for a token that fits nowhere, and `resume` when none of its
/// alternatives is left and it begins to guess.
fn watch_parser(text: &[u8]) -> Outcome {
    let outcome = Arc::new(OnceLock::new());
    let known = Arc::clone(&outcome);
    // The message is taken apart only where it counts: there are many.
    let mut process = String::new();
    let mut seen = Outcome::default();
    run_logged(text, move |kind, message| {
        if kind != LogType::Parse || known.get().is_some() {
            return;
        }
        match message.as_bytes() {
            [b'p', b'r', b'o', ..] => {
                process.clear();
                process.push_str(message);
            }
            [b'd', b'e', b't', ..] if message.starts_with("detect_error lookahead:ERROR") => {
                _ = known.set(seen);
            }
            [b'd', b'e', b't', ..] => seen.furthest = seen.furthest.max(position(&process)),
            [b'r', b'e', b's', ..] => _ = known.set(Outcome { gone: true, ..seen }),
            [b'l', b'e', b'x', ..] if message.starts_with(LACKING) => {
                seen.lacking = Some(position(&process));
            }
            _ => {}
        }
    });
    outcome.get().copied().unwrap_or(Outcome { gone: true, ..Outcome::default() })
}

/// Row and column of `process version:0, version_count:1, state:7, row:0, col:12`.
fn position(message: &str) -> Position {
    let number = |name: &str| {
        let value = message.split(", ").find_map(|part| part.strip_prefix(name))?;
        value.parse().ok()
    };
    (number("row:").unwrap_or(0), number("col:").unwrap_or(0))
}

fn offset(text: &[u8], (row, column): Position) -> usize {
    let start = match row.checked_sub(1) {
        None => 0,
        Some(breaks) => {
            memchr::memchr_iter(b'\n', text).nth(breaks).map_or(text.len(), |at| at + 1)
        }
    };
    start + column
}
