//! The tokens of a file, each with the comments that belong to it.
//!
//! A comment behind a token on its line trails that token; any other leads the next one. The end of
//! the file is a token without text, so that the last comments lead something too.

use std::ops::Range;

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
    start: u32,
    end: u32,
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
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    start: u32,
    end: u32,
    /// The first of the comments before it.
    leading: u32,
    /// The first of the comments behind it.
    trailing: u32,
    /// Whether an empty line goes right before it.
    pub(crate) blank: bool,
    /// Whether it begins a line.
    pub(crate) begins_line: bool,
}

/// All tokens in order; the last is the end of the file.
pub(crate) struct Tokens<'t> {
    text: &'t [u8],
    all: Vec<Token>,
    /// Comments in order: those before a token, those behind it, those before the next one.
    comments: Vec<Comment>,
    /// The first comment of the token that comes next.
    leading: u32,
    /// End of the last piece.
    behind: usize,
}

impl<'t> Tokens<'t> {
    /// No tokens yet, and room for so many.
    pub(crate) fn new(text: &'t [u8], count: usize) -> Self {
        Self { text, all: Vec::with_capacity(count), comments: Vec::new(), leading: 0, behind: 0 }
    }

    /// The text that holds them.
    pub(crate) fn text(&self) -> &'t [u8] {
        self.text
    }

    /// Adds a token.
    pub(crate) fn push(&mut self, range: Range<usize>) {
        let (above, begins_line) = self.gap(range.start);
        let trailing = self.comments.len() as u32;
        self.all.push(Token {
            start: range.start as u32,
            end: range.end as u32,
            leading: self.leading,
            trailing,
            blank: above > 1,
            begins_line,
        });
        (self.leading, self.behind) = (trailing, range.end);
    }

    /// Adds a comment.
    pub(crate) fn push_comment(&mut self, range: Range<usize>) {
        let (above, begins_line) = self.gap(range.start);
        let text = self.text.get(range.clone()).unwrap_or_default().trim_ascii_end();
        let end = range.start + text.len();
        let rest = self.text.get(end..).unwrap_or_default();
        let comment = Comment {
            start: range.start as u32,
            end: end as u32,
            to_line_end: text.starts_with(b"//") || text.starts_with(b"#!"),
            begins_line,
            ends_line: rest.iter().take_while(|byte| is_space(byte)).any(|byte| *byte == b'\n'),
            blank: above > 1,
        };
        let is_first = self.leading == self.comments.len() as u32;
        self.comments.push(comment);
        let trails = |last: &Token| {
            // Behind what opens something, a comment belongs to what follows on the line.
            let opens = matches!(self.token_text(last), b"(" | b"[" | b"{" | b",");
            comment.ends_line || !opens
        };
        if above == 0 && is_first && self.all.last().is_some_and(trails) {
            self.leading = self.comments.len() as u32;
        }
        self.behind = end;
    }

    /// Ends the file.
    pub(crate) fn finish(&mut self) {
        self.push(self.text.len()..self.text.len());
    }

    /// Line ends between the last piece and an offset, and whether what is there begins a line.
    fn gap(&self, start: usize) -> (usize, bool) {
        let gap = self.text.get(self.behind..start).unwrap_or_default();
        let above = gap.iter().filter(|byte| **byte == b'\n').count();
        (above, above > 0 || (self.all.is_empty() && self.comments.is_empty()))
    }

    /// How many there are.
    pub(crate) fn count(&self) -> u32 {
        self.all.len() as u32
    }

    /// A token by its number.
    pub(crate) fn get(&self, number: u32) -> Option<&Token> {
        self.all.get(number as usize)
    }

    /// The end of the file.
    pub(crate) fn end(&self) -> Option<&Token> {
        self.all.last()
    }

    /// The bytes of a token.
    pub(crate) fn token_text(&self, token: &Token) -> &'t [u8] {
        self.slice(token.start, token.end)
    }

    /// The bytes of a comment.
    pub(crate) fn comment_text(&self, comment: &Comment) -> &'t [u8] {
        self.slice(comment.start, comment.end)
    }

    fn slice(&self, start: u32, end: u32) -> &'t [u8] {
        self.text.get(start as usize..end as usize).unwrap_or_default()
    }

    /// Comments before a token.
    pub(crate) fn leading(&self, token: &Token) -> &[Comment] {
        self.comments.get(token.leading as usize..token.trailing as usize).unwrap_or_default()
    }

    /// Comments behind a token on its line.
    pub(crate) fn trailing(&self, number: u32) -> &[Comment] {
        let start = self.get(number).map_or(self.leading, |token| token.trailing);
        let end = self.get(number + 1).map_or(self.leading, |next| next.leading);
        self.comments.get(start as usize..end as usize).unwrap_or_default()
    }

    /// Whether an empty line goes before a token and its comments.
    pub(crate) fn follows_blank(&self, token: &Token) -> bool {
        self.leading(token).first().map_or(token.blank, |comment| comment.blank)
    }

    /// Whether a token, or its first comment, begins a line.
    pub(crate) fn on_new_line(&self, token: &Token) -> bool {
        self.leading(token).first().map_or(token.begins_line, |comment| comment.begins_line)
    }

    /// Tokens and comments in order.
    pub(crate) fn pieces(&self) -> impl Iterator<Item = Piece> {
        let mut comments = self.comments.iter().peekable();
        let mut tokens = self.all.iter().filter(|token| token.start < token.end).peekable();
        std::iter::from_fn(move || {
            let token = tokens.peek().map(|token| token.start);
            let comment = comments.next_if(|next| token.is_none_or(|token| next.start < token));
            let (start, end) = match comment {
                Some(comment) => (comment.start, comment.end),
                None => tokens.next().map(|token| (token.start, token.end))?,
            };
            let comment = comment.is_some();
            Some(Piece { start: start as usize, end: end as usize, comment })
        })
    }
}

/// What the grammar passes over between tokens.
pub(crate) fn is_space(byte: &u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}
