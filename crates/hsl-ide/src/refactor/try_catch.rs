//! Selected statements in a `try` that throws again what it catches.

use diagnostics::{Edit, Span};

use super::Place;
use super::flow::may_be_nested;

pub(super) fn edits(place: &Place<'_>) -> Option<Vec<Edit>> {
    let statements = place.selected_statements()?;
    if !statements.iter().all(|statement| may_be_nested(*statement)) {
        return None;
    }
    let (first, last) = (*statements.first()?, *statements.last()?);
    let outer = place.indent(first.start_byte());
    let inner = outer.clone() + &place.step();
    let body = place.moved(first, last, &inner)?;
    let error = place.fresh_variable("error");
    let text = format!(
        "try {{\n{inner}{body}\n{outer}}} catch (${error}) {{\n{inner}throw ${error};\n{outer}}}"
    );
    let span = Span::new(first.start_byte(), last.end_byte());
    Some(vec![Edit { span, text }])
}
