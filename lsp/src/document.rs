//! An open document.

use std::sync::Arc;

use diagnostics::Span;
use gen_lsp_types::TextDocumentContentChangeEvent as Change;
use hsl_syntax::{Edit, Parse, parse};

use crate::position::{Encoding, Lines};

/// A text as the editor has it.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    /// The editor's name for it.
    pub(crate) uri: Arc<str>,
    /// The editor's number of this text.
    pub(crate) version: i32,
    /// Whether it is a script, by the editor's word or its name.
    pub(crate) is_script: bool,
    /// Whether it is YAML, by its name or the editor's word.
    pub(crate) is_yaml: bool,
    /// The text and its tree; the tree of what is no script is empty.
    pub(crate) parse: Parse,
}

impl Document {
    /// A document that was just opened.
    pub(crate) fn new(uri: Arc<str>, language: &str, version: i32, text: String) -> Self {
        let is_yaml = uri.ends_with(".yaml") || uri.ends_with(".yml") || language == "yaml";
        let is_script = uri.ends_with(".hsl") || (language == "hsl" && !is_yaml);
        let text = text.into_bytes();
        let parse = if is_script { parse(text) } else { Parse::plain(text) };
        Self { uri, version, is_script, is_yaml, parse }
    }

    /// The document after changes, each in the coordinates that the ones before it left.
    pub(crate) fn change(&self, version: i32, changes: Vec<Change>, encoding: Encoding) -> Self {
        let mut parse_now = self.parse.clone();
        for change in changes {
            parse_now = match change {
                Change::TextDocumentContentChangePartial(part) => {
                    let lines = Lines::new(&parse_now.text, encoding);
                    let (start, end) =
                        (lines.offset(part.range.start), lines.offset(part.range.end));
                    let span = Span::new(start, end.max(start));
                    self.edit(&parse_now, Edit { span, text: part.text.into_bytes() })
                }
                Change::TextDocumentContentChangeWholeDocument(whole) => {
                    self.replace(&parse_now, whole.text.into_bytes())
                }
            };
        }
        Self { uri: Arc::clone(&self.uri), version, parse: parse_now, ..*self }
    }

    fn edit(&self, parse_now: &Parse, edit: Edit) -> Parse {
        if self.is_script {
            return parse_now.edit(&[edit]);
        }
        let mut text = parse_now.text.to_vec();
        text.splice(edit.span.range(text.len()), edit.text);
        Parse::plain(text)
    }

    /// A whole text is an edit too: of what lies between the parts that stayed.
    fn replace(&self, parse_now: &Parse, text: Vec<u8>) -> Parse {
        let kept = Kept::of(&parse_now.text, &text);
        let span = Span::new(kept.before, parse_now.text.len() - kept.after);
        let text = text[kept.before..text.len() - kept.after].to_vec();
        self.edit(parse_now, Edit { span, text })
    }
}

/// How many bytes two texts have in common at both ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) before: usize,
    pub(crate) after: usize,
}

impl Kept {
    pub(crate) fn of(old: &[u8], new: &[u8]) -> Self {
        let before = old.iter().zip(new).take_while(|(a, b)| a == b).count();
        let ends = old[before..].iter().rev().zip(new[before..].iter().rev());
        Self { before, after: ends.take_while(|(a, b)| a == b).count() }
    }

    /// Where a span of the old text lies in the new one; nowhere if it was touched.
    pub(crate) fn moved(self, span: Span, old: usize, new: usize) -> Option<Span> {
        if span.end as usize <= self.before {
            return Some(span);
        }
        let by = |offset: u32| (offset as usize + new).saturating_sub(old);
        let begins_behind = span.start as usize >= old - self.after;
        begins_behind.then(|| Span::new(by(span.start), by(span.end)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_move_with_what_stands_before_them() {
        let (old, new) = (b"echo a; b();", b"echo aaa; b();");
        let kept = Kept::of(old, new);
        let moved = |from, to| kept.moved(Span::new(from, to), old.len(), new.len());
        assert_eq!(moved(0, 4), Some(Span::new(0, 4)));
        assert_eq!(moved(8, 11), Some(Span::new(10, 13)));
        assert_eq!(moved(4, 9), None);
    }

    #[test]
    fn a_whole_text_leaves_what_an_edit_leaves() {
        let open = Document::new("file:///a.hsl".into(), "hsl", 1, "echo 1;\necho 2;\n".into());
        for text in ["", "echo 1;\nechoo 2;\n", "echo 1;\necho 2;\necho 2;\n", "x", "echo 2;\n"] {
            let change =
                gen_lsp_types::TextDocumentContentChangeWholeDocument { text: text.into() };
            let changed = open.change(2, vec![change.into()], Encoding::Utf8);
            assert_eq!(&*changed.parse.text, text.as_bytes());
            let fresh = parse(text.as_bytes());
            assert_eq!(changed.parse.tree.root_node().to_sexp(), fresh.tree.root_node().to_sexp());
        }
    }
}
