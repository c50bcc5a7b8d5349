//! Compiled regular expressions.
//!
//! *Sources*: language reference, section 9.

use pcre2::bytes::{CaptureLocations, RegexBuilder};

/// Steps of the matcher before a match is given up: a pattern from a script must not hold a worker.
const MATCH_LIMIT: &str = "(*LIMIT_MATCH=10000000)(*LIMIT_DEPTH=100000)";

/// A compiled regular expression.
pub struct Regex {
    pattern: Box<[u8]>,
    modifiers: Box<str>,
    code: pcre2::bytes::Regex,
}

/// Why a pattern cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegexError {
    /// The pattern does not compile.
    #[error("invalid regular expression: {0}")]
    Pattern(String),
    /// A modifier is unknown.
    #[error("unknown modifier `{0}` of a regular expression")]
    Modifier(char),
    /// A match needed more steps than allowed.
    #[error("regular expression gave up: {0}")]
    Limit(String),
}

impl Regex {
    /// Compiles a pattern with modifiers (`imusxUX`).
    ///
    /// # Errors
    /// When the pattern or a modifier is not valid.
    pub fn new(pattern: &[u8], modifiers: &str) -> Result<Self, RegexError> {
        let mut builder = RegexBuilder::new();
        builder.jit_if_available(true);
        let mut ungreedy = "";
        for modifier in modifiers.chars() {
            match modifier {
                'i' => builder.caseless(true),
                'm' => builder.multi_line(true),
                'u' => builder.utf(true).ucp(true),
                's' => builder.dotall(true),
                'x' => builder.extended(true),
                // Unknown escapes are always errors in PCRE2.
                'X' => &mut builder,
                'U' => {
                    ungreedy = "(?U)";
                    &mut builder
                }
                other => return Err(RegexError::Modifier(other)),
            };
        }
        let text = Self::source(pattern);
        let code = builder.build(&format!("{MATCH_LIMIT}{ungreedy}{text}"));
        let code = code.map_err(|e| RegexError::Pattern(e.to_string()))?;
        Ok(Self { pattern: pattern.into(), modifiers: modifiers.into(), code })
    }

    /// The pattern that a string stands for: `/body/mods`, or all of it.
    ///
    /// # Errors
    /// When the pattern or a modifier is not valid.
    pub fn from_text(text: &[u8]) -> Result<Self, RegexError> {
        let Some((body, modifiers)) = split_delimited(text) else { return Self::new(text, "") };
        Self::new(body, modifiers)
    }

    /// The engine takes text; bytes beyond ASCII of a pattern that is no UTF-8 are written as
    /// escapes, which mean the same byte.
    fn source(pattern: &[u8]) -> String {
        match std::str::from_utf8(pattern) {
            Ok(text) => text.to_owned(),
            Err(_) => {
                pattern
                    .iter()
                    .map(|b| {
                        if b.is_ascii() {
                            char::from(*b).to_string()
                        } else {
                            format!("\\x{b:02x}")
                        }
                    })
                    .collect()
            }
        }
    }

    /// Text between the delimiters.
    pub fn pattern(&self) -> &[u8] {
        &self.pattern
    }

    /// Modifiers.
    pub fn modifiers(&self) -> &str {
        &self.modifiers
    }

    /// Whether the pattern matches anywhere.
    ///
    /// # Errors
    /// When the match takes too many steps.
    pub fn is_match(&self, subject: &[u8]) -> Result<bool, RegexError> {
        self.code.is_match(subject).map_err(|e| RegexError::Limit(e.to_string()))
    }

    /// The engine's expression, for captures and replacement.
    pub fn code(&self) -> &pcre2::bytes::Regex {
        &self.code
    }

    /// The groups of the first match from `start` on; false when there is none.
    ///
    /// # Errors
    /// When the match takes too many steps.
    pub fn captures_at(
        &self,
        locations: &mut CaptureLocations,
        subject: &[u8],
        start: usize,
    ) -> Result<bool, RegexError> {
        let found = self.code.captures_read_at(locations, subject, start);
        found.map(|m| m.is_some()).map_err(|e| RegexError::Limit(e.to_string()))
    }
}

fn split_delimited(text: &[u8]) -> Option<(&[u8], &str)> {
    let rest = text.strip_prefix(b"/")?;
    let end = rest.iter().rposition(|b| *b == b'/')?;
    let modifiers = std::str::from_utf8(&rest[end + 1..]).ok()?;
    modifiers.chars().all(|m| "imusxUX".contains(m)).then_some((&rest[..end], modifiers))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, subject: &str) -> bool {
        Regex::from_text(pattern.as_bytes()).unwrap().is_match(subject.as_bytes()).unwrap()
    }

    #[test]
    fn strings_carry_modifiers_between_slashes() {
        assert!(check("/mail/i", "Mail"));
        assert!(!check("mail", "Mail"));
        assert!(!check("^b", "abc"));
        assert!(check("/a.b/s", "a\nb"));
        assert!(check("a/b", "a/b"));
    }

    #[test]
    fn errors_name_the_cause() {
        assert!(matches!(Regex::new(b"(", ""), Err(RegexError::Pattern(_))));
        assert_eq!(Regex::new(b"a", "q").err(), Some(RegexError::Modifier('q')));
    }

    #[test]
    fn bytes_that_are_no_utf8_match_themselves() {
        let regex = Regex::new(b"\xff+", "").unwrap();
        assert!(regex.is_match(b"a\xffb").unwrap());
    }

    #[test]
    fn runaway_patterns_give_up() {
        let regex = Regex::new(b"(a+)+(a+)+(a+)+$", "").unwrap();
        let subject = [b"a".repeat(200), b"b".to_vec()].concat();
        assert!(matches!(regex.is_match(&subject), Err(RegexError::Limit(_)) | Ok(false)));
    }
}
