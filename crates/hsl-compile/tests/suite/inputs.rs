//! Inputs of a shell: programs that share globals.

use std::rc::Rc;

use hsl_compile::{MemorySources, Unit};
use hsl_vm::debug::Quiet;
use hsl_vm::{Fiber, Globals, Limits, Loaded, Outcome, Resume, Step, Value};

use crate::support::{Console, catalog, library};

/// The inputs of one shell, each a program called `main.hsl`.
struct Shell {
    globals: Rc<Globals>,
    console: Rc<Console>,
}

impl Shell {
    fn new() -> Self {
        Self { globals: Globals::new(), console: Rc::default() }
    }

    /// The value of an input, as text.
    fn run(&self, sources: &MemorySources) -> String {
        let library = library();
        let known = self.globals.of_module("main.hsl");
        let known: Vec<_> = known.iter().map(|(name, _)| &**name).collect();
        let catalog = catalog();
        let unit = Unit::new(None, &catalog);
        let resolved = hsl_analysis::analyze_input(sources, "main.hsl", &known, &unit);
        let build = hsl_compile::compile(&resolved, &library);
        assert_eq!(build.diagnostics, []);
        let loaded = Loaded::new(build.program.expect("compiles"), &library).expect("loads");
        let mut fiber = Fiber::new(&loaded, self.console.clone(), Limits::default());
        fiber.share_globals(&self.globals);
        match fiber.resume(Resume::Start, 10_000, &mut Quiet) {
            Step::Done(Outcome::Returned(value)) => value.to_text().to_lossy().into_owned(),
            step => panic!("{step:?}"),
        }
    }

    fn input(&self, text: &str) -> String {
        self.run(&MemorySources::new().with("main.hsl", text))
    }
}

#[test]
fn variables_are_those_of_earlier_inputs() {
    let shell = Shell::new();
    assert_eq!(shell.input("$x = 1; $f = function () { global $x; return $x; };"), "none");
    assert_eq!(shell.input("$x += 41; $f();"), "42");
    assert_eq!(shell.input("unset($x); isset($x);"), "false");
    let names = shell.globals.of_module("main.hsl");
    assert_eq!(names.iter().map(|(name, _)| &**name).collect::<Vec<_>>(), ["$f"]);
}

#[test]
fn the_last_expression_is_the_value() {
    let shell = Shell::new();
    assert_eq!(shell.input("1; 2 + 3;"), "5");
    assert_eq!(shell.input("$a = 1;"), "none");
    assert_eq!(shell.input("$a += 1;"), "none");
    assert_eq!(shell.input("[$b] = [7];"), "none");
    assert_eq!(shell.input("$a++;"), "2");
    assert_eq!(shell.input("if (true) { 9; }"), "none");
    assert_eq!(shell.input("return $a . $b;"), "37");
}

#[test]
fn modules_run_once_and_keep_their_variables() {
    let module = "$n = 0; echo \"runs\"; function up() { global $n; $n += 1; return $n; }";
    let input = |text: &str| MemorySources::new().with("m.hsl", module).with("main.hsl", text);
    let shell = Shell::new();
    assert_eq!(shell.run(&input("import { up } from \"m.hsl\"; up();")), "1");
    assert_eq!(shell.run(&input("import { up, $n } from \"m.hsl\"; up() + $n;")), "4");
    assert_eq!(String::from_utf8_lossy(&shell.console.0.borrow()), "runs\n");
}

#[test]
fn static_variables_stay_until_their_class_is_new() {
    let class = "class Box { static $made = 10; constructor() { static::$made++; } }";
    let shell = Shell::new();
    assert_eq!(shell.input(&format!("{class} Box(); Box::$made;")), "11");
    assert_eq!(shell.input(&format!("{class} Box(); Box::$made;")), "12");
    shell.globals.forget_class("main.hsl", "Bo");
    assert_eq!(shell.input(&format!("{class} Box::$made;")), "12");
    shell.globals.forget_class("main.hsl", "Box");
    assert_eq!(shell.input(&format!("{class} Box::$made;")), "10");
}

#[test]
fn what_the_globals_hold_goes_with_them() {
    let shell = Shell::new();
    shell.input("$held = \"a text of more than fifteen bytes\"; $self = [];");
    shell.input("$self[] = function () { global $self; return $self; };");
    let cell = shell.globals.of_module("main.hsl");
    let text = cell.iter().find(|(name, _)| &**name == "$held").map(|(_, value)| value.clone());
    assert!(matches!(text, Some(Value::String(_))));
    let weak = Rc::downgrade(&shell.globals);
    drop((cell, shell));
    assert!(weak.upgrade().is_none(), "functions in variables do not keep the variables alive");
}
