//! Keys of `$context` that nobody asks for.

use diagnostics::Diagnostic;
use hsl_analysis::Access;
use hsl_decl::Catalog;
use hsl_graph::{Graph, Realm};

use super::ProjectLint;

code! {
    /// A key of `$context` is written, and no hook reads it.
    ///
    /// # Why
    ///
    /// What is written is lost with the connection, so the key is misspelt or left over. Nothing is
    /// reported while some code reads keys that are computed, or passes `$context` on.
    ///
    /// # Bad
    ///
    /// ```hsl mailfrom
    /// $context["sender"] = $arguments["address"];
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
    CODE = "HSL2008" "context-never-read" Info "A key of `$context` is written that no hook reads."
}

pub(super) static RULE: ProjectLint = ProjectLint { code: &CODE, check };

fn check(graph: &Graph, _: &Catalog, findings: &mut Vec<Diagnostic>) {
    for realm in [Realm::CONNECTION, Realm::ATTEMPT] {
        if graph.computed_key(realm, Access::Read).is_some() {
            continue;
        }
        for (name, flow) in graph.context_keys(realm) {
            let is_read = flow.written.iter().any(|(_, key, _)| key.value_used);
            if !flow.read.is_empty() || is_read {
                continue;
            }
            // What serves connections and attempts may be read in the other.
            let own = flow.written.iter().filter(|(.., hooks)| Realm::of(*hooks) == realm);
            for (file, key, _) in own {
                let message = format!("nothing reads the key {name:?} of `$context`");
                let file = &graph.file(*file).name;
                findings.push(Diagnostic::new(&CODE, file, key.at, message));
            }
        }
    }
}
