//! One file at one moment.

use std::sync::{Arc, OnceLock};

use diagnostics::{Diagnostic, Span};
use hsl_analysis::hir::FileId;
use hsl_analysis::types::Types;
use hsl_analysis::{Facts, Resolved, Sources, Unit, analyze};
use hsl_syntax::Parse;

use crate::recorded::{Recorded, Recorder};

/// A file, its tree and what its program means.
#[derive(Debug)]
pub struct View {
    /// Name of the file, as in diagnostics.
    pub file: Arc<str>,
    /// Its text and tree.
    pub parse: Parse,
    /// The program that begins with it.
    pub resolved: Resolved,
    /// Where it runs and what exists there.
    pub unit: Unit<'static>,
    /// Paths that scripts may import or include.
    pub paths: Arc<[Arc<str>]>,
    pub(crate) sources: Recorded,
    /// Places of variables and keys that hold what a peer wrote, once somebody has looked for them.
    pub untrusted: OnceLock<Vec<Span>>,
    pub(crate) types: OnceLock<Types>,
}

impl View {
    /// Analyses a file with everything it imports.
    pub fn new(
        file: &Arc<str>,
        parse: Parse,
        sources: &dyn Sources,
        unit: Unit<'static>,
        paths: Arc<[Arc<str>]>,
    ) -> Self {
        let recorder = Recorder::new(sources);
        let resolved = analyze(&recorder, file, &unit);
        let sources = recorder.finish();
        let (untrusted, types) = (OnceLock::new(), OnceLock::new());
        Self { file: Arc::clone(file), parse, resolved, unit, paths, sources, untrusted, types }
    }

    /// Findings in this file.
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        let own = self.resolved.diagnostics.iter().filter(|finding| finding.file == self.file);
        own.cloned().collect()
    }

    /// Names of the files that the program was made from.
    pub fn files(&self) -> impl Iterator<Item = &Arc<str>> {
        self.resolved.program.files.iter().map(|file| &file.name)
    }

    pub(crate) fn facts(&self) -> &Facts {
        &self.resolved.facts
    }

    /// The number of this file in its program.
    pub fn id(&self) -> Option<FileId> {
        let mut files = self.files();
        files.position(|name| *name == self.file).map(|at| FileId(at as u32))
    }

    pub(crate) fn text(&self) -> &[u8] {
        &self.parse.text
    }
}
