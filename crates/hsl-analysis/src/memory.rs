//! What was found out about functions, kept from one analysis to the next.
//!
//! A function that touches nothing but its own variables means the same wherever the same text
//! stands, as long as the functions that it names take the same arguments. So after an edit the other
//! functions are taken from here, moved to their new places.
//!
//! *Invariants.* What is taken from here is what an analysis without it would make.
//!
//! *Not here.* Which functions are such, and how they are moved (`lower/sealed.rs`).

use std::hash::{Hash as _, Hasher as _};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hsl_decl::{Hook, HookSet};
use rustc_hash::{FxHashMap, FxHasher};

use crate::Unit;
use crate::lower::Fragment;

/// Analyses after which a function that none of them met is forgotten: what is being typed comes
/// and goes.
const RUNS: u32 = 16;

/// Functions of the programs that begin with one file.
#[derive(Debug, Default)]
pub struct Memory {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    run: u32,
    /// By a digest of text and surroundings.
    fragments: FxHashMap<u64, (u32, Arc<Fragment>)>,
}

/// What a [`Unit`] is to a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Around {
    hook: Option<Hook>,
    library: bool,
    reached: HookSet,
    catalog: usize,
}

impl Around {
    pub(crate) fn of(unit: &Unit<'_>) -> Self {
        let catalog = std::ptr::from_ref(unit.catalog).addr();
        Self { hook: unit.hook, library: unit.library, reached: unit.reached, catalog }
    }
}

impl Memory {
    /// An analysis begins.
    pub(crate) fn begin(&self) {
        let mut kept = self.kept();
        kept.run = kept.run.wrapping_add(1);
        let run = kept.run;
        kept.fragments.retain(|_, (used, _)| run.wrapping_sub(*used) <= RUNS);
    }

    /// The function of a text.
    pub(crate) fn find(&self, text: &[u8], around: Around) -> Option<Arc<Fragment>> {
        let mut kept = self.kept();
        let run = kept.run;
        let (used, fragment) = kept.fragments.get_mut(&digest(text, around))?;
        if *fragment.text != *text || fragment.around != around {
            return None;
        }
        *used = run;
        Some(Arc::clone(fragment))
    }

    pub(crate) fn keep(&self, fragment: Arc<Fragment>) {
        let mut kept = self.kept();
        let run = kept.run;
        kept.fragments.insert(digest(&fragment.text, fragment.around), (run, fragment));
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn digest(text: &[u8], around: Around) -> u64 {
    let mut hasher = FxHasher::default();
    (text, around).hash(&mut hasher);
    hasher.finish()
}
