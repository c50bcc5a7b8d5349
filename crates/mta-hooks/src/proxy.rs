//! The proxy hook: a command line has arrived and nobody has looked at it.

use hsl_decl::{Docs, Hook, HookDecl};
use hsl_macros::{Options, Record, Variables, library};
use hsl_vm::{Array, Str, Thrown, Value};

use crate::connection::Connection;
use crate::phase::phase;
use crate::reply::{Classes, Reason, Reply, ReplyCodes};
use crate::transaction::AnyTransaction;

/// Variables of the proxy hook.
#[derive(Variables)]
pub struct Proxy {
    /// Input of this hook.
    pub arguments: ProxyArguments,
    /// Facts about the SMTP connection.
    pub connection: Connection,
    /// Facts about the mail transaction so far.
    pub transaction: AnyTransaction,
    /// Free value carried between scripts.
    #[variable(writable)]
    pub context: Value,
}

/// `$arguments` of the proxy hook.
#[derive(Record)]
pub struct ProxyArguments {
    /// SMTP command line as received.
    pub command: Str,
}

/// What the proxy hook decides.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    /// Process a command.
    Pass {
        /// Command line to process instead.
        command: Option<Str>,
        /// Whether to run for the next command too.
        next: bool,
    },
    /// Answer without processing the command.
    Reply {
        /// The answer.
        reply: Reply,
        /// Whether to close the connection after it.
        disconnect: bool,
        /// Whether to run for the next command too.
        next: bool,
    },
}

/// The hook.
pub static DECL: HookDecl = HookDecl {
    hook: Hook::Proxy,
    event: "an SMTP command line arrived, before it is processed (when enabled)",
    variables: Proxy::VARIABLES,
    verdicts: functions::DECLS,
    implicit: "Pass",
    on_error: "Reply",
    docs: Docs(
        "Runs for the first command line, and for a later one only when the run before asked for \
         it with `next`. Message data and answers of an AUTH dialogue are never shown to it.\n\n\
         Without a verdict the command is processed; when the script fails the client gets a \
         generic 421 and the connection is closed.",
    ),
};

phase!(Proxy, Proxy, Decision, DECL);

fn implicit() -> Decision {
    Decision::Pass { command: None, next: false }
}

fn on_error() -> Decision {
    let reply = Reply::new(421, Some([4, 3, 0])).text("Service temporarily unavailable");
    Decision::Reply { reply, disconnect: true, next: false }
}

/// Options of `Pass`.
#[derive(Options)]
struct PassOptions {
    /// Command line to process instead.
    #[option(shown = "as received")]
    command: Option<Str>,
    /// Run this hook for the next command too.
    #[option(default = false)]
    next: bool,
}

/// Options of `Reply`.
#[derive(Options)]
struct ReplyOptions {
    /// Close the connection after the reply.
    #[option(default = false)]
    disconnect: bool,
    /// Other codes than those of the verdict.
    #[option(shown = "predefined", keys = ReplyCodes)]
    reply_codes: Option<Array>,
    /// Run this hook for the next command too.
    #[option(default = false)]
    next: bool,
}

/// Verdicts.
#[library(topic = "proxy", contexts = [proxy], decision = Decision)]
pub mod functions {
    use super::*;

    /// Hands the command to the normal SMTP processing.
    ///
    /// The command line, possibly replaced, is processed as if received. A replacement is one line:
    /// what follows a line feed or carriage return is an error.
    /// Ends the hook.
    ///
    /// # Errors
    ///
    /// Raises an exception for a replacement of more than one line.
    ///
    /// # Example
    ///
    /// ```hsl
    /// if ($arguments["command"] =~ "/^XHELO /i")
    ///     Pass(["command" => "EHLO " . $arguments["command"][6:], "next" => true]);
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[verdict(name = "Pass")]
    fn pass(options: PassOptions) -> Result<Decision, Thrown> {
        let PassOptions { command, next } = options;
        let breaks = |line: &Str| line.iter().any(|byte| matches!(byte, b'\r' | b'\n' | 0));
        if command.as_ref().is_some_and(breaks) {
            return Err(Thrown::Error("Pass: option \"command\" must be one line".into()));
        }
        Ok(Decision::Pass { command, next })
    }

    /// Answers the client directly.
    ///
    /// `reason` is a string or a list of lines; a line feed or a list makes a multi-line reply,
    /// each line at most 500 bytes. The reply (250) is sent; the SMTP state machine does not see
    /// the command.
    /// Ends the hook.
    ///
    /// # Errors
    ///
    /// Raises an exception for malformed codes.
    ///
    /// # Example
    ///
    /// ```hsl
    /// if ($arguments["command"] == "XSTATUS") Reply("all is well", ["next" => true]);
    /// ```
    ///
    /// Source: RFC 5321 §4.2. Since: 0.1. Compat: same.
    #[verdict(name = "Reply")]
    fn reply(reason: Option<Reason>, options: ReplyOptions) -> Result<Decision, Thrown> {
        let ReplyOptions { disconnect, reply_codes, next } = options;
        let reply = Reply::new(250, Some([2, 0, 0]));
        let mut reply = reply.with(reason, reply_codes.as_ref(), &Classes::ANY)?;
        reply.enhanced = reply.enhanced.filter(|enhanced| enhanced[0] == reply.code / 100);
        Ok(Decision::Reply { reply, disconnect, next })
    }
}
