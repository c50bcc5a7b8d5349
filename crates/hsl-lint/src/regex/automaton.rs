//! The automaton of the positions of a pattern (Glushkov), with the number of ways between them.

use rustc_hash::FxHashMap;

use super::parse::{Bytes, Node};

/// Positions that a pattern may have; larger ones are not judged.
const MOST: usize = 48;

/// Positions, and in how many ways (one, or several) one follows another.
#[derive(Debug, Default)]
pub(super) struct Automaton {
    pub(super) sets: Vec<Bytes>,
    pub(super) starts: Vec<usize>,
    follows: FxHashMap<(usize, usize), u8>,
    /// The same by the position that is followed, in order.
    successors: Vec<Vec<(usize, bool)>>,
}

/// Where a part of a pattern begins and ends.
#[derive(Clone, Debug, Default)]
struct Part {
    first: Vec<usize>,
    last: Vec<usize>,
    empty: bool,
}

impl Automaton {
    /// The automaton of a pattern; none when it is too large.
    pub(super) fn of(node: &Node) -> Option<Self> {
        let mut automaton = Self::default();
        automaton.starts = automaton.part(node)?.first;
        automaton.successors = vec![Vec::new(); automaton.sets.len()];
        for ((from, to), ways) in &automaton.follows {
            automaton.successors[*from].push((*to, *ways > 1));
        }
        automaton.successors.iter_mut().for_each(|next| next.sort_unstable());
        Some(automaton)
    }

    /// The positions that follow one, each with whether several ways lead there.
    pub(super) fn next(&self, from: usize) -> impl Iterator<Item = (usize, bool)> + '_ {
        self.successors[from].iter().copied()
    }

    /// Whether some text leads from a position back to it.
    pub(super) fn is_in_loop(&self, at: usize) -> bool {
        let mut seen = vec![false; self.sets.len()];
        let mut todo = vec![at];
        while let Some(from) = todo.pop() {
            for (next, _) in self.next(from) {
                if next == at {
                    return true;
                }
                if !std::mem::replace(&mut seen[next], true) {
                    todo.push(next);
                }
            }
        }
        false
    }

    fn part(&mut self, node: &Node) -> Option<Part> {
        match node {
            Node::Set(bytes) => {
                self.sets.push(*bytes);
                let at = self.sets.len() - 1;
                let part = Part { first: vec![at], last: vec![at], empty: false };
                (self.sets.len() <= MOST).then_some(part)
            }
            Node::Sequence(items) => {
                let mut whole = Part { empty: true, ..Part::default() };
                for item in items {
                    let part = self.part(item)?;
                    whole = self.after(whole, part);
                }
                Some(whole)
            }
            Node::Choice(branches) => {
                let mut whole = Part::default();
                for branch in branches {
                    let part = self.part(branch)?;
                    whole.first.extend(part.first);
                    whole.last.extend(part.last);
                    whole.empty |= part.empty;
                }
                Some(whole)
            }
            Node::Repeat(inside, least, most) => self.repeat(inside, *least, *most),
        }
    }

    fn repeat(&mut self, inside: &Node, least: u32, most: Option<u32>) -> Option<Part> {
        let mut whole = Part { empty: true, ..Part::default() };
        let copies = most.unwrap_or(least.max(1));
        for copy in 0..copies {
            let mut part = self.part(inside)?;
            if most.is_none() && copy + 1 == copies {
                self.join(&part.last, &part.first);
            }
            part.empty |= copy >= least;
            whole = self.after(whole, part);
        }
        Some(whole)
    }

    fn after(&mut self, one: Part, two: Part) -> Part {
        self.join(&one.last, &two.first);
        let mut first = one.first;
        let mut last = two.last;
        if one.empty {
            first.extend(&two.first);
        }
        if two.empty {
            last.extend(one.last);
        }
        Part { first, last, empty: one.empty && two.empty }
    }

    fn join(&mut self, from: &[usize], to: &[usize]) {
        for (from, to) in from.iter().flat_map(|from| to.iter().map(move |to| (*from, *to))) {
            let ways = self.follows.entry((from, to)).or_default();
            *ways = ways.saturating_add(1);
        }
    }
}
