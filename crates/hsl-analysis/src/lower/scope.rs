//! The scopes that are open while a function is lowered, and what a finished module offers.

use std::collections::BTreeMap;
use std::sync::Arc;

use diagnostics::Span;
use rustc_hash::FxHashMap;

use crate::SymbolId;
use crate::hir::{ClassId, FileId, FunctionId, GlobalId, Loc, ModuleId, Program, Storage, VarId};

/// What a name of the functions' and classes' name space means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Definition {
    Function(FunctionId),
    Class(ClassId),
    /// `import * as name`
    Namespace(FileId),
    /// Imported from a file that is missing: everything about it is already reported.
    Broken,
}

/// A definition with where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Named {
    pub(super) definition: Definition,
    pub(super) at: Loc,
    pub(super) symbol: SymbolId,
}

/// What `break` and `continue` may leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Jump {
    Loop,
    Switch,
}

/// Variable reads that may find nothing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Read {
    pub(super) variable: VarId,
    pub(super) at: Loc,
}

/// A function that is being lowered.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) function: FunctionId,
    pub(super) names: FxHashMap<Arc<str>, Named>,
    pub(super) variables: FxHashMap<Arc<str>, VarId>,
    pub(super) symbols: FxHashMap<VarId, SymbolId>,
    /// Functions and classes by the place of their definition.
    pub(super) definitions: FxHashMap<Loc, Definition>,
    /// Variables that an import further down binds.
    pub(super) pending: FxHashMap<VarId, Loc>,
    /// The same by place.
    pub(super) pending_at: BTreeMap<Loc, VarId>,
    pub(super) jumps: Vec<Jump>,
    /// Barriers with a literal name that are open.
    pub(super) held: Vec<(Vec<u8>, Span)>,
    pub(super) reads: Vec<Read>,
    /// How many conditional constructs are open.
    pub(super) conditional: usize,
    pub(super) included: Vec<FileId>,
    /// Index into the facts' scopes.
    pub(super) scope: u32,
    /// Class whose body is being lowered, for methods.
    pub(super) class: Option<ClassId>,
}

impl Frame {
    pub(super) fn new(function: FunctionId) -> Self {
        Self {
            function,
            names: FxHashMap::default(),
            variables: FxHashMap::default(),
            symbols: FxHashMap::default(),
            definitions: FxHashMap::default(),
            pending: FxHashMap::default(),
            pending_at: BTreeMap::new(),
            jumps: Vec::new(),
            held: Vec::new(),
            reads: Vec::new(),
            conditional: 0,
            included: Vec::new(),
            scope: 0,
            class: None,
        }
    }
}

/// What other modules can import.
#[derive(Debug)]
pub(super) struct Exports {
    pub(super) module: ModuleId,
    pub(super) names: FxHashMap<Arc<str>, Named>,
    pub(super) variables: FxHashMap<Arc<str>, (GlobalId, Option<SymbolId>)>,
}

impl Exports {
    pub(super) fn of(module: ModuleId, frame: &Frame, program: &Program, top: FunctionId) -> Self {
        let function = program.function(top);
        let global = |id: &VarId| match function.variable(*id).storage {
            Storage::Global(global) => Some((global, frame.symbols.get(id).copied())),
            _ => None,
        };
        let variables = frame.variables.iter();
        let variables =
            variables.filter_map(|(name, id)| Some((Arc::clone(name), global(id)?))).collect();
        Self { module, names: frame.names.clone(), variables }
    }
}
