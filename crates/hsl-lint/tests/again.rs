//! An analysis that remembers earlier ones answers what a fresh one answers, whatever was typed in
//! between: program, facts, types and findings. So does one that takes what the analysis of another
//! document has found out, and a graph that follows another one.

use std::fmt::Debug;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hsl_analysis::hir::ExprId;
use hsl_analysis::types::{Callers, infer};
use hsl_analysis::{Memory, MemorySources, Pool, Remembered, Resolved, Unit, analyze};
use hsl_decl::{Hook, HookSet};
use hsl_graph::{Graph, Input, Role, Shelf};
use proptest::prelude::*;
use proptest::sample::Index;

/// Name of the file that is typed.
const MAIN: &str = "main.hsl";

/// Functions that name each other, closures, classes, variables of the module.
const CALLS: &str = r##"import { scaled } from "lib.hsl";
$limit = 10;
// Adds one.
function one($n, $by = 1) { return $n + $by; }
function two($n) { if ($n > 2) { $m = one($n); } return one($m, 2); }
function texts($list) { foreach ($list as $key => $text) echo "$key {$text}"; return ["a" => two(1)]; }
function bound() { global $limit; return $limit + scaled(2); }
function again($n) { return $n <= 0 ? none : again($n - 1); }
function made($n) { $f = function ($x) closure ($n) { return $x + $n; }; return $f(two($n)); }
function steps() { yield 1; yield 2; }
class Box { private $v = 1; function get() { return $this->v; } }
function boxed() { $b = Box(); return $b->get(); }
function unused($a, $b) { $a = 1; return $c; }
foreach (steps() as $step) echo one($step);
echo made(1), texts(["x"])["a"], again(3), bound(), boxed();
"##;

/// Functions of which something is another thing in another hook.
const HOOKED: &str = r##"
function verdict($x) { if ($x == 3) Reject("no $x"); Accept(); }
function waits($url) { return http($url, ["timeout" => 99]); }
function endless($url) { return http($url); }
function text() { $list = ["192.0.2.1", "example.com"]; return $list[0]; }
function mail($m) { $m->addHeader("X Y", "a"); return $m->snapshot(); }
function more() { return EODMailMessage; }
function meta($key) { SetMetaData(["key" => $key]); return GetMetaData(); }
function known($name) { return json_decode($name) ?? waits($name); }
echo known("x"), text();
"##;

const LIBRARY: &str = "function scaled($n) { return $n * 2; }\n";

/// What is typed and pasted.
const WORDS: [&str; 24] = [
    "(",
    ")",
    "{",
    "}",
    "\n",
    " ",
    ";",
    "\"",
    "$",
    "x",
    "1",
    ",",
    "return none;\n",
    "one(1, 2, 3);",
    "function one($n) { return \"text\"; }\n",
    "global $limit;",
    "echo $m;\n",
    "// note\n",
    "if ($n) { ",
    "class two { }\n",
    "closure ($n)",
    "$x == \"1\"",
    "sleep(100);",
    "include \"lib.hsl\";",
];

fn same<T: Debug>(again: &T, fresh: &T, what: &str, text: &str) {
    let (again, fresh) = (format!("{again:?}"), format!("{fresh:?}"));
    if again != fresh {
        let at = again.bytes().zip(fresh.bytes()).take_while(|(a, b)| a == b).count();
        let near = |s: &str| {
            let bytes = &s.as_bytes()[at.saturating_sub(200)..(at + 200).min(s.len())];
            String::from_utf8_lossy(bytes).into_owned()
        };
        panic!("{what}: {}\n-- fresh --\n{}\n-- text --\n{text}", near(&again), near(&fresh));
    }
}

fn compare(text: &str, memory: &Arc<Memory>, unit: &Unit<'_>) {
    compare_with(text, LIBRARY, memory, unit);
}

fn compare_with(text: &str, library: &str, memory: &Arc<Memory>, unit: &Unit<'_>) {
    let analyzed = |memory| {
        let files = MemorySources::new().with(MAIN, text).with("lib.hsl", library);
        match memory {
            Some(memory) => analyze(&Remembered { sources: &files, memory }, MAIN, unit),
            None => analyze(&files, MAIN, unit),
        }
    };
    let (again, fresh) = (analyzed(Some(Arc::clone(memory))), analyzed(None));
    let parts = |r: &Resolved| {
        let p = &r.program;
        let exprs: Vec<_> = p.exprs.iter().map(|e| (e.at, format!("{:.200?}", e.kind))).collect();
        (p.modules.clone(), p.functions.clone(), p.classes.clone(), p.globals.clone(), exprs)
    };
    same(&again.diagnostics, &fresh.diagnostics, "findings", text);
    same(&parts(&again), &parts(&fresh), "program", text);
    same(&again.facts.symbols, &fresh.facts.symbols, "symbols", text);
    same(&again.facts.scopes, &fresh.facts.scopes, "scopes", text);
    let places =
        |r: &Resolved| r.facts.references.iter().map(|r| (r.at, r.access)).collect::<Vec<_>>();
    same(&places(&again), &places(&fresh), "references", text);
    let types = |r: &Resolved| {
        let types = infer(&r.program, unit, Callers::Unknown);
        let ids = (0..r.program.exprs.len()).map(|at| ExprId(at as u32));
        let of: Vec<_> = ids.map(|id| (types.of(id).cloned(), types.undefined(id))).collect();
        of
    };
    same(&types(&again), &types(&fresh), "types", text);
    same(&hsl_lint::lint(&again, unit), &hsl_lint::lint(&fresh, unit), "advice", text);
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Scripts as servers have them, the longest first.
fn policies() -> Vec<String> {
    let mut found = Vec::new();
    let mut open =
        vec![repository().join("examples"), repository().join("crates/hsl-lint/tests/policies")];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|ending| ending == "hsl") {
                found.extend(std::fs::read_to_string(path));
            }
        }
    }
    found.sort_by_key(|text| std::cmp::Reverse(text.len()));
    found.truncate(12);
    found
}

#[derive(Clone, Debug)]
enum Edit {
    Type(Index, Index),
    Delete(Index, u8),
    Paste(Index, Index, Index),
    Undo,
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let index = any::<Index>;
    let edit = prop_oneof![
        4 => (index(), index()).prop_map(|(at, word)| Edit::Type(at, word)),
        2 => (index(), 1..30u8).prop_map(|(at, length)| Edit::Delete(at, length)),
        1 => (index(), index(), index()).prop_map(|(at, from, to)| Edit::Paste(at, from, to)),
        3 => Just(Edit::Undo),
    ];
    prop::collection::vec(edit, 1..12)
}

/// Where a character begins.
fn place(text: &str, at: Index) -> usize {
    text.floor_char_boundary(at.index(text.len() + 1))
}

fn edited(text: &str, edit: &Edit) -> String {
    let (start, end, new) = match edit {
        Edit::Type(at, word) => (place(text, *at), place(text, *at), *word.get(&WORDS)),
        Edit::Delete(at, length) => {
            let start = place(text, *at);
            let end = text.floor_char_boundary((start + *length as usize).min(text.len()));
            (start, end.max(start), "")
        }
        Edit::Paste(at, from, to) => {
            let (from, to) = (place(text, *from), place(text, *to));
            let (first, last) = (from.min(to), from.max(to));
            let last = text.floor_char_boundary(last.min(first + 400));
            (place(text, *at), place(text, *at), &text[first..last])
        }
        Edit::Undo => return text.to_owned(),
    };
    format!("{}{new}{}", &text[..start], &text[end..])
}

fn type_all(text: &str, edits: &[Edit], hook: Option<Hook>) {
    let memory = Arc::new(Memory::default());
    let unit = Unit::new(hook, mta_hooks::catalog());
    let mut texts = vec![text.to_owned()];
    compare(text, &memory, &unit);
    for edit in edits {
        let now = match edit {
            Edit::Undo if texts.len() > 1 => {
                texts.pop();
                texts[texts.len() - 1].clone()
            }
            edit => {
                texts.push(edited(&texts[texts.len() - 1], edit));
                texts[texts.len() - 1].clone()
            }
        };
        compare(&now, &memory, &unit);
    }
}

/// Types in turn in two scripts and in the library of both.
fn type_in_turn(edits: &[Edit]) {
    let pool = Arc::new(Pool::default());
    let memories = [0, 1].map(|_| Arc::new(Memory::sharing(Arc::clone(&pool))));
    let units = [None, Some(Hook::Eod)].map(|hook| Unit::new(hook, mta_hooks::catalog()));
    let library = format!("{LIBRARY}{}", CALLS.replace("import", "// import"));
    let mut texts = [CALLS.to_owned(), CALLS.replace("two", "zwei"), library];
    for (at, edit) in edits.iter().enumerate() {
        let text = &mut texts[at % 3];
        *text = edited(text, edit);
        for (memory, text) in memories.iter().zip(&texts[..2]) {
            units.iter().for_each(|unit| compare_with(text, &texts[2], memory, unit));
        }
    }
}

/// The graph of a script and its library.
fn graph(before: Option<&Graph>, texts: &[String; 2]) -> Graph {
    graph_on(Shelf::new(1 << 20), before, texts)
}

fn graph_on(shelf: Arc<Shelf>, before: Option<&Graph>, texts: &[String; 2]) -> Graph {
    let files = [(MAIN, Role::Program), ("lib.hsl", Role::Library)];
    let input = |((name, role), text): ((&str, Role), &String)| Input {
        name: name.into(),
        text: text.as_bytes().into(),
        parse: None,
        tree: None,
        role,
        catalog: mta_hooks::catalog(),
    };
    let sources = MemorySources::new().with(MAIN, &texts[0]).with("lib.hsl", &texts[1]);
    let inputs = files.into_iter().zip(texts).map(input).collect();
    Graph::new(before, inputs, Arc::new(sources), shelf)
}

/// Types in turn in a script and its library.
fn type_in_graph(edits: &[Edit]) {
    let mut texts =
        [CALLS.to_owned(), format!("{LIBRARY}{}", CALLS.replace("import", "// import"))];
    let mut known = graph(None, &texts);
    for (at, edit) in edits.iter().enumerate() {
        let text = &mut texts[at % 2];
        *text = edited(text, edit);
        known = graph(Some(&known), &texts);
        compare_graphs(&known, &graph(None, &texts), &texts);
    }
}

fn compare_graphs(known: &Graph, fresh: &Graph, texts: &[String; 2]) {
    for ((_, known), (_, fresh)) in known.scripts().zip(fresh.scripts()) {
        same(&known.facts, &fresh.facts, "facts", &texts.concat());
        same(&known.edges, &fresh.edges, "edges", &texts.concat());
        same(&known.names, &fresh.names, "names", &texts.concat());
        same(&known.keys, &fresh.keys, "keys", &texts.concat());
    }
    let findings = |graph| hsl_lint::lint_project(graph, mta_hooks::catalog());
    same(&findings(known), &findings(fresh), "findings", &texts.concat());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn typing_in_documents_that_share_what_they_find_out(edits in edits()) {
        type_in_turn(&edits);
    }

    #[test]
    fn typing_in_a_graph(edits in edits()) {
        type_in_graph(&edits);
    }
}

/// Findings about a function that stays the same, when something else decides about them: an analysis
/// that remembers the first library answers for the second one what a fresh one answers.
fn findings_follow(text: &str, libraries: [&str; 2], rule: &str) {
    let memory = Arc::new(Memory::default());
    let unit = Unit::new(Some(Hook::Eod), mta_hooks::catalog());
    let found = |library| {
        let files = MemorySources::new().with(MAIN, text).with("lib.hsl", library);
        let findings = hsl_lint::lint(&analyze(&files, MAIN, &unit), &unit);
        findings.iter().filter(|finding| finding.code.id == rule).count()
    };
    let [first, second] = libraries;
    assert_ne!(found(first), found(second), "{rule} does not depend on the library:\n{text}");
    // There and back: what is kept of either must not answer for the other.
    for library in [first, second, first] {
        compare_with(text, library, &memory, &unit);
    }
}

#[test]
fn findings_follow_the_members_of_classes_in_a_library() {
    let text = "import * as lib from \"lib.hsl\";\n\
        function mark($mail) { $mail->addHeader(\"X Y\", \"a\"); }\n\
        mark($arguments[\"mail\"]);\n";
    let own = "class Own { function addHeader($name, $value) { return $name . $value; } }\n";
    findings_follow(text, ["class Own { }\n", own], "HSL5008");
}

#[test]
fn findings_follow_what_a_library_reads_from_outside() {
    let text = "import { subject } from \"lib.hsl\";\n\
        function tried($text) { return $text =~ #/^.*,.*,.*,x$/; }\n\
        echo tried(subject());\n";
    let outside = "function subject() { global $arguments; \
        return $arguments[\"mail\"]->getHeader(\"Subject\") ?? \"\"; }\n";
    findings_follow(text, ["function subject() { return \"plain\"; }\n", outside], "HSL4003");
}

/// What a hook has found out about a function holds in another one, or is not taken.
#[test]
fn hooks_share_what_holds_in_all_of_them() {
    let memory = Arc::new(Memory::lasting());
    let catalog = mta_hooks::catalog();
    let hooks = [None].into_iter().chain(Hook::ALL.map(Some));
    let mut units: Vec<_> = hooks.map(|hook| Unit::new(hook, catalog)).collect();
    units.push(Unit::library(catalog));
    units.push(Unit::reached_from(catalog, HookSet::of(&[Hook::Eod])));
    let policies = policies();
    for text in policies.iter().map(String::as_str).chain([CALLS, HOOKED]) {
        units.iter().for_each(|unit| compare_with(text, HOOKED, &memory, unit));
    }
    let texts = [CALLS.to_owned(), HOOKED.to_owned()];
    let fresh = graph_on(Shelf::new(usize::MAX), None, &texts);
    let known = graph_on(Shelf::knowing(memory), None, &texts);
    compare_graphs(&known, &fresh, &texts);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn typing_in_functions_that_name_each_other(edits in edits()) {
        type_all(CALLS, &edits, None);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn typing_in_policies(which in any::<Index>(), edits in edits()) {
        let policies = policies();
        type_all(policies[which.index(policies.len())].as_str(), &edits, Some(Hook::Eod));
    }
}
