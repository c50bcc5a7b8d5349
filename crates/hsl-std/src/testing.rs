//! What exists only in test files, `*.test.hsl`, under `mailstop test`.
//!
//! A failed assertion is an exception, and is noted in the [`Case`] too, so that code under test
//! which catches everything cannot hide it.
//!
//! *Not here.* Finding and running tests (the command line), replacing natives
//! ([`hsl_vm::Mocks`]), the variables of hooks (`mta-hooks`).

mod diff;

use std::cell::{Cell, RefCell};

use diagnostics::nearest;
use hsl_decl::{Function, Ty};
use hsl_macros::{Options, library};
use hsl_vm::{
    Array, Cx, FromValue, Input, Library, NativeFrame, NativeResult, NativeStep, Replacements,
    Request, Response, Str, Thrown, Value,
};

use crate::binding::Callback;

/// Declarations for test files; they are no part of [`crate::functions`].
pub fn declarations() -> impl Iterator<Item = &'static Function> {
    functions::DECLS.iter().copied()
}

/// Binds them, and what the runner itself calls.
pub fn bind(library: &mut Library) {
    functions::bind(library);
    runner::bind(library);
}

/// Declarations of what the runner calls; scripts have no business with it.
pub fn runner_declarations() -> impl Iterator<Item = &'static Function> {
    runner::DECLS.iter().copied()
}

/// One run of one test function. The runner attaches it to the fiber.
pub struct Case {
    function: String,
    known: Vec<String>,
    replacements: Replacements,
    started: Cell<bool>,
    assertions: Cell<u32>,
    failure: RefCell<Option<String>>,
}

impl Case {
    /// A run of this function, in which everything that `known` names can be replaced.
    pub fn new(
        function: impl Into<String>,
        known: Vec<String>,
        replacements: Replacements,
    ) -> Self {
        Self {
            function: function.into(),
            known,
            replacements,
            started: Cell::new(false),
            assertions: Cell::new(0),
            failure: RefCell::default(),
        }
    }

    /// Whether the test function was called.
    pub fn has_started(&self) -> bool {
        self.started.get()
    }

    /// How many assertions were made.
    pub fn assertions(&self) -> u32 {
        self.assertions.get()
    }

    /// The first assertion that failed.
    pub fn failure(&self) -> Option<String> {
        self.failure.borrow().clone()
    }

    fn check(&self, holds: bool, message: impl FnOnce() -> String) -> Result<(), Thrown> {
        self.assertions.set(self.assertions.get() + 1);
        if holds {
            return Ok(());
        }
        let message = message();
        self.failure.borrow_mut().get_or_insert_with(|| message.clone());
        Err(Thrown::Error(message))
    }
}

/// A wish of a test: to run a hook of the project. Travels as [`Request::Hook`]; the answer is a
/// [`HookRun`].
#[derive(Debug)]
pub struct RunHook {
    /// Name of the hook.
    pub hook: String,
    /// Its variables, without `$`; what is left out has a value that fits.
    pub variables: Array,
    /// Which of its scripts; the only one, or `default`, without one.
    pub id: Option<String>,
}

/// What a test gets: the verdict as an array, or why the hook could not be run.
pub type HookRun = Result<Array, String>;

/// Functions of test files.
#[library(topic = "testing")]
pub mod functions {
    use super::*;

    /// Fails the test unless a condition is true.
    ///
    /// The condition is truthy or not, as in `if`. Exists only in `*.test.hsl` files.
    /// Reads nothing.
    ///
    /// # Errors
    ///
    /// Raises an exception with the message when the condition does not hold. The test fails even
    /// if the exception is caught.
    ///
    /// # Example
    ///
    /// ```hsl
    /// assert(length("abc") == 3, "a text has a length");
    /// ```
    ///
    /// Since: 0.1. Compat: Mailstop only.
    #[builtin(effect = reads)]
    fn assert(cx: &mut Cx<'_>, condition: Value, message: Option<Str>) -> Result<(), Thrown> {
        let text = || match &message {
            Some(message) => message.to_lossy().into_owned(),
            None => format!("the condition is {}", dumped(&condition)),
        };
        case(cx)?.check(condition.truthy(), text)
    }

    /// Fails the test unless two values are equal, and shows where they differ.
    ///
    /// Values are compared as `===` does: also by type, arrays by keys and values. Of long values
    /// the lines that differ are shown, `-` before what was expected, `+` before what is.
    /// Reads nothing.
    ///
    /// # Errors
    ///
    /// Raises an exception with both values when they differ. The test fails even if the exception
    /// is caught.
    ///
    /// # Example
    ///
    /// ```hsl
    /// assert_equal(str_split("a,b", ","), ["a", "b"]);
    /// ```
    ///
    /// Since: 0.1. Compat: Mailstop only.
    #[builtin(name = "assert_equal", effect = reads)]
    fn assert_equal(
        cx: &mut Cx<'_>,
        actual: Value,
        expected: Value,
        message: Option<Str>,
    ) -> Result<(), Thrown> {
        let text = || {
            let title = message.as_ref().map(|message| message.to_lossy().into_owned());
            let title = title.unwrap_or_else(|| "the values differ".to_owned());
            format!("{title}\n{}", diff::between(&expected, &actual))
        };
        case(cx)?.check(actual.strict_eq(&expected), text)
    }

    /// Replaces a function or a method of the library until the test ends.
    ///
    /// `name` is a function, a class, whose constructor is replaced, a static function
    /// (`File::read`), a method (`File->read`), or a verdict. The replacement gets the arguments of
    /// the call, that of a method the object before them, and its result is that of the call; it may
    /// itself wait. A method that a class has from another one is replaced under the name of either. It is called wherever the name is called: in the
    /// test, in modules, and in hooks that [`run_hook`] runs. Inside of it the name means the
    /// library's own function. With `none` the library's own function comes back.
    /// Changes what the library does in this test.
    ///
    /// # Errors
    ///
    /// Raises an exception for a name that the library does not have.
    ///
    /// # Example
    ///
    /// ```hsl
    /// mock("dns_query", function ($host, $options = []) { return ["result" => ["192.0.2.1"]]; });
    /// echo dns_query("mail.example")["result"][0]; // 192.0.2.1
    /// ```
    ///
    /// Since: 0.1. Compat: Mailstop only.
    #[builtin(effect = mutates)]
    fn mock(cx: &mut Cx<'_>, name: Str, function: FunctionOrNone) -> Result<(), Thrown> {
        let case = case(cx)?;
        let name = name.to_lossy();
        if !case.known.iter().any(|known| *known == name) {
            let near = nearest(&name, case.known.iter().map(String::as_str));
            let hint = near.map(|near| format!("; did you mean \"{near}\"?")).unwrap_or_default();
            return Err(Thrown::Error(format!("mock: the library has no \"{name}\"{hint}")));
        }
        case.replacements.set(&name, function.0);
        Ok(())
    }

    /// Runs a hook of the project and returns what it decides.
    ///
    /// The hook is compiled as on a server and runs with its own globals, memory and caches shared
    /// with the test. `variables` gives the hook's variables by name without `$`; what is left out,
    /// in arrays too, has a value that fits, such as a client at 192.0.2.1. For `eod` the message is
    /// text: `["arguments" => ["mail" => "Subject: a\r\n\r\nb\r\n"]]`.
    ///
    /// The result has `verdict`, the name of the function that ended the hook, or what happens
    /// without one; `arguments`, the list of what that function was given; `implicit`, true when no
    /// function ended it; `error`, why the script failed, if it did; `context`, what it left in
    /// `$context`; `queued`, the copies that eod queued, as arrays of `sender`, `recipient`,
    /// `transportid` and `message`. With several scripts for the hook, the option `id` says which.
    /// Suspends on the hook.
    ///
    /// # Errors
    ///
    /// Raises an exception for a hook or id that the project does not have, and for a variable that
    /// the hook does not have.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $result = run_hook("rcptto", ["arguments" => ["address" => ["domain" => "example.com"]]]);
    /// assert_equal($result["verdict"], "Accept");
    /// ```
    ///
    /// Since: 0.1. Compat: Mailstop only.
    #[builtin(name = "run_hook", effect = external, returns = "array")]
    fn run_hook(hook: Str, variables: Option<Array>, options: HookOptions) -> NativeStep {
        let wish = RunHook {
            hook: hook.to_lossy().into_owned(),
            variables: variables.unwrap_or_default(),
            id: options.id.map(|id| id.to_lossy().into_owned()),
        };
        NativeStep::enter(Wish(Some(wish)))
    }
}

/// Functions of the runner.
#[library(topic = "testing")]
mod runner {
    use super::*;

    /// Calls the function whose turn it is. The runner puts a call behind the text of each file.
    ///
    /// # Errors
    ///
    /// Raises an exception when there is none of its name.
    #[builtin(name = "__run_case", effect = callback, returns = "none")]
    fn run_case(cx: &mut Cx<'_>, functions: Array) -> Result<NativeStep, Thrown> {
        let case = case(cx)?;
        let function = functions.get_str(&case.function).cloned();
        let function = function.ok_or_else(|| Thrown::error("the test is gone"))?;
        case.started.set(true);
        Ok(NativeStep::enter(Call(Some(function))))
    }
}

/// Options of `run_hook`.
#[derive(Options)]
struct HookOptions {
    /// Which script of the hook.
    #[option(shown = "the only one, or default")]
    id: Option<Str>,
}

/// A function, or none.
pub(crate) struct FunctionOrNone(Option<Value>);

impl FromValue for FunctionOrNone {
    const TY: Ty = Ty::FUNCTION.or(Ty::NONE);

    fn from_value(value: Value) -> Result<Self, Value> {
        if value.is_none() {
            return Ok(Self(None));
        }
        Callback::from_value(value).map(|Callback(function)| Self(Some(function)))
    }
}

/// Calls the test function.
struct Call(Option<Value>);

impl NativeFrame for Call {
    fn resume(&mut self, _: &mut Cx<'_>, _: Input) -> NativeResult {
        Ok(match self.0.take() {
            Some(function) => NativeStep::call(&function, []),
            None => NativeStep::Return(Value::none()),
        })
    }
}

/// Waits for the hook.
struct Wish(Option<RunHook>);

impl NativeFrame for Wish {
    fn resume(&mut self, _: &mut Cx<'_>, input: Input) -> NativeResult {
        if let Some(wish) = self.0.take() {
            return Ok(NativeStep::suspend(Request::Hook(Box::new(wish))));
        }
        let answer = match input.into_response() {
            Some(Response::Hook(answer)) => answer.downcast::<HookRun>().ok().map(|run| *run),
            Some(Response::Failed(message)) => Some(Err(message)),
            _ => None,
        };
        match answer.unwrap_or_else(|| Err("hooks cannot be run here".to_owned())) {
            Ok(result) => Ok(NativeStep::Return(Value::array(result))),
            Err(message) => Err(Thrown::Error(format!("run_hook: {message}"))),
        }
    }
}

fn case<'a>(cx: &Cx<'a>) -> Result<&'a Case, Thrown> {
    cx.data().ok_or_else(|| Thrown::error("this function exists only under `mailstop test`"))
}

fn dumped(value: &Value) -> String {
    String::from_utf8_lossy(&value.dump()).into_owned()
}
