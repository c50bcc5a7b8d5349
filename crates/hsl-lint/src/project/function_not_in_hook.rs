//! Functions in shared files that do not exist in every hook which reaches the file.

use std::sync::Arc;

use diagnostics::{Diagnostic, codes};
use hsl_decl::{Catalog, Hook};
use hsl_graph::{FileNo, Graph, NameUse, Role, Step, StepKind};

use super::ProjectLint;

pub(super) static RULE: ProjectLint = ProjectLint { code: &codes::FUNCTION_NOT_IN_HOOK, check };

fn check(graph: &Graph, catalog: &Catalog, findings: &mut Vec<Diagnostic>) {
    // In a hook's own script the compiler sees it.
    for (file, _) in graph.files().filter(|(_, file)| file.role == Role::Library) {
        let Some(script) = graph.script(file) else { continue };
        for used in &script.names {
            let Some(name) = used.library else { continue };
            // The whole file is compiled for a hook, also what the hook never calls.
            let hooks = graph.hooks_of(file).iter().filter(|hook| !exists(catalog, name, *hook));
            let hooks: Vec<_> = hooks.collect();
            if !hooks.is_empty() && !graph.is_defined(file, used) {
                let found = hooks.into_iter().map(|hook| finding(graph, catalog, file, used, hook));
                findings.extend(found);
            }
        }
    }
}

fn exists(catalog: &Catalog, name: &str, hook: Hook) -> bool {
    catalog.function(name, Some(hook)).is_some() || catalog.class(name, Some(hook)).is_some()
}

fn finding(
    graph: &Graph,
    catalog: &Catalog,
    file: FileNo,
    used: &NameUse,
    hook: Hook,
) -> Diagnostic {
    let name = &used.name;
    let message = format!("`{name}` does not exist in the {hook} hook");
    let of = &graph.file(file).name;
    let mut finding = Diagnostic::new(&codes::FUNCTION_NOT_IN_HOOK, of, used.at, message);
    for step in way(graph, file, used.scope, hook) {
        let from = Arc::clone(&graph.file(step.file).name);
        finding = finding.label_in(from, step.at, told(step.kind));
    }
    let hooks: Vec<_> = catalog.hooks_with(name).map(Hook::as_str).collect();
    finding.help(format!("it exists in {}", hooks.join(", ")))
}

/// By calls, when the hook comes there; else by imports.
fn way(graph: &Graph, file: FileNo, scope: u32, hook: Hook) -> Vec<Step> {
    let calls = graph.way(file, scope, hook);
    if calls.is_empty() { graph.way(file, 0, hook) } else { calls }
}

fn told(kind: StepKind) -> &'static str {
    match kind {
        StepKind::Import => "imported here",
        StepKind::Include => "included here",
        StepKind::Call => "called here",
        StepKind::Closure => "in the function made here",
    }
}
