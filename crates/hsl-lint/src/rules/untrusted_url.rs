//! Requests to hosts that a peer chooses.

use crate::Pass;
use crate::lint::lint;
use crate::taint::{self, Sink};

lint! {
    /// Text from outside stands in the host of a URL.
    ///
    /// # Why
    ///
    /// The client decides where the server connects, also to services inside your network that trust
    /// it; only what `scripting.network.deny` lists is refused. Take the host from the script or the
    /// configuration, or from a list that the text is looked up in.
    ///
    /// # Bad
    ///
    /// ```hsl rcptto
    /// $answer = http("http://" . $arguments["address"]["domain"] . "/check", ["timeout" => 5]);
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl rcptto
    /// $domain = $arguments["address"]["domain"];
    /// if ($domain == "example.com") {
    ///     $answer = http("http://" . $domain . "/check", ["timeout" => 5]);
    /// }
    /// ```
    ///
    /// Source: CWE-918.
    UNTRUSTED_URL = "HSL4008" "untrusted-url" Warning
        "Text from outside decides whom a request goes to.", Program(check)
}

fn check(pass: &mut Pass<'_>) {
    let message = "text from outside decides whom the request goes to";
    taint::report(pass, &UNTRUSTED_URL, Sink::Host, message, "compare it with a list of hosts first");
}
