//! Files that a peer chooses.

use crate::Pass;
use crate::lint::lint;
use crate::taint::{self, Sink};

lint! {
    /// Text from outside stands in the path of a file.
    ///
    /// # Why
    ///
    /// The client decides what is read. Scripts cannot leave the packed files and the configured
    /// folder, whatever the path says, but inside there may be keys and lists that are not meant for
    /// it.
    ///
    /// # Bad
    ///
    /// ```hsl rcptto
    /// $note = File::read("file://notes/" . $arguments["recipient"]);
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl rcptto
    /// if ($arguments["recipient"] == "postmaster") {
    ///     $note = File::read("file://notes/" . $arguments["recipient"]);
    /// }
    /// ```
    ///
    /// Source: CWE-22.
    UNTRUSTED_PATH = "HSL4014" "untrusted-path" Warning
        "Text from outside decides which file is read.", Program(check)
}

fn check(pass: &mut Pass<'_>) {
    let message = "text from outside decides which file is read";
    taint::report(pass, &UNTRUSTED_PATH, Sink::Path, message, "compare it with a list of names first");
}
