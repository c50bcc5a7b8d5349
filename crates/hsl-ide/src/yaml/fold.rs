//! What folds in a configuration file: sections, lists, long texts, and comments.

use diagnostics::LineIndex;
use mta_config::yaml::lines;

use super::ConfigView;
use crate::{Fold, FoldKind};

/// Every fold, by first line.
pub fn folds(view: &ConfigView) -> Vec<Fold> {
    let index = LineIndex::of_editor(&view.text);
    let mut folds = comments(&view.text, &index);
    view.each(|place| {
        let Some(step) = place.steps.last() else { return };
        let full = step.key.map_or(step.node.span, |(_, key)| key.cover(step.node.span));
        let (first, last) = (index.line_col(full.start).line, index.line_col(full.end).line);
        folds.push(Fold { first, last, kind: FoldKind::Region });
    });
    folds.retain(|fold| fold.last > fold.first);
    folds.sort_by_key(|fold| (fold.first, std::cmp::Reverse(fold.last)));
    // An element and its first key begin in the same line; the longer one is what is meant.
    folds.dedup_by_key(|fold| fold.first);
    folds
}

/// Lines in a row that are comments.
fn comments(text: &[u8], index: &LineIndex) -> Vec<Fold> {
    let mut folds: Vec<Fold> = Vec::new();
    for range in lines(text) {
        let line = index.line_col(range.start as u32).line;
        if !text[range].trim_ascii_start().starts_with(b"#") {
            continue;
        }
        match folds.last_mut().filter(|fold| fold.last + 1 == line) {
            Some(fold) => fold.last = line,
            None => folds.push(Fold { first: line, last: line, kind: FoldKind::Comment }),
        }
    }
    folds
}
