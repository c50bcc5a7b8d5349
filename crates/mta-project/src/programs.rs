//! Every hook of a configuration, compiled.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use diagnostics::Diagnostic;
use hsl_analysis::{Memory, Remembered, Resolved, Unit};
use hsl_decl::Hook;
use hsl_graph::parallel;
use hsl_vm::code::Program;
use hsl_vm::{Library, MockTable};
use mta_config::Running;

use crate::layout;
use crate::snapshot::Snapshot;

/// Programs by hook and id. The id of a queue hook is empty.
#[derive(Clone, Debug, Default)]
pub struct Programs {
    programs: BTreeMap<(Hook, Arc<str>), Arc<Program>>,
}

impl Programs {
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

/// Compiles every hook script that the configuration names and both queue hooks if they exist.
///
/// A name without a script is skipped: [`crate::check`] reports it. A finding in a shared file is
/// given once, however many hooks import the file.
pub fn compile(running: &Running, sources: &Snapshot) -> (Programs, Vec<Diagnostic>) {
    compile_each(running, sources, &Arc::new(Memory::lasting()), |_, _| Vec::new())
}

/// The same, with what `look` finds in each program with its names bound, whether it compiles or not.
/// What is found out about functions is kept in the memory.
pub(crate) fn compile_each(
    running: &Running,
    sources: &Snapshot,
    memory: &Arc<Memory>,
    look: impl Fn(&Resolved, &Unit<'_>) -> Vec<Diagnostic> + Sync,
) -> (Programs, Vec<Diagnostic>) {
    let library = |hook| mta_hooks::library(Some(hook));
    compile_with(running, sources, memory, library, look)
}

/// The same, with nothing computed beforehand that a test may replace.
pub fn compile_for_tests(running: &Running, sources: &Snapshot) -> Programs {
    let table = MockTable::default();
    let library = |hook| mta_hooks::library(Some(hook)).replaceable(&table);
    let memory = Arc::new(Memory::lasting());
    compile_with(running, sources, &memory, library, |_, _| Vec::new()).0
}

fn compile_with(
    running: &Running,
    sources: &Snapshot,
    memory: &Arc<Memory>,
    library: impl Fn(Hook) -> Library,
    look: impl Fn(&Resolved, &Unit<'_>) -> Vec<Diagnostic> + Sync,
) -> (Programs, Vec<Diagnostic>) {
    let entries = entries(running).into_iter().filter_map(|(hook, id)| {
        let name = layout::hook_name(hook, &id);
        sources.text(&name).is_some().then_some((hook, id, name))
    });
    let entries: Vec<_> = entries.collect();
    let mut libraries: BTreeMap<Hook, Library> = BTreeMap::new();
    for (hook, ..) in &entries {
        libraries.entry(*hook).or_insert_with(|| library(*hook));
    }
    let bytes = entries.iter().filter_map(|(.., name)| Some(sources.text(name)?.len())).sum();
    // Hooks share functions.
    let remembered = Remembered { sources, memory: Arc::clone(memory) };
    let built = parallel::map(&entries, bytes, |(hook, _, name)| {
        let unit = Unit::new(Some(*hook), mta_hooks::catalog());
        let resolved = hsl_analysis::analyze(&remembered, name, &unit);
        let mut findings = look(&resolved, &unit);
        let build = hsl_compile::compile(&resolved, &libraries[hook]);
        findings.extend(build.diagnostics);
        (build.program, findings)
    });
    let mut programs = Programs::default();
    let mut findings = Vec::new();
    for ((hook, id, _), (program, found)) in entries.into_iter().zip(built) {
        findings.extend(found);
        if let Some(program) = program {
            programs.programs.insert((hook, id), program);
        }
    }
    tell_once(&mut findings);
    (programs, findings)
}

/// Drops what was found before: several programs may reach a file.
pub(crate) fn tell_once(findings: &mut Vec<Diagnostic>) {
    let mut seen = HashSet::new();
    findings.retain(|f| seen.insert((Arc::clone(&f.file), f.span, f.code, f.message.clone())));
}

fn entries(running: &Running) -> Vec<(Hook, Arc<str>)> {
    let named = running.hooks().into_iter();
    let named = named.filter_map(|(phase, id)| Some((Hook::from_name(phase)?, id.as_str().into())));
    named.chain([(Hook::PreDelivery, "".into()), (Hook::PostDelivery, "".into())]).collect()
}
