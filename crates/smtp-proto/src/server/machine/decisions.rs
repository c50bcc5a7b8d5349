//! Asking policy, and what its answers change.

use super::super::{Decision, HookCall, Recipient};
use super::{Action, Machine, Stage};
use crate::Reply;
use crate::ext::Announced;

impl Machine {
    pub(super) fn ask(&mut self, call: HookCall) {
        self.actions.push_back(Action::Hook(call.clone()));
        self.stage = Stage::Hook(call);
    }

    pub(super) fn accepted(&mut self, call: HookCall, decision: Decision, reply: Reply) {
        self.errors = 0;
        match call {
            HookCall::Connect => self.send(reply),
            HookCall::Helo { verb, host, extensions } => {
                self.greet(verb, host, &extensions, decision, reply);
            }
            HookCall::MailFrom { sender, params } => {
                // RFC 5321 §4.1.1.2: MAIL begins a transaction with empty buffers.
                self.transaction.open = true;
                self.transaction.sender = decision.sender.unwrap_or(sender);
                self.transaction.params = decision.params.unwrap_or(params);
                self.send(reply);
            }
            HookCall::RcptTo { recipient, params } => {
                self.transaction.recipients.push(Recipient {
                    address: decision.recipient.unwrap_or(recipient),
                    params: decision.params.unwrap_or(params),
                    tag: decision.tag,
                });
                self.send(reply);
            }
            HookCall::Eod => {
                self.stage = Stage::Committing(reply);
                self.actions.push_back(Action::Commit);
            }
        }
    }

    /// RFC 5321 §4.1.4: an accepted EHLO or HELO also resets; a refused one changes nothing.
    fn greet(
        &mut self,
        verb: &'static str,
        host: String,
        offered: &[String],
        decision: Decision,
        mut reply: Reply,
    ) {
        self.transaction = self.transaction.next();
        let lines =
            if verb == "EHLO" { decision.extensions.as_deref().unwrap_or(offered) } else { &[] };
        self.announced = Announced::parse(lines);
        reply.lines.extend(lines.iter().map(|line| line.clone().into_bytes()));
        self.helo = Some((verb, decision.host.unwrap_or(host)));
        self.send(reply);
    }

    pub(super) fn refused(&mut self, call: &HookCall, reply: Reply, leave: bool) {
        if *call == HookCall::Eod {
            self.actions.push_back(Action::Discard);
            self.end_message();
        }
        if leave || *call == HookCall::Connect { self.leave(reply) } else { self.send(reply) }
    }
}
