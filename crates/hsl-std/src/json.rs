//! JSON.
//!
//! *Not here.* The grammar (`json-data`, which the loader of imports uses too, and `serde_json`).
//!
//! *Sources.* RFC 8259.

mod layout;
mod read;
mod text;
mod write;

use hsl_macros::{Options, library};
use hsl_vm::{Cx, Str, Thrown, Value};

/// Deepest nesting that is read or written; deeper text would exhaust the stack.
const DEPTH_LIMIT: usize = 512;

/// Builtins of this topic.
#[library(topic = "json")]
pub(crate) mod functions {
    use super::*;

    /// Writes a value as JSON.
    ///
    /// Arrays with the keys 0 to n-1 in order become JSON arrays, the empty array too; all others
    /// become objects with text keys. Bytes that are no UTF-8 become U+FFFD. `none` becomes `null`.
    /// Gives `none` for what JSON cannot say: functions, objects, numbers that are not finite, and
    /// nesting deeper than 512.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Ends the script when the text would exceed the memory limit.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo json_encode([1, 2, 3]); // [1,2,3]
    /// echo json_encode(["a" => true, "b" => none]); // {"a":true,"b":null}
    /// ```
    ///
    /// Source: RFC 8259. Since: 0.1. Compat: same.
    #[builtin(effect = pure, returns = "string or none")]
    fn json_encode(
        cx: &mut Cx<'_>,
        value: &Value,
        options: EncodeOptions,
    ) -> Result<Option<Str>, Thrown> {
        write::write(cx, value, &options)
    }

    /// Reads JSON.
    ///
    /// Objects and arrays become arrays, `null` becomes `none`. Malformed text gives `none`, and so do
    /// text that is not UTF-8, nesting deeper than 512 and numbers beyond 1.8e308.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo json_decode(''{"a": [1, 2.5, "x", true]}''); // ["a"=>[0=>1,1=>2.5,2=>"x",3=>true]]
    /// echo [json_decode("{bad") === none]; // [0=>true]
    /// ```
    ///
    /// Source: RFC 8259. Since: 0.1. Compat: same.
    #[builtin(effect = pure, returns = "any", follows = Json)]
    fn json_decode(cx: &mut Cx<'_>, string: &Str, options: DecodeOptions) -> Result<Value, Thrown> {
        cx.charge(string.len());
        match read::read(string, options.allow_comments, cx.room()) {
            Ok(value) => Ok(value.unwrap_or_default()),
            Err(read::TooLarge) => cx.reserve(usize::MAX).map(|()| Value::none()),
        }
    }
}

/// Options of `json_encode`.
#[derive(Options)]
struct EncodeOptions {
    /// Write non-ASCII characters as escapes.
    #[option(default = true)]
    ensure_ascii: bool,
    /// Indent the output.
    #[option(default = false)]
    pretty_print: bool,
}

/// Options of `json_decode`.
#[derive(Options)]
struct DecodeOptions {
    /// Ignore comments.
    #[option(default = false)]
    allow_comments: bool,
}
