//! URLs with values that are not encoded.

use crate::Pass;
use crate::lint::lint;
use crate::taint::{self, Sink};

lint! {
    /// Text from outside stands in the path or query of a URL as it is.
    ///
    /// # Why
    ///
    /// `&`, `#`, `?` and `/` in the text change what is asked for: a local part may hold them all.
    /// `http` encodes what its third argument gives for `$1`, `$2`, …; `url_encode` does so elsewhere.
    ///
    /// # Bad
    ///
    /// ```hsl rcptto
    /// $answer = http("http://127.0.0.1/check?to=" . $arguments["recipient"], ["timeout" => 5]);
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl rcptto
    /// $to = $arguments["recipient"];
    /// $answer = http("http://127.0.0.1/check?to=$1", ["timeout" => 5], [$to]);
    /// ```
    ///
    /// Source: RFC 3986 section 2.1.
    MANUAL_QUERY_STRING = "HSL4009" "manual-query-string" Warning
        "Text from outside stands in a URL as it is.", Program(check)
}

fn check(pass: &mut Pass<'_>) {
    let message = "text from outside stands in the URL as it is";
    taint::report(pass, &MANUAL_QUERY_STRING, Sink::Query, message, "write `$1` in the URL and give the value in the third argument");
}
