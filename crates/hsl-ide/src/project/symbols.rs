//! Names of a whole project, to be searched for.

use std::collections::BTreeSet;

use diagnostics::Span;
use hsl_analysis::SymbolKind;
use hsl_decl::IdKind;
use hsl_graph::{FileNo, Graph, Script, Symbol, TextKind, Use};

use super::Place;
use super::rank::{self, distance};

/// Symbols that one search gives.
const MOST: usize = 256;

/// What a symbol is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProjectSymbolKind {
    /// Function.
    Function,
    /// Class.
    Class,
    /// Function of a class, or its constructor.
    Method,
    /// Variable of a class.
    Property,
    /// Variable of a file.
    Variable,
    /// Key of `$context`.
    Key,
    /// Lock of `barrier`.
    Barrier,
    /// Name space of `cache`.
    Cache,
    /// Script of a hook, as the configuration names it.
    Hook,
    /// Another id of the configuration.
    Id(IdKind),
}

impl ProjectSymbolKind {
    /// The word that narrows a search: `class:`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Function => "function",
            Self::Class => "class",
            Self::Method => "method",
            Self::Property => "property",
            Self::Variable => "variable",
            Self::Key => "key",
            Self::Barrier => "barrier",
            Self::Cache => "cache",
            Self::Hook => "hook",
            Self::Id(kind) => kind.as_str(),
        }
    }
}

/// A symbol with its first place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectSymbol {
    /// Name as written.
    pub name: String,
    /// What it is.
    pub kind: ProjectSymbolKind,
    /// Where its name stands.
    pub place: Place,
    /// The class or function that it stands in.
    pub container: Option<String>,
}

/// The symbols whose name has the letters of a query in order, the closest first. `kind:` before it
/// (`class:`, `transport:`) leaves only those of one kind.
pub fn project_symbols(graph: &Graph, query: &str) -> Vec<ProjectSymbol> {
    let (kind, query) = match query.split_once(':') {
        Some((kind, rest)) => (Some(kind.trim()), rest.trim()),
        None => (None, query.trim()),
    };
    let query = query.to_lowercase();
    let scored = |found: Vec<ProjectSymbol>| {
        let of_kind = |symbol: &ProjectSymbol| kind.is_none_or(|kind| symbol.kind.as_str() == kind);
        let found = found.into_iter().filter(of_kind);
        found.filter_map(|s| Some((distance(&s.name, &query)?, s))).collect::<Vec<_>>()
    };
    let mut of_configs = Vec::new();
    self::of_configs(graph, &mut of_configs);
    let of_scripts = rank::closest(graph, &query, MOST, |file| {
        let mut found = Vec::new();
        if let Some(script) = graph.script(file) {
            of_script(graph, file, &script, &mut found);
        }
        scored(found)
    });
    let mut scored: Vec<_> = of_scripts.into_iter().chain(scored(of_configs)).collect();
    scored.sort_by(|(a, x), (b, y)| (a, &x.name, x.place).cmp(&(b, &y.name, y.place)));
    scored.truncate(MOST);
    scored.into_iter().map(|(_, symbol)| symbol).collect()
}

fn of_script(graph: &Graph, file: FileNo, script: &Script, found: &mut Vec<ProjectSymbol>) {
    for (symbol, id) in script.facts.symbols.iter().zip(0..) {
        let id = hsl_analysis::SymbolId(id);
        let kind = match symbol.kind {
            SymbolKind::Function => ProjectSymbolKind::Function,
            SymbolKind::Class => ProjectSymbolKind::Class,
            SymbolKind::Method | SymbolKind::StaticMethod | SymbolKind::Constructor => {
                ProjectSymbolKind::Method
            }
            SymbolKind::Property | SymbolKind::StaticProperty => ProjectSymbolKind::Property,
            SymbolKind::Variable if script.exports.values().any(|own| *own == id) => {
                ProjectSymbolKind::Variable
            }
            _ => continue,
        };
        let Some(at) = symbol.name_at.filter(|_| !script.is_imported(id)) else { continue };
        let container = symbol.container.map(|class| script.symbol(class).name.to_string());
        let place = Place { file, span: at.span };
        found.push(ProjectSymbol { name: symbol.name.to_string(), kind, place, container });
    }
    of_texts(graph, file, script, found);
}

/// Texts that name something, each where it stands first in the file.
fn of_texts(graph: &Graph, file: FileNo, script: &Script, found: &mut Vec<ProjectSymbol>) {
    let texts = script.texts.iter().filter_map(|text| match text.kind {
        TextKind::Barrier => Some((ProjectSymbolKind::Barrier, &text.name, text.at)),
        TextKind::Cache => Some((ProjectSymbolKind::Cache, &text.name, text.at)),
        TextKind::Id(_) => None,
    });
    let keys = script.keys.iter().filter(|key| key.access == hsl_analysis::Access::Write);
    let keys = keys.map(|key| (ProjectSymbolKind::Key, &key.name, key.at));
    let mut seen = BTreeSet::new();
    for (kind, name, span) in texts.chain(keys) {
        if seen.insert((kind, name.clone())) {
            let container = Some(graph.file(file).name.to_string());
            let place = Place { file, span };
            found.push(ProjectSymbol { name: name.to_string(), kind, place, container });
        }
    }
}

fn of_configs(graph: &Graph, found: &mut Vec<ProjectSymbol>) {
    for (file, config) in graph.configs() {
        for id in &config.ids {
            let (kind, name) = match &id.symbol {
                Symbol::Id(kind, name) if id.usage == Use::Definition => {
                    (ProjectSymbolKind::Id(*kind), name)
                }
                Symbol::Hook(hook, name) => {
                    let place = Place { file, span: id.at };
                    let container = Some(hook.to_string());
                    let (name, kind) = (name.to_string(), ProjectSymbolKind::Hook);
                    found.push(ProjectSymbol { name, kind, place, container });
                    continue;
                }
                _ => continue,
            };
            let place = Place { file, span: id.at };
            found.push(ProjectSymbol { name: name.to_string(), kind, place, container: None });
        }
    }
}

/// The whole definition of a symbol that a search gave, to be filled in when it is shown.
pub fn full_span(graph: &Graph, place: Place) -> Option<Span> {
    let script = graph.script(place.file)?;
    let named = script
        .facts
        .symbols
        .iter()
        .find(|symbol| symbol.name_at.is_some_and(|at| at.span == place.span));
    named?.full.map(|full| full.span)
}
