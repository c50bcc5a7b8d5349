//! The course of a check: `check_host` of RFC 7208 §4.
//!
//! *Sources.* RFC 7208 §4 (the function), §5 (mechanisms), §6 (modifiers), §7 (macros).

use std::borrow::Cow;
use std::net::IpAddr;
use std::rc::Rc;

use mail_auth::spf::{Macro, Mechanism, Qualifier, Variable};

use super::desk::Desk;
use super::lookups::{Lookups, is_name};
use super::macros::{as_name, expand, read_explanation};
use super::record::{Record, Term, is_record};
use super::{Client, NoAnswer, Outcome, Verdict};

/// Longest reason: what fits into one line of a reply with its codes (RFC 5321 §4.5.3.1.5).
const LONGEST_REASON: usize = 480;

/// What ends a check before a result is found.
#[derive(Debug)]
pub(super) struct Stop {
    pub(super) outcome: Outcome,
    pub(super) reason: String,
}

/// One check under way.
#[derive(Debug)]
pub(super) struct Course {
    client: Client,
    local: String,
    /// Domain that the check began with.
    domain: String,
    lookups: Lookups,
}

/// What a record says.
struct Finding {
    outcome: Outcome,
    reason: String,
    /// Where the explanation of a fail is, and the domain that says so.
    exp: Option<(Macro, String)>,
}

impl Course {
    pub(super) fn new(mut client: Client, desk: Rc<Desk>) -> Self {
        client.ip = client.ip.to_canonical();
        let (local, domain) = identity(&client);
        client.sender = format!("{local}@{domain}");
        Self { lookups: Lookups::new(desk, client.ip), local, domain, client }
    }

    pub(super) async fn run(self) -> Verdict {
        // The name that a client gives needs a dot to be one of the Internet (§4.3).
        if !is_name(&self.domain) || !self.domain.contains('.') {
            return verdict(Outcome::None, "there is no domain to check".to_owned());
        }
        let finding = match self.check_host(self.domain.clone()).await {
            Err(Stop { outcome, reason }) => return verdict(outcome, reason),
            Ok(finding) => finding,
        };
        let explanation = match finding.exp {
            Some((exp, domain)) => self.explanation(&exp, &domain).await,
            None => None,
        };
        match explanation {
            Some(reason) => Verdict { outcome: finding.outcome, reason, explained: true },
            None => verdict(finding.outcome, finding.reason),
        }
    }

    async fn check_host(&self, mut domain: String) -> Result<Finding, Stop> {
        let mut redirected = false;
        loop {
            let Some(record) = self.record(&domain).await? else {
                return match redirected {
                    false => Ok(without_exp(Outcome::None, format!("{domain} has no SPF record"))),
                    true => Err(broken(&domain, "is named by redirect and has no SPF record")),
                };
            };
            for term in &record.terms {
                if self.matches(&term.directive.mechanism, &domain).await? {
                    return Ok(matched(term, record.exp.as_ref(), domain));
                }
            }
            let Some(redirect) = record.redirect else {
                let reason = format!("nothing in the SPF record of {domain} matches");
                return Ok(without_exp(Outcome::Neutral, reason));
            };
            self.lookups.begin_term()?;
            domain = self.target(&redirect, &domain).await?;
            redirected = true;
        }
    }

    /// The record of a domain, if it has one.
    async fn record(&self, domain: &str) -> Result<Option<Record>, Stop> {
        let texts = self.lookups.texts(domain).await.map_err(|NoAnswer| Stop {
            outcome: Outcome::TempError,
            reason: format!("DNS did not answer about {domain}"),
        })?;
        let mut records = texts.iter().filter(|text| is_record(text));
        let Some(text) = records.next() else { return Ok(None) };
        if records.next().is_some() {
            return Err(broken(domain, "has several SPF records"));
        }
        match Record::parse(text) {
            Ok(record) => Ok(Some(record)),
            Err(problem) => Err(broken(domain, &format!("has an SPF record where {problem}"))),
        }
    }

    async fn matches(&self, mechanism: &Mechanism, domain: &str) -> Result<bool, Stop> {
        let is_asked =
            !matches!(mechanism, Mechanism::All | Mechanism::Ip4 { .. } | Mechanism::Ip6 { .. });
        if is_asked {
            self.lookups.begin_term()?;
        }
        let ip = self.client.ip;
        match mechanism {
            Mechanism::All => Ok(true),
            Mechanism::Ip4 { addr, mask } => Ok(is_near(ip, (*addr).into(), (*mask, 0))),
            Mechanism::Ip6 { addr, mask } => Ok(is_near(ip, (*addr).into(), (0, *mask))),
            Mechanism::Include { macro_string } => self.included(macro_string, domain).await,
            Mechanism::Exists { macro_string } => {
                self.lookups.exists(&self.target(macro_string, domain).await?).await
            }
            Mechanism::A { macro_string, ip4_mask, ip6_mask } => {
                let name = self.target(macro_string, domain).await?;
                self.is_address_of(&name, (*ip4_mask, *ip6_mask)).await
            }
            Mechanism::Mx { macro_string, ip4_mask, ip6_mask } => {
                let name = self.target(macro_string, domain).await?;
                for server in self.lookups.mail_servers(&name).await? {
                    if self.is_address_of(&server, (*ip4_mask, *ip6_mask)).await? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Mechanism::Ptr { macro_string } => {
                let name = self.target(macro_string, domain).await?;
                let names = self.lookups.validated().await?;
                Ok(names.iter().any(|own| is_at_or_below(own, &name)))
            }
        }
    }

    /// The other record is asked like a question: its fail is no fail here (§5.2).
    async fn included(&self, spec: &Macro, domain: &str) -> Result<bool, Stop> {
        let name = self.target(spec, domain).await?;
        let finding = Box::pin(self.check_host(name.clone())).await?;
        match finding.outcome {
            Outcome::Pass => Ok(true),
            Outcome::None => Err(broken(&name, "is included and has no SPF record")),
            _ => Ok(false),
        }
    }

    async fn is_address_of(&self, name: &str, masks: (u32, u128)) -> Result<bool, Stop> {
        let addresses = self.lookups.addresses(name).await?;
        Ok(addresses.into_iter().any(|address| is_near(self.client.ip, address, masks)))
    }

    /// The name that a term is about; its own domain when it names none.
    async fn target(&self, spec: &Macro, domain: &str) -> Result<String, Stop> {
        if *spec == Macro::None {
            return Ok(domain.to_owned());
        }
        let text = self.expand(spec, domain).await?;
        let text = text.ok_or_else(|| broken(domain, "has an SPF record with too long a name"))?;
        Ok(as_name(&text).to_owned())
    }

    /// The explanation that a domain publishes; none when anything about it is wrong (§6.2).
    async fn explanation(&self, exp: &Macro, domain: &str) -> Option<String> {
        let name = self.target(exp, domain).await.ok()?;
        let texts = self.lookups.texts(&name).await.ok()?;
        let [text] = &texts[..] else { return None };
        let text = read_explanation(text).ok()?;
        let shown = self.expand(&text, domain).await.ok()??;
        let plain = shown.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
        Some(shown).filter(|shown| plain && shown.len() <= LONGEST_REASON)
    }

    async fn expand(&self, text: &Macro, domain: &str) -> Result<Option<String>, Stop> {
        let validated = match text.needs_ptr() {
            true => best(self.lookups.validated().await?, domain).unwrap_or("unknown"),
            false => "",
        };
        let ip = self.client.ip;
        Ok(expand(text, |letter| match letter {
            Variable::Sender => Cow::Borrowed(&self.client.sender),
            Variable::SenderLocalPart => Cow::Borrowed(&self.local),
            Variable::SenderDomainPart => Cow::Borrowed(&self.domain),
            Variable::Domain => Cow::Borrowed(domain),
            Variable::Ip => Cow::Owned(dotted(ip)),
            Variable::ValidatedDomain => Cow::Borrowed(validated),
            Variable::IpVersion => Cow::Borrowed(if ip.is_ipv4() { "in-addr" } else { "ip6" }),
            Variable::HeloDomain => Cow::Borrowed(&self.client.helo),
            Variable::SmtpIp => Cow::Owned(ip.to_string()),
            Variable::HostDomain => Cow::Borrowed(&self.client.receiver),
            Variable::CurrentTime => Cow::Owned(self.client.now.to_string()),
        }))
    }
}

/// Local part and domain that are checked (§2.4, §4.3).
fn identity(client: &Client) -> (String, String) {
    let sender = client.sender.strip_prefix('<').and_then(|sender| sender.strip_suffix('>'));
    let sender = sender.unwrap_or(&client.sender);
    let (local, domain) = match sender.rsplit_once('@') {
        _ if sender.is_empty() => ("", client.helo.as_str()),
        Some(parts) => parts,
        None => ("", sender),
    };
    let local = if local.is_empty() { "postmaster" } else { local };
    (local.to_owned(), domain.strip_suffix('.').unwrap_or(domain).to_owned())
}

fn matched(term: &Term, exp: Option<&Macro>, domain: String) -> Finding {
    let outcome = match term.directive.qualifier {
        Qualifier::Pass => Outcome::Pass,
        Qualifier::Fail => Outcome::Fail,
        Qualifier::SoftFail => Outcome::SoftFail,
        Qualifier::Neutral => Outcome::Neutral,
    };
    let reason = format!("`{}` in the SPF record of {domain} matches", term.text);
    let exp = exp.filter(|_| outcome == Outcome::Fail).map(|exp| (exp.clone(), domain));
    Finding { outcome, reason, exp }
}

fn without_exp(outcome: Outcome, reason: String) -> Finding {
    Finding { outcome, reason, exp: None }
}

/// A verdict in our words, which quote names that strangers chose.
fn verdict(outcome: Outcome, reason: String) -> Verdict {
    let shown = |c: char| if c.is_ascii_graphic() || c == ' ' { c } else { '?' };
    let reason = reason.chars().take(LONGEST_REASON).map(shown).collect();
    Verdict { outcome, reason, explained: false }
}

fn broken(domain: &str, what: &str) -> Stop {
    Stop { outcome: Outcome::PermError, reason: format!("{domain} {what}") }
}

/// Whether two addresses of one family are alike where the mask of the family says so.
fn is_near(client: IpAddr, address: IpAddr, (v4, v6): (u32, u128)) -> bool {
    match (client, address) {
        (IpAddr::V4(one), IpAddr::V4(other)) => (one.to_bits() ^ other.to_bits()) & v4 == 0,
        (IpAddr::V6(one), IpAddr::V6(other)) => (one.to_bits() ^ other.to_bits()) & v6 == 0,
        _ => false,
    }
}

fn is_at_or_below(name: &str, domain: &str) -> bool {
    let rest = name.len().checked_sub(domain.len()).and_then(|at| name.split_at_checked(at));
    rest.is_some_and(|(before, end)| {
        end.eq_ignore_ascii_case(domain) && (before.is_empty() || before.ends_with('.'))
    })
}

/// The client's name for macros: the domain itself, else one below it, else any (§7.3).
fn best<'a>(names: &'a [String], domain: &str) -> Option<&'a str> {
    let exact = names.iter().find(|name| name.eq_ignore_ascii_case(domain));
    let below = || names.iter().find(|name| is_at_or_below(name, domain));
    exact.or_else(below).or(names.first()).map(String::as_str)
}

/// An address as labels: `192.0.2.1`, or the nibbles of IPv6.
fn dotted(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => {
            let nibbles: Vec<_> =
                format!("{:032x}", ip.to_bits()).chars().map(String::from).collect();
            nibbles.join(".")
        }
    }
}
