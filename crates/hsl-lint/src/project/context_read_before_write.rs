//! Keys of `$context` that are read where nothing can have written them yet.

use diagnostics::{Diagnostic, nearest};
use hsl_analysis::Access;
use hsl_decl::{Catalog, Hook, HookSet};
use hsl_graph::{Graph, KeyFlow, Realm};

use super::ProjectLint;

code! {
    /// A key of `$context` is read, and no hook that can run before writes it.
    ///
    /// # Why
    ///
    /// The value is always `none`: the key is misspelt, or written in a hook that comes too late. A
    /// connection may carry several messages, so what any hook from HELO to the end of data writes can
    /// be read in each of them; only the connect hook runs before, and only the disconnect hook after
    /// all others. A delivery attempt has a `$context` of its own. A key that `isset` or `??` asks for
    /// is not reported, and none is while some code writes keys that are computed.
    ///
    /// # Bad
    ///
    /// ```hsl mailfrom
    /// $context["sender"] = $arguments["address"];
    /// ```
    ///
    /// ```hsl rcptto
    /// if ($context["sendr"] == "a@example.com") Accept();
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl mailfrom
    /// $context["sender"] = $arguments["address"];
    /// ```
    ///
    /// ```hsl rcptto
    /// if ($context["sender"] == "a@example.com") Accept();
    /// ```
    CODE = "HSL2007" "context-read-before-write" Warning
        "A key of `$context` is read that no hook before writes."
}

pub(super) static RULE: ProjectLint = ProjectLint { code: &CODE, check };

fn check(graph: &Graph, _: &Catalog, findings: &mut Vec<Diagnostic>) {
    for realm in [Realm::CONNECTION, Realm::ATTEMPT] {
        if graph.computed_key(realm, Access::Write).is_some() {
            continue;
        }
        let flows = graph.context_keys(realm);
        for (name, flow) in flows.iter().filter(|(_, flow)| !is_optional(flow)) {
            let written = flow.written.iter().fold(HookSet::NONE, |all, (.., of)| all.union(*of));
            let near = || {
                let others = flows.iter().filter(|(_, flow)| !flow.written.is_empty());
                nearest(name, others.map(|(name, _)| &**name)).filter(|near| *near != &**name)
            };
            for (file, key, hooks) in &flow.read {
                // What serves connections and attempts is silent: in one of both it may be right.
                if Realm::of(*hooks) != realm || may_follow(*hooks, written) {
                    continue;
                }
                let message = format!("nothing writes the key {name:?} of `$context` before");
                let file = &graph.file(*file).name;
                let finding = Diagnostic::new(&CODE, file, key.at, message);
                findings.push(match near() {
                    Some(near) => finding.help(format!("did you mean {near:?}?")),
                    None => with_writers(graph, finding, flow),
                });
            }
        }
    }
}

fn is_optional(flow: &KeyFlow) -> bool {
    flow.read.iter().any(|(_, key, _)| key.optional)
}

fn with_writers(graph: &Graph, mut finding: Diagnostic, flow: &KeyFlow) -> Diagnostic {
    for (file, key, _) in &flow.written {
        let file = std::sync::Arc::clone(&graph.file(*file).name);
        finding = finding.label_in(file, key.at, "written here, which comes later");
    }
    finding
}

/// Whether one of the hooks can read what one of the others wrote.
fn may_follow(readers: HookSet, writers: HookSet) -> bool {
    readers.iter().any(|reader| writers.iter().any(|writer| comes_before(writer, reader)))
}

/// Whether a hook can run before another in one connection or attempt, or is the same one.
fn comes_before(first: Hook, then: Hook) -> bool {
    first == then
        || first.is_smtp() == then.is_smtp()
            && match (first, then) {
                (Hook::Proxy, Hook::Connect) => true,
                (_, Hook::Connect) | (Hook::Disconnect, _) => false,
                (Hook::PostDelivery, Hook::PreDelivery) => false,
                _ => true,
            }
}
