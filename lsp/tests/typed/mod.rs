//! A document that was edited many times shows what a server shows that has just opened it: findings,
//! tokens and outline.

mod library;

use serde_json::{Value, json};

use crate::editor::Editor;

const HOOK: &str = "src/hooks/eod/default.hsl";

const LIBRARY: &str = "function scaled($n) { return $n * 2; }\n";

const SCRIPT: &str = r##"import { scaled } from "lib.hsl";
$limit = 10;
// Adds one.
function one($n, $by = 1) { return $n + $by; }
function two($n) { if ($n > 2) { $m = one($n); } return one($m, 2); }
function texts($list) { foreach ($list as $k => $text) echo "$k {$text}"; return ["a" => two(1)]; }
function bound() { global $limit; return $limit + scaled(2); }
function made($n) { $f = function ($x) closure ($n) { return $x + $n; }; return $f(two($n)); }
class Box { private $v = 1; function get() { return $this->v; } }
function boxed() { $b = Box(); return $b->get(); }
echo made(1), texts(["x"])["a"], bound(), boxed(), one(1);
"##;

/// What is typed: parts of statements, breaks, and whole definitions.
const TYPED: [&str; 12] = [
    "(",
    "}",
    "\n",
    " $x",
    "one(1, 2, 3);",
    "function one($n) { return \"text\"; }\n",
    "global $limit;",
    "// note\n",
    "class two { }\n",
    "{",
    "sleep(100);",
    "\"",
];

/// What comes between the statements and stays.
const WHOLE: [&str; 4] =
    ["// note\n", "$limit = one(2);\n", "\n", "function more($n) { return two($n, 1); }\n"];

/// Numbers that look like chance, the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }
}

fn start() -> Editor {
    let capabilities = json!({
        "textDocument": { "diagnostic": {}, "publishDiagnostics": { "relatedInformation": true } },
        "general": { "positionEncodings": ["utf-8"] },
    });
    let editor = Editor::start(capabilities);
    editor.write("src/files/lib.hsl", LIBRARY);
    editor
}

/// Line and column of an offset.
fn position(text: &str, offset: usize) -> [u32; 2] {
    let before = &text[..offset];
    let line = before.matches('\n').count() as u32;
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    [line, (offset - start) as u32]
}

/// Everything that is shown of a document, names of folders left out.
fn shown(editor: &mut Editor, uri: &str) -> String {
    let document = json!({ "textDocument": { "uri": uri } });
    let findings = editor.request("textDocument/diagnostic", document.clone());
    let tokens = editor.request("textDocument/semanticTokens/full", document.clone());
    let outline = editor.request("textDocument/documentSymbol", document);
    let all: Value = json!([findings["items"], tokens["data"], outline]);
    all.to_string().replace(&editor.uri(""), "")
}

#[test]
fn an_edited_document_shows_what_a_fresh_one_shows() {
    let mut editor = start();
    let uri = editor.open(HOOK, SCRIPT);
    let (mut text, mut dice, mut version) = (SCRIPT.to_owned(), Dice(7), 1);
    let mut edit = |editor: &mut Editor, text: &mut String, at: usize, end: usize, new: &str| {
        version += 1;
        editor.change(&uri, version, &[(position(text, at), position(text, end), new)]);
        text.replace_range(at..end, new);
        shown(editor, &uri)
    };
    for step in 0..60 {
        let at = dice.below(text.len() + 1);
        let (end, new) = match dice.below(3) {
            0 => ((at + 1 + dice.below(12)).min(text.len()), ""),
            _ => (at, TYPED[dice.below(TYPED.len())]),
        };
        let old = text[at..end].to_owned();
        let broken = edit(&mut editor, &mut text, at, end, new);
        if step % 4 == 0 {
            assert_eq!(broken, opened(&text), "step {step}\n{text}");
        }
        // Of a text that is broken in several places an edited tree may be another one.
        edit(&mut editor, &mut text, at, at + new.len(), &old);
        let starts: Vec<_> = text.match_indices('\n').map(|(at, _)| at + 1).collect();
        let (start, new) = (starts[dice.below(starts.len())], WHOLE[dice.below(WHOLE.len())]);
        let whole = edit(&mut editor, &mut text, start, start, new);
        if step % 4 == 2 {
            assert_eq!(whole, opened(&text), "step {step}\n{text}");
        }
    }
}

/// What a server shows that has just started.
fn opened(text: &str) -> String {
    let mut editor = start();
    let uri = editor.open(HOOK, text);
    shown(&mut editor, &uri)
}
