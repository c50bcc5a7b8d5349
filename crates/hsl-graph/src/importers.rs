//! Which hooks reach a file of a large project, by its imports alone.
//!
//! *Not here.* Which hooks reach a function ([`Reach`](crate::reach::Reach)): for that every script has
//! to be read.

use rustc_hash::FxHashSet;

use hsl_decl::HookSet;

use crate::script::LinkKind;
use crate::{FileNo, Graph, Role};

impl Graph {
    /// The hooks whose scripts import or include a file, over any number of files. Of the scripts of
    /// one hook the first that is found is enough.
    pub(crate) fn hooks_of_importers(&self, file: FileNo) -> HookSet {
        let (mut hooks, mut seen, mut open) =
            (HookSet::NONE, FxHashSet::from_iter([file]), vec![file]);
        while let Some(file) = open.pop() {
            hooks = hooks.union(self.own_hooks(file));
            for (importer, _) in self.files_with_path_to(file) {
                let is_new = |hook: &HookSet| hooks.union(*hook) != hooks;
                let role = &self.file(importer).role;
                let known = matches!(role, Role::Hook(hook, _) if !is_new(&HookSet::of(&[*hook])));
                if !known && !seen.contains(&importer) && self.runs(importer, file) {
                    seen.insert(importer);
                    open.push(importer);
                    hooks = hooks.union(self.own_hooks(importer));
                }
            }
        }
        hooks
    }

    /// The hook that a file is the script of, and those of its comment.
    fn own_hooks(&self, file: FileNo) -> HookSet {
        let pragma = self.script(file).map_or(HookSet::NONE, |script| script.pragma);
        match &self.file(file).role {
            Role::Hook(hook, _) => pragma.union(HookSet::of(&[*hook])),
            _ => pragma,
        }
    }

    fn runs(&self, importer: FileNo, file: FileNo) -> bool {
        let linked = self.linked(importer);
        linked.is_some_and(|linked| {
            let mut links = linked.links();
            links.any(|(link, target)| target == Some(file) && link.kind != LinkKind::Data)
        })
    }
}
