//! Requests over HTTP.
//!
//! *Not here.* The client itself: the host connects, verifies, follows redirects and counts.

mod options;
mod transfer;

use hsl_decl::Ty;
use hsl_macros::{Record, library};
use hsl_vm::request::HttpBody;
use hsl_vm::{Array, FromValue, NativeStep, Str, Thrown, Value};

use options::HttpOptions;
use transfer::{Post, Shape, Transfer};

/// Builtins of this topic.
#[library(topic = "http")]
pub(crate) mod functions {
    use super::*;

    /// Makes an HTTP or HTTPS request and returns the body of the answer.
    ///
    /// Values of `get` replace `$1`, `$2`, … in the URL, percent-encoded, in their order. `post` is
    /// the body: a string; an array of form fields; or a function that gets the most bytes it should
    /// return and returns the next part, and the empty string at the end. With a body the method is
    /// POST and the type `application/x-www-form-urlencoded`, unless options say otherwise.
    ///
    /// An answer outside 200 to 299, a failed connection, an untrusted certificate, an address that
    /// the configuration denies, or an answer that is too large or too late gives `none`. With
    /// `extended_result` every answer is an array, and only its absence gives `none`. A transfer
    /// without `timeout` may take 60 seconds, and an answer without `max_file_size` may have 64 MiB;
    /// both follow the configuration (`scripting.network`). Answers are never decompressed.
    /// Suspends on the network; calls functions.
    ///
    /// # Errors
    ///
    /// Raises an exception for a URL, header line or option that cannot be used, and what the
    /// function throws. A header line with a line break is such a line.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $text = http("http://127.0.0.1:1/users/$1", ["timeout" => 2], ["jane doe"]);
    /// if ($text === none) echo "no answer"; // no answer
    /// ```
    ///
    /// Source: RFC 9110, RFC 9112. Since: 0.1. Compat: differs: peers and hosts are verified and times
    /// bounded by default.
    #[builtin(effect = external, returns = "string, array, boolean or none", result = ExtendedAnswer, origin = Text)]
    fn http(
        #[sink(Host, Query, Output)] url: Str,
        options: HttpOptions,
        get: Option<Array>,
        post: Option<PostBody>,
    ) -> Result<NativeStep, Thrown> {
        let shape = Shape { extended: options.extended_result, headers: options.response_headers };
        let url = filled(&url, get.as_ref());
        let mut request = options.request(url)?;
        let body = match post.map(|post| post.0) {
            None => Post::Whole(HttpBody::None),
            Some(Value::Array(fields)) => Post::Whole(HttpBody::Bytes(form(&fields))),
            Some(value) if value.is_function() => Post::Parts(value),
            Some(value) => Post::Whole(HttpBody::Bytes(value.to_text().to_vec())),
        };
        if !matches!(body, Post::Whole(HttpBody::None)) && !has_type(&request.headers) {
            request.headers.push("Content-Type: application/x-www-form-urlencoded".into());
        }
        Ok(NativeStep::enter(Transfer::new(request, body, shape)))
    }
}

/// What `post` may be.
struct PostBody(Value);

impl FromValue for PostBody {
    const TY: Ty = Ty::ARRAY.or(Ty::STRING).or(Ty::FUNCTION);

    fn from_value(value: Value) -> Result<Self, Value> {
        let fits = matches!(value, Value::Array(_) | Value::String(_)) || value.is_function();
        if fits { Ok(Self(value)) } else { Err(value) }
    }
}

/// An answer in array form.
#[derive(Record)]
struct ExtendedAnswer {
    /// Status code.
    status: u16,
    /// The body.
    content: Str,
    /// Header lines in the form `name: value`; with `response_headers` only.
    headers: Option<Array>,
}

/// The URL with its numbered places filled.
fn filled(url: &[u8], get: Option<&Array>) -> String {
    let Some(get) = get else { return String::from_utf8_lossy(url).into_owned() };
    let values: Vec<_> = get.values().map(|value| escaped(&value.to_text())).collect();
    let url = String::from_utf8_lossy(url);
    let mut parts = url.split('$');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.len() - part.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let number = part[..digits].parse::<usize>().ok().filter(|number| *number > 0);
        match number.and_then(|number| values.get(number - 1)) {
            Some(value) => {
                out.push_str(value);
                out.push_str(&part[digits..]);
            }
            None => {
                out.push('$');
                out.push_str(part);
            }
        }
    }
    out
}

/// RFC 3986 §2.3: everything but the unreserved characters.
fn escaped(text: &[u8]) -> String {
    let each = text.iter().map(|byte| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
            char::from(*byte).to_string()
        }
        other => format!("%{other:02X}"),
    });
    each.collect()
}

fn form(fields: &Array) -> Vec<u8> {
    let pairs = fields.iter().map(|(key, value)| {
        let key = key.to_value().to_text();
        format!("{}={}", escaped(&key), escaped(&value.to_text()))
    });
    pairs.collect::<Vec<_>>().join("&").into_bytes()
}

fn has_type(lines: &[String]) -> bool {
    let is_type = |line: &String| {
        line.split(':').next().is_some_and(|name| name.eq_ignore_ascii_case("content-type"))
    };
    lines.iter().any(is_type)
}
