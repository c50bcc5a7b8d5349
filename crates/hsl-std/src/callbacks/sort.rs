//! A merge sort that asks for one comparison at a time.
//!
//! *Invariants.* Stable; every comparison is asked once; a callback that contradicts itself still
//! gives a permutation of the input.

use std::collections::VecDeque;

use hsl_vm::{Array, Cx, Input, Key, NativeFrame, NativeResult, NativeStep, Value};

use crate::binding::Callback;

type Pair = (Key, Value);

/// A running sort: sorted runs, of which the first two are merged and put back at the end.
pub(super) struct Sort {
    callback: Callback,
    by_key: bool,
    runs: VecDeque<VecDeque<Pair>>,
    merging: Option<Merge>,
    /// Runs that this round has still to see; an odd one out is carried over, so that order among
    /// equals is kept.
    left_in_round: usize,
}

/// Two runs and what was taken from them.
struct Merge {
    left: VecDeque<Pair>,
    right: VecDeque<Pair>,
    merged: VecDeque<Pair>,
}

impl Sort {
    pub(super) fn new(callback: Callback, pairs: Vec<Pair>, by_key: bool) -> Self {
        let runs = pairs.into_iter().map(|pair| VecDeque::from([pair])).collect();
        Self { callback, by_key, runs, merging: None, left_in_round: 0 }
    }

    /// Puts the finished merge back and takes the next two runs; none when all are one.
    fn next_merge(&mut self) -> Option<&Merge> {
        loop {
            if let Some(merge) = self.merging.take_if(|merge| merge.is_done()) {
                self.runs.push_back(merge.finish());
            }
            if self.merging.is_some() {
                return self.merging.as_ref();
            }
            if self.runs.len() < 2 {
                return None;
            }
            self.start_merge();
        }
    }

    fn start_merge(&mut self) {
        if self.left_in_round == 0 {
            self.left_in_round = self.runs.len();
        }
        let left = self.runs.pop_front().unwrap_or_default();
        if self.left_in_round == 1 {
            self.left_in_round = 0;
            self.runs.push_back(left);
            return;
        }
        self.left_in_round -= 2;
        let right = self.runs.pop_front().unwrap_or_default();
        let merged = VecDeque::with_capacity(left.len() + right.len());
        self.merging = Some(Merge { left, right, merged });
    }

    fn result(&mut self) -> Value {
        let sorted = self.runs.pop_front().unwrap_or_default();
        Value::array(sorted.into_iter().collect::<Array>())
    }
}

impl Merge {
    fn is_done(&self) -> bool {
        self.left.is_empty() || self.right.is_empty()
    }

    fn finish(mut self) -> VecDeque<Pair> {
        self.merged.append(&mut self.left);
        self.merged.append(&mut self.right);
        self.merged
    }

    /// Takes the smaller head; the left one unless the right one belongs before it.
    fn take(&mut self, right_first: bool) {
        let side = if right_first { &mut self.right } else { &mut self.left };
        self.merged.extend(side.pop_front());
    }
}

impl NativeFrame for Sort {
    fn resume(&mut self, _: &mut Cx<'_>, input: Input) -> NativeResult {
        if let (Some(merge), Input::Value(answer)) = (&mut self.merging, input) {
            merge.take(answer.truthy());
        }
        let by_key = self.by_key;
        let callee = self.callback.0.clone();
        let Some(merge) = self.next_merge() else {
            return Ok(NativeStep::Return(self.result()));
        };
        let heads = merge.right.front().into_iter().chain(merge.left.front());
        let sides = heads.map(|(key, value)| if by_key { key.to_value() } else { value.clone() });
        Ok(NativeStep::call(&callee, sides))
    }
}
