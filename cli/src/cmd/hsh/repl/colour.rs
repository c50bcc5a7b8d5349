//! Colours of source text, from the table of token kinds that editors use.

use std::sync::LazyLock;

use hsl_syntax::tree_sitter::{Query, QueryCursor, StreamingIterator as _};

/// Longer texts stay plain, so that typing stays quick.
const LONGEST: usize = 16 * 1024;
const RESET: &str = "\u{1b}[0m";

/// The colours of kinds of tokens; of those that fit, the longest name counts.
const COLOURS: &[(&str, &str)] = &[
    ("keyword", "\u{1b}[35m"),
    ("keyword.operator", "\u{1b}[35m"),
    ("string", "\u{1b}[32m"),
    ("string.escape", "\u{1b}[36m"),
    ("string.regexp", "\u{1b}[36m"),
    ("number", "\u{1b}[33m"),
    ("boolean", "\u{1b}[33m"),
    ("constant", "\u{1b}[33m"),
    ("comment", "\u{1b}[2m"),
    ("function", "\u{1b}[34m"),
    ("type", "\u{1b}[1;34m"),
    ("module", "\u{1b}[1;34m"),
    ("variable.builtin", "\u{1b}[1m"),
    ("embedded", ""),
];

struct Table {
    query: Query,
    /// By number of the capture.
    colours: Vec<Option<&'static str>>,
}

static TABLE: LazyLock<Option<Table>> = LazyLock::new(|| {
    let query = Query::new(hsl_syntax::language(), hsl_syntax::queries::HIGHLIGHTS).ok()?;
    let colours = query.capture_names().iter().map(|name| colour(name)).collect();
    Some(Table { query, colours })
});

fn colour(kind: &str) -> Option<&'static str> {
    let fits = |name: &str| {
        kind.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let fitting = COLOURS.iter().filter(|(name, _)| fits(name));
    fitting.max_by_key(|(name, _)| name.len()).map(|(_, colour)| *colour)
}

/// A text with colours.
pub(super) fn paint(text: &str) -> String {
    let Some(table) = TABLE.as_ref().filter(|_| text.len() <= LONGEST) else {
        return text.to_owned();
    };
    let mut of_byte = vec![""; text.len()];
    for (range, _, colour) in captures(table, text) {
        of_byte[range].fill(colour);
    }
    let mut out = String::with_capacity(text.len() * 2);
    let mut current = "";
    for (at, character) in text.char_indices() {
        let colour = if character.is_whitespace() { current } else { of_byte[at] };
        if colour != current {
            if !current.is_empty() {
                out.push_str(RESET);
            }
            out.push_str(colour);
            current = colour;
        }
        out.push(character);
    }
    if !current.is_empty() {
        out.push_str(RESET);
    }
    out
}

/// Coloured ranges in the order of painting: inner ones over outer ones, and of equal ones those of
/// later patterns, which are more special, over those of earlier ones.
fn captures(table: &Table, text: &str) -> Vec<(std::ops::Range<usize>, usize, &'static str)> {
    let parse = hsl_syntax::parse(text.as_bytes());
    let mut cursor = QueryCursor::new();
    let mut found = Vec::new();
    let mut matches = cursor.matches(&table.query, parse.tree.root_node(), text.as_bytes());
    while let Some(one) = matches.next() {
        for capture in one.captures() {
            let range = capture.node.byte_range();
            let colour = table.colours.get(capture.index as usize).copied().flatten();
            if let Some(colour) = colour.filter(|_| range.end <= text.len()) {
                found.push((range, one.pattern_index, colour));
            }
        }
    }
    found.sort_by_key(|(range, pattern, _)| (usize::MAX - range.len(), *pattern));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> String {
        anstream::adapter::strip_str(text).to_string()
    }

    #[test]
    fn colours_change_no_text() {
        for text in ["", "echo \"a ${b} é\\n\"; // x", "function f($a) {\n  return [", "\u{feff}"]
        {
            assert_eq!(plain(&paint(text)), text);
        }
    }

    #[test]
    fn tokens_have_their_colours() {
        assert_eq!(paint("echo 1"), "\u{1b}[35mecho \u{1b}[0m\u{1b}[33m1\u{1b}[0m");
        assert_eq!(paint("f()"), "\u{1b}[34mf\u{1b}[0m()");
        assert_eq!(paint("Accept()"), "\u{1b}[35mAccept\u{1b}[0m()");
    }
}
