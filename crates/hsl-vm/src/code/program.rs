//! A compiled program: what every worker shares.
//!
//! *Invariants*: immutable after building; `Send + Sync`; two builds of the same sources are equal
//! byte by byte ([`Program::digest`]).
//!
//! *Not here*: values of constants on one thread live in `Loaded`.

use std::sync::Arc;

use diagnostics::Span;

use super::op::{Op, Reg};
use super::path::Path;
use super::verify::{VerifyError, verify};
use crate::value::Frozen;

/// Index of a function.
pub type FunctionId = u32;
/// Index of a class.
pub type ClassId = u32;
/// Index of a module.
pub type ModuleId = u32;
/// Index of a file.
pub type FileId = u32;
/// Index of a global.
pub type GlobalId = u32;

/// A source file that code came from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SourceFile {
    /// Name relative to the project (`src/hooks/eod/default.hsl`).
    pub name: Arc<str>,
    /// Offset of the first byte of every line.
    pub lines: Box<[u32]>,
}

/// A place in a source text, ready to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// Name of the file.
    pub file: Arc<str>,
    /// Bytes.
    pub span: Span,
    /// Line of the first byte, from 1.
    pub line: u32,
    /// Column of the first byte, in bytes, from 1.
    pub column: u32,
}

/// Where the instructions from `pc` up to the next row came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LineRow {
    /// First instruction.
    pub pc: u32,
    /// File.
    pub file: FileId,
    /// Bytes.
    pub span: Span,
}

/// The first instruction of a statement: where a breakpoint may stand and a step may end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StatementRow {
    /// Instruction.
    pub pc: u32,
    /// File.
    pub file: FileId,
    /// Bytes of the whole statement.
    pub span: Span,
}

/// Where a variable lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Storage {
    /// In a register.
    Register(Reg),
    /// In the cell that a register holds.
    Cell(Reg),
}

/// A named variable of a function, for messages and the debugger.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Local {
    /// Name with `$`.
    pub name: Arc<str>,
    /// Where it lives, for the whole function.
    pub storage: Storage,
}

/// What a handler is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HandlerKind {
    /// `catch`: entered for throws.
    Catch,
    /// Leaving a `barrier`: entered for throws and for termination; ends with `EndCleanup`.
    Cleanup,
}

/// A protected range of instructions. The innermost range stands first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Handler {
    /// What it is for.
    pub kind: HandlerKind,
    /// First protected instruction.
    pub start: u32,
    /// One past the last.
    pub end: u32,
    /// Where to go on.
    pub target: u32,
    /// Receives the thrown value (none for a termination).
    pub value: Reg,
}

/// How a function is called.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Signature {
    /// Parameters without `$this` and without the rest parameter.
    pub params: u16,
    /// How many of them a call must supply.
    pub required: u16,
    /// Constants for the others, in order.
    pub defaults: Box<[u32]>,
    /// Whether further arguments are collected into a list, in the register after the last
    /// parameter.
    pub rest: bool,
}

/// One function of a program.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Function {
    /// Name as stack traces show it (`main`, `f`, `Class->method`, `function`).
    pub name: Arc<str>,
    /// Parameters. Arguments arrive in registers 0…, after `$this` when `method`.
    pub signature: Signature,
    /// Whether register 0 is `$this`.
    pub method: bool,
    /// Whether calling it makes an iterator.
    pub generator: bool,
    /// The class whose private members it may use.
    pub class: Option<ClassId>,
    /// Captured variables: they arrive in the registers after the parameters (and the rest list).
    pub captures: u16,
    /// Size of the window.
    pub registers: u16,
    /// One past the last register of a named variable: up to here registers start unset.
    pub named: u16,
    /// Whether a call with as many arguments as parameters needs nothing but a window.
    pub plain: bool,
    /// Instructions. The last cannot fall through.
    pub code: Box<[Op]>,
    /// Places that assignments name.
    pub paths: Box<[Path]>,
    /// Protected ranges, inner before outer.
    pub handlers: Box<[Handler]>,
    /// Source positions, ascending by instruction.
    pub lines: Box<[LineRow]>,
    /// Statement starts, ascending by instruction.
    pub statements: Box<[StatementRow]>,
    /// Named variables.
    pub locals: Box<[Local]>,
    /// Source of the whole definition.
    pub file: FileId,
    /// Source of the whole definition.
    pub span: Span,
}

/// A module-level or static variable.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Global {
    /// Name with `$`; `Class::$name` for statics.
    pub name: Arc<str>,
    /// Module it belongs to.
    pub module: ModuleId,
    /// Constant it starts with; unset without one.
    pub initial: Option<u32>,
    /// Whether scripts may not assign it (hook variables).
    pub readonly: bool,
}

/// A module: a file with globals of its own, run once per execution.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Module {
    /// Its file.
    pub name: Arc<str>,
    /// Its top-level code.
    pub main: FunctionId,
}

/// An instance variable of a class.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PropertyDef {
    /// Name without `$`.
    pub name: Arc<str>,
    /// Constant it starts with.
    pub initial: u32,
    /// Only from functions of the class.
    pub private: bool,
    /// Written only from functions of the same instance.
    pub readonly: bool,
}

/// An instance function of a class.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MethodDef {
    /// Name.
    pub name: Arc<str>,
    /// Code.
    pub function: FunctionId,
    /// Only from functions of the class.
    pub private: bool,
}

/// A class. Static members are globals and functions that the compiler resolves by name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ClassDef {
    /// Name.
    pub name: Arc<str>,
    /// Code of the constructor.
    pub constructor: Option<FunctionId>,
    /// Instance variables in order.
    pub properties: Box<[PropertyDef]>,
    /// Instance functions.
    pub methods: Box<[MethodDef]>,
}

/// A compiled program.
#[derive(Clone, Debug, PartialEq)]
pub struct Program {
    /// Functions; [`Program::main`] is the entry.
    pub functions: Box<[Function]>,
    /// Constants.
    pub constants: Box<[Frozen]>,
    /// Numbers that instructions use as operands.
    pub numbers: Box<[f64]>,
    /// Names of members, one per place that uses one.
    pub sites: Box<[Arc<str>]>,
    /// Names of natives: `length`, `Map` for a constructor, `Class::f` for a static function.
    pub natives: Box<[Arc<str>]>,
    /// Globals of all modules.
    pub globals: Box<[Global]>,
    /// Modules; the first is the entry's.
    pub modules: Box<[Module]>,
    /// Classes.
    pub classes: Box<[ClassDef]>,
    /// Source files.
    pub files: Box<[SourceFile]>,
    /// Entry.
    pub main: FunctionId,
}

impl SourceFile {
    /// A file of this text.
    pub fn new(name: Arc<str>, text: &[u8]) -> Self {
        let after_feeds = memchr::memchr_iter(b'\n', text).map(|at| at + 1);
        let lines = std::iter::once(0).chain(after_feeds).map(|at| at as u32).collect();
        Self { name, lines }
    }

    /// The place of these bytes.
    pub fn location(&self, span: Span) -> Location {
        let row = self.lines.partition_point(|start| *start <= span.start).max(1) - 1;
        let start = self.lines.get(row).copied().unwrap_or(0);
        Location {
            file: Arc::clone(&self.name),
            span,
            line: row as u32 + 1,
            column: span.start.saturating_sub(start) + 1,
        }
    }
}

impl Program {
    /// The place that instruction `pc` of a function came from.
    pub fn location(&self, function: FunctionId, pc: u32) -> Option<Location> {
        let lines = &self.functions.get(function as usize)?.lines;
        let row = lines.get(lines.partition_point(|row| row.pc <= pc).checked_sub(1)?)?;
        Some(self.files.get(row.file as usize)?.location(row.span))
    }

    /// Checks that no instruction points outside registers, constants or code.
    ///
    /// # Errors
    /// Names the first instruction that does.
    pub fn verify(&self) -> Result<(), VerifyError> {
        verify(self)
    }

    /// A number that differs between programs that differ, the same in every process.
    pub fn digest(&self) -> u64 {
        let text = self.to_text();
        text.bytes().fold(0xcbf2_9ce4_8422_2325, |h: u64, b| {
            (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3)
        })
    }

    /// The statement starts of a file, by function.
    pub fn statements(&self, file: &str) -> impl Iterator<Item = (FunctionId, &StatementRow)> {
        let id = self.files.iter().position(|f| &*f.name == file).map(|at| at as FileId);
        (0..).zip(self.functions.iter()).flat_map(move |(function, f)| {
            f.statements.iter().filter(move |s| Some(s.file) == id).map(move |s| (function, s))
        })
    }
}

impl Function {
    /// First register after `$this`, the parameters and the rest list: where captures arrive.
    pub fn captures_at(&self) -> u16 {
        self.first_param() + self.signature.params + u16::from(self.signature.rest)
    }

    /// Register of the first parameter.
    pub fn first_param(&self) -> u16 {
        u16::from(self.method)
    }

    /// Name of the variable that lives in a register.
    pub fn variable_in(&self, reg: Reg) -> Option<&Arc<str>> {
        let found = self.locals.iter().find(|local| match local.storage {
            Storage::Register(r) | Storage::Cell(r) => r == reg,
        });
        found.map(|local| &local.name)
    }
}
