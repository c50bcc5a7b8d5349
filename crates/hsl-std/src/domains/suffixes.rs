//! A public suffix list that was read from a file.
//!
//! *Invariants.* A list is read whole or not at all. Rules are kept in lower case, in Unicode and in ASCII.
//!
//! *Not here.* The built-in list (crate `psl`), reading the file.
//!
//! *Sources.* github.com/publicsuffix/list/wiki/Format: one rule for each line, up to the first white
//! space; `//` begins a comment; `*` stands for one label, `!` for an exception.

use std::collections::HashMap;

/// Rules by the name under which they are found.
#[derive(Clone, Debug, Default)]
pub struct SuffixList {
    rules: HashMap<Box<[u8]>, Rules>,
}

/// The rules that share a name.
#[derive(Clone, Copy, Debug, Default)]
struct Rules {
    /// The name is a suffix.
    name: bool,
    /// Each name directly below is one.
    below: bool,
    /// The name is none, although it lies below such a one.
    exception: bool,
}

/// A line of the list is no rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct SuffixError {
    /// Where the rule begins, in bytes from the start of the file.
    pub offset: usize,
    /// Its length in bytes.
    pub length: usize,
    /// What is wrong with it.
    pub why: &'static str,
}

impl SuffixList {
    /// Reads a list.
    ///
    /// # Errors
    /// The first line that is no rule; a list without a rule.
    pub fn parse(text: &[u8]) -> Result<Self, SuffixError> {
        let (mut list, mut offset) = (Self::default(), 0);
        for line in text.split_inclusive(|byte| *byte == b'\n') {
            let indent = line.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            let rule = &line[indent..];
            let end = rule.iter().position(u8::is_ascii_whitespace).unwrap_or(rule.len());
            let rule = &rule[..end];
            if !rule.is_empty() && !rule.starts_with(b"//") {
                let (offset, length) = (offset + indent, rule.len());
                list.insert(rule).map_err(|why| SuffixError { offset, length, why })?;
            }
            offset += line.len();
        }
        if list.rules.is_empty() {
            return Err(SuffixError { offset: 0, length: 0, why: "the list has no rule" });
        }
        Ok(list)
    }

    fn insert(&mut self, rule: &[u8]) -> Result<(), &'static str> {
        let (name, set): (_, fn(&mut Rules)) = match rule {
            [b'!', name @ ..] => (name, |rules| rules.exception = true),
            [b'*', b'.', name @ ..] => (name, |rules| rules.below = true),
            name => (name, |rules| rules.name = true),
        };
        let name = std::str::from_utf8(name).map_err(|_| "the rule is not UTF-8")?;
        if name.contains(['*', '!']) {
            return Err("`*` may stand only as the first label, and `!` at the start");
        }
        if name.split('.').any(str::is_empty) {
            return Err("the rule has an empty label");
        }
        let ascii = idna::domain_to_ascii(name).map_err(|_| "the rule is no domain name")?;
        for form in [ascii, name.to_lowercase()] {
            set(self.rules.entry(form.into_bytes().into()).or_default());
        }
        Ok(())
    }

    /// The public suffix of a name in lower case; none when no rule knows it.
    pub(super) fn suffix<'a>(&self, name: &'a [u8]) -> Option<&'a [u8]> {
        let rules = |name: &[u8]| self.rules.get(name).copied().unwrap_or_default();
        let mut rest = name;
        loop {
            let parent = rest.iter().position(|byte| *byte == b'.').map(|dot| &rest[dot + 1..]);
            let own = rules(rest);
            if own.exception {
                return parent;
            }
            if own.name || parent.is_some_and(|parent| rules(parent).below) {
                return Some(rest);
            }
            rest = parent?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "// comment\n\ncom\nuk\nco.uk trailing text\n*.ck\n!www.ck\n\tå.example\n";

    #[test]
    fn the_longest_rule_counts_and_exceptions_before_all() {
        let list = SuffixList::parse(LIST.as_bytes()).expect("a list");
        let cases = [
            ("a.b.com", Some("com")),
            ("a.co.uk", Some("co.uk")),
            ("uk", Some("uk")),
            ("a.b.ck", Some("b.ck")),
            ("b.ck", Some("b.ck")),
            ("ck", None),
            ("www.ck", Some("ck")),
            ("a.www.ck", Some("ck")),
            ("x.å.example", Some("å.example")),
            ("x.xn--5ca.example", Some("xn--5ca.example")),
            ("host.invalid", None),
        ];
        for (name, suffix) in cases {
            assert_eq!(list.suffix(name.as_bytes()), suffix.map(str::as_bytes), "{name}");
        }
    }

    #[test]
    fn a_line_that_is_no_rule_is_named() {
        let error = |text: &[u8]| SuffixList::parse(text).expect_err("no list");
        assert_eq!((error(b"com\n  a.*.b\n").offset, error(b"com\n  a.*.b\n").length), (6, 5));
        assert_eq!(error(b"a..b").why, "the rule has an empty label");
        assert_eq!(error(b"com\n\xff\n").why, "the rule is not UTF-8");
        assert_eq!(error(b"// nothing\n").why, "the list has no rule");
    }
}
