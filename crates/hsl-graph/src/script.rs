//! What one script says by itself.
//!
//! *Invariants.* Follows from the text and the catalogue alone, so it can be kept while others change.
//! Names that another file defines stay names here.

mod access;
mod calls;
mod collect;
mod context;
mod dated;
mod imports;
mod literal;
mod names;

pub use calls::is_memory_function;

use std::sync::Arc;

use diagnostics::Span;
use hsl_analysis::{Access, Facts, Memory, SymbolId, SymbolKind, Unit, analyze_alone};
use hsl_decl::{Catalog, HookSet, IdKind, Key};
use hsl_syntax::Parse;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::Declarations;

/// A script, taken alone.
#[derive(Clone, Debug, Default)]
pub struct Script {
    /// Symbols, references and scopes; scope 0 is the top level.
    pub facts: Facts,
    /// The scope of each symbol.
    pub(crate) homes: Vec<Option<u32>>,
    /// The scope that a function's body is, by its symbol.
    pub(crate) bodies: FxHashMap<SymbolId, u32>,
    /// Functions, classes and variables of the top level.
    pub exports: FxHashMap<Arc<str>, SymbolId>,
    /// `include` and `import`, in order.
    pub links: Vec<Link>,
    /// Link and item of symbols that an import binds.
    pub(crate) bindings: FxHashMap<SymbolId, (usize, usize)>,
    /// Names that are not defined here, those of the library included.
    pub names: Vec<NameUse>,
    /// `scope::name` of what is imported.
    pub scoped: Vec<ScopedUse>,
    /// `->name`
    pub members: Vec<MemberUse>,
    /// What each function refers to.
    pub edges: Vec<Edge>,
    /// Keys of `$context`.
    pub keys: Vec<KeyUse>,
    /// Where `$context` is used as a whole, or with a key that is computed.
    pub dynamic_keys: Vec<(Span, Access)>,
    /// Keys of hook variables that came with a later version.
    pub dated: Vec<DatedUse>,
    /// Texts that name something.
    pub texts: Vec<TextUse>,
    /// Kinds of ids that the script names by values that are not written out there.
    pub computed_ids: FxHashSet<IdKind>,
    /// Functions without a name that are passed as an argument.
    pub callbacks: Vec<Callback>,
    /// Hooks of a `// hsl:hooks connect, eod` comment.
    pub pragma: HookSet,
}

/// How a file is named by another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkKind {
    /// `include`, `include_once`
    Include,
    /// `import { … } from`
    Names,
    /// `import * as … from`
    Namespace,
    /// `import $x from`
    Data,
}

/// A statement that names a file.
#[derive(Clone, Debug)]
pub struct Link {
    /// What it does.
    pub kind: LinkKind,
    /// The statement.
    pub at: Span,
    /// The path as written, when it is a plain text.
    pub path: Option<Arc<str>>,
    /// The text of the path between its quotes.
    pub path_at: Span,
    /// The scope it stands in.
    pub scope: u32,
    /// Imported names.
    pub items: Vec<ImportItem>,
    /// The symbol of a name space or of a data variable.
    pub alias: Option<SymbolId>,
}

/// One name of an import.
#[derive(Clone, Debug)]
pub struct ImportItem {
    /// The name in the other file; variables with `$`.
    pub name: Arc<str>,
    /// Where it stands.
    pub at: Span,
    /// Where the name here stands; the same place without `as`.
    pub local_at: Span,
    /// The symbol of the name here.
    pub symbol: Option<SymbolId>,
}

/// A name of a function or class that the file does not define.
#[derive(Clone, Debug)]
pub struct NameUse {
    /// The name.
    pub name: Arc<str>,
    /// Where.
    pub at: Span,
    /// The scope it stands in.
    pub scope: u32,
    /// The library has it; an included file may define it all the same.
    pub library: Option<&'static str>,
}

/// `scope::name`, where the scope is imported.
#[derive(Clone, Debug)]
pub struct ScopedUse {
    /// The name space or class.
    pub of: SymbolId,
    /// The name; variables with `$`.
    pub name: Arc<str>,
    /// Where the name stands.
    pub at: Span,
    /// The scope it stands in.
    pub scope: u32,
    /// What happens.
    pub access: Access,
}

/// `object->name`
#[derive(Clone, Debug)]
pub struct MemberUse {
    /// The name.
    pub name: Arc<str>,
    /// Where it stands.
    pub at: Span,
    /// The scope it stands in.
    pub scope: u32,
    /// The class, when the object is `$this` or was just made.
    pub class: Option<SymbolId>,
    /// What happens.
    pub access: Access,
}

/// A function without a name as an argument.
#[derive(Clone, Copy, Debug)]
pub struct Callback {
    /// The name of what is called.
    pub callee_at: Span,
    /// Which argument it is, from 0.
    pub position: usize,
    /// The function.
    pub at: Span,
}

/// What a function refers to.
#[derive(Clone, Debug)]
pub struct Edge {
    /// The scope that refers.
    pub from: u32,
    /// Where.
    pub at: Span,
    /// To what.
    pub to: EdgeTo,
}

/// The far end of an edge.
#[derive(Clone, Debug)]
pub enum EdgeTo {
    /// A symbol of this file, which an import may have bound.
    Symbol(SymbolId),
    /// A function without a name inside.
    Scope(u32),
    /// An element of [`Script::names`].
    Name(u32),
    /// An element of [`Script::scoped`].
    Scoped(u32),
    /// An element of [`Script::members`].
    Member(u32),
}

/// A key of `$context` that is written out.
#[derive(Clone, Debug)]
pub struct KeyUse {
    /// The key.
    pub name: Arc<str>,
    /// The text between its quotes.
    pub at: Span,
    /// The scope it stands in.
    pub scope: u32,
    /// What happens.
    pub access: Access,
    /// Whether the key stands there itself; else a variable holds it.
    pub sure: bool,
    /// Whether the script expects that it may be missing (`isset`, `??`), as far as is known.
    pub optional: bool,
    /// Whether the value of a write is used at once (`$x = $context["n"]++`), as far as is known.
    pub value_used: bool,
}

/// A key of a hook variable that came with a later version than others.
#[derive(Clone, Debug)]
pub struct DatedUse {
    /// Its declaration.
    pub key: &'static Key,
    /// The text between its quotes.
    pub at: Span,
    /// The scope it stands in.
    pub scope: u32,
}

/// What a text names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TextKind {
    /// An id of the configuration.
    Id(IdKind),
    /// A lock of `barrier`, or a key of the shared memory.
    Barrier,
    /// A name space of `cache`.
    Cache,
}

/// A text that names something.
#[derive(Clone, Debug)]
pub struct TextUse {
    /// What it names.
    pub kind: TextKind,
    /// The name.
    pub name: Arc<str>,
    /// The text between its quotes.
    pub at: Span,
    /// The scope it stands in.
    pub scope: u32,
    /// Whether a declaration says so; else only a key of the same name.
    pub sure: bool,
    /// Whether it gives the name to something new; else something has it.
    pub gives: bool,
}

impl Script {
    /// Reads a script; of one that was read before, a memory knows parts.
    pub(crate) fn of(
        name: &Arc<str>,
        parse: &Parse,
        catalog: &'static Catalog,
        declarations: &Declarations,
        memory: Option<Arc<Memory>>,
    ) -> Self {
        let facts = analyze_alone(name, parse, &Unit::library(catalog), memory).facts;
        let mut script = Self { homes: homes(&facts), bodies: bodies(&facts), ..Self::default() };
        script.exports = exports(&facts);
        script.facts = shrunk(facts);
        collect::Collector::new(parse, declarations, script).collect()
    }

    /// The symbol of an id.
    pub fn symbol(&self, id: SymbolId) -> &hsl_analysis::Symbol {
        self.facts.symbol(id)
    }

    /// Whether an import binds a symbol.
    pub fn is_imported(&self, id: SymbolId) -> bool {
        self.bindings.contains_key(&id)
    }

    /// The innermost scope around an offset.
    pub fn scope_at(&self, offset: usize) -> u32 {
        let around = self.facts.scopes.iter().enumerate();
        let around = around.filter(|(_, scope)| scope.at.span.touches(offset));
        let inner = around.min_by_key(|(_, scope)| scope.at.span.end - scope.at.span.start);
        inner.map_or(0, |(at, _)| at as u32)
    }

    /// The function whose body a scope is; none for the top level and functions without name.
    pub fn function_of(&self, scope: u32) -> Option<SymbolId> {
        self.bodies.iter().find(|(_, body)| **body == scope).map(|(id, _)| *id)
    }
}

/// Without room to grow: facts stay as long as the text.
fn shrunk(mut facts: Facts) -> Facts {
    facts.symbols.shrink_to_fit();
    facts.references.shrink_to_fit();
    facts.scopes.shrink_to_fit();
    facts
}

/// The outermost scope that shows each symbol; captures show it further inside too.
fn homes(facts: &Facts) -> Vec<Option<u32>> {
    let mut homes = vec![None; facts.symbols.len()];
    for (scope, number) in facts.scopes.iter().zip(0..) {
        for symbol in &scope.symbols {
            homes[symbol.0 as usize].get_or_insert(number);
        }
    }
    homes
}

fn bodies(facts: &Facts) -> FxHashMap<SymbolId, u32> {
    let scopes: FxHashMap<Span, u32> =
        facts.scopes.iter().zip(0..).skip(1).map(|(scope, at)| (scope.at.span, at)).collect();
    let callable = facts.symbols.iter().zip(0..).filter(|(symbol, _)| is_callable(symbol.kind));
    callable
        .filter_map(|(symbol, id)| Some((SymbolId(id), *scopes.get(&symbol.full?.span)?)))
        .collect()
}

fn is_callable(kind: SymbolKind) -> bool {
    matches!(
        kind,
        SymbolKind::Function
            | SymbolKind::Method
            | SymbolKind::StaticMethod
            | SymbolKind::Constructor
    )
}

fn exports(facts: &Facts) -> FxHashMap<Arc<str>, SymbolId> {
    let top = facts.scopes.first().into_iter().flat_map(|scope| &scope.symbols);
    let own = top.filter(|id| facts.symbol(**id).kind != SymbolKind::HookVariable);
    own.map(|id| (Arc::clone(&facts.symbol(*id).name), *id)).collect()
}
