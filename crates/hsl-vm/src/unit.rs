//! A program on one thread, and one execution of it.

mod globals;

pub use globals::Globals;

use std::cell::{Cell as Flag, OnceCell, RefCell};
use std::rc::{Rc, Weak};
use std::sync::Arc;

use crate::code::{ClassId, Op, Program, VerifyError};
use crate::debug::Originals;
use crate::native::{Library, Native, StandIns};
use crate::operators::inverse_of;
use crate::value::{Cell, Heap, Instance, Key, Shape, Str, Value, fresh_id};

/// A program made ready for one worker: constants as local values, names of natives resolved,
/// inline caches. Shared by all fibers of the worker.
pub struct Loaded {
    pub(crate) program: Arc<Program>,
    pub(crate) constants: Rc<[Value]>,
    pub(crate) keys: Rc<[Key]>,
    /// For each number of the program what makes a remainder by it cheap.
    pub(crate) inverses: Rc<[f64]>,
    pub(crate) natives: Rc<[LinkedNative]>,
    pub(crate) sites: Rc<[Site]>,
    pub(crate) classes: Rc<[LoadedClass]>,
    /// Instructions that breakpoints replaced; empty without breakpoints.
    pub(crate) originals: Originals,
    stand_ins: Option<StandIns>,
}

/// A native that a program uses.
#[derive(Clone, Copy)]
pub(crate) struct LinkedNative {
    pub(crate) decl: &'static hsl_decl::Function,
    pub(crate) native: Native,
}

/// A place in the code that uses a member, and what it found there last.
pub(crate) struct Site {
    pub(crate) name: Str,
    pub(crate) key: Key,
    /// Shape, or class for methods.
    pub(crate) seen: Flag<u32>,
    /// Slot, or function.
    pub(crate) found: Flag<u32>,
}

/// A class of a program on this thread.
pub(crate) struct LoadedClass {
    pub(crate) key: u32,
    pub(crate) shape: Rc<Shape>,
    pub(crate) initial: Box<[Value]>,
}

/// Why a program cannot run here.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    /// The library lacks a native.
    #[error("the program uses `{0}`, which this library does not have")]
    Missing(String),
    /// The program is not acceptable.
    #[error(transparent)]
    Rejected(#[from] VerifyError),
    /// A direct call of a native does not fit its declaration.
    #[error("the program calls `{0}` with {1} arguments")]
    Arguments(String, u8),
}

impl Loaded {
    /// Makes a program ready for this thread.
    ///
    /// # Errors
    /// When the program does not pass the verifier, uses a native that the library does not have, or calls one directly with
    /// a number of arguments that it does not take.
    pub fn new(program: Arc<Program>, library: &Library) -> Result<Rc<Self>, LoadError> {
        program.verify()?;
        let constants: Rc<[Value]> = program.constants.iter().map(|c| c.thaw()).collect();
        let natives = program.natives.iter().map(|name| {
            let entry = library.entry(name).ok_or_else(|| LoadError::Missing(name.to_string()))?;
            Ok::<_, LoadError>(LinkedNative { decl: entry.decl, native: entry.native })
        });
        let natives: Rc<[LinkedNative]> = natives.collect::<Result<_, LoadError>>()?;
        check_calls(&program, &natives)?;
        let sites = program.sites.iter().map(|name| Site::new(name)).collect();
        let classes = program.classes.iter().map(|class| LoadedClass {
            key: fresh_id(),
            shape: Shape::new(class.properties.iter().map(|p| Str::from(&*p.name)).collect()),
            initial: class
                .properties
                .iter()
                .map(|p| constants[p.initial as usize].clone())
                .collect(),
        });
        let classes = classes.collect();
        let keys = constants.iter().map(Key::cast).collect();
        let inverses = program.numbers.iter().map(|n| inverse_of(*n)).collect();
        Ok(Rc::new(Self {
            program,
            keys,
            inverses,
            constants,
            natives,
            sites,
            classes,
            originals: Originals::default(),
            stand_ins: library.methods.clone(),
        }))
    }

    /// The program.
    pub fn program(&self) -> &Arc<Program> {
        &self.program
    }

    /// The same program with other instructions at some places.
    pub(crate) fn patched(&self, program: Arc<Program>, originals: Originals) -> Rc<Self> {
        Rc::new(Self {
            program,
            constants: Rc::clone(&self.constants),
            keys: Rc::clone(&self.keys),
            inverses: Rc::clone(&self.inverses),
            natives: Rc::clone(&self.natives),
            sites: Rc::clone(&self.sites),
            classes: Rc::clone(&self.classes),
            originals,
            stand_ins: self.stand_ins.clone(),
        })
    }
}

/// Whether a function takes this many arguments.
pub(crate) fn fits(decl: &hsl_decl::Function, argc: usize) -> bool {
    argc >= decl.min_args() && decl.max_args().is_none_or(|max| argc <= max)
}

/// Natives rely on it that the number of arguments was checked; the verifier cannot, as it does not
/// see the library.
fn check_calls(program: &Program, natives: &[LinkedNative]) -> Result<(), LoadError> {
    let ops = program.functions.iter().flat_map(|function| function.code.iter());
    for op in ops {
        if let Op::CallNative { argc, native, .. } = op {
            let decl = natives[usize::from(*native)].decl;
            if !fits(decl, usize::from(*argc)) {
                return Err(LoadError::Arguments(decl.name.to_owned(), *argc));
            }
        }
    }
    Ok(())
}

impl Site {
    fn new(name: &str) -> Self {
        Self { name: name.into(), key: name.into(), seen: Flag::new(0), found: Flag::new(0) }
    }
}

/// One execution of a program: its globals. Functions and instances hold it, so that those that
/// outlive a hook still know their code.
pub struct Unit {
    loaded: RefCell<Rc<Loaded>>,
    pub(crate) program: Arc<Program>,
    pub(crate) constants: Rc<[Value]>,
    /// What methods are replaced by, under a test.
    pub(crate) stand_ins: Option<StandIns>,
    pub(crate) globals: Box<[Cell]>,
    modules_run: Box<[Flag<bool>]>,
    /// Not held: instances hold their unit, and the heap must be able to go before them.
    heap: OnceCell<Weak<Heap>>,
    /// Where the globals come from, when they outlive this execution. Not held: they hold functions,
    /// which hold their unit.
    shared: Option<Weak<Globals>>,
}

impl Unit {
    pub(crate) fn new(loaded: &Rc<Loaded>) -> Rc<Self> {
        let program = Arc::clone(&loaded.program);
        let initial = program.globals.iter().map(|global| {
            let value = global.initial.map(|k| loaded.constants[k as usize].clone());
            Rc::new(RefCell::new(value.unwrap_or(Value::Unset)))
        });
        let globals = initial.collect();
        let modules_run = program.modules.iter().map(|_| Flag::new(false)).collect();
        Rc::new(Self {
            loaded: RefCell::new(Rc::clone(loaded)),
            program,
            constants: Rc::clone(&loaded.constants),
            stand_ins: loaded.stand_ins.clone(),
            globals,
            modules_run,
            heap: OnceCell::new(),
            shared: None,
        })
    }

    /// Lets a heap know all instances and captured variables made from now on.
    pub(crate) fn share_heap(&self, heap: &Rc<Heap>) {
        let _ = self.heap.set(Rc::downgrade(heap));
    }

    /// The heap that it shares; nothing when it shares none.
    pub(crate) fn heap(&self) -> Weak<Heap> {
        self.heap.get().cloned().unwrap_or_default()
    }

    /// A new instance of a class.
    pub(crate) fn instance(self: &Rc<Self>, class: ClassId) -> Value {
        let instance = Rc::new(Instance::of(self, class));
        if let Some(heap) = self.heap.get().and_then(Weak::upgrade) {
            heap.track_instance(&instance);
        }
        Value::Object(instance)
    }

    /// A new captured variable.
    pub(crate) fn cell(&self, value: Value) -> Value {
        let cell = Rc::new(RefCell::new(value));
        if let Some(heap) = self.heap.get().and_then(Weak::upgrade) {
            heap.track_cell(&cell);
        }
        Value::Cell(cell)
    }

    /// The program without breakpoints.
    pub(crate) fn program(&self) -> &Program {
        &self.program
    }

    /// The program as it runs now.
    pub(crate) fn loaded(&self) -> Rc<Loaded> {
        Rc::clone(&self.loaded.borrow())
    }

    /// Exchanges the program for a copy with other breakpoints.
    pub(crate) fn swap(&self, loaded: &Rc<Loaded>) {
        *self.loaded.borrow_mut() = Rc::clone(loaded);
    }

    /// Marks the entry's module as run.
    pub(crate) fn start_main(&self) {
        let main = self.program.main;
        let entry = self.program.modules.iter().position(|module| module.main == main);
        if let Some(flag) = entry.and_then(|at| self.modules_run.get(at)) {
            flag.set(true);
        }
    }

    /// Marks a module as run; whether it was not before.
    pub(crate) fn start_module(&self, module: u32) -> bool {
        let is_new = !self.modules_run[module as usize].replace(true);
        let shared = self.shared.as_ref().filter(|_| is_new);
        if let Some(globals) = shared.and_then(Weak::upgrade) {
            globals.note_run(&self.program.modules[module as usize].name);
        }
        is_new
    }

    pub(crate) fn class_key(&self, class: ClassId) -> u32 {
        self.loaded.borrow().classes[class as usize].key
    }

    /// Drops all globals that no later execution sees: they end with this one, and cycles through
    /// them too.
    pub(crate) fn clear(&self) {
        if self.shared.is_some() {
            return;
        }
        for cell in &self.globals {
            let value = cell.replace(Value::Unset);
            drop(value);
        }
    }
}
