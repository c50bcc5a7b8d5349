//! Compiled programs and how they are made.

mod build;
mod listing;
mod op;
mod path;
mod program;
mod shape;
mod verify;

pub use build::{BuildError, FunctionBuilder, Label, ProgramBuilder};
pub use op::{Binary, Crement, Op, Reg};
pub use path::{Path, PathStep, Root};
pub use program::{
    ClassDef, ClassId, FileId, Function, FunctionId, Global, GlobalId, Handler, HandlerKind,
    LineRow, Local, Location, MethodDef, Module, ModuleId, Program, PropertyDef, Signature,
    SourceFile, StatementRow, Storage,
};
pub use verify::VerifyError;
