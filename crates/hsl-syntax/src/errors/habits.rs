//! Spellings of other languages: what a reader of the text would recognise at once is said in those
//! words, at the place where it stands, with the spelling of this language as a fix.
//!
//! *Not here.* Everything that only the grammar knows (`describe`).

mod marks;
mod words;

use diagnostics::Span;
use tree_sitter::{Node, Tree};

use super::SyntaxError;
use super::found::Found;
use super::probe::Probe;

/// The surroundings of an error.
pub(super) struct Site<'a, 't> {
    pub(super) text: &'a [u8],
    /// Tokens before the offending one.
    pub(super) before: &'a [Node<'t>],
    pub(super) found: &'a Found,
    /// What was expected instead.
    pub(super) phrases: &'a [String],
    pub(super) tree: &'t Tree,
    /// Where the error before this one is.
    pub(super) floor: Option<usize>,
}

/// The error in the words of the habit that made it, if it is one.
pub(super) fn habit(site: &Site<'_, '_>) -> Option<SyntaxError> {
    words::beginning(site).or_else(|| words::offending(site)).or_else(|| marks::mark(site))
}

impl Site<'_, '_> {
    fn at(&self) -> usize {
        self.found.span.start as usize
    }

    fn wants(&self, phrase: &str) -> bool {
        self.phrases.iter().any(|known| known == phrase)
    }

    /// The text from the offending token on.
    fn rest(&self) -> &[u8] {
        self.text.get(self.at()..).unwrap_or_default()
    }

    /// The text behind the offending token, without the space before it.
    fn behind(&self) -> &[u8] {
        self.text.get(self.found.span.end as usize..).unwrap_or_default().trim_ascii_start()
    }

    /// The text of the token `back` places before the offending one; empty where there is none.
    fn token(&self, back: usize) -> &[u8] {
        self.leaf(back).map_or(b"", |leaf| &self.text[leaf.byte_range()])
    }

    fn leaf(&self, back: usize) -> Option<Node<'_>> {
        let index = self.before.len().checked_sub(back + 1)?;
        self.before.get(index).copied()
    }

    /// Whether this text ends directly before the offending token.
    fn follows(&self, text: &str) -> bool {
        self.text.get(..self.at()).is_some_and(|before| before.ends_with(text.as_bytes()))
    }

    /// Whether a token would have fitted at an earlier offset.
    fn fits(&self, token: &str, offset: usize) -> bool {
        Probe::new(self.tree, self.text, offset, self.floor).accepts(token)
    }

    /// Something between an offset and the end of the offending token is written differently.
    fn written(&self, start: usize, length: usize, now: &str) -> SyntaxError {
        let span = Span::new(start, start + length);
        let was = String::from_utf8_lossy(&self.text[start..start + length]).into_owned();
        SyntaxError::new(span, format!("`{was}` is written `{now}`")).fix(span, now)
    }

    /// The span of the offending token with the space behind it, to remove it.
    fn with_space(&self, span: Span) -> Span {
        let rest = self.text.get(span.end as usize..).unwrap_or_default();
        let space = rest.iter().take_while(|byte| **byte == b' ').count();
        Span::new(span.start as usize, span.end as usize + space)
    }
}
