//! Transports and addresses that nothing uses.

use diagnostics::{Diagnostic, codes};
use hsl_decl::{Catalog, IdKind};
use hsl_graph::{Graph, Role, Symbol, TextKind, TextUse, Use};

use super::ProjectLint;
use super::tree;

pub(super) static RULE: ProjectLint = ProjectLint { code: &codes::UNUSED_ID, check };

/// What is only used by its id.
const KINDS: [IdKind; 2] = [IdKind::Transport, IdKind::Address];

fn check(graph: &Graph, _: &Catalog, findings: &mut Vec<Diagnostic>) {
    let Some((file, config)) = tree::config(graph, &Role::Running) else { return };
    for kind in KINDS.into_iter().filter(|kind| !is_computed(graph, *kind)) {
        for id in config.ids.iter().filter(|id| id.usage == Use::Definition) {
            let Symbol::Id(of, name) = &id.symbol else { continue };
            if *of == kind && !is_named(graph, &id.symbol, name) {
                let message = format!("nothing uses the {kind} `{name}`");
                findings.push(Diagnostic::new(&codes::UNUSED_ID, &file.name, id.at, message));
            }
        }
    }
}

/// Whether a script makes ids of a kind from other values: it may name any.
fn is_computed(graph: &Graph, kind: IdKind) -> bool {
    graph.scripts().any(|(_, script)| script.computed_ids.contains(&kind))
}

fn is_named(graph: &Graph, symbol: &Symbol, name: &str) -> bool {
    let in_config = graph
        .configs()
        .flat_map(|(_, config)| &config.ids)
        .any(|id| id.usage != Use::Definition && id.symbol == *symbol);
    // Of a text that is no id by its declaration the name is enough.
    let in_scripts = || {
        let is_name = |t: &TextUse| matches!(t.kind, TextKind::Id(_)) && *t.name == *name;
        graph.scripts_with_text(name).any(|(_, script)| script.texts.iter().any(is_name))
    };
    in_config || in_scripts()
}
