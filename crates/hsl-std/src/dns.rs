//! DNS: lookups, and names as trees.

pub(crate) mod older;

use std::time::Duration;

use hsl_macros::{Options, Record, library};
use hsl_vm::request::{DnsAnswer, DnsError, DnsRecord, DnsRequest};
use hsl_vm::{
    Array, Cx, Input, NativeFrame, NativeResult, NativeStep, Request, Response, Str, Thrown, Value,
};

use crate::binding::record;

/// Builtins of this topic.
#[library(topic = "dns")]
pub(crate) mod functions {
    use super::*;

    /// Looks up the DNS records of a name.
    ///
    /// The array holds either `result`, the list of records, or `error`: `NXDOMAIN`, `NO_DATA`,
    /// `SERVFAIL`, `TRY_AGAIN` or another text. `dnssec` tells whether the answer was validated. A
    /// record is a string; records of `mx` and other types with a preference are arrays, and with
    /// `extended_result` all are, with `ttl` in seconds. For `ptr` the name may be an IP address.
    /// Suspends on DNS.
    ///
    /// # Errors
    ///
    /// Raises an exception for options of the wrong type; a failed lookup is no exception.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $found = dns_query("mail.example", ["type" => "a", "timeout" => 2]);
    /// echo $found["result"][0] ?? "no address: " . $found["error"];
    /// ```
    ///
    /// Source: RFC 1035, RFC 4035. Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "array", result = LookupResult, origin = Text)]
    fn dns_query(host: Str, options: LookupOptions) -> Result<NativeStep, Thrown> {
        let kind = options.r#type.to_lossy().to_ascii_uppercase();
        let request = DnsRequest {
            name: host.to_lossy().into_owned(),
            kind,
            timeout: Some(timeout("dns_query", options.timeout)?),
            retries: None,
            servers: options.servers.as_ref().map(texts).unwrap_or_default(),
            extended: options.extended_result,
        };
        Ok(NativeStep::enter(Lookup { request: Some(request), extended: options.extended_result }))
    }

    /// Tells whether a domain equals another or lies below it.
    ///
    /// Case and a final dot do not matter. A `domain` that starts with a dot excludes equality.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo domain_includes("mx.Example.com", "example.com"); // true
    /// echo domain_includes("example.com", ".example.com"); // false
    /// echo domain_includes("notexample.com", "example.com"); // false
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    fn domain_includes(subdomain: Str, domain: Str, options: NoOptions) -> bool {
        let NoOptions {} = options;
        includes(&subdomain, &domain)
    }
}

/// Whether a domain equals another or lies below it.
pub(crate) fn includes(subdomain: &Str, domain: &Str) -> bool {
    let inner = without_final_dot(subdomain).to_ascii_lowercase();
    let outer = without_final_dot(domain).to_ascii_lowercase();
    match outer.strip_prefix(b".") {
        Some(_) => inner.len() > outer.len() && inner.ends_with(&outer),
        None => inner == outer || is_below(&inner, &outer),
    }
}

/// Types of records that scripts ask for; the resolver knows more.
const TYPES: [&str; 13] =
    ["a", "aaaa", "mx", "txt", "cname", "ns", "ptr", "soa", "srv", "tlsa", "caa", "naptr", "ds"];

/// Options of `dns_query`.
#[derive(Options)]
struct LookupOptions {
    /// Record type, in any case.
    #[option(default = "a", values = TYPES, open)]
    r#type: Str,
    /// Seconds.
    #[option(default = 5)]
    timeout: f64,
    /// Resolver addresses.
    #[option(shown = "system resolvers")]
    servers: Option<Array>,
    /// Results as arrays with ttl and type-specific fields.
    #[option(default = false)]
    extended_result: bool,
}

/// No option is known.
#[derive(Options)]
struct NoOptions {}

/// What a lookup gives.
#[derive(Record)]
struct LookupResult {
    /// Records found; missing after an error.
    #[field(elements = "string or array", of = ExtendedRecord)]
    result: Option<Array>,
    /// Why there are none: NXDOMAIN, NO_DATA, SERVFAIL, TRY_AGAIN or another text.
    error: Option<Str>,
    /// Whether the answer was validated.
    dnssec: bool,
}

/// One record in array form.
#[derive(Record)]
struct ExtendedRecord {
    /// Data of the record.
    result: Str,
    /// Preference of mx, priority of srv.
    preference: Option<u16>,
    /// Seconds it may be kept.
    ttl: Option<u32>,
}

/// Waits for the answer.
struct Lookup {
    request: Option<DnsRequest>,
    extended: bool,
}

impl NativeFrame for Lookup {
    fn resume(&mut self, _: &mut Cx<'_>, input: Input) -> NativeResult {
        if let Some(request) = self.request.take() {
            return Ok(NativeStep::suspend(Request::Dns(request)));
        }
        Ok(NativeStep::Return(record(result_of(input, self.extended))))
    }
}

fn result_of(input: Input, extended: bool) -> LookupResult {
    match input.into_response() {
        Some(Response::Dns(Ok(answer))) => found(answer, extended),
        Some(Response::Dns(Err(error))) => failed(&error_name(&error)),
        Some(Response::Failed(message)) => failed(&message),
        _ => failed("SERVFAIL"),
    }
}

fn found(answer: DnsAnswer, extended: bool) -> LookupResult {
    if answer.records.is_empty() {
        return LookupResult { dnssec: answer.secure, ..failed("NO_DATA") };
    }
    let records = answer.records.into_iter().map(|found| shown(found, extended));
    LookupResult { result: Some(records.collect()), error: None, dnssec: answer.secure }
}

fn failed(error: &str) -> LookupResult {
    LookupResult { result: None, error: Some(Str::from(error)), dnssec: false }
}

fn shown(found: DnsRecord, extended: bool) -> Value {
    if !extended && found.preference.is_none() {
        return Value::string(found.data);
    }
    record(ExtendedRecord {
        result: Str::from(found.data),
        preference: found.preference,
        ttl: extended.then_some(found.ttl),
    })
}

fn error_name(error: &DnsError) -> String {
    match error {
        // A server that did not answer may do so later.
        DnsError::Timeout => "TRY_AGAIN".to_owned(),
        other => other.to_string(),
    }
}

fn timeout(function: &str, seconds: f64) -> Result<Duration, Thrown> {
    let wrong = || format!("{function}: option \"timeout\" must be seconds, 0 or more");
    Duration::try_from_secs_f64(seconds).map_err(|_| Thrown::error(wrong()))
}

fn texts(array: &Array) -> Vec<String> {
    array.values().map(|value| value.to_text().to_lossy().into_owned()).collect()
}

fn without_final_dot(name: &[u8]) -> &[u8] {
    name.strip_suffix(b".").unwrap_or(name)
}

fn is_below(inner: &[u8], outer: &[u8]) -> bool {
    inner.strip_suffix(outer).is_some_and(|rest| rest.ends_with(b"."))
}
