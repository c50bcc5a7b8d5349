//! Where a message goes next: from transport and recipient to host addresses.
//!
//! The target is, in this order, what the script gave to `Try`, the server of the transport, the
//! MX records of the recipient domain. In development everything goes to the inbox instead.
//!
//! *Invariants.* With an inbox no address outside of it is ever returned. A message is never sent
//! back to ourselves because an MX record names us.
//!
//! *Not here.* Connecting (`delivery::session`), when to try again (crate `mail-queue`).
//!
//! *Sources.* RFC 5321 §5.1 (order of hosts, loop guard), RFC 7505 (null MX).

use std::borrow::Cow;
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, PoisonError, RwLock};

use hsl_host::Dns;
use hsl_vm::request::{DnsError, DnsRecord, DnsRequest};
use mail_queue::{Envelope, RetryPolicy, Step, UnixTime};
use mta_config::Running;
use mta_config::schema::{Retry, Transport};
use smtp_proto::Enhanced;

use crate::grouping::{Groupings, Hop};
use crate::rules::lists::Lists;

/// Most hosts that one attempt tries.
pub const MAX_HOSTS: usize = 5;
/// Most addresses of a host that one attempt tries.
pub const MAX_ADDRESSES: usize = 2;
/// The word for `host` that asks for MX records.
const LOOKUP_MX: &str = "lookup-mx";

/// How mail leaves by one transport.
#[derive(Debug, Clone, PartialEq)]
pub struct Route {
    /// Its id.
    pub transport: Arc<str>,
    /// Next hop; the MX of the recipient domain without one.
    pub server: Option<String>,
    /// Port of the next hop.
    pub port: u16,
    /// Our name in EHLO.
    pub helo: String,
    /// Whether hosts may be reached over IPv6.
    pub ipv6: bool,
    /// When to try again.
    pub retry: RetryPolicy,
    /// Transport of notices to senders; the same one without it.
    pub notices: Option<Arc<str>>,
}

/// The next hop of a message, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The built-in inbox.
    Inbox(SocketAddr),
    /// This host.
    Host {
        /// Name or address.
        name: String,
        /// Port.
        port: u16,
    },
    /// The mail hosts of a domain.
    Mx {
        /// Domain.
        domain: String,
        /// Port.
        port: u16,
    },
}

/// Why an attempt ended without a reply of a server.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// `config`, `dns`, `network`, …, as scripts see it.
    pub kind: &'static str,
    /// For `dns`: what was wrong, as scripts see it.
    pub dns: Option<&'static str>,
    /// What was wrong, for people.
    pub message: String,
    /// Status for reports; its class says whether a later attempt may succeed.
    pub status: Enhanced,
}

impl Failure {
    /// A failure of a kind other than `dns`.
    pub fn new(kind: &'static str, message: String, status: Enhanced) -> Self {
        Self { kind, dns: None, message, status }
    }

    fn dns(dns: &'static str, message: String, status: Enhanced) -> Self {
        Self { kind: "dns", dns: Some(dns), message, status }
    }

    /// Whether a later attempt may succeed.
    pub fn is_temporary(&self) -> bool {
        self.status.0 == 4
    }
}

/// All transports of a configuration.
#[derive(Debug, Default)]
pub struct Routes {
    hostname: String,
    routes: HashMap<String, Arc<Route>>,
    groupings: Groupings,
    lists: Lists,
    inbox: Option<SocketAddr>,
}

/// The routes in force, replaced together with the configuration.
#[derive(Debug, Clone, Default)]
pub struct SharedRoutes(Arc<RwLock<Arc<Routes>>>);

impl SharedRoutes {
    /// Routes to start with.
    pub fn new(routes: Routes) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(routes))))
    }

    /// The routes for whatever begins now.
    pub fn current(&self) -> Arc<Routes> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Replaces the routes for whatever begins from now on.
    pub fn replace(&self, routes: Routes) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(routes);
    }
}

impl Routes {
    /// The routes of a configuration, whose groupings name `lists`; with an `inbox`, everything goes
    /// there.
    pub fn new(
        running: &Running,
        lists: &Lists,
        hostname: &str,
        inbox: Option<SocketAddr>,
    ) -> Self {
        let ids = running.transportgroups.iter().flat_map(|group| &group.transports);
        let transports = ids.filter_map(|transport| running.transport(&transport.id.value));
        let routes = transports.map(|transport| {
            let route = Route::new(&transport, hostname);
            (transport.id.value.clone(), Arc::new(route))
        });
        let groupings = Groupings::new(&running.queues.grouping, lists);
        let (hostname, lists) = (hostname.to_owned(), lists.clone());
        Self { hostname, routes: routes.collect(), groupings, lists, inbox }
    }

    /// The route of a transport.
    ///
    /// # Errors
    /// When no such transport is configured: the operator's mistake, so the message stays.
    pub fn route(&self, transport: &str) -> Result<Arc<Route>, Failure> {
        self.routes.get(transport).cloned().ok_or_else(|| {
            let message = format!("transport `{transport}` is not configured");
            Failure::new("config", message, Enhanced(4, 3, 5))
        })
    }

    /// Lists of values that groupings, policies and suspensions name.
    pub fn lists(&self) -> &Lists {
        &self.lists
    }

    /// What a next hop is rolled up with.
    pub fn grouping(&self, hop: Hop<'_>) -> Arc<str> {
        self.groupings.of(hop)
    }

    /// When somebody looks at a message although it is kept back: it expires, or its sender is told.
    pub fn deadline(&self, envelope: &Envelope) -> Option<UnixTime> {
        let route = self.routes.get(&*envelope.transport);
        let default = RetryPolicy::default;
        let policy = route.map_or_else(|| Cow::Owned(default()), |r| Cow::Borrowed(&r.retry));
        policy.deadline(envelope.retry, envelope.told, envelope.received)
    }

    /// What a message shares limits with: its transport and next hop.
    pub fn destination(&self, envelope: &Envelope) -> Arc<str> {
        let domain = &*envelope.recipient.domain;
        let server = self.routes.get(&*envelope.transport).and_then(|r| r.server.as_deref());
        let hop = match self.inbox {
            Some(_) => "inbox",
            None => server.unwrap_or(domain),
        };
        format!("{} {}", envelope.transport, hop.to_ascii_lowercase()).into()
    }

    /// The next hop of a message to `domain`; `host` and `port` are what the script asked for.
    pub fn target(
        &self,
        route: &Route,
        domain: &str,
        host: Option<&str>,
        port: Option<u16>,
    ) -> Target {
        if let Some(inbox) = self.inbox {
            return Target::Inbox(inbox);
        }
        let port = port.unwrap_or(route.port);
        match host.or(route.server.as_deref()) {
            Some(name) if name != LOOKUP_MX => Target::Host { name: name.to_owned(), port },
            // An address literal names its host itself (RFC 5321 §4.1.3).
            _ if domain.starts_with('[') => Target::Host { name: domain.to_owned(), port },
            _ => Target::Mx { domain: domain.to_owned(), port },
        }
    }

    /// The names of the hosts of a target, best first.
    ///
    /// # Errors
    /// When the domain takes no mail or cannot be looked up now.
    pub async fn hosts(&self, target: &Target, dns: &Dns) -> Result<Vec<String>, Failure> {
        match target {
            Target::Inbox(address) => Ok(vec![address.ip().to_string()]),
            Target::Host { name, .. } => Ok(vec![name.clone()]),
            Target::Mx { domain, .. } => {
                let records = lookup(dns, domain, "MX").await?;
                mail_hosts(domain, &self.hostname, records)
            }
        }
    }
}

impl Route {
    fn new(transport: &Transport, hostname: &str) -> Self {
        let connection = transport.connection.as_ref();
        let source = connection.and_then(|connection| connection.sourceip.as_ref());
        let session = transport.session.as_ref();
        let notices = transport.dsn.as_ref().and_then(|dsn| dsn.transport.as_ref());
        Self {
            transport: transport.id.value.as_str().into(),
            server: connection.and_then(|connection| connection.server.clone()),
            port: connection.and_then(|connection| connection.port).unwrap_or(25),
            helo: session.and_then(|s| s.helo.clone()).unwrap_or_else(|| hostname.to_owned()),
            ipv6: source.is_some_and(|source| source.ipv6),
            retry: transport.retry.as_ref().map(policy).unwrap_or_default(),
            notices: notices.map(|id| id.value.as_str().into()),
        }
    }
}

impl Target {
    /// Its port.
    pub fn port(&self) -> u16 {
        match self {
            Self::Inbox(address) => address.port(),
            Self::Host { port, .. } | Self::Mx { port, .. } => *port,
        }
    }
}

/// The addresses of a host, in the order in which to try them.
///
/// # Errors
/// When it has none that we may use, or cannot be looked up now.
pub async fn addresses(
    dns: &Dns,
    target: &Target,
    host: &str,
    ipv6: bool,
) -> Result<Vec<SocketAddr>, Failure> {
    let port = target.port();
    if let Some(ip) = literal(host) {
        return Ok(vec![SocketAddr::new(ip, port)]);
    }
    let mut found = match target {
        // The system's resolver knows the names that an operator put into its hosts file.
        Target::Host { .. } => match tokio::net::lookup_host((host, port)).await {
            Ok(found) => found.collect(),
            Err(_) => Vec::new(),
        },
        _ => Vec::new(),
    };
    if found.is_empty() {
        for kind in if ipv6 { &["A", "AAAA"][..] } else { &["A"] } {
            let records = lookup(dns, host, kind).await?;
            let ips = records.iter().filter_map(|record| record.data.parse::<IpAddr>().ok());
            found.extend(ips.map(|ip| SocketAddr::new(ip, port)));
        }
    }
    let any = !found.is_empty();
    // A host given by name may be reachable over IPv6 only, such as `::1`.
    found.retain(|address| ipv6 || address.is_ipv4() || matches!(target, Target::Host { .. }));
    found.sort_by_key(SocketAddr::is_ipv6);
    found.truncate(MAX_ADDRESSES);
    match (found.is_empty(), any) {
        (false, _) => Ok(found),
        (true, true) => Err(Failure::dns(
            "ipfamily",
            format!("{host} has no address of a family that may be used"),
            Enhanced(4, 4, 4),
        )),
        (true, false) => {
            Err(Failure::dns("nodata", format!("{host} has no address"), Enhanced(5, 4, 4)))
        }
    }
}

/// The address in `[192.0.2.1]`, `[IPv6:2001:db8::1]` or without brackets.
fn literal(host: &str) -> Option<IpAddr> {
    let bare = host.strip_prefix('[').and_then(|h| h.strip_suffix(']')).unwrap_or(host);
    let tagged = bare.get(..5).is_some_and(|tag| tag.eq_ignore_ascii_case("ipv6:"));
    if tagged { &bare[5..] } else { bare }.parse().ok()
}

async fn lookup(dns: &Dns, name: &str, kind: &str) -> Result<Vec<DnsRecord>, Failure> {
    let request = DnsRequest {
        name: name.to_owned(),
        kind: kind.to_owned(),
        timeout: None,
        retries: None,
        servers: Vec::new(),
        extended: false,
    };
    match dns.lookup(request).await {
        Ok(answer) => Ok(answer.records),
        Err(DnsError::NoSuchName) => {
            let message = format!("{name} does not exist");
            Err(Failure::dns("nxdomain", message, Enhanced(5, 1, 2)))
        }
        Err(error) => {
            let message = format!("cannot look up {kind} of {name}: {error}");
            Err(Failure::dns("other", message, Enhanced(4, 4, 3)))
        }
    }
}

/// The hosts of a domain with these MX records, best first.
fn mail_hosts(
    domain: &str,
    hostname: &str,
    mut records: Vec<DnsRecord>,
) -> Result<Vec<String>, Failure> {
    if records.is_empty() {
        // RFC 5321 §5.1: without MX the domain itself is the host.
        return Ok(vec![domain.to_owned()]);
    }
    let is_root = |record: &DnsRecord| matches!(record.data.as_str(), "" | ".");
    if records.iter().all(is_root) {
        let message = format!("{domain} takes no mail");
        return Err(Failure::dns("nullmx", message, Enhanced(5, 1, 10)));
    }
    records.retain(|record| !is_root(record));
    let ours = records.iter().filter(|record| record.data.eq_ignore_ascii_case(hostname));
    let limit = ours.map(|record| record.preference.unwrap_or(0)).min();
    records.retain(|record| limit.is_none_or(|limit| record.preference.unwrap_or(0) < limit));
    if records.is_empty() {
        let message = format!("the mail hosts of {domain} lead back to this host");
        return Err(Failure::dns("other", message, Enhanced(5, 4, 6)));
    }
    records.sort_by_cached_key(|record| (record.preference.unwrap_or(0), uuid::Uuid::new_v4()));
    records.truncate(MAX_HOSTS);
    Ok(records.into_iter().map(|record| record.data).collect())
}

fn policy(retry: &Retry) -> RetryPolicy {
    let default = RetryPolicy::default();
    let steps = retry.intervals.iter();
    let steps = steps.map(|step| Step { interval: step.interval.0, notify: step.notify });
    let intervals: Vec<Step> = steps.collect();
    // A schedule that bounds itself by a count needs no age as well.
    let age = default.during.filter(|_| retry.count.is_none());
    RetryPolicy {
        intervals: if intervals.is_empty() { default.intervals } else { intervals },
        count: retry.count,
        during: retry.during.map(|during| during.0).or(age),
        ..RetryPolicy::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mail_queue::{Mailbox, MessageId, UnixTime};
    use uuid::Uuid;

    fn routes(yaml: &str, inbox: Option<SocketAddr>) -> Routes {
        let text = format!("version: \"6.10\"\n{yaml}");
        let loaded = mta_config::load_running(&Arc::from("t.yaml"), text.as_bytes(), true);
        let running = loaded.value.expect("a valid configuration");
        Routes::new(&running, &Lists::default(), "mx.example.org", inbox)
    }

    const TWO: &str = "transportgroups: [{id: g, connection: {port: 2525}, transports: [{id: mx}, \
                       {id: hub, connection: {server: hub.example.net}, retry: {count: 3}}]}]";

    fn mx(hosts: &[(&str, u16)]) -> Vec<DnsRecord> {
        let record = |(data, preference): &(&str, u16)| DnsRecord {
            data: (*data).to_owned(),
            preference: Some(*preference),
            ttl: 60,
        };
        hosts.iter().map(record).collect()
    }

    #[test]
    fn scripts_win_over_the_transport_and_it_over_mx() {
        let routes = routes(TWO, None);
        let (mx, hub) = (routes.route("mx").unwrap(), routes.route("hub").unwrap());
        let host = |name: &str, port| Target::Host { name: name.into(), port };
        let domain = |port| Target::Mx { domain: "example.com".into(), port };
        let target = |route: &Route, host, port| routes.target(route, "example.com", host, port);
        assert_eq!(target(&mx, None, None), domain(2525));
        assert_eq!(target(&hub, None, None), host("hub.example.net", 2525));
        assert_eq!(target(&hub, Some("other"), Some(26)), host("other", 26));
        assert_eq!(target(&hub, Some("lookup-mx"), None), domain(2525));
        assert_eq!(routes.target(&mx, "[192.0.2.1]", None, None), host("[192.0.2.1]", 2525));
        assert_eq!(
            (hub.retry.count, hub.retry.during, hub.helo.as_str()),
            (Some(3), None, "mx.example.org")
        );
        assert_eq!(routes.route("gone").unwrap_err().status, Enhanced(4, 3, 5));
    }

    #[test]
    fn an_inbox_takes_everything() {
        let inbox = "127.0.0.1:2526".parse().unwrap();
        let routes = routes(TWO, Some(inbox));
        let hub = routes.route("hub").unwrap();
        let target = routes.target(&hub, "example.com", Some("192.0.2.1"), Some(25));
        assert_eq!(target, Target::Inbox(inbox));
    }

    #[test]
    fn messages_to_one_next_hop_share_a_destination() {
        let routes = routes(TWO, None);
        let destination = |transport: &str, recipient| {
            let id = MessageId { transaction: Uuid::nil(), queue: 1 };
            let (from, to) = (Mailbox::default(), Mailbox::parse(recipient));
            let mut envelope = Envelope::new(id, UnixTime::default(), from, to);
            envelope.transport = transport.into();
            routes.destination(&envelope).to_string()
        };
        assert_eq!(destination("mx", "a@Example.COM"), "mx example.com");
        assert_eq!(destination("hub", "a@example.com"), "hub hub.example.net");
        assert_eq!(destination("hub", "b@example.org"), "hub hub.example.net");
    }

    #[test]
    fn mx_records_are_ordered_and_never_lead_back() {
        let hosts =
            |records: &[(&str, u16)]| mail_hosts("example.com", "mx.example.org", mx(records));
        assert_eq!(hosts(&[]).unwrap(), ["example.com"]);
        assert_eq!(hosts(&[("b", 20), ("a", 10)]).unwrap(), ["a", "b"]);
        assert_eq!(hosts(&[("a", 10), ("MX.example.org", 20), ("c", 30)]).unwrap(), ["a"]);
        assert_eq!(
            hosts(&[("mx.example.org", 5), ("c", 5)]).unwrap_err().status,
            Enhanced(5, 4, 6)
        );
        assert_eq!(hosts(&[(".", 0)]).unwrap_err().dns, Some("nullmx"));
    }

    #[test]
    fn literals_are_addresses() {
        assert_eq!(literal("[192.0.2.1]"), "192.0.2.1".parse().ok());
        assert_eq!(literal("[IPv6:2001:db8::1]"), "2001:db8::1".parse().ok());
        assert_eq!(literal("::1"), "::1".parse().ok());
        assert_eq!(literal("example.com"), None);
    }
}
