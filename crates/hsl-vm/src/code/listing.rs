//! Disassembly: the text form of a program, for tests and for people.
//!
//! *Invariants*: equal programs have equal texts, and different ones different texts.

use std::fmt::Write;

use super::op::Op;
use super::program::{Function, Program};
use crate::value::Frozen;

impl Program {
    /// The whole program as text.
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        for (id, function) in self.functions.iter().enumerate() {
            self.write_function(&mut out, id, function);
        }
        self.write_tables(&mut out);
        out
    }

    /// One function as text.
    pub fn function_text(&self, id: usize) -> String {
        let mut out = String::new();
        if let Some(function) = self.functions.get(id) {
            self.write_function(&mut out, id, function);
        }
        out
    }

    fn write_function(&self, out: &mut String, id: usize, f: &Function) {
        let mut line = format!("function {id} {} registers={}", f.name, f.registers);
        let s = &f.signature;
        if s.params > 0 || s.rest {
            let _ = write!(line, " params={}..{}", s.required, s.params);
        }
        if !s.defaults.is_empty() {
            let _ = write!(line, " defaults={:?}", s.defaults);
        }
        for (set, word) in [(s.rest, "rest"), (f.method, "method"), (f.generator, "generator")] {
            if set {
                let _ = write!(line, " {word}");
            }
        }
        if f.captures > 0 {
            let _ = write!(line, " captures={}", f.captures);
        }
        if let Some(class) = f.class {
            let _ = write!(line, " class={class}");
        }
        let _ = writeln!(out, "{line}");
        for local in &f.locals {
            let _ = writeln!(out, "  {} in {:?}", local.name, local.storage);
        }
        for (pc, op) in f.code.iter().enumerate() {
            self.write_instruction(out, f, pc, *op);
        }
        for h in &f.handlers {
            let range = (h.start, h.end, h.target);
            let _ = writeln!(
                out,
                "  {:?} {}..{} -> {} in {:?}",
                h.kind, range.0, range.1, range.2, h.value
            );
        }
    }

    fn write_instruction(&self, out: &mut String, f: &Function, pc: usize, op: Op) {
        let row = f.lines.iter().find(|row| row.pc as usize == pc);
        let place = row.and_then(|row| {
            let file = self.files.get(row.file as usize)?;
            let at = file.location(row.span);
            Some(format!("{}:{}:{}", at.file, at.line, at.column))
        });
        let mark = if f.statements.iter().any(|s| s.pc as usize == pc) { '*' } else { ' ' };
        let _ = write!(out, "{mark} {pc:4} {op:?}");
        if let Some(off) = op.offset() {
            let _ = write!(out, " -> {}", pc as i64 + i64::from(off));
        }
        for note in self.notes(f, op) {
            let _ = write!(out, " ; {note}");
        }
        if let Some(place) = place {
            let _ = write!(out, " @ {place}");
        }
        out.push('\n');
    }

    fn notes(&self, f: &Function, op: Op) -> Vec<String> {
        use super::shape::Operand;
        let mut notes = Vec::new();
        op.operands(|operand| {
            let note = match operand {
                Operand::Constant(k) => self.constants.get(k as usize).map(constant),
                Operand::Number(n) => self.numbers.get(usize::from(n)).map(f64::to_string),
                Operand::Site(s) => self.sites.get(usize::from(s)).map(|s| format!("->{s}")),
                Operand::Path(p) => f.paths.get(usize::from(p)).map(|p| format!("{p:?}")),
                Operand::Global(g) => self.globals.get(g as usize).map(|g| g.name.to_string()),
                Operand::Native(n) => self.natives.get(n as usize).map(|n| n.to_string()),
                Operand::Class(c) => self.classes.get(c as usize).map(|c| c.name.to_string()),
                Operand::Function(f) => self.functions.get(f as usize).map(|f| f.name.to_string()),
                Operand::Module(m) => self.modules.get(m as usize).map(|m| m.name.to_string()),
                Operand::Registers(..) => None,
            };
            notes.extend(note);
        });
        notes
    }

    fn write_tables(&self, out: &mut String) {
        for (at, value) in self.constants.iter().enumerate() {
            let _ = writeln!(out, "constant {at} {}", constant(value));
        }
        for (at, global) in self.globals.iter().enumerate() {
            let _ = writeln!(out, "global {at} {global:?}");
        }
        for (at, module) in self.modules.iter().enumerate() {
            let _ = writeln!(out, "module {at} {module:?}");
        }
        for (at, class) in self.classes.iter().enumerate() {
            let _ = writeln!(out, "class {at} {class:?}");
        }
        let _ = writeln!(out, "main {}", self.main);
    }
}

fn constant(value: &Frozen) -> String {
    match value {
        Frozen::Regex(pattern) => {
            format!("#/{}/{}", String::from_utf8_lossy(pattern.text()), pattern.modifiers())
        }
        other => format!("{:?}", other.thaw()),
    }
}
