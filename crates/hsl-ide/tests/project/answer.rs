//! Answers as text.

use std::fmt::Write as _;

use diagnostics::Span;
use hsl_graph::{FileNo, Graph, Occurrence};
use hsl_ide::project::{self, Call, Change, Place};
use mta_project::layout::role_of;

/// The answer to a question at a place.
pub(crate) fn answer(graph: &Graph, file: FileNo, offset: usize, question: &str) -> String {
    let mut words = question.split(' ');
    let feature = words.next().unwrap_or_default();
    let argument = question.split_once(' ').map_or("", |(_, rest)| rest);
    let text = match feature {
        "references" => occurrences(graph, project::references(graph, file, offset, true)),
        "highlights" => occurrences(graph, project::highlights(graph, file, offset)),
        "definition" => places(graph, project::definitions(graph, file, offset)),
        "declaration" => places(graph, project::declarations(graph, file, offset)),
        "implementation" => places(graph, project::implementations(graph, file, offset)),
        "rename" => renamed(graph, file, offset, argument),
        "hover" => {
            project::hover(graph, file, offset).map(|found| found.markdown).unwrap_or_default()
        }
        "prepare" => prepared(graph, file, offset),
        "pairs" => pairs(graph, file, offset),
        "callers" => calls(graph, file, offset, project::incoming_calls),
        "callees" => calls(graph, file, offset, project::outgoing_calls),
        "hooks" => hooks(graph, file, offset),
        "symbols" => symbols(graph, argument),
        "moved" => moved(graph, argument),
        other => panic!("there is no question {other:?}"),
    };
    if text.is_empty() { "nothing\n".to_owned() } else { text }
}

fn at(graph: &Graph, file: FileNo, span: Span) -> String {
    let of = graph.file(file);
    let before = &of.text[..(span.start as usize).min(of.text.len())];
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let column = before.iter().rev().take_while(|byte| **byte != b'\n').count() + 1;
    format!("{}:{line}:{column}", of.name)
}

fn text(graph: &Graph, file: FileNo, span: Span) -> String {
    let text = &graph.file(file).text;
    String::from_utf8_lossy(&text[span.range(text.len())]).into_owned()
}

fn occurrences(graph: &Graph, found: Vec<Occurrence>) -> String {
    let line = |o: Occurrence| {
        let usage = format!("{:?}", o.usage).to_lowercase();
        let unsure = if o.sure { "" } else { ", perhaps" };
        let alias = if o.alias { ", alias" } else { "" };
        let name = text(graph, o.file, o.span);
        format!("{} {name} ({usage}{unsure}{alias})\n", at(graph, o.file, o.span))
    };
    found.into_iter().map(line).collect()
}

fn places(graph: &Graph, found: Vec<Place>) -> String {
    let line = |p: Place| format!("{} {}", at(graph, p.file, p.span), text(graph, p.file, p.span));
    found.into_iter().map(|p| format!("{}\n", line(p).trim_end())).collect()
}

fn prepared(graph: &Graph, file: FileNo, offset: usize) -> String {
    match project::prepare_rename(graph, file, offset) {
        Ok((span, text)) => format!("{} {text}\n", at(graph, file, span)),
        Err(error) => format!("refused: {error}\n"),
    }
}

fn renamed(graph: &Graph, file: FileNo, offset: usize, name: &str) -> String {
    match project::rename(graph, file, offset, name) {
        Err(error) => format!("refused: {error}\n"),
        Ok(rename) => {
            let mut out = changes(graph, &rename.changes);
            for file in rename.files {
                _ = writeln!(out, "{} becomes {}", graph.file(file.file).name, file.name);
            }
            out
        }
    }
}

/// Every line that changes, as it will be.
fn changes(graph: &Graph, changes: &[Change]) -> String {
    let mut out = String::new();
    for change in changes {
        let text = String::from_utf8_lossy(&graph.file(change.file).text).into_owned();
        let (start, end) = (change.span.start as usize, change.span.end as usize);
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[end..].find('\n').map_or(text.len(), |at| end + at);
        let line = format!("{}[{}]{}", &text[line_start..start], change.text, &text[end..line_end]);
        let unsure = if change.sure { "" } else { " (perhaps)" };
        _ = writeln!(out, "{}{unsure} {}", at(graph, change.file, change.span), line.trim());
    }
    out
}

fn pairs(graph: &Graph, file: FileNo, offset: usize) -> String {
    let spans = project::alias_pairs(graph, file, offset).into_iter();
    spans.map(|s| format!("{} {}\n", at(graph, file, s), text(graph, file, s))).collect()
}

fn calls(
    graph: &Graph,
    file: FileNo,
    offset: usize,
    of: impl Fn(&Graph, Place) -> Vec<Call>,
) -> String {
    let Some(item) = project::call_item(graph, file, offset) else { return String::new() };
    let mut out = format!("{:?} {}\n", item.kind, item.name);
    for call in of(graph, item.place) {
        let places = call.at.len();
        let times = if places == 1 { String::new() } else { format!(", {places} times") };
        let name = &graph.file(call.item.place.file).name;
        _ = writeln!(out, "- {:?} {} of {name}{times}", call.item.kind, call.item.name);
    }
    out
}

/// The hooks that reach the function at the cursor, each with its way.
fn hooks(graph: &Graph, file: FileNo, offset: usize) -> String {
    let Some(script) = graph.script(file) else { return String::new() };
    let scope = script.scope_at(offset);
    let mut out = String::new();
    for hook in graph.hooks_of_scope(file, scope).iter() {
        let way = graph.way(file, scope, hook).into_iter();
        let way: Vec<_> = way
            .map(|step| format!("{:?} at {}", step.kind, at(graph, step.file, step.at)))
            .collect();
        _ = writeln!(
            out,
            "{hook}: {}",
            if way.is_empty() { "itself".into() } else { way.join(", ") }
        );
    }
    out
}

fn symbols(graph: &Graph, query: &str) -> String {
    let line = |symbol: project::ProjectSymbol| {
        let of = symbol.container.map(|name| format!(" in {name}")).unwrap_or_default();
        let place = at(graph, symbol.place.file, symbol.place.span);
        format!("{} {}{of} {place}\n", symbol.kind.as_str(), symbol.name)
    };
    project::project_symbols(graph, query).into_iter().map(line).collect()
}

/// `OLD NEW`: what else changes when a file moves.
fn moved(graph: &Graph, names: &str) -> String {
    let (old, new) = names.split_once(' ').expect("two names");
    let file = graph.file_named(old).expect("a file of the case");
    changes(graph, &project::renamed_files(graph, &[(file, new.to_owned())], role_of))
}
