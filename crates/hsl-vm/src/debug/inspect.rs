//! The frames and variables of a fiber that stands still.

use std::sync::Arc;

use crate::code::{FunctionId, Location, Reg, Storage};
use crate::fiber::{Fiber, Frame, ScriptFrame, StackEntry};
use crate::value::Value;

/// A variable that exists.
#[derive(Clone, Debug, PartialEq)]
pub struct Variable {
    /// Name with `$`.
    pub name: Arc<str>,
    /// Value.
    pub value: Value,
}

/// An activation, as a debugger shows it.
#[derive(Clone, Debug)]
pub struct FrameView {
    /// Index, 0 for the innermost; the handle for [`Fiber::locals`].
    pub index: usize,
    /// Name of the function.
    pub name: Arc<str>,
    /// The function; none for a native.
    pub function: Option<FunctionId>,
    /// The instruction that runs next, or that called the frame above.
    pub pc: u32,
    /// Where it stands: the statement for the innermost frame, the call for the others.
    pub location: Option<Location>,
}

impl Fiber {
    /// Running functions, innermost first.
    pub fn frames(&self) -> Vec<FrameView> {
        let top = self.frames.len().saturating_sub(1);
        let views = self.frames.iter().enumerate().rev().enumerate();
        views.map(|(index, (at, frame))| self.view(index, frame, at == top)).collect()
    }

    fn view(&self, index: usize, frame: &Frame, top: bool) -> FrameView {
        match frame {
            Frame::Native(call) => FrameView {
                index,
                name: Arc::from(call.name),
                function: None,
                pc: 0,
                location: None,
            },
            Frame::Script(script) => {
                let program = self.units[usize::from(script.unit)].program();
                let pc = if top { script.pc } else { script.pc.saturating_sub(1) };
                FrameView {
                    index,
                    name: Arc::clone(&program.functions[script.function as usize].name),
                    function: Some(script.function),
                    pc,
                    location: program.location(script.function, pc),
                }
            }
        }
    }

    /// The variables of a frame that exist, in order of declaration.
    pub fn locals(&self, index: usize) -> Vec<Variable> {
        let Some(frame) = self.script_frame(index) else { return Vec::new() };
        let program = self.units[usize::from(frame.unit)].program();
        let function = &program.functions[frame.function as usize];
        let found = function.locals.iter().filter_map(|local| {
            let value = self.read(frame, local.storage)?;
            Some(Variable { name: Arc::clone(&local.name), value })
        });
        found.collect()
    }

    /// The globals of the module that a frame runs in, as far as they exist.
    pub fn globals(&self, index: usize) -> Vec<Variable> {
        let Some(frame) = self.script_frame(index) else { return Vec::new() };
        let unit = &self.units[usize::from(frame.unit)];
        let program = unit.program();
        let file = program.functions[frame.function as usize].file;
        let name = program.files.get(file as usize).map(|file| &file.name);
        let module = program.modules.iter().position(|m| Some(&m.name) == name).unwrap_or(0);
        let globals = program.globals.iter().zip(&unit.globals);
        let own = globals.filter(|(global, _)| global.module as usize == module);
        let found = own.filter_map(|(global, cell)| {
            let value = cell.borrow().clone();
            value.is_set().then(|| Variable { name: Arc::clone(&global.name), value })
        });
        found.collect()
    }

    /// Whether the script holds a lock, by a barrier or a callback of shared memory, so that standing still would hold up others.
    pub fn holds_lock(&self) -> bool {
        !self.locks.is_empty() || self.frames.iter().any(|frame| frame.lock().is_some())
    }

    /// The value whose throw the fiber stands at.
    pub fn thrown(&self) -> Option<&Value> {
        self.pending_throw.as_ref()
    }

    /// Changes a variable of a frame. False when there is no such variable.
    pub fn set_local(&mut self, index: usize, name: &str, value: Value) -> bool {
        let Some(frame) = self.script_frame(index).copied() else { return false };
        let unit = &self.units[usize::from(frame.unit)];
        let program = unit.program();
        let function = &program.functions[frame.function as usize];
        let local = function.locals.iter().find(|local| &*local.name == name);
        match local.map(|local| local.storage) {
            Some(Storage::Register(reg)) => {
                self.stack[frame.base as usize + usize::from(reg.0)] = value;
                true
            }
            Some(Storage::Cell(reg)) => {
                let register = &self.stack[frame.base as usize + usize::from(reg.0)];
                let Value::Cell(cell) = register else { return false };
                *cell.borrow_mut() = value;
                true
            }
            None => {
                let mut globals = program.globals.iter().zip(&unit.globals);
                let found = globals.find(|(global, _)| &*global.name == name && !global.readonly);
                found.is_some_and(|(_, cell)| {
                    *cell.borrow_mut() = value;
                    true
                })
            }
        }
    }

    fn read(&self, frame: &ScriptFrame, storage: Storage) -> Option<Value> {
        let (Storage::Register(Reg(reg)) | Storage::Cell(Reg(reg))) = storage;
        let value = self.stack.get(frame.base as usize + usize::from(reg))?;
        let value = match value {
            Value::Cell(cell) => cell.borrow().clone(),
            Value::Iteration(_) => return None,
            other => other.clone(),
        };
        value.is_set().then_some(value)
    }

    /// The script frame at this index from the top.
    fn script_frame(&self, index: usize) -> Option<&ScriptFrame> {
        match self.frames.iter().rev().nth(index)? {
            Frame::Script(frame) => Some(frame),
            Frame::Native(_) => None,
        }
    }

    /// Function and instruction of the topmost script frame.
    pub(crate) fn position(&self) -> Option<(FunctionId, u32)> {
        match self.frames.last()? {
            Frame::Script(frame) => Some((frame.function, frame.pc)),
            Frame::Native(_) => None,
        }
    }

    /// Running functions for a message, innermost first.
    pub(crate) fn stack_entries(&self) -> Vec<StackEntry> {
        // The innermost function has an instruction under way, like the others.
        let views = self.frames.iter().rev().enumerate().take(100);
        let views = views.map(|(index, frame)| self.view(index, frame, false));
        views.map(|view| StackEntry { function: view.name, location: view.location }).collect()
    }
}
