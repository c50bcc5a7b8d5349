//! Every hook of a configuration, compiled.

use std::collections::BTreeMap;
use std::sync::Arc;

use hsl_decl::Hook;
use hsl_vm::code::Program;

/// Programs by hook and id. The id of a queue hook is empty.
#[derive(Clone, Debug, Default)]
pub struct Programs {
    programs: BTreeMap<(Hook, Arc<str>), Arc<Program>>,
}

impl Programs {
    /// Adds the program of a hook.
    pub fn insert(&mut self, hook: Hook, id: &str, program: Arc<Program>) {
        self.programs.insert((hook, id.into()), program);
    }

    /// The program of a hook; for a queue hook, `id` is ignored.
    pub fn get(&self, hook: Hook, id: &str) -> Option<&Arc<Program>> {
        let id = if hook.is_smtp() { id } else { "" };
        self.programs.get(&(hook, Arc::from(id)))
    }

    /// Every program, by hook and id.
    pub fn iter(&self) -> impl Iterator<Item = (Hook, &str, &Arc<Program>)> {
        self.programs.iter().map(|((hook, id), program)| (*hook, &**id, program))
    }
}
