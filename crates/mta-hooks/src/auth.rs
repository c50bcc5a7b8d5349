//! The auth hook: a client wants to log in.

use hsl_decl::{Docs, Hook, HookDecl};
use hsl_macros::{Options, Record, Variables, library};
use hsl_vm::{Array, Str, Thrown, Value};

use crate::connection::AuthConnection;
use crate::phase::phase;
use crate::refusal::{Refusal, RefuseOptions};
use crate::reply::{Classes, Reason, Reply, ReplyCodes};
use crate::transaction::TransactionId;

/// Variables of the auth hook.
#[derive(Variables)]
pub struct Auth {
    /// Input of this hook.
    pub arguments: AuthArguments,
    /// Facts about the SMTP connection.
    pub connection: AuthConnection,
    /// Facts about the mail transaction so far.
    pub transaction: TransactionId,
    /// Free value carried between scripts.
    #[variable(writable)]
    pub context: Value,
}

/// `$arguments` of the auth hook.
#[derive(Record)]
pub struct AuthArguments {
    /// User name, for LOGIN and PLAIN.
    #[field(origin = Word)]
    pub username: Option<Str>,
    /// Password, for LOGIN and PLAIN.
    #[field(secret)]
    pub password: Option<Str>,
    /// SASL mechanism in upper case.
    pub mechanism: Str,
    /// Step number of a custom mechanism, starting at 0.
    pub state: Option<u32>,
    /// Client response of a custom mechanism, decoded.
    #[field(secret)]
    pub response: Option<Str>,
}

/// What the auth hook decides.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    /// The client is who it says.
    Accept {
        /// The reply.
        reply: Reply,
        /// Name to record, when changed.
        username: Option<Str>,
    },
    /// Refuse the login.
    Reject(Refusal),
    /// Refuse the login for now.
    Defer(Refusal),
    /// Ask the client for more.
    Challenge {
        /// Code and enhanced code; the text is the challenge.
        reply: Reply,
        /// The challenge before base64.
        challenge: Vec<u8>,
        /// Whether to close the connection after it.
        disconnect: bool,
    },
}

/// The hook.
pub static DECL: HookDecl = HookDecl {
    hook: Hook::Auth,
    event: "AUTH, and each response of a custom mechanism",
    variables: Auth::VARIABLES,
    verdicts: functions::DECLS,
    implicit: "Reject",
    on_error: "Defer",
    docs: Docs(
        "Runs for AUTH, and again for each answer to `Reply`. The server decodes PLAIN and LOGIN \
         itself and passes `username` and `password`; other mechanisms see `state` and \
         `response`.\n\n\
         Without a verdict the login is refused; when the script fails the client gets 454.",
    ),
};

phase!(Auth, Auth, Decision, DECL);

fn implicit() -> Decision {
    Decision::Reject(Refusal::keep(rejection()))
}

fn on_error() -> Decision {
    Decision::Defer(Refusal::keep(deferral()))
}

fn rejection() -> Reply {
    Reply::new(535, Some([5, 7, 8])).text("Authentication credentials invalid")
}

fn deferral() -> Reply {
    Reply::new(454, Some([4, 7, 0])).text("Temporary authentication failure")
}

/// Options of `Accept`.
#[derive(Options)]
struct AcceptOptions {
    /// Name to record for the user.
    #[option(shown = "username argument")]
    username: Option<Str>,
    /// Text of the reply.
    #[option(shown = "system text")]
    reason: Option<Reason>,
    /// Other codes than those of the verdict.
    #[option(shown = "predefined", keys = ReplyCodes)]
    reply_codes: Option<Array>,
}

/// Verdicts.
#[library(topic = "auth", contexts = [auth], decision = Decision)]
pub mod functions {
    use super::*;

    /// Grants the login.
    ///
    /// The reply is 235 and `$connection["auth"]` is filled, with `username` when given.
    /// Ends the hook.
    ///
    /// # Errors
    ///
    /// Raises an exception for a code that is not 2xx or 3xx.
    ///
    /// # Example
    ///
    /// ```hsl
    /// if ($arguments["username"] == "demo" and $arguments["password"] == "demo") Accept();
    /// ```
    ///
    /// Source: RFC 4954 §6. Since: 0.1. Compat: same.
    #[verdict(name = "Accept")]
    fn accept(options: AcceptOptions) -> Result<Decision, Thrown> {
        let AcceptOptions { username, reason, reply_codes } = options;
        let reply = Reply::new(235, Some([2, 7, 0]));
        let reply = reply.with(reason, reply_codes.as_ref(), &Classes::ACCEPT)?;
        Ok(Decision::Accept { reply, username })
    }

    /// Refuses the login.
    ///
    /// `reason` is a string or a list of lines; a line feed or a list makes a multi-line reply,
    /// each line at most 500 bytes. The reply is 535; the client stays unauthenticated.
    /// Ends the hook.
    ///
    /// # Errors
    ///
    /// Raises an exception for a code that is not 5xx.
    ///
    /// # Example
    ///
    /// ```hsl
    /// Reject("No such user", ["reply_codes" => ["code" => 535, "enhanced" => [5, 7, 8]]]);
    /// ```
    ///
    /// Source: RFC 4954 §6. Since: 0.1. Compat: same.
    #[verdict(name = "Reject")]
    fn reject(
        #[sink(Output)] reason: Option<Reason>,
        options: RefuseOptions,
    ) -> Result<Decision, Thrown> {
        Refusal::build(rejection(), reason, options, &Classes::REJECT).map(Decision::Reject)
    }

    /// Refuses the login for now.
    ///
    /// `reason` is a string or a list of lines; a line feed or a list makes a multi-line reply,
    /// each line at most 500 bytes. The reply is 454.
    /// Ends the hook.
    ///
    /// # Errors
    ///
    /// Raises an exception for a code that is not 4xx.
    ///
    /// # Example
    ///
    /// ```hsl
    /// Defer("The directory does not answer");
    /// ```
    ///
    /// Source: RFC 4954 §6. Since: 0.1. Compat: same.
    #[verdict(name = "Defer")]
    fn defer(reason: Option<Reason>, options: RefuseOptions) -> Result<Decision, Thrown> {
        Refusal::build(deferral(), reason, options, &Classes::DEFER).map(Decision::Defer)
    }

    /// Sends a challenge of a custom mechanism.
    ///
    /// The text is sent base64-encoded with 334; the hook runs again with the client's response and
    /// an incremented `state`.
    /// Ends the hook.
    ///
    /// # Errors
    ///
    /// Raises an exception for a code that is not 3xx.
    ///
    /// # Example
    ///
    /// ```hsl
    /// if ($arguments["mechanism"] == "X-PIN" and $arguments["state"] == 0) Reply("PIN?");
    /// ```
    ///
    /// Source: RFC 4954 §4. Since: 0.1. Compat: same.
    #[verdict(name = "Reply")]
    fn challenge(reply: Option<Str>, options: RefuseOptions) -> Result<Decision, Thrown> {
        let codes = options.reply_codes.as_ref();
        let text = reply.map(|text| text.to_vec()).unwrap_or_default();
        let reply = Reply::new(334, None).with(None, codes, &Classes::CONTINUE)?;
        Ok(Decision::Challenge { reply, challenge: text, disconnect: options.disconnect })
    }
}
