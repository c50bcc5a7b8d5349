//! The TextMate grammar, for the first paint before semantic tokens arrive.
//!
//! Keywords and operators come from `hsl-syntax`; only the shapes of tokens are written here.

use anyhow::Context;
use hsl_syntax::BinaryOp;
use hsl_syntax::words::{FUTURE, KEYWORDS};
use serde_json::{Value, json};

use super::files::File;

/// Keywords that are values or operators, with the scope that themes know.
pub(super) const CONSTANTS: &[&str] = &["true", "false", "none"];
const OPERATORS: &[&str] = &["and", "or", "not"];
const MODIFIERS: &[&str] = &["private", "readonly", "static"];
const DEFINITIONS: &[&str] = &["function", "class", "constructor", "closure"];

/// `editors/vscode/syntaxes/hsl.tmLanguage.json`.
pub(super) fn file() -> anyhow::Result<File> {
    let text = serde_json::to_string_pretty(&grammar()).context("the grammar is not JSON")?;
    Ok(File { path: "editors/vscode/syntaxes/hsl.tmLanguage.json".into(), text: text + "\n" })
}

fn grammar() -> Value {
    json!({
        "name": "HSL",
        "scopeName": "source.hsl",
        "fileTypes": ["hsl"],
        "patterns": [{ "include": "#code" }],
        "repository": {
            "code": { "patterns": [
                { "include": "#comments" },
                { "include": "#strings" },
                { "include": "#regexps" },
                { "include": "#numbers" },
                { "include": "#definitions" },
                { "include": "#words" },
                { "include": "#variables" },
                { "include": "#calls" },
                { "include": "#operators" },
            ] },
            "comments": { "patterns": [
                { "name": "comment.line.double-slash.hsl", "match": "//.*$" },
                { "name": "comment.line.shebang.hsl", "match": "\\A#!.*$" },
                { "name": "comment.block.hsl", "begin": "/\\*", "end": "\\*/" },
            ] },
            "strings": { "patterns": [quoted(), raw()] },
            "regexps": { "patterns": [{
                "name": "string.regexp.hsl",
                "match": "#/(?:\\\\.|[^\\\\/\\n])*/[imusxUX]*",
            }] },
            "numbers": { "patterns": [{
                "name": "constant.numeric.hsl",
                "match": "\\b(?:0x[0-9A-Fa-f_]+|0o[0-7_]+|0b[01_]+|[0-9][0-9_]*(?:\\.[0-9][0-9_]*)?)\\b",
            }] },
            "definitions": { "patterns": [
                named("\\b(function)\\s+([A-Za-z_]\\w*)", "entity.name.function.hsl"),
                named("\\b(class)\\s+([A-Za-z_]\\w*)", "entity.name.type.class.hsl"),
            ] },
            "words": { "patterns": words() },
            "variables": { "patterns": [
                { "name": "variable.language.this.hsl", "match": "\\$this\\b" },
                { "name": "variable.other.hsl", "match": "\\$[A-Za-z_]\\w*" },
                {
                    "match": "(->)\\s*([A-Za-z_]\\w*)(?=\\s*\\()",
                    "captures": {
                        "1": { "name": "keyword.operator.hsl" },
                        "2": { "name": "entity.name.function.member.hsl" },
                    },
                },
                {
                    "match": "(->)\\s*([A-Za-z_]\\w*)",
                    "captures": {
                        "1": { "name": "keyword.operator.hsl" },
                        "2": { "name": "variable.other.property.hsl" },
                    },
                },
            ] },
            "calls": { "patterns": [
                { "name": "entity.name.function.hsl", "match": "\\b[A-Za-z_]\\w*(?=\\s*\\()" },
                { "name": "entity.name.type.hsl", "match": "\\b[A-Za-z_]\\w*(?=::)" },
            ] },
            "operators": { "patterns": [{ "name": "keyword.operator.hsl", "match": operators() }] },
        },
    })
}

fn quoted() -> Value {
    json!({
        "name": "string.quoted.double.hsl",
        "begin": "\"",
        "end": "\"",
        "patterns": [
            { "name": "constant.character.escape.hsl", "match": "\\\\(?:[\\\\\"$nrt]|x[0-9A-Fa-f]{2})" },
            { "match": "\\\\." },
            { "name": "variable.other.hsl", "match": "\\$(?:[A-Za-z_]\\w*|\\{[A-Za-z_]\\w*\\})" },
        ],
    })
}

fn raw() -> Value {
    json!({ "name": "string.quoted.other.raw.hsl", "begin": "'([!-&(-~]*)'", "end": "'\\1'" })
}

fn named(pattern: &str, scope: &str) -> Value {
    json!({
        "match": pattern,
        "captures": { "1": { "name": "storage.type.hsl" }, "2": { "name": scope } },
    })
}

/// Every keyword and reserved word once, in the group that themes colour alike.
fn words() -> Vec<Value> {
    let special = [CONSTANTS, OPERATORS, MODIFIERS, DEFINITIONS];
    let control = KEYWORDS.iter().copied().filter(|word| !special.iter().any(|s| s.contains(word)));
    let group = |scope: &str, words: Vec<&str>| json!({ "name": scope, "match": one_of(&words) });
    vec![
        group("constant.language.hsl", CONSTANTS.to_vec()),
        group("keyword.operator.word.hsl", OPERATORS.to_vec()),
        group("storage.modifier.hsl", MODIFIERS.to_vec()),
        group("storage.type.hsl", DEFINITIONS.to_vec()),
        group("keyword.control.hsl", control.collect()),
        group("invalid.deprecated.reserved.hsl", FUTURE.to_vec()),
    ]
}

/// Not a member: after `->` and `::` every word is a name.
fn one_of(words: &[&str]) -> String {
    format!("(?<!->|::|\\$)\\b(?:{})\\b", words.join("|"))
}

/// Longest first, so that `===` is one operator.
fn operators() -> String {
    let mut tokens: Vec<&str> = BinaryOp::ALL
        .iter()
        .flat_map(|(_, tokens)| tokens.iter().copied())
        .filter(|token| !token.starts_with(|c: char| c.is_ascii_alphabetic()))
        .chain(["=", "!", "~", "?", ":", "=>", "->", "::", "...", "++", "--"])
        .collect();
    tokens.sort_unstable_by_key(|token| (std::cmp::Reverse(token.len()), *token));
    tokens.dedup();
    let quoted: Vec<_> = tokens.iter().map(|token| quote(token)).collect();
    quoted.join("|")
}

fn quote(token: &str) -> String {
    token.chars().flat_map(|c| ['\\', c]).collect()
}
