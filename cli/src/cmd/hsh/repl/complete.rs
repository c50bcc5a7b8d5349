//! What may be written at the cursor: the same answers as in an editor.
//!
//! What the conversation knows is put before the line as a script that would define it.

use std::fmt::Write as _;
use std::sync::Arc;

use hsl_analysis::{ResolveError, Sources, Unit};
use hsl_ide::View;
use hsl_vm::Value;

use super::session::Context;
use crate::cmd::hsh::disk::Disk;

/// Name of the script that is made up.
const FILE: &str = "hsh";

/// Where the text to replace begins, and what may be written there.
pub(super) fn complete(context: &Context, line: &str, at: usize) -> (usize, Vec<String>) {
    let before = prelude(context);
    let text: Arc<[u8]> = [before.as_bytes(), line.as_bytes()].concat().into();
    let sources = MadeUp { disk: &context.disk, text: Arc::clone(&text) };
    let unit = Unit::new(None, mta_hooks::catalog());
    let parse = hsl_syntax::parse(text);
    let view = View::new(&FILE.into(), parse, &sources, unit, context.disk.importable().into());
    let items = hsl_ide::complete(&view, &hsl_ide::Alone, before.len() + at);
    let start_of = |start: u32| (start as usize).saturating_sub(before.len()).min(at);
    let start = items.first().map_or(at, |item| start_of(item.replace.start));
    let typed = &line[line.floor_char_boundary(start)..at];
    let fits = items.iter().filter(|item| start_of(item.replace.start) == start);
    let fits = fits.filter(|item| item.insert.starts_with(typed) && !item.deprecated);
    let call = |item: &hsl_ide::Completion| {
        let calls = item.takes_arguments && !line[at..].starts_with('(');
        if calls { format!("{}(", item.insert) } else { item.insert.clone() }
    };
    (start, fits.map(call).collect())
}

/// A script that defines what the conversation knows.
fn prelude(context: &Context) -> String {
    let mut script = String::new();
    for file in &context.kept {
        script.push_str(&String::from_utf8_lossy(&file.text()));
        script.push('\n');
    }
    for (name, value) in &context.variables {
        if name.starts_with('$') {
            let _ = writeln!(script, "{name} = {};", like(value));
        }
    }
    script
}

/// An expression from which completion can tell what a value is.
fn like(value: &Value) -> String {
    match value {
        Value::Object(object) => format!("{}()", object.class().name),
        Value::Native(object) if !object.object().is_resource() => {
            format!("{}()", object.class().decl.name)
        }
        Value::Array(_) => "[]".to_owned(),
        Value::String(_) => "\"\"".to_owned(),
        Value::Number(_) => "0".to_owned(),
        _ => "none".to_owned(),
    }
}

/// The made-up script over the files of the disk.
struct MadeUp<'d> {
    disk: &'d Disk,
    text: Arc<[u8]>,
}

impl Sources for MadeUp<'_> {
    fn resolve(&self, from: &str, path: &str) -> Result<Arc<str>, ResolveError> {
        self.disk.resolve(from, path)
    }

    fn read(&self, name: &str) -> Option<Arc<[u8]>> {
        if name == FILE { Some(Arc::clone(&self.text)) } else { self.disk.read(name) }
    }
}
