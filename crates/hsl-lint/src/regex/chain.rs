//! Texts that a pattern matches in a number of ways that grows with a power of their length.
//!
//! When the same text leads from a position back to it, from there to another one, and from that back
//! to itself, its repetitions can be shared out between both in as many ways as there are repetitions.
//! Of two such places in a row each has its ways, and the power grows by one.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;

use super::automaton::Automaton;

/// Places that are put into a row at most.
const ROW: usize = 3;
/// Links of a pattern that are looked at.
const LINKS: usize = 32;
/// Positions of larger patterns cost too much to compare.
const MOST: usize = 32;

/// Two positions that share out the repetitions of a text.
#[derive(Clone, Debug)]
struct Link {
    from: usize,
    to: usize,
    text: Vec<u8>,
}

/// What is repeated, each behind what leads there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Chain(pub(super) Vec<(Vec<u8>, Vec<u8>)>);

/// The longest chain of a pattern; none when there is no link.
pub(super) fn chain(automaton: &Automaton, prefixes: &FxHashMap<usize, Vec<u8>>) -> Option<Chain> {
    if automaton.sets.len() > MOST {
        return None;
    }
    let ways = Ways::of(automaton);
    let links = links(automaton, &ways);
    let starts = (0..links.len()).map(|at| longest(&links, &ways, vec![at]));
    let row = starts.max_by_key(|row| (row.len(), std::cmp::Reverse(row.clone())))?;
    let mut before = prefixes.get(&links[*row.first()?].from)?.clone();
    let mut pieces = Vec::new();
    for (number, at) in row.iter().enumerate() {
        let link = &links[*at];
        pieces.push((std::mem::take(&mut before), link.text.clone()));
        if let Some(next) = row.get(number + 1) {
            before = ways.text(automaton, link.to, links[*next].from)?;
        }
    }
    Some(Chain(pieces))
}

fn longest(links: &[Link], ways: &Ways, row: Vec<usize>) -> Vec<usize> {
    let Some(last) = row.last().filter(|_| row.len() < ROW) else { return row };
    let end = links[*last].to;
    let follows = |at: &usize| {
        let from = links[*at].from;
        !row.contains(at) && (from == end || ways.lead(end, from))
    };
    let longer = (0..links.len()).filter(follows).map(|at| {
        let mut longer = row.clone();
        longer.push(at);
        longest(links, ways, longer)
    });
    longer.max_by_key(Vec::len).unwrap_or(row)
}

/// Which positions lead to which.
struct Ways(Vec<Vec<bool>>);

impl Ways {
    fn of(automaton: &Automaton) -> Self {
        let count = automaton.sets.len();
        let from = |start: usize| {
            let (mut seen, mut todo) = (vec![false; count], vec![start]);
            while let Some(at) = todo.pop() {
                for (next, _) in automaton.next(at) {
                    if !std::mem::replace(&mut seen[next], true) {
                        todo.push(next);
                    }
                }
            }
            seen
        };
        Self((0..count).map(from).collect())
    }

    fn lead(&self, from: usize, to: usize) -> bool {
        self.0[from][to]
    }

    /// A shortest text from one position to another.
    fn text(&self, automaton: &Automaton, from: usize, to: usize) -> Option<Vec<u8>> {
        let mut todo = VecDeque::from([(from, Vec::new())]);
        let mut seen = vec![false; automaton.sets.len()];
        while let Some((at, text)) = todo.pop_front() {
            if at == to {
                return Some(text);
            }
            for (next, _) in automaton.next(at) {
                let byte = automaton.sets[next].common(automaton.sets[next]);
                if let Some(byte) = byte.filter(|_| !std::mem::replace(&mut seen[next], true)) {
                    let mut longer = text.clone();
                    longer.push(byte);
                    todo.push_back((next, longer));
                }
            }
        }
        None
    }
}

fn links(automaton: &Automaton, ways: &Ways) -> Vec<Link> {
    let looped: Vec<_> = (0..automaton.sets.len()).filter(|at| ways.lead(*at, *at)).collect();
    let pairs = looped.iter().flat_map(|from| looped.iter().map(move |to| (*from, *to)));
    // Where a way leads back as well, the number of ways is exponential, which is another matter.
    let pairs = pairs.filter(|(from, to)| ways.lead(*from, *to) && !ways.lead(*to, *from));
    let link = |(from, to)| Some(Link { from, to, text: shared(automaton, ways, from, to)? });
    pairs.filter_map(link).take(LINKS).collect()
}

/// A text that leads from the first position back to it, to the second, and from that back to itself.
fn shared(automaton: &Automaton, ways: &Ways, from: usize, to: usize) -> Option<Vec<u8>> {
    type Three = (usize, usize, usize);
    let (start, goal): (Three, Three) = ((from, from, to), (from, to, to));
    let around = |at: usize, of: usize| ways.lead(at, of);
    let mut before: FxHashMap<Three, (Three, u8)> = FxHashMap::default();
    let mut todo = VecDeque::from([start]);
    while let Some(three) = todo.pop_front() {
        for a in automaton.next(three.0).map(|(next, _)| next).filter(|a| around(*a, from)) {
            for b in automaton.next(three.1).map(|(next, _)| next).filter(|b| around(*b, to)) {
                for c in automaton.next(three.2).map(|(next, _)| next).filter(|c| around(*c, to)) {
                    let sets = [a, b, c].map(|at| automaton.sets[at]);
                    let byte = sets[0].both(sets[1]).common(sets[2]);
                    let Some(byte) = byte.filter(|_| !before.contains_key(&(a, b, c))) else {
                        continue;
                    };
                    before.insert((a, b, c), (three, byte));
                    todo.push_back((a, b, c));
                }
            }
        }
        if before.contains_key(&goal) {
            break;
        }
    }
    let (mut text, mut three) = (Vec::new(), goal);
    while three != start || text.is_empty() {
        let (earlier, byte) = *before.get(&three)?;
        text.push(byte);
        three = earlier;
    }
    text.reverse();
    Some(text)
}
