//! One attempt as it is meant: transport, envelope and what the script overrides.
//!
//! *Invariants.* An override that cannot be honoured yet stops the attempt instead of being
//! ignored: mail that must be encrypted or authenticated never leaves without it.
//!
//! *Not here.* Carrying it out ([`super::attempt`]).

use std::sync::Arc;
use std::time::Duration;

use hsl_vm::{Array, Str};
use mail_queue::{Envelope, Mailbox};
use mta_hooks::attempt::Overrides;
use mta_hooks::transaction::{Address as GivenAddress, Params};
use smtp_proto::{Address, Enhanced, Parameters, State};

use super::session::Patience;
use crate::route::{Failure, Route, Routes, Target};

/// What one attempt does.
#[derive(Debug)]
pub struct Plan {
    /// The transport.
    pub route: Arc<Route>,
    /// The next hop.
    pub target: Target,
    /// Envelope sender; none for the null sender.
    pub sender: Option<Address>,
    /// Envelope recipient.
    pub recipient: Address,
    /// Further parameters of MAIL.
    pub mail_parameters: Parameters,
    /// Further parameters of RCPT.
    pub rcpt_parameters: Parameters,
    /// Our name in EHLO.
    pub helo: String,
    /// Time limits.
    pub patience: Patience,
    /// Whether a kept connection may be used, and this one kept.
    pub pooling: bool,
    /// MX hosts to keep; all when empty.
    pub include: Vec<String>,
    /// MX hosts to drop.
    pub exclude: Vec<String>,
}

impl Plan {
    /// The attempt for `envelope` that the configuration and `overrides` ask for.
    ///
    /// # Errors
    /// When the transport is missing, an address cannot be written in SMTP, or an override asks
    /// for something that this server cannot do.
    pub fn new(
        routes: &Routes,
        envelope: &Envelope,
        overrides: &Overrides,
    ) -> Result<Self, Failure> {
        refuse_unsupported(overrides)?;
        let route = routes.route(&envelope.transport)?;
        let (sender, mail_parameters) = match &overrides.sender {
            Some(given) => (given_address(&given.address)?, parameters(given.params.as_ref())?),
            None => (queued_address(&envelope.sender)?, Parameters::default()),
        };
        let (recipient, rcpt_parameters) = match &overrides.recipient {
            Some(given) => (given_address(&given.address)?, parameters(given.params.as_ref())?),
            None => (queued_address(&envelope.recipient)?, Parameters::default()),
        };
        let recipient = recipient.ok_or_else(|| config("the recipient is empty".to_owned()))?;
        let host = overrides.host.as_ref().map(text);
        let target = routes.target(&route, recipient.domain(), host.as_deref(), overrides.port);
        Ok(Self {
            helo: overrides.helo.as_ref().map_or_else(|| route.helo.clone(), text),
            target,
            sender,
            recipient,
            mail_parameters,
            rcpt_parameters,
            patience: patience(overrides),
            pooling: overrides.pooling.unwrap_or(true),
            include: names(overrides.mx_include.as_ref()),
            exclude: names(overrides.mx_exclude.as_ref()),
            route,
        })
    }

    /// Whether the script lets us use this MX host.
    pub fn admits(&self, host: &str) -> bool {
        let any = |patterns: &[String]| patterns.iter().any(|pattern| covers(pattern, host));
        (self.include.is_empty() || any(&self.include)) && !any(&self.exclude)
    }
}

/// Whether `pattern` is `host`, or `*.` and its parent: the star covers exactly one label.
fn covers(pattern: &str, host: &str) -> bool {
    match pattern.strip_prefix("*.") {
        Some(parent) => {
            host.split_once('.').is_some_and(|(_, rest)| rest.eq_ignore_ascii_case(parent))
        }
        None => pattern.eq_ignore_ascii_case(host),
    }
}

fn refuse_unsupported(overrides: &Overrides) -> Result<(), Failure> {
    let tls = overrides.tls.mode.as_ref().map(text).unwrap_or_default();
    let option = if !matches!(tls.as_str(), "" | "disabled" | "optional" | "optional_verify") {
        "tls"
    } else if overrides.login.is_some() {
        "saslusername"
    } else if overrides.plugin.is_some() {
        "plugin"
    } else if overrides.proxyprotocol.is_some() {
        "proxyprotocol"
    } else if overrides.xclient.is_some() {
        "xclient"
    } else if overrides.sourceip.is_some() {
        "sourceip"
    } else if overrides.protocol.as_ref().is_some_and(|protocol| text(protocol) != "smtp") {
        "protocol"
    } else {
        return Ok(());
    };
    Err(config(format!("Try: this server cannot do what option `{option}` asks for yet")))
}

fn config(message: String) -> Failure {
    Failure::new("config", message, Enhanced(4, 3, 5))
}

fn text(text: &Str) -> String {
    String::from_utf8_lossy(text).into_owned()
}

fn queued_address(mailbox: &Mailbox) -> Result<Option<Address>, Failure> {
    if mailbox.is_null() {
        return Ok(None);
    }
    // An address that SMTP cannot carry will not become better by waiting (RFC 6531 §3.1 would
    // carry some of them, to servers that announce it).
    let unsendable = |_| {
        let message = format!("the address {mailbox} cannot be sent without SMTPUTF8");
        Failure::new("protocol", message, Enhanced(5, 6, 7))
    };
    Address::new(&mailbox.localpart, &mailbox.domain).map(Some).map_err(unsendable)
}

fn given_address(given: &GivenAddress) -> Result<Option<Address>, Failure> {
    let (local, domain) = (text(&given.localpart), text(&given.domain));
    queued_address(&Mailbox { localpart: local.into(), domain: domain.into() })
}

fn parameters(given: Option<&Params>) -> Result<Parameters, Failure> {
    let mut parameters = Parameters::default();
    for (name, value) in given.iter().flat_map(|params| &params.0) {
        let value = value.as_ref().map(text);
        if !parameters.set(&text(name), value.as_deref()) {
            return Err(config(format!("Try: `{}` is not an SMTP parameter", text(name))));
        }
    }
    Ok(parameters)
}

fn names(list: Option<&Array>) -> Vec<String> {
    let values = list.into_iter().flat_map(Array::iter);
    values.map(|(_, value)| text(&value.to_text())).collect()
}

fn patience(overrides: &Overrides) -> Patience {
    let limits = overrides.timeout.iter().flat_map(Array::iter).filter_map(|(key, value)| {
        let state = State::from_name(&text(&key.to_value().to_text()))?;
        Some((state, seconds(value.as_number()?)?))
    });
    Patience { connect: overrides.connect_timeout.and_then(seconds), replies: limits.collect() }
}

fn seconds(seconds: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(seconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_covers_exactly_one_label() {
        assert!(covers("*.example.com", "mx1.EXAMPLE.com"));
        assert!(
            !covers("*.example.com", "a.mx1.example.com")
                && !covers("*.example.com", "example.com")
        );
        assert!(covers("mx1.example.com", "MX1.example.com"));
    }

    #[test]
    fn what_cannot_be_done_is_not_ignored() {
        let mut overrides = Overrides::default();
        assert!(refuse_unsupported(&overrides).is_ok());
        overrides.tls.mode = Some("require".into());
        let failure = refuse_unsupported(&overrides).unwrap_err();
        assert!(failure.is_temporary() && failure.message.contains("`tls`"), "{failure}");
    }
}
