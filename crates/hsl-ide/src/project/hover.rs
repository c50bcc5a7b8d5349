//! Pages about texts that name something of the project.

use std::fmt::Write as _;

use hsl_decl::Hook;
use hsl_graph::{FileNo, Graph, Occurrence, Symbol, Use};

use crate::Hover;

/// Places that a page lists.
const MOST: usize = 8;

/// What the text at an offset names in the project, and where that is defined or written.
pub fn hover(graph: &Graph, file: FileNo, offset: usize) -> Option<Hover> {
    let found = graph.symbol_at(file, offset)?;
    let (head, wanted, how) = match &found.symbol {
        Symbol::Context(name, _) => {
            (format!("Key `{name}` of `$context`"), Use::Write, "Written in")
        }
        Symbol::Id(kind, name) => {
            (format!("Id `{name}` of a {kind}"), Use::Definition, "Defined in")
        }
        Symbol::Hook(hook, id) => {
            (format!("Script `{id}` of the {hook} hook"), Use::Definition, "Its file is")
        }
        Symbol::Barrier(name) => {
            (format!("Lock or key of the shared memory `{name}`"), Use::Read, "Used in")
        }
        Symbol::Cache(name) => (format!("Name space `{name}` of a cache"), Use::Read, "Used in"),
        _ => return None,
    };
    let all = graph.occurrences(&found.symbol);
    let places: Vec<_> = all.iter().filter(|place| place.usage == wanted).collect();
    let mut page = format!("{head}\n");
    if places.is_empty() {
        page += "\nThe project does not define it.\n";
    } else {
        _ = write!(page, "\n{how}:\n");
    }
    for place in places.iter().take(MOST) {
        _ = writeln!(page, "- {}", shown(graph, place));
    }
    if let Some(more) = places.len().checked_sub(MOST).filter(|more| *more > 0) {
        _ = writeln!(page, "- and {more} more");
    }
    Some(Hover { span: found.span, markdown: page })
}

/// `src/hooks/eod/default.hsl:3`, with the hooks that come there.
fn shown(graph: &Graph, place: &Occurrence) -> String {
    let of = graph.file(place.file);
    let before = of.text.get(..place.span.start as usize).unwrap_or_default();
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let hooks = graph.hooks_at(place.file, place.span.start as usize);
    let hooks: Vec<_> = hooks.iter().map(Hook::as_str).collect();
    match of.is_script() && !hooks.is_empty() {
        true => format!("`{}:{line}` ({})", of.name, hooks.join(", ")),
        false => format!("`{}:{line}`", of.name),
    }
}
