//! What else is found about a program before it runs.

use super::codes;

codes! {
    /// `cache` stands before something that it cannot keep, or a `barrier` inside one of the same name.
    ///
    /// # Why
    ///
    /// A verdict has no result to keep, and a call that changes something would change it only the first
    /// time. A lock that is held already would be waited for without end.
    ///
    /// # Bad
    ///
    /// ```hsl rcptto
    /// cache [] Reject("no");
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl rcptto
    /// $found = cache ["ttl" => 300] dns_query($arguments["address"]["domain"]);
    /// if (($found["error"] ?? "") == "NXDOMAIN") Reject("no");
    /// Accept();
    /// ```
    CACHE_BARRIER_MISUSE = "HSL1012" "cache-barrier-misuse" Error "`cache` or `barrier` is used on something it cannot hold.";
    /// Something that is no variable, element or property is assigned, tested with `isset` or removed.
    ///
    /// # Why
    ///
    /// There is no place that could hold the value.
    ///
    /// # Bad
    ///
    /// ```hsl
    /// length("a") = 5;
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl
    /// $length = 5;
    /// echo $length;
    /// ```
    INVALID_TARGET = "HSL1013" "invalid-target" Error "Something that is not a variable, element or property is assigned, tested or removed.";
    /// A data file that is imported cannot be converted.
    ///
    /// # Why
    ///
    /// The value is made before the script runs, so that it cannot fail on a message.
    ///
    /// # Bad
    ///
    /// ```hsl file lists.json
    /// {"local": ["shop.example",]}
    /// ```
    ///
    /// ```hsl
    /// import $lists from "lists.json"; echo $lists;
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl file lists.json
    /// {"local": ["shop.example"]}
    /// ```
    ///
    /// ```hsl
    /// import $lists from "lists.json"; echo $lists;
    /// ```
    INVALID_DATA_IMPORT = "HSL1014" "invalid-data-import" Error "An imported data file cannot be converted.";
    /// A list of parameters has one without default behind one with, or a default that is not constant.
    ///
    /// # Why
    ///
    /// Arguments are matched by their order, and defaults are made before the program runs.
    ///
    /// # Bad
    ///
    /// ```hsl
    /// function f($a = 1, $b) { return $a + $b; } echo f(1, 2);
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl
    /// function f($a, $b = 1) { return $a + $b; } echo f(1, 2);
    /// ```
    INVALID_PARAMETERS = "HSL1015" "invalid-parameters" Error "A parameter list breaks the order or constancy rules.";
    /// A function is too large for the virtual machine: variables and intermediate values, constants, or code.
    ///
    /// # Why
    ///
    /// Such a function is usually generated. Data of this size belongs into a file that is imported.
    CODE_LIMIT = "HSL1016" "code-limit" Error "A function needs more registers, constants or code than the virtual machine has.";
    /// The file is not valid UTF-8, or holds NUL or characters that change the direction of text.
    ///
    /// # Why
    ///
    /// Editors and reviewers see something else than what runs: a character that turns the direction can
    /// make code look like a comment. Strings may hold any byte by escapes such as `\xff`.
    SUSPICIOUS_BYTES = "HSL1105" "suspicious-bytes" Warning "The file is not valid UTF-8, or has NUL or bidirectional control characters.";
    /// A backslash in a string begins no escape, and stays in the text.
    ///
    /// # Why
    ///
    /// It was meant as a backslash, and two say so, or an escape of another language was meant.
    ///
    /// # Bad
    ///
    /// ```hsl
    /// echo "a\qb";
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl
    /// echo "a\\qb";
    /// ```
    UNKNOWN_ESCAPE = "HSL1106" "unknown-escape" Warning "A backslash in a string begins no escape and stays in the text.";
    /// A statement stands behind one that always leaves: a verdict, `return`, `throw`, `break`, `continue`.
    ///
    /// # Why
    ///
    /// It never runs. Either it stands too late, or a condition is missing before it.
    ///
    /// # Bad
    ///
    /// ```hsl rcptto
    /// Accept();
    /// $context = 1;
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl rcptto
    /// $context = 1;
    /// Accept();
    /// ```
    UNREACHABLE_CODE = "HSL2001" "unreachable-code" Warning "A statement stands behind one that always leaves.";
    /// A function does not exist in the hook that runs the script.
    ///
    /// # Why
    ///
    /// Each hook has its own verdicts: only a queued message can be tried, only a client can be refused.
    ///
    /// # Bad
    ///
    /// ```hsl connect
    /// Try();
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl predelivery
    /// Try();
    /// ```
    FUNCTION_NOT_IN_HOOK = "HSL2003" "function-not-in-hook" Error "A function does not exist in the hook that reaches it.";
    UNSUPPORTED_OPERANDS = "HSL3003" "impossible-type" Error "Literal operands can never fit the operator.";
    MAYBE_UNDEFINED = "HSL3007" "maybe-undefined" Warning "A variable is read but never created in its scope.";
    /// An options array has a key that the function does not know.
    ///
    /// # Why
    ///
    /// It would be ignored, or raise an exception when the call is reached: a misspelled `timeout` limits
    /// nothing.
    ///
    /// # Bad
    ///
    /// ```hsl
    /// echo dns_query("shop.example", ["time_out" => 2])["error"];
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl
    /// echo dns_query("shop.example", ["timeout" => 2])["error"];
    /// ```
    UNKNOWN_OPTION = "HSL3016" "unknown-option" Error "An options array has a key that the function does not know.";
    /// A comment allows a finding that is not there, does not exist, or does not say why.
    ///
    /// # Why
    ///
    /// A comment that outlives its cause hides the next mistake on the line.
    ///
    /// # Bad
    ///
    /// ```hsl
    /// echo 1; // hsl:allow unused-symbol it is used elsewhere
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl
    /// echo 1;
    /// ```
    UNUSED_ALLOW = "HSL9001" "unused-allow" Info "A comment allows what is not found there, or does not say why.";
}
