//! What was found out about functions, kept from one analysis to the next.
//!
//! A function that touches nothing but its own variables means the same wherever the same text
//! stands, as long as the functions that it names take the same arguments. So after an edit the other
//! functions are taken from here, moved to their new places.
//!
//! Documents share what they find out: each has a [`Memory`] of what it met lately, and a [`Pool`] knows
//! of everything that some memory holds.
//!
//! *Invariants.* What is taken from here is what an analysis without it would make.
//!
//! *Not here.* Which functions are such, and how they are moved (`lower/sealed.rs`).

use std::hash::{Hash as _, Hasher as _};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

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
    pool: Arc<Pool>,
}

/// The functions that memories hold, for each other.
#[derive(Debug, Default)]
pub struct Pool {
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    /// By a digest of text and surroundings.
    fragments: FxHashMap<u64, Weak<Fragment>>,
    /// How many there may be before those are looked for that nobody holds any more.
    most: usize,
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
    /// A memory that shares what it holds with others.
    pub fn sharing(pool: Arc<Pool>) -> Self {
        Self { pool, kept: Mutex::default() }
    }

    /// An analysis begins.
    pub(crate) fn begin(&self) {
        let mut kept = self.kept();
        kept.run = kept.run.wrapping_add(1);
        let run = kept.run;
        kept.fragments.retain(|_, (used, _)| run.wrapping_sub(*used) <= RUNS);
    }

    /// The function of a text.
    pub(crate) fn find(&self, text: &[u8], around: Around) -> Option<Arc<Fragment>> {
        let digest = digest(text, around);
        let is_it = |fragment: &Arc<Fragment>| *fragment.text == *text && fragment.around == around;
        let mut kept = self.kept();
        let run = kept.run;
        if let Some((used, fragment)) = kept.fragments.get_mut(&digest)
            && is_it(fragment)
        {
            *used = run;
            return Some(Arc::clone(fragment));
        }
        let fragment = self.pool.find(digest).filter(is_it)?;
        kept.fragments.insert(digest, (run, Arc::clone(&fragment)));
        Some(fragment)
    }

    pub(crate) fn keep(&self, fragment: Arc<Fragment>) {
        let digest = digest(&fragment.text, fragment.around);
        self.pool.keep(digest, &fragment);
        let mut kept = self.kept();
        let run = kept.run;
        kept.fragments.insert(digest, (run, fragment));
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pool {
    /// Below so many nobody looks for what is gone.
    const FEW: usize = 1024;

    fn find(&self, digest: u64) -> Option<Arc<Fragment>> {
        self.known().fragments.get(&digest)?.upgrade()
    }

    fn keep(&self, digest: u64, fragment: &Arc<Fragment>) {
        let mut known = self.known();
        if known.fragments.len() >= known.most {
            known.fragments.retain(|_, fragment| fragment.strong_count() > 0);
            known.most = (known.fragments.len() * 2).max(Self::FEW);
        }
        known.fragments.insert(digest, Arc::downgrade(fragment));
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn digest(text: &[u8], around: Around) -> u64 {
    let mut hasher = FxHasher::default();
    (text, around).hash(&mut hasher);
    hasher.finish()
}
