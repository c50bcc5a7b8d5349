//! Rules about a project as a whole, by the order of their ids.
//!
//! They read the graph, so they know what one program cannot: which hooks reach a file, what other
//! hooks write, and which ids the configuration has.

use diagnostics::{Code, Diagnostic};
use hsl_decl::Catalog;
use hsl_graph::Graph;

/// A rule about a project.
#[derive(Debug)]
pub struct ProjectLint {
    /// The row of the table of codes, with its page.
    pub code: &'static Code,
    /// Reports what it finds.
    pub check: fn(&Graph, &Catalog, &mut Vec<Diagnostic>),
}

/// Declares the code of a rule with its page, as [`lint!`](crate::lint::lint) does. The programs under
/// `# Bad`, and those under `# Good`, are one project: scripts of hooks, `lib.hsl` without a hook, and
/// the running configuration.
macro_rules! code {
    (
        $(#[doc = $page:literal])*
        $name:ident = $id:literal $slug:literal $severity:ident $summary:literal
    ) => {
        $(#[doc = $page])*
        static $name: diagnostics::Code = diagnostics::Code {
            id: $id,
            name: $slug,
            severity: diagnostics::Severity::$severity,
            summary: $summary,
            doc: &[$($page),*],
        };
    };
}

mod tree;

macro_rules! rules {
    ($($file:ident;)*) => {
        $(mod $file;)*

        /// Every rule about projects.
        pub static PROJECT: &[&ProjectLint] = &[$(&$file::RULE),*];
    };
}

rules! {
    function_not_in_hook;
    context_read_before_write;
    context_never_read;
    unused_id;
    unknown_id_in_script;
    plaintext_auth;
    retry_table;
    path_outside_package;
    version_too_old;
}

/// What the rules find in a project, ordered by file and place, with the severities of the rules.
/// `catalog` tells what exists in which hook.
pub fn lint_project(graph: &Graph, catalog: &Catalog) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    graph.read_all();
    for rule in PROJECT {
        (rule.check)(graph, catalog, &mut findings);
    }
    findings.sort_by(|a, b| (&a.file, a.span).cmp(&(&b.file, b.span)));
    findings
}
