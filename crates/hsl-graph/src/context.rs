//! How the keys of `$context` flow from hook to hook.
//!
//! A connection has one `$context` through all its hooks; a delivery attempt has one of its own from
//! before it to after it. What is written in one is never seen in the other.

use std::collections::BTreeMap;
use std::sync::Arc;

use hsl_analysis::Access;
use hsl_decl::HookSet;

use crate::script::{KeyUse, Script};
use crate::{FileNo, Graph, Realm};

/// Where one key is written and read.
#[derive(Clone, Debug, Default)]
pub struct KeyFlow {
    /// Places that write it, with the hooks that come there.
    pub written: Vec<(FileNo, KeyUse, HookSet)>,
    /// Places that read it.
    pub read: Vec<(FileNo, KeyUse, HookSet)>,
}

impl Graph {
    /// Every key of the realm's `$context` by its name. Keys in code that no hook reaches are left out.
    pub fn context_keys(&self, realm: Realm) -> BTreeMap<Arc<str>, KeyFlow> {
        self.keys_in(self.scripts_with("context"), realm)
    }

    /// The same, of what is [at hand](Self::scripts_at_hand).
    pub fn context_keys_at_hand(&self, realm: Realm) -> BTreeMap<Arc<str>, KeyFlow> {
        self.keys_in(self.scripts_at_hand(), realm)
    }

    fn keys_in(
        &self,
        scripts: impl Iterator<Item = (FileNo, Arc<Script>)>,
        realm: Realm,
    ) -> BTreeMap<Arc<str>, KeyFlow> {
        let mut flows: BTreeMap<Arc<str>, KeyFlow> = BTreeMap::new();
        for (file, script) in scripts {
            for key in &script.keys {
                let hooks = self.hooks_of_scope(file, key.scope);
                if hooks.is_empty() || !Realm::of(hooks).meets(realm) {
                    continue;
                }
                let flow = flows.entry(Arc::clone(&key.name)).or_default();
                let side = match key.access {
                    Access::Write => &mut flow.written,
                    _ => &mut flow.read,
                };
                side.push((file, key.clone(), hooks));
            }
        }
        flows
    }

    /// A file of the realm that reads (or writes) keys which cannot be told.
    pub fn computed_key(&self, realm: Realm, access: Access) -> Option<FileNo> {
        let mut scripts = self.scripts_with("context");
        let found = scripts.find(|(file, script)| {
            let file = *file;
            script.dynamic_keys.iter().any(|(at, what)| {
                let hooks = self.hooks_at(file, at.start as usize);
                // A `$context` that is passed on may be changed where it goes.
                let whole = *what == access || self.is_whole_context(file, *at);
                whole && Realm::of(hooks).meets(realm)
            })
        });
        found.map(|(file, _)| file)
    }

    fn is_whole_context(&self, file: FileNo, at: diagnostics::Span) -> bool {
        let text = &self.file(file).text;
        text[at.range(text.len())] == *b"$context"
    }
}
