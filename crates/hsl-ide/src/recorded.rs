//! The files of a program as they were read, so that it can be read again without them.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use hsl_analysis::{Memory, ResolveError, Sources};
use hsl_syntax::Parse;

/// What was asked of sources, and what they answered.
#[derive(Clone, Debug, Default)]
pub(crate) struct Recorded {
    paths: HashMap<(String, String), Result<Arc<str>, ResolveError>>,
    texts: HashMap<String, Option<Arc<[u8]>>>,
    trees: HashMap<String, Parse>,
    memory: Option<Arc<Memory>>,
}

/// Sources that are listened to.
pub(crate) struct Recorder<'s> {
    sources: &'s dyn Sources,
    heard: RefCell<Recorded>,
}

impl<'s> Recorder<'s> {
    pub(crate) fn new(sources: &'s dyn Sources) -> Self {
        let heard = Recorded { memory: sources.memory(), ..Recorded::default() };
        Self { sources, heard: RefCell::new(heard) }
    }

    pub(crate) fn finish(self) -> Recorded {
        self.heard.into_inner()
    }
}

impl Sources for Recorder<'_> {
    fn resolve(&self, from: &str, path: &str) -> Result<Arc<str>, ResolveError> {
        let answer = self.sources.resolve(from, path);
        let key = (from.to_owned(), path.to_owned());
        self.heard.borrow_mut().paths.insert(key, answer.clone());
        answer
    }

    fn read(&self, name: &str) -> Option<Arc<[u8]>> {
        let answer = self.sources.read(name);
        self.heard.borrow_mut().texts.insert(name.to_owned(), answer.clone());
        answer
    }

    fn parsed(&self, name: &str) -> Option<Parse> {
        let answer = self.sources.parsed(name);
        if let Some(parse) = &answer {
            self.heard.borrow_mut().trees.insert(name.to_owned(), parse.clone());
        }
        answer
    }

    fn memory(&self) -> Option<Arc<Memory>> {
        self.heard.borrow().memory.clone()
    }
}

impl Recorded {
    /// The same files, one with another text.
    pub(crate) fn with(&self, name: &str, text: Arc<[u8]>) -> Self {
        let mut changed = self.clone();
        changed.texts.insert(name.to_owned(), Some(text));
        changed.trees.remove(name);
        changed
    }
}

impl Sources for Recorded {
    fn resolve(&self, from: &str, path: &str) -> Result<Arc<str>, ResolveError> {
        let key = (from.to_owned(), path.to_owned());
        let missing = || ResolveError::Missing { name: path.to_owned(), similar: Vec::new() };
        self.paths.get(&key).cloned().unwrap_or_else(|| Err(missing()))
    }

    fn read(&self, name: &str) -> Option<Arc<[u8]>> {
        self.texts.get(name).cloned().flatten()
    }

    fn parsed(&self, name: &str) -> Option<Parse> {
        self.trees.get(name).cloned()
    }

    fn memory(&self) -> Option<Arc<Memory>> {
        self.memory.clone()
    }
}
