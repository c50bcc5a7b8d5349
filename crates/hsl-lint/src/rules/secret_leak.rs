//! Secrets in logs, headers, replies and URLs.

use crate::Pass;
use crate::lint::lint;
use crate::taint::{self, Sink};

lint! {
    /// A secret is written to a log, a header, a reply or a URL.
    ///
    /// # Why
    ///
    /// Logs are kept, copied and read by many; headers and URLs leave the server. Secret is what the
    /// debugger masks too: passwords and responses of the auth hook.
    ///
    /// # Bad
    ///
    /// ```hsl auth
    /// syslog("debug", "login with " . $arguments["password"]);
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl auth
    /// syslog("debug", "login of " . $arguments["username"]);
    /// ```
    ///
    /// Source: CWE-532.
    SECRET_LEAK = "HSL4007" "secret-leak" Warning
        "A secret is shown to others.", Program(check)
}

fn check(pass: &mut Pass<'_>) {
    let message = "a secret becomes visible here";
    taint::report(pass, &SECRET_LEAK, Sink::Output, message, "leave it out, or show a digest made with a key");
}
