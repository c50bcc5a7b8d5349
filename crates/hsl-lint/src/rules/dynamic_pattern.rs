//! Regular expressions that a peer writes.

use crate::Pass;
use crate::lint::lint;
use crate::taint::{self, Sink};

lint! {
    /// Text from outside becomes part of a regular expression.
    ///
    /// # Why
    ///
    /// The client can write a pattern that matches everything, or one that takes so long that the
    /// script ends with an error (`scripting.limits.regex`). `pcre_quote` makes any text match itself.
    ///
    /// # Bad
    ///
    /// ```hsl rcptto
    /// if (pcre_match("/^" . $arguments["recipient"] . "$/", "x")) Accept();
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl rcptto
    /// if (pcre_match("/^" . pcre_quote($arguments["recipient"]) . "$/", "x")) Accept();
    /// ```
    ///
    /// Source: CWE-625, CWE-1333.
    DYNAMIC_PATTERN = "HSL4004" "dynamic-pattern" Warning
        "A regular expression is built from text from outside.", Program(check)
}

fn check(pass: &mut Pass<'_>) {
    let message = "text from outside becomes part of a regular expression";
    taint::report(pass, &DYNAMIC_PATTERN, Sink::Pattern, message, "quote it with `pcre_quote`");
}
