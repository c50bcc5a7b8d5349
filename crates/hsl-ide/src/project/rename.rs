//! New names.
//!
//! *Invariants.* Either every place that certainly is the symbol gets the new name, or nothing does
//! and there is a reason. Places that only look like it are marked, so that a person decides. Names
//! that an import gives (`as`) stay.

use diagnostics::Span;
use hsl_analysis::{Access, SymbolId, SymbolKind};
use hsl_graph::{FileNo, Graph, Occurrence, Role, Symbol, Use};
use hsl_syntax::words::{is_identifier, is_reserved};

/// Why something cannot get a new name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RenameError {
    /// Nothing stands there.
    #[error("there is no name here")]
    Nothing,
    /// The library defines it.
    #[error("`{0}` belongs to the library")]
    Library(String),
    /// The hook defines it.
    #[error("{0} is given by the hook")]
    HookVariable(String),
    /// The language defines it.
    #[error("`{0}` belongs to the language")]
    Language(String),
    /// The file that defines it is not there.
    #[error("the file that defines `{0}` cannot be read")]
    Missing(String),
    /// It may be one of several.
    #[error("`{0}` may belong to several classes, or to none that is known")]
    Unknown(String),
    /// Keys are computed.
    #[error("{file} uses keys of `$context` that are computed, which may be this one")]
    ComputedKeys {
        /// Name of the file.
        file: String,
    },
    /// Paths follow their files.
    #[error("rename the file instead; paths follow it")]
    File,
    /// The new name is not one.
    #[error("`{0}` is not a name that can stand here")]
    Invalid(String),
    /// The new name means something else.
    #[error("`{0}` is already defined where this name is used")]
    Taken(String),
}

/// A text that a place gets.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// The file.
    pub file: FileNo,
    /// What is replaced.
    pub span: Span,
    /// The new text.
    pub text: String,
    /// Whether the place is known to be the symbol; else somebody should look at it.
    pub sure: bool,
}

/// A file that gets another name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileRename {
    /// The file.
    pub file: FileNo,
    /// Its new name.
    pub name: String,
}

/// Everything that a new name changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rename {
    /// Texts, by file and place.
    pub changes: Vec<Change>,
    /// Files.
    pub files: Vec<FileRename>,
}

/// The name at an offset that can be changed, with its text.
///
/// # Errors
/// Why it cannot.
pub fn prepare_rename(
    graph: &Graph,
    file: FileNo,
    offset: usize,
) -> Result<(Span, String), RenameError> {
    let found = graph.symbol_at(file, offset).ok_or(RenameError::Nothing)?;
    let text = written(graph, file, found.span);
    match found.alias {
        Some(_) => Ok((found.span, text)),
        None => check(graph, &found.symbol, &text).map(|()| (found.span, text)),
    }
}

/// Gives the symbol at an offset a new name. A `$` of a variable may be left out.
///
/// # Errors
/// Why it cannot have that name, or none at all.
pub fn rename(
    graph: &Graph,
    file: FileNo,
    offset: usize,
    name: &str,
) -> Result<Rename, RenameError> {
    let found = graph.symbol_at(file, offset).ok_or(RenameError::Nothing)?;
    if let Some(alias) = found.alias {
        let name = checked_name(graph, &Symbol::Script(file, alias), name)?;
        refuse_taken(graph, file, alias, &name)?;
        let places = graph.occurrences_of_alias(file, alias);
        return Ok(Rename { changes: changes(graph, &places, &name), files: Vec::new() });
    }
    let old = written(graph, file, found.span);
    check(graph, &found.symbol, &old)?;
    let name = checked_name(graph, &found.symbol, name)?;
    let mut places = graph.occurrences(&found.symbol);
    places.retain(|place| !place.alias);
    refuse_conflicts(graph, &found.symbol, &places, &name)?;
    let changes = changes(graph, &places, &name);
    Ok(Rename { changes, files: script_files(graph, &found.symbol, &name) })
}

/// Whether a symbol can have another name at all.
fn check(graph: &Graph, symbol: &Symbol, text: &str) -> Result<(), RenameError> {
    let text = text.to_owned();
    match symbol {
        Symbol::Library(_) => Err(RenameError::Library(text)),
        Symbol::File(_) => Err(RenameError::File),
        Symbol::Member(_) => Err(RenameError::Unknown(text)),
        Symbol::Script(file, id) => check_script(graph, *file, *id, text),
        Symbol::Context(_, realm) => {
            let computed = [Access::Read, Access::Write];
            match computed.iter().find_map(|access| graph.computed_key(*realm, *access)) {
                Some(file) => {
                    let file = graph.file(file).name.to_string();
                    Err(RenameError::ComputedKeys { file })
                }
                None => Ok(()),
            }
        }
        Symbol::Id(..) | Symbol::Hook(..) | Symbol::Barrier(_) | Symbol::Cache(_) => Ok(()),
    }
}

fn check_script(
    graph: &Graph,
    file: FileNo,
    id: SymbolId,
    text: String,
) -> Result<(), RenameError> {
    let Some(script) = graph.script(file) else { return Err(RenameError::Nothing) };
    match script.symbol(id).kind {
        SymbolKind::HookVariable => Err(RenameError::HookVariable(text)),
        SymbolKind::Constructor => Err(RenameError::Language(text)),
        // What stands for itself although an import binds it has no definition.
        _ if script.is_imported(id) => Err(RenameError::Missing(text)),
        _ => Ok(()),
    }
}

/// The new name as it stands after a `$`, `->` or quote.
fn checked_name(graph: &Graph, symbol: &Symbol, name: &str) -> Result<String, RenameError> {
    let invalid = || RenameError::Invalid(name.to_owned());
    let plain = name.trim();
    let is_word = |word: &str| is_identifier(word.as_bytes());
    match symbol {
        Symbol::Script(file, id) => {
            let script = graph.script(*file).ok_or_else(invalid)?;
            let known = script.symbol(*id);
            let is_variable = known.name.starts_with('$');
            let is_property =
                matches!(known.kind, SymbolKind::Property | SymbolKind::StaticProperty);
            let bare = match is_variable || is_property {
                true => plain.strip_prefix('$').unwrap_or(plain),
                false => plain,
            };
            let refused = !is_variable && is_reserved(bare) || bare == "this";
            (is_word(bare) && !refused).then(|| bare.to_owned()).ok_or_else(invalid)
        }
        Symbol::Hook(..) => {
            let fits = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
            let inside = !plain.split('/').any(|part| matches!(part, "" | "." | ".."));
            (plain.chars().all(fits) && inside).then(|| plain.to_owned()).ok_or_else(invalid)
        }
        Symbol::Id(..) => {
            let fits = |c: char| c.is_alphanumeric() || "-_.@".contains(c);
            let is_id = !plain.is_empty() && plain.chars().all(fits);
            is_id.then(|| plain.to_owned()).ok_or_else(invalid)
        }
        _ => {
            let fits = |c: char| !c.is_control() && !"\"\\$'".contains(c);
            let is_text = !name.is_empty() && name.chars().all(fits);
            is_text.then(|| name.to_owned()).ok_or_else(invalid)
        }
    }
}

fn refuse_conflicts(
    graph: &Graph,
    symbol: &Symbol,
    places: &[Occurrence],
    name: &str,
) -> Result<(), RenameError> {
    let taken = || Err(RenameError::Taken(name.to_owned()));
    match symbol {
        Symbol::Script(file, id) => {
            refuse_taken(graph, *file, *id, name)?;
            for place in places.iter().filter(|place| place.file != *file) {
                let here = graph.local_symbol(place.file, place.span);
                here.map_or(Ok(()), |id| refuse_taken(graph, place.file, id, name))?;
            }
            Ok(())
        }
        Symbol::Id(kind, _) => {
            let other = Symbol::Id(*kind, name.into());
            let defined = |o: &Occurrence| o.usage == Use::Definition;
            if graph.occurrences(&other).iter().any(defined) { taken() } else { Ok(()) }
        }
        Symbol::Hook(hook, _) => {
            let other = Symbol::Hook(*hook, name.into());
            if graph.occurrences(&other).is_empty() { Ok(()) } else { taken() }
        }
        Symbol::Context(_, realm) => {
            let other = Symbol::Context(name.into(), *realm);
            if graph.occurrences(&other).is_empty() { Ok(()) } else { taken() }
        }
        _ => Ok(()),
    }
}

/// Refuses a name that something else has in a scope where the symbol is used.
fn refuse_taken(graph: &Graph, file: FileNo, id: SymbolId, name: &str) -> Result<(), RenameError> {
    let Some(script) = graph.script(file) else { return Ok(()) };
    let symbol = script.symbol(id);
    let name = match symbol.name.starts_with('$') {
        true => format!("${name}"),
        false => name.to_owned(),
    };
    let is_same = |other: &SymbolId| *other != id && *script.symbol(*other).name == *name;
    let in_scope = script
        .facts
        .scopes
        .iter()
        .any(|scope| scope.symbols.contains(&id) && scope.symbols.iter().any(is_same));
    let beside = script.facts.symbols.iter().zip(0..).filter(|(other, number)| {
        symbol.container.is_some() && other.container == symbol.container && *number != id.0
    });
    let of_class = beside.into_iter().any(|(other, _)| *other.name == *name);
    if in_scope || of_class { Err(RenameError::Taken(name)) } else { Ok(()) }
}

fn changes(graph: &Graph, places: &[Occurrence], name: &str) -> Vec<Change> {
    let places = places.iter().filter(|place| place.span.start < place.span.end);
    let mut changes: Vec<Change> = places
        .map(|place| {
            let old = written(graph, place.file, place.span);
            let text = if old.starts_with("${") {
                format!("${{{name}}}")
            } else if old.starts_with('$') {
                format!("${name}")
            } else {
                name.to_owned()
            };
            Change { file: place.file, span: place.span, text, sure: place.sure }
        })
        .collect();
    changes.sort();
    changes
}

/// The script of a hook has its id as its name.
fn script_files(graph: &Graph, symbol: &Symbol, name: &str) -> Vec<FileRename> {
    let Symbol::Hook(hook, id) = symbol else { return Vec::new() };
    let is_script = |role: &Role| *role == Role::Hook(*hook, id.clone());
    let files = graph.files().filter(|(_, file)| is_script(&file.role));
    let renamed = files.filter_map(|(number, file)| {
        let folder = file.name.strip_suffix(&format!("{id}.hsl"))?;
        Some(FileRename { file: number, name: format!("{folder}{name}.hsl") })
    });
    renamed.collect()
}

pub(super) fn written(graph: &Graph, file: FileNo, span: Span) -> String {
    let text = &graph.file(file).text;
    String::from_utf8_lossy(&text[span.range(text.len())]).into_owned()
}
