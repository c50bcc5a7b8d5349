//! URLs.
//!
//! *Sources.* RFC 3986.

use hsl_macros::{Options, Record, library};
use hsl_vm::{Str, Value};

use crate::binding::record;

/// Builtins of this topic.
#[library(topic = "urls")]
pub(crate) mod functions {
    use super::*;

    /// Splits a URL into its components.
    ///
    /// Components that are missing are left out; nothing is decoded. Text that is no URL gives
    /// `none`.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo url_parse("https://u@example.com:8443/a?b=c#d"); // ["schema"=>"https","username"=>"u","hostname"=>"example.com","port"=>8443,"path"=>"/a","query"=>"b=c","fragment"=>"d"]
    /// ```
    ///
    /// Source: RFC 3986 §3. Since: 0.1. Compat: same.
    #[builtin(returns = "array or none", result = UrlParts)]
    fn url_parse(url: Str, options: NoOptions) -> Option<Value> {
        let NoOptions {} = options;
        split(&url).map(record)
    }
}

/// No option is known.
#[derive(Options)]
struct NoOptions {}

/// Components of a URL.
#[derive(Default, Record)]
struct UrlParts {
    /// Scheme, in lower case.
    schema: Option<Str>,
    /// User name.
    username: Option<Str>,
    /// Password.
    #[field(secret)]
    password: Option<Str>,
    /// Host name or address; an IPv6 address without its brackets.
    hostname: Option<Str>,
    /// Port number.
    port: Option<u16>,
    /// Path.
    path: Option<Str>,
    /// What follows the question mark.
    query: Option<Str>,
    /// What follows the number sign.
    fragment: Option<Str>,
}

fn split(url: &[u8]) -> Option<UrlParts> {
    if url.is_empty() || url.iter().any(|byte| *byte <= b' ' || *byte == 0x7f) {
        return None;
    }
    let (rest, fragment) = cut(url, b'#');
    let (rest, query) = cut(rest, b'?');
    let mut parts = UrlParts {
        query: query.map(Str::from),
        fragment: fragment.map(Str::from),
        ..Default::default()
    };
    let (rest, scheme) = take_scheme(rest);
    parts.schema = scheme.map(|scheme| Str::from(scheme.to_ascii_lowercase()));
    let path = match rest.strip_prefix(b"//") {
        Some(rest) => {
            let end = rest.iter().position(|byte| *byte == b'/').unwrap_or(rest.len());
            authority(&rest[..end], &mut parts)?;
            &rest[end..]
        }
        None => rest,
    };
    parts.path = (!path.is_empty()).then(|| Str::from(path));
    Some(parts)
}

fn cut(text: &[u8], mark: u8) -> (&[u8], Option<&[u8]>) {
    match text.iter().position(|byte| *byte == mark) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    }
}

fn take_scheme(text: &[u8]) -> (&[u8], Option<&[u8]>) {
    let colon = text.iter().position(|byte| *byte == b':');
    let named = colon.filter(|at| {
        let scheme = &text[..*at];
        scheme.first().is_some_and(u8::is_ascii_alphabetic)
            && scheme.iter().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(b))
    });
    named.map_or((text, None), |at| (&text[at + 1..], Some(&text[..at])))
}

fn authority(text: &[u8], parts: &mut UrlParts) -> Option<()> {
    let host = match text.iter().rposition(|byte| *byte == b'@') {
        Some(at) => {
            let (user, password) = cut(&text[..at], b':');
            parts.username = Some(Str::from(user));
            parts.password = password.map(Str::from);
            &text[at + 1..]
        }
        None => text,
    };
    let (host, port) = match host.strip_prefix(b"[") {
        Some(inner) => {
            let end = inner.iter().position(|byte| *byte == b']')?;
            let port = &inner[end + 1..];
            (&inner[..end], if port.is_empty() { None } else { Some(port.strip_prefix(b":")?) })
        }
        None => cut(host, b':'),
    };
    parts.hostname = (!host.is_empty()).then(|| Str::from(host));
    parts.port = match port.filter(|port| !port.is_empty()) {
        Some(port) if !port.iter().all(u8::is_ascii_digit) => return None,
        Some(port) => Some(std::str::from_utf8(port).ok()?.parse().ok()?),
        None => None,
    };
    Some(())
}
