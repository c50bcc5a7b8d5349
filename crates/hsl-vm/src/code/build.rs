//! Builders that the compiler fills: one for a program, one per function.
//!
//! *Not here*: superinstructions are chosen in `fuse` when a function is finished, so a compiler may
//! emit the plain forms.

mod function;
mod fuse;

pub use function::{FunctionBuilder, Label};

use std::collections::HashMap;
use std::sync::Arc;

use super::program::{
    ClassDef, ClassId, FileId, Function, FunctionId, Global, GlobalId, Module, ModuleId, Program,
    SourceFile,
};
use super::verify::{self, VerifyError};
use crate::value::{Frozen, Keyed};

/// Why a program cannot be built.
#[derive(Debug, thiserror::Error, PartialEq)]
pub enum BuildError {
    /// A function needs more than there is room for in an instruction.
    #[error("function `{function}` needs too many {what}")]
    TooLarge {
        /// Name of the function.
        function: Arc<str>,
        /// Registers, instructions, constants.
        what: &'static str,
    },
    /// A function was declared and not defined.
    #[error("function {0} has no code")]
    Undefined(FunctionId),
    /// The code is not acceptable: a fault of the compiler.
    #[error(transparent)]
    Rejected(#[from] VerifyError),
}

/// Collects the parts of a program.
#[derive(Debug, Default)]
pub struct ProgramBuilder {
    functions: Vec<Option<Function>>,
    constants: Vec<Frozen>,
    constant_index: HashMap<Frozen, u32, Keyed>,
    numbers: Vec<f64>,
    sites: Vec<Arc<str>>,
    natives: Vec<Arc<str>>,
    globals: Vec<Global>,
    modules: Vec<Module>,
    classes: Vec<Option<ClassDef>>,
    files: Vec<SourceFile>,
}

impl ProgramBuilder {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Registers a source file; the same name gives the same id.
    pub fn file(&mut self, name: &Arc<str>, text: &[u8]) -> FileId {
        if let Some(at) = self.files.iter().position(|f| f.name == *name) {
            return at as FileId;
        }
        self.files.push(SourceFile::new(Arc::clone(name), text));
        self.files.len() as FileId - 1
    }

    /// Index of a constant; equal constants share one.
    pub fn constant(&mut self, value: Frozen) -> u32 {
        if let Some(at) = self.constant_index.get(&value) {
            return *at;
        }
        let at = self.constants.len() as u32;
        self.constants.push(value.clone());
        self.constant_index.insert(value, at);
        at
    }

    /// Index of a number for the `…Number` instructions; none when all indices are used.
    pub fn number(&mut self, value: f64) -> Option<u16> {
        let same = |n: &f64| n.to_bits() == value.to_bits();
        if let Some(at) = self.numbers.iter().position(same) {
            return u16::try_from(at).ok();
        }
        let at = u16::try_from(self.numbers.len()).ok()?;
        self.numbers.push(value);
        Some(at)
    }

    /// A new site for a member name: one per place in the source, for its inline cache.
    pub fn site(&mut self, name: &str) -> Option<u16> {
        let at = u16::try_from(self.sites.len()).ok()?;
        self.sites.push(Arc::from(name));
        Some(at)
    }

    /// Index of a native: `length`, `Map` (constructor), `Class::f` (static function).
    pub fn native(&mut self, name: &str) -> u32 {
        if let Some(at) = self.natives.iter().position(|n| &**n == name) {
            return at as u32;
        }
        self.natives.push(Arc::from(name));
        self.natives.len() as u32 - 1
    }

    /// A new global.
    pub fn global(&mut self, global: Global) -> GlobalId {
        self.globals.push(global);
        self.globals.len() as GlobalId - 1
    }

    /// A new module; its globals may be registered before its function is defined.
    pub fn module(&mut self, module: Module) -> ModuleId {
        self.modules.push(module);
        self.modules.len() as ModuleId - 1
    }

    /// Reserves a class so that code can name it.
    pub fn declare_class(&mut self) -> ClassId {
        self.classes.push(None);
        self.classes.len() as ClassId - 1
    }

    /// Fills a reserved class.
    pub fn define_class(&mut self, id: ClassId, class: ClassDef) {
        self.classes[id as usize] = Some(class);
    }

    /// Reserves a function so that code can name it.
    pub fn declare_function(&mut self) -> FunctionId {
        self.functions.push(None);
        self.functions.len() as FunctionId - 1
    }

    /// Fills a reserved function.
    pub fn define_function(&mut self, id: FunctionId, function: Function) {
        self.functions[id as usize] = Some(function);
    }

    /// The program, verified.
    ///
    /// # Errors
    /// When something declared is missing, or the code is not acceptable.
    pub fn finish(self, main: FunctionId) -> Result<Arc<Program>, BuildError> {
        let functions = (0..).zip(self.functions);
        let program = Program {
            functions: functions
                .map(|(id, f)| f.ok_or(BuildError::Undefined(id)))
                .collect::<Result<_, _>>()?,
            constants: self.constants.into(),
            numbers: self.numbers.into(),
            sites: self.sites.into(),
            natives: self.natives.into(),
            globals: self.globals.into(),
            modules: self.modules.into(),
            classes: self.classes.into_iter().flatten().collect(),
            files: self.files.into(),
            main,
        };
        verify::verify(&program)?;
        Ok(Arc::new(program))
    }
}
