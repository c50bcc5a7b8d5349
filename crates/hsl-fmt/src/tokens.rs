//! The tokens of a file, each with the comments that belong to it.
//!
//! A comment behind a token on its line trails that token; any other leads the next one. The end of
//! the file is a token without text, so that the last comments lead something too.

use std::cell::Cell;

use hsl_syntax::tree_sitter::Node;
use hsl_syntax::{KindName as _, Parse, ast};

/// Nodes that are one token for us, though the grammar sees parts in them.
const WHOLE: &[&str] = &["string", "raw_string", "regex"];

/// What is not whitespace: a token or a comment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Piece {
    /// First byte.
    pub(crate) start: usize,
    /// Behind the last byte; of a comment without the spaces at its end.
    pub(crate) end: usize,
    /// Whether it is a comment.
    pub(crate) comment: bool,
}

/// A comment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Comment {
    /// First byte.
    pub(crate) start: usize,
    /// Behind the last byte.
    pub(crate) end: usize,
    /// Whether it runs to the end of its line.
    pub(crate) to_line_end: bool,
    /// Whether it begins a line.
    pub(crate) begins_line: bool,
    /// Whether the next piece stands on another line.
    pub(crate) ends_line: bool,
    /// Whether an empty line goes before it.
    pub(crate) blank: bool,
}

/// A token.
#[derive(Clone, Debug, Default)]
pub(crate) struct Token {
    /// First byte.
    pub(crate) start: usize,
    /// Behind the last byte.
    pub(crate) end: usize,
    /// Comments before it.
    pub(crate) leading: Vec<Comment>,
    /// Comments behind it on its line.
    pub(crate) trailing: Vec<Comment>,
    /// Whether an empty line goes right before it.
    pub(crate) blank: bool,
    /// Whether it begins a line.
    pub(crate) begins_line: bool,
}

/// All tokens in order; the last is the end of the file.
pub(crate) struct Tokens {
    all: Vec<Token>,
    /// The token that was asked for last: the next question is mostly about the same or the next one.
    last: Cell<usize>,
}

impl Tokens {
    /// Of the pieces of a file.
    pub(crate) fn of(source: &Parse, all: &[Piece]) -> Self {
        let end = source.text.len();
        let end = Piece { start: end, end, comment: false };
        let mut tokens: Vec<Token> = Vec::with_capacity(all.len() + 1);
        let mut next = Token::default();
        for (at, piece) in all.iter().chain([&end]).enumerate() {
            let lines = |from, to| newlines(source.text.get(from..to).unwrap_or_default());
            let before =
                at.checked_sub(1).and_then(|at| all.get(at)).map_or(0, |before| before.end);
            let above = lines(before, piece.start);
            if !piece.comment {
                let begins_line = above > 0 || at == 0;
                next = Token {
                    start: piece.start,
                    end: piece.end,
                    blank: above > 1,
                    begins_line,
                    ..next
                };
                tokens.push(std::mem::take(&mut next));
                continue;
            }
            let after = all.get(at + 1).unwrap_or(&end);
            let below = lines(piece.end, after.start);
            let comment = Comment {
                start: piece.start,
                end: piece.end,
                to_line_end: source.text[piece.start..].starts_with(b"//")
                    || source.text[piece.start..].starts_with(b"#!"),
                begins_line: above > 0 || at == 0,
                ends_line: below > 0,
                blank: above > 1,
            };
            match tokens.last_mut() {
                Some(last)
                    if above == 0 && next.leading.is_empty() && trails(source, last, &comment) =>
                {
                    last.trailing.push(comment);
                }
                _ => next.leading.push(comment),
            }
        }
        Self { all: tokens, last: Cell::new(0) }
    }

    /// The token that begins at an offset.
    pub(crate) fn at(&self, start: usize) -> Option<&Token> {
        let begins = |at: &usize| self.all.get(*at).is_some_and(|token| token.start == start);
        let last = self.last.get();
        let near = [last, last + 1].into_iter().find(begins);
        let at = near.unwrap_or_else(|| self.all.partition_point(|token| token.start < start));
        self.last.set(at);
        self.all.get(at).filter(|token| token.start == start)
    }

    /// Whether there is nothing but the end.
    pub(crate) fn is_empty(&self) -> bool {
        self.all.len() == 1
    }

    /// The end of the file.
    pub(crate) fn end(&self) -> Option<&Token> {
        self.all.last()
    }
}

impl Token {
    /// Whether an empty line goes before it and its comments.
    pub(crate) fn follows_blank(&self) -> bool {
        self.leading.first().map_or(self.blank, |comment| comment.blank)
    }

    /// Whether it, or its first comment, begins a line.
    pub(crate) fn on_new_line(&self) -> bool {
        self.leading.first().map_or(self.begins_line, |comment| comment.begins_line)
    }
}

/// Whether a comment on the line of `last` belongs to it and not to what follows.
fn trails(source: &Parse, last: &Token, comment: &Comment) -> bool {
    let opens = matches!(&source.text[last.start..last.end], b"(" | b"[" | b"{" | b",");
    comment.ends_line || !opens
}

/// Tokens and comments in order.
pub(crate) fn pieces(source: &Parse) -> Vec<Piece> {
    let root = source.tree.root_node();
    // Half of the nodes of a usual text are tokens.
    let mut pieces = Vec::with_capacity(root.descendant_count() / 2);
    let mut open = vec![ast::children::<Node<'_>>(root)];
    while let Some(nodes) = open.last_mut() {
        let Some(node) = nodes.next() else {
            open.pop();
            continue;
        };
        let whole = node.child_count() == 0 || WHOLE.contains(&node.kind_name());
        if !whole {
            open.push(ast::children(node));
        } else if node.end_byte() > node.start_byte() {
            pieces.push(piece(source, node));
        }
    }
    pieces
}

fn piece(source: &Parse, node: Node<'_>) -> Piece {
    let range = node.byte_range();
    let comment = matches!(node.kind_name(), "comment" | "shebang");
    let text = &source.text[range.clone()];
    let end = if comment { range.start + text.trim_ascii_end().len() } else { range.end };
    Piece { start: range.start, end, comment }
}

fn newlines(text: &[u8]) -> usize {
    memchr::memchr_iter(b'\n', text).count()
}
