//! What the conversation remembers: variables, functions, classes, imports.
//!
//! Every input is a program of its own that begins with what the earlier ones defined; its variables
//! live in [`Globals`]. An input that does not compile changes nothing.

use std::rc::Rc;
use std::sync::Arc;

use diagnostics::Diagnostic;
use hsl_analysis::{Sources as _, Unit};
use hsl_vm::code::Program;
use hsl_vm::{Globals, Heap, Library, Loaded, Value};

use super::definitions::Kept;
use super::input::{Input, judge};
use super::inputs::{ENTRY, Inputs};
use super::value;
use crate::args::Hsh;
use crate::cmd::hsh::clock::Clock;
use crate::cmd::hsh::disk::Disk;
use crate::cmd::hsh::machine::{Ended, Machine};
use crate::cmd::hsh::{show_findings, trap};
use crate::exit::Failure;
use crate::out::remark;

/// Most files that an input may bring in by `include`, nested ones counted.
const MOST_INCLUDES: usize = 200;

/// A conversation.
pub(super) struct Session {
    disk: Rc<Disk>,
    machine: Machine,
    library: Library,
    globals: Rc<Globals>,
    heap: Rc<Heap>,
    kept: Vec<Kept>,
    number: usize,
    time: bool,
}

/// What completion has to know.
pub(super) struct Context {
    pub(super) disk: Rc<Disk>,
    pub(super) kept: Vec<Kept>,
    pub(super) variables: Vec<(Arc<str>, Value)>,
}

/// What came of an input.
pub(super) enum Answer {
    /// Its value, which may be none.
    Value(Value),
    /// Everything there was to say has been said.
    Said,
}

/// A program that compiled, with what it would change.
pub(super) struct Compiled {
    pub(super) program: Arc<Program>,
    /// Name of the input.
    pub(super) name: Arc<str>,
    kept: Vec<Kept>,
    classes: Vec<Arc<str>>,
}

impl Session {
    /// A conversation that begins.
    pub(super) fn new(args: &Hsh, disk: Disk) -> Result<Self, Failure> {
        Ok(Self {
            machine: Machine::new(args, &disk)?,
            disk: Rc::new(disk),
            library: mta_hooks::library(None),
            globals: Globals::new(),
            heap: Rc::default(),
            kept: Vec::new(),
            number: 1,
            time: args.time,
        })
    }

    /// Number of the next input.
    pub(super) fn number(&self) -> usize {
        self.number
    }

    /// What can be named now.
    pub(super) fn context(&self) -> Context {
        let (disk, kept) = (Rc::clone(&self.disk), self.kept.clone());
        Context { disk, kept, variables: self.variables() }
    }

    /// Variables with their values, by name.
    pub(super) fn variables(&self) -> Vec<(Arc<str>, Value)> {
        self.globals.of_module(ENTRY)
    }

    /// Names of functions, classes and imports.
    pub(super) fn names(&self) -> Vec<Arc<str>> {
        self.kept.iter().flat_map(Kept::names).cloned().collect()
    }

    /// Forgets everything.
    pub(super) fn reset(&mut self) {
        self.kept.clear();
        self.globals = Globals::new();
        self.heap = Rc::default();
    }

    /// Runs what was typed.
    pub(super) fn evaluate(&mut self, text: &str) -> Answer {
        let mut clock = Clock::new(self.time);
        let answer = self.timed(text, &mut clock);
        clock.report();
        answer
    }

    /// Runs what was typed and notes how long it took.
    pub(super) fn timed(&mut self, text: &str, clock: &mut Clock) -> Answer {
        let name: Arc<str> = format!("input {}", self.number).into();
        self.number += 1;
        let text = match judge(text) {
            Input::Complete(text) => text,
            Input::Open => text.to_owned(),
        };
        self.run(name, text.as_bytes(), clock)
    }

    /// Runs a file as an input.
    pub(super) fn load(&mut self, path: &str) -> Answer {
        match std::fs::read(path) {
            Ok(text) => self.run(path.into(), &text, &mut Clock::new(false)),
            Err(error) => {
                remark!("cannot read {path}: {error}");
                Answer::Said
            }
        }
    }

    fn run(&mut self, name: Arc<str>, text: &[u8], clock: &mut Clock) -> Answer {
        let compiled = self.compile(name, text);
        clock.lap("compile");
        let Some(compiled) = compiled else { return Answer::Said };
        let loaded = match Loaded::new(compiled.program, &self.library) {
            Ok(loaded) => loaded,
            Err(error) => {
                remark!("{error}");
                return Answer::Said;
            }
        };
        self.kept = compiled.kept;
        for class in compiled.classes {
            self.globals.forget_class(ENTRY, &class);
        }
        let mut fiber = self.machine.fiber(&loaded);
        fiber.share_heap(&self.heap);
        fiber.share_globals(&self.globals);
        let ended = self.machine.run(&mut fiber);
        clock.lap("run");
        self.answer(ended, &compiled.name, text)
    }

    fn answer(&self, ended: Ended, name: &Arc<str>, text: &[u8]) -> Answer {
        match ended {
            Ended::Value(value) => return Answer::Value(value),
            Ended::Verdict(verdict) => remark!("ended by {}()", verdict.name),
            Ended::Interrupted => remark!("interrupted"),
            Ended::Unread(kind) => remark!("cannot write the output: {kind}"),
            Ended::Failed(trap) => {
                let files = Inputs::new(&self.disk, &self.kept, name, text);
                trap::show(&trap, &|file| files.read(file));
            }
        }
        Answer::Said
    }

    /// Compiles an input; shows what is wrong with it.
    pub(super) fn compile(&self, name: Arc<str>, text: &[u8]) -> Option<Compiled> {
        let new = self.definitions(&name, text);
        let is_new = |name: &str| new.iter().any(|file| file.names().any(|new| &**new == name));
        let mut kept = self.kept.clone();
        let classes = kept.iter_mut().flat_map(|file| file.forget(is_new)).collect();
        // A file that is loaded again replaces what it was.
        let is_again = |file: &Kept| new.iter().any(|new| new.name == file.name);
        kept.retain(|file| !file.is_empty() && !is_again(file) && file.name != name);
        let files = Inputs::new(&self.disk, &kept, &name, text);
        let unit = Unit::new(None, mta_hooks::catalog());
        let known = self.variables();
        let known: Vec<&str> = known.iter().map(|(name, _)| &**name).collect();
        let resolved = hsl_analysis::analyze_input(&files, ENTRY, &known, &unit);
        let mut build = hsl_compile::compile(&resolved, &self.library);
        // What earlier inputs were warned about is not said again, nor that files are included.
        let is_old = |finding: &Diagnostic| kept.iter().any(|file| file.name == finding.file);
        build.diagnostics.retain(|finding| finding.is_error() || !is_old(finding));
        for finding in &mut build.diagnostics {
            finding.labels.retain(|label| &*label.file != ENTRY);
        }
        show_findings(&build, &files);
        kept.extend(new);
        Some(Compiled { program: build.program?, name, kept, classes })
    }

    /// What an input defines, and the files that it includes.
    fn definitions(&self, name: &Arc<str>, text: &[u8]) -> Vec<Kept> {
        let mut found = Vec::new();
        let mut open = vec![(Arc::clone(name), Arc::clone(name), Arc::<[u8]>::from(text))];
        let mut seen = 0;
        while let Some((name, origin, text)) = open.pop().filter(|_| seen < MOST_INCLUDES) {
            seen += 1;
            let (kept, includes) = Kept::of(name, Arc::clone(&origin), &hsl_syntax::parse(text));
            let is_known = found.iter().any(|known: &Kept| known.name == kept.name);
            found.extend(Some(kept).filter(|kept| !kept.is_empty() && !is_known));
            for path in includes {
                let Ok(file) = self.disk.resolve(&origin, &path) else { continue };
                let Some(text) = self.disk.read(&file) else { continue };
                // Another name than the file's, which a later input may include as a whole.
                open.push((format!("{file} (input {})", self.number).into(), file, text));
            }
        }
        found
    }
}

impl Answer {
    /// Shows a value that there is.
    pub(super) fn show(self, colour: bool) {
        if let Self::Value(value) = self
            && !value.is_none()
        {
            value::show(&value, colour);
        }
    }
}
