//! Regular expressions that take exponential time.
//!
//! A pattern becomes the automaton of its positions. When two ways lead from a position back to it
//! over the same text, a text that repeats this and then fails is tried in exponentially many ways.
//!
//! *Invariants.* Patterns with what the parser does not know (lookaround, back references, possessive
//! quantifiers, …) have no automaton: they are not judged.
//!
//! *Not here.* Whether the engine really needs so long: the rule asks it.
//!
//! *Sources.* Weideman et al., Analyzing Matching Time Behavior of Backtracking Regular Expression
//! Matchers (CIAA 2016); Glushkov, The Abstract Theory of Automata (1961).

mod automaton;
mod parse;
mod pump;

pub(crate) use pump::pump;
