//! SPF: whether a domain lets a client send its mail.
//!
//! *Invariants.* A check ends within its time, whatever DNS does.
//!
//! *Not here.* What is asked and what the answers mean (`mail_message::spf`).

use std::net::IpAddr;
use std::time::Duration;

use hsl_macros::{Record, library};
use hsl_vm::request::{DnsError, DnsRequest};
use hsl_vm::{Cx, Input, NativeFrame, NativeResult, NativeStep, Request, Response, Str, Value};
use mail_message::spf::{Answer, Check, Client, Kind, Lookup, NoAnswer, Outcome, Step};

use crate::binding::record;
use crate::domains::ascii_name;

/// Seconds for all lookups of a check: the least that RFC 7208 §4.6.4 allows as a limit.
const LIMIT: u32 = 20;

/// Seconds for one try of one lookup.
const TRY: f64 = 5.0;

/// Builtins of this topic.
#[library(topic = "mail")]
pub(crate) mod functions {
    use super::*;

    /// Checks by SPF whether a client may send mail of a domain.
    ///
    /// `ip` is the address of the client, `helo` the name it gave, `sender` the address or domain of
    /// the sender; for the empty sender the name is checked. Domains may be in Unicode.
    /// `result` is `pass`, `fail`, `softfail`, `neutral`, `none`, `temperror` or `permerror`. `reason`
    /// is the explanation that the domain publishes for a `fail`, else a sentence about what decided;
    /// it is one line of printable ASCII. At most 10 terms ask DNS, 2 lookups may find nothing, and
    /// all take 20 seconds at most. Suspends on DNS.
    ///
    /// # Errors
    ///
    /// Never: what is no address gives `permerror`, DNS that does not answer `temperror`.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo spf_query("192.0.2.1", "mx.invalid", "jane@localhost")["result"]; // none
    /// ```
    ///
    /// Source: RFC 7208. Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "array", result = QueryResult, limit = LIMIT)]
    fn spf_query(cx: &mut Cx<'_>, ip: Str, helo: Str, sender: Str) -> NativeStep {
        let Ok(ip) = ip.to_lossy().parse::<IpAddr>() else {
            return done(Outcome::PermError, format!("`{}` is no IP address", ip.to_lossy()));
        };
        let now = cx.world().now();
        let check = Check::new(Client {
            ip,
            helo: with_ascii_domain(&helo.to_lossy()),
            sender: with_ascii_domain(&sender.to_lossy()),
            receiver: cx.world().hostname(),
            now: now.max(0.0) as u64,
        });
        NativeStep::enter(Asking { check, asked: None, deadline: now + f64::from(LIMIT) })
    }
}

/// What a check gives.
#[derive(Record)]
struct QueryResult {
    /// `pass`, `fail`, `softfail`, `neutral`, `none`, `temperror` or `permerror`.
    result: &'static str,
    /// The domain's explanation of a fail, or what decided.
    reason: Option<String>,
}

fn done(outcome: Outcome, reason: String) -> NativeStep {
    NativeStep::Return(shown(outcome, reason))
}

fn shown(outcome: Outcome, reason: String) -> Value {
    record(QueryResult { result: outcome.name(), reason: Some(reason) })
}

/// An address, or a name alone, with its domain in ASCII (RFC 8616 §4). What IDNA does not allow
/// stays: no such domain exists.
fn with_ascii_domain(address: &str) -> String {
    let at = address.rfind('@').map_or(0, |at| at + 1);
    let (local, domain) = address.split_at(at);
    let ascii = Some(domain).filter(|domain| !domain.is_ascii());
    match ascii.and_then(|domain| ascii_name(domain.as_bytes())) {
        Some(name) => format!("{local}{name}"),
        None => address.to_owned(),
    }
}

/// Waits for answers until the check ends.
struct Asking {
    check: Check,
    asked: Option<Kind>,
    deadline: f64,
}

impl NativeFrame for Asking {
    fn resume(&mut self, cx: &mut Cx<'_>, input: Input) -> NativeResult {
        if let Some(response) = input.into_response() {
            self.check.answer(answer(response, self.asked));
        }
        let left = self.deadline - cx.world().now();
        Ok(match self.check.poll() {
            Step::Done(verdict) => done(verdict.outcome, verdict.reason),
            Step::Ask(_) if left <= 0.0 => {
                done(Outcome::TempError, format!("DNS took longer than {LIMIT} seconds"))
            }
            Step::Ask(lookup) => {
                self.asked = Some(lookup.kind);
                NativeStep::suspend(Request::Dns(request(lookup, left)))
            }
        })
    }
}

fn request(lookup: Lookup, left: f64) -> DnsRequest {
    DnsRequest {
        name: lookup.name,
        kind: lookup.kind.name().to_owned(),
        // A clock that was set back must not make a try longer.
        timeout: Some(Duration::from_secs_f64(left.min(TRY))),
        retries: Some(u32::from(left >= 2.0 * TRY)),
        servers: Vec::new(),
        extended: false,
    }
}

fn answer(response: Response, asked: Option<Kind>) -> Answer {
    let names = matches!(asked, Some(Kind::Mx | Kind::Ptr));
    match response {
        Response::Dns(Ok(found)) => {
            let texts = found.records.into_iter().map(|record| record.data);
            Ok(texts.map(|text| if names { raw_name(&text) } else { text }).collect())
        }
        Response::Dns(Err(DnsError::NoSuchName)) => Ok(Vec::new()),
        _ => Err(NoAnswer),
    }
}

/// A name as DNS has it: answers show it in Unicode, with a backslash before unusual characters.
fn raw_name(shown: &str) -> String {
    with_ascii_domain(&shown.replace('\\', ""))
}
