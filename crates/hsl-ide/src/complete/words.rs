//! Words of the mail standards: header fields, reply codes, directives of dates.

use diagnostics::Span;
use hsl_decl::terms::{CLASSES, DIRECTIVES, HEADER_FIELDS, REPLIES, STATUSES, Term, TermKind};

use super::{Completion, CompletionKind};
use crate::docs;

/// The words of a kind.
pub(super) fn of(kind: TermKind, replace: Span) -> Vec<Completion> {
    match kind {
        TermKind::HeaderField => terms(HEADER_FIELDS, replace),
        TermKind::DateFormat => terms(DIRECTIVES, replace),
        TermKind::Reply => terms(REPLIES, replace),
        TermKind::Status => statuses(replace),
    }
}

fn terms(list: &'static [Term], replace: Span) -> Vec<Completion> {
    list.iter().map(|term| item(term.name, term, replace)).collect()
}

fn item(label: &str, term: &Term, replace: Span) -> Completion {
    let mut item = Completion::new(label, CompletionKind::Value, replace)
        .detail(term.meaning)
        .docs(docs::term(term))
        .rank(0);
    item.insert = label.to_owned();
    item
}

/// Codes as the option takes them: three numbers in a list.
fn statuses(replace: Span) -> Vec<Completion> {
    let failures = CLASSES.iter().filter(|class| class.name != "2");
    let of_class = |class: &'static Term| {
        STATUSES.iter().map(move |status| {
            let numbers = status.name.replacen('x', class.name, 1);
            let mut item = item(&numbers, status, replace);
            item.insert = format!("[{}]", numbers.replace('.', ", "));
            item
        })
    };
    failures.flat_map(of_class).collect()
}
