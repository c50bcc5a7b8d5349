//! Texts that a pattern matches in more and more ways.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;

use super::automaton::Automaton;
use super::chain::{Chain, chain};
use super::parse::parse;

/// Two positions that the same text leads to, and whether the ways there differ.
type Pair = (usize, usize, bool);

/// How the number of ways grows with the repetitions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rate {
    /// Each repetition multiplies it.
    Exponential,
    /// With this power of their number.
    Power(usize),
}

/// A text that makes a pattern slow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pump {
    /// What can be matched in more ways each time that it stands there, behind what leads to it.
    pieces: Vec<(Vec<u8>, Vec<u8>)>,
    /// How the ways grow.
    pub(crate) rate: Rate,
}

impl Pump {
    /// The text with so many repetitions, and an end that does not fit.
    pub(crate) fn text(&self, times: usize, end: u8) -> Vec<u8> {
        let pieces = self.pieces.iter();
        let mut text: Vec<u8> =
            pieces.flat_map(|(before, pump)| [&before[..], &pump.repeat(times)].concat()).collect();
        text.push(end);
        text
    }

    /// What is repeated first.
    pub(super) fn repeated(&self) -> &[u8] {
        self.pieces.first().map_or(&[], |(_, pump)| pump)
    }

    /// How often its parts stand in a text of about so many bytes.
    pub(crate) fn times(&self, bytes: usize) -> usize {
        let once: usize = self.pieces.iter().map(|(_, pump)| pump.len()).sum();
        bytes / once.max(1)
    }

    /// The text as an expression.
    pub(crate) fn shown(&self, times: usize, end: u8) -> String {
        let quoted = |bytes: &[u8]| format!("\"{}\"", bytes.escape_ascii());
        let mut parts = Vec::new();
        for (before, pump) in &self.pieces {
            parts.extend((!before.is_empty()).then(|| quoted(before)));
            parts.push(format!("{} × {times}", quoted(pump)));
        }
        parts.push(quoted(&[end]));
        parts.join(" . ")
    }
}

/// A text that a pattern matches in exponentially many ways, when there is one.
pub(crate) fn pump(pattern: &[u8], caseless: bool) -> Option<Pump> {
    let automaton = Automaton::of(&parse(pattern, caseless)?)?;
    let prefixes = prefixes(&automaton);
    let loops = (0..automaton.sets.len()).filter(|at| automaton.is_in_loop(*at));
    loops.into_iter().find_map(|at| {
        let prefix = prefixes.get(&at)?.clone();
        let pieces = vec![(prefix, twice(&automaton, at)?)];
        Some(Pump { pieces, rate: Rate::Exponential })
    })
}

/// A text that a pattern takes more than linear time for, when there is one. The power is that of a
/// match that begins in one place; an engine that tries each place takes one more.
pub(crate) fn slow(pattern: &[u8], caseless: bool) -> Option<Pump> {
    let automaton = Automaton::of(&parse(pattern, caseless)?)?;
    let Chain(pieces) = chain(&automaton, &prefixes(&automaton))?;
    let rate = Rate::Power(pieces.len() + 1);
    Some(Pump { pieces, rate })
}

/// A text that leads to each position.
fn prefixes(automaton: &Automaton) -> FxHashMap<usize, Vec<u8>> {
    let mut all = FxHashMap::default();
    let mut todo: VecDeque<_> = automaton.starts.iter().map(|at| (*at, Vec::new())).collect();
    while let Some((at, mut text)) = todo.pop_front() {
        let set = automaton.sets[at];
        let Some(byte) = set.common(set).filter(|_| !all.contains_key(&at)) else { continue };
        text.push(byte);
        todo.extend(automaton.next(at).map(|(next, _)| (next, text.clone())));
        all.insert(at, text);
    }
    all
}

/// A text that leads from a position to itself in two ways.
fn twice(automaton: &Automaton, at: usize) -> Option<Vec<u8>> {
    let mut before: FxHashMap<Pair, (Pair, u8)> = FxHashMap::default();
    let (start, goal) = ((at, at, false), (at, at, true));
    let mut todo = VecDeque::from([start]);
    while let Some(pair) = todo.pop_front() {
        for (next, byte) in steps(automaton, pair) {
            if next == start || before.contains_key(&next) {
                continue;
            }
            before.insert(next, (pair, byte));
            todo.push_back(next);
        }
    }
    let mut text = Vec::new();
    let mut pair = goal;
    while pair != start {
        let (from, byte) = *before.get(&pair)?;
        text.push(byte);
        pair = from;
    }
    text.reverse();
    Some(text)
}

fn steps(automaton: &Automaton, (one, two, differ): Pair) -> Vec<(Pair, u8)> {
    let mut steps = Vec::new();
    for (left, several) in automaton.next(one) {
        for (right, _) in automaton.next(two) {
            let Some(byte) = automaton.sets[left].common(automaton.sets[right]) else { continue };
            let ambiguous = one == two && left == right && several;
            steps.push(((left, right, differ || left != right || ambiguous), byte));
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_patterns_are_judged() {
        for bad in ["^(a+)+$", "(a*)*b", "^(a|a)*$", "^(a|aa)+$", "(\\w+\\s?)*!", "^([a-z]|\\w)+x"]
        {
            assert!(pump(bad.as_bytes(), false).is_some(), "{bad}");
        }
        for good in ["^a+$", "(ab)*c", "^[a-z]+@[a-z]+\\.com$", "(a|b)*", "a{2,4}b?", "(a+b)+", ""]
        {
            assert_eq!(pump(good.as_bytes(), false), None, "{good}");
        }
        // What the parser does not know is not judged.
        for unknown in ["(?=a+)+", "(a+)+\\1", "(a++)+", "(?>a+)+", "(", "[a", "a{9999}"] {
            assert_eq!(pump(unknown.as_bytes(), false), None, "{unknown}");
        }
    }

    #[test]
    fn powers_are_counted() {
        let power = |pattern: &str| slow(pattern.as_bytes(), false).map(|pump| pump.rate);
        for (pattern, expected) in [
            ("^a*a*$", 2),
            ("^\\s*(.*)$", 2),
            ("^a*a*a*$", 3),
            ("^.*,.*,.*,x$", 3),
            ("^a*b*a*b*$", 2),
            ("^[a-z]*x[a-z]*y[0-9]*z[0-9]*!", 2),
        ] {
            assert_eq!(power(pattern), Some(Rate::Power(expected)), "{pattern}");
        }
        for linear in ["^a+$", "^[a-z]+@[a-z]+$", "^a*b*c*$", "abc"] {
            assert_eq!(power(linear), None, "{linear}");
        }
    }
}
