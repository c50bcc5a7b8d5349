//! Names kept for older scripts.

use diagnostics::{Edit, Fix};
use hsl_analysis::{Access, Meaning};

use crate::Pass;
use crate::lint::lint;

lint! {
    /// A function is used that is only kept for older scripts.
    ///
    /// # Why
    ///
    /// The newer name does the same, and documentation, completion and other people's scripts speak
    /// of it.
    ///
    /// # Bad
    ///
    /// ```hsl
    /// echo explode(",", "a,b");
    /// ```
    ///
    /// ```hsl
    /// echo strtolower("A");
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl
    /// echo str_split("a,b", ",");
    /// ```
    DEPRECATED = "HSL8001" "deprecated" Warning
        "A name is kept for older scripts only.", Program(check)
}

fn check(pass: &mut Pass<'_>) {
    for reference in &pass.facts.references {
        let Meaning::Function(function) = reference.meaning else { continue };
        let Some(newer) = function.deprecated.filter(|_| reference.access == Access::Read) else {
            continue;
        };
        let message = format!("`{}` is kept for older scripts", function.name);
        let mut finding = pass.finding(&DEPRECATED, reference.at, message);
        finding = finding.help(format!("use `{newer}`"));
        if takes_the_same(pass, function, newer) {
            let edits = vec![Edit { span: reference.at.span, text: newer.to_owned() }];
            finding.fix = Some(Fix { title: format!("Change to `{newer}`"), edits, safe: true });
        }
        pass.push(finding);
    }
}

/// Whether only the name differs.
fn takes_the_same(pass: &Pass<'_>, old: &hsl_decl::Function, newer: &str) -> bool {
    let Some(newer) = pass.unit.function(newer) else { return false };
    let names = |function: &hsl_decl::Function| {
        function.params.iter().map(|param| param.name).collect::<Vec<_>>()
    };
    names(old) == names(newer)
}
