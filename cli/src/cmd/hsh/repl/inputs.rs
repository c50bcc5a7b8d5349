//! One input, and what is kept of those before it, as the files of one program.
//!
//! The program includes what is kept, then the input, so that all share one scope.

use std::collections::HashMap;
use std::sync::Arc;

use hsl_analysis::{ResolveError, Sources};

use super::definitions::Kept;
use crate::cmd::hsh::disk::Disk;

/// The file that includes the others, and the module whose variables stay.
pub(super) const ENTRY: &str = "hsh";

/// Files of the conversation over those of the disk.
pub(super) struct Inputs<'d> {
    disk: &'d Disk,
    /// Included files, with the name that their paths start from.
    order: Vec<(Arc<str>, Arc<str>)>,
    texts: HashMap<Arc<str>, Arc<[u8]>>,
}

impl<'d> Inputs<'d> {
    /// The program of an input.
    pub(super) fn new(disk: &'d Disk, kept: &[Kept], name: &Arc<str>, text: &[u8]) -> Self {
        let mut inputs = Self { disk, order: Vec::new(), texts: HashMap::new() };
        for file in kept {
            inputs.add(&file.name, &file.origin, file.text());
        }
        inputs.add(name, name, text.to_vec());
        let includes = (0..inputs.order.len()).map(|at| format!("include \"{at}\";\n"));
        let entry: String = includes.collect();
        inputs.texts.insert(ENTRY.into(), entry.into_bytes().into());
        inputs
    }

    fn add(&mut self, name: &Arc<str>, origin: &Arc<str>, text: Vec<u8>) {
        self.order.push((Arc::clone(name), Arc::clone(origin)));
        self.texts.insert(Arc::clone(name), text.into());
    }
}

impl Sources for Inputs<'_> {
    fn resolve(&self, from: &str, path: &str) -> Result<Arc<str>, ResolveError> {
        if from == ENTRY {
            let file = path.parse().ok().and_then(|at: usize| self.order.get(at));
            let missing = || ResolveError::Missing { name: path.to_owned(), similar: Vec::new() };
            return file.map(|(name, _)| Arc::clone(name)).ok_or_else(missing);
        }
        let file = self.order.iter().find(|(name, _)| &**name == from);
        self.disk.resolve(file.map_or(from, |(_, origin)| origin), path)
    }

    fn read(&self, name: &str) -> Option<Arc<[u8]>> {
        self.texts.get(name).map(Arc::clone).or_else(|| self.disk.read(name))
    }
}
