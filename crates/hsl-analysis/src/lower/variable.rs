//! Variables: found by name, created on first mention.
//!
//! At the top level of a module a variable is a global of that module; in a function it is a local
//! until a closure captures it or a `global` statement binds it.

use std::sync::Arc;

use diagnostics::{Span, codes, nearest};

use super::Lowerer;
use super::scope::Read;
use crate::hir::{
    FunctionId, FunctionKind, Global, GlobalId, GlobalKind, Loc, Storage, VarId, Variable,
};
use crate::{Access, SymbolKind};

impl Lowerer<'_, '_> {
    /// Makes the predefined variables: those of the hook, and further `names`.
    pub(super) fn hook_variables(&mut self, names: &[&str]) {
        for name in names {
            self.hook_variable(name, false);
        }
        for variable in self.unit.variables() {
            if !names.contains(&variable.name) {
                self.hook_variable(variable.name, variable.readonly);
            }
        }
    }

    fn hook_variable(&mut self, name: &str, readonly: bool) {
        let name: Arc<str> = name.into();
        let global = self.new_global(Global {
            name: Arc::clone(&name),
            kind: GlobalKind::Hook,
            shared: true,
            created: true,
            readonly,
            at: None,
        });
        let symbol = self.new_symbol(Arc::clone(&name), SymbolKind::HookVariable, None, None);
        self.hook.insert(name, (global, symbol));
    }

    pub(super) fn new_global(&mut self, global: Global) -> GlobalId {
        self.program.globals.push(global);
        GlobalId(self.program.globals.len() as u32 - 1)
    }

    /// The variable of this name in the innermost function, made if it is new.
    pub(super) fn variable(&mut self, name: &str, at: Loc) -> VarId {
        self.variable_in(self.frames.len() - 1, name, at)
    }

    /// The variable of this name in an open function.
    pub(super) fn variable_in(&mut self, frame: usize, name: &str, at: Loc) -> VarId {
        if frame == 0 {
            self.touches_others();
        }
        if let Some(id) = self.frames[frame].variables.get(name) {
            return *id;
        }
        let function = self.frames[frame].function;
        if self.program.function(function).kind == FunctionKind::Module {
            return self.module_variable(frame, name.into(), at);
        }
        let name: Arc<str> = name.into();
        let id = self.add_variable(frame, Arc::clone(&name), Storage::Local, at);
        let symbol = self.new_symbol(name, SymbolKind::Variable, Some(at), None);
        self.frames[frame].symbols.insert(id, symbol);
        self.scope_symbol(frame, symbol);
        id
    }

    fn module_variable(&mut self, frame: usize, name: Arc<str>, at: Loc) -> VarId {
        let (global, symbol) = match self.hook.get(&name) {
            Some(known) => *known,
            None => {
                let kind = GlobalKind::Module(self.module);
                let global = self.new_global(Global {
                    name: Arc::clone(&name),
                    kind,
                    shared: false,
                    created: false,
                    readonly: false,
                    at: Some(at),
                });
                let symbol =
                    self.new_symbol(Arc::clone(&name), SymbolKind::Variable, Some(at), None);
                self.scope_symbol(frame, symbol);
                (global, symbol)
            }
        };
        let id = self.add_variable(frame, name, Storage::Global(global), at);
        self.frames[frame].symbols.insert(id, symbol);
        id
    }

    /// Adds a variable to an open function; the name must be new there.
    pub(super) fn add_variable(
        &mut self,
        frame: usize,
        name: Arc<str>,
        storage: Storage,
        at: Loc,
    ) -> VarId {
        let function = self.frames[frame].function;
        let readonly = match storage {
            Storage::Global(global) => self.program.global(global).readonly,
            _ => false,
        };
        let variables = &mut self.program.functions[function.index()].variables;
        let id = VarId(variables.len() as u32);
        variables.push(Variable { name: Arc::clone(&name), storage, at, created: false, readonly });
        self.frames[frame].variables.insert(name, id);
        id
    }

    /// Notes that something creates a variable.
    pub(super) fn created(&mut self, id: VarId) {
        let function = self.function();
        self.created_in(function, id);
    }

    pub(super) fn created_in(&mut self, function: FunctionId, id: VarId) {
        let variable = &mut self.program.functions[function.index()].variables[id.index()];
        variable.created = true;
        if let Storage::Global(global) | Storage::Switched(global) = variable.storage {
            self.program.globals[global.index()].created = true;
        }
    }

    /// A variable that is read: it should exist.
    pub(super) fn read_variable(&mut self, name: &str, span: Span) -> VarId {
        let at = self.at(span);
        let id = self.variable(name, at);
        self.mention(id, at, Access::Read);
        if !self.follows_from_another(span) {
            self.frame().reads.push(Read { variable: id, at });
        }
        id
    }

    /// A variable that is assigned.
    pub(super) fn write_variable(&mut self, name: &str, span: Span) -> VarId {
        let at = self.at(span);
        let id = self.variable(name, at);
        self.check_writable(id, name, span);
        self.created(id);
        self.mention(id, at, Access::Write);
        id
    }

    /// A variable that is only asked for (`isset`, `??`).
    pub(super) fn probe_variable(&mut self, name: &str, span: Span) -> VarId {
        let at = self.at(span);
        let id = self.variable(name, at);
        self.mention(id, at, Access::Read);
        id
    }

    /// Refuses to assign or modify what is read-only, or bound by an import further down.
    pub(super) fn check_writable(&mut self, id: VarId, name: &str, span: Span) {
        if self.program.function(self.function()).variable(id).readonly || name == "$this" {
            self.error(&codes::READONLY_ASSIGNMENT, span, format!("{name} is read-only"));
        }
        if let Some(import) = self.frame().pending.get(&id).copied() {
            let message = format!("{name} is defined before it is imported");
            let finding = self.finding(&codes::DUPLICATE_DEFINITION, span, message);
            let finding = self.label_at(finding, import, "imported here");
            self.report(finding);
        }
    }

    fn mention(&mut self, id: VarId, at: Loc, access: Access) {
        if let Some(symbol) = self.frame().symbols.get(&id).copied() {
            self.refer(at, symbol, access);
        }
    }

    /// Reports reads of variables of a finished function that nothing creates.
    pub(super) fn check_reads(&mut self, frame: &super::scope::Frame) {
        for read in &frame.reads {
            let variable = self.program.function(frame.function).variable(read.variable);
            match variable.storage {
                _ if variable.created => {}
                Storage::Local | Storage::Shared => {
                    let name = Arc::clone(&variable.name);
                    self.undefined(&name, read.at, frame.function);
                }
                Storage::Global(global) => {
                    self.global_reads.entry(global).or_insert(read.at);
                }
                // Nothing is known before the creating function, or `global`, has run.
                Storage::Captured | Storage::Switched(_) => {}
            }
        }
    }

    /// Lets the variables of the entry outlive its code; those that are known exist already.
    pub(super) fn keep_globals(&mut self, known: &[&str]) {
        let entry = self.program.modules.len().wrapping_sub(1);
        for global in &mut self.program.globals {
            if matches!(global.kind, GlobalKind::Module(module) if module.index() == entry) {
                global.shared = true;
                global.created |= known.contains(&&*global.name);
            }
        }
    }

    /// Reports reads of globals that no module creates.
    pub(super) fn check_globals(&mut self) {
        let mut reads: Vec<_> = self.global_reads.drain().collect();
        reads.sort_by_key(|(_, at)| *at);
        for (global, at) in reads {
            let global = self.program.global(global);
            if let (false, GlobalKind::Module(module)) = (global.created, global.kind) {
                let name = Arc::clone(&global.name);
                let top = self.program.modules[module.index()].top;
                self.undefined(&name, at, top);
            }
        }
    }

    fn undefined(&mut self, name: &Arc<str>, at: Loc, function: FunctionId) {
        let message = format!("{name} is never created in this scope");
        let file = self.program.file_name(at.file);
        let mut finding =
            diagnostics::Diagnostic::new(&codes::MAYBE_UNDEFINED, file, at.span, message);
        if self.diagnostics.len() - self.errors >= super::FINDINGS {
            return;
        }
        let others = self.program.function(function).variables.iter();
        let created = others.filter(|v| v.created || self.is_created(v)).map(|v| &*v.name);
        if let Some(similar) = nearest(name, created) {
            let similar = similar.to_owned();
            finding = finding
                .help(format!("did you mean {similar}?"))
                .replace(format!("Change to {similar}"), similar);
        }
        self.keep(finding);
    }

    fn is_created(&self, variable: &Variable) -> bool {
        match variable.storage {
            Storage::Global(global) => self.program.global(global).created,
            _ => false,
        }
    }
}
