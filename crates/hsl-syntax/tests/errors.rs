//! Messages for broken text.

use hsl_syntax::parse;

fn show(source: &str) -> String {
    let parse = parse(source.as_bytes());
    let place = |start: u32, end: u32| {
        let before = &parse.text[..start as usize];
        let line = before.iter().filter(|b| **b == b'\n').count() + 1;
        let column = before.iter().rev().take_while(|b| **b != b'\n').count() + 1;
        format!("{line}:{column}+{}", end - start)
    };
    let mut out = String::new();
    for error in &parse.errors {
        out += &format!("{} {}\n", place(error.span.start, error.span.end), error.message);
        for label in &error.labels {
            out += &format!("    {} {}\n", place(label.span.start, label.span.end), label.message);
        }
    }
    out
}

/// Each source, then its errors as `line:column+length message`.
fn show_all(sources: &[&str]) -> String {
    sources.iter().map(|source| format!("{source:?}\n{}", show(source))).collect()
}

#[test]
fn missing_and_surplus_tokens() {
    insta::assert_snapshot!(show_all(&[
        "echo 1\necho 2;",
        "return 1",
        "$x = ;\necho 2;",
        r#"echo "a" "b";"#,
        "$a = 1 + * 2; $b = 3;",
        "echo $a->; echo 2;",
        "for ($i = 0, $i < 3; $i++) echo $i; echo 2;",
        "foreach ($a in $b) { echo 1; }",
        "switch ($x) { case 1 echo 2; break; default: echo 3; }",
        "class A { function f() { } $x = 1 }",
        "class { } class A { $x; foo } echo 2;",
        "match ($x) { 1 => 2 3 => 4 };",
        "try { echo 1; } catch { echo 2; }",
        "if $x { echo 1; }",
        r#"import { a from "x"; import b from "y";"#,
        "import $x from f(); include $x;",
        "[$a, $b] == 1; [] = 2; [$a] 5;",
        "$a = cache f(1); $a = cache [] 5; function g($a,) { }",
        "echo 1 2; echo ok; echo 3 4;",
    ]), @r#"
    "echo 1\necho 2;"
    1:7+0 expected `;`
    "return 1"
    1:9+0 expected `;`, found the end of the file
    "$x = ;\necho 2;"
    1:6+1 expected an expression, found `;`
    "echo \"a\" \"b\";"
    1:10+1 expected `;`, found a string
    "$a = 1 + * 2; $b = 3;"
    1:10+1 expected an expression, found `*`
    "echo $a->; echo 2;"
    1:10+1 expected a name, found `;`
    "for ($i = 0, $i < 3; $i++) echo $i; echo 2;"
    1:12+1 expected `;`, found `,`
    "foreach ($a in $b) { echo 1; }"
    1:13+2 the array comes first: `foreach ($array as $item)`
    "switch ($x) { case 1 echo 2; break; default: echo 3; }"
    1:22+4 expected `:`, found `echo`
    "class A { function f() { } $x = 1 }"
    1:35+1 expected `;`, found `}`
    "class { } class A { $x; foo } echo 2;"
    1:7+1 expected a name, found `{`
    1:25+3 expected a member of the class: `$name = …;`, `function name() { … }` or `constructor`
    "match ($x) { 1 => 2 3 => 4 };"
    1:21+1 expected `}` or `,`, found `3`
        1:12+1 `{` opened here
    "try { echo 1; } catch { echo 2; }"
    1:23+1 expected `(`, found `{`
    "if $x { echo 1; }"
    1:4+2 expected `(`, found `$x`
    "import { a from \"x\"; import b from \"y\";"
    1:12+4 expected `,`, `as` or `}`, found `from`
        1:8+1 `{` opened here
    1:29+1 names are imported in braces: `import { b } from …`
    "import $x from f(); include $x;"
    1:16+1 expected a string, found `f`
    1:29+2 expected a string, found `$x`
    "[$a, $b] == 1; [] = 2; [$a] 5;"
    1:19+1 expected `;`, found `=`
    1:29+1 expected `=`, found `5`
    "$a = cache f(1); $a = cache [] 5; function g($a,) { }"
    1:12+1 expected `[`, found `f`
    1:32+1 expected `builtin`, a name, `static` or a variable, found `5`
    1:49+1 expected a variable, found `)`; the last parameter has no `,` behind it
    "echo 1 2; echo ok; echo 3 4;"
    1:8+1 expected `;`, found `2`
    1:27+1 expected `;`, found `4`
    "#);
}

#[test]
fn brackets() {
    insta::assert_snapshot!(show_all(&[
        "if ($x { echo 1; } echo 2;",
        "$a = [1, 2;\necho $a;",
        "function f($a { return 1; }\necho f(1);",
        "$x = f(1, 2;\necho $x;",
        "function f() { return [1, 2 }",
        "if ($x) { echo 1;\necho 2;",
        "echo 1; }\necho 2;",
        "function h() { if (1) { echo 1; }\necho 5;",
    ]), @r#"
    "if ($x { echo 1; } echo 2;"
    1:8+1 expected `)`, found `{`
        1:4+1 `(` opened here
    "$a = [1, 2;\necho $a;"
    1:11+1 expected `]`, `,` or `=>`, found `;`
        1:6+1 `[` opened here
    "function f($a { return 1; }\necho f(1);"
    1:15+1 expected `)`, `,` or `=`, found `{`
        1:11+1 `(` opened here
    "$x = f(1, 2;\necho $x;"
    1:12+1 expected `)` or `,`, found `;`
        1:7+1 `(` opened here
    "function f() { return [1, 2 }"
    1:29+1 expected `]`, `,` or `=>`, found `}`
        1:23+1 `[` opened here
    "if ($x) { echo 1;\necho 2;"
    2:8+0 expected `}`, found the end of the file
        1:9+1 `{` opened here
    "echo 1; }\necho 2;"
    1:9+1 `}` closes nothing
    "function h() { if (1) { echo 1; }\necho 5;"
    2:8+0 expected `}`, found the end of the file
        1:14+1 `{` opened here
    "#);
}

#[test]
fn words_and_foreign_bytes() {
    insta::assert_snapshot!(show_all(&[
        "function new() { } echo 1;",
        "class if { }",
        "echo @foo; echo 2;",
        "echo #x;",
        "$ x;",
        "\u{feff}echo 1;",
        "echo\u{a0}1;",
        "echo “hi”;",
        "echo 'a; echo 2;",
        r#"echo "é" é;"#,
        "echo \0;",
    ]), @r#"
    "function new() { } echo 1;"
    1:10+3 `new` is a reserved word and cannot be a name
    "class if { }"
    1:7+2 `if` is a reserved word and cannot be a name
    "echo @foo; echo 2;"
    1:6+1 there is no `@`; errors are exceptions or none
    "echo #x;"
    1:6+1 `#` does not begin a comment; use `//`
    "$ x;"
    1:1+1 a `$` must be followed by a name
    "\u{feff}echo 1;"
    1:1+3 a byte order mark is not allowed
    "echo\u{a0}1;"
    1:5+2 a no-break space is not allowed outside strings
    "echo “hi”;"
    1:6+3 a typographic quote does not begin or end a string; use `"`
    1:11+3 a typographic quote does not begin or end a string; use `"`
    "echo 'a; echo 2;"
    1:6+1 a raw string begins with `''`, or with a delimiter between two `'`
    "echo \"é\" é;"
    1:11+2 expected `;`, found `é`
    "echo \0;"
    1:6+1 expected an expression, found the control character U+0000
    "#);
}

#[test]
fn literals() {
    insta::assert_snapshot!(show_all(&[
        "echo 1.2.3;",
        "echo 1__0 + 1_ + 0x;",
        "echo 1a; echo 1and 2;",
        r#"echo "abc"#,
        "echo 'END'text''",
        "echo #/a+\n;",
        "/* abc",
        "echo \"abc;\necho \"def\";\necho 3;",
        "echo 1; #!x",
        r#"include "a$b";"#,
    ]), @r#"
    "echo 1.2.3;"
    1:6+5 a number has one decimal point at most; put spaces around `.` to join texts
    "echo 1__0 + 1_ + 0x;"
    1:6+4 `_` must stand between two digits of a number
    1:13+2 `_` must stand between two digits of a number
    1:18+2 a number needs digits behind its prefix
    "echo 1a; echo 1and 2;"
    1:6+2 `a` does not belong in a number
    1:15+4 `a` does not belong in a number
    1:20+1 expected `;`, found `2`
    "echo \"abc"
    1:6+4 this string is never closed
        1:6+1 opened here
    "echo 'END'text''"
    1:6+11 this raw string is never closed
        1:6+5 opened here; only `'END'` ends it
    "echo #/a+\n;"
    1:6+4 this regular expression is never closed
        1:6+2 opened here
    "/* abc"
    1:1+6 this comment is never closed
        1:1+2 opened here
    "echo \"abc;\necho \"def\";\necho 3;"
    2:7+3 expected `;`, found `def`
        1:6+1 the string before it began here
    "echo 1; #!x"
    1:9+1 `#` does not begin a comment; use `//`
    "include \"a$b\";"
    1:11+2 a path cannot hold a variable
    "#);
}

#[test]
fn orders() {
    insta::assert_snapshot!(show_all(&[
        r#"switch (1) { echo "x"; case 1: break; }"#,
        r#"["a" => $x, $y] = [1, 2];"#,
        "[...$r, $x] = [1];",
    ]), @r#"
    "switch (1) { echo \"x\"; case 1: break; }"
    1:14+9 the body of a `switch` must begin with `case` or `default`
        1:12+1 the body begins here
    "[\"a\" => $x, $y] = [1, 2];"
    1:13+2 targets with and without a key cannot be mixed
    "[...$r, $x] = [1];"
    1:2+5 `...` must be the last target
        1:9+2 this target follows it
    "#);
}

#[test]
fn broken_statements_do_not_hide_others() {
    insta::assert_snapshot!(show_all(&[
        "function f() { if (1) { echo 1 2; } $x = ; echo 3; foreach ($a as ) { } }\necho ok; echo 1 1;",
        "$z = ;\nwhile (true { }\necho 2;",
        "echo 1 +;\n$y = foo(1);\nwhile (true { }\n$x = ;\n$x = [1, 2;\n",
    ]), @r#"
    "function f() { if (1) { echo 1 2; } $x = ; echo 3; foreach ($a as ) { } }\necho ok; echo 1 1;"
    1:32+1 expected `;`, found `2`
    1:42+1 expected an expression, found `;`
    1:67+1 expected a variable, found `)`
    2:17+1 expected `;`, found `1`
    "$z = ;\nwhile (true { }\necho 2;"
    1:6+1 expected an expression, found `;`
    2:13+1 expected `)`, found `{`
        2:7+1 `(` opened here
    "echo 1 +;\n$y = foo(1);\nwhile (true { }\n$x = ;\n$x = [1, 2;\n"
    1:9+1 expected an expression, found `;`
    3:13+1 expected `)`, found `{`
        3:7+1 `(` opened here
    4:6+1 expected an expression, found `;`
    5:11+1 expected `]`, `,` or `=>`, found `;`
        5:6+1 `[` opened here
    "#);
}

#[test]
fn diagnostics_carry_the_file_and_labels() {
    let file = "src/hooks/eod/default.hsl".into();
    let found = parse(&b"echo f(1;"[..]).syntax_diagnostics(&file);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].code.id, "HSL1001");
    assert_eq!((found[0].span.start, found[0].span.end), (8, 9));
    assert_eq!(found[0].labels[0].message, "`(` opened here");
}

#[test]
fn at_most_fifty_errors_are_reported() {
    assert_eq!(parse("echo 1 2;\n".repeat(300).into_bytes()).errors.len(), 50);
    assert_eq!(parse("echo 1.2.3;\n".repeat(300).into_bytes()).errors.len(), 50);
}
