//! Asking the hooks of a connection.
//!
//! *Invariants.* A phase without a hook decides as its hook would by falling off the end, so a
//! message without an end-of-data hook is deferred: nobody queued it.

use std::rc::Rc;
use std::sync::Arc;

use hsl_decl::Hook;
use hsl_vm::code::Program;
use hsl_vm::{NativeObject, Str, Value};
use mail_message::{Message, Received as Trace};
use mta_hooks::connect::{Connect, ConnectArguments};
use mta_hooks::disconnect::{ConnectionError, Disconnect, DisconnectArguments};
use mta_hooks::eod::{self, Eod, EodArguments};
use mta_hooks::helo::{Helo, HeloArguments};
use mta_hooks::mailfrom::{MailFrom, MailFromArguments};
use mta_hooks::message::{EodMessage, Transports};
use mta_hooks::outcome::SmtpResult;
use mta_hooks::rcptto::{RcptTo, RcptToArguments};
use mta_hooks::{Phase, reply::Reply as HookReply};
use smtp_proto::server::{Decision, HookCall, Verdict};
use smtp_proto::{Address, Enhanced, Parameters, Reply};

use super::answer::{self, BadAddress};
use super::body::Received;
use super::dialogue::{Accepted, Dialogue, Ending};
use super::{envelope, session};
use crate::hooks::Run;
use crate::queue_runner::now;
use crate::telemetry::Counter;

impl Dialogue {
    /// Answers a question of the machine.
    pub(super) async fn decide(&mut self, call: HookCall) {
        let decision = match call {
            HookCall::Connect => self.connect().await,
            HookCall::Helo { verb, host, extensions } => self.helo(verb, &host, extensions).await,
            HookCall::MailFrom { sender, params } => {
                let decision = self.mailfrom(sender.as_ref(), &params).await;
                self.sound::<MailFrom>(decision, answer::mailfrom)
            }
            HookCall::RcptTo { recipient, params } => self.rcptto(&recipient, &params).await,
            HookCall::Eod => self.eod().await,
        };
        self.machine.hook_done(decision);
    }

    /// A decision as the machine takes it; one that names no address counts as a script error.
    fn sound<P: Phase>(
        &self,
        decision: P::Decision,
        translate: impl Fn(P::Decision) -> Result<Decision, BadAddress>,
    ) -> Decision {
        translate(decision).unwrap_or_else(|error| {
            tracing::error!(id = self.session.id, hook = %P::HOOK, %error, "hook failed");
            self.count(Counter::HookErrors);
            translate(P::on_error()).unwrap_or_else(|_| Decision::new(Verdict::Defer))
        })
    }

    /// Runs a hook with `$context`.
    async fn run<P: Phase>(
        &mut self,
        program: Option<Arc<Program>>,
        label: &str,
        phase: impl FnOnce(Value) -> P,
    ) -> P::Decision {
        let mut context = std::mem::take(&mut self.session.context);
        let phase = phase(context.clone());
        let run = Run { program: program.as_ref(), label, data: Vec::new() };
        let decision = self.runner().run(run, phase, &mut context).await;
        self.session.context = context;
        decision
    }

    async fn connect(&mut self) -> Decision {
        let peer = self.session.peer.clone();
        let arguments = ConnectArguments {
            remoteip: peer.remoteip,
            remoteport: peer.remoteport,
            remoteptr: peer.remoteptr,
            remoteptrresult: None,
            remoteuid: peer.remoteuid,
            localip: peer.localip,
            localport: peer.localport,
            serverid: peer.serverid,
            proxyip: None,
            proxytlv: None,
        };
        let connection = self.session.connection(&self.machine).into();
        let transaction = self.session.transaction_id(&self.machine);
        let program = self.program(Hook::Connect, |phases| phases.connect.hook.as_ref());
        let phase = |context| Connect { arguments, connection, transaction, context };
        let decision = self.run(program, "CONNECT", phase).await;
        let (decision, remoteip, remoteptr) = answer::connect(decision);
        if decision.verdict != Verdict::Accept {
            self.count(Counter::ConnectionsRefused);
        }
        if let Some(ip) = remoteip {
            self.session.peer.remoteip = ip;
        }
        self.session.peer.remoteptr = remoteptr.or(self.session.peer.remoteptr.take());
        decision
    }

    async fn helo(&mut self, verb: &str, host: &str, extensions: Vec<String>) -> Decision {
        let extensions = (verb == "EHLO")
            .then(|| extensions.iter().map(|line| Str::from(line.as_str())).collect());
        let arguments = HeloArguments { verb: verb.into(), host: host.into(), extensions };
        let connection = self.session.connection(&self.machine).into();
        let transaction = self.session.transaction_id(&self.machine);
        let program = self.program(Hook::Helo, |phases| phases.helo.hook.as_ref());
        let label = format!("{verb} {host}");
        let phase = |context| Helo { arguments, connection, transaction, context };
        answer::helo(self.run(program, &label, phase).await)
    }

    async fn mailfrom(
        &mut self,
        sender: Option<&Address>,
        params: &Parameters,
    ) -> <MailFrom as Phase>::Decision {
        let arguments = MailFromArguments {
            sender: session::lower(sender),
            address: session::parts(sender),
            params: session::params(params),
        };
        let connection = self.session.connection(&self.machine);
        let transaction = self.session.transaction_id(&self.machine);
        let program = self.program(Hook::MailFrom, |phases| phases.mailfrom.hook.as_ref());
        let label = format!("MAIL <{}>", sender.map(Address::to_string).unwrap_or_default());
        let phase = |context| MailFrom { arguments, connection, transaction, context };
        self.run(program, &label, phase).await
    }

    async fn rcptto(&mut self, recipient: &Address, params: &Parameters) -> Decision {
        let generation = self.generation.clone();
        let server = generation.server(&self.session.serverid);
        let transport = server.and_then(|server| server.transport.as_ref());
        let transport = transport.map_or("", |id| id.value.as_str());
        let hook = server.and_then(|server| server.phases.rcptto.hook.as_ref());
        let program = hook
            .and_then(|hook| hook.for_domain(recipient.domain()))
            .and_then(|id| generation.program(Hook::RcptTo, id).cloned());
        let arguments = RcptToArguments {
            recipient: session::lower(Some(recipient)),
            address: session::parts(Some(recipient)),
            params: session::params(params),
            transportid: transport.into(),
        };
        let connection = self.session.connection(&self.machine);
        let transaction = self.session.open_transaction(&self.machine);
        let label = format!("RCPT <{recipient}>");
        let phase = |context| RcptTo { arguments, connection, transaction, context };
        let decision = self.run(program, &label, phase).await;
        self.sound::<RcptTo>(decision, |decision| answer::rcptto(decision, transport))
    }

    /// Runs the hook that a server's configuration attaches to a phase.
    fn program(
        &self,
        hook: Hook,
        id: impl FnOnce(&mta_config::schema::Phases) -> Option<&mta_config::Spanned<String>>,
    ) -> Option<Arc<Program>> {
        let server = self.generation.server(&self.session.serverid)?;
        self.generation.program(hook, &id(&server.phases)?.value).cloned()
    }
}

/// The end of the data.
impl Dialogue {
    async fn eod(&mut self) -> Decision {
        let received = match self.incoming.take().map(super::body::Incoming::finish) {
            Some(Ok(received)) => received,
            Some(Err(error)) => {
                tracing::error!(id = self.session.id, %error, "cannot store a message");
                return Decision::new(Verdict::Defer).with_reply(envelope::storage());
            }
            None => return Decision::new(Verdict::Defer).with_reply(envelope::storage()),
        };
        let server = self.generation.server(&self.session.serverid);
        if server.is_some_and(|s| received.hops() > s.phases.data.maxhops as usize) {
            let looping = Reply::new(554, Enhanced(5, 4, 6), "Too many hops");
            return Decision::new(Verdict::Reject).with_reply(looping);
        }
        let decision = self.ask_eod(&received).await;
        if decision.verdict == Verdict::Accept {
            self.count(Counter::MessagesAccepted);
        } else {
            self.count(Counter::MessagesRejected);
        }
        decision
    }

    async fn ask_eod(&mut self, received: &Received) -> Decision {
        let time = now();
        let id = self.session.transaction(&self.machine).to_string();
        let mail =
            EodMessage::new(id.as_str().into(), self.message(received, &id), self.transports());
        let arguments = EodArguments {
            mail: Value::from(mail.clone() as Rc<dyn NativeObject>),
            metadata: None,
            http: None,
        };
        let connection = self.session.connection(&self.machine);
        let transaction = self.session.received_transaction(&self.machine, time.as_secs_f64());
        let program = self.program(Hook::Eod, |phases| phases.eod.hook.as_ref());
        let phase = |context| Eod { arguments, connection, transaction, context };
        let decision = self.run(program, "EOD", phase).await;
        let copies = mail.close();
        match decision {
            eod::Decision::Accept(reply) => {
                let reply = queued(reply, &id, !copies.is_empty());
                if !copies.is_empty() {
                    let Some(body) = received.body.take() else {
                        return Decision::new(Verdict::Defer).with_reply(envelope::storage());
                    };
                    self.accepted = Some(Accepted { body, copies, received: time });
                }
                Decision::accept().with_reply(reply)
            }
            eod::Decision::Reject(refusal) => answer::refusing(Verdict::Reject, refusal),
            eod::Decision::Defer(refusal) => answer::refusing(Verdict::Defer, refusal),
        }
    }

    /// The message as scripts change it, with our trace field on top.
    fn message(&self, received: &Received, id: &str) -> Message {
        let peer = &self.session.peer;
        let (ip, ptr) =
            (peer.remoteip.to_lossy(), peer.remoteptr.as_ref().map(|ptr| ptr.to_lossy()));
        let only = match &self.machine.transaction().recipients[..] {
            [recipient] => Some(recipient.address.to_string()),
            _ => None,
        };
        let trace = Trace {
            helo: self.machine.helo().map_or("", |(_, host)| host),
            ptr: ptr.as_deref(),
            ip: (!ip.is_empty()).then_some(&*ip),
            hostname: &self.server.hostname,
            protocol: session::protocol(&self.machine),
            id,
            recipient: only.as_deref(),
            date: now().as_millis() / 1000,
        };
        let mut message = Message::new(received.header.clone(), received.body.clone());
        message.stamp(&trace.to_field());
        message
    }

    fn transports(&self) -> Transports {
        let generation = self.generation.clone();
        Box::new(move |id| generation.transport(id).is_some())
    }

    /// Tells the disconnect hook.
    pub(super) async fn disconnected(mut self, ending: Ending) {
        let arguments = DisconnectArguments {
            close: if matches!(ending, Ending::Local) { "local" } else { "remote" }.into(),
            reply: self.last_words(),
            error: match ending {
                Ending::Broken(error) => Some(ConnectionError {
                    reason: error.to_string().as_str().into(),
                    r#type: Some("socket".into()),
                    code: error.raw_os_error().unwrap_or_default(),
                }),
                Ending::Local | Ending::Remote => None,
            },
        };
        let program = self.program(Hook::Disconnect, |phases| phases.disconnect.hook.as_ref());
        if program.is_none() {
            return;
        }
        let connection = self.session.connection(&self.machine);
        let transaction = self.session.any_transaction(&self.machine);
        let phase = |context| Disconnect { arguments, connection, transaction, context };
        self.run(program, "DISCONNECT", phase).await;
    }

    fn last_words(&self) -> Option<SmtpResult> {
        let (state, reply) = self.machine.last_words()?;
        let enhanced = reply.enhanced.map(|code| vec![code.0, code.1, code.2]);
        Some(SmtpResult {
            code: reply.code,
            enhanced: enhanced.unwrap_or_default(),
            reason: reply.lines.iter().map(|line| Str::from(line.clone())).collect(),
            state: state.as_str().into(),
        })
    }
}

/// The reply to an accepted message; without a text of the script it names the transaction.
fn queued(reply: HookReply, id: &str, any: bool) -> Reply {
    let mut reply = answer::reply(reply);
    if reply.lines.is_empty() && any {
        reply.lines = vec![format!("Queued as {id}").into_bytes()];
    }
    reply
}
