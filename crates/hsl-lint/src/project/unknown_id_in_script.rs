//! Ids in scripts that the configuration does not have.

use diagnostics::{Diagnostic, nearest};
use hsl_decl::{Catalog, IdKind};
use hsl_graph::{Graph, Role, Symbol, TextKind, TextUse, Use};

use super::ProjectLint;
use super::tree;

code! {
    /// A script names a transport, a server, a key or the like that the configuration does not define.
    ///
    /// # Why
    ///
    /// A message for a transport that does not exist cannot be delivered, a key that does not exist
    /// cannot sign, and a comparison with such an id is never true. Only texts whose place is declared
    /// to be an id are looked at, and only while the configuration can be read. Groupings and lists are
    /// names behind `&` and `@`; a label (`tag`) needs no definition.
    ///
    /// # Bad
    ///
    /// ```yaml
    /// version: "6.10"
    /// transportgroups: [{id: out, transports: [{id: mx}]}]
    /// ```
    ///
    /// ```hsl predelivery
    /// if ($message["transportid"] == "mx2") Try();
    /// ```
    ///
    /// ```yaml
    /// version: "6.10"
    /// queues: {grouping: {groupings: [{id: big, remotemx: ["*.big.example"]}]}}
    /// ```
    ///
    /// ```hsl predelivery
    /// queue_suspend(["grouping" => "&bigg"], 60, ["tag" => "slow"]);
    /// ```
    ///
    /// # Good
    ///
    /// ```yaml
    /// version: "6.10"
    /// transportgroups: [{id: out, transports: [{id: mx}]}]
    /// ```
    ///
    /// ```hsl predelivery
    /// if ($message["transportid"] == "mx") Try();
    /// ```
    CODE = "MS6005" "unknown-id-in-script" Warning
        "A script names an id that the configuration does not define."
}

pub(super) static RULE: ProjectLint = ProjectLint { code: &CODE, check };

fn check(graph: &Graph, _: &Catalog, findings: &mut Vec<Diagnostic>) {
    let Some(known) = defined(graph) else { return };
    for (file, script) in graph.scripts() {
        let of = graph.file(file);
        // A test may say what it likes.
        if of.role == Role::Program {
            continue;
        }
        for text in &script.texts {
            let Some(kind) = id_kind(text) else { continue };
            let ids = known.iter().filter(|(of, _)| *of == kind).map(|(_, id)| *id);
            if ids.clone().any(|id| *id == *text.name) {
                continue;
            }
            let message = format!("the configuration has no {kind} {:?}", text.name);
            let finding = Diagnostic::new(&CODE, &of.name, text.at, message);
            findings.push(match nearest(&text.name, ids) {
                Some(near) => finding.help(format!("did you mean {near:?}?")),
                None => finding,
            });
        }
    }
}

/// What a text is an id of, when it is certain that it has to be one. An empty text asks whether there
/// is an id, and scripts make labels themselves.
fn id_kind(text: &TextUse) -> Option<IdKind> {
    match text.kind {
        TextKind::Id(kind) if text.sure && !text.name.is_empty() => {
            Some(kind).filter(|kind| *kind != IdKind::Tag)
        }
        _ => None,
    }
}

/// Every id of the configuration; none unless there are both files, and all files can be read.
fn defined(graph: &Graph) -> Option<Vec<(IdKind, &str)>> {
    tree::config(graph, &Role::Startup).and(tree::config(graph, &Role::Running))?;
    let is_whole = graph.configs().all(|(_, config)| config.whole);
    is_whole.then_some(())?;
    let ids = graph.configs().flat_map(|(_, config)| &config.ids);
    let ids = ids.filter(|id| id.usage == Use::Definition);
    let ids = ids.filter_map(|id| match &id.symbol {
        Symbol::Id(kind, name) => Some((*kind, &**name)),
        _ => None,
    });
    Some(ids.collect())
}
