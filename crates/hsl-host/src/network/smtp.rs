//! Questions to SMTP servers: whether they take a recipient, a login, or a message.
//!
//! Invariants: a message whose end was sent is offered to no other server; a login never goes over a connection in clear text when TLS
//! was asked for; a server that fails is followed by the next, one that answers is not.
//!
//! Not here: what is said to one server (`smtp_proto::client::Question`).
//!
//! Sources: RFC 5321 §4.3.2 (replies), §5.1 (mail servers of a domain), RFC 7505, RFC 7672 §2.2.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hsl_vm::request::{
    DnsError, DnsRequest, NetworkError, Origin, SmtpAnswer, SmtpConnection, SmtpQuestion, SmtpTls,
};
use rustix::io::Errno;
use smtp_proto::ReplyReader;
use smtp_proto::client::{Question, QuestionSettings, QuestionStep};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::dane::Tlsa;
use super::dial::{Connection, within};
use super::{Outbound, error, io_error};
use crate::dns::Dns;

/// Most servers that are asked.
const MAX_SERVERS: usize = 5;

/// Asks, and answers why nobody could be asked if so.
pub(crate) async fn serve(
    outbound: &Arc<Outbound>,
    dns: &Arc<Dns>,
    hostname: &str,
    question: &SmtpQuestion,
) -> SmtpAnswer {
    let redirected = outbound.relay.filter(|_| question.delivery.is_some());
    let redirected = redirected.map(|relay| redirect(question, relay));
    let question = redirected.as_ref().unwrap_or(question);
    let route = match route(dns, question).await {
        Ok(route) => route,
        Err(failure) => {
            // What does not exist will not exist at the next call.
            let permanent = failure.errno == Errno::HOSTUNREACH.raw_os_error();
            return SmtpAnswer { permanent, ..failed(&failure) };
        }
    };
    let nowhere = error(Errno::HOSTUNREACH, "the domain has no server to ask");
    let mut last = SmtpAnswer { permanent: true, ..failed(&nowhere) };
    for host in route.hosts.iter().take(MAX_SERVERS) {
        let mut asked = Asked::default();
        let answered = match Security::of(dns, host, &route, question).await {
            Ok(security) => {
                ask(outbound, dns, hostname, host, question, (security, &mut asked)).await
            }
            Err(failure) => Err(failure),
        };
        match answered {
            Ok(answer) if answer.reached || answer.permanent || answer.code >= 500 => {
                return answer;
            }
            Ok(answer) => last = answer,
            Err(failure) => {
                last = SmtpAnswer { connection: asked.connection, ..failed(&failure) };
                // It may have been taken: another server would deliver it twice.
                if asked.handed_over {
                    return last;
                }
            }
        }
    }
    last
}

/// How far a question got.
#[derive(Default)]
struct Asked {
    connection: Option<Box<SmtpConnection>>,
    /// The end of the message was sent.
    handed_over: bool,
}

/// The same message to the server that takes all of them.
fn redirect(question: &SmtpQuestion, relay: SocketAddr) -> SmtpQuestion {
    SmtpQuestion {
        host: Some(relay.ip().to_string()),
        port: relay.port(),
        origin: Origin::default(),
        login: None,
        tls: SmtpTls::Disabled,
        xclient: Vec::new(),
        lmtp: false,
        ..question.clone()
    }
}

/// Nobody could be asked.
fn failed(failure: &NetworkError) -> SmtpAnswer {
    SmtpAnswer { lines: vec![failure.message.clone()], ..SmtpAnswer::default() }
}

/// The servers to ask, best first, and how they were found.
struct Route {
    hosts: Vec<String>,
    /// The domain whose servers they are.
    domain: Option<String>,
    /// Whether nobody could forge the list.
    secure: bool,
}

/// How a connection to one server is secured.
struct Security {
    /// Whether TLS is started.
    tls: bool,
    /// Whether nothing is asked without it.
    required: bool,
    /// What DNS says of the certificate.
    tlsa: Option<Tlsa>,
}

impl Security {
    async fn of(
        dns: &Dns,
        host: &str,
        route: &Route,
        question: &SmtpQuestion,
    ) -> Result<Self, NetworkError> {
        let plain = |tls, required| Ok(Self { tls, required, tlsa: None });
        match question.tls {
            SmtpTls::Disabled => return plain(false, false),
            SmtpTls::Optional => return plain(true, false),
            SmtpTls::Required => return plain(true, true),
            SmtpTls::Dane | SmtpTls::DaneRequired | SmtpTls::DaneOrVerified => {}
        }
        let tlsa = match route.secure {
            true => Tlsa::find(dns, (host, question.port), route.domain.as_deref()).await?,
            false => None,
        };
        match question.tls {
            _ if tlsa.is_some() => Ok(Self { tls: true, required: true, tlsa }),
            SmtpTls::DaneRequired => Err(error(
                Errno::PROTO,
                format!("{host} has no TLSA records that DNSSEC validates"),
            )),
            SmtpTls::DaneOrVerified => plain(true, true),
            _ => plain(true, false),
        }
    }
}

async fn route(dns: &Dns, question: &SmtpQuestion) -> Result<Route, NetworkError> {
    if let Some(host) = &question.host {
        return Ok(Route { hosts: vec![host.clone()], domain: None, secure: true });
    }
    let recipient = question.envelope.as_ref().map_or("", |(_, recipient)| recipient);
    let (_, domain) = recipient
        .rsplit_once('@')
        .ok_or_else(|| error(Errno::INVAL, "the recipient has no domain to find a server for"))?;
    let request = DnsRequest {
        name: domain.to_owned(),
        kind: "MX".into(),
        timeout: None,
        retries: None,
        servers: Vec::new(),
        extended: false,
    };
    let (mut records, secure) = match dns.lookup(request).await {
        Ok(answer) => (answer.records, answer.secure),
        Err(failure @ DnsError::NoSuchName) => {
            return Err(error(Errno::HOSTUNREACH, format!("{domain} does not exist: {failure}")));
        }
        Err(failure) => {
            let message = format!("the mail servers of {domain} cannot be looked up: {failure}");
            return Err(error(Errno::AGAIN, message));
        }
    };
    // Without a mail server the domain is its own (RFC 5321 §5.1).
    if records.is_empty() {
        let domain = domain.to_owned();
        return Ok(Route { hosts: vec![domain.clone()], domain: Some(domain), secure });
    }
    records.sort_by_key(|record| record.preference);
    let wanted = |name: &str| {
        let any = |patterns: &[String]| patterns.iter().any(|pattern| fits(pattern, name));
        (question.mx_include.is_empty() || any(&question.mx_include)) && !any(&question.mx_exclude)
    };
    let names = records.into_iter().map(|record| record.data);
    let hosts = names.filter(|name| name != "." && wanted(name)).collect();
    Ok(Route { hosts, domain: Some(domain.to_owned()), secure })
}

/// Whether a name is the pattern, or lies below one such as `*.example.com`.
fn fits(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.to_ascii_lowercase(), name.to_ascii_lowercase());
    match pattern.strip_prefix('*') {
        Some(end) => name.ends_with(end),
        None => name == pattern,
    }
}

async fn ask(
    outbound: &Outbound,
    dns: &Dns,
    hostname: &str,
    host: &str,
    question: &SmtpQuestion,
    (security, asked): (Security, &mut Asked),
) -> Result<SmtpAnswer, NetworkError> {
    let place = (host, question.port);
    let stream =
        outbound.dialer.tcp(dns, place, &question.origin, question.connect_timeout).await?;
    asked.connection = connection(&stream, host);
    let mut stream: Connection = Box::pin(stream);
    let delivery = question.delivery.as_ref();
    let mut dialogue = Question::new(QuestionSettings {
        helo: question.helo.clone().unwrap_or_else(|| hostname.to_owned()),
        lmtp: question.lmtp,
        tls: security.tls,
        tls_required: security.required,
        xclient: question.xclient.clone(),
        login: question.login.clone(),
        envelope: question.envelope.clone(),
        more: delivery.map(|delivery| delivery.recipients.clone()).unwrap_or_default(),
        message: delivery.map(|delivery| delivery.message.clone()),
    });
    let mut replies = ReplyReader::default();
    let (mut tls, mut certificates) = (false, Vec::new());
    loop {
        match dialogue.poll() {
            QuestionStep::Send(bytes) => {
                let sent = stream.write_all(&bytes).await;
                sent.map_err(|failure| io_error("sending failed", &failure))?;
                stream.flush().await.map_err(|failure| io_error("sending failed", &failure))?;
            }
            QuestionStep::Read(state, usual) => {
                asked.handed_over |= state == "eod";
                let limit = limit(question, state, usual);
                let what = format!("the answer of {host} to {state}");
                let reply = within(limit, &what, read(&mut stream, &mut replies)).await?;
                dialogue.reply(reply);
            }
            QuestionStep::Secure => {
                // What came before the handshake was not secured (RFC 3207 §4).
                replies = ReplyReader::default();
                let mut wishes = question.wishes.clone();
                if question.sni_of_host {
                    wishes.sni = Some(host.to_owned());
                }
                let tlsa = security.tlsa.clone();
                let work = outbound.tls.secure_named(stream, host, &wishes, tlsa);
                let secured = within(question.connect_timeout, "the TLS handshake", work).await?;
                let chain = secured.get_ref().1.peer_certificates().unwrap_or_default();
                certificates = chain.iter().map(|certificate| certificate.to_vec()).collect();
                tls = true;
                stream = Box::pin(secured);
                dialogue.secured();
            }
            QuestionStep::Done(end) => {
                return Ok(SmtpAnswer {
                    code: end.reply.as_ref().map_or(0, |reply| reply.code),
                    lines: end.lines(),
                    enhanced: enhanced(end.reply.as_ref()),
                    state: end.state.to_ascii_uppercase(),
                    reached: end.reached,
                    permanent: end.permanent,
                    connection: asked.connection.take(),
                    tls,
                    certificates,
                });
            }
        }
    }
}

fn connection(stream: &TcpStream, host: &str) -> Option<Box<SmtpConnection>> {
    let (local, remote) = (stream.local_addr().ok()?, stream.peer_addr().ok()?);
    let text = |address: SocketAddr| address.ip().to_canonical().to_string();
    let (local, remote, host) = (text(local), text(remote), host.to_owned());
    Some(Box::new(SmtpConnection { local, remote, host }))
}

fn enhanced(reply: Option<&smtp_proto::Reply>) -> Option<[u16; 3]> {
    let code = reply?.enhanced?;
    Some([code.0, code.1, code.2])
}

fn limit(question: &SmtpQuestion, state: &str, usual: Duration) -> Duration {
    let own = question.timeouts.iter().find(|(name, _)| name == state);
    own.map_or(usual, |(_, limit)| *limit)
}

async fn read(
    stream: &mut Connection,
    replies: &mut ReplyReader,
) -> Result<smtp_proto::Reply, NetworkError> {
    let mut part = [0; 4096];
    loop {
        match replies.next_reply() {
            Ok(Some(reply)) => return Ok(reply),
            Ok(None) => {}
            Err(failure) => return Err(error(Errno::PROTO, failure.to_string())),
        }
        let count = stream.read(&mut part).await;
        match count.map_err(|failure| io_error("receiving failed", &failure))? {
            0 => return Err(error(Errno::CONNRESET, "the server closed the connection")),
            count => replies.push(&part[..count]),
        }
    }
}
