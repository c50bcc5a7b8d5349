//! A merge sort that asks for one comparison at a time.
//!
//! *Invariants.* Stable; every comparison is asked once; a callback that contradicts itself still
//! gives a permutation of the input.

use hsl_vm::{Array, Cx, Input, Key, NativeFrame, NativeResult, NativeStep, Tally, Value};

use crate::binding::Callback;

type Pair = (Key, Value);

/// A running sort: neighbouring runs of `width` places are merged from `order` into `merged`, from
/// left to right; then the two change their roles and the width doubles.
pub(super) struct Sort {
    callback: Callback,
    by_key: bool,
    pairs: Vec<Pair>,
    order: Vec<u32>,
    merged: Vec<u32>,
    width: usize,
    /// Heads and ends of the two runs at hand.
    left: Run,
    right: Run,
    asked: bool,
    #[expect(dead_code, reason = "held for its destructor")]
    tally: Tally,
}

/// Places of `order` that are not merged yet.
#[derive(Clone, Copy, Default)]
struct Run {
    head: usize,
    end: usize,
}

impl Run {
    const fn is_empty(self) -> bool {
        self.head >= self.end
    }
}

impl Sort {
    pub(super) fn new(callback: Callback, array: &Array, by_key: bool) -> Self {
        let pairs: Vec<Pair> = array.iter().map(|(key, value)| (key, value.clone())).collect();
        let order: Vec<u32> = (0..pairs.len() as u32).collect();
        let held = pairs.capacity() * size_of::<Pair>() + 2 * pairs.len() * size_of::<u32>();
        let mut sort = Self {
            callback,
            by_key,
            merged: Vec::with_capacity(order.len()),
            order,
            width: 1,
            left: Run::default(),
            right: Run::default(),
            asked: false,
            tally: Tally::new(held),
            pairs,
        };
        sort.take_runs(0);
        sort
    }

    /// Takes the two runs from this place on.
    fn take_runs(&mut self, at: usize) {
        let end = self.order.len();
        let middle = (at + self.width).min(end);
        self.left = Run { head: at, end: middle };
        self.right = Run { head: middle, end: (middle + self.width).min(end) };
    }

    /// Moves the head of the right or the left run.
    fn take(&mut self, right: bool) {
        let run = if right { &mut self.right } else { &mut self.left };
        self.merged.push(self.order[run.head]);
        run.head += 1;
    }

    /// Merges what needs no comparison. False when all is sorted.
    fn go_on(&mut self) -> bool {
        while self.left.is_empty() || self.right.is_empty() {
            let rests = [self.left, self.right].map(|run| &self.order[run.head..run.end]);
            rests.into_iter().for_each(|rest| self.merged.extend_from_slice(rest));
            let mut at = self.right.end;
            if at >= self.order.len() {
                std::mem::swap(&mut self.order, &mut self.merged);
                self.merged.clear();
                self.width *= 2;
                at = 0;
                if self.width >= self.order.len() {
                    return false;
                }
            }
            self.take_runs(at);
        }
        true
    }

    fn result(&mut self) -> Value {
        let mut pairs: Vec<_> = std::mem::take(&mut self.pairs).into_iter().map(Some).collect();
        let sorted = self.order.iter().filter_map(|at| pairs[*at as usize].take());
        Value::array(sorted.collect::<Array>())
    }

    fn side(&self, run: Run) -> Value {
        let (key, value) = &self.pairs[self.order[run.head] as usize];
        if self.by_key { key.to_value() } else { value.clone() }
    }
}

impl NativeFrame for Sort {
    fn resume(&mut self, _: &mut Cx<'_>, input: Input) -> NativeResult {
        if std::mem::replace(&mut self.asked, true) {
            // The left one goes first unless the right one belongs before it.
            self.take(input.into_value().truthy());
        }
        if !self.go_on() {
            return Ok(NativeStep::Return(self.result()));
        }
        let sides = [self.side(self.right), self.side(self.left)];
        Ok(NativeStep::call(&self.callback.0, sides))
    }
}
