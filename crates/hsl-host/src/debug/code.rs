//! The programs that connections run, and their texts.
//!
//! Invariants: a generation never changes; a connection looks at the one it was accepted under.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex};

use hsl_vm::code::{Location, Program};
use sha2::{Digest as _, Sha256};

use crate::memory::held;

/// Gives the text of a file by its name in programs.
pub type Texts = Arc<dyn Fn(&str) -> Option<Arc<[u8]>> + Send + Sync>;

/// A running configuration as the debugger sees it.
pub struct Generation {
    digest: String,
    programs: Vec<Arc<Program>>,
    texts: Texts,
    digests: Mutex<HashMap<String, String>>,
}

impl Generation {
    /// The programs of all hooks, the texts they were compiled from, and the digest of the whole.
    pub fn new(digest: impl Into<String>, programs: Vec<Arc<Program>>, texts: Texts) -> Self {
        Self { digest: digest.into(), programs, texts, digests: Mutex::default() }
    }

    /// Digest of the configuration.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    pub(crate) fn programs(&self) -> &[Arc<Program>] {
        &self.programs
    }

    /// Text of a file.
    pub(crate) fn text(&self, file: &str) -> Option<Arc<[u8]>> {
        (self.texts)(file)
    }

    /// Whether a place lies in what its author wrote. A runner of tests puts a call of its own behind
    /// the text of a file.
    pub(crate) fn shows(&self, location: &Location) -> bool {
        let text = self.text(&location.file);
        text.is_none_or(|text| (location.span.start as usize) < text.len())
    }

    /// SHA-256 of a file's text in hexadecimal.
    pub(crate) fn file_digest(&self, file: &str) -> Option<String> {
        if let Some(digest) = held(&self.digests).get(file) {
            return Some(digest.clone());
        }
        let digest = Sha256::digest(self.text(file)?);
        let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        held(&self.digests).insert(file.to_owned(), digest.clone());
        Some(digest)
    }
}

impl Default for Generation {
    fn default() -> Self {
        Self::new("", Vec::new(), Arc::new(|_| None))
    }
}

impl fmt::Debug for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Generation").field("digest", &self.digest).finish_non_exhaustive()
    }
}
