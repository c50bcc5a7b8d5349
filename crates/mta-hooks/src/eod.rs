//! The eod hook: the whole message is there.

use hsl_decl::{Docs, Hook, HookDecl, Ty};
use hsl_macros::{Options, Record, Variables, library};
use hsl_vm::{Array, FromValue, Thrown, Value};

use crate::connection::Connection;
use crate::phase::phase;
use crate::refusal::{Refusal, RefuseOptions};
use crate::reply::{Classes, Reason, Reply, ReplyCodes};
use crate::transaction::ReceivedTransaction;

/// Variables of the eod hook.
#[derive(Variables)]
pub struct Eod {
    /// Input of this hook.
    pub arguments: EodArguments,
    /// Facts about the SMTP connection.
    pub connection: Connection,
    /// Facts about the mail transaction so far.
    pub transaction: ReceivedTransaction,
    /// Free value carried between scripts.
    #[variable(writable)]
    pub context: Value,
}

/// `$arguments` of the eod hook.
#[derive(Record)]
pub struct EodArguments {
    /// The received message as EODMailMessage.
    #[field(ty = "EODMailMessage")]
    pub mail: Value,
    /// Caller-supplied data, only for submissions through the HTTP interface.
    pub metadata: Option<Value>,
    /// HTTP request data, only for submissions through the HTTP interface.
    pub http: Option<Array>,
}

/// What the eod hook decides.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    /// Commit what the script queued, then answer.
    Accept(Reply),
    /// Refuse the message; nothing queued is kept.
    Reject(Refusal),
    /// Refuse the message for now; nothing queued is kept.
    Defer(Refusal),
}

/// The hook.
pub static DECL: HookDecl = HookDecl {
    hook: Hook::Eod,
    event: "end of the message data, once per message",
    variables: Eod::VARIABLES,
    verdicts: functions::DECLS,
    implicit: "Defer",
    on_error: "Defer",
    docs: Docs(
        "Runs once per message, after DATA or the last BDAT. Queue the message with \
         `$arguments[\"mail\"]->queue()` once per recipient, then call `Accept()`.\n\n\
         Without a verdict, and when the script fails, the client gets 421 and nothing is queued.",
    ),
};

phase!(Eod, Eod, Decision, DECL);

fn implicit() -> Decision {
    Decision::Defer(Refusal::keep(deferral()))
}

fn on_error() -> Decision {
    Decision::Defer(Refusal::keep(deferral()))
}

fn acceptance() -> Reply {
    Reply::new(250, Some([2, 0, 0]))
}

fn rejection() -> Reply {
    Reply::new(550, Some([5, 7, 1])).text("Message rejected")
}

fn deferral() -> Reply {
    Reply::new(421, Some([4, 3, 0])).text("Temporary failure, try again later")
}

/// Options of `Accept`.
#[derive(Options)]
struct AcceptOptions {
    /// Text of the reply.
    #[option(shown = "system text")]
    reason: Option<Reason>,
    /// Other codes than those of the verdict.
    #[option(shown = "predefined", keys = ReplyCodes)]
    reply_codes: Option<Array>,
}

/// The first argument of `Accept`: lines of text as older scripts pass them, or what newer ones
/// give as options.
struct ReasonOrOptions(Value);

impl FromValue for ReasonOrOptions {
    const TY: Ty = Reason::TY;

    fn from_value(value: Value) -> Result<Self, Value> {
        match value {
            Value::String(_) | Value::Array(_) => Ok(Self(value)),
            other => Err(other),
        }
    }
}

impl ReasonOrOptions {
    fn split(self, options: AcceptOptions) -> Result<AcceptOptions, Thrown> {
        let named = |array: &&Array| {
            ["reason", "reply_codes"].iter().any(|key| array.get_str(key).is_some())
        };
        match self.0.as_array().filter(named) {
            Some(array) => {
                let given = hsl_std::binding::GivenOptions::new("Accept", Some(array));
                hsl_std::binding::Options::read(&given)
            }
            None => Ok(AcceptOptions { reason: Reason::from_value(self.0).ok(), ..options }),
        }
    }
}

/// Verdicts.
#[library(topic = "eod", contexts = [eod], decision = Decision)]
pub mod functions {
    use super::*;

    /// Accepts the message data.
    ///
    /// The reply is 250, sent after everything that the script queued is durable. Only what was
    /// queued is delivered, so accepting without queueing discards the message. The first argument
    /// may be the options array, or a reason as in `Reject`.
    /// Ends the hook.
    ///
    /// # Errors
    ///
    /// Raises an exception for a code that is not 2xx or 3xx.
    ///
    /// # Example
    ///
    /// ```hsl
    /// foreach ($transaction["recipients"] as $r)
    ///     $arguments["mail"]->queue($transaction["senderaddress"], $r["address"], $r["transportid"]);
    /// Accept();
    /// ```
    ///
    /// Source: RFC 5321 §4.1.1.4. Since: 0.1. Compat: same.
    #[verdict(name = "Accept")]
    fn accept(reason: Option<ReasonOrOptions>, options: AcceptOptions) -> Result<Decision, Thrown> {
        let options = match reason {
            Some(reason) => reason.split(options)?,
            None => options,
        };
        let codes = options.reply_codes.as_ref();
        acceptance().with(options.reason, codes, &Classes::ACCEPT).map(Decision::Accept)
    }

    /// Refuses the message.
    ///
    /// `reason` is a string or a list of lines; a line feed or a list makes a multi-line reply,
    /// each line at most 500 bytes. The reply is 550; nothing queued by this execution is kept.
    /// Ends the hook.
    ///
    /// # Errors
    ///
    /// Raises an exception for a code that is not 5xx.
    ///
    /// # Example
    ///
    /// ```hsl
    /// if ($arguments["mail"]->getHeader("Subject") =~ "/lottery/i") Reject("No prizes, please");
    /// ```
    ///
    /// Source: RFC 5321 §4.1.1.4. Since: 0.1. Compat: same.
    #[verdict(name = "Reject")]
    fn reject(
        #[sink(Output)] reason: Option<Reason>,
        options: RefuseOptions,
    ) -> Result<Decision, Thrown> {
        Refusal::build(rejection(), reason, options, &Classes::REJECT).map(Decision::Reject)
    }

    /// Refuses the message for now.
    ///
    /// `reason` is a string or a list of lines; a line feed or a list makes a multi-line reply,
    /// each line at most 500 bytes. The reply is 421; nothing queued by this execution is kept.
    /// Ends the hook.
    ///
    /// # Errors
    ///
    /// Raises an exception for a code that is not 4xx.
    ///
    /// # Example
    ///
    /// ```hsl
    /// Defer("The scanner is busy", ["reply_codes" => ["code" => 451, "enhanced" => [4, 7, 1]]]);
    /// ```
    ///
    /// Source: RFC 5321 §4.2.1. Since: 0.1. Compat: same.
    #[verdict(name = "Defer")]
    fn defer(reason: Option<Reason>, options: RefuseOptions) -> Result<Decision, Thrown> {
        Refusal::build(deferral(), reason, options, &Classes::DEFER).map(Decision::Defer)
    }
}
