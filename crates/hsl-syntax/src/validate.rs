//! Rules that a tree without ERROR can break: number forms, literals without end, and orders that
//! the grammar leaves open so that broken text keeps its shape.

use diagnostics::Span;
use tree_sitter::Node;

use crate::ast::{
    ArrayPattern, AstNode, DataImport, IncludeStatement, MissingOperand, NamespaceImport, Number,
    Pattern, RawString, RawStringOrStringLiteral, Regex, SourceFile, StringLiteral, SwitchBody,
    SwitchBodyItem, SwitchStatement, SymbolImport, span_of,
};
use crate::errors::SyntaxError;
use crate::language::KindName as _;
use crate::literals::{NumberFault, checked_number};
use crate::sound::Sound;

/// Children that are searched through for the one around a byte; more of them are walked over, as
/// the search begins with the first one each time.
const FEW_CHILDREN: usize = 32;

/// What a walk over the suspects finds.
#[derive(Debug, Default)]
pub(crate) struct Checked {
    /// Broken rules, in the order of the text.
    pub(crate) errors: Vec<SyntaxError>,
    /// Whether an operator lacks its operand.
    pub(crate) lacks_operand: bool,
}

/// Every broken rule below a node.
///
/// Each rule can only be broken by a node around certain bytes, which most of a text does not hold:
/// only nodes that hold one are looked at, and none in statements that are known to be sound.
pub(crate) fn validate(root: Node<'_>, text: &[u8], sound: &Sound) -> Checked {
    let mut found = Checked::default();
    let search = Search { text, follows_grammar: !root.has_error() };
    let mut suspect = search.from(0);
    let mut cursor = root.walk();
    let mut depth = 0;
    // Patterns are told by their last bracket, so that everything in them is looked at.
    let mut pattern_end = 0;
    loop {
        let node = cursor.node();
        let is_sound = depth == 1 && sound.has(node);
        if !is_sound && suspect.is_some_and(|at| at < node.start_byte()) {
            suspect = search.from(node.start_byte());
        }
        let Some(at) = suspect else { return found };
        let in_pattern = node.start_byte() < pattern_end;
        if !is_sound && (at < node.end_byte() || in_pattern) {
            if node.is_named() && !node.is_missing() {
                found.lacks_operand |= lacks_operand(node);
                found.errors.extend(check(node, text));
                if found.errors.len() >= SyntaxError::LIMIT {
                    return found;
                }
            }
            if node.kind_id() == ArrayPattern::KIND {
                pattern_end = pattern_end.max(node.end_byte());
            }
            let all = node.child_count() as usize > FEW_CHILDREN || node.start_byte() < pattern_end;
            let inside = match all {
                true => cursor.goto_first_child(),
                false => cursor.goto_first_child_for_byte(at).is_some(),
            };
            if inside {
                depth += 1;
                continue;
            }
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return found;
            }
            depth -= 1;
        }
    }
}

/// The search for bytes around which a rule may be broken.
struct Search<'t> {
    text: &'t [u8],
    /// Whether the tree has no ERROR: then a pattern has its last bracket, and a raw string that is
    /// never closed reaches the end.
    follows_grammar: bool,
}

impl Search<'_> {
    /// The first suspect byte at an offset or behind it.
    fn from(&self, from: usize) -> Option<usize> {
        // A string or comment without end reaches the end of the text.
        let last = self.text.len().checked_sub(1).filter(|last| from <= *last)?;
        // The table answers for most bytes, as all of a text is looked at.
        let candidates = self.text[from..last].iter().enumerate();
        let mut candidates = candidates.filter(|(_, byte)| SUSPECTS[usize::from(**byte)]);
        let found = candidates.find(|(at, _)| self.is_suspect(from + at));
        Some(found.map_or(last, |(at, _)| from + at))
    }

    /// Whether a node that breaks a rule may hold this byte; each such node holds one.
    fn is_suspect(&self, at: usize) -> bool {
        let next = self.text.get(at + 1).copied().unwrap_or_default();
        let begins = |word: &[u8]| self.text[at..].starts_with(word);
        let is_rule = match self.text[at] {
            b'0'..=b'9' => next.is_ascii_alphabetic() || next == b'.' || next == b'_',
            b'#' => next == b'/' || next == b'!',
            b's' => next == b'w' && begins(b"switch"),
            b'i' => (next == b'm' && begins(b"import")) || (next == b'n' && begins(b"include")),
            b']' => self.may_end_pattern(at),
            b'=' => !self.follows_grammar && next == b'>',
            b'.' => !self.follows_grammar && begins(b"..."),
            b'\'' => !self.follows_grammar,
            _ => false,
        };
        is_rule || may_lack_operand(self.text, at, next)
    }

    /// Whether the bracket may end the targets of an assignment.
    fn may_end_pattern(&self, at: usize) -> bool {
        match self.text[at + 1..].trim_ascii_start() {
            [b'=', b'=' | b'>', ..] => false,
            // Behind a comment may stand anything.
            [b'=' | b'/', ..] => true,
            _ => false,
        }
    }
}

/// Bytes that end an operator or begin something that can break a rule.
static SUSPECTS: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = ends_operator(byte as u8) || begins_any(byte as u8);
        byte += 1;
    }
    table
};

/// Whether something that can break a rule may begin with this byte.
const fn begins_any(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b'\'' | b'#' | b'=' | b'.' | b's' | b'i' | b']')
}

/// Whether an operator with an operand behind it may end with this byte.
const fn ends_operator(byte: u8) -> bool {
    match byte {
        b'$' | b'"' | b'\'' | b'#' | b'(' | b')' | b'[' | b']' | b'{' | b'}' => false,
        b';' | b',' | b'@' | b'\\' | b'_' | b'`' => false,
        b'r' | b'd' | b't' => true,
        byte => byte.is_ascii_punctuation(),
    }
}

/// Whether no operand may follow the operator that ends here: a mark, a comment or the end does.
fn may_lack_operand(text: &[u8], at: usize, next: u8) -> bool {
    let word = |word: &[u8]| text[..=at].ends_with(word);
    let is_operator = match text[at] {
        b'r' => !next.is_ascii_alphanumeric() && word(b"or"),
        b'd' => !next.is_ascii_alphanumeric() && word(b"and"),
        b't' => !next.is_ascii_alphanumeric() && word(b"not"),
        // A comment begins, and no operator ends.
        b'/' if next == b'/' || next == b'*' => false,
        byte => ends_operator(byte) && !byte.is_ascii_alphabetic(),
    };
    let rest = || text[at + 1..].trim_ascii_start();
    is_operator && rest().first().is_none_or(|next| b";)]},/".contains(next))
}

fn check(node: Node<'_>, text: &[u8]) -> Option<SyntaxError> {
    match node.kind_id() {
        Number::KIND => number(node, text),
        StringLiteral::KIND => string(node, text),
        RawString::KIND => raw_string(RawString::cast(node)?, text),
        Regex::KIND => regex(node, text),
        SwitchStatement::KIND => switch_body(SwitchStatement::cast(node)?.body()?),
        ArrayPattern::KIND => array_pattern(ArrayPattern::cast(node)?),
        IncludeStatement::KIND => path(IncludeStatement::cast(node)?.path()),
        SymbolImport::KIND => path(SymbolImport::cast(node)?.path()),
        NamespaceImport::KIND => path(NamespaceImport::cast(node)?.path()),
        DataImport::KIND => path(DataImport::cast(node)?.path()),
        SourceFile::KIND => shebang(SourceFile::cast(node)?),
        _ if node.kind_name() == "comment" => comment(node, text),
        _ => None,
    }
}

/// Whether the last part is what stands for a missing operand.
fn lacks_operand(node: Node<'_>) -> bool {
    let last = node.child_count().checked_sub(1).and_then(|last| node.child(last));
    last.is_some_and(|last| last.kind_id() == MissingOperand::KIND)
}

fn number(node: Node<'_>, text: &[u8]) -> Option<SyntaxError> {
    let fault = checked_number(&text[node.byte_range()]).err()?;
    let message = match fault {
        NumberFault::Points => {
            "a number has one decimal point at most; put spaces around `.` to join texts".to_owned()
        }
        NumberFault::Underscore => "`_` must stand between two digits of a number".to_owned(),
        NumberFault::Empty => "a number needs digits behind its prefix".to_owned(),
        NumberFault::Digit(at) if is_exponent(&text[node.byte_range()], at) => {
            "numbers have no exponent; write the digits, or use `**`".to_owned()
        }
        NumberFault::Digit(at) => {
            let byte = char::from(text[node.start_byte() + at]);
            format!("`{byte}` does not belong in a number")
        }
    };
    Some(SyntaxError::new(span_of(node), message))
}

/// Whether the byte at `at` would begin an exponent in other languages.
fn is_exponent(number: &[u8], at: usize) -> bool {
    let behind = number.get(at + 1..).unwrap_or_default();
    let digits = number.get(..at).unwrap_or_default();
    number[at].eq_ignore_ascii_case(&b'e')
        && digits.iter().all(|byte| byte.is_ascii_digit() || b"._".contains(byte))
        && behind.iter().all(u8::is_ascii_digit)
}

fn unclosed(node: Node<'_>, text: &[u8], opening: usize, what: &str) -> SyntaxError {
    let start = node.start_byte();
    SyntaxError::unclosed(text, start, node.end_byte(), format!("this {what} is never closed"))
        .label(Span::new(start, start + opening), "opened here")
}

fn string(node: Node<'_>, text: &[u8]) -> Option<SyntaxError> {
    let last = node.child(node.child_count().checked_sub(1)?)?;
    let closed = last.kind() == "\"" && last.start_byte() > node.start_byte() && !last.is_missing();
    let reaches_end = node.end_byte() == text.len();
    (!closed && reaches_end).then(|| unclosed(node, text, 1, "string"))
}

fn raw_string(raw: RawString<'_>, text: &[u8]) -> Option<SyntaxError> {
    let node = raw.syntax();
    let opening = raw.open()?.syntax();
    let closed = raw.close().is_some_and(|close| !close.text(text).is_empty());
    (!closed).then(|| {
        let delimiter = String::from_utf8_lossy(&text[opening.byte_range()]).into_owned();
        let message = "this raw string is never closed".to_owned();
        let error = SyntaxError::unclosed(text, node.start_byte(), node.end_byte(), message);
        let error =
            error.label(span_of(opening), format!("opened here; only `{delimiter}` ends it"));
        match delimiter.trim_matches('\'') {
            "" => error,
            // In other languages this would have been a whole string.
            inner => error
                .help("a text in single quotes has two of them on each side")
                .fix(span_of(opening), &format!("''{inner}''")),
        }
    })
}

fn regex(node: Node<'_>, text: &[u8]) -> Option<SyntaxError> {
    let mut cursor = node.walk();
    let closed = node.children(&mut cursor).any(|child| child.kind() == "/");
    let ends_line = text.get(node.end_byte()).is_none_or(|byte| *byte == b'\n');
    (!closed && ends_line).then(|| unclosed(node, text, 2, "regular expression"))
}

fn comment(node: Node<'_>, text: &[u8]) -> Option<SyntaxError> {
    let body = &text[node.byte_range()];
    let open = body.starts_with(b"/*") && !(body.len() >= 4 && body.ends_with(b"*/"));
    open.then(|| unclosed(node, text, 2, "comment"))
}

fn shebang(file: SourceFile<'_>) -> Option<SyntaxError> {
    let line = file.shebang().filter(|line| line.syntax().start_byte() > 0)?;
    Some(SyntaxError::new(line.span(), "`#!` may only begin the first line of a file"))
}

fn switch_body(body: SwitchBody<'_>) -> Option<SyntaxError> {
    let SwitchBodyItem::Statement(first) = body.items().next()? else { return None };
    let brace = Span::new(body.syntax().start_byte(), body.syntax().start_byte() + 1);
    let message = "the body of a `switch` must begin with `case` or `default`";
    Some(SyntaxError::new(first.span(), message).label(brace, "the body begins here"))
}

/// Keyed and unkeyed targets do not mix, and the rest comes last.
fn array_pattern(pattern: ArrayPattern<'_>) -> Option<SyntaxError> {
    let mut keyed = None;
    let mut rest: Option<Span> = None;
    for item in pattern.patterns() {
        if let Some(rest) = rest {
            let error = SyntaxError::new(rest, "`...` must be the last target");
            return Some(error.label(item.span(), "this target follows it"));
        }
        match item {
            Pattern::RestPattern(target) => rest = Some(target.span()),
            Pattern::PatternElement(target) => {
                let has_key = target.key().is_some();
                if *keyed.get_or_insert(has_key) != has_key {
                    let message = "targets with and without a key cannot be mixed";
                    return Some(SyntaxError::new(target.span(), message));
                }
            }
        }
    }
    None
}

fn path(path: Option<RawStringOrStringLiteral<'_>>) -> Option<SyntaxError> {
    let RawStringOrStringLiteral::StringLiteral(text) = path? else { return None };
    let part = text.items().find_map(|part| match part {
        crate::ast::StringLiteralItem::Interpolation(part) => Some(part),
        _ => None,
    })?;
    Some(SyntaxError::new(part.span(), "a path cannot hold a variable"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks each rule, in places that the walk reaches in different ways.
    const BROKEN: &[&str] = &[
        "$a = [1, 0x, 1.2.3, 1_, 12e3, 7];",
        "function f() { return [1.5.2 => [\"b\" => 0b12]]; }",
        "echo #/abc\necho #/d\n;",
        "switch ($a) { echo 1; case 1: switch ($b) { f(2x); default: } }",
        "[...$a, $b] = $c; [$k => $d, [$e][0]] = $f; [\"x\" => $g, $h] = [1, 2];",
        "include \"a$b\"; import {c} from \"${d}\"; import * as e from \"$f/g\";",
        "import $h from \"i$j\"; if (1) { include_once \"$k\"; }",
        "$a = 1;\n#! shebang\n$b = ''x''",
        "echo 'it is'; $a = 1; // 3x\nf('",
        "f(\"a${b} /* open 1y",
        "f(1); /* never closed *",
        "class c { function f() { $this->g(\"",
    ];

    fn all(root: Node<'_>, text: &[u8]) -> Vec<SyntaxError> {
        let mut errors = Vec::new();
        let mut open = vec![root];
        while let Some(node) = open.pop() {
            if node.is_named() && !node.is_missing() {
                errors.extend(check(node, text));
            }
            open.extend((0..node.child_count()).rev().filter_map(|n| node.child(n)));
        }
        errors
    }

    #[test]
    fn what_is_passed_over_breaks_no_rule() {
        let mut found = 0;
        for whole in BROKEN {
            for end in 0..=whole.len() {
                let text = &whole.as_bytes()[..end];
                let tree = crate::parse::run(text, None);
                let errors = validate(tree.root_node(), text, &Sound::default()).errors;
                assert_eq!(errors, all(tree.root_node(), text), "{}", &whole[..end]);
                found += errors.len();
            }
        }
        assert!(found > BROKEN.len(), "{found}");
    }
}
