//! Functions that depend on nothing but the functions that they name.

use std::any::Any;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use diagnostics::Diagnostic;

use super::FunctionId;
use crate::types::Walked;

/// Answers that are kept of each function: a text that is broken and whole in turn has two, and one that
/// several hooks reach may have some of each.
const KEPT: usize = 8;

/// A function of the top level that touches nothing outside but functions by their name, so that
/// what is found out about it holds wherever the same text stands.
#[derive(Clone, Debug)]
pub struct Sealed {
    /// The function.
    pub function: FunctionId,
    /// Positions in [`Program::exprs`](super::Program::exprs) of its expressions, those of functions
    /// inside included.
    pub exprs: Range<u32>,
    /// Positions in [`Program::functions`](super::Program::functions) of the functions inside.
    pub nested: Range<u32>,
    /// The functions of the script that it names, itself included if it does, in the order of the
    /// names.
    pub callees: Vec<FunctionId>,
    /// What is known about its text.
    pub memo: Arc<Memo>,
}

/// What was found out about the text of a sealed function.
#[derive(Debug, Default)]
pub struct Memo {
    walked: Kept<Arc<Walked>>,
    advice: Kept<(u64, Arc<[Diagnostic]>)>,
    shown: Mutex<Option<Arc<dyn Any + Send + Sync>>>,
}

/// The newest answers.
#[derive(Debug)]
struct Kept<T>(Mutex<Vec<T>>);

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self(Mutex::new(Vec::new()))
    }
}

impl<T: Clone> Kept<T> {
    fn find(&self, fits: impl Fn(&T) -> bool) -> Option<T> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|known| fits(known)).cloned()
    }

    fn keep(&self, new: T) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.remove(0);
        }
        kept.push(new);
    }
}

impl Memo {
    /// What a walk found that `fits`.
    pub(crate) fn walked(&self, fits: impl Fn(&Walked) -> bool) -> Option<Arc<Walked>> {
        self.walked.find(|known| fits(known))
    }

    pub(crate) fn keep_walked(&self, walked: Arc<Walked>) {
        self.walked.keep(walked);
    }

    /// Findings that were kept for a digest of everything that they follow from beside the text.
    pub fn advice(&self, digest: u64) -> Option<Arc<[Diagnostic]>> {
        self.advice.find(|(known, _)| *known == digest).map(|(_, found)| found)
    }

    /// Keeps findings.
    pub fn keep_advice(&self, digest: u64, found: Arc<[Diagnostic]>) {
        self.advice.keep((digest, found));
    }

    /// What is shown of the function, whatever that is to whoever kept it.
    pub fn shown<T: Any + Send + Sync>(&self) -> Option<Arc<T>> {
        let shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner).clone();
        shown.and_then(|shown| shown.downcast().ok())
    }

    /// Keeps what is shown, in place of what was kept before.
    pub fn keep_shown(&self, shown: Arc<impl Any + Send + Sync>) {
        *self.shown.lock().unwrap_or_else(PoisonError::into_inner) = Some(shown);
    }
}
