//! Every kind of fault is found where it stands, under its code, with what explains it.

use hsl_compile::MemorySources;

use crate::support::{compile, render};

/// Files for programs that include and import.
fn files() -> MemorySources {
    MemorySources::new()
        .with("lib.hsl", "$state = 0; function helper() { return \"h\"; }")
        .with("loop.hsl", "import * as me from \"loop2.hsl\";")
        .with("loop2.hsl", "include \"loop.hsl\";")
        .with("broken.hsl", "nowhere();")
        .with("bad.json", "{ \"a\": [1, }")
        .with("t.csv", "name,age\nbob,7\n")
}

/// The findings of a program as text.
fn faults(program: &str) -> String {
    let sources = files().with("main.hsl", program);
    render(&sources, &compile(&sources, "main.hsl").diagnostics)
}

#[test]
fn targets() {
    insta::assert_snapshot!(faults(r#"length("x") = 1;"#), @r#"HSL1013 1:1 "length(\"x\")" only a variable, element or property can be assigned to"#);
    insta::assert_snapshot!(faults("isset(1 + 1);"), @r#"HSL1013 1:7 "1 + 1" only a variable, element or property can be tested with `isset`"#);
    insta::assert_snapshot!(faults("unset(f()); function f() { }"), @r#"HSL1013 1:7 "f()" only a variable, element or property can be removed with `unset`"#);
    insta::assert_snapshot!(faults("$a = []; echo $a[];"), @r#"HSL1013 1:15 "$a[]" `[]` can only be assigned to"#);
    insta::assert_snapshot!(faults("$a[1:2] += 1;"), @r#"HSL1013 1:1 "$a[1:2]" a slice cannot be modified"#);
    insta::assert_snapshot!(faults("$a = []; $a[::2] = [];"), @r#"HSL1013 1:10 "$a[::2]" a slice with a step cannot be a target"#);
    insta::assert_snapshot!(faults("echo isset($a[]);"), @r#"HSL1013 1:12 "$a[]" `[]` cannot be tested with `isset`"#);
    insta::assert_snapshot!(faults(r#"$a["x"]++ = 2;"#), @r#"HSL1013 1:1 "$a[\"x\"]++" only a variable, element or property can be assigned to"#);
}

#[test]
fn argument_counts() {
    insta::assert_snapshot!(faults("function f($a) { } f();"), @r#"
    HSL1007 1:21 "()" `f` takes 1 argument, 0 are given
      "function f($a)" defined here
    "#);
    insta::assert_snapshot!(faults("function f($a, $b = 1) { } f(1, 2, 3);"), @r#"
    HSL1007 1:29 "(1, 2, 3)" `f` takes 1 to 2 arguments, 3 are given
      "function f($a, $b = 1)" defined here
    "#);
    insta::assert_snapshot!(faults("function f($a, ...$b) { } f();"), @r#"
    HSL1007 1:28 "()" `f` takes at least 1 argument, 0 are given
      "function f($a, ...$b)" defined here
    "#);
    insta::assert_snapshot!(faults("length();"), @r#"
    HSL1007 1:7 "()" `length` takes 1 argument, 0 are given
      help: length(any $value): number or none
    "#);
    insta::assert_snapshot!(faults("class C { constructor($a) { } } C();"), @r#"
    HSL1007 1:34 "()" `C` takes 1 argument, 0 are given
      "constructor($a)" defined here
    "#);
    insta::assert_snapshot!(faults("class C { } C(1);"), @r#"
    HSL1007 1:14 "(1)" `C` takes no arguments, 1 is given
      "class C" defined here
    "#);
    insta::assert_snapshot!(faults("class C { static function f($x) { } } C::f();"), @r#"
    HSL1007 1:43 "()" `C::f` takes 1 argument, 0 are given
      "static function f($x)" defined here
    "#);
}

#[test]
fn unknown_names_and_members() {
    insta::assert_snapshot!(faults("no_such_function();"), @r#"HSL1002 1:1 "no_such_function" `no_such_function` is not defined"#);
    insta::assert_snapshot!(faults(r#"echo str_lowr("A");"#), @r#"
    HSL1002 1:6 "str_lowr" `str_lowr` is not defined
      help: did you mean `str_lower`?
    "#);
    insta::assert_snapshot!(faults("function greet() { } gret();"), @r#"
    HSL1002 1:22 "gret" `gret` is not defined
      help: did you mean `greet`?
    "#);
    insta::assert_snapshot!(faults(r#"echo builtin nothing("x");"#), @r#"HSL1002 1:14 "nothing" `nothing` is not defined"#);
    insta::assert_snapshot!(faults("echo No::$thing;"), @r#"HSL1002 1:6 "No" `No` is not defined"#);
    insta::assert_snapshot!(faults("class C { static $count = 1; } echo C::$cuont;"), @r#"
    HSL1003 1:40 "$cuont" class `C` has no static member `$cuont`
      "class C { static $count = 1; }" the class
      help: did you mean `$count`?
    "#);
    insta::assert_snapshot!(faults("class C { $v = 1; } echo C::$v;"), @r#"
    HSL1003 1:29 "$v" `v` belongs to instances, not to the class
      "$v" defined here
    "#);
    insta::assert_snapshot!(faults("class C { private static $s = 1; } echo C::$s;"), @r#"
    HSL1003 1:44 "$s" `$s` is private to class `C`
      "$s" defined here
    "#);
    insta::assert_snapshot!(faults("class C { static function f() { } } echo C::$f;"), @r#"
    HSL1003 1:45 "$f" write `f`, without `$`
      "f" defined here
    "#);
    insta::assert_snapshot!(faults("echo static::$x;"), @r#"HSL1003 1:6 "static" `static::` stands outside a class"#);
    insta::assert_snapshot!(faults("function f() { } echo f::$x;"), @r#"HSL1003 1:23 "f" `f` is a function and has no members"#);
    insta::assert_snapshot!(faults(r#"import * as lib from "lib.hsl"; lib(); echo lib::nothing();"#), @r#"
    HSL1002 1:33 "lib" `lib` is a namespace; use `lib::` and a name
    HSL1005 1:50 "nothing" "lib.hsl" does not define `nothing`
    "#);
    insta::assert_snapshot!(faults(r#"include "broken.hsl";"#), @r#"
    HSL1002 broken.hsl:1:1 "nowhere" `nowhere` is not defined
      "include \"broken.hsl\";" included here
    "#);
    insta::assert_snapshot!(faults("function f() { return static::$x; }"), @r#"HSL1003 1:23 "static" `static::` stands outside a class"#);
}

#[test]
fn definitions() {
    insta::assert_snapshot!(faults("class C { readonly static $s = 1; } C::$s = 2;"), @r#"HSL1011 1:37 "C::$s" C::$s is read-only"#);
    insta::assert_snapshot!(faults("function f() { } function f() { }"), @r#"
    HSL1009 1:27 "f" `f` is already defined in this scope
      "f" first defined here
    "#);
    insta::assert_snapshot!(faults("function f() { } class f { }"), @r#"
    HSL1009 1:24 "f" `f` is already defined in this scope
      "f" first defined here
    "#);
    insta::assert_snapshot!(faults("class X { $f = 1; function f() { } }"), @r#"
    HSL1009 1:28 "f" the class already has a member `f`
      "$f" first defined here
    "#);
    insta::assert_snapshot!(faults("class X { constructor() { } constructor() { } }"), @r#"
    HSL1009 1:29 "constructor" this class already has a constructor
      "constructor" first defined here
    "#);
    insta::assert_snapshot!(faults("function f($a, $a) { }"), @r#"
    HSL1009 1:16 "$a" $a is already a parameter or capture of this function
      "$a" first defined here
    "#);
    insta::assert_snapshot!(faults("$f = function ($a) closure ($a) { };"), @r#"
    HSL1009 1:29 "$a" $a is already a parameter or capture of this function
      "$a" first defined here
    "#);
    insta::assert_snapshot!(faults("function f($a = 1, $b) { }"), @r#"
    HSL1015 1:20 "$b" a required parameter cannot follow one with a default
      "$a" this one has a default
    "#);
    insta::assert_snapshot!(faults("function g(...$r, $x) { }"), @r#"
    HSL1015 1:12 "...$r" the rest parameter must be the last
      "$x" this one follows
    "#);
    insta::assert_snapshot!(faults("function f($a = $b) { }"), @r#"HSL1015 1:17 "$b" a default must be constant"#);
    insta::assert_snapshot!(faults(r#"class C { $v = length("x"); }"#), @r#"HSL1015 1:16 "length(\"x\")" an initial value must be constant"#);
    insta::assert_snapshot!(faults("class C { readonly function f() { } }"), @r#"HSL1015 1:11 "readonly" `readonly` applies to variables only"#);
    insta::assert_snapshot!(faults("function outer() { $x = 1; function inner() closure ($x) { } }"), @r#"HSL1015 1:54 "$x" a named function inside a function cannot share its variables"#);
    insta::assert_snapshot!(faults("class C { function f() { $this = 1; } }"), @r#"HSL1011 1:26 "$this" $this is read-only"#);
    insta::assert_snapshot!(faults("switch (1) { default: default: }"), @r#"
    HSL1009 1:23 "default:" this `switch` already has a `default`
      "default:" first one here
    "#);
    insta::assert_snapshot!(faults("echo match (1) { default => 1, default => 2 };"), @r#"
    HSL1009 1:32 "default => 2" this `match` already has a `default`
      "default => 1" first one here
    "#);
    insta::assert_snapshot!(faults(r#"import { helper } from "lib.hsl"; function helper() { }"#), @r#"
    HSL1009 1:44 "helper" `helper` is already defined in this scope
      "helper" first defined here
    "#);
    insta::assert_snapshot!(faults(r#"$s = 1; import { $state as $s } from "lib.hsl";"#), @r#"
    HSL1009 1:1 "$s" $s is defined before it is imported
      "$s" imported here
    "#);
}

#[test]
fn jumps() {
    insta::assert_snapshot!(faults("break;"), @r#"HSL1008 1:1 "break;" `break` stands outside a loop or `switch`"#);
    insta::assert_snapshot!(faults("switch (1) { case 1: continue; }"), @r#"HSL1008 1:22 "continue;" `continue` stands outside a loop"#);
    insta::assert_snapshot!(faults("while (true) { $f = function () { break; }; }"), @r#"HSL1008 1:35 "break;" `break` stands outside a loop or `switch`"#);
    insta::assert_snapshot!(faults("yield 1;"), @r#"HSL1008 1:1 "yield 1" `yield` stands outside a function"#);
}

#[test]
fn files_and_symbols() {
    insta::assert_snapshot!(faults(r#"include "missing.hsl";"#), @r#"HSL1004 1:9 "\"missing.hsl\"" no file "missing.hsl""#);
    insta::assert_snapshot!(faults(r#"import { x } from "lib.hs";"#), @r#"
    HSL1004 1:19 "\"lib.hs\"" no file "lib.hs"
      help: did you mean "lib.hsl"?
    "#);
    insta::assert_snapshot!(faults(r#"import { nothing } from "lib.hsl";"#), @r#"HSL1005 1:10 "nothing" "lib.hsl" does not define `nothing`"#);
    insta::assert_snapshot!(faults(r#"import { hepler } from "lib.hsl";"#), @r#"
    HSL1005 1:10 "hepler" "lib.hsl" does not define `hepler`
      help: did you mean `helper`?
    "#);
    insta::assert_snapshot!(faults(r#"import { helper as $h } from "lib.hsl";"#), @r#"HSL1005 1:20 "$h" `helper` is a function or class and cannot be named $h"#);
    insta::assert_snapshot!(faults(r#"import { $state as state } from "lib.hsl";"#), @r#"HSL1005 1:20 "state" $state is a variable; write its new name with `$`"#);
    insta::assert_snapshot!(faults(r#"if (true) import { helper } from "lib.hsl";"#), @r#"HSL1006 1:11 "import { helper } from \"lib.hsl\";" an import must stand at the top level of a file, under no condition"#);
    insta::assert_snapshot!(faults(r#"function f() { import { helper } from "lib.hsl"; }"#), @r#"HSL1006 1:16 "import { helper } from \"lib.hsl\";" an import must stand at the top level of a file, under no condition"#);
    insta::assert_snapshot!(faults(r#"include "main.hsl";"#), @r#"HSL1006 1:9 "\"main.hsl\"" this file includes itself"#);
    insta::assert_snapshot!(faults(r#"include "loop.hsl";"#), @r#"
    HSL1006 loop2.hsl:1:9 "\"loop.hsl\"" this includes "loop.hsl", which leads back here
      "\"loop2.hsl\"" the way here
    "#);
}

#[test]
fn data_imports() {
    insta::assert_snapshot!(faults(r#"import $d from "bad.json";"#), @r#"
    HSL1014 1:16 "\"bad.json\"" "bad.json" cannot be converted: expected a value
      "}" here
    "#);
    insta::assert_snapshot!(faults(r#"import $d from "t.csv" with ["headr" => false];"#), @r#"
    HSL1014 1:29 "[\"headr\" => false]" unknown option "headr"
      help: did you mean "header"?
    "#);
    insta::assert_snapshot!(faults(r#"import $d from "t.csv" with ["header" => 1];"#), @r#"HSL1014 1:29 "[\"header\" => 1]" the option "header" must be true or false"#);
    insta::assert_snapshot!(faults(r#"import $d from "lib.hsl";"#), @r#"HSL1014 1:16 "\"lib.hsl\"" there is no loader "hsl"; known are json, yaml, csv and txt"#);
    insta::assert_snapshot!(faults(r#"import $d from "t.csv" with [f() => 1]; function f() { }"#), @r#"HSL1014 1:29 "[f() => 1]" import options must be an array of literals"#);
}

#[test]
fn patterns_and_caches() {
    insta::assert_snapshot!(faults(r#"echo "x" =~ #/ab(c/i;"#), @r#"HSL1010 1:19 "/" invalid regular expression: missing closing parenthesis"#);
    insta::assert_snapshot!(faults("class C { } cache [] C();"), @r#"HSL1012 1:22 "C" `cache` takes a call of a named function or static function"#);
    insta::assert_snapshot!(faults(r#"$f = length; echo cache [] $f("x");"#), @r#"HSL1012 1:28 "$f" `cache` takes a call of a named function or static function"#);
    insta::assert_snapshot!(faults(r#"echo "x" =~ #/[z-a]/;"#), @r#"HSL1010 1:18 "a" invalid regular expression: range out of order in character class"#);
}

#[test]
fn warnings() {
    insta::assert_snapshot!(faults("echo $missing;"), @r#"HSL3007 1:6 "$missing" $missing is never created in this scope"#);
    insta::assert_snapshot!(faults("$value = 1; echo $vaule;"), @r#"
    HSL3007 1:18 "$vaule" $vaule is never created in this scope
      help: did you mean $value?
    "#);
    insta::assert_snapshot!(faults("function f() { echo $x; } $x = 1;"), @r#"HSL3007 1:21 "$x" $x is never created in this scope"#);
    insta::assert_snapshot!(faults("echo [1] / 2;"), @r#"HSL3003 1:6 "[1] / 2" operator / does not apply to array and number"#);
}

#[test]
fn syntax() {
    insta::assert_snapshot!(faults(r#"["a" => $x, $y] = [1, 2];"#), @r#"HSL1001 1:13 "$y" targets with and without a key cannot be mixed"#);
    insta::assert_snapshot!(faults("[...$r, $x] = [1];"), @r#"
    HSL1001 1:2 "...$r" `...` must be the last target
      "$x" this target follows it
    "#);
    insta::assert_snapshot!(faults(r#"switch (1) { echo "x"; case 1: break; }"#), @r#"
    HSL1001 1:14 "echo \"x\";" the body of a `switch` must begin with `case` or `default`
      "{" the body begins here
    "#);
    insta::assert_snapshot!(faults("echo 1.2.3;"), @r#"HSL1001 1:6 "1.2.3" a number has one decimal point at most; put spaces around `.` to join texts"#);
    insta::assert_snapshot!(faults(r#"$r = import { helper } from "lib.hsl";"#), @r#"HSL1001 1:6 "import" expected an expression, found `import`"#);
    insta::assert_snapshot!(faults(r#"[length("x")] = [1];"#), @r#"HSL1001 1:15 "=" expected `;`, found `=`"#);
    insta::assert_snapshot!(faults("if ($x { echo 1; }"), @r#"
    HSL1001 1:8 "{" expected `)`, found `{`
      "(" `(` opened here
    "#);
}
