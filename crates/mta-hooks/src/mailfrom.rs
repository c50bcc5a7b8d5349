//! The mailfrom hook: a sender is named.

use hsl_decl::{Docs, Hook, HookDecl};
use hsl_macros::{Options, Record, Variables, library};
use hsl_std::GivenAddress;
use hsl_vm::{Array, Str, Thrown, Value};

use crate::address::Replacement;
use crate::connection::Connection;
use crate::phase::phase;
use crate::refusal::{Refusal, RefuseOptions};
use crate::reply::{Classes, Reason, Reply, ReplyCodes};
use crate::transaction::{Address, Params, TransactionId};

/// Variables of the mailfrom hook.
#[derive(Variables)]
pub struct MailFrom {
    /// Input of this hook.
    pub arguments: MailFromArguments,
    /// Facts about the SMTP connection.
    pub connection: Connection,
    /// Facts about the mail transaction so far.
    pub transaction: TransactionId,
    /// Free value carried between scripts.
    #[variable(writable)]
    pub context: Value,
}

/// `$arguments` of the mailfrom hook.
#[derive(Record)]
pub struct MailFromArguments {
    /// Envelope sender, lower-cased.
    #[field(origin = Word)]
    pub sender: Str,
    /// Envelope address as received, in parts.
    #[field(origin = Word)]
    pub address: Address,
    /// SMTP parameters, upper-case keys.
    pub params: Params,
}

/// What the mailfrom hook decides.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    /// Accept the sender.
    Accept {
        /// The reply.
        reply: Reply,
        /// Sender to store, when changed.
        sender: Option<Replacement>,
    },
    /// Refuse the sender.
    Reject(Refusal),
    /// Refuse the sender for now.
    Defer(Refusal),
}

/// The hook.
pub static DECL: HookDecl = HookDecl {
    hook: Hook::MailFrom,
    event: "MAIL FROM",
    variables: MailFrom::VARIABLES,
    verdicts: functions::DECLS,
    implicit: "Accept",
    on_error: "Defer",
    docs: Docs(
        "Runs for each MAIL command whose syntax and parameters are right.\n\n\
         Without a verdict the sender is accepted; when the script fails the client gets 450.",
    ),
};

phase!(MailFrom, MailFrom, Decision, DECL);

fn implicit() -> Decision {
    Decision::Accept { reply: acceptance(), sender: None }
}

fn on_error() -> Decision {
    Decision::Defer(Refusal::keep(deferral()))
}

fn acceptance() -> Reply {
    Reply::new(250, Some([2, 1, 0]))
}

fn rejection() -> Reply {
    Reply::new(554, Some([5, 7, 1])).text("Sender rejected")
}

fn deferral() -> Reply {
    Reply::new(450, Some([4, 7, 1])).text("Temporary failure, try again later")
}

/// Options of `Accept`.
#[derive(Options)]
struct AcceptOptions {
    /// Sender to store instead: text, or an array of localpart, domain and params.
    #[option(shown = "address argument")]
    sender: Option<GivenAddress>,
    /// Text of the reply.
    #[option(shown = "system text")]
    reason: Option<Reason>,
    /// Other codes than those of the verdict.
    #[option(shown = "predefined", keys = ReplyCodes)]
    reply_codes: Option<Array>,
}

/// Verdicts.
#[library(topic = "mailfrom", contexts = [mailfrom], decision = Decision)]
pub mod functions {
    use super::*;

    /// Accepts the sender.
    ///
    /// The reply is 250; the sender, possibly replaced, is stored in `$transaction`. An empty text
    /// is the null sender.
    /// Ends the hook.
    ///
    /// # Errors
    ///
    /// Raises an exception for a code that is not 2xx or 3xx, and for a sender that is no address.
    ///
    /// # Example
    ///
    /// ```hsl
    /// Accept(["sender" => ["localpart" => "bounces", "domain" => "example.com"]]);
    /// ```
    ///
    /// Source: RFC 5321 §4.1.1.2. Since: 0.1. Compat: same.
    #[verdict(name = "Accept")]
    fn accept(options: AcceptOptions) -> Result<Decision, Thrown> {
        let AcceptOptions { sender, reason, reply_codes } = options;
        let sender = sender.map(|sender| Replacement::given(&sender, "sender")).transpose()?;
        let reply = acceptance().with(reason, reply_codes.as_ref(), &Classes::ACCEPT)?;
        Ok(Decision::Accept { reply, sender })
    }

    /// Refuses the sender.
    ///
    /// `reason` is a string or a list of lines; a line feed or a list makes a multi-line reply,
    /// each line at most 500 bytes. The reply is 554.
    /// Ends the hook.
    ///
    /// # Errors
    ///
    /// Raises an exception for a code that is not 5xx.
    ///
    /// # Example
    ///
    /// ```hsl
    /// if ($arguments["address"]["domain"] == "spam.example") Reject("Sender not wanted");
    /// ```
    ///
    /// Source: RFC 5321 §4.1.1.2. Since: 0.1. Compat: same.
    #[verdict(name = "Reject")]
    fn reject(
        #[sink(Output)] reason: Option<Reason>,
        options: RefuseOptions,
    ) -> Result<Decision, Thrown> {
        Refusal::build(rejection(), reason, options, &Classes::REJECT).map(Decision::Reject)
    }

    /// Refuses the sender for now.
    ///
    /// `reason` is a string or a list of lines; a line feed or a list makes a multi-line reply,
    /// each line at most 500 bytes. The reply is 450.
    /// Ends the hook.
    ///
    /// # Errors
    ///
    /// Raises an exception for a code that is not 4xx.
    ///
    /// # Example
    ///
    /// ```hsl
    /// Defer("Sender domain does not resolve yet");
    /// ```
    ///
    /// Source: RFC 5321 §4.2.1. Since: 0.1. Compat: same.
    #[verdict(name = "Defer")]
    fn defer(reason: Option<Reason>, options: RefuseOptions) -> Result<Decision, Thrown> {
        Refusal::build(deferral(), reason, options, &Classes::DEFER).map(Decision::Defer)
    }
}
