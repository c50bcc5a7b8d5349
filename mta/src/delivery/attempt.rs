//! Carrying out one attempt: host after host until one of them decides.
//!
//! The next host is tried when a server cannot be reached, refuses to talk, or is lost before it
//! could answer for the message. A reply to MAIL, RCPT, DATA or the message itself is final: other
//! hosts of the same domain would say the same, and asking them all looks like probing.
//!
//! A next hop that is suspended is passed over; at one whose limits are reached the message waits, and
//! does not crowd the hosts behind it.
//!
//! *Invariants.* A kept connection that turns out to be dead costs nothing: the message goes out
//! on a fresh one at once.
//!
//! *Not here.* What the end means for the message ([`super::fate`]).
//!
//! *Sources.* RFC 5321 §5.1.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hsl_host::Dns;
use mail_queue::{Admission, BodyError, INLINE, UnixTime, edited_size};
use smtp_proto::client::{Disposition, Outcome, Outgoing};
use smtp_proto::{Enhanced, State};

use super::gate::{Gate, Held};
use super::plan::Plan;
use super::pool::{Hop, Pool};
use super::session::{Facts, Payload, Sent, Session};
use crate::route::{Failure, Routes, Target, addresses};

/// How an attempt ended.
#[derive(Debug)]
pub struct Attempt {
    /// What decided.
    pub end: End,
    /// The connection, when there was one.
    pub connection: Option<Facts>,
    /// What the last next hop is rolled up with; empty if it has no grouping.
    pub grouping: Arc<str>,
    /// How long it took.
    pub duration: Duration,
}

/// What decided an attempt.
#[derive(Debug)]
pub enum End {
    /// The dialogue with a server.
    Smtp(Outcome),
    /// Something before or beside it.
    Failed(Failure),
    /// Our own copy of the message cannot be read.
    Unreadable(BodyError),
}

/// What attempts of a worker share.
pub struct Means<'a> {
    /// The routes in force.
    pub routes: &'a Routes,
    /// Name resolution.
    pub dns: &'a Dns,
    /// Kept connections.
    pub pool: &'a Pool,
    /// Suspensions and policies.
    pub gate: Gate<'a>,
}

impl Attempt {
    fn ended(end: End, began: Instant) -> Self {
        Self { end, connection: None, grouping: "".into(), duration: began.elapsed() }
    }

    /// An attempt that ended before it began.
    pub fn failed(failure: Failure) -> Self {
        Self {
            end: End::Failed(failure),
            connection: None,
            grouping: "".into(),
            duration: Duration::ZERO,
        }
    }
}

/// Carries out `plan`.
///
/// # Errors
/// When no host may be tried now. That is no attempt: nothing was connected.
pub async fn attempt(
    plan: &Plan,
    payload: Payload<'_>,
    means: &Means<'_>,
) -> Result<Attempt, Held> {
    let began = Instant::now();
    let message = match outgoing(plan, payload) {
        Ok(message) => message,
        Err(error) => return Ok(Attempt::ended(End::Unreadable(error), began)),
    };
    let hosts = match hosts(plan, means).await {
        Ok(hosts) => hosts,
        Err(failure) => return Ok(Attempt::ended(End::Failed(failure), began)),
    };
    let mut walk = Walk::default();
    'hosts: for host in &hosts {
        let found = match addresses(means.dns, &plan.target, host, plan.route.ipv6).await {
            Ok(found) => found,
            Err(failure) => {
                walk.last.get_or_insert((End::Failed(failure), None));
                continue;
            }
        };
        for address in found {
            if !walk.may_go(host, address, &hosts, means)? {
                continue;
            }
            if walk.limited {
                break 'hosts;
            }
            let (end, facts) = one(plan, (address, host), &message, payload, means).await;
            let goes_on = goes_on(&end);
            walk.last = Some((end, facts));
            if !goes_on {
                break 'hosts;
            }
        }
    }
    walk.finish(began)
}

/// What came of the hosts so far.
#[derive(Default)]
struct Walk {
    last: Option<(End, Option<Facts>)>,
    /// The host whose suspension ends first.
    suspended: Option<(UnixTime, Held)>,
    limited: bool,
    grouping: Option<Arc<str>>,
}

impl Walk {
    /// Whether the next address may be tried; if a limit is reached after another host failed, the
    /// walk ends instead.
    fn may_go(
        &mut self,
        host: &str,
        address: SocketAddr,
        hosts: &[String],
        means: &Means<'_>,
    ) -> Result<bool, Held> {
        let asked = means.gate.ask(host, address, hosts);
        match asked.admission {
            Admission::Open => self.grouping = Some(asked.grouping),
            Admission::Suspended(until) => {
                if self.suspended.as_ref().is_none_or(|(first, _)| until < *first) {
                    self.suspended = Some((until, Held(Box::new(asked.facts))));
                }
                return Ok(false);
            }
            Admission::Limited if self.last.is_none() => return Err(Held(Box::new(asked.facts))),
            Admission::Limited => self.limited = true,
        }
        Ok(true)
    }

    fn finish(self, began: Instant) -> Result<Attempt, Held> {
        let (end, connection) = match (self.last, self.suspended) {
            (Some(last), _) => last,
            (None, Some((_, held))) => return Err(held),
            (None, None) => (End::Failed(network("no host could be tried".to_owned())), None),
        };
        let grouping = self.grouping.unwrap_or_else(|| "".into());
        Ok(Attempt { end, connection, grouping, duration: began.elapsed() })
    }
}

async fn hosts(plan: &Plan, means: &Means<'_>) -> Result<Vec<String>, Failure> {
    let mut hosts = means.routes.hosts(&plan.target, means.dns).await?;
    if matches!(plan.target, Target::Mx { .. }) {
        hosts.retain(|host| plan.admits(host));
    }
    match hosts.is_empty() {
        false => Ok(hosts),
        true => Err(Failure {
            dns: Some("excluded"),
            ..Failure::new("dns", "every mail host is excluded".to_owned(), Enhanced(5, 4, 4))
        }),
    }
}

/// Tries one address.
async fn one(
    plan: &Plan,
    (address, host): (SocketAddr, &str),
    message: &Outgoing,
    payload: Payload<'_>,
    means: &Means<'_>,
) -> (End, Option<Facts>) {
    let hop = Hop { address, host: host.to_owned(), helo: plan.helo.clone() };
    if let Some(session) = plan.pooling.then(|| means.pool.take(&hop)).flatten() {
        let (end, facts) = over(session, plan, hop.clone(), message, payload, means).await;
        if !was_dead(&end) {
            return (end, facts);
        }
    }
    match Session::connect(address, host, &plan.helo, &plan.patience).await {
        Ok(session) => over(session, plan, hop, message, payload, means).await,
        Err(error) => {
            let message = format!("cannot connect to {host} ({address}): {error}");
            (End::Failed(network(message)), None)
        }
    }
}

/// Hands the message over on `session` and keeps it if it can be used again.
async fn over(
    mut session: Session,
    plan: &Plan,
    hop: Hop,
    message: &Outgoing,
    payload: Payload<'_>,
    means: &Means<'_>,
) -> (End, Option<Facts>) {
    let sent = session.send(message.clone(), payload, &plan.patience).await;
    let facts = Some(session.facts().clone());
    match sent {
        Sent::Ended(outcome) => {
            match plan.pooling {
                true => means.pool.keep(hop, session),
                false => drop(tokio::task::spawn_local(session.quit())),
            }
            (End::Smtp(outcome), facts)
        }
        // The connection drops before the final dot: the server forgets what it got.
        Sent::Unreadable(error) => (End::Unreadable(error), facts),
    }
}

/// Whether a kept connection ended before it took any notice of the message.
fn was_dead(end: &End) -> bool {
    match end {
        End::Smtp(Outcome::Lost { state } | Outcome::Violation { state, .. }) => {
            matches!(state, State::Mail | State::Rset)
        }
        End::Smtp(Outcome::Refused { state: State::Mail | State::Rset, reply }) => {
            reply.code == 421
        }
        _ => false,
    }
}

/// Whether another host may do better.
fn goes_on(end: &End) -> bool {
    match end {
        End::Failed(failure) => failure.is_temporary(),
        End::Unreadable(_) => false,
        End::Smtp(outcome) => match outcome {
            Outcome::Lost { state } => *state != State::Eod,
            Outcome::TimedOut { state } => {
                matches!(state, State::Banner | State::Ehlo | State::Helo)
            }
            Outcome::Refused { state, reply } => {
                outcome.disposition() == Disposition::NextHost
                    || matches!(state, State::Banner | State::Ehlo | State::Helo)
                    || (reply.code == 421 && *state != State::Eod)
            }
            _ => false,
        },
    }
}

fn network(message: String) -> Failure {
    Failure::new("network", message, Enhanced(4, 4, 1))
}

fn outgoing(plan: &Plan, payload: Payload<'_>) -> Result<Outgoing, BodyError> {
    Ok(Outgoing {
        sender: plan.sender.clone(),
        recipient: plan.recipient.clone(),
        size: edited_size(payload.body.size(), payload.patches),
        eight_bit: eight_bit(payload)?,
        mail_parameters: plan.mail_parameters.clone(),
        rcpt_parameters: plan.rcpt_parameters.clone(),
    })
}

/// Whether the message has octets above 127. A long one is taken to have some: to announce 8BITMIME
/// without need is harmless, to read it twice is not.
fn eight_bit(payload: Payload<'_>) -> Result<bool, BodyError> {
    let inserted = payload.patches.iter().any(|patch| !patch.insert.is_ascii());
    if inserted || payload.body.size() > INLINE as u64 {
        return Ok(true);
    }
    Ok(!payload.body.load()?.is_ascii())
}
