//! Scripts that were read, of which the newest stay.
//!
//! What a script says takes some ten times the memory of its text, so of a large project only what was
//! asked for last stays; the rest is read again from its text when somebody asks.
//!
//! *Invariant.* Whether a script stays changes nothing but time: it follows from its text.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use hsl_analysis::Memory;
use hsl_decl::Catalog;
use hsl_syntax::Parse;

use crate::Declarations;
use crate::script::Script;

/// Where scripts stay that were read, for one graph and those that follow it.
#[derive(Debug)]
pub struct Shelf {
    /// Bytes of the texts whose scripts stay.
    most: usize,
    kept: Mutex<Kept>,
    /// What is known of functions from elsewhere.
    memory: Option<Arc<Memory>>,
    /// Ids of the catalogues that files name, read once each.
    declarations: Mutex<Vec<(&'static Catalog, Arc<Declarations>)>>,
}

#[derive(Debug, Default)]
struct Kept {
    /// The oldest first, with the bytes of their texts.
    scripts: VecDeque<(Weak<Book>, usize)>,
    bytes: usize,
}

/// The place of one script.
#[derive(Debug)]
pub(crate) struct Book {
    text: Arc<[u8]>,
    catalog: &'static Catalog,
    state: Mutex<State>,
    /// Whether it was asked for since somebody looked for room.
    is_used: AtomicBool,
    /// What is kept of a script that changes, so that an edit costs what it changes; none of one that
    /// never did.
    memory: Option<Arc<Memory>>,
}

#[derive(Debug, Default)]
struct State {
    /// The tree, when somebody had it, until the script is read.
    parse: Option<Parse>,
    script: Option<Arc<Script>>,
}

impl Shelf {
    /// A shelf for scripts whose texts have so many bytes altogether.
    pub fn new(most: usize) -> Arc<Self> {
        Self::with(most, None)
    }

    /// A shelf for all scripts, of which a memory knows parts already.
    pub fn knowing(memory: Arc<Memory>) -> Arc<Self> {
        Self::with(usize::MAX, Some(memory))
    }

    fn with(most: usize, memory: Option<Arc<Memory>>) -> Arc<Self> {
        Arc::new(Self { most, kept: Mutex::default(), memory, declarations: Mutex::default() })
    }

    /// Bytes of the texts whose scripts stay.
    pub(crate) fn most(&self) -> usize {
        self.most
    }

    /// The script of a book, read if it is not there.
    pub(crate) fn script(&self, name: &Arc<str>, book: &Arc<Book>) -> Arc<Script> {
        book.is_used.store(true, Ordering::Relaxed);
        // Who waits here wants the same script.
        let mut state = locked(&book.state);
        if let Some(script) = &state.script {
            return Arc::clone(script);
        }
        let parse = state.parse.take();
        let parse = parse.unwrap_or_else(|| hsl_syntax::parse(Arc::clone(&book.text)));
        let declarations = self.declarations(book.catalog);
        let memory = book.memory.clone().or_else(|| self.memory.clone());
        let script = Arc::new(Script::of(name, &parse, book.catalog, &declarations, memory));
        state.script = Some(Arc::clone(&script));
        drop(state);
        self.keep(book);
        script
    }

    fn keep(&self, book: &Arc<Book>) {
        let bytes = book.text.len();
        let mut kept = locked(&self.kept);
        kept.scripts.push_back((Arc::downgrade(book), bytes));
        kept.bytes += bytes;
        // What was used meanwhile has another turn; each at most once, so this ends.
        let mut turns = kept.scripts.len();
        while kept.bytes > self.most
            && let Some((oldest, bytes)) = kept.scripts.pop_front()
        {
            let alive = oldest.upgrade();
            if let Some(book) = &alive
                && turns > 0
                && book.is_used.swap(false, Ordering::Relaxed)
            {
                turns -= 1;
                kept.scripts.push_back((oldest, bytes));
                continue;
            }
            kept.bytes -= bytes;
            if let Some(book) = alive {
                locked(&book.state).script = None;
            }
        }
    }

    fn declarations(&self, catalog: &'static Catalog) -> Arc<Declarations> {
        let mut known = locked(&self.declarations);
        if let Some((_, found)) = known.iter().find(|(of, _)| std::ptr::eq(*of, catalog)) {
            return Arc::clone(found);
        }
        let found = Arc::new(Declarations::of(catalog));
        known.push((catalog, Arc::clone(&found)));
        found
    }
}

impl Book {
    /// The place of a text, in place of that of an older text of the same script.
    pub(crate) fn new(
        text: Arc<[u8]>,
        parse: Option<Parse>,
        catalog: &'static Catalog,
        older: Option<&Self>,
    ) -> Self {
        let state = Mutex::new(State { parse, script: None });
        let memory = older.map(|older| older.memory.clone().unwrap_or_default());
        Self { text, catalog, state, is_used: AtomicBool::new(false), memory }
    }

    /// Whether the script was read and stayed.
    pub(crate) fn is_read(&self) -> bool {
        locked(&self.state).script.is_some()
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
