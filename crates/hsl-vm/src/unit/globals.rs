//! Globals that outlive one execution: those of a shell, whose every input is a program of its own.
//!
//! *Invariants*: executions that share globals see one variable for each name of a module, and each
//! module runs in the first of them that imports it.
//!
//! *Not here*: functions and classes; they are part of a program and have to be compiled again.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use super::Unit;
use crate::value::{Cell, Value};

/// The names of a module and of a variable in it.
type Name = (Arc<str>, Arc<str>);

/// Variables that every execution that shares them sees.
#[derive(Default)]
pub struct Globals {
    cells: RefCell<HashMap<Name, Cell>>,
    run: RefCell<HashSet<Arc<str>>>,
}

impl Globals {
    /// No variable.
    pub fn new() -> Rc<Self> {
        Rc::default()
    }

    /// The variables of a module (`$name`, `Class::$name`) that have a value, by name.
    pub fn of_module(&self, module: &str) -> Vec<(Arc<str>, Value)> {
        let cells = self.cells.borrow();
        let own = cells.iter().filter(|((of, _), _)| &**of == module);
        let values = own.map(|((_, name), cell)| (Arc::clone(name), cell.borrow().clone()));
        let mut values: Vec<_> = values.filter(|(_, value)| value.is_set()).collect();
        values.sort_by(|(a, _), (b, _)| a.cmp(b));
        values
    }

    /// Forgets static variables of a class of a module: the class is defined anew.
    pub fn forget_class(&self, module: &str, class: &str) {
        let is_static =
            |name: &str| name.strip_prefix(class).is_some_and(|rest| rest.starts_with("::"));
        self.cells.borrow_mut().retain(|(of, name), _| &**of != module || !is_static(name));
    }

    /// The variable of this name, which is `fresh` when it is new.
    fn cell(&self, module: &Arc<str>, name: &Arc<str>, fresh: &Cell) -> Cell {
        let key = (Arc::clone(module), Arc::clone(name));
        Rc::clone(self.cells.borrow_mut().entry(key).or_insert_with(|| Rc::clone(fresh)))
    }

    pub(super) fn note_run(&self, module: &Arc<str>) {
        self.run.borrow_mut().insert(Arc::clone(module));
    }
}

impl Drop for Globals {
    /// They end here, so that functions and instances that they hold cannot keep themselves alive.
    fn drop(&mut self) {
        for cell in self.cells.get_mut().values() {
            let value = cell.replace(Value::Unset);
            drop(value);
        }
    }
}

impl Unit {
    /// Takes the variables that earlier executions left, and leaves its own to later ones.
    pub(crate) fn share_globals(&mut self, globals: &Rc<Globals>) {
        let modules = &self.program.modules;
        for (global, cell) in self.program.globals.iter().zip(&mut self.globals) {
            let module = &modules[global.module as usize].name;
            *cell = globals.cell(module, &global.name, cell);
        }
        let run = globals.run.borrow();
        for (module, flag) in modules.iter().zip(&self.modules_run) {
            flag.set(run.contains(&module.name));
        }
        self.shared = Some(Rc::downgrade(globals));
    }
}
