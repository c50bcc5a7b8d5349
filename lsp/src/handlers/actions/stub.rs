//! A test that is only begun: of the hook whose script is shown, or of the function at the cursor.

use std::fmt::Write as _;

use gen_lsp_types as lsp;
use hsl_analysis::{Symbol, SymbolKind};
use hsl_decl::Hook;
use mta_hooks::sample;
use mta_project::layout;

use super::{Action, Offer};
use crate::capabilities::Client;
use crate::proto::{self, NewFile};
use crate::world::World;

/// Folder of the tests of a project.
const FOLDER: &str = "tests";

/// The kind of the action; the protocol has no name for it.
pub(super) fn kind() -> lsp::CodeActionKind {
    lsp::CodeActionKind::from("refactor.test".to_owned())
}

/// The offer to begin a test, where there is none of its name yet.
pub(super) fn offer(world: &World, uri: &str, offset: usize) -> Option<Offer> {
    let stub = Stub::of(world, uri, offset)?;
    let offer = lsp::CodeAction {
        title: format!("Begin a test of {}", stub.subject),
        kind: Some(kind()),
        ..lsp::CodeAction::default()
    };
    Some((kind(), (offer, Action::BeginTest { at: u32::try_from(offset).ok()? })))
}

/// The new file.
pub(super) fn edit(world: &World, uri: &str, at: u32) -> Option<lsp::WorkspaceEdit> {
    let stub = Stub::of(world, uri, at as usize)?;
    let (_, home) = world.documents.get(uri)?;
    let file = NewFile { uri: world.uri_beside(home, &stub.file), text: stub.text };
    Some(proto::new_files(world.client.edits, vec![file], None, None))
}

/// A test that is not written yet.
struct Stub {
    subject: String,
    file: String,
    text: String,
}

impl Stub {
    fn of(world: &World, uri: &str, offset: usize) -> Option<Self> {
        let Client { edits, .. } = world.client;
        let (_, home) = world.documents.get(uri).filter(|_| edits.creates_files)?;
        let (root, name) = home.project.as_ref()?;
        let stub = match layout::hook_of(name) {
            Some((hook, id)) => of_hook(hook, id),
            None => of_function(world, uri, name, offset)?,
        };
        (!root.join(&stub.file).exists()).then_some(stub)
    }
}

fn of_hook(hook: Hook, id: &str) -> Stub {
    let plain = words(&format!("{hook} {id}"));
    let arguments = mta_hooks::catalog().hook(hook).into_iter().flat_map(|decl| decl.variables);
    let given = arguments.filter(|variable| matches!(variable.name, "$arguments" | "$message"));
    let mut text = format!("// Tests of the {hook} hook.\n\nfunction test_{plain}() {{\n");
    // A String takes any text, here and below.
    _ = writeln!(text, "    $result = run_hook(\"{hook}\", [");
    for variable in given {
        _ = writeln!(text, "        \"{}\" => [", variable.name.trim_start_matches('$'));
        for (key, value) in sample::likely(variable) {
            _ = writeln!(text, "            \"{key}\" => {value},");
        }
        text += "        ],\n";
    }
    let option = if id.is_empty() { String::new() } else { format!(", [\"id\" => {id:?}]") };
    let implicit = mta_hooks::catalog().hook(hook).map_or("none", |decl| decl.implicit);
    _ = writeln!(
        text,
        "    ]{option});\n    assert_equal($result[\"verdict\"], {implicit:?});\n}}"
    );
    let subject = format!("the {hook} hook");
    Stub { subject, file: format!("{FOLDER}/{}.test.hsl", plain.replace('_', "-")), text }
}

fn of_function(world: &World, uri: &str, name: &str, offset: usize) -> Option<Stub> {
    let path = layout::file_id(name).filter(|name| name.ends_with(".hsl"))?;
    let view = world.view(uri)?;
    let facts = &view.resolved.facts;
    let is_here = |symbol: &&Symbol| {
        let outer = symbol.kind == SymbolKind::Function && symbol.container.is_none();
        let own = symbol.name_at.filter(|at| Some(at.file) == view.id());
        outer && own.is_some_and(|at| at.span.touches(offset))
    };
    let function = facts.symbols.iter().find(is_here)?;
    let called = &*function.name;
    let parameters = parameters(function.signature.as_deref()?);
    let mut text =
        format!("import {{ {called} }} from \"{path}\";\n\nfunction test_{called}() {{\n");
    for parameter in &parameters {
        _ = writeln!(text, "    {parameter} = none;");
    }
    _ = writeln!(text, "    assert_equal({called}({}), none);\n}}", parameters.join(", "));
    let file = format!("{FOLDER}/{}.test.hsl", words(called).replace('_', "-"));
    Some(Stub { subject: format!("`{called}`"), file, text })
}

/// The parameters that a call must give, of `function name($a, $b = 1)`.
fn parameters(signature: &str) -> Vec<&str> {
    let list = signature.split_once('(').map_or("", |(_, rest)| rest);
    let plain = list.split([',', ')']).map(str::trim);
    let is_name = |text: &&str| {
        text.strip_prefix('$').is_some_and(|name| hsl_syntax::words::is_identifier(name.as_bytes()))
    };
    plain.take_while(is_name).collect()
}

/// A text in the letters of a name.
fn words(text: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
    text.trim().chars().map(letter).collect()
}
