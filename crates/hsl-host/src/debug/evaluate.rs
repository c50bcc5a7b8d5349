//! Values of expressions while a thread stands.
//!
//! The expression is compiled like a script, with the variables of its frame as predefined names,
//! and runs in a fiber of its own on copies of their values.
//!
//! Invariants: the stopped script cannot tell that it was looked at: code that could change
//! anything it holds is refused before it runs; an expression ends within its budget.

use std::fmt;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hsl_compile::Unit;
use hsl_decl::{Catalog, Effect};
use hsl_vm::code::{Op, Program};
use hsl_vm::debug::Quiet;
use hsl_vm::{Fiber, Library, Limits, Loaded, Outcome, Resume, Step, Value};
use mta_control::debug::{Failure, FailureCode};

use super::secrets::SecretKeys;
use crate::world::RealWorld;

/// Fuel of one expression.
const FUEL: u64 = 1_000_000;
/// Time of one expression.
const PATIENCE: Duration = Duration::from_millis(250);
const SLICE: u32 = 10_000;

/// What expressions are compiled and linked with.
#[derive(Clone)]
pub struct Workbench {
    /// Declarations of what expressions may name.
    pub catalog: &'static Catalog,
    /// Makes the library of this worker.
    pub library: fn() -> Library,
    /// What is never shown.
    pub secrets: Arc<SecretKeys>,
}

impl Workbench {
    /// A workbench whose secrets are those that the catalog's hooks declare.
    pub fn new(catalog: &'static Catalog, library: fn() -> Library) -> Self {
        let secrets = Arc::new(SecretKeys::of(catalog.hooks()));
        Self { catalog, library, secrets }
    }

    /// The value of an expression.
    pub(crate) fn evaluate(
        &self,
        text: &[u8],
        variables: &[(String, Value)],
    ) -> Result<Value, Failure> {
        let library = (self.library)();
        let program = self.compile(text, variables, &library)?;
        self.refuse_effects(&program)?;
        let loaded = Loaded::new(program, &library).map_err(|e| failure(&e))?;
        let world = Rc::new(RealWorld::new("localhost", |_| {}));
        let mut fiber =
            Fiber::new(&loaded, world, Limits { fuel: Some(FUEL), ..Limits::default() });
        for (name, value) in variables {
            fiber.set_variable(name, value.clone());
        }
        run(&mut fiber)
    }

    fn compile(
        &self,
        text: &[u8],
        variables: &[(String, Value)],
        library: &Library,
    ) -> Result<Arc<Program>, Failure> {
        let names: Vec<&str> = variables.iter().map(|(name, _)| name.as_str()).collect();
        let text = str::from_utf8(text).map_err(|_| failure(&"the expression is not UTF-8"))?;
        let unit = Unit::new(None, self.catalog);
        hsl_compile::compile_expression(text, &names, &unit, library).map_err(|findings| {
            let message = findings.first().map_or("not an expression", |first| &first.message);
            failure(&message)
        })
    }

    /// Only functions that compute are called, and only the expression's own values are changed.
    fn refuse_effects(&self, program: &Program) -> Result<(), Failure> {
        for name in &program.natives {
            let effect = self.catalog.function(name, None).map(|function| function.effect);
            if !matches!(effect, Some(Effect::Pure | Effect::Reads)) {
                let message = format!("`{name}` is not called while a script stands");
                return Err(Failure::new(FailureCode::Denied, message));
            }
        }
        let mut code = program.functions.iter().flat_map(|function| &function.code);
        match code.any(may_change) {
            true => {
                let message = "an expression may not call methods or assign";
                Err(Failure::new(FailureCode::Denied, message))
            }
            false => Ok(()),
        }
    }

    /// A text in which every `{expression}` is replaced by its value.
    pub(crate) fn interpolate(&self, text: &[u8], variables: &[(String, Value)]) -> Vec<u8> {
        let mut out = Vec::new();
        let mut rest = text;
        while let Some(open) = rest.iter().position(|byte| *byte == b'{') {
            let Some(length) = rest[open..].iter().position(|byte| *byte == b'}') else { break };
            out.extend_from_slice(&rest[..open]);
            match self.evaluate(&rest[open + 1..open + length], variables) {
                Ok(value) => out.extend_from_slice(&value.to_text()),
                Err(failure) => out.extend_from_slice(format!("{{{failure}}}").as_bytes()),
            }
            rest = &rest[open + length + 1..];
        }
        out.extend_from_slice(rest);
        out
    }
}

impl fmt::Debug for Workbench {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Workbench").finish_non_exhaustive()
    }
}

/// Whether an instruction could change a value that the stopped script holds, or run its code.
fn may_change(op: &Op) -> bool {
    matches!(
        op,
        Op::SetMember { .. }
            | Op::PathSet { .. }
            | Op::PathUpdate { .. }
            | Op::PathCrement { .. }
            | Op::PathUnset { .. }
            | Op::PathSplice { .. }
            | Op::PathUnsetSlice { .. }
            | Op::GlobalSet { .. }
            | Op::GlobalUnset { .. }
            | Op::CallValue { .. }
            | Op::CallMethod { .. }
            | Op::CallSpread { .. }
            | Op::CallMethodSpread { .. }
            | Op::CacheCall { .. }
            | Op::CacheCallSpread { .. }
    )
}

fn run(fiber: &mut Fiber) -> Result<Value, Failure> {
    let deadline = Instant::now() + PATIENCE;
    let mut input = Resume::Start;
    loop {
        match fiber.resume(input, SLICE, &mut Quiet) {
            Step::Done(Outcome::Returned(value)) => return Ok(value),
            Step::Done(Outcome::Terminated(_)) => {
                return Err(failure(&"an expression has no verdict"));
            }
            Step::Failed(trap) => return Err(failure(&trap.message)),
            Step::Suspend(_) => {
                return Err(failure(&"an expression may not wait for a service"));
            }
            Step::Yield if Instant::now() >= deadline => {
                return Err(failure(&"the expression takes too long"));
            }
            Step::Yield | Step::Paused(_) => input = Resume::Continue,
        }
    }
}

fn failure(message: &dyn fmt::Display) -> Failure {
    Failure::new(FailureCode::Expression, message.to_string())
}
