//! Words that other languages have.

use diagnostics::Span;

use super::Site;
use crate::ast::span_of;
use crate::errors::SyntaxError;

/// What to do about a word.
enum Advice {
    /// Write this instead.
    Write(&'static str),
    /// Leave it out.
    Remove,
    /// There is no replacement by a word.
    Only,
}

use Advice::{Only, Remove, Write};

/// A word, what to say about it, what to do.
type Entry = (&'static str, &'static str, Advice);

/// Words that begin a statement of another language; here they are plain names, so that the parser
/// stumbles later.
const BEGINNINGS: &[Entry] = &[
    ("elseif", "`elseif` is written `else if`", Write("else if")),
    ("elif", "`elif` is written `else if`", Write("else if")),
    ("elsif", "`elsif` is written `else if`", Write("else if")),
    ("let", "a variable needs no declaration", Remove),
    ("var", "a variable needs no declaration", Remove),
    ("my", "a variable needs no declaration", Remove),
    ("local", "a variable needs no declaration", Remove),
    ("def", "a function begins with `function`", Write("function")),
    ("func", "a function begins with `function`", Write("function")),
    ("fn", "a function begins with `function`", Write("function")),
    ("sub", "a function begins with `function`", Write("function")),
    ("do", "there is no `do` loop; use `while`, or `forever` with `break`", Only),
    ("loop", "`loop` is written `forever`", Write("forever")),
    ("until", "there is no `until`; use `while` with `!`", Only),
    ("unless", "there is no `unless`; use `if` with `!`", Only),
    ("require", "a file is put in place with `include`", Write("include")),
    ("require_once", "a file is put in place with `include_once`", Write("include_once")),
    ("enum", "there are no enumerations; use a class with static variables", Only),
    ("abstract", "there are no abstract classes", Only),
];

/// Words that the parser stumbles over itself.
const OFFENDERS: &[Entry] = &[
    ("new", "an object is made by calling its class, without `new`", Remove),
    ("print", "`print` is written `echo`", Write("echo")),
    ("const", "there are no constants; assign to a variable", Remove),
    ("final", "there is no `final`", Remove),
    ("public", "members are public unless `private` stands before them", Remove),
    ("protected", "there is no `protected`; members are public or `private`", Write("private")),
    ("extends", "there is no inheritance", Only),
    ("interface", "there are no interfaces", Only),
    ("trait", "there are no traits", Only),
    ("namespace", "there are no namespaces; `import * as` names a module", Only),
    ("struct", "there are no structures; use a class or an array", Only),
    ("goto", "there is no `goto`", Only),
    ("finally", "a `try` has one `catch` and no `finally`", Only),
    ("export", "whatever a file defines can be imported, without `export`", Remove),
    ("this", "the object is `$this`", Write("$this")),
    ("self", "the class is `static`", Write("static")),
    ("lambda", "a function value is written `function (…) { … }`", Only),
    ("instanceof", "there is no `instanceof`", Only),
    ("is", "`is` is written `===`", Write("===")),
    ("xor", "there is no `xor`; compare two booleans with `!=`", Only),
    ("eq", "`eq` is written `==`", Write("==")),
    ("ne", "`ne` is written `!=`", Write("!=")),
    ("mod", "`mod` is written `%`", Write("%")),
    ("then", "there is no `then`; the statement follows the `)`", Only),
];

/// Tokens behind which a statement begins.
const BOUNDARIES: &[&[u8]] = &[b"", b";", b"{", b"}", b")", b":", b"else"];
/// So many tokens before the offending one may belong to its statement.
const REACH: usize = 64;

/// A statement that began with a word of another language.
pub(super) fn beginning(site: &Site<'_, '_>) -> Option<SyntaxError> {
    if site.token(0) == b")" && site.rest().starts_with(b"=>") {
        return Some(arrow(site));
    }
    foreign(site).or_else(|| nameless(site))
}

/// The word that began the statement, if it is one of [`BEGINNINGS`].
fn foreign(site: &Site<'_, '_>) -> Option<SyntaxError> {
    let mut depth = 0usize;
    for back in 0..REACH.min(site.before.len()) {
        let token = site.token(back);
        match token {
            b")" | b"]" => depth += 1,
            b"(" | b"[" => depth = depth.checked_sub(1)?,
            b";" | b"{" | b"}" if depth == 0 => return None,
            _ if depth > 0 || !BOUNDARIES.contains(&site.token(back + 1)) => {}
            _ => {
                let word = BEGINNINGS.iter().find(|(word, ..)| word.as_bytes() == token);
                if let (Some(entry), Some(leaf)) = (word, site.leaf(back)) {
                    return Some(advise(site, entry, span_of(leaf)));
                }
            }
        }
    }
    None
}

/// `(…) => …`
fn arrow(site: &Site<'_, '_>) -> SyntaxError {
    let span = Span::new(site.at(), site.at() + 2);
    let message = "there are no arrow functions; write `function (…) { return …; }`";
    SyntaxError::new(span, message)
}

/// `function (…) { … }` as a statement: its name is missing.
fn nameless(site: &Site<'_, '_>) -> Option<SyntaxError> {
    let block = site.leaf(0)?.parent().filter(|node| node.kind() == "block")?;
    let function = block.parent().filter(|node| node.kind() == "function_expression")?;
    let start = function.start_byte();
    let previous = site.before.iter().rev().find(|leaf| leaf.start_byte() < start);
    let begins = previous.is_none_or(|leaf| BOUNDARIES.contains(&&site.text[leaf.byte_range()]));
    let open = function.child_by_field_name("parameters").filter(|_| begins)?.start_byte();
    let span = Span::new(open, open + 1);
    Some(SyntaxError::new(span, "a function that is a statement needs a name"))
}

/// A word that fits nowhere.
pub(super) fn offending(site: &Site<'_, '_>) -> Option<SyntaxError> {
    let word = site.found.word.as_deref()?;
    if site.wants("a name") {
        return None;
    }
    let span = site.found.span;
    match word {
        _ if site.token(0) == b"import" && site.wants("a variable") => {
            let message = format!("names are imported in braces: `import {{ {word} }} from …`");
            Some(SyntaxError::new(span, message).fix(span, &format!("{{ {word} }}")))
        }
        "use" if site.token(0) == b")" => {
            let message = "captured variables are listed behind `closure`";
            Some(SyntaxError::new(span, message).fix(span, "closure"))
        }
        "use" => Some(SyntaxError::new(span, "a file is used with `import` or `include`")),
        "in" | "of" if site.wants("`as`") => {
            let message = "the array comes first: `foreach ($array as $item)`";
            Some(SyntaxError::new(span, message))
        }
        "in" | "of" => Some(SyntaxError::new(
            span,
            "a `for` loop counts; walk over an array with `foreach ($array as $item)`",
        )),
        "else" if site.wants("a statement") || site.wants("`}`") => {
            Some(SyntaxError::new(span, "this `else` follows no `if`"))
        }
        "case" | "default" if site.wants("a statement") || site.wants("`}`") => {
            Some(SyntaxError::new(span, format!("`{word}` stands only in a `switch`")))
        }
        "case" if site.wants("an expression") => {
            let message = "the arms of a `match` begin without `case`";
            Some(SyntaxError::new(span, message).fix(site.with_space(span), ""))
        }
        "constructor" if site.wants("`function`") => {
            Some(SyntaxError::new(span, "a constructor takes no modifiers"))
        }
        "if" if site.wants("`;`") => {
            Some(SyntaxError::new(span, "a condition stands before its statement: `if (…) …`"))
        }
        "var" if site.wants("a member of the class") => {
            let message = "the variables of a class are listed without `var`";
            Some(SyntaxError::new(span, message).fix(site.with_space(span), ""))
        }
        _ if site.wants("a member of the class") && !known(word) => Some(member(site, span)),
        _ if site.wants("a variable") => Some(no_dollar(site, word, span)),
        _ => {
            let entry = OFFENDERS.iter().find(|(known, ..)| *known == word)?;
            Some(advise(site, entry, span))
        }
    }
}

fn known(word: &str) -> bool {
    OFFENDERS.iter().any(|(known, ..)| *known == word) || crate::words::is_reserved(word)
}

/// A name in the place of a member.
fn member(site: &Site<'_, '_>, span: Span) -> SyntaxError {
    let at = Span::new(site.at(), site.at());
    match site.behind().first() {
        Some(b'(') => SyntaxError::new(span, "a function of a class begins with `function`")
            .fix(at, "function "),
        Some(b'=' | b';') => {
            SyntaxError::new(span, "a variable of a class begins with `$`").fix(at, "$")
        }
        _ => SyntaxError::new(
            span,
            "expected a member of the class: `$name = …;`, `function name() { … }` or `constructor`",
        ),
    }
}

/// A name where only a variable can stand: the `$` is missing, or a type stands before it.
fn no_dollar(site: &Site<'_, '_>, word: &str, span: Span) -> SyntaxError {
    if site.behind().starts_with(b"$") {
        return SyntaxError::new(span, format!("variables have no types; leave out `{word}`"))
            .fix(site.with_space(span), "");
    }
    let error = SyntaxError::new(span, format!("expected a variable, found `{word}`"));
    match crate::words::is_reserved(word) {
        true => error,
        false => error
            .help("the name of a variable begins with `$`")
            .fix(Span::new(site.at(), site.at()), "$"),
    }
}

fn advise(site: &Site<'_, '_>, (_, message, advice): &Entry, span: Span) -> SyntaxError {
    let error = SyntaxError::new(span, *message);
    match advice {
        Write(text) => error.fix(span, text),
        Remove => error.fix(site.with_space(span), ""),
        Only => error,
    }
}
