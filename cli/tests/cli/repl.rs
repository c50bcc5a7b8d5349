//! `mailstop hsh` without a script, on a terminal.

use std::path::Path;

use rexpect::reader::Options;
use rexpect::session::{PtySession, spawn_with_options};

use crate::{command, folder};

/// Longest wait for the shell: only a failed test takes it.
const PATIENCE: u64 = 60_000;

/// A shell on a terminal of its own. What it prints is compared without colours and cursor moves.
struct Shell {
    terminal: PtySession,
    number: usize,
}

impl Shell {
    fn new(folder: &Path) -> Self {
        Self::with(folder, &["hsh"], true)
    }

    fn with(folder: &Path, arguments: &[&str], plain: bool) -> Self {
        let mut command = command(folder, arguments);
        command.env("TERM", "xterm").env("XDG_STATE_HOME", folder);
        if plain {
            command.env("NO_COLOR", "1");
        }
        let options = Options::new().timeout_ms(Some(PATIENCE)).strip_ansi_escape_codes(plain);
        let terminal = spawn_with_options(command, options).expect("the shell starts");
        let mut shell = Self { terminal, number: 1 };
        shell.prompt();
        shell
    }

    fn see(&mut self, text: &str) -> String {
        self.terminal.exp_string(text).unwrap_or_else(|error| panic!("{text:?}: {error}"))
    }

    fn prompt(&mut self) -> String {
        self.see(&format!("{}> ", self.number))
    }

    fn keys(&mut self, keys: &str) {
        self.terminal.send(keys).expect("the shell reads");
        self.terminal.flush().expect("the shell reads");
    }

    /// Types an input; gives what is printed up to the next prompt, without the input itself.
    fn say(&mut self, input: &str) -> String {
        self.keys(&format!("{input}\r"));
        self.number += 1;
        let printed = self.prompt();
        answer(&printed, self.number - 1, input)
    }

    /// Types a command that runs no input, so that the number stays.
    fn command(&mut self, line: &str) -> String {
        self.keys(&format!("{line}\r"));
        let printed = self.see(&format!("\n\r{}> ", self.number));
        answer(&printed, self.number, line)
    }

    /// Ctrl-D.
    fn leave(mut self) {
        self.terminal.send_control('d').expect("the shell reads");
        self.terminal.exp_eof().expect("the shell ends");
        let status = format!("{:?}", self.terminal.process().wait().expect("it ended"));
        assert!(status.starts_with("Exited(") && status.ends_with(", 0)"), "{status}");
    }
}

/// What was printed behind the last drawing of the input.
fn answer(printed: &str, number: usize, input: &str) -> String {
    let lines: Vec<_> = printed.split(['\r', '\n']).collect();
    let prompt = format!("{number}> ");
    let drawn = lines.iter().rposition(|line| line.starts_with(&prompt)).unwrap_or(0);
    let last = input.rsplit('\r').next().unwrap_or_default();
    let typed = lines[drawn..].iter().position(|line| line.ends_with(last)).unwrap_or(0);
    let answer = lines[drawn + typed + 1..].iter().filter(|line| !line.is_empty());
    answer.copied().collect::<Vec<_>>().join("\n")
}

#[test]
fn what_is_defined_stays() {
    let folder = folder();
    let mut shell = Shell::new(folder.path());
    assert_eq!(shell.say("1 + 2"), "3");
    assert_eq!(shell.say("$x = 5"), "");
    assert_eq!(shell.say("function f($n) { global $x; return $x + $n; }"), "");
    assert_eq!(shell.say("f(10)"), "15");
    assert_eq!(shell.say("$x = 7; f(10);"), "17");
    // Defined anew, for those that use it too.
    assert_eq!(shell.say("function g() { return f(0); }"), "");
    assert_eq!(shell.say("function f($n) { return \"new\"; }"), "");
    assert_eq!(shell.say("g()"), "\"new\"");
    assert_eq!(shell.say("echo \"line\"; none"), "line");
    shell.leave();
}

#[test]
fn classes_and_their_objects_stay() {
    let folder = folder();
    let mut shell = Shell::new(folder.path());
    shell.say("class Box { $v = 1; static $made = 0; constructor() { static::$made++; } function up() { $this->v++; return $this; } }");
    shell.say("$b = Box()");
    assert_eq!(shell.say("$b->up()->v"), "2");
    assert_eq!(shell.say("Box(); Box::$made"), "2");
    assert_eq!(shell.say("$b"), "Box { $v = 2 }");
    assert_eq!(shell.say(":type $b"), "object of class Box");
    // An object keeps its class; the name means the new one.
    shell.say("class Box { static $made = 10; function up() { return \"other\"; } }");
    assert_eq!(shell.say("[$b->up()->v, Box()->up(), Box::$made]"), "[3, \"other\", 10]");
    assert_eq!(shell.say("$f = function () closure ($b) { return $b->v; }; $f()"), "3");
    assert_eq!(shell.say("$f() + 1"), "4");
    shell.leave();
}

#[test]
fn imports_stay_and_modules_run_once() {
    let folder = folder();
    let module = "$n = 0; echo \"loaded\"; function up() { global $n; $n += 1; return $n; }";
    std::fs::write(folder.path().join("m.hsl"), module).expect("a file");
    std::fs::write(folder.path().join("i.hsl"), "$i = 1; function inc() { return \"i\"; }")
        .expect("a file");
    let mut shell = Shell::new(folder.path());
    assert_eq!(shell.say("import { up, $n as $m } from \"m.hsl\""), "loaded");
    assert_eq!(shell.say("up(); up()"), "2");
    assert_eq!(shell.say("$m"), "2");
    // Its variable is not that of the conversation.
    assert_eq!(shell.say("$n = 9; up()"), "3");
    assert_eq!(shell.say("import * as all from \"m.hsl\"; all::up()"), "4");
    assert_eq!(shell.say("include \"i.hsl\"; inc()"), "\"i\"");
    assert_eq!(shell.say("$i = 5; inc() . $i"), "\"i5\"");
    assert_eq!(shell.say("function inc() { return \"mine\"; }"), "");
    assert_eq!(shell.say("inc()"), "\"mine\"");
    std::fs::write(folder.path().join("l.hsl"), "$l = 6; function loaded() { return 7; }")
        .expect("a file");
    shell.command(":load l.hsl");
    assert_eq!(shell.say("$l * loaded()"), "42");
    std::fs::write(folder.path().join("l.hsl"), "function other() { return $argv ?? 1; }")
        .expect("a file");
    shell.command(":load l.hsl");
    assert_eq!(shell.say("[other(), $l]"), "[1, 6]");
    assert!(shell.say("loaded()").contains("HSL1002"));
    shell.command(":reset");
    assert!(shell.say("up()").contains("HSL1002"));
    shell.leave();
}

#[test]
fn open_inputs_go_on_in_the_next_line() {
    let folder = folder();
    let mut shell = Shell::new(folder.path());
    assert_eq!(shell.say("foreach ([1, 2] as $i) {\r  echo \"n$i\";\r}"), "n1\nn2");
    assert_eq!(shell.say("$s = \"a\rb\"; $s"), "\"a\\nb\"");
    assert_eq!(shell.say("function f(\r$a\r)\r{ return $a * 2; }"), "");
    assert_eq!(shell.say("f(4)"), "8");
    shell.leave();
}

#[test]
fn mistakes_end_the_input_only() {
    let folder = folder();
    let mut shell = Shell::new(folder.path());
    let answer = shell.say("echo 1 +* 2;");
    assert!(answer.contains("HSL1001") && answer.contains("input 1:1:9"), "{answer}");
    let answer = shell.say("function f() { return nope(); }");
    assert!(answer.contains("HSL1002"), "{answer}");
    // What did not compile defined nothing.
    assert!(shell.say("f()").contains("HSL1002"));
    shell.say("function f($n) { if ($n > 1) throw \"too big\"; return $n; }");
    let answer = shell.say("echo \"before\"; f(2)");
    assert!(answer.starts_with("before\n"), "{answer}");
    assert!(answer.contains("uncaught exception: too big"), "{answer}");
    assert!(answer.contains("in f at input 4:1:") && answer.contains("input 5:1:"), "{answer}");
    assert_eq!(shell.say("f(1)"), "1");
    assert!(shell.command(":nonsense").contains("there is no command"));
    shell.leave();
}

#[test]
fn ctrl_c_ends_the_script_and_not_the_shell() {
    let folder = folder();
    let mut shell = Shell::new(folder.path());
    shell.say("$x = 1");
    for loops in ["forever { }", "sleep(86400)"] {
        shell.keys(&format!("$x += 1; echo \"now \" . \"on\"; {loops}\r"));
        shell.see("now on");
        shell.terminal.send_control('c').expect("the shell reads");
        shell.see("interrupted");
        shell.number += 1;
        shell.prompt();
    }
    assert_eq!(shell.say("$x"), "3");
    // At the prompt it gives up what was typed.
    shell.keys("echo \"half");
    shell.see("half");
    shell.terminal.send_control('c').expect("the shell reads");
    shell.prompt();
    assert_eq!(shell.say("2 * 3"), "6");
    shell.leave();
}

#[test]
fn history_is_kept_for_the_next_time() {
    let folder = folder();
    let mut shell = Shell::new(folder.path());
    assert_eq!(shell.say("\"first\" . \" time\""), "\"first time\"");
    shell.say("if (true) {\recho \"two\";\r}");
    shell.leave();
    assert!(folder.path().join("mailstop/hsh_history").is_file());
    let mut shell = Shell::new(folder.path());
    // The last input, which has several lines; then one that is searched for.
    assert!(shell.say("\u{1b}[A").ends_with("}\ntwo"));
    assert!(shell.say("\u{12}first").ends_with("\"first time\""));
    shell.leave();
}

#[test]
fn tab_completes_names_of_the_library_and_of_the_shell() {
    let folder = folder();
    let mut shell = Shell::new(folder.path());
    shell.keys("str_repe\t");
    shell.see("str_repeat(");
    assert_eq!(shell.say("\"ab\", 2)"), "\"abab\"");
    shell.say("$unmistakable = 5");
    shell.keys("$unmis\t");
    shell.see("$unmistakable");
    assert_eq!(shell.say(" + 1"), "6");
    shell.say("class Parcel { $weight = 7; function lift($by) { return $by; } }");
    shell.say("$p = Parcel()");
    shell.keys("$p->li\t");
    shell.see("lift(");
    assert_eq!(shell.say("3)"), "3");
    shell.keys(":disa\t");
    shell.see(":disassemble");
    shell.keys(" 40 + 2\r");
    shell.see("Return");
    shell.prompt();
    shell.leave();
}

#[test]
fn commands_explain() {
    let folder = folder();
    let mut shell = Shell::new(folder.path());
    let help = shell.command(":help");
    assert!(help.contains(":disassemble CODE") && help.contains(":quit"), "{help}");
    assert!(shell.command(":doc str_repeat").contains("str_repeat("));
    assert!(shell.command(":disassemble echo 42;").contains("Echo"));
    assert!(shell.command(":vars").is_empty());
    assert!(shell.say(":time $t = 1").contains("together"));
    shell.say("function named() { }");
    assert_eq!(shell.command(":vars"), "$t = 1");
    assert_eq!(shell.command(":names"), "named");
    shell.keys(":quit\r");
    shell.terminal.exp_eof().expect("the shell ends");
}

#[test]
fn colours_follow_the_terminal_and_the_user() {
    let folder = folder();
    let mut shell = Shell::with(folder.path(), &["hsh"], false);
    shell.keys("echo 1;");
    shell.see("\u{1b}[35mecho");
    drop(shell);
    let mut shell = Shell::with(folder.path(), &["hsh", "--color", "never"], false);
    shell.keys("echo 1;\r");
    let printed = shell.see("2> ");
    assert!(!printed.contains("\u{1b}[35m"), "{printed:?}");
}
