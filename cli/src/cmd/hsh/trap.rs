//! Uncaught exceptions, shown with the line in question.

use std::sync::Arc;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use hsl_vm::{StackEntry, Trap};

use crate::out::remark;

/// Most functions of a stack that are shown, half of them from each end.
const MOST: usize = 20;

/// Shows why a script ended. `read` gives the text of a file.
pub(super) fn show(trap: &Trap, read: &dyn Fn(&str) -> Option<Arc<[u8]>>) {
    let title = match trap.value {
        Some(_) => {
            let message = trap.message.strip_prefix("uncaught ").unwrap_or(&trap.message);
            format!("uncaught exception: {}", printable(message))
        }
        None => printable(&trap.message),
    };
    let mut group = Group::with_title(Level::ERROR.primary_title(&title));
    let text;
    let location = trap.location.as_ref();
    if let Some((at, bytes)) = location.and_then(|at| Some((at, read(&at.file)?))) {
        // One question mark for each byte that is no UTF-8, so that offsets stay what they are.
        text = lossy(&bytes);
        let range = at.span.range(text.len());
        let range = text.floor_char_boundary(range.start)..text.ceil_char_boundary(range.end);
        let mark = AnnotationKind::Primary.span(range);
        group = group.element(Snippet::source(&text).path(&*at.file).annotation(mark));
    }
    let notes: Vec<String> = stack(trap).collect();
    for note in &notes {
        group = group.element(Level::NOTE.message(note));
    }
    let renderer = Renderer::styled().decor_style(DecorStyle::Ascii);
    remark!("{}", renderer.render(&[group]));
}

/// The functions that were running, unless there is only the place that is shown anyway.
fn stack(trap: &Trap) -> impl Iterator<Item = String> {
    let count = if trap.stack.len() > 1 { trap.stack.len() } else { 0 };
    let hidden = count.saturating_sub(MOST);
    let first = if hidden > 0 { MOST / 2 } else { count };
    let top = trap.stack.iter().take(first).map(entry);
    let gap = (hidden > 0).then(|| format!("… {hidden} more calls"));
    let bottom = trap.stack.iter().take(count).skip(first + hidden).map(entry);
    top.chain(gap).chain(bottom)
}

fn entry(entry: &StackEntry) -> String {
    match &entry.location {
        Some(at) => format!("in {} at {}:{}:{}", entry.function, at.file, at.line, at.column),
        None => format!("in {}", entry.function),
    }
}

/// Messages hold what scripts put there, which must not steer the terminal.
fn printable(message: &str) -> String {
    message.chars().map(|c| if c.is_control() && c != '\n' { '\u{fffd}' } else { c }).collect()
}

fn lossy(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| '?'));
    }
    text
}
