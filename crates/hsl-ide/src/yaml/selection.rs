//! What a selection in a configuration file grows to: key or value, both, section, file.

use diagnostics::Span;

use super::ConfigView;

/// The spans around an offset, smallest first, each larger than the one before.
pub fn selections(view: &ConfigView, offset: usize) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    let steps = view.place(offset).map(|place| place.steps).unwrap_or_default();
    for step in steps.into_iter().rev() {
        let key = step.key.map(|(_, span)| span);
        let whole = key.map(|key| key.cover(step.node.span));
        spans.extend(key.filter(|key| key.touches(offset)));
        spans.push(step.node.span);
        spans.extend(whole);
    }
    spans.push(Span::new(0, view.text.len()));
    let mut grown: Vec<Span> = Vec::new();
    for span in spans.into_iter().filter(|span| span.touches(offset) && span.end > span.start) {
        let grows = |last: &Span| span != *last && span.start <= last.start && span.end >= last.end;
        if grown.last().is_none_or(grows) {
            grown.push(span);
        }
    }
    grown
}
