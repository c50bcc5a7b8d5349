//! The predelivery hook: a queued message is due.

use hsl_decl::{Docs, Hook, HookDecl};
use hsl_macros::{Options, Record, Variables, library};
use hsl_vm::{Array, Str, Thrown, Value};

use crate::attempt::{Overrides, TryOptions};
use crate::nested::ReportOverrides;
use crate::outcome::QueuePlugin;
use crate::phase::phase;
use crate::queued::QueuedMessage;
use crate::requeue::{Requeue, RequeueOptions};

/// Variables of the predelivery hook.
#[derive(Variables)]
pub struct PreDelivery {
    /// Input of this hook.
    pub arguments: PreDeliveryArguments,
    /// The queued message.
    pub message: QueuedMessage,
    /// Free value carried between scripts.
    #[variable(writable)]
    pub context: Value,
}

/// `$arguments` of the predelivery hook.
#[derive(Record)]
pub struct PreDeliveryArguments {
    /// Number of the current retry.
    pub retry: u32,
    /// Queue plugin data, when a plugin is involved.
    pub queue: Option<QueuePlugin>,
}

/// What the predelivery hook decides.
#[derive(Clone, Debug)]
pub enum Decision {
    /// Make an attempt.
    Try(Box<Overrides>),
    /// Make no attempt now.
    Queue(Box<Requeue>),
    /// Make no attempt and bounce, unless postdelivery decides otherwise.
    Bounce {
        /// Overrides for the generated report.
        dsn: Option<Array>,
        /// Diagnostic text.
        reason: Option<Str>,
    },
    /// Make no attempt and delete, unless postdelivery decides otherwise.
    Delete {
        /// Diagnostic text.
        reason: Option<Str>,
    },
}

/// The hook.
pub static DECL: HookDecl = HookDecl {
    hook: Hook::PreDelivery,
    event: "before a queued message enters the active queue",
    variables: PreDelivery::VARIABLES,
    verdicts: functions::DECLS,
    implicit: "Try",
    on_error: "Queue",
    docs: Docs(
        "Runs when a queued message is due, before a route is looked up.\n\n\
         Without a verdict an attempt is made; when the script fails the message is queued again \
         for 300 seconds without counting a retry.",
    ),
};

phase!(PreDelivery, PreDelivery, Decision, DECL);

fn implicit() -> Decision {
    Decision::Try(Box::default())
}

fn on_error() -> Decision {
    Decision::Queue(Box::new(Requeue {
        hold: false,
        delay: Some(300.0),
        reason: None,
        increment_retry: false,
        reset_retry: false,
        transportid: None,
        dsn: None,
        dsn_delayed: false,
    }))
}

/// Options of `Bounce`.
#[derive(Options)]
struct BounceOptions {
    /// Overrides for the generated report.
    #[option(keys = ReportOverrides, open)]
    dsn: Option<Array>,
    /// Diagnostic text.
    reason: Option<Str>,
}

/// Options of `Delete`.
#[derive(Options)]
struct DeleteOptions {
    /// Diagnostic text made available as $arguments["dsn"]["diagnosticcode"].
    reason: Option<Str>,
}

/// Verdicts.
#[library(topic = "predelivery", contexts = [predelivery], decision = Decision)]
pub mod functions {
    use super::*;

    /// Lets the message into the active queue with the given overrides.
    ///
    /// An attempt is made as soon as the pickup policies allow; this is the default action. Each
    /// option overrides transport and envelope for this attempt only.
    /// Ends the hook.
    ///
    /// # Errors
    ///
    /// Raises an exception for an address that is none and a port outside 1 to 65535.
    ///
    /// # Example
    ///
    /// ```hsl
    /// if ($message["recipientaddress"]["domain"] == "example.com")
    ///     Try(["host" => "10.0.0.5", "port" => 2525, "tls" => "require"]);
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[verdict(name = "Try")]
    fn attempt(options: TryOptions) -> Result<Decision, Thrown> {
        Ok(Decision::Try(Box::new(options.check()?)))
    }

    /// Puts the message back for a later attempt.
    ///
    /// No attempt is made; beyond the retry limit the message is bounced or deleted as the
    /// transport says. `delay` is in seconds.
    /// Ends the hook.
    ///
    /// # Errors
    ///
    /// Raises an exception for a negative delay.
    ///
    /// # Example
    ///
    /// ```hsl
    /// if (strftime("%H", time()) < "06") Queue(["delay" => 3600, "increment_retry" => false]);
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[verdict(name = "Queue")]
    fn queue(options: RequeueOptions) -> Result<Decision, Thrown> {
        Ok(Decision::Queue(Box::new(options.check()?)))
    }

    /// Skips the attempt and marks the message to be bounced.
    ///
    /// The postdelivery hook runs with action BOUNCE; by default the message is removed and a
    /// report sent to the sender.
    /// Ends the hook.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// if ($arguments["retry"] > 10) Bounce(["reason" => "Gave up"]);
    /// ```
    ///
    /// Source: RFC 3464. Since: 0.1. Compat: same.
    #[verdict(name = "Bounce")]
    fn bounce(options: BounceOptions) -> Result<Decision, Thrown> {
        Ok(Decision::Bounce { dsn: options.dsn, reason: options.reason })
    }

    /// Skips the attempt and marks the message to be deleted.
    ///
    /// The postdelivery hook runs with action DELETE; by default the message is removed without a
    /// report.
    /// Ends the hook.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// if ($message["recipient"] == "void@example.com") Delete(["reason" => "nobody reads this"]);
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[verdict(name = "Delete")]
    fn delete(options: DeleteOptions) -> Result<Decision, Thrown> {
        Ok(Decision::Delete { reason: options.reason })
    }
}
