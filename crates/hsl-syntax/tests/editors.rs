//! The queries that are shipped for editors: every pattern of them matches, and no capture has a name
//! that its editor does not know.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use hsl_syntax::tree_sitter::{Query, QueryCursor, StreamingIterator as _};

/// A script with everything that a query names.
const SCRIPT: &str = r##"#!/usr/bin/env hsh
// Everything.
import { a, b as c } from "lib.hsl";
import * as lib from "lib.hsl";
import $data from "data.json";
include "part.hsl";
include_once "part.hsl";
class Box {
    $size = 1;
    private static $count = 0;
    readonly $kept = none;
    constructor($size, ...$rest) { $this->size = $size; }
    private static function make() { return Box(1); }
    function get($x) { return $this->size; }
}
function f($n, $rest = [1, 2]) {
    global $data;
    [$first, ...$others] = $rest;
    ["key" => $value] = $data;
    foreach ($rest as $k => $v) { if ($v > $n and not $k or true) continue; else break; }
    while (false) { } for ($i = 0; $i < 3; $i++) { $i -= 1; } forever { break; }
    switch ($n) { case 1: break; default: echo "a\n $n {$n}"; }
    try { throw "x"; } catch ($error) { }
    return $n =~ #/^(?<x>a+)$/i ? f(1) : match ($n) { 1 => "raw", default => ''two'' };
}
$g = function ($x) closure ($data) { yield $x; };
barrier "lock" => $shared { echo cache ["ttl" => 1] f(1); }
isset($data["x"]); unset($data["x"]); array("a");
lib::f(1); Box::make(); $box = Box(2); $box->get(1); builtin length("a");
echo (1 + 2 - 3 * 4 / 5 % 6 ** 7 . "x") ?? none;
$a = 1 << 2 >> 3 >>> 4 & 5 | 6 ^ ~7; $a ??= !$b; $a .= "x"; $a += 1; --$a;
Accept();
"##;

/// The captures that Helix documents (indentation, injections, locals, text objects).
const HELIX: &[&str] = &[
    "indent",
    "outdent",
    "injection.content",
    "local.scope",
    "local.reference",
    "local.definition.",
    "function.around",
    "function.inside",
    "class.around",
    "class.inside",
    "parameter.around",
    "parameter.inside",
    "comment.around",
    "comment.inside",
];

/// The captures that Zed documents (brackets, indentation, injections, outlines, text objects).
const ZED: &[&str] = &[
    "open",
    "close",
    "indent",
    "end",
    "injection.content",
    "item",
    "name",
    "context",
    "function.around",
    "function.inside",
    "class.around",
    "class.inside",
    "comment.around",
    "comment.inside",
];

/// The patterns of a query that match nothing, by their first line, and its captures.
fn looked_at(path: &Path) -> (Vec<String>, BTreeSet<String>) {
    let text = fs::read_to_string(path).expect("a query");
    let query = Query::new(hsl_syntax::language(), &text).expect("a query that fits the grammar");
    let parse = hsl_syntax::parse(SCRIPT.as_bytes().to_vec());
    assert!(parse.errors.is_empty(), "{:?}", parse.errors);
    let mut matched = vec![false; query.pattern_count()];
    let mut cursor = QueryCursor::new();
    let mut matches = cursor.matches(&query, parse.tree.root_node(), SCRIPT.as_bytes());
    while let Some(found) = matches.next() {
        matched[found.pattern_index] = true;
    }
    let line = |pattern: usize| {
        let start = query.start_byte_for_pattern(pattern);
        text[start..].lines().next().unwrap_or_default().to_owned()
    };
    let unmatched = (0..matched.len()).filter(|pattern| !matched[*pattern]).map(line).collect();
    (unmatched, query.capture_names().iter().map(|name| (*name).to_owned()).collect())
}

#[track_caller]
fn check(folder: &str, known: &[&str]) {
    let editors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../editors").join(folder);
    let mut count = 0;
    for entry in fs::read_dir(editors).expect(folder).flatten() {
        let path = entry.path();
        if path.extension().is_none_or(|extension| extension != "scm") {
            continue;
        }
        count += 1;
        let (unmatched, captures) = looked_at(&path);
        assert!(unmatched.is_empty(), "{}: {unmatched:#?}", path.display());
        // Themes name colours freely and fall back from `a.b` to `a`.
        let is_highlights = path.file_stem().is_some_and(|stem| stem == "highlights");
        let is_known = |name: &String| {
            known
                .iter()
                .any(|known| name == known || (known.ends_with('.') && name.starts_with(known)))
        };
        let unknown: Vec<_> = captures
            .iter()
            .filter(|name| !is_highlights && !known.is_empty() && !is_known(name))
            .collect();
        assert!(unknown.is_empty(), "{}: {unknown:?}", path.display());
    }
    assert!(count >= 5, "{folder}");
}

#[test]
fn queries_of_neovim_match() {
    check("neovim/queries/hsl", &[]);
}

#[test]
fn queries_of_helix_match_with_its_names() {
    check("helix/queries/hsl", HELIX);
}

#[test]
fn queries_of_zed_match_with_its_names() {
    check("zed/languages/hsl", ZED);
}
