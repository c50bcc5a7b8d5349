//! Decisions of hooks as the machine takes them.

use hsl_vm::Str;
use mta_hooks::address::Replacement;
use mta_hooks::refusal::Refusal;
use mta_hooks::reply::Reply as HookReply;
use mta_hooks::transaction::Params;
use mta_hooks::{connect, helo, mailfrom, rcptto};
use smtp_proto::server::{Decision, Verdict};
use smtp_proto::{Address, AddressError, Enhanced, Parameters, Reply};

/// A script put something in place of an address that is none.
#[derive(Debug, thiserror::Error)]
#[error("the script's {what} is not an envelope address: {source}")]
pub(super) struct BadAddress {
    what: &'static str,
    source: AddressError,
}

/// A decision of the connect hook, and what it changes: address and name of the client.
pub(super) fn connect(decision: connect::Decision) -> (Decision, Option<Str>, Option<Str>) {
    match decision {
        connect::Decision::Accept { reply: text, remoteip, remoteptr } => {
            (Decision::accept().with_reply(reply(text)), remoteip, remoteptr)
        }
        connect::Decision::Reject(text) => (refuse(Verdict::Reject, text), None, None),
        connect::Decision::Defer(text) => (refuse(Verdict::Defer, text), None, None),
    }
}

pub(super) fn helo(decision: helo::Decision) -> Decision {
    match decision {
        helo::Decision::Accept { reply: text, extensions, host } => {
            let line = |line: Str| line.to_lossy().into_owned();
            Decision {
                extensions: extensions.map(|lines| lines.into_iter().map(line).collect()),
                host: host.map(line),
                ..Decision::accept().with_reply(reply(text))
            }
        }
        helo::Decision::Reject(refusal) => refusing(Verdict::Reject, refusal),
        helo::Decision::Defer(refusal) => refusing(Verdict::Defer, refusal),
    }
}

pub(super) fn mailfrom(decision: mailfrom::Decision) -> Result<Decision, BadAddress> {
    Ok(match decision {
        mailfrom::Decision::Accept { reply: text, sender } => {
            let mut decision = Decision::accept().with_reply(reply(text));
            if let Some(sender) = sender {
                let null = sender.address == mta_hooks::transaction::Address::default();
                let address = if null { None } else { Some(address(&sender, "sender")?) };
                decision.sender = Some(address);
                decision.params = sender.params.as_ref().map(parameters);
            }
            decision
        }
        mailfrom::Decision::Reject(refusal) => refusing(Verdict::Reject, refusal),
        mailfrom::Decision::Defer(refusal) => refusing(Verdict::Defer, refusal),
    })
}

/// `transport` is what the recipient gets unless the script chose another.
pub(super) fn rcptto(decision: rcptto::Decision, transport: &str) -> Result<Decision, BadAddress> {
    Ok(match decision {
        rcptto::Decision::Accept { reply: text, recipient, transportid } => {
            let chosen = transportid.map(|id| id.to_lossy().into_owned());
            let mut decision = Decision::accept().with_reply(reply(text));
            decision.tag = Some(chosen.unwrap_or_else(|| transport.to_owned()));
            if let Some(recipient) = recipient {
                decision.recipient = Some(address(&recipient, "recipient")?);
                decision.params = recipient.params.as_ref().map(parameters);
            }
            decision
        }
        rcptto::Decision::Reject(refusal) => refusing(Verdict::Reject, refusal),
        rcptto::Decision::Defer(refusal) => refusing(Verdict::Defer, refusal),
    })
}

/// A refusal with a script's reply.
pub(super) fn refusing(verdict: Verdict, refusal: Refusal) -> Decision {
    Decision { disconnect: refusal.disconnect, ..refuse(verdict, refusal.reply) }
}

fn refuse(verdict: Verdict, text: HookReply) -> Decision {
    Decision::new(verdict).with_reply(reply(text))
}

/// A reply; one without lines gets the machine's text.
pub(super) fn reply(reply: HookReply) -> Reply {
    let enhanced = reply.enhanced.map(|[class, subject, detail]| Enhanced(class, subject, detail));
    Reply { code: reply.code, enhanced, lines: reply.lines }
}

fn address(given: &Replacement, what: &'static str) -> Result<Address, BadAddress> {
    let (local, domain) = (given.address.localpart.to_lossy(), given.address.domain.to_lossy());
    Address::new(&local, &domain).map_err(|source| BadAddress { what, source })
}

/// What cannot stand in a command is left out.
fn parameters(params: &Params) -> Parameters {
    let mut parameters = Parameters::default();
    for (name, value) in &params.0 {
        let value = value.as_ref().map(|value| value.to_lossy());
        parameters.set(&name.to_lossy(), value.as_deref());
    }
    parameters
}
