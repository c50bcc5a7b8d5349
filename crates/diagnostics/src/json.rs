//! The machine-readable form: one JSON object per finding.

use serde_json::{Value, json};

use crate::{Diagnostic, Fix, LineIndex, Span};

/// The finding as `file`, `code`, `name`, `severity`, `message`, `range` (zero-based lines, UTF-16
/// characters), `related`, `help` and `fix`. `text_of` gives the text of a file by its name.
pub fn to_json<'t>(diagnostic: &Diagnostic, text_of: impl Fn(&str) -> &'t [u8]) -> Value {
    let text = text_of(&diagnostic.file);
    let related: Vec<_> = diagnostic
        .labels
        .iter()
        .map(|label| {
            json!({
                "file": &*label.file,
                "range": range(text_of(&label.file), label.span),
                "message": label.message,
            })
        })
        .collect();
    json!({
        "file": &*diagnostic.file,
        "code": diagnostic.code.id,
        "name": diagnostic.code.name,
        "severity": diagnostic.severity.as_str(),
        "message": diagnostic.message,
        "range": range(text, diagnostic.span),
        "related": related,
        "help": diagnostic.help,
        "fix": diagnostic.fix.as_ref().map(|fix| fix_json(text, fix)),
    })
}

fn fix_json(text: &[u8], fix: &Fix) -> Value {
    let edits: Vec<_> = fix
        .edits
        .iter()
        .map(|edit| json!({ "range": range(text, edit.span), "newText": edit.text }))
        .collect();
    json!({ "title": fix.title, "safe": fix.safe, "edits": edits })
}

fn range(text: &[u8], span: Span) -> Value {
    let index = LineIndex::new(text);
    let position = |offset| {
        let at = index.utf16(text, offset);
        json!({ "line": at.line, "character": at.col })
    };
    json!({ "start": position(span.start), "end": position(span.end) })
}
