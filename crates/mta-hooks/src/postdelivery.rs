//! The postdelivery hook: an attempt ended, or none was made.

use hsl_decl::{Docs, Hook, HookDecl};
use hsl_macros::{Options, Record, Variables, library};
use hsl_vm::{Array, Cx, Str, Thrown, Value};

use crate::nested::ReportOverrides;
use crate::outcome::{Attempt, QueuePlugin};
use crate::phase::phase;
use crate::queued::{MessageId, QueuedMessage};
use crate::requeue::{Requeue, RequeueOptions};

/// Variables of the postdelivery hook.
#[derive(Variables)]
pub struct PostDelivery {
    /// Input of this hook.
    pub arguments: PostDeliveryArguments,
    /// The queued message.
    pub message: QueuedMessage,
    /// Free value carried between scripts; undefined when predelivery did not run.
    pub context: Option<Value>,
}

/// `$arguments` of the postdelivery hook.
#[derive(Record)]
pub struct PostDeliveryArguments {
    /// Number of the current retry.
    pub retry: u32,
    /// Whether the maximum age or retry count is exceeded.
    pub expired: bool,
    /// Default action; missing after success.
    #[field(values = ["DELETE", "BOUNCE", "QUEUE"])]
    pub action: Option<Str>,
    /// Matched grouping; a name of the configuration begins with `&`.
    #[field(id = Grouping)]
    pub grouping: Str,
    /// Pickup policy in effect, when an attempt was made.
    pub policy: Option<PolicyInEffect>,
    /// Outcome of the attempt, when one was made.
    pub attempt: Option<Attempt>,
    /// Delivery status report about to be generated.
    pub dsn: Option<Report>,
    /// Queue plugin data, when a plugin is involved.
    pub queue: Option<QueuePlugin>,
}

/// Policies that an attempt was made under.
#[derive(Clone, Record)]
pub struct PolicyInEffect {
    /// Tags of applied policies.
    #[field(id = Tag)]
    pub tags: Vec<Str>,
    /// Applied policies; each an array with fields, grouping, dynamic (list of id, tag), properties,
    /// stop and tags as available.
    pub policies: Vec<AppliedPolicy>,
}

/// One of these policies.
#[derive(Clone, Record)]
pub struct AppliedPolicy {
    /// Field names the policy counts by.
    pub fields: Vec<Str>,
    /// Grouping name per field, when grouped.
    pub grouping: Vec<Value>,
    /// Dynamic policies in effect.
    pub dynamic: Option<Vec<DynamicPolicy>>,
    /// Tags of this policy.
    #[field(id = Tag)]
    pub tags: Option<Vec<Str>>,
    /// Custom properties from the policy configuration.
    pub properties: Option<Array>,
    /// Whether later policies are skipped.
    pub stop: Option<bool>,
}

/// A policy that a script or an operator made.
#[derive(Clone, Record)]
pub struct DynamicPolicy {
    /// Its id, as `queue_policy` returned it.
    pub id: Str,
    /// Its tag, when it has one.
    #[field(id = Tag)]
    pub tag: Option<Str>,
}

/// A delivery status report about to be generated.
#[derive(Clone, Record)]
pub struct Report {
    /// What happened to the message.
    #[field(values = ["delayed", "failed", "relayed", "delivered"])]
    pub action: Str,
    /// Id of the report message.
    #[field(ty = "array", origin = Server)]
    pub id: MessageId,
    /// Status code as three numbers, when known.
    pub status: Option<Vec<u16>>,
    /// Type of the diagnostic code, such as smtp.
    pub diagnostictype: Str,
    /// Diagnostic text.
    pub diagnosticcode: Str,
}

/// What the postdelivery hook decides.
#[derive(Clone, Debug)]
pub enum Decision {
    /// What `$arguments["action"]` says; nothing after a success.
    Default,
    /// Try later.
    Queue(Box<Requeue>),
    /// Remove and report failure.
    Bounce {
        /// Overrides for the generated report.
        dsn: Option<Array>,
    },
    /// Remove silently.
    Delete,
}

/// Host data of a postdelivery run: whether the message was delivered. The server attaches it, and
/// verdicts that make no sense any more are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivered(pub bool);

/// The hook.
pub static DECL: HookDecl = HookDecl {
    hook: Hook::PostDelivery,
    event: "after an attempt, or when a message is bounced or deleted",
    variables: PostDelivery::VARIABLES,
    verdicts: functions::DECLS,
    implicit: "Default",
    on_error: "Default",
    docs: Docs(
        "Runs after every attempt, after predelivery decided against one, and after an operator \
         removed a message. After a success `$arguments[\"action\"]` is missing and only `Default` \
         is allowed.\n\n\
         Without a verdict, and when the script fails, the default action is taken.",
    ),
};

phase!(PostDelivery, PostDelivery, Decision, DECL);

fn implicit() -> Decision {
    Decision::Default
}

fn on_error() -> Decision {
    Decision::Default
}

fn not_delivered(cx: &mut Cx<'_>) -> Result<(), Thrown> {
    match cx.data::<Delivered>() {
        Some(Delivered(true)) => Err(Thrown::error("the message was delivered")),
        _ => Ok(()),
    }
}

/// Options of `Bounce`.
#[derive(Options)]
struct BounceOptions {
    /// Overrides for the generated report.
    #[option(keys = ReportOverrides, open)]
    dsn: Option<Array>,
}

/// Verdicts.
#[library(topic = "postdelivery", contexts = [postdelivery], decision = Decision)]
pub mod functions {
    use super::*;

    /// Schedules a later attempt.
    ///
    /// The message stays queued; this may exceed the transport's retry limit. `delay` is in
    /// seconds.
    /// Ends the hook.
    ///
    /// # Errors
    ///
    /// Raises an exception when the message was delivered, and for a negative delay.
    ///
    /// # Example
    ///
    /// ```hsl
    /// if (($arguments["attempt"]["result"]["code"] ?? 0) == 451) Queue(["delay" => 60]);
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[verdict(name = "Queue", guard = not_delivered)]
    fn queue(options: RequeueOptions) -> Result<Decision, Thrown> {
        Ok(Decision::Queue(Box::new(options.check()?)))
    }

    /// Removes the message and reports failure to the sender.
    ///
    /// A status report is generated, with `dsn` overriding what it says and where it goes.
    /// Ends the hook.
    ///
    /// # Errors
    ///
    /// Raises an exception when the message was delivered.
    ///
    /// # Example
    ///
    /// ```hsl
    /// if ($arguments["action"] == "QUEUE" and $arguments["retry"] > 3) Bounce();
    /// ```
    ///
    /// Source: RFC 3464. Since: 0.1. Compat: same.
    #[verdict(name = "Bounce", guard = not_delivered)]
    fn bounce(options: BounceOptions) -> Result<Decision, Thrown> {
        Ok(Decision::Bounce { dsn: options.dsn })
    }

    /// Removes the message silently.
    ///
    /// No report is generated.
    /// Ends the hook.
    ///
    /// # Errors
    ///
    /// Raises an exception when the message was delivered.
    ///
    /// # Example
    ///
    /// ```hsl
    /// if (isset($arguments["action"]) and $message["sender"] == "") Delete();
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[verdict(name = "Delete", guard = not_delivered)]
    fn delete() -> Result<Decision, Thrown> {
        Ok(Decision::Delete)
    }

    /// Applies the default action.
    ///
    /// The action is `$arguments["action"]`; nothing happens after a successful delivery.
    /// Ends the hook.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// if (!isset($arguments["action"])) Default();
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[verdict(name = "Default")]
    fn default_action() -> Result<Decision, Thrown> {
        Ok(Decision::Default)
    }
}
