//! Sources of programs that are analysed again and again, or share functions.

use std::sync::Arc;

use hsl_syntax::Parse;

use crate::{Memory, ResolveError, Sources};

/// Sources with what other analyses found out.
#[derive(Debug)]
pub struct Remembered<'s, S: ?Sized> {
    /// The files.
    pub sources: &'s S,
    /// What is known of their functions.
    pub memory: Arc<Memory>,
}

impl<S: Sources + ?Sized> Sources for Remembered<'_, S> {
    fn resolve(&self, from: &str, path: &str) -> Result<Arc<str>, ResolveError> {
        self.sources.resolve(from, path)
    }

    fn read(&self, name: &str) -> Option<Arc<[u8]>> {
        self.sources.read(name)
    }

    fn parsed(&self, name: &str) -> Option<Parse> {
        self.sources.parsed(name)
    }

    fn memory(&self) -> Option<Arc<Memory>> {
        Some(Arc::clone(&self.memory))
    }
}
