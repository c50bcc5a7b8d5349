//! What would have been right at a place.

use std::collections::BTreeSet;

use super::probe::Probe;
use crate::language;

/// Tokens that may be named when an expression could as well go on, operators are not worth it.
const AFTER_EXPRESSION: &[&str] = &[")", "]", "}", ";", ",", ":", "=>", "{", "as", "from", "with"];

/// Those of them that are likely behind an open bracket.
fn likely(open: &str) -> &'static [&'static str] {
    match open {
        "(" => &[")", ";", ",", ":", "=>", "as"],
        "[" => &["]", ",", ":", "=>"],
        _ => &["}", ";", ",", ":", "=>", "{"],
    }
}
/// Most alternatives that one message lists.
const MOST: usize = 4;

/// The phrases for what fits behind the probed text, most likely first. `missing` is the token that
/// the parser made up there, `open` the innermost bracket.
pub(super) fn expected(probe: &Probe, missing: Option<&str>, open: &str) -> Vec<String> {
    let set = probe.state().map(tokens).unwrap_or_default();
    let has = |token: &str| set.contains(token);
    let mut phrases: Vec<String> = Vec::new();
    let mut add = |candidates: &[&str]| {
        let fit = candidates.iter().filter(|token| has(token) && probe.accepts(token));
        phrases.extend(fit.map(|token| format!("`{token}`")));
    };
    // A block that ends an expression and one that ends a definition share a state.
    let goes_on = probe.accepts("==");
    if goes_on {
        // States that differ only in what may follow are one state, so its set is too wide.
        let fits = |token: &&&str| probe.accepts(token);
        let mut fit: Vec<_> = likely(open).iter().filter(fits).collect();
        if fit.is_empty() {
            fit = AFTER_EXPRESSION.iter().filter(fits).collect();
        }
        let ends = fit.contains(&&";");
        // Before `}` the `;` may be left out, which is not worth a word.
        let fit = fit.into_iter().filter(|token| !(ends && **token == "}"));
        phrases.extend(fit.map(|token| format!("`{token}`")));
        if phrases.is_empty() && probe.accepts("x") {
            phrases.push("a name".to_owned());
        }
    } else if has("echo") {
        add(&["}"]);
        if phrases.is_empty() {
            phrases.push("a statement".to_owned());
        }
    } else if has("number") && has("isset") {
        add(&[")", "]"]);
        phrases.insert(0, "an expression".to_owned());
    } else if has("constructor") && probe.accepts("constructor") {
        phrases.extend(["a member of the class".to_owned(), "`}`".to_owned()]);
    } else {
        let mixed = has("==");
        let fits = |token: &&str| !mixed || !is_operator(token) && probe.accepts(sample(token));
        let named = set.iter().filter_map(|token| Some((*token, phrase(token)?)));
        phrases.extend(named.filter(|(token, _)| fits(token)).map(|(_, name)| name));
    }
    // What the parser makes up to get on is a guess: it may be any operand or operator.
    let is_guess = goes_on || phrases.first().is_some_and(|first| first == "an expression");
    if let Some(name) = missing.filter(|_| !is_guess).and_then(phrase) {
        phrases.retain(|other| *other != name);
        phrases.insert(0, name);
    }
    phrases.dedup();
    phrases.truncate(MOST);
    phrases
}

/// "`)` or `,`".
pub(super) fn join(phrases: &[String]) -> String {
    match phrases {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

fn tokens(state: u16) -> BTreeSet<&'static str> {
    let language = language();
    let ids = language.lookahead_iterator(state).into_iter().flatten();
    ids.filter_map(|id| language.node_kind_for_id(id)).collect()
}

/// A token as a message names it; none for tokens that only the scanner knows.
fn phrase(token: &str) -> Option<String> {
    Some(match token {
        "identifier" => "a name".to_owned(),
        "variable" => "a variable".to_owned(),
        "\"" | "raw_string_start" => "a string".to_owned(),
        "end" => return None,
        _ if is_internal(token) => return None,
        _ if crate::words::FUTURE.contains(&token) => return None,
        _ => format!("`{token}`"),
    })
}

/// Whether the token joins two operands, or an operand and a part of it.
fn is_operator(token: &str) -> bool {
    let is_mark = token.bytes().all(|byte| byte.is_ascii_punctuation());
    is_mark && !AFTER_EXPRESSION.contains(&token) && token != "(" && token != "["
}

/// A text that is such a token.
fn sample(token: &str) -> &str {
    match token {
        "identifier" => "x",
        "variable" => "$x",
        "raw_string_start" => "''''",
        _ => token,
    }
}

/// Whether a name of the look-ahead set is a node kind or a token of the scanner.
fn is_internal(token: &str) -> bool {
    token.len() > 1
        && token.contains(|c: char| c == '_' || c.is_ascii_lowercase())
        && !crate::words::KEYWORDS.contains(&token)
}
