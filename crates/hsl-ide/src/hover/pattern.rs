//! Pages about patterns: what each part matches, and the groups by their keys in a match.
//!
//! *Not here.* How long a pattern may take (`hsl-lint`).
//!
//! *Sources.* pcre2pattern(3).

use std::fmt::Write as _;

/// Parts that a page explains; a pattern of more is a program of its own.
const MOST: usize = 40;

/// The page about a pattern with its modifiers.
pub(super) fn page(pattern: &[u8], modifiers: &[u8]) -> String {
    let mut reader = Reader { rest: pattern, lines: Vec::new(), depth: 0, groups: Vec::new() };
    reader.read();
    let mut page = "Pattern\n\n".to_owned();
    for (depth, part, meaning) in reader.lines.iter().take(MOST) {
        let indent = "  ".repeat(*depth);
        let part = String::from_utf8_lossy(part).replace('`', "'");
        _ = writeln!(page, "{indent}- `{part}` {meaning}");
    }
    if reader.lines.len() > MOST {
        page += "- …\n";
    }
    for modifier in modifiers {
        if let Some(meaning) = modifier_meaning(*modifier) {
            _ = write!(page, "\n`{}`: {meaning}.\n", char::from(*modifier));
        }
    }
    page + &groups(&reader.groups)
}

fn groups(names: &[Option<String>]) -> String {
    if names.is_empty() {
        return String::new();
    }
    let mut page = "\nKeys of a match:".to_owned();
    page += " `0` all of it";
    for (at, name) in names.iter().enumerate() {
        _ = match name {
            Some(name) => write!(page, ", `{}` and `\"{name}\"`", at + 1),
            None => write!(page, ", `{}`", at + 1),
        };
    }
    page + ".\n"
}

fn modifier_meaning(modifier: u8) -> Option<&'static str> {
    Some(match modifier {
        b'i' => "upper and lower case are the same",
        b'm' => "`^` and `$` match at each line",
        b's' => "`.` matches a new line too",
        b'x' => "blanks and comments are no part of the pattern",
        b'u' => "pattern and text are UTF-8",
        b'U' => "quantifiers take as little as they can",
        b'X' => "unknown escapes are errors",
        _ => return None,
    })
}

struct Reader<'p> {
    rest: &'p [u8],
    lines: Vec<(usize, &'p [u8], String)>,
    depth: usize,
    groups: Vec<Option<String>>,
}

impl<'p> Reader<'p> {
    fn read(&mut self) {
        while !self.rest.is_empty() {
            let (length, meaning) = self.part();
            let quantifier = quantifier(&self.rest[length..]);
            let (part, rest) = self.rest.split_at(length + quantifier.as_ref().map_or(0, |q| q.0));
            let depth = self.depth - usize::from(meaning == Part::Close && self.depth > 0);
            let mut told = match meaning {
                Part::Open(told) => {
                    self.depth += 1;
                    told
                }
                Part::Close => {
                    self.depth = depth;
                    "end of the group".to_owned()
                }
                Part::Plain(told) => told,
            };
            if let Some((_, times)) = quantifier {
                told += ", ";
                told += &times;
            }
            self.lines.push((depth, part, told));
            self.rest = rest;
        }
    }

    /// The length of the next part, and what it is.
    fn part(&mut self) -> (usize, Part) {
        let plain = |length: usize, text: &str| (length, Part::Plain(text.to_owned()));
        match self.rest[0] {
            b'\\' => escape(self.rest),
            b'[' => {
                let length = class_length(self.rest);
                let negated = self.rest.get(1) == Some(&b'^');
                plain(length, if negated { "any sign but these" } else { "one of these signs" })
            }
            b'(' => self.group(),
            b')' => (1, Part::Close),
            b'|' => plain(1, "or"),
            b'^' => plain(1, "the start"),
            b'$' => plain(1, "the end"),
            b'.' => plain(1, "any sign but a new line"),
            _ => plain(literal_length(self.rest), "this text"),
        }
    }

    fn group(&mut self) -> (usize, Part) {
        let special = [
            ("(?:", "a group that is not kept"),
            ("(?=", "what follows must be"),
            ("(?!", "what follows must not be"),
            ("(?<=", "what stands before must be"),
            ("(?<!", "what stands before must not be"),
            ("(?>", "a group that is not tried again"),
        ];
        for (open, meaning) in special {
            if self.rest.starts_with(open.as_bytes()) {
                return (open.len(), Part::Open(meaning.to_owned()));
            }
        }
        if self.rest.starts_with(b"(*") || self.rest.starts_with(b"(?#") {
            return (
                bracket_length(self.rest),
                Part::Plain("an instruction or comment".to_owned()),
            );
        }
        if let Some((length, name)) = named(self.rest) {
            self.groups.push(Some(name.clone()));
            let number = self.groups.len();
            return (length, Part::Open(format!("group {number}, `{name}`")));
        }
        if self.rest.starts_with(b"(?") {
            let end = self.rest.iter().position(|byte| matches!(byte, b')' | b':'));
            let length = end.map_or(self.rest.len(), |end| end + 1);
            let is_group = self.rest.get(length - 1) == Some(&b':');
            let told = "modifiers from here on".to_owned();
            return (length, if is_group { Part::Open(told) } else { Part::Plain(told) });
        }
        self.groups.push(None);
        (1, Part::Open(format!("group {}", self.groups.len())))
    }
}

#[derive(PartialEq, Eq)]
enum Part {
    Open(String),
    Close,
    Plain(String),
}

/// `(?<name>`, `(?P<name>` or `(?'name'`, and the name.
fn named(rest: &[u8]) -> Option<(usize, String)> {
    let (open, close) = [(&b"(?P<"[..], b'>'), (b"(?<", b'>'), (b"(?'", b'\'')]
        .into_iter()
        .find(|(open, _)| rest.starts_with(open))?;
    let name = &rest[open.len()..];
    let end = name.iter().position(|byte| *byte == close)?;
    let text = std::str::from_utf8(&name[..end]).ok()?;
    Some((open.len() + end + 1, text.to_owned()))
}

fn bracket_length(rest: &[u8]) -> usize {
    rest.iter().position(|byte| *byte == b')').map_or(rest.len(), |end| end + 1)
}

fn class_length(rest: &[u8]) -> usize {
    let mut at = 1 + usize::from(rest.get(1) == Some(&b'^'));
    at += usize::from(rest.get(at) == Some(&b']'));
    while let Some(byte) = rest.get(at) {
        match byte {
            b'\\' => at += 1,
            b']' => return at + 1,
            b'[' if rest.get(at + 1) == Some(&b':') => {
                let end = rest[at..].windows(2).position(|pair| pair == b":]");
                at += end.map_or(0, |end| end + 1);
            }
            _ => {}
        }
        at += 1;
    }
    rest.len()
}

/// Signs that stand for themselves; of several, the last is left to a quantifier behind it.
fn literal_length(rest: &[u8]) -> usize {
    let special = |byte: &u8| br"\[](){}|^$.*+?".contains(byte);
    let run = rest.iter().take_while(|byte| !special(byte)).count().max(1);
    let counts = quantifier(&rest[run..]).is_some();
    // A sign of several bytes is not taken apart.
    let last = (1..run).rev().find(|at| rest[*at] & 0xC0 != 0x80);
    last.filter(|_| counts).unwrap_or(run)
}

/// Escapes of one letter, with what they match.
pub(crate) const ESCAPES: [(u8, &str); 17] = [
    (b'd', "a digit"),
    (b'D', "no digit"),
    (b's', "white space"),
    (b'S', "no white space"),
    (b'w', "a letter, digit or `_`"),
    (b'W', "no letter, digit or `_`"),
    (b'h', "a blank or tab"),
    (b'R', "a line end of any kind"),
    (b'b', "the edge of a word"),
    (b'B', "no edge of a word"),
    (b'A', "the start of the text"),
    (b'z', "the end of the text"),
    (b'Z', "the end of the text, or before its last new line"),
    (b'K', "the match begins here"),
    (b'n', "a new line"),
    (b'r', "a carriage return"),
    (b't', "a tab"),
];

fn escape(rest: &[u8]) -> (usize, Part) {
    let plain = |length: usize, text: &str| (length.min(rest.len()), Part::Plain(text.to_owned()));
    let braces = |at: usize| {
        let open = rest.get(at) == Some(&b'{');
        let end = rest[at.min(rest.len())..].iter().position(|byte| *byte == b'}');
        end.filter(|_| open).map_or(at, |end| at + end + 1)
    };
    let told = |letter: &u8| ESCAPES.iter().find(|(known, _)| known == letter);
    if let Some((_, meaning)) = rest.get(1).and_then(told) {
        return plain(2, meaning);
    }
    match rest.get(1) {
        Some(b'1'..=b'9') => plain(2, "the same as this group"),
        Some(b'k' | b'g') => plain(reference_length(rest), "the same as this group"),
        Some(b'p' | b'P') => plain(braces(2).max(3), "a sign of this class"),
        Some(b'x') if rest.get(2) == Some(&b'{') => plain(braces(2), "the sign of this number"),
        Some(b'x') => plain(4, "the byte of this number"),
        Some(b'Q') => {
            let end = rest.windows(2).position(|pair| pair == br"\E");
            plain(end.map_or(rest.len(), |end| end + 2), "this text")
        }
        Some(_) => plain(2, "this sign"),
        None => plain(1, "an escape that is not finished"),
    }
}

fn reference_length(rest: &[u8]) -> usize {
    let close = match rest.get(2) {
        Some(b'<') => b'>',
        Some(b'{') => b'}',
        Some(b'\'') => b'\'',
        _ => return 3,
    };
    rest.iter().skip(3).position(|byte| *byte == close).map_or(rest.len(), |end| end + 4)
}

/// The length of a quantifier, and what it says.
fn quantifier(rest: &[u8]) -> Option<(usize, String)> {
    let (length, told) = match rest.first()? {
        b'*' => (1, "any number of times".to_owned()),
        b'+' => (1, "once or more".to_owned()),
        b'?' => (1, "once or not at all".to_owned()),
        b'{' => counted(rest)?,
        _ => return None,
    };
    Some(match rest.get(length) {
        Some(b'?') => (length + 1, format!("{told}, as little as possible")),
        Some(b'+') => (length + 1, format!("{told}, and never less again")),
        _ => (length, told),
    })
}

fn counted(rest: &[u8]) -> Option<(usize, String)> {
    let end = rest.iter().position(|byte| *byte == b'}')?;
    let text = std::str::from_utf8(&rest[1..end]).ok()?;
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let told = match text.split_once(',') {
        None if is_number(text) => format!("{text} times"),
        Some((least, "")) if is_number(least) => format!("{least} times or more"),
        Some((least, most)) if is_number(least) && is_number(most) => {
            format!("{least} to {most} times")
        }
        _ => return None,
    };
    Some((end + 1, told))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn parts_and_groups_are_told() {
        let told = page(br"^ab+(?<name>[^@\]]{1,3}?)(x|\d*)\.(?=$)", b"i");
        insta::assert_snapshot!(told, @r#"
        Pattern

        - `^` the start
        - `a` this text
        - `b+` this text, once or more
        - `(?<name>` group 1, `name`
          - `[^@\]]{1,3}?` any sign but these, 1 to 3 times, as little as possible
        - `)` end of the group
        - `(` group 2
          - `x` this text
          - `|` or
          - `\d*` a digit, any number of times
        - `)` end of the group
        - `\.` this sign
        - `(?=` what follows must be
          - `$` the end
        - `)` end of the group

        `i`: upper and lower case are the same.

        Keys of a match: `0` all of it, `1` and `"name"`, `2`.
        "#);
    }

    proptest! {
        #[test]
        fn any_bytes_are_some_pattern(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            prop_assert!(page(&bytes, b"").starts_with("Pattern"));
        }

        #[test]
        fn signs_of_patterns_are_some_pattern(text in r"[\\\[\](){}?*+<>P'a,1^|$.:=!k-]{0,30}") {
            prop_assert!(page(text.as_bytes(), b"x").starts_with("Pattern"));
        }
    }
}
