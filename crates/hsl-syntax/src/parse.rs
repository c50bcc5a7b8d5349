//! Text to tree.

use std::cell::RefCell;
use std::sync::Arc;

use diagnostics::{Diagnostic, Span, codes};
use tree_sitter::{InputEdit, LogType, Parser, Point, Tree};

use crate::ast::{AstNode, SourceFile, span_of};
use crate::decode::Bytes;
use crate::depth::too_deep;
use crate::errors::{SyntaxError, add_hidden, collect, unread};
use crate::language;
use crate::sound::Sound;

/// A text, its tree and what is wrong with it.
#[derive(Clone, Debug)]
pub struct Parse {
    /// The text that was parsed.
    pub text: Arc<[u8]>,
    /// Its tree; the tree of an empty text when the text is nested too deeply.
    pub tree: Tree,
    /// What breaks the grammar, in the order of the text, at most
    /// [`SyntaxError::LIMIT`](crate::SyntaxError::LIMIT) and one that says from where on the text
    /// was not looked at.
    pub errors: Vec<SyntaxError>,
    /// Statements that need no look after an edit of others.
    sound: Sound,
}

/// Replacement of a range of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What to replace; empty to insert.
    pub span: Span,
    /// The new bytes.
    pub text: Vec<u8>,
}

/// Parses a whole text. Never fails.
pub fn parse(text: impl Into<Arc<[u8]>>) -> Parse {
    let text = text.into();
    let tree = run(&text, None);
    Parse::new(text, tree, &Sound::default())
}

impl Parse {
    /// A text that is no script: its tree is that of an empty text.
    pub fn plain(text: impl Into<Arc<[u8]>>) -> Self {
        let (tree, errors) = (run(&[], None), Vec::new());
        Self { text: text.into(), tree, errors, sound: Sound::default() }
    }

    /// `sound` are statements of an older tree, which is kept until this is done.
    fn new(text: Arc<[u8]>, tree: Tree, sound: &Sound) -> Self {
        if let Some(node) = too_deep(&tree) {
            let errors = vec![SyntaxError::too_deep(span_of(node))];
            return Self { errors, ..Self::plain(text) };
        }
        let found = collect(&tree, &text, sound);
        let sound = Sound::of(&tree, &found);
        let mut errors = found.errors;
        match unread(&tree) {
            Some(rest) => SyntaxError::end_at(&mut errors, rest.start_byte()),
            None => add_hidden(&mut errors, &text, &tree, &sound),
        }
        Self { text, tree, errors, sound }
    }

    /// The typed root.
    pub fn root(&self) -> SourceFile<'_> {
        SourceFile::root(&self.tree)
    }

    /// The text that a node covers.
    pub fn text_of<'t>(&self, node: impl AstNode<'t>) -> &[u8] {
        node.text(&self.text)
    }

    /// The errors as findings in `file`.
    pub fn syntax_diagnostics(&self, file: &Arc<str>) -> Vec<Diagnostic> {
        let finding = |error: &SyntaxError| {
            let first = Diagnostic::new(&codes::SYNTAX_ERROR, file, error.span, &*error.message);
            let labels = error.labels.iter();
            let finding = labels.fold(first, |all, label| all.label(label.span, &*label.message));
            Diagnostic { help: error.help.clone(), fix: error.fix.clone(), ..finding }
        };
        self.errors.iter().map(finding).collect()
    }

    /// The text after edits, each in the coordinates that the edits before it left, and its parse;
    /// what did not change is not parsed again.
    #[must_use]
    pub fn edit(&self, edits: &[Edit]) -> Self {
        let mut text = self.text.to_vec();
        let mut tree = self.tree.clone();
        // With fewer errors, what was not looked at is worth a look again.
        let is_partial = tree.root_node().end_byte() < text.len() || unread(&tree).is_some();
        for edit in edits {
            tree.edit(&input_edit(&text, edit.span, &edit.text));
            text.splice(edit.span.range(text.len()), edit.text.iter().copied());
        }
        let text: Arc<[u8]> = text.into();
        let tree = run(&text, (!is_partial).then_some(&tree));
        Self::new(text, tree, &self.sound)
    }
}

/// The replacement of a piece of a text, for the tree of that text.
pub(crate) fn input_edit(text: &[u8], span: Span, new: &[u8]) -> InputEdit {
    let range = span.range(text.len());
    let start = point(Point::default(), &text[..range.start]);
    InputEdit {
        start_byte: range.start,
        old_end_byte: range.end,
        new_end_byte: range.start + new.len(),
        start_position: start,
        old_end_position: point(start, &text[range.clone()]),
        new_end_position: point(start, new),
    }
}

/// Row and byte column after `text`, which begins at `from`.
fn point(from: Point, text: &[u8]) -> Point {
    let rows = memchr::memchr_iter(b'\n', text).count();
    match memchr::memrchr(b'\n', text) {
        Some(last) => Point::new(from.row + rows, text.len() - last - 1),
        None => Point::new(from.row, from.column + text.len()),
    }
}

thread_local! {
    static PARSER: RefCell<Parser> = RefCell::new(new_parser());
}

/// The tree of a text, with the edited tree of an older text.
pub(crate) fn run(text: &[u8], old: Option<&Tree>) -> Tree {
    PARSER.with_borrow_mut(|parser| run_with(parser, text, old))
}

/// Parses only to see what the parser does.
pub(crate) fn run_logged(text: &[u8], log: impl FnMut(LogType, &str) + Send + 'static) {
    PARSER.with_borrow_mut(|parser| {
        parser.set_logger(Some(Box::new(log)));
        run_with(parser, text, None);
        parser.set_logger(None);
    });
}

fn run_with(parser: &mut Parser, text: &[u8], old: Option<&Tree>) -> Tree {
    let mut read = |at: usize, _: Point| text.get(at..).unwrap_or_default();
    // Where each byte is a character of UTF-8, the library reads it without a call of ours.
    let is_plain = text.is_ascii() && memchr::memchr(0, text).is_none();
    let tree = match is_plain {
        true => parser.parse_with_options(&mut read, old, None),
        false => parser.parse_custom_encoding::<Bytes, _, _>(&mut read, old, None),
    };
    tree.expect("a parser with a language and without time limit always gives a tree")
}

fn new_parser() -> Parser {
    let mut parser = Parser::new();
    parser.set_language(language()).expect("the generated parser fits the library's version");
    parser
}
