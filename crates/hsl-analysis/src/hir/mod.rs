//! A resolved program: what the trees of all its files mean, without trees.
//!
//! Names are bound, includes are in place, targets are checked. Expressions lie in one arena, so
//! that neither dropping nor walking a long chain of operators needs a deep stack.
//!
//! *Invariants.* Indices are valid in the [`Program`] they come from. A program whose diagnostics
//! hold an error may contain [`ExprKind::Error`]; one without errors does not.
//!
//! *Not here.* Values and code (`hsl-vm`, `hsl-compile`).

mod expr;
mod function;
mod moved;
mod sealed;
mod stmt;
mod walk;

pub use expr::{
    Arg, Callee, Element, Expr, ExprKind, MatchArm, Part, Pattern, PatternElement, Place,
};
pub use function::{
    Capture, Class, Function, FunctionKind, Global, GlobalKind, Member, MemberKind, Param, Storage,
    Variable,
};
pub(crate) use moved::Move;
pub use sealed::{Memo, Sealed};
pub use stmt::{Block, Stmt, StmtKind, SwitchItem};

use std::sync::Arc;

use diagnostics::Span;

use crate::data::Datum;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            /// The position in the table that the id belongs to.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

ids! {
    /// Index into [`Program::files`].
    FileId,
    /// Index into [`Program::modules`].
    ModuleId,
    /// Index into [`Program::functions`].
    FunctionId,
    /// Index into [`Program::classes`].
    ClassId,
    /// Index into [`Program::globals`].
    GlobalId,
    /// Index into [`Program::exprs`].
    ExprId,
    /// Index into [`Program::data`].
    DataId,
    /// Index into [`Function::variables`] of one function.
    VarId,
}

/// A place in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Loc {
    /// Which file.
    pub file: FileId,
    /// Where in it.
    pub span: Span,
}

/// A file that the program was made from.
#[derive(Clone, Debug)]
pub struct File {
    /// Name as in diagnostics.
    pub name: Arc<str>,
    /// Its bytes.
    pub text: Arc<[u8]>,
}

/// A file that runs in a global scope of its own: the entry, or an imported file.
#[derive(Clone, Debug)]
pub struct Module {
    /// The file it begins with.
    pub file: FileId,
    /// Its top-level code.
    pub top: FunctionId,
}

/// Every file, scope, function and expression of a program.
#[derive(Clone, Debug, Default)]
pub struct Program {
    /// Files, scripts and data, in the order of their discovery; the entry is the first.
    pub files: Vec<File>,
    /// Modules; an imported one stands before its importer, the entry is the last.
    pub modules: Vec<Module>,
    /// Functions of every kind.
    pub functions: Vec<Function>,
    /// Classes of the scripts.
    pub classes: Vec<Class>,
    /// Variables of modules, of hooks, and static ones of classes.
    pub globals: Vec<Global>,
    /// Expressions.
    pub exprs: Vec<Expr>,
    /// Values of data imports.
    pub data: Vec<Datum>,
    /// Functions of which is kept what is found out about them; none in an analysis by itself.
    pub sealed: Vec<Sealed>,
}

impl Program {
    /// The module that was asked for; none when its file could not be read.
    pub fn entry(&self) -> Option<&Module> {
        self.modules.last()
    }

    /// The expression of an id.
    pub fn expr(&self, id: ExprId) -> &Expr {
        &self.exprs[id.index()]
    }

    /// The function of an id.
    pub fn function(&self, id: FunctionId) -> &Function {
        &self.functions[id.index()]
    }

    /// The class of an id.
    pub fn class(&self, id: ClassId) -> &Class {
        &self.classes[id.index()]
    }

    /// The global of an id.
    pub fn global(&self, id: GlobalId) -> &Global {
        &self.globals[id.index()]
    }

    /// The name of a file.
    pub fn file_name(&self, id: FileId) -> &Arc<str> {
        &self.files[id.index()].name
    }
}
