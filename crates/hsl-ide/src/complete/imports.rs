//! Names of other files: in the braces of an `import`, and as operands that bring their import along.

use std::collections::HashSet;
use std::sync::Arc;

use diagnostics::{Edit, Span};
use hsl_analysis::path::{directory, package_path};
use hsl_analysis::{Symbol, SymbolKind};
use hsl_graph::{FileNo, Graph, Role, Script};
use hsl_syntax::ast::{AstNode, Statement, SymbolImport};
use hsl_syntax::tree_sitter::Node;

use super::{Completion, CompletionKind, Surroundings};
use crate::View;
use crate::project::relative;
use crate::tokens::open_bracket;

/// How far behind the names the path of their import is looked for.
const REACH: usize = 4_000;

/// The names that stand in the braces of an `import` which is open behind these tokens.
pub(super) fn names_before(view: &View, tokens: &[Node<'_>]) -> Option<Vec<String>> {
    let brace = open_bracket(tokens).filter(|at| tokens[*at].kind() == "{")?;
    let is_import = tokens[..brace].last()?.kind() == "import";
    if !is_import || !matches!(tokens.last()?.kind(), "{" | ",") {
        return None;
    }
    let names =
        tokens[brace + 1..].iter().filter(|t| matches!(t.kind(), "identifier" | "variable"));
    let text = |node: &Node<'_>| {
        String::from_utf8_lossy(view.text().get(node.byte_range()).unwrap_or_default()).into_owned()
    };
    Some(names.map(text).collect())
}

/// What the file behind `from` has, without the names that are there.
pub(super) fn exports(
    view: &View,
    around: &dyn Surroundings,
    used: &[String],
    offset: usize,
    replace: Span,
) -> Vec<Completion> {
    let found = path_behind(view, offset).and_then(|path| around.resolve(&path));
    let Some((name, (graph, _))) = found.zip(around.graph()) else { return Vec::new() };
    let script = graph.file_named(&name).and_then(|file| graph.script(file));
    let Some(script) = script else { return Vec::new() };
    let behind = names_behind(view, offset);
    let is_new = |label: &str| !used.iter().chain(&behind).any(|name| name == label);
    let symbols = exported(&script).filter(|(name, _)| is_new(name));
    symbols.map(|(_, symbol)| item(symbol, replace)).collect()
}

/// The text of the statement behind an offset.
fn rest(view: &View, offset: usize) -> String {
    let rest = view.text().get(offset..).unwrap_or_default();
    let end = rest.iter().take(REACH).position(|byte| *byte == b';');
    String::from_utf8_lossy(&rest[..end.unwrap_or(rest.len().min(REACH))]).into_owned()
}

/// The path of the import that an offset lies in the braces of.
fn path_behind(view: &View, offset: usize) -> Option<String> {
    let rest = rest(view, offset);
    let (_, behind) = rest.split_once('}')?;
    let (_, path) = behind.trim_start().strip_prefix("from")?.split_once('"')?;
    path.split_once('"').map(|(path, _)| path.to_owned())
}

/// The names between an offset and the end of the braces.
fn names_behind(view: &View, offset: usize) -> Vec<String> {
    let rest = rest(view, offset);
    let Some((names, _)) = rest.split_once('}') else { return Vec::new() };
    // The first is what is being typed.
    let names = names.split(',').skip(1).filter_map(|name| name.split_whitespace().next());
    names.map(str::to_owned).collect()
}

/// What a file defines at its top level, by name.
fn exported(script: &Script) -> impl Iterator<Item = (&Arc<str>, &Symbol)> {
    let own = script.exports.iter().filter(|(_, id)| !script.is_imported(**id));
    own.map(|(name, id)| (name, script.symbol(*id)))
}

fn item(symbol: &Symbol, replace: Span) -> Completion {
    let kind = match symbol.kind {
        SymbolKind::Function => CompletionKind::Function,
        SymbolKind::Class => CompletionKind::Class,
        _ => CompletionKind::Variable,
    };
    let mut item = Completion::new(&*symbol.name, kind, replace)
        .docs(symbol.docs.clone().unwrap_or_default())
        .rank(0);
    item.detail.clone_from(&symbol.signature);
    item
}

/// Functions and classes of other files, each with the import that makes it a name here.
pub(super) fn importable(
    view: &View,
    around: &dyn Surroundings,
    known: &[Completion],
    replace: Span,
) -> Vec<Completion> {
    let is_typing = replace.start < replace.end;
    let Some((graph, here)) = around.known_graph().filter(|_| is_typing) else {
        return Vec::new();
    };
    let known: HashSet<&str> = known.iter().map(|item| item.label.as_str()).collect();
    let mut items = Vec::new();
    let is_other = |number: FileNo| number != here && graph.file(number).role == Role::Library;
    for (number, script) in graph.scripts_at_hand().filter(|(number, _)| is_other(*number)) {
        let mut import = None;
        for (name, symbol) in exported(&script) {
            let is_callable = matches!(symbol.kind, SymbolKind::Function | SymbolKind::Class);
            if !is_callable || known.contains(&**name) {
                continue;
            }
            let import = import.get_or_insert_with(|| Import::of(view, around, &graph, number));
            let Some(brought) = import.as_ref().and_then(|import| import.edit(name, replace))
            else {
                continue;
            };
            let mut item = Completion { takes_arguments: true, ..item(symbol, replace) }.rank(4);
            item.note = import.as_ref().map(|import| import.path.clone());
            match brought {
                Brought::Apart(edit) => item.extra.push(edit),
                Brought::Before(text) => item.insert.insert_str(0, &text),
            }
            items.push(item);
        }
    }
    items
}

/// How the import of a name comes into the text.
enum Brought {
    /// By an edit of its own.
    Apart(Edit),
    /// Directly before the name, where nothing else stands before it in the file.
    Before(String),
}

/// How names of a file become names here.
struct Import {
    /// The path as it is written.
    path: String,
    /// Where a name goes in an import of the file that is there.
    names_end: Option<u32>,
    /// Where a new import goes, and what stands before and behind it.
    place: (u32, &'static str, &'static str),
}

impl Import {
    fn of(view: &View, around: &dyn Surroundings, graph: &Graph, file: FileNo) -> Option<Self> {
        let name = &graph.file(file).name;
        let written = |path: &&Arc<str>| name.ends_with(&***path) && is_path_of(around, path, name);
        let path = view.paths.iter().find(written)?.to_string();
        let package = package_path(&path).filter(|package| is_path_of(around, package, name));
        let path = package.unwrap_or(path);
        let imports: Vec<_> = view.parse.root().statements().filter(is_import).collect();
        let of_file = imports.iter().find_map(|statement| match statement {
            Statement::SymbolImport(import) if is_of(view, around, *import, name) => Some(*import),
            _ => None,
        });
        let last_item = of_file.and_then(|import| import.items().last());
        let names_end = last_item.map(|item| item.span().end);
        let is_crlf = view.text().windows(2).any(|pair| pair == b"\r\n");
        let line = if is_crlf { "\r\n" } else { "\n" };
        let place = match imports.last() {
            Some(last) => (last.span().end, line, ""),
            None => {
                let first = view.parse.root().statements().next();
                (first.map_or(0, |first| first.span().start), "", line)
            }
        };
        Some(Self { path, names_end, place })
    }

    /// What imports a name; none where it would go into what is being typed.
    fn edit(&self, name: &str, typed: Span) -> Option<Brought> {
        let (at, text) = match (self.names_end, self.place) {
            (Some(at), _) => (at, format!(", {name}")),
            (None, (at, before, behind)) => {
                (at, format!("{before}import {{ {name} }} from \"{}\";{behind}", self.path))
            }
        };
        let is_apart = at < typed.start || typed.end < at;
        if is_apart {
            return Some(Brought::Apart(Edit { span: Span { start: at, end: at }, text }));
        }
        // Edits of one item may not touch each other.
        let is_before = at == typed.start && self.names_end.is_none() && text.ends_with('\n');
        is_before.then_some(Brought::Before(text))
    }
}

fn is_import(statement: &Statement<'_>) -> bool {
    matches!(
        statement,
        Statement::SymbolImport(_) | Statement::NamespaceImport(_) | Statement::DataImport(_)
    )
}

fn is_path_of(around: &dyn Surroundings, path: &str, name: &str) -> bool {
    around.resolve(path).is_some_and(|found| *found == *name)
}

fn is_of(view: &View, around: &dyn Surroundings, import: SymbolImport<'_>, name: &str) -> bool {
    let path = import.path().and_then(|path| view.text().get(path.span().range(view.text().len())));
    let path = path.map(|text| String::from_utf8_lossy(text).trim_matches('"').to_owned());
    path.is_some_and(|path| is_path_of(around, &path, name))
}

/// Paths of files, in the way that the one which is being typed begins.
pub(super) fn paths(
    view: &View,
    around: &dyn Surroundings,
    offset: usize,
    replace: Span,
) -> Vec<Completion> {
    let typed = view.text().get(replace.start as usize..offset).unwrap_or_default();
    let typed = String::from_utf8_lossy(typed);
    let from_here = typed.starts_with("./") || typed.starts_with("../");
    let scheme = ["file://", "file:"].into_iter().find(|scheme| typed.starts_with(scheme));
    let of_package = typed.starts_with("extras://");
    let written = |path: &Arc<str>| match scheme {
        _ if from_here => {
            let name = around.resolve(path)?;
            let name = relative(directory(&view.file), &name);
            (*around.resolve(path)? != *view.file).then(|| format!("./{name}"))
        }
        Some(scheme) => Some(format!("{scheme}{path}")),
        None if of_package => package_path(path),
        None => Some(package_path(path).unwrap_or_else(|| path.to_string())),
    };
    let paths = view.paths.iter().filter_map(written);
    paths.map(|path| Completion::new(path, CompletionKind::File, replace)).collect()
}
