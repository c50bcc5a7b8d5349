//! Sending a message to a server at once, without the queue.
//!
//! *Invariants.* A script gets a reply of the server or an error, never both. The transaction is for
//! all recipients or for none, except that an LMTP server decides for each after the data.
//!
//! *Not here.* The dialogue (`smtp_proto::client::Question`), connections (the host), the array that
//! describes a server (`lookups`).

use hsl_macros::Record;
use hsl_vm::request::{SmtpAnswer, SmtpDelivery, SmtpQuestion};
use hsl_vm::{
    Array, Cx, FromValue, Input, NativeFrame, NativeResult, NativeStep, Request, Response, Str,
    Thrown, Value,
};
use smtp_proto::Address;

use super::envelope::GivenAddress;
use crate::binding::record;
use crate::lookups::ServerOptions;

/// What became of a message.
#[derive(Record)]
pub(super) struct SendResult {
    /// The reply that decided, when there was one.
    result: Option<SendReply>,
    /// Why there is no reply.
    error: Option<SendError>,
    /// The connection, when there was one.
    connection: Option<SendConnection>,
    /// How the connection was secured.
    tls: SendTls,
}

/// A reply of the server.
#[derive(Record)]
struct SendReply {
    /// SMTP command the reply belongs to.
    state: Str,
    /// SMTP status code.
    code: u16,
    /// Enhanced status code as three numbers.
    enhanced: Vec<u16>,
    /// Lines of the reply.
    reason: Vec<Str>,
}

/// Why a message was not taken.
#[derive(Record)]
struct SendError {
    /// Whether a later call may succeed.
    temporary: bool,
    /// What happened.
    message: Str,
}

/// A connection that was made.
#[derive(Record)]
struct SendConnection {
    /// Our address.
    localip: Str,
    /// The address of the server.
    remoteip: Str,
    /// The name of the server, as it was found or given.
    remotemx: Str,
}

/// How a connection was secured.
#[derive(Record)]
struct SendTls {
    /// Whether TLS was started.
    started: bool,
}

/// The question that hands over `message`.
pub(super) fn question(
    sender: &GivenAddress,
    recipients: &Array,
    server: &Value,
    message: Vec<u8>,
) -> Result<SmtpQuestion, Thrown> {
    let sender = sender.mailbox("send", "$sender")?;
    let recipients: Vec<_> = recipients.values().map(recipient).collect::<Result<_, _>>()?;
    let [first, more @ ..] = &recipients[..] else {
        return Err(Thrown::error("send: $recipients is empty"));
    };
    let envelope = (sender.as_ref().map(Address::to_string).unwrap_or_default(), first.to_string());
    let options = ServerOptions::of("send", server)?;
    let question = options.question(None, Some(envelope))?;
    let domain = |address: &Address| address.domain().to_ascii_lowercase();
    if question.host.is_none() && more.iter().any(|other| domain(other) != domain(first)) {
        return Err(Thrown::error(
            "send: $server must name a host when the recipients have several domains",
        ));
    }
    let recipients = more.iter().map(Address::to_string).collect();
    Ok(SmtpQuestion { delivery: Some(SmtpDelivery { recipients, message }), ..question })
}

fn recipient(value: &Value) -> Result<Address, Thrown> {
    let given = GivenAddress::from_value(value.clone());
    let given = given.map_err(|_| Thrown::error("send: a recipient is not an envelope address"))?;
    given.recipient("send", "a recipient")
}

/// The step that sends.
pub(super) fn step(question: SmtpQuestion) -> NativeStep {
    NativeStep::enter(Sending(Some(Box::new(question))))
}

/// Waits for the answer.
struct Sending(Option<Box<SmtpQuestion>>);

impl NativeFrame for Sending {
    fn resume(&mut self, _: &mut Cx<'_>, input: Input) -> NativeResult {
        if let Some(question) = self.0.take() {
            return Ok(NativeStep::suspend(Request::Smtp(question)));
        }
        let answer = match input.into_response() {
            Some(Response::Smtp(answer)) => answer,
            Some(Response::Failed(why)) => SmtpAnswer { lines: vec![why], ..SmtpAnswer::default() },
            _ => SmtpAnswer::default(),
        };
        Ok(NativeStep::Return(record(shown(answer))))
    }
}

fn shown(answer: SmtpAnswer) -> SendResult {
    let text = |text: &String| Str::from(text.as_str());
    let reply = answer.code != 0;
    let result = reply.then(|| SendReply {
        state: text(&answer.state),
        code: answer.code,
        enhanced: answer.enhanced.map(Vec::from).unwrap_or_default(),
        reason: answer.lines.iter().map(text).collect(),
    });
    let error = (!reply).then(|| SendError {
        temporary: !answer.permanent,
        message: Str::from(answer.lines.join(" ")),
    });
    let connection = answer.connection.as_ref().map(|connection| SendConnection {
        localip: text(&connection.local),
        remoteip: text(&connection.remote),
        remotemx: text(&connection.host),
    });
    SendResult { result, error, connection, tls: SendTls { started: answer.tls } }
}
