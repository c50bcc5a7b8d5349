//! A second implementation of HSL, small and slow: it walks the tree and keeps to the letter of
//! the language description, so that the virtual machine has somebody to disagree with.
//!
//! *Invariants.* Shares nothing with the machine but the parser. What it does not know (library
//! functions outside the core, services) ends a run as [`Outcome::Unsupported`], never as a guess.
//!
//! *Not here.* Compile errors: programs that are refused before they run are judged elsewhere.

mod arrays;
mod builtin;
mod call;
mod class;
mod collection;
mod compare;
mod data;
mod expression;
mod format;
mod function;
mod generator;
mod memory;
mod module;
mod number;
mod operate;
mod pattern;
mod place;
mod regex;
mod scope;
mod slice;
mod statement;
mod strings;
mod text;
mod value;

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, AtomicUsize};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use scope::Env;
use value::Value;

/// What a program did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It ran to its end and printed this.
    Finished(Vec<u8>),
    /// It printed this and then threw something that nobody caught.
    Threw(Vec<u8>),
    /// It needs something that the oracle does not have.
    Unsupported(String),
}

/// Why an evaluation does not go on.
#[derive(Clone)]
enum Stop {
    Throw(Value),
    Unsupported(String),
}

/// What one run shares between its modules and generators.
struct Run {
    files: HashMap<String, Vec<u8>>,
    output: Mutex<Vec<u8>>,
    modules: Mutex<HashMap<String, Arc<Env>>>,
    /// Where each tree comes from.
    places: Mutex<HashMap<usize, String>>,
    /// Files that were read for `include`, and those of them that ran.
    included: Mutex<HashMap<String, &'static hsl_syntax::Parse>>,
    entered: Mutex<HashSet<usize>>,
    memory: Mutex<memory::Memory>,
    cache: Mutex<HashMap<Vec<u8>, Value>>,
    regexes: Mutex<HashMap<(usize, usize), Arc<pcre2::bytes::Regex>>>,
    depth: AtomicUsize,
    steps: AtomicU64,
}

/// Call frames before a call throws.
const DEPTH: usize = 1000;
/// Statements, and parts of arrays that are read, before a program is given up as endless.
const STEPS: u64 = 2_000_000;
/// Parts that a value may have: an array is a copy here, and copies of copies would fill any memory.
const PARTS: usize = 20_000;
/// Room for [`DEPTH`] calls, each a dozen frames of the walker.
const STACK: usize = 1 << 30;

/// Runs a program that can name these files.
pub fn run(source: &[u8], files: &HashMap<String, Vec<u8>>) -> Outcome {
    let shared = Arc::new(Run {
        files: files.clone(),
        output: Mutex::default(),
        modules: Mutex::default(),
        places: Mutex::default(),
        included: Mutex::default(),
        entered: Mutex::default(),
        memory: Mutex::default(),
        cache: Mutex::default(),
        regexes: Mutex::default(),
        depth: AtomicUsize::new(0),
        steps: AtomicU64::new(0),
    });
    let program = source.to_vec();
    let inside = Arc::clone(&shared);
    let walk = move || module::run_main(&inside, &program);
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(walk).expect("a thread");
    let result = thread.join().unwrap_or_else(|_| Err(Stop::Unsupported("panic".into())));
    let output = lock(&shared.output).clone();
    match result {
        Ok(()) => Outcome::Finished(output),
        Err(Stop::Throw(_)) => Outcome::Threw(output),
        Err(Stop::Unsupported(what)) => Outcome::Unsupported(what),
    }
}

/// An exception of the language.
fn thrown(message: &str) -> Stop {
    Stop::Throw(Value::Exception(message.as_bytes().into()))
}

fn unsupported<T>(what: impl Into<String>) -> Result<T, Stop> {
    Err(Stop::Unsupported(what.into()))
}

/// The value, unless it is too large to go on with.
fn bounded(value: Value) -> Result<Value, Stop> {
    if value.fits(&mut PARTS.clone()) { Ok(value) } else { unsupported("a large value") }
}

/// Threads take turns here, so a lock is never contended; a panic elsewhere does not matter.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
