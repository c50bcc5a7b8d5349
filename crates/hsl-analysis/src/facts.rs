//! What an editor asks about a file: its symbols, where names are used, what is visible where.
//!
//! *Not here.* Presentation (`hsl-ide`).

use std::sync::Arc;

use diagnostics::Span;

use crate::hir::{FileId, FunctionId, Loc};

/// Index into [`Facts::symbols`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SymbolId(pub u32);

/// What a symbol is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SymbolKind {
    /// Named function.
    Function,
    /// Class.
    Class,
    /// Function of an instance.
    Method,
    /// Function of a class.
    StaticMethod,
    /// `constructor`
    Constructor,
    /// Variable of an instance.
    Property,
    /// Variable of a class.
    StaticProperty,
    /// Variable of a function or module.
    Variable,
    /// Parameter.
    Parameter,
    /// `import * as name`
    Namespace,
    /// Variable that the hook defines.
    HookVariable,
}

/// Something a script defines.
#[derive(Clone, Debug)]
pub struct Symbol {
    /// Name; variables with `$`, properties without.
    pub name: Arc<str>,
    /// What it is.
    pub kind: SymbolKind,
    /// The name where it is defined; none for variables of the hook.
    pub name_at: Option<Loc>,
    /// The whole definition, for outlines and folding.
    pub full: Option<Loc>,
    /// Symbol it is defined in (class, function).
    pub container: Option<SymbolId>,
    /// `name($a, $b = 1)` for what can be called.
    pub signature: Option<String>,
    /// Comment directly before the definition, without comment marks.
    pub docs: Option<String>,
}

/// What a use of a name does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Access {
    /// Defines it.
    Definition,
    /// Reads or calls it.
    Read,
    /// Assigns or modifies it.
    Write,
}

/// What a name means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// Something that a script defines.
    Symbol(SymbolId),
    /// A library function or verdict.
    Function(&'static hsl_decl::Function),
    /// A library class.
    Class(&'static hsl_decl::Class),
    /// A file that is included or imported.
    File(FileId),
}

/// A name in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Where.
    pub at: Loc,
    /// What it means.
    pub meaning: Meaning,
    /// What it does.
    pub access: Access,
}

/// A function body, or the top level of a file, with what is visible there.
#[derive(Clone, Debug)]
pub struct Scope {
    /// Where it reaches.
    pub at: Loc,
    /// The function.
    pub function: FunctionId,
    /// The scope around it, for functions and classes; variables are not inherited.
    pub parent: Option<u32>,
    /// Variables, parameters, functions and classes of this scope itself.
    pub symbols: Vec<SymbolId>,
}

/// Everything editors ask about, for all files of a program.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Symbols in the order of their definition.
    pub symbols: Vec<Symbol>,
    /// Uses of names, ordered by place.
    pub references: Vec<Reference>,
    /// Scopes, outer before inner.
    pub scopes: Vec<Scope>,
}

impl Facts {
    /// The symbol of an id.
    pub fn symbol(&self, id: SymbolId) -> &Symbol {
        &self.symbols[id.0 as usize]
    }

    /// Symbols defined in a file.
    pub fn symbols_in(&self, file: FileId) -> impl Iterator<Item = (SymbolId, &Symbol)> {
        let numbered = self.symbols.iter().enumerate().map(|(i, s)| (SymbolId(i as u32), s));
        numbered.filter(move |(_, symbol)| symbol.name_at.is_some_and(|at| at.file == file))
    }

    /// Uses of names in a file, ordered.
    pub fn references_in(&self, file: FileId) -> impl Iterator<Item = &Reference> {
        self.references.iter().filter(move |r| r.at.file == file)
    }

    /// The name at an offset: the shortest that touches it.
    pub fn reference_at(&self, file: FileId, offset: usize) -> Option<&Reference> {
        let touching = self.references_in(file).filter(|r| r.at.span.touches(offset));
        touching.min_by_key(|r| length(r.at.span))
    }

    /// Every use of a symbol, its definition included.
    pub fn uses(&self, symbol: SymbolId) -> impl Iterator<Item = &Reference> {
        self.references.iter().filter(move |r| r.meaning == Meaning::Symbol(symbol))
    }

    /// The innermost scope at an offset.
    pub fn scope_at(&self, file: FileId, offset: usize) -> Option<&Scope> {
        let around = self.scopes.iter().filter(|s| s.at.file == file && s.at.span.touches(offset));
        around.min_by_key(|s| length(s.at.span))
    }

    /// What can be named at an offset: variables of the innermost scope, functions and classes of
    /// all scopes around it.
    pub fn visible_at(&self, file: FileId, offset: usize) -> Vec<SymbolId> {
        let Some(inner) = self.scope_at(file, offset) else { return Vec::new() };
        let mut found = inner.symbols.clone();
        let mut parent = inner.parent;
        while let Some(scope) = parent.and_then(|at| self.scopes.get(at as usize)) {
            let callable = |id: &&SymbolId| !self.symbol(**id).name.starts_with('$');
            found.extend(scope.symbols.iter().filter(callable));
            parent = scope.parent;
        }
        found
    }
}

fn length(span: Span) -> u32 {
    span.end - span.start
}
