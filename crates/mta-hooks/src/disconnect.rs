//! The disconnect hook: a connection is gone.

use hsl_decl::{Docs, Hook, HookDecl};
use hsl_macros::{Record, Variables, library};
use hsl_vm::{Str, Thrown, Value};

use crate::connection::Connection;
use crate::outcome::SmtpResult;
use crate::phase::phase;
use crate::transaction::AnyTransaction;

/// Variables of the disconnect hook.
#[derive(Variables)]
pub struct Disconnect {
    /// Input of this hook.
    pub arguments: DisconnectArguments,
    /// Facts about the SMTP connection.
    pub connection: Connection,
    /// Facts about the mail transaction so far.
    pub transaction: AnyTransaction,
    /// Free value carried between scripts.
    #[variable(writable)]
    pub context: Value,
}

/// `$arguments` of the disconnect hook.
#[derive(Record)]
pub struct DisconnectArguments {
    /// Who ended the connection.
    #[field(values = ["local", "remote"])]
    pub close: Str,
    /// The SMTP reply that ended it, when any.
    pub reply: Option<SmtpResult>,
    /// Error details, when there was one.
    pub error: Option<ConnectionError>,
}

/// Why a connection broke.
#[derive(Clone, Record)]
pub struct ConnectionError {
    /// Error text.
    pub reason: Str,
    /// Socket or tls, when known.
    pub r#type: Option<Str>,
    /// Errno or TLS library error number.
    pub code: i32,
}

/// What the disconnect hook decides: nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision;

/// The hook.
pub static DECL: HookDecl = HookDecl {
    hook: Hook::Disconnect,
    event: "a connection ended",
    variables: Disconnect::VARIABLES,
    verdicts: functions::DECLS,
    implicit: "Pass",
    on_error: "none (logged)",
    docs: Docs(
        "Runs after a connection ended, for whatever reason.\n\n\
         Nothing depends on how it ends; errors are logged.",
    ),
};

phase!(Disconnect, Disconnect, Decision, DECL);

fn implicit() -> Decision {
    Decision
}

fn on_error() -> Decision {
    Decision
}

/// Verdicts.
#[library(topic = "disconnect", contexts = [disconnect], decision = Decision)]
pub mod functions {
    use super::*;

    /// Ends the script.
    ///
    /// Nothing else happens; the connection is already closed.
    /// Ends the hook.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// if (!isset($arguments["error"])) Pass();
    /// memory_inc("broken:" . $connection["remoteip"]);
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[verdict(name = "Pass")]
    fn pass() -> Result<Decision, Thrown> {
        Ok(Decision)
    }
}
