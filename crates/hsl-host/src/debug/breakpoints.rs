//! The breakpoints of a session, and program copies that carry them.
//!
//! Invariants: a program without breakpoints is run as it is; a copy is made once per worker,
//! program and change of the table, and dropped with its session.
//!
//! Not here: which statement a line means (`place`), what a hit does (`link`).

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::mem::ManuallyDrop;
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, Weak};

use diagnostics::Span;
use hsl_vm::Loaded;
use hsl_vm::code::FunctionId;
use hsl_vm::debug::{BreakpointId, with_breakpoints};
use mta_control::debug::{Breakpoint, Placed};

use super::code::Generation;
use super::place::{self, NoPlace, Shape};
use crate::memory::held;

/// The breakpoints of a session by file.
#[derive(Debug, Default)]
pub(crate) struct Table {
    /// Grows with every change.
    change: AtomicU64,
    files: Mutex<BTreeMap<String, Vec<Arc<Armed>>>>,
}

/// A breakpoint with what it has met.
#[derive(Debug)]
pub(crate) struct Armed {
    pub(crate) wish: Breakpoint,
    /// The statement it is at.
    span: Option<Span>,
    rule: Option<HitRule>,
    hits: AtomicU64,
}

/// Which hits count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum HitRule {
    Exactly(u64),
    AtLeast(u64),
    MoreThan(u64),
    Every(u64),
}

/// A program copy of one worker.
#[derive(Clone)]
pub(crate) struct Copy {
    /// The table it was made from.
    pub(crate) change: u64,
    /// What runs.
    pub(crate) loaded: Rc<Loaded>,
    /// Breakpoints by the number in the copy's instructions.
    armed: Rc<[Vec<Arc<Armed>>]>,
}

impl Table {
    /// Replaces the breakpoints of a file.
    pub(crate) fn replace(
        &self,
        file: &str,
        breakpoints: Vec<Breakpoint>,
        generation: &Generation,
    ) -> Vec<Placed> {
        let shape = Shape::of(generation.text(file).as_ref());
        let mut placed = Vec::new();
        let mut armed = Vec::new();
        for wish in breakpoints {
            let rule = match wish.hit.as_deref().map(HitRule::read).transpose() {
                Ok(rule) => rule,
                Err(message) => {
                    placed.push(Placed {
                        id: wish.id,
                        message: Some(message),
                        ..Placed::default()
                    });
                    continue;
                }
            };
            let (span, answer) = verify(&wish, file, &shape, generation);
            placed.push(answer);
            armed.push(Arc::new(Armed { wish, span, rule, hits: AtomicU64::new(0) }));
        }
        held(&self.files).insert(file.to_owned(), armed);
        self.change.fetch_add(1, Ordering::Release);
        placed
    }

    /// Number of the last change.
    pub(crate) fn change(&self) -> u64 {
        self.change.load(Ordering::Acquire)
    }

    /// A copy of the program with every breakpoint that has a place in it.
    fn copy(&self, base: &Rc<Loaded>) -> Copy {
        let change = self.change();
        let mut places: BTreeMap<(FunctionId, u32), Vec<Arc<Armed>>> = BTreeMap::new();
        for (file, armed) in held(&self.files).iter() {
            for breakpoint in armed {
                let Some(span) = breakpoint.span else { continue };
                for at in place::instructions(base.program(), file, span) {
                    places.entry(at).or_default().push(Arc::clone(breakpoint));
                }
            }
        }
        if places.is_empty() {
            return Copy { change, loaded: Rc::clone(base), armed: Rc::from([]) };
        }
        let numbered = (0..).zip(places.keys());
        let patches: Vec<(FunctionId, u32, BreakpointId)> =
            numbered.map(|(id, (function, pc))| (*function, *pc, id)).collect();
        let loaded = with_breakpoints(base, &patches);
        Copy { change, loaded, armed: places.into_values().collect() }
    }
}

impl Armed {
    /// Counts a hit; whether it is one that the user wants.
    pub(crate) fn counts(&self) -> bool {
        let hit = self.hits.fetch_add(1, Ordering::Relaxed) + 1;
        match self.rule {
            None => true,
            Some(HitRule::Exactly(n)) => hit == n,
            Some(HitRule::AtLeast(n)) => hit >= n,
            Some(HitRule::MoreThan(n)) => hit > n,
            Some(HitRule::Every(n)) => hit.is_multiple_of(n),
        }
    }
}

impl Copy {
    /// The breakpoints at a patched instruction.
    pub(crate) fn armed(&self, id: BreakpointId) -> &[Arc<Armed>] {
        self.armed.get(id as usize).map_or(&[], Vec::as_slice)
    }
}

impl HitRule {
    fn read(text: &str) -> Result<Self, String> {
        let text = text.trim();
        type Make = fn(u64) -> HitRule;
        let operators: [(&str, Make); 5] = [
            ("==", Self::Exactly),
            (">=", Self::AtLeast),
            (">", Self::MoreThan),
            ("%", Self::Every),
            ("", Self::Exactly),
        ];
        let found =
            operators.iter().find_map(|(sign, make)| Some((text.strip_prefix(sign)?, make)));
        let number = found.and_then(|(rest, make)| Some((rest.trim().parse().ok()?, make)));
        match number {
            Some((n, make)) if n > 0 => Ok(make(n)),
            _ => Err(format!("`{text}` is no hit condition; write 3, >=3, >3 or %3")),
        }
    }
}

fn verify(
    wish: &Breakpoint,
    file: &str,
    shape: &Shape,
    generation: &Generation,
) -> (Option<Span>, Placed) {
    let mut reached = false;
    for program in generation.programs() {
        match place::find(program, file, shape, wish.line, wish.col) {
            Ok((span, range)) => {
                let range = Some(range);
                return (Some(span), Placed { id: wish.id, verified: true, range, message: None });
            }
            Err(NoPlace::Statement) => reached = true,
            Err(NoPlace::File) => {}
        }
    }
    let message = match reached {
        true => "no statement from here to the end of the block",
        false => "no script that runs here uses the file",
    };
    (None, Placed { id: wish.id, message: Some(message.to_owned()), ..Placed::default() })
}

/// A copy, the program it was made of, and the table it belongs to.
struct Kept {
    table: Weak<Table>,
    base: Rc<Loaded>,
    copy: Copy,
}

thread_local! {
    /// Never dropped: when a thread ends, what the values in programs need to be dropped may be gone.
    static COPIES: RefCell<ManuallyDrop<Vec<Kept>>> =
        const { RefCell::new(ManuallyDrop::new(Vec::new())) };
}

/// The present copy of a program on this worker.
pub(crate) fn current(table: &Arc<Table>, base: &Rc<Loaded>) -> Copy {
    COPIES.with_borrow_mut(|copies| {
        copies.retain(|kept| kept.table.strong_count() > 0);
        let same = |kept: &&Kept| {
            Weak::as_ptr(&kept.table) == Arc::as_ptr(table) && Rc::ptr_eq(&kept.base, base)
        };
        if let Some(kept) = copies.iter().find(same).filter(|k| k.copy.change == table.change()) {
            return kept.copy.clone();
        }
        copies.retain(|kept| !same(&kept));
        let copy = table.copy(base);
        let table = Arc::downgrade(table);
        copies.push(Kept { table, base: Rc::clone(base), copy: copy.clone() });
        copy
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hits(rule: &str) -> Vec<bool> {
        let rule = Some(HitRule::read(rule).unwrap());
        let armed =
            Armed { wish: Breakpoint::default(), span: None, rule, hits: AtomicU64::new(0) };
        (0..4).map(|_| armed.counts()).collect()
    }

    #[test]
    fn hit_conditions() {
        assert_eq!(hits("2"), [false, true, false, false]);
        assert_eq!(hits("== 2"), [false, true, false, false]);
        assert_eq!(hits(">=2"), [false, true, true, true]);
        assert_eq!(hits(">2"), [false, false, true, true]);
        assert_eq!(hits("%2"), [false, true, false, true]);
        assert!(HitRule::read("%0").is_err());
        assert!(HitRule::read("often").is_err());
    }
}
