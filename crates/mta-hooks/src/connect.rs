//! The connect hook: a client is there, the banner is not yet sent.

use hsl_decl::{Docs, Hook, HookDecl};
use hsl_macros::{Options, Record, Variables, library};
use hsl_vm::{Array, Str, Thrown, Value};

use crate::connection::ConnectConnection;
use crate::phase::phase;
use crate::reply::{Classes, Reason, Reply, ReplyCodes};
use crate::transaction::TransactionId;

/// Variables of the connect hook.
#[derive(Variables)]
pub struct Connect {
    /// Input of this hook.
    pub arguments: ConnectArguments,
    /// Facts about the SMTP connection.
    pub connection: ConnectConnection,
    /// Facts about the mail transaction so far.
    pub transaction: TransactionId,
    /// Free value carried between scripts.
    #[variable(writable)]
    pub context: Value,
}

/// `$arguments` of the connect hook.
#[derive(Record)]
pub struct ConnectArguments {
    /// Client IP address.
    pub remoteip: Str,
    /// Client TCP port.
    pub remoteport: u16,
    /// Forward-confirmed reverse DNS name of the client, when known.
    #[field(origin = Word)]
    pub remoteptr: Option<Str>,
    /// Raw result of the reverse and forward lookups, when made.
    pub remoteptrresult: Option<Array>,
    /// User id of a Unix-socket client, when applicable.
    pub remoteuid: Option<u32>,
    /// Local IP address.
    pub localip: Str,
    /// Local TCP port.
    pub localport: u16,
    /// Id of the receiving server configuration.
    #[field(id = Server)]
    pub serverid: Str,
    /// Address of the load balancer, with the PROXY protocol.
    pub proxyip: Option<Str>,
    /// Extra PROXY protocol fields in hexadecimal, when present.
    pub proxytlv: Option<Str>,
}

/// What the connect hook decides.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    /// Send the banner.
    Accept {
        /// The banner.
        reply: Reply,
        /// Client address from now on.
        remoteip: Option<Str>,
        /// Reverse DNS name from now on.
        remoteptr: Option<Str>,
    },
    /// Send the reply instead of a banner and close.
    Reject(Reply),
    /// Send the reply instead of a banner and close.
    Defer(Reply),
}

/// The hook.
pub static DECL: HookDecl = HookDecl {
    hook: Hook::Connect,
    event: "a client connected, before the banner",
    variables: Connect::VARIABLES,
    verdicts: functions::DECLS,
    implicit: "Accept",
    on_error: "Defer",
    docs: Docs(
        "Runs once per connection, after the reverse lookup and before the banner.\n\n\
         Without a verdict the client is let in; when the script fails it is asked to come back.",
    ),
};

phase!(Connect, Connect, Decision, DECL);

fn implicit() -> Decision {
    Decision::Accept { reply: banner(), remoteip: None, remoteptr: None }
}

fn on_error() -> Decision {
    Decision::Defer(deferral())
}

// The banner and what replaces it carry no enhanced code: RFC 2034 §4.
fn banner() -> Reply {
    Reply::new(220, None)
}

fn rejection() -> Reply {
    Reply::new(521, None).text("Connection refused")
}

fn deferral() -> Reply {
    Reply::new(421, None).text("Service temporarily unavailable")
}

/// Options of `Accept`.
#[derive(Options)]
struct AcceptOptions {
    /// Text of the greeting.
    #[option(shown = "system banner")]
    reason: Option<Reason>,
    /// Replace the client address from now on.
    remoteip: Option<Str>,
    /// Replace the reverse DNS name from now on.
    remoteptr: Option<Str>,
    /// Other codes than those of the verdict.
    #[option(shown = "predefined", keys = ReplyCodes)]
    reply_codes: Option<Array>,
}

/// Options of `Reject` and `Defer`.
#[derive(Options)]
struct RefuseOptions {
    /// Other codes than those of the verdict.
    #[option(shown = "predefined", keys = ReplyCodes)]
    reply_codes: Option<Array>,
}

/// Verdicts.
#[library(topic = "connect", contexts = [connect], decision = Decision)]
pub mod functions {
    use super::*;

    /// Lets the connection in.
    ///
    /// The greeting banner (220) is sent and the connection continues; `remoteip` and `remoteptr`
    /// are seen by all later hooks.
    /// Ends the hook.
    ///
    /// # Errors
    ///
    /// Raises an exception for a code that is not 2xx or 3xx.
    ///
    /// # Example
    ///
    /// ```hsl
    /// Accept(["reason" => "mx1.example.com ESMTP ready"]);
    /// ```
    ///
    /// Source: RFC 5321 §3.1. Since: 0.1. Compat: same.
    #[verdict(name = "Accept")]
    fn accept(options: AcceptOptions) -> Result<Decision, Thrown> {
        let AcceptOptions { reason, remoteip, remoteptr, reply_codes } = options;
        let reply = banner().with(reason, reply_codes.as_ref(), &Classes::ACCEPT)?;
        Ok(Decision::Accept { reply, remoteip, remoteptr })
    }

    /// Refuses the connection for good.
    ///
    /// `reason` is a string or a list of lines; a line feed or a list makes a multi-line reply,
    /// each line at most 500 bytes. The reply (521) is sent instead of a banner and the connection
    /// is closed.
    /// Ends the hook.
    ///
    /// # Errors
    ///
    /// Raises an exception for a code that is not 5xx.
    ///
    /// # Example
    ///
    /// ```hsl
    /// if (inet_includes($arguments["remoteip"], "192.0.2.0/24")) Reject("Not welcome here");
    /// ```
    ///
    /// Source: RFC 7504 §3. Since: 0.1. Compat: same.
    #[verdict(name = "Reject")]
    fn reject(
        #[sink(Output)] reason: Option<Reason>,
        options: RefuseOptions,
    ) -> Result<Decision, Thrown> {
        let codes = options.reply_codes.as_ref();
        rejection().with(reason, codes, &Classes::REJECT).map(Decision::Reject)
    }

    /// Refuses the connection for now.
    ///
    /// `reason` is a string or a list of lines; a line feed or a list makes a multi-line reply,
    /// each line at most 500 bytes. The reply (421) is sent instead of a banner and the connection
    /// is closed.
    /// Ends the hook.
    ///
    /// # Errors
    ///
    /// Raises an exception for a code that is not 4xx.
    ///
    /// # Example
    ///
    /// ```hsl
    /// Defer(["Too busy", "Try again in a minute"]);
    /// ```
    ///
    /// Source: RFC 5321 §3.8. Since: 0.1. Compat: same.
    #[verdict(name = "Defer")]
    fn defer(reason: Option<Reason>, options: RefuseOptions) -> Result<Decision, Thrown> {
        let codes = options.reply_codes.as_ref();
        deferral().with(reason, codes, &Classes::DEFER).map(Decision::Defer)
    }
}
