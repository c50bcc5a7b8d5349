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

use std::hash::{Hash, Hasher as _};
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
    /// Whether nothing is forgotten.
    lasts: bool,
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
    catalog: usize,
    /// Where it runs; none when it would be the same everywhere.
    place: Option<(Option<Hook>, bool, HookSet)>,
}

impl Around {
    pub(crate) fn of(unit: &Unit<'_>) -> Self {
        let catalog = std::ptr::from_ref(unit.catalog).addr();
        Self { catalog, place: Some((unit.hook, unit.library, unit.reached)) }
    }

    /// The same of a function that names nothing that only some hooks have.
    pub(crate) fn anywhere(self) -> Self {
        Self { place: None, ..self }
    }
}

impl Memory {
    /// A memory that shares what it holds with others.
    pub fn sharing(pool: Arc<Pool>) -> Self {
        Self { pool, ..Self::default() }
    }

    /// A memory that forgets nothing, for programs of which each is analysed once.
    pub fn lasting() -> Self {
        Self { lasts: true, ..Self::default() }
    }

    /// An analysis begins.
    pub(crate) fn begin(&self) {
        if self.lasts {
            return;
        }
        let mut kept = self.kept();
        kept.run = kept.run.wrapping_add(1);
        let run = kept.run;
        kept.fragments.retain(|_, (used, _)| run.wrapping_sub(*used) <= RUNS);
    }

    /// The function of a text.
    pub(crate) fn find(&self, text: &[u8], here: Around) -> Option<Arc<Fragment>> {
        let text_digest = digest_of(text);
        let around = [here.anywhere(), here].map(|around| (around, digest(text_digest, around)));
        let is_it = |fragment: &Arc<Fragment>, around: Around| {
            *fragment.text == *text && fragment.around == around
        };
        let mut kept = self.kept();
        let run = kept.run;
        for (around, digest) in around {
            if let Some((used, fragment)) = kept.fragments.get_mut(&digest)
                && is_it(fragment, around)
            {
                *used = run;
                return Some(Arc::clone(fragment));
            }
        }
        if self.lasts {
            return None;
        }
        let (digest, fragment) = around.into_iter().find_map(|(around, digest)| {
            let fragment = self.pool.find(digest).filter(|fragment| is_it(fragment, around))?;
            Some((digest, fragment))
        })?;
        kept.fragments.insert(digest, (run, Arc::clone(&fragment)));
        Some(fragment)
    }

    pub(crate) fn keep(&self, fragment: Arc<Fragment>) {
        let digest = digest(digest_of(&fragment.text), fragment.around);
        if !self.lasts {
            self.pool.keep(digest, &fragment);
        }
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

fn digest_of(what: impl Hash) -> u64 {
    let mut hasher = FxHasher::default();
    what.hash(&mut hasher);
    hasher.finish()
}

fn digest(text: u64, around: Around) -> u64 {
    digest_of((text, around))
}
