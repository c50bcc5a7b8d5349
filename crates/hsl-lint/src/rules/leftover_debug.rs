//! Notes to oneself that stayed.

use std::sync::Arc;

use diagnostics::{Diagnostic, Edit, Fix, Span};
use hsl_analysis::hir::{FileId, Loc};

use crate::Pass;
use crate::allow::comments;
use crate::lint::lint;

lint! {
    /// A comment begins with a word for work that is still to be done.
    ///
    /// # Why
    ///
    /// What is not finished is better kept where the work is planned; in a script that runs it is
    /// forgotten.
    ///
    /// # Bad
    ///
    /// ```hsl
    /// echo 1; // Fixme: use the real value
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl
    /// echo 1; // The first round.
    /// ```
    LEFTOVER_DEBUG = "HSL8005" "leftover-debug" Info
        "A comment says that something is to be done.", Program(check)
}

/// Words that begin such a comment, in any case.
const WORDS: [&[u8]; 3] = [b"todo", b"fixme", b"xxx"];

fn check(pass: &mut Pass<'_>) {
    let program = pass.program;
    for (number, file) in program.files.iter().enumerate() {
        if !WORDS.iter().any(|word| mentions(&file.text, word)) || !file.name.ends_with(".hsl") {
            continue;
        }
        let parse = hsl_syntax::parse(Arc::clone(&file.text));
        for comment in comments(parse.tree.root_node()) {
            let text = &file.text[comment.byte_range()];
            let Some((at, word)) = leftover(text) else { continue };
            let start = comment.start_byte() + at;
            let span = Span::new(start, start + word.len());
            let at = Loc { file: FileId(number as u32), span };
            let finding = pass.finding(&LEFTOVER_DEBUG, at, "something is still to be done here");
            let span = crate::removal::with_line(&file.text, comment.byte_range());
            let edits = vec![Edit { span, text: String::new() }];
            let title = "Take the comment out".to_owned();
            pass.push(Diagnostic { fix: Some(Fix { title, edits, safe: false }), ..finding });
        }
    }
}

/// The word that a comment begins with, and where.
fn leftover(comment: &[u8]) -> Option<(usize, &'static [u8])> {
    let begin = comment.iter().position(|byte| !b"/*# \t".contains(byte))?;
    let rest = &comment[begin..];
    let word = WORDS.into_iter().find(|word| begins(rest, word))?;
    let ends = rest.get(word.len()).is_none_or(|next| !next.is_ascii_alphanumeric());
    ends.then_some((begin, word))
}

fn begins(text: &[u8], word: &[u8]) -> bool {
    text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

/// Whether a text has the word at all: most files need not be parsed.
fn mentions(text: &[u8], word: &[u8]) -> bool {
    let first = word[0];
    memchr::memchr2_iter(first, first.to_ascii_uppercase(), text).any(|at| begins(&text[at..], word))
}
