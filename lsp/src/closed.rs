//! Trees of files that no document is open for, while findings are made from them.
//!
//! A tree takes some twenty times the memory of its text. A look at a whole workspace needs each once
//! and those of what many files import again and again, so only the newest stay.
//!
//! *Not here.* Trees of open documents and of what they import (`mta_project::Snapshot`).

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use hsl_analysis::{ResolveError, Sources};
use hsl_syntax::Parse;
use mta_project::Snapshot;

/// Bytes of the texts whose trees stay; their trees take about 3 MB.
const MOST: usize = 128 << 10;

/// The trees that were asked for last.
#[derive(Debug, Default)]
pub(crate) struct Trees {
    /// The newest is the last.
    kept: Mutex<VecDeque<Parse>>,
}

impl Trees {
    /// The tree of a text.
    pub(crate) fn of(&self, text: &Arc<[u8]>) -> Parse {
        if let Some(known) = self.known(text) {
            return known;
        }
        // Made outside the lock: another thread may make the same, which costs only time.
        let parse = hsl_syntax::parse(Arc::clone(text));
        self.keep(parse.clone());
        parse
    }

    /// Lets go of all of them.
    pub(crate) fn forget(&self) {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn known(&self, text: &Arc<[u8]>) -> Option<Parse> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let at = kept.iter().position(|parse| Arc::ptr_eq(&parse.text, text))?;
        let parse = kept.remove(at)?;
        kept.push_back(parse.clone());
        Some(parse)
    }

    fn keep(&self, parse: Parse) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_back(parse);
        let mut bytes: usize = kept.iter().map(|parse| parse.text.len()).sum();
        while bytes > MOST
            && let Some(oldest) = kept.pop_front()
        {
            bytes -= oldest.text.len();
        }
    }
}

/// The files of a project, as a file that is not open sees them.
pub(crate) struct Closed<'w> {
    pub(crate) texts: &'w Snapshot,
    pub(crate) trees: &'w Trees,
}

impl Sources for Closed<'_> {
    fn resolve(&self, from: &str, path: &str) -> Result<Arc<str>, ResolveError> {
        self.texts.resolve(from, path)
    }

    fn read(&self, name: &str) -> Option<Arc<[u8]>> {
        self.texts.read(name)
    }

    fn parsed(&self, name: &str) -> Option<Parse> {
        let known = self.texts.parse_if_known(name).cloned();
        known.or_else(|| Some(self.trees.of(self.texts.text(name)?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn script(bytes: usize) -> Arc<[u8]> {
        format!("// {}\n", "x".repeat(bytes)).into_bytes().into()
    }

    #[test]
    fn what_is_used_stays_and_the_rest_goes() {
        let (trees, library) = (Trees::default(), script(10));
        let first = script(MOST / 3);
        trees.of(&library);
        trees.of(&first);
        for _ in 0..6 {
            trees.of(&library);
            trees.of(&script(MOST / 3));
        }
        assert!(trees.known(&library).is_some());
        assert!(trees.known(&first).is_none());
        let bytes: usize = trees.kept.lock().unwrap().iter().map(|parse| parse.text.len()).sum();
        assert!(bytes <= MOST, "{bytes}");
        trees.forget();
        assert!(trees.known(&library).is_none());
    }

    #[test]
    fn a_text_that_is_too_large_is_read_all_the_same() {
        let (trees, large) = (Trees::default(), script(MOST + 1));
        assert!(Arc::ptr_eq(&trees.of(&large).text, &large));
        assert!(trees.known(&large).is_none());
    }
}
