//! Every operator with every pair of types, as programs.
//!
//! The tables of sections 4 to 7 are checked row by row: each program prints one line per pair,
//! and the oracle says what the line must be.

use std::fmt::Write;

/// One value of every type, and those values of a type that behave differently.
const SAMPLES: &[&str] = &[
    "none",
    "true",
    "false",
    "0",
    "1",
    "-1",
    "2.5",
    "300",
    "\"\"",
    "\"a\"",
    "\"7\"",
    "\"-3\"",
    "\"0x1f\"",
    "\"1.50\"",
    "\" 3\"",
    "\"3 \"",
    "\"1e3\"",
    "\"07\"",
    "[]",
    "[1]",
    "[0 => 7, 1 => 8]",
    "[\"k\" => 1]",
    "[1, [2, \"k\" => none]]",
    "$f",
    "$g",
    "$o",
    "$p",
];

/// Values that can be keys.
const KEYS: &[&str] = &[
    "true",
    "false",
    "0",
    "1",
    "-1",
    "1.9",
    "-1.9",
    "\"1\"",
    "\"-1\"",
    "\"01\"",
    "\"1.5\"",
    "\"+1\"",
    "\"\"",
    "\"a\"",
    "\"2147483647\"",
    "\"2147483648\"",
    "\"-0\"",
];

const BINARY: &[&str] = &[
    "+", "-", "*", "/", "%", "**", ".", "==", "!=", "===", "!==", "<", ">", "<=", ">=", "and",
    "or", "??", "&", "|", "^", "<<", ">>", ">>>",
];

const UNARY: &[&str] = &["!", "not ", "-", "+", "~"];

const CONVERSIONS: &[&str] =
    &["string", "number", "boolean", "length", "is_number", "is_string", "is_array"];

/// What the samples name.
const PRELUDE: &str = "class C { $v = 1; }\n$f = function ($x) { return $x; };\n\
                       $g = function ($x) { return $x; };\n$o = C();\n$p = C();\n";

/// The programs, each with a name.
pub fn programs() -> Vec<(String, String)> {
    let mut programs = Vec::new();
    for operator in BINARY {
        let mut text = PRELUDE.to_owned();
        for left in SAMPLES {
            for right in SAMPLES {
                line(&mut text, &format!("({left}) {operator} ({right})"));
            }
        }
        programs.push((format!("binary {operator}"), text));
    }
    for operator in ["+=", "-=", "*=", "/=", "%=", "**=", ".=", "??="] {
        let mut text = PRELUDE.to_owned();
        for left in SAMPLES {
            for right in SAMPLES {
                let _ = writeln!(
                    text,
                    "$x = {left}; try {{ $x {operator} {right}; echo [$x]; }} catch ($e) {{ echo \"throws\"; }}"
                );
            }
        }
        programs.push((format!("assignment {operator}"), text));
    }
    programs.push(("unary".to_owned(), one_operand(UNARY)));
    programs.push(("conversions".to_owned(), one_operand(CONVERSIONS)));
    programs.push(("truth".to_owned(), one_operand(&["true and "])));
    programs.push(("elements".to_owned(), elements()));
    programs.push(("keys".to_owned(), keys()));
    programs.push(("slices".to_owned(), slices()));
    programs.push(("steps".to_owned(), steps()));
    programs
}

fn line(text: &mut String, expression: &str) {
    let _ = writeln!(text, "try {{ echo [{expression}]; }} catch ($e) {{ echo \"throws\"; }}");
}

fn one_operand(operators: &[&str]) -> String {
    let mut text = PRELUDE.to_owned();
    for operator in operators {
        for sample in SAMPLES {
            line(&mut text, &format!("{operator}({sample})"));
        }
    }
    text
}

/// Reading an element of anything.
fn elements() -> String {
    let mut text = PRELUDE.to_owned();
    let readable = SAMPLES.iter().filter(|sample| !matches!(**sample, "$f" | "$g"));
    for sample in readable {
        for key in KEYS {
            let _ = writeln!(text, "$x = {sample};");
            line(&mut text, &format!("$x[{key}], isset($x[{key}])"));
        }
    }
    text
}

/// Casting of keys: what one key stores, another finds.
fn keys() -> String {
    let mut text = String::new();
    for key in KEYS {
        let _ = writeln!(text, "$x = [{key} => \"v\"]; $x[] = \"next\"; echo $x;");
        for other in KEYS {
            line(&mut text, &format!("isset($x[{other}]), $x[{other}]"));
        }
    }
    text
}

fn slices() -> String {
    let bounds = ["", "0", "1", "2", "4", "9", "-1", "-2", "-9", "1.9"];
    let mut text = String::new();
    for subject in ["\"abcd\"", "[1, 2, \"k\" => 3, 4]", "\"\"", "[]", "none", "7"] {
        let _ = writeln!(text, "$x = {subject};");
        for first in bounds {
            for last in bounds {
                for step in ["", ":", ":2", ":-1", ":-2", ":0"] {
                    line(&mut text, &format!("$x[{first}:{last}{step}]"));
                }
            }
        }
    }
    text
}

/// `++` and `--` on a variable and on an element that may not exist.
fn steps() -> String {
    let mut text = PRELUDE.to_owned();
    for sample in SAMPLES {
        for form in ["$x++", "++$x", "$x--", "--$x"] {
            let _ = writeln!(
                text,
                "$x = {sample}; try {{ echo [{form}, $x]; }} catch ($e) {{ echo \"throws\"; }}"
            );
            let element = form.replace("$x", "$y[\"k\"]");
            let _ = writeln!(
                text,
                "$y = [\"k\" => {sample}]; try {{ echo [{element}, $y]; }} catch ($e) {{ echo \"throws\"; }}"
            );
        }
    }
    text
}
