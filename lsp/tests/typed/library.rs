//! Edits of a library show in every open file that reaches it what a server shows that has just
//! opened them: findings, tokens, outline and types.

use serde_json::{Value, json};

use super::{Dice, position, start};
use crate::editor::Editor;

const LIBRARY: &str = "src/files/lib.hsl";
const DEEP: &str = "src/files/deep.hsl";

/// Files that use the library, over all ways to do so; the last shares only keys of `$context` with it.
const IMPORTERS: [(&str, &str); 7] = [
    (
        "src/hooks/eod/default.hsl",
        r##"import { scaled, $limit, Box } from "lib.hsl";
// What is named by a text is called.
function named() { return 1; }
function one($n) { return scaled($n) + 1; }
function two($n) { $x = scaled($n); if (is_string($x)) { return $x; } return $x["a"]; }
function three($n) { return two($n)["a"]; }
function boxed($t) { $b = Box(); return $b->get() + str_length($t); }
function alone($n) { if ($n > 2) { $m = 1; } return $m; }
$v = scaled(2);
if ($v == "1" and $v["b"] > 1) echo $v["a"];
echo one(2), two(3), three(4), boxed("x"), $limit + 1, alone(1);
if (pcre_match("/" . scaled("x") . "/", "text")) { scaled(1); }
"##,
    ),
    (
        "src/hooks/rcptto/default.hsl",
        r#"import * as lib from "lib.hsl";
$context["seen"] = lib::scaled($arguments["address"]["domain"]);
if (lib::scaled(1)) { if ($context["deep"] == 1) Accept(); }
echo lib::$limit;
$box = lib::Box();
echo $box->v, $box->get();
"#,
    ),
    ("src/hooks/connect/default.hsl", "include \"lib.hsl\";\necho scaled(1), $limit;\n"),
    ("src/hooks/auth/default.hsl", "import { deep } from \"deep.hsl\";\necho deep(1)[\"a\"];\n"),
    (
        "src/files/other.hsl",
        "import { scaled } from \"lib.hsl\";\nfunction again($n) { return scaled($n); }\n",
    ),
    (
        "src/hooks/queue/predelivery.hsl",
        "import { again } from \"other.hsl\";\n$r = again(1);\necho $r[\"a\"] * 2;\nhttp($r);\n",
    ),
    ("src/hooks/mailfrom/default.hsl", "if ($context[\"deep\"] == 1) Accept();\n"),
];

/// What the library is made of: for each part what may stand there.
const PARTS: [&[&str]; 6] = [
    &[
        "import { deep } from \"deep.hsl\";\n",
        "import { deep, $depth } from \"deep.hsl\";\n",
        "import { deep, gone } from \"deep.hsl\";\n",
        "function deep($n) { return $n; }\n",
        "",
    ],
    &["", "// note\n", "\n\n", "/* more */ "],
    &[
        "function scaled($n) { return $n * 2; }\n",
        "// Doubles.\nfunction scaled($n) { return $n * 2; }\n",
        "function scaled($n) { return \"text\"; }\n",
        "function scaled($n) { if ($n > 1) { return none; } return [\"a\" => $n]; }\n",
        "function scaled($n) { return [\"b\" => deep($n)]; }\n",
        "function scaled($n, $by) { return $n * $by; }\n",
        "function scaled($n, $by = 2) { return deep($n) * $by; }\n",
        "function scaled($n) { return deep($n); }\n",
        "function scaled() { return deep(1); }\n",
        "function scaled($n) { Reject(\"no\"); }\n",
        "function scaled($n) { Accept(); }\n",
        "function scaled($n) { return none; }\n",
        "function scaled($n) { if ($n > 1) { return 1; } return none; }\n",
        "function scale($n) { return $n * 2; }\n",
        "function scaled($n) { global $arguments; return $arguments[\"address\"][\"domain\"]; }\n",
        "function scaled($n) { sleep(100); return $n; }\n",
        "function scaled($n) { sleep(1); return $n; }\n",
        "function scaled($n) { while (true) { $n = $n + 1; } }\n",
        "function scaled($n) { $b = Box(); return $b; }\n",
        "function scaled($n) { return dns_query($n)[\"result\"][0]; }\n",
        "function scaled($n) { return http(\"https://a.example/\" . $n); }\n",
        "function scaled($n) { return \"named\"; }\n",
        "function scaled($n { return $n; }\n",
        "function scaled($n) { global $limit; $limit = \"x\"; return $limit; }\n",
        "function scaled($n) { return nowhere($n); }\n",
        "function scaled($n) { yield 1; }\n",
        "function scaled($n) { throw $n; }\n",
        "function scaled($n) { return $n ? scaled($n - 1) : \"end\"; }\n",
        "$scaled = 1;\n",
        "class scaled { }\n",
        "",
    ],
    &["$limit = 5;\n", "$limit = \"five\";\n", "$limit = [\"a\" => deep(1)];\n", ""],
    &[
        "class Box { $v = 7; function get() { return $this->v; } }\n",
        "class Box { $v = \"t\"; function get() { return $this->v; } }\n",
        "class Box { private $v = 7; function get($n) { return $n; } }\n",
        "class Box { $v; function fetch() { return none; } }\n",
        "class Box { $v = []; function get() { return scaled(1); } }\n",
        "",
    ],
    &[
        "",
        "function more() { return 1; }\n",
        "function keep() { global $context; $context[\"deep\"] = 1; return $context[\"seen\"]; }\n",
        "function keep() { global $context; $context[\"deep\"] = \"x\"; return 1; }\n",
        "function keep() { global $context; $context[\"other\"] = 1; return $context[\"deep\"]; }\n",
        "function keep() { global $context; return $context[\"seen\"]; }\n",
        "echo scaled(3);\n",
        "Accept();\n",
    ],
];

/// The same for the file that the library imports.
const DEEP_PARTS: [&[&str]; 2] = [
    &["$depth = 1;\n", "$depth = \"one\";\n", "// note\n"],
    &[
        "function deep($n) { return $n; }\n",
        "function deep($n) { return \"text\"; }\n",
        "function deep($n) { return [\"a\" => 1]; }\n",
        "function deep($n) { return [\"a\" => none, \"b\" => \"text\"]; }\n",
        "function deep($n, $m) { return $m; }\n",
        "function deep($n) { Accept(); }\n",
        "function deep($n) { return dns_query($n)[\"result\"]; }\n",
        "function deep($n) { sleep(1); }\n",
        "function gone() { }\n",
    ],
];

/// A file that is made of parts.
struct Made {
    parts: &'static [&'static [&'static str]],
    chosen: Vec<usize>,
}

impl Made {
    fn new(parts: &'static [&'static [&'static str]]) -> Self {
        Self { parts, chosen: vec![0; parts.len()] }
    }

    fn part(&self, at: usize) -> &'static str {
        self.parts[at][self.chosen[at]]
    }

    fn text(&self) -> String {
        (0..self.parts.len()).map(|at| self.part(at)).collect()
    }
}

/// Everything that is shown of documents; types where they stand in the texts that use the library.
fn shown(editor: &mut Editor, files: &[(&str, String)]) -> Vec<String> {
    let mut all = Vec::new();
    for (file, text) in files {
        let uri = editor.uri(file);
        let mut shown = vec![super::shown(editor, &uri)];
        for word in ["scaled", "lib::", "$v", "$r", "again", "deep", "$box", "two("] {
            let Some(at) = text.rfind(word) else { continue };
            let [line, column] = position(text, at + 1);
            let asked = editor.at(&uri, line, column);
            let hover = editor.request("textDocument/hover", asked.clone());
            let target = editor.request("textDocument/definition", asked);
            let both: Value = json!([hover, target]);
            shown.push(both.to_string().replace(&editor.uri(""), ""));
        }
        all.push(format!("{file}: {}", shown.join("\n")));
    }
    all
}

fn opened(files: &[(&str, String)]) -> Vec<String> {
    let mut editor = start();
    for (file, text) in files {
        editor.write(file, text);
    }
    for (file, text) in files {
        editor.open(file, text);
    }
    shown(&mut editor, files)
}

fn files(library: &Made, deep: &Made) -> Vec<(&'static str, String)> {
    let own = IMPORTERS.iter().map(|(file, text)| (*file, (*text).to_owned()));
    own.chain([(LIBRARY, library.text()), (DEEP, deep.text())]).collect()
}

#[test]
fn edits_of_a_library_show_in_its_importers_what_a_fresh_server_shows() {
    let (mut library, mut deep) = (Made::new(&PARTS), Made::new(&DEEP_PARTS));
    let mut editor = start();
    for (file, text) in files(&library, &deep) {
        editor.write(file, &text);
    }
    for (file, text) in files(&library, &deep) {
        editor.open(file, &text);
    }
    let (mut dice, mut version) = (Dice(11), 1);
    for step in 0..120 {
        let (file, made) = match dice.below(4) {
            0 => (DEEP, &mut deep),
            _ => (LIBRARY, &mut library),
        };
        let part =
            if file == LIBRARY && dice.below(2) == 0 { 2 } else { dice.below(made.parts.len()) };
        let before: usize = (0..part).map(|at| made.part(at).len()).sum();
        let (text, old) = (made.text(), made.part(part));
        made.chosen[part] = dice.below(made.parts[part].len());
        version += 1;
        let (from, to) = (position(&text, before), position(&text, before + old.len()));
        editor.change(&editor.uri(file), version, &[(from, to, made.part(part))]);
        let files = files(&library, &deep);
        let known = shown(&mut editor, &files);
        if step % 3 == 0 {
            let fresh = opened(&files);
            for (known, fresh) in known.iter().zip(&fresh) {
                assert_eq!(
                    known,
                    fresh,
                    "step {step}\n{}\n-- deep --\n{}",
                    library.text(),
                    deep.text()
                );
            }
        }
    }
}

/// A file whose own text stays the same, when an edit of another one changes which hooks reach it:
/// with them what its names mean.
#[test]
fn edits_of_a_library_show_in_files_that_other_hooks_reach_through_it() {
    const MIDDLE: &str = "src/files/middle.hsl";
    const INCLUDE: &str = "include \"low.hsl\";\n";
    const STEP: &str = "function step() { }\n";
    let files = |middle: &str| {
        let texts = [
            ("src/hooks/eod/default.hsl", "import { step } from \"middle.hsl\";\nstep();\n"),
            ("src/hooks/queue/predelivery.hsl", INCLUDE),
            ("src/files/low.hsl", "echo $transaction;\n"),
            (MIDDLE, middle),
        ];
        texts.map(|(file, text)| (file, text.to_owned()))
    };
    let (without, with) = (files(STEP), files(&format!("{INCLUDE}{STEP}")));
    let mut editor = start();
    for (file, text) in &without {
        editor.write(file, text);
    }
    for (file, text) in &without {
        editor.open(file, text);
    }
    let low = |shown: &[String]| shown[2].clone();
    let first = shown(&mut editor, &without);
    assert_eq!(first, opened(&without));
    let middle = editor.uri(MIDDLE);
    editor.change(&middle, 2, &[([0, 0], [0, 0], INCLUDE)]);
    let second = shown(&mut editor, &with);
    assert_eq!(second, opened(&with));
    assert_ne!(low(&first), low(&second), "the hooks do not show in it");
    editor.change(&middle, 3, &[([0, 0], [1, 0], "")]);
    assert_eq!(shown(&mut editor, &without), first);
}
