//! The rcptto hook: a recipient is named.

use hsl_decl::{Docs, Hook, HookDecl};
use hsl_macros::{Options, Record, Variables, library};
use hsl_std::GivenAddress;
use hsl_vm::{Array, Str, Thrown, Value};

use crate::address::Replacement;
use crate::connection::Connection;
use crate::phase::phase;
use crate::refusal::{Refusal, RefuseOptions};
use crate::reply::{Classes, Reason, Reply, ReplyCodes};
use crate::transaction::{Address, Params, Transaction};

/// Variables of the rcptto hook.
#[derive(Variables)]
pub struct RcptTo {
    /// Input of this hook.
    pub arguments: RcptToArguments,
    /// Facts about the SMTP connection.
    pub connection: Connection,
    /// Facts about the mail transaction so far.
    pub transaction: Transaction,
    /// Free value carried between scripts.
    #[variable(writable)]
    pub context: Value,
}

/// `$arguments` of the rcptto hook.
#[derive(Record)]
pub struct RcptToArguments {
    /// Envelope recipient, lower-cased.
    #[field(origin = Word)]
    pub recipient: Str,
    /// Envelope address as received, in parts.
    #[field(origin = Word)]
    pub address: Address,
    /// SMTP parameters, upper-case keys.
    pub params: Params,
    /// Transport to be used.
    #[field(id = Transport, origin = Server)]
    pub transportid: Str,
}

/// What the rcptto hook decides.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    /// Accept the recipient.
    Accept {
        /// The reply.
        reply: Reply,
        /// Recipient to store, when changed.
        recipient: Option<Replacement>,
        /// Transport to store, when changed.
        transportid: Option<Str>,
    },
    /// Refuse the recipient; others are unaffected.
    Reject(Refusal),
    /// Refuse the recipient for now.
    Defer(Refusal),
}

/// The hook.
pub static DECL: HookDecl = HookDecl {
    hook: Hook::RcptTo,
    event: "each RCPT TO",
    variables: RcptTo::VARIABLES,
    verdicts: functions::DECLS,
    implicit: "Accept",
    on_error: "Defer",
    docs: Docs(
        "Runs for each RCPT command whose syntax and parameters are right.\n\n\
         Without a verdict the recipient is accepted; when the script fails the client gets 450.",
    ),
};

phase!(RcptTo, RcptTo, Decision, DECL);

fn implicit() -> Decision {
    Decision::Accept { reply: acceptance(), recipient: None, transportid: None }
}

fn on_error() -> Decision {
    Decision::Defer(Refusal::keep(deferral()))
}

fn acceptance() -> Reply {
    Reply::new(250, Some([2, 1, 5]))
}

fn rejection() -> Reply {
    Reply::new(554, Some([5, 7, 1])).text("Recipient rejected")
}

fn deferral() -> Reply {
    Reply::new(450, Some([4, 7, 1])).text("Temporary failure, try again later")
}

/// Options of `Accept`.
#[derive(Options)]
struct AcceptOptions {
    /// Recipient to store instead: text, or an array of localpart, domain and params.
    #[option(shown = "address argument")]
    recipient: Option<GivenAddress>,
    /// Transport to store.
    #[option(shown = "transportid argument", id = Transport)]
    transportid: Option<Str>,
    /// Text of the reply.
    #[option(shown = "system text")]
    reason: Option<Reason>,
    /// Other codes than those of the verdict.
    #[option(shown = "predefined", keys = ReplyCodes)]
    reply_codes: Option<Array>,
}

/// Verdicts.
#[library(topic = "rcptto", contexts = [rcptto], decision = Decision)]
pub mod functions {
    use super::*;

    /// Accepts the recipient.
    ///
    /// The reply is 250; the recipient, possibly replaced, is added to
    /// `$transaction["recipients"]`.
    /// Ends the hook.
    ///
    /// # Errors
    ///
    /// Raises an exception for a code that is not 2xx or 3xx, and for a recipient that is no
    /// address.
    ///
    /// # Example
    ///
    /// ```hsl
    /// if ($arguments["address"]["domain"] == "example.com") Accept(["transportid" => "inbound"]);
    /// Reject("Relaying denied");
    /// ```
    ///
    /// Source: RFC 5321 §4.1.1.3. Since: 0.1. Compat: same.
    #[verdict(name = "Accept")]
    fn accept(options: AcceptOptions) -> Result<Decision, Thrown> {
        let AcceptOptions { recipient, transportid, reason, reply_codes } = options;
        let recipient =
            recipient.map(|recipient| Replacement::given(&recipient, "recipient")).transpose()?;
        let reply = acceptance().with(reason, reply_codes.as_ref(), &Classes::ACCEPT)?;
        Ok(Decision::Accept { reply, recipient, transportid })
    }

    /// Refuses the recipient.
    ///
    /// `reason` is a string or a list of lines; a line feed or a list makes a multi-line reply,
    /// each line at most 500 bytes. The reply is 554; other recipients are unaffected.
    /// Ends the hook.
    ///
    /// # Errors
    ///
    /// Raises an exception for a code that is not 5xx.
    ///
    /// # Example
    ///
    /// ```hsl
    /// Reject("No such user", ["reply_codes" => ["code" => 550, "enhanced" => [5, 1, 1]]]);
    /// ```
    ///
    /// Source: RFC 5321 §4.1.1.3. Since: 0.1. Compat: same.
    #[verdict(name = "Reject")]
    fn reject(
        #[sink(Output)] reason: Option<Reason>,
        options: RefuseOptions,
    ) -> Result<Decision, Thrown> {
        Refusal::build(rejection(), reason, options, &Classes::REJECT).map(Decision::Reject)
    }

    /// Refuses the recipient for now.
    ///
    /// `reason` is a string or a list of lines; a line feed or a list makes a multi-line reply,
    /// each line at most 500 bytes. The reply is 450; other recipients are unaffected.
    /// Ends the hook.
    ///
    /// # Errors
    ///
    /// Raises an exception for a code that is not 4xx.
    ///
    /// # Example
    ///
    /// ```hsl
    /// Defer("Greylisted, try again in five minutes");
    /// ```
    ///
    /// Source: RFC 5321 §4.2.1. Since: 0.1. Compat: same.
    #[verdict(name = "Defer")]
    fn defer(reason: Option<Reason>, options: RefuseOptions) -> Result<Decision, Thrown> {
        Refusal::build(deferral(), reason, options, &Classes::DEFER).map(Decision::Defer)
    }
}
