//! What a rule is.

use diagnostics::Code;
use hsl_analysis::hir::{Expr, ExprId, Function, Stmt};

use crate::pass::Pass;

/// A rule: the row of the table of codes, with its page, and how it is checked.
#[derive(Debug)]
pub struct Lint {
    /// Id, name, severity, summary and page.
    pub code: Code,
    /// What it looks at.
    pub check: Check,
}

/// What a rule looks at; it reports through the pass.
///
/// Of functions that did not change the findings of the rules about expressions, statements and
/// functions are kept. So these look at nothing beyond the function but types, what reaches it
/// ([`Pass::reaches`]), where it runs ([`Pass::unit`]) and the names of members; a rule that does is one
/// about the program.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// Each expression.
    Expr(fn(&mut Pass<'_>, ExprId, &Expr)),
    /// Each statement.
    Stmt(fn(&mut Pass<'_>, &Stmt)),
    /// Each function, the top level of a module included.
    Function(fn(&mut Pass<'_>, &Function)),
    /// The program as a whole.
    Program(fn(&mut Pass<'_>)),
}

/// Declares a rule. The documentation is its page: a sentence, then `# Why`, `# Bad` and `# Good`
/// with programs that the tests run (` ```hsl rcptto ` for one of a hook).
macro_rules! lint {
    (
        $(#[doc = $page:literal])*
        $name:ident = $id:literal $slug:literal $severity:ident $summary:literal, $kind:ident($check:path)
    ) => {
        $(#[doc = $page])*
        pub(crate) static $name: $crate::Lint = $crate::Lint {
            code: diagnostics::Code {
                id: $id,
                name: $slug,
                severity: diagnostics::Severity::$severity,
                summary: $summary,
                doc: &[$($page),*],
            },
            check: $crate::Check::$kind($check),
        };
    };
}
pub(crate) use lint;
