//! The whole program: tables that functions share, and their order.

use std::sync::Arc;

use diagnostics::{Diagnostic, codes};
use hsl_analysis::data::Datum;
use hsl_analysis::hir::{
    self, ExprId, ExprKind, FileId, GlobalId, GlobalKind, Loc, MemberKind, ModuleId,
};
use hsl_vm::code::{self, BuildError, ProgramBuilder};
use hsl_vm::{Array, Frozen, Key, Library, Value};

use crate::body::Body;
use crate::facts::{self, Facts};
use crate::fold;

/// A program that is being compiled.
pub(crate) struct Link<'p> {
    pub(crate) program: &'p hir::Program,
    pub(crate) facts: Vec<Facts>,
    /// Values of expressions that are always the same.
    pub(crate) constants: Vec<Option<Frozen>>,
    pub(crate) builder: ProgramBuilder,
    pub(crate) diagnostics: Vec<Diagnostic>,
    files: Vec<code::FileId>,
    /// Global of the machine, for those that are not a register of their module's code.
    globals: Vec<Option<u32>>,
    modules: Vec<code::ModuleId>,
}

impl<'p> Link<'p> {
    pub(crate) fn new(program: &'p hir::Program, library: &'p Library) -> Self {
        let (constants, diagnostics) = fold::survey(program, library);
        let mut link = Self {
            constants,
            program,
            facts: facts::survey(program),
            builder: ProgramBuilder::new(),
            diagnostics,
            files: Vec::new(),
            globals: Vec::new(),
            modules: Vec::new(),
        };
        link.declare();
        link
    }

    /// Reserves everything that code can name.
    fn declare(&mut self) {
        for file in &self.program.files {
            let id = self.builder.file(&file.name, &file.text);
            self.files.push(id);
        }
        for _ in &self.program.functions {
            self.builder.declare_function();
        }
        for _ in &self.program.classes {
            self.builder.declare_class();
        }
        self.declare_modules();
        for at in 0..self.program.globals.len() {
            let global = self.declare_global(GlobalId(at as u32));
            self.globals.push(global);
        }
    }

    /// The machine wants the entry first; here it is the last.
    fn declare_modules(&mut self) {
        let count = self.program.modules.len();
        for (at, module) in self.program.modules.iter().enumerate() {
            let _ = module;
            self.modules.push(((at + 1) % count.max(1)) as u32);
        }
        for module in self.program.modules.last().into_iter().chain(self.dependencies()) {
            let name = Arc::clone(self.program.file_name(module.file));
            self.builder.module(code::Module { name, main: module.top.0 });
        }
    }

    fn dependencies(&self) -> impl Iterator<Item = &'p hir::Module> + use<'p> {
        let modules = &self.program.modules;
        modules[..modules.len().saturating_sub(1)].iter()
    }

    fn declare_global(&mut self, id: GlobalId) -> Option<u32> {
        let global = self.program.global(id);
        if !global.shared {
            return None;
        }
        let (module, initial) = match global.kind {
            GlobalKind::Hook => (0, None),
            GlobalKind::Module(module) => (self.module(module), None),
            GlobalKind::Static(class, initial) => {
                let module = self.module(self.program.class(class).module);
                let value = initial.map_or(Frozen::None, |value| self.frozen(value));
                (module, Some(self.builder.constant(value)))
            }
        };
        let name = Arc::clone(&global.name);
        let readonly = global.readonly;
        Some(self.builder.global(code::Global { name, module, initial, readonly }))
    }

    /// Compiles every function and class; none when something is too large.
    pub(crate) fn compile(mut self) -> (Option<Arc<code::Program>>, Vec<Diagnostic>) {
        for at in 0..self.program.classes.len() {
            self.class(hir::ClassId(at as u32));
        }
        for at in 0..self.program.functions.len() {
            self.function(hir::FunctionId(at as u32));
        }
        let Some(entry) = self.program.entry() else { return (None, self.diagnostics) };
        if self.diagnostics.iter().any(Diagnostic::is_error) {
            return (None, self.diagnostics);
        }
        let main = entry.top;
        match self.builder.finish(main.0) {
            Ok(program) => (Some(program), self.diagnostics),
            Err(error) => {
                let at = self.program.function(main).at;
                let file = self.program.file_name(at.file);
                let finding = Diagnostic::new(&codes::CODE_LIMIT, file, at.span, error.to_string());
                self.diagnostics.push(finding);
                (None, self.diagnostics)
            }
        }
    }

    fn function(&mut self, id: hir::FunctionId) {
        let mut result = Body::compile(self, id, false);
        if matches!(result, Err(BuildError::TooLarge { what: "instructions", .. })) {
            result = Body::compile(self, id, true);
        }
        match result {
            Ok(function) => self.builder.define_function(id.0, function),
            Err(error) => self.limit(self.program.function(id).at, error.to_string()),
        }
    }

    fn class(&mut self, id: hir::ClassId) {
        let class = self.program.class(id);
        let mut properties = Vec::new();
        let mut methods = Vec::new();
        for member in &class.members {
            let (name, private) = (Arc::clone(&member.name), member.private);
            match member.kind {
                MemberKind::Property { initial, readonly } => {
                    let value = initial.map_or(Frozen::None, |value| self.frozen(value));
                    let initial = self.builder.constant(value);
                    properties.push(code::PropertyDef { name, initial, private, readonly });
                }
                MemberKind::Method(function) => {
                    methods.push(code::MethodDef { name, function: function.0, private });
                }
                MemberKind::StaticProperty { .. } | MemberKind::StaticMethod(_) => {}
            }
        }
        let definition = code::ClassDef {
            name: Arc::clone(&class.name),
            constructor: class.constructor.map(|c| c.0),
            properties: properties.into(),
            methods: methods.into(),
        };
        self.builder.define_class(id.0, definition);
    }

    pub(crate) fn file(&self, id: FileId) -> code::FileId {
        self.files[id.index()]
    }

    pub(crate) fn global(&self, id: GlobalId) -> Option<u32> {
        self.globals.get(id.index()).copied().flatten()
    }

    pub(crate) fn module(&self, id: ModuleId) -> code::ModuleId {
        self.modules[id.index()]
    }

    /// The index of a constant expression's value.
    pub(crate) fn constant_of(&mut self, id: ExprId) -> u32 {
        let value = self.frozen(id);
        self.builder.constant(value)
    }

    /// The value of an expression that must be constant; reports when it has none.
    pub(crate) fn frozen(&mut self, id: ExprId) -> Frozen {
        match fold::evaluate(self, id) {
            Ok(value) => value,
            Err(message) => {
                let expr = self.program.expr(id);
                if !matches!(expr.kind, ExprKind::Error) {
                    let file = self.program.file_name(expr.at.file);
                    let code = &codes::INVALID_PARAMETERS;
                    self.diagnostics.push(Diagnostic::new(code, file, expr.at.span, message));
                }
                Frozen::None
            }
        }
    }

    /// Reports that something is too large for the machine.
    pub(crate) fn limit(&mut self, at: Loc, message: String) {
        let file = self.program.file_name(at.file);
        self.diagnostics.push(Diagnostic::new(&codes::CODE_LIMIT, file, at.span, message));
    }
}

/// The constant of a data import; of a message its text.
pub(crate) fn freeze(datum: &Datum) -> Frozen {
    match datum {
        Datum::Key(key) => return hsl_std::certificates::key_constant(&key.0),
        Datum::Certificate { certificate, resource } => {
            return hsl_std::certificates::constant(&certificate.0, *resource);
        }
        // Certificates come as one list of them.
        Datum::Array(list) if matches!(list.first(), Some((_, Datum::Certificate { .. }))) => {
            return Frozen::list(list.iter().map(|(_, datum)| freeze(datum)));
        }
        _ => {}
    }
    Frozen::constant(&value(datum)).unwrap_or(Frozen::None)
}

fn value(datum: &Datum) -> Value {
    match datum {
        Datum::Certificate { .. } | Datum::Key(_) | Datum::None => Value::none(),
        Datum::Boolean(value) => Value::boolean(*value),
        Datum::Number(value) => Value::number(*value),
        Datum::Text(text) | Datum::Message(text) => Value::from(&text[..]),
        Datum::Array(elements) => {
            let mut array = Array::new();
            for (key, element) in elements {
                match key {
                    None => array.push(value(element)),
                    Some(key) => array.set(Key::text(key), value(element)),
                }
            }
            Value::array(array)
        }
    }
}
