//! Regular expressions that take exponential time, or time that grows with a high power.
//!
//! A pattern becomes the automaton of its positions. When two ways lead from a position back to it
//! over the same text, a text that repeats this and then fails is tried in exponentially many ways. Loops
//! in a row that share a text share out its repetitions, which takes time by a power of their number.
//!
//! *Invariants.* Patterns with what the parser does not know (lookaround, back references, possessive
//! quantifiers, …) have no automaton: they are not judged.
//!
//! *Not here.* Whether the engine really needs so long: the rule asks it.
//!
//! *Sources.* Weideman et al., Analyzing Matching Time Behavior of Backtracking Regular Expression
//! Matchers (CIAA 2016); Glushkov, The Abstract Theory of Automata (1961).

mod automaton;
mod chain;
mod judged;
mod parse;
mod pump;

pub(crate) use judged::{pump, slow};
pub(crate) use pump::{Pump, Rate};

/// How the time that a pattern takes grows with the text, in the worst case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Growth {
    /// Exponentially: each time that these bytes stand in the text, it may double.
    Exponential(Vec<u8>),
    /// Less than that.
    Bounded,
    /// It has what is not judged: lookaround, back references, possessive quantifiers, blanks that
    /// are no part of it.
    Unjudged,
}

/// Judges a pattern with its modifiers.
pub fn growth(pattern: &[u8], modifiers: &[u8]) -> Growth {
    let caseless = modifiers.contains(&b'i');
    let is_plain = !modifiers.contains(&b'x') && parse::parse(pattern, caseless).is_some();
    match pump(pattern, caseless).filter(|_| is_plain) {
        Some(found) => Growth::Exponential(found.repeated().to_vec()),
        None if is_plain => Growth::Bounded,
        None => Growth::Unjudged,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_judged() {
        assert_eq!(growth(b"^(a+)+$", b""), Growth::Exponential(b"a".to_vec()));
        assert_eq!(growth(b"^a+b$", b"i"), Growth::Bounded);
        assert_eq!(growth(b"(?=a)b", b""), Growth::Unjudged);
        assert_eq!(growth(b"a b", b"x"), Growth::Unjudged);
    }
}
