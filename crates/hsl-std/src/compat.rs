//! Older names that scripts in circulation still use.
//!
//! *Sources.* The language reference, section 20; the list of aliases of the published manual.

use hsl_macros::library;
use hsl_vm::{
    Array, Cx, Input, NativeFrame, NativeResult, NativeStep, Request, Str, Thrown, Value,
};

use crate::{addresses, arrays, dns, files, random, strings};

/// Builtins of this topic.
#[library(topic = "compat")]
pub(crate) mod functions {
    use super::*;

    /// Returns the number of elements of an array or bytes of a string.
    ///
    /// An older name of `length`.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo count([1, 2]); // 2
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(deprecated = "length")]
    fn count(value: Value) -> Option<f64> {
        match &value {
            Value::String(text) => Some(text.len() as f64),
            Value::Array(array) => Some(array.len() as f64),
            _ => None,
        }
    }

    /// Returns the number of bytes of a string.
    ///
    /// An older name of `length`.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo strlen("abc"); // 3
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(deprecated = "length")]
    fn strlen(string: Value) -> Option<f64> {
        count(string)
    }

    /// Splits a string at each delimiter.
    ///
    /// An older form of `str_split`, with the first two arguments exchanged.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo explode(":", "a:b:c", 2); // [0=>"a",1=>"b:c"]
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = pure, deprecated = "str_split", elements = "string")]
    fn explode(
        cx: &mut Cx<'_>,
        delimiter: Str,
        string: Str,
        #[default(0)] limit: f64,
    ) -> Result<Array, Thrown> {
        strings::split(cx, &string, &delimiter, limit)
    }

    /// Concatenates the string forms of all elements.
    ///
    /// An older form of `array_join`, with the arguments exchanged.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Ends the script when the result would exceed the memory limit.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo implode("-", ["x", "y"]); // x-y
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = pure, deprecated = "array_join")]
    fn implode(cx: &mut Cx<'_>, glue: Str, array: Array) -> Result<Str, Thrown> {
        arrays::join(cx, &array, &glue)
    }

    /// Tells whether an array has an element that is `==` to a needle.
    ///
    /// An older form of `array_includes`, which compares by `===`.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo in_array("1", [1, 2]); // true
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(follows = Among, deprecated = "array_includes", differs = "compares by `===`")]
    fn in_array(#[checked] needle: Value, array: Array) -> bool {
        array.values().any(|value| value.loose_eq(&needle))
    }

    /// Returns a part of a string, from an offset and optionally of limited length.
    ///
    /// An older name of `str_slice`.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo substr("hello", 1, 3); // ell
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(deprecated = "str_slice")]
    fn substr(string: Str, offset: f64, length: Option<f64>) -> Str {
        strings::slice(&string, offset, length)
    }

    /// Returns the position of the first occurrence of a text, or -1.
    ///
    /// An older name of `str_find`.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo strpos("hello", "l"); // 2
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = pure, follows = Position, deprecated = "str_find")]
    fn strpos(cx: &mut Cx<'_>, string: &Str, substring: &Str, #[default(0)] offset: f64) -> f64 {
        strings::first(cx, string, substring, offset)
    }

    /// Returns the position of the last occurrence of a text, or -1.
    ///
    /// An older name of `str_rfind`.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo strrpos("hello", "l"); // 3
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = pure, follows = Position, deprecated = "str_rfind")]
    fn strrpos(cx: &mut Cx<'_>, string: &Str, substring: &Str, #[default(0)] offset: f64) -> f64 {
        strings::last(cx, string, substring, offset)
    }

    /// Removes white space, or given characters, from both ends of a string.
    ///
    /// An older name of `str_strip`.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo trim(" a b "); // a b
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(deprecated = "str_strip")]
    fn trim(string: &mut Str, characters: Option<&Str>) -> Str {
        strings::stripped(string, characters)
    }

    /// Tells whether a domain equals another or lies below it.
    ///
    /// An older name of `domain_includes`.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo is_subdomain("mx.example.com", ".example.com"); // true
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(deprecated = "domain_includes")]
    fn is_subdomain(subdomain: Str, domain: Str) -> bool {
        dns::includes(&subdomain, &domain)
    }

    /// Tells whether an address lies in a network or range.
    ///
    /// An older name of `inet_includes`.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo in_network("192.0.2.7", "192.0.2.0/24"); // true
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(deprecated = "inet_includes")]
    fn in_network(ip: Str, network: Str) -> Option<bool> {
        addresses::includes(&ip, &network)
    }

    /// Turns the ASCII letters of a string into lower case.
    ///
    /// An older name of `str_lower`.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo strtolower("ABC"); // abc
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(deprecated = "str_lower")]
    fn strtolower(string: Str) -> Str {
        Str::from(string.to_ascii_lowercase())
    }

    /// Turns the ASCII letters of a string into upper case.
    ///
    /// An older name of `str_upper`.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo strtoupper("abc"); // ABC
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(deprecated = "str_upper")]
    fn strtoupper(string: Str) -> Str {
        Str::from(string.to_ascii_uppercase())
    }

    /// Returns a random integer between two bounds, both included.
    ///
    /// An older name of `random_number`.
    /// Reads random.
    ///
    /// # Errors
    ///
    /// Raises an exception when the first bound is greater than the last.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo rand(3, 3); // 3
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = reads, deprecated = "random_number")]
    fn rand(cx: &mut Cx<'_>, first: f64, last: f64) -> Result<f64, Thrown> {
        random::between(cx, first, last)
    }

    /// Lists the numbers from `start` up to but not including `stop`.
    ///
    /// An older name of `array_range`.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Raises an exception for a step of 0. A result beyond the memory limit ends the script.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo range(0, 3); // [0=>0,1=>1,2=>2]
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = pure, deprecated = "array_range", elements = "number")]
    fn range(
        cx: &mut Cx<'_>,
        start: f64,
        stop: f64,
        #[default(1)] step: f64,
    ) -> Result<Array, Thrown> {
        arrays::range(cx, start, stop, step)
    }

    /// Returns the lines of a file, without their line ends.
    ///
    /// An older form of `File::read` and `str_split`. A final line feed starts no line.
    /// Suspends on the file service.
    ///
    /// # Errors
    ///
    /// Raises an exception when the file cannot be read.
    ///
    /// # Example
    ///
    /// ```hsl
    /// foreach (file("file://lists/domains.txt") as $domain) echo $domain;
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "array", deprecated = "File::read", elements = "string")]
    fn file(path: Str) -> NativeStep {
        NativeStep::enter(Lines { path })
    }
}

/// Reads a file and cuts it into lines.
struct Lines {
    path: Str,
}

impl NativeFrame for Lines {
    fn resume(&mut self, cx: &mut Cx<'_>, input: Input) -> NativeResult {
        let Input::Response(response) = input else {
            let path = self.path.to_lossy().into_owned();
            return Ok(NativeStep::suspend(Request::ReadFile { path }));
        };
        let content = files::content(*response)?;
        cx.charge(content.len());
        let text = content.strip_suffix(b"\n").unwrap_or(&content);
        let lines = text.split(|byte| *byte == b'\n').filter(|_| !content.is_empty());
        let lines = lines.map(|line| Value::string(line.strip_suffix(b"\r").unwrap_or(line)));
        Ok(NativeStep::Return(Value::array(lines.collect())))
    }
}
