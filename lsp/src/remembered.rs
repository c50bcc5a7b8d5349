//! Sources of a document that is looked at again and again.

use std::sync::Arc;

use hsl_analysis::{Memory, ResolveError, Sources};
use hsl_syntax::Parse;

/// Sources with what earlier looks at the same document found out.
pub(crate) struct Remembered<'s> {
    pub(crate) sources: &'s dyn Sources,
    pub(crate) memory: Arc<Memory>,
}

impl Sources for Remembered<'_> {
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
