//! Compiled regular expressions.
//!
//! The engine counts the steps of a match but does not tell their number, so each match is first
//! tried with a few. One that needs more is tried again with all that the running script may take,
//! and counts as much work: a loop of such matches must not hold its worker for a slice.
//!
//! It writes where groups matched into memory that belongs to the expression and is used again for
//! each match: making it anew costs more than most matches.
//!
//! *Sources*: language reference, section 9; pcre2pattern(3) for the settings at the start of a
//! pattern.

mod pattern;

use std::cell::{Cell, OnceCell};
use std::sync::Arc;

use pcre2::bytes::{CaptureLocations, Regex as Code};

pub use pattern::Pattern;

use super::{Key, Tally, memory};
use crate::fiber::{Limit, Limits};

/// Steps of the first try.
const FEW: u32 = 10_000;
/// Bytes that a second try counts as: half a slice.
const MUCH_WORK: usize = 5 << 20;
/// What the engine keeps for a pattern, about.
const COMPILED: usize = 8 << 10;

thread_local! {
    /// Steps that a match of the running script may take.
    static ALLOWED: Cell<u32> = const { Cell::new(Limits::MAX_REGEX_STEPS) };
}

/// A compiled regular expression.
pub struct Regex {
    pattern: Arc<Pattern>,
    /// Away until the first use of a pattern that is known to compile.
    compiled: OnceCell<Compiled>,
    /// Whether positions are those of characters and not of bytes.
    unicode: bool,
    /// Made at the first match; away while one is looked at.
    locations: Cell<Option<Box<CaptureLocations>>>,
    #[expect(dead_code, reason = "held for its destructor")]
    tally: Tally,
}

/// What the engine made of a pattern.
struct Compiled {
    code: Arc<Code>,
    names: Box<[(usize, Key)]>,
}

/// The groups of one match.
pub struct Groups<'a> {
    subject: &'a [u8],
    locations: &'a CaptureLocations,
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
    #[error(transparent)]
    Limit(Limit),
}

impl Regex {
    /// Compiles a pattern with modifiers (`imusxUX`).
    ///
    /// # Errors
    /// When the pattern or a modifier is not valid.
    pub fn new(pattern: &[u8], modifiers: &str) -> Result<Self, RegexError> {
        let regex = Self::known(Pattern::new(pattern, modifiers).into());
        regex.compiled()?;
        Ok(regex)
    }

    /// A pattern that [`Pattern::check`] has accepted; it is compiled when it is first used, as most
    /// patterns of a program are not used in each of its runs.
    pub(crate) fn known(pattern: Arc<Pattern>) -> Self {
        Self {
            compiled: OnceCell::new(),
            unicode: pattern.modifiers().contains('u'),
            locations: Cell::default(),
            tally: Tally::new(COMPILED + 32 * pattern.text().len()),
            pattern,
        }
    }

    /// What threads share of it.
    pub(crate) fn shared(&self) -> &Arc<Pattern> {
        &self.pattern
    }

    #[inline]
    fn compiled(&self) -> Result<&Compiled, RegexError> {
        match self.compiled.get() {
            Some(compiled) => Ok(compiled),
            None => self.compile(),
        }
    }

    #[cold]
    fn compile(&self) -> Result<&Compiled, RegexError> {
        let code = self.pattern.code(FEW.min(ALLOWED.get()))?;
        let named = code.capture_names().iter().enumerate();
        let names = named
            .filter_map(|(number, name)| Some((number, Key::from(name.as_deref()?))))
            .collect();
        Ok(self.compiled.get_or_init(|| Compiled { code, names }))
    }

    /// Lets matches of this thread take so many steps; gives the number before.
    pub(crate) fn allow(steps: u32) -> u32 {
        ALLOWED.replace(steps.min(Limits::MAX_REGEX_STEPS))
    }

    /// The pattern that a string stands for: `/body/mods`, or all of it.
    ///
    /// # Errors
    /// When the pattern or a modifier is not valid.
    pub fn from_text(text: &[u8]) -> Result<Self, RegexError> {
        let Some((body, modifiers)) = split_delimited(text) else { return Self::new(text, "") };
        Self::new(body, modifiers)
    }

    /// Text between the delimiters.
    pub fn pattern(&self) -> &[u8] {
        self.pattern.text()
    }

    /// Modifiers.
    pub fn modifiers(&self) -> &str {
        self.pattern.modifiers()
    }

    /// Numbers and names of the groups that have a name, in order.
    pub fn names(&self) -> &[(usize, Key)] {
        self.compiled().map_or(&[], |compiled| &*compiled.names)
    }

    /// Whether the subject is taken as UTF-8.
    pub fn is_unicode(&self) -> bool {
        self.unicode
    }

    /// Whether the pattern matches anywhere.
    ///
    /// # Errors
    /// When the match takes too many steps.
    #[inline]
    pub fn is_match(&self, subject: &[u8]) -> Result<bool, RegexError> {
        self.find_at(subject, 0, |_| ()).map(|found| found.is_some())
    }

    /// What `read` makes of the first match from `start` on; none when there is no match, and when
    /// `start` lies behind the end.
    ///
    /// # Errors
    /// When the match takes too many steps.
    #[inline]
    pub fn find_at<R>(
        &self,
        subject: &[u8],
        start: usize,
        read: impl FnOnce(&Groups<'_>) -> R,
    ) -> Result<Option<R>, RegexError> {
        if start > subject.len() {
            return Ok(None);
        }
        let code = &self.compiled()?.code;
        let kept = self.locations.take();
        let mut locations = kept.unwrap_or_else(|| Box::new(code.capture_locations()));
        let end = match code.captures_read_at(&mut locations, subject, start) {
            Ok(found) => Ok(found.map(|found| found.end())),
            Err(_) => self.try_again(&mut locations, subject, start),
        };
        let result = end.map(|end| {
            memory::work(end.unwrap_or(subject.len()).saturating_sub(start));
            end.map(|_| read(&Groups { subject, locations: &locations }))
        });
        self.locations.set(Some(locations));
        result
    }

    /// Makes the second try; gives where the match ends.
    #[cold]
    fn try_again(
        &self,
        locations: &mut CaptureLocations,
        subject: &[u8],
        start: usize,
    ) -> Result<Option<usize>, RegexError> {
        let allowed = ALLOWED.get();
        memory::work(MUCH_WORK);
        let found = self.pattern.code(allowed)?.captures_read_at(locations, subject, start);
        let found = found.map_err(|_| RegexError::Limit(Limit::Regex(allowed)))?;
        Ok(found.map(|found| found.end()))
    }
}

impl<'a> Groups<'a> {
    /// What was searched.
    pub fn subject(&self) -> &'a [u8] {
        self.subject
    }

    /// Number of groups of the pattern, with the whole match.
    #[inline]
    pub fn count(&self) -> usize {
        self.locations.len()
    }

    /// Where a group matched; none when it took no part.
    #[inline]
    pub fn span(&self, number: usize) -> Option<(usize, usize)> {
        self.locations.get(number)
    }

    /// The text of a group: empty when it took no part, or when `\K` put its start behind its end.
    #[inline]
    pub fn text(&self, number: usize) -> &'a [u8] {
        let found = self.span(number).and_then(|(from, to)| self.subject.get(from..to));
        found.unwrap_or_default()
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
    fn a_known_pattern_is_compiled_at_its_first_use() {
        let known = |pattern, modifiers| Regex::known(Pattern::new(pattern, modifiers).into());
        assert!(known(b"(?<x>b)", "i").is_match(b"aB").unwrap());
        assert_eq!(known(b"(?<x>b)", "").names(), [(1, Key::from("x"))]);
        // The verifier refuses this one.
        assert!(matches!(known(b"(", "").is_match(b""), Err(RegexError::Pattern(_))));
        assert_eq!(Pattern::new(b"(", "").check(), Regex::new(b"(", "").map(|_| ()));
    }

    #[test]
    fn bytes_that_are_no_utf8_match_themselves() {
        let regex = Regex::new(b"\xff+", "").unwrap();
        assert!(regex.is_match(b"a\xffb").unwrap());
    }

    #[test]
    fn a_match_inside_the_reader_of_another_keeps_both() {
        let regex = Regex::new(b"(a)|b", "").unwrap();
        let inner = |_: &Groups<'_>| regex.find_at(b"xxa", 0, |inner| inner.span(1)).unwrap();
        let both = regex.find_at(b"b", 0, |outer| (inner(outer), outer.span(0), outer.span(1)));
        assert_eq!(both, Ok(Some((Some(Some((2, 3))), Some((0, 1)), None))));
    }

    #[test]
    fn a_search_from_behind_the_end_finds_nothing() {
        let regex = Regex::new(b"", "").unwrap();
        assert_eq!(regex.find_at(b"ab", 2, |found| found.span(0)), Ok(Some(Some((2, 2)))));
        assert_eq!(regex.find_at(b"ab", 3, |found| found.span(0)), Ok(None));
    }

    #[test]
    fn groups_of_an_earlier_match_do_not_show_through() {
        let regex = Regex::new(b"(a)?(b)", "").unwrap();
        let texts = |subject: &[u8]| {
            regex.find_at(subject, 0, |found| [found.text(1).to_vec(), found.text(2).to_vec()])
        };
        assert_eq!(texts(b"ab"), Ok(Some([b"a".to_vec(), b"b".to_vec()])));
        assert_eq!(texts(b"b"), Ok(Some([vec![], b"b".to_vec()])));
        assert_eq!(texts(b"a"), Ok(None));
    }

    #[test]
    fn runaway_patterns_give_up() {
        let regex = Regex::new(b"(a+)+(a+)+(a+)+$", "").unwrap();
        let subject = [b"a".repeat(200), b"b".to_vec()].concat();
        let few = Regex::allow(50_000);
        assert_eq!(regex.is_match(&subject), Err(RegexError::Limit(Limit::Regex(50_000))));
        Regex::allow(few);
    }

    #[test]
    fn a_second_try_finds_what_needs_many_steps() {
        let regex = Regex::new(b"^(a+)+[bB]", "").unwrap();
        let hard = [b"a".repeat(18), b"cB".to_vec()].concat();
        let few = Regex::allow(FEW);
        assert_eq!(regex.is_match(&hard), Err(RegexError::Limit(Limit::Regex(FEW))));
        Regex::allow(few);
        assert_eq!(regex.is_match(&hard), Ok(false));
    }

    #[test]
    fn a_pattern_cannot_raise_its_limit() {
        let few = Regex::allow(20_000);
        let regex = Regex::new(b"(*UCP)(*LIMIT_MATCH=9000000)^(a+)+(a+)+$", "").unwrap();
        let subject = [b"a".repeat(40), b"b".to_vec()].concat();
        assert_eq!(regex.is_match(&subject), Err(RegexError::Limit(Limit::Regex(20_000))));
        Regex::allow(few);
    }
}
