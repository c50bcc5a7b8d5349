//! The first look of the rules about projects at a project.
//!
//! They need every file, which takes as long as reading all of them. Until they are done findings are
//! shown without theirs, and then everybody is told.
//!
//! *Invariants.* Once they have looked at a project, no findings are shown without theirs.

use std::path::PathBuf;
use std::sync::Arc;

use gen_lsp_types as lsp;

use super::{News, Server};
use crate::jobs::{Urgency, guarded};

impl Server {
    /// Has them look at the projects of open documents, each once.
    pub(super) fn look_across(&mut self) {
        if !self.client.hears_later() {
            return;
        }
        let homes = self.world.documents.values().filter_map(|(_, home)| home.project.as_ref());
        let new = homes.map(|(root, _)| root).filter(|root| !self.looked_across.contains(*root));
        for root in new.cloned().collect::<Vec<_>>() {
            if self.looked_across.insert(root.clone()) {
                self.look_across_in(root);
            }
        }
    }

    fn look_across_in(&self, root: PathBuf) {
        let (world, out) = (Arc::clone(&self.world), self.out.clone());
        self.jobs.run(Urgency::Whole, move || match guarded(|| world.look_across(&root)) {
            Ok(true) => out.tell(News::LookedAcross),
            Ok(false) => {}
            Err(panic) => out.log(lsp::MessageType::Error, format!("{}: {panic}", root.display())),
        });
    }
}
