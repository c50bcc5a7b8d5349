//! Lookups with a function for each type of record, as older scripts make them.
//!
//! *Sources.* The manual of the reference before `dns_query`: a list, empty for any failure; with
//! `extended_result` the answer in the form of `dns_query`, its records as texts.

use hsl_macros::{Options, library};
use hsl_vm::request::DnsRequest;
use hsl_vm::{
    Array, Cx, Input, NativeFrame, NativeResult, NativeStep, Request, Str, Thrown, Value,
};

use super::{LookupResult, result_of, texts, timeout};
use crate::binding::record;

/// Builtins of this topic.
#[library(topic = "dns")]
pub(crate) mod functions {
    use super::*;

    /// Looks up the addresses of a host, IPv4 and IPv6.
    ///
    /// An older form of `dns_query`: a list, empty when nothing is found; with `extended_result` an
    /// array with `result` or `error`, and `dnssec`.
    /// Suspends on DNS.
    ///
    /// # Errors
    ///
    /// Raises an exception for options of the wrong type; a failed lookup is no exception.
    ///
    /// # Example
    ///
    /// ```hsl
    /// foreach (dns("mail.example") as $found) echo $found;
    /// ```
    ///
    /// Source: RFC 1035. Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "array", deprecated = "dns_query")]
    fn dns(name: Str, options: OlderOptions) -> Result<NativeStep, Thrown> {
        older("dns", &["A", "AAAA"], &name, &options)
    }

    /// Looks up the IPv4 addresses of a host.
    ///
    /// An older form of `dns_query`: a list, empty when nothing is found; with `extended_result` an
    /// array with `result` or `error`, and `dnssec`.
    /// Suspends on DNS.
    ///
    /// # Errors
    ///
    /// Raises an exception for options of the wrong type; a failed lookup is no exception.
    ///
    /// # Example
    ///
    /// ```hsl
    /// foreach (dns4("mail.example") as $found) echo $found;
    /// ```
    ///
    /// Source: RFC 1035. Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "array", deprecated = "dns_query")]
    fn dns4(name: Str, options: OlderOptions) -> Result<NativeStep, Thrown> {
        older("dns4", &["A"], &name, &options)
    }

    /// Looks up the IPv6 addresses of a host.
    ///
    /// An older form of `dns_query`: a list, empty when nothing is found; with `extended_result` an
    /// array with `result` or `error`, and `dnssec`.
    /// Suspends on DNS.
    ///
    /// # Errors
    ///
    /// Raises an exception for options of the wrong type; a failed lookup is no exception.
    ///
    /// # Example
    ///
    /// ```hsl
    /// foreach (dns6("mail.example") as $found) echo $found;
    /// ```
    ///
    /// Source: RFC 1035. Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "array", deprecated = "dns_query")]
    fn dns6(name: Str, options: OlderOptions) -> Result<NativeStep, Thrown> {
        older("dns6", &["AAAA"], &name, &options)
    }

    /// Looks up the name that an alias stands for.
    ///
    /// An older form of `dns_query`: a list, empty when nothing is found; with `extended_result` an
    /// array with `result` or `error`, and `dnssec`.
    /// Suspends on DNS.
    ///
    /// # Errors
    ///
    /// Raises an exception for options of the wrong type; a failed lookup is no exception.
    ///
    /// # Example
    ///
    /// ```hsl
    /// foreach (dnscname("www.mail.example") as $found) echo $found;
    /// ```
    ///
    /// Source: RFC 1035. Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "array", deprecated = "dns_query")]
    fn dnscname(name: Str, options: OlderOptions) -> Result<NativeStep, Thrown> {
        older("dnscname", &["CNAME"], &name, &options)
    }

    /// Looks up the name servers of a domain.
    ///
    /// An older form of `dns_query`: a list, empty when nothing is found; with `extended_result` an
    /// array with `result` or `error`, and `dnssec`.
    /// Suspends on DNS.
    ///
    /// # Errors
    ///
    /// Raises an exception for options of the wrong type; a failed lookup is no exception.
    ///
    /// # Example
    ///
    /// ```hsl
    /// foreach (dnsns("example.com") as $found) echo $found;
    /// ```
    ///
    /// Source: RFC 1035. Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "array", deprecated = "dns_query")]
    fn dnsns(name: Str, options: OlderOptions) -> Result<NativeStep, Thrown> {
        older("dnsns", &["NS"], &name, &options)
    }

    /// Looks up the names of an IP address.
    ///
    /// An older form of `dns_query`: a list, empty when nothing is found; with `extended_result` an
    /// array with `result` or `error`, and `dnssec`.
    /// Suspends on DNS.
    ///
    /// # Errors
    ///
    /// Raises an exception for options of the wrong type; a failed lookup is no exception.
    ///
    /// # Example
    ///
    /// ```hsl
    /// foreach (dnsptr("192.0.2.1") as $found) echo $found;
    /// ```
    ///
    /// Source: RFC 1035. Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "array", deprecated = "dns_query")]
    fn dnsptr(name: Str, options: OlderOptions) -> Result<NativeStep, Thrown> {
        older("dnsptr", &["PTR"], &name, &options)
    }

    /// Looks up the texts of a name.
    ///
    /// An older form of `dns_query`: a list, empty when nothing is found; with `extended_result` an
    /// array with `result` or `error`, and `dnssec`.
    /// Suspends on DNS.
    ///
    /// # Errors
    ///
    /// Raises an exception for options of the wrong type; a failed lookup is no exception.
    ///
    /// # Example
    ///
    /// ```hsl
    /// foreach (dnstxt("example.com") as $found) echo $found;
    /// ```
    ///
    /// Source: RFC 1035. Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "array", deprecated = "dns_query")]
    fn dnstxt(name: Str, options: OlderOptions) -> Result<NativeStep, Thrown> {
        older("dnstxt", &["TXT"], &name, &options)
    }
}

/// Options of the older functions.
#[derive(Options)]
struct OlderOptions {
    /// Seconds.
    #[option(default = 5)]
    timeout: f64,
    /// Resolver addresses.
    #[option(shown = "system resolvers")]
    servers: Option<Array>,
    /// Tell errors and DNSSEC, too.
    #[option(default = false)]
    extended_result: bool,
}

fn older(
    function: &str,
    kinds: &[&str],
    name: &Str,
    options: &OlderOptions,
) -> Result<NativeStep, Thrown> {
    let timeout = timeout(function, options.timeout)?;
    let servers = options.servers.as_ref().map(texts).unwrap_or_default();
    let request = |kind: &&str| DnsRequest {
        name: name.to_lossy().into_owned(),
        kind: (*kind).to_owned(),
        timeout: Some(timeout),
        retries: None,
        servers: servers.clone(),
        extended: false,
    };
    let requests = kinds.iter().rev().map(request).collect();
    Ok(NativeStep::enter(Older { requests, result: None, extended: options.extended_result }))
}

/// Asks one after the other.
struct Older {
    /// What is still to be asked, the last one first.
    requests: Vec<DnsRequest>,
    /// What is known.
    result: Option<LookupResult>,
    extended: bool,
}

impl NativeFrame for Older {
    fn resume(&mut self, _: &mut Cx<'_>, input: Input) -> NativeResult {
        if matches!(input, Input::Response(_)) {
            let more = result_of(input, false);
            self.result = Some(joined(self.result.take(), more));
        }
        if let Some(request) = self.requests.pop() {
            return Ok(NativeStep::suspend(Request::Dns(request)));
        }
        let result = self.result.take();
        Ok(NativeStep::Return(match self.extended {
            true => result.map_or_else(Value::none, record),
            false => Value::array(result.and_then(|result| result.result).unwrap_or_default()),
        }))
    }
}

/// Both answers as one, which fails where both have failed.
fn joined(before: Option<LookupResult>, more: LookupResult) -> LookupResult {
    let Some(before) = before else { return more };
    match (before.result, more.result) {
        (Some(mut all), Some(others)) => {
            others.values().for_each(|value| {
                all.push(value.clone());
            });
            let dnssec = before.dnssec && more.dnssec;
            LookupResult { result: Some(all), error: None, dnssec }
        }
        (Some(result), None) => LookupResult { result: Some(result), ..before },
        (None, Some(result)) => LookupResult { result: Some(result), ..more },
        (None, None) => LookupResult { result: None, ..before },
    }
}
