//! The queue of the server: keeping mail back, limits, quotas; and who is connected.
//!
//! *Not here.* What the limits do: that is the scheduler's (`mail-queue`).

use hsl_macros::{Options, Record, library};
use hsl_vm::request::{PolicyLimits, PolicyRequest, ServerRequest, SuspendRequest};
use hsl_vm::{Array, NativeStep, Str, Thrown, Value};

use crate::server;

/// Builtins of this topic.
#[library(topic = "queue")]
pub(crate) mod functions {
    use super::*;

    /// Returns the number of connections that a server has open.
    ///
    /// With `address`, an address or a network (`192.0.2.0/24`), only those from there count. Gives `none`
    /// for an unknown server.
    ///
    /// # Errors
    ///
    /// Raises an exception where no mail server runs, and for an address that is none.
    ///
    /// # Example
    ///
    /// ```hsl
    /// if (false) echo server_concurrency("inbound", "192.0.2.0/24");
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "number or none")]
    fn server_concurrency(#[id(Server)] serverid: Str, address: Option<Str>) -> NativeStep {
        let clients = address.map(|address| address.to_lossy().into_owned());
        let server = serverid.to_lossy().into_owned();
        server::ask("server_concurrency", ServerRequest::Concurrency { server, clients })
    }

    /// Keeps queued messages back for `ttl` seconds.
    ///
    /// `fields` holds what messages must have, by the names `transportid`, `jobid`, `tenantid`,
    /// `recipientdomain`, `remotemx` (with `*.example.com` for what is below a domain), `localip`,
    /// `remoteip` (an address or a network) and `grouping`; without any, all messages wait. A value may
    /// be `@list`, and, where it is no address, `/expression/`. A suspended host or address is passed
    /// over where a message can go elsewhere. Attempts that run go on. Calling it again with the same fields renews the time. The array holds
    /// `id`. Gives `none` for other fields and for a `ttl` that is no time.
    ///
    /// # Errors
    ///
    /// Raises an exception where no mail server runs, and for an address, an expression or a list that is
    /// none.
    ///
    /// # Example
    ///
    /// ```hsl
    /// if (false) queue_suspend(["recipientdomain" => "example.com"], 600, ["tag" => "backoff"]);
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "array", result = EntryId)]
    fn queue_suspend(fields: Array, ttl: f64, options: SuspendOptions) -> NativeStep {
        let (Some(fields), Some(ttl)) = (server::texts(&fields), server::seconds(ttl)) else {
            return server::none();
        };
        let properties = options.properties.map(Value::array);
        let request = SuspendRequest {
            fields,
            ttl,
            id: options.id.map(text),
            tag: options.tag.map(text),
            update: options.update,
            properties: properties.and_then(|properties| properties.freeze()),
        };
        server::ask("queue_suspend", ServerRequest::Suspend(request))
    }

    /// Limits for `ttl` seconds how fast matching messages are tried.
    ///
    /// `fields` lists the names by which messages are counted apart: one counter for each combination of
    /// their values, one for all without names. `condition` says which messages the limits are for, as the
    /// fields of `queue_suspend` do. `policy` holds `concurrency`, the attempts at once; `rate`, a list of
    /// a number of attempts and the seconds in which they may begin; `connectinterval`, the seconds between
    /// two attempts; `tag`; `stop`, whether no further policy is looked at; and `properties`. Of several
    /// policies with the same fields the newest that matches counts. The array holds `id`. Gives `none` for
    /// other fields and for limits that are none.
    ///
    /// # Errors
    ///
    /// Raises an exception where no mail server runs, for an address, an expression or a list that is
    /// none, and for `cluster`.
    ///
    /// # Example
    ///
    /// ```hsl
    /// if (false) {
    ///     $slow = ["concurrency" => 2, "rate" => [10, 60]];
    ///     queue_policy(["tenantid"], ["recipientdomain" => "example.com"], $slow, 3600);
    /// }
    /// ```
    ///
    /// Since: 0.1. Compat: differs: no policy with these fields must exist before.
    #[builtin(effect = external, returns = "array", result = EntryId)]
    fn queue_policy(
        fields: Array,
        condition: Array,
        policy: Array,
        ttl: f64,
        options: PolicyOptions,
    ) -> Result<NativeStep, Thrown> {
        if policy.get_str("cluster").is_some_and(Value::truthy) {
            return Err(Thrown::error("queue_policy: this server shares no limits with others"));
        }
        let read = || {
            Some(PolicyRequest {
                fields: server::texts(&fields)?.into_iter().map(|(_, name)| name).collect(),
                condition: server::texts(&condition)?,
                limits: limits(&policy)?,
                ttl: server::seconds(ttl)?,
                id: options.id.map(text),
                kind: options.r#type.map(text),
                update: options.update,
            })
        };
        Ok(match read() {
            Some(request) => server::ask("queue_policy", ServerRequest::Policy(request)),
            None => server::none(),
        })
    }

    /// Ends a limit that `queue_policy` made, and tells whether there was one.
    ///
    /// # Errors
    ///
    /// Raises an exception where no mail server runs.
    ///
    /// # Example
    ///
    /// ```hsl
    /// if (false) echo queue_policy_delete("backoff-example.com");
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "boolean or none")]
    fn queue_policy_delete(id: Str) -> NativeStep {
        server::ask("queue_policy_delete", ServerRequest::DeletePolicy(text(id)))
    }

    /// Returns how much queued mail is charged to a quota.
    ///
    /// `count` is the number of queued copies that were queued with the name among their `quotas`, `bytes`
    /// their size. Both are 0 for a name that nothing is charged to.
    ///
    /// # Errors
    ///
    /// Raises an exception where no mail server runs.
    ///
    /// # Example
    ///
    /// ```hsl
    /// if (false) echo queue_quota("tenant:42")["count"];
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "array", result = Usage)]
    fn queue_quota(name: Str) -> NativeStep {
        server::ask("queue_quota", ServerRequest::Quota(text(name)))
    }
}

/// Result of `queue_suspend` and `queue_policy`.
#[derive(Record)]
pub struct EntryId {
    /// Id of the entry, as options and operators name it.
    pub id: String,
}

/// Result of `queue_quota`.
#[derive(Record)]
pub struct Usage {
    /// Messages in the queue.
    pub count: f64,
    /// Their size in bytes.
    pub bytes: f64,
}

/// Options of `queue_suspend`.
#[derive(Options)]
struct SuspendOptions {
    /// Label of the suspension.
    tag: Option<Str>,
    /// Id of the suspension.
    #[option(shown = "generated")]
    id: Option<Str>,
    /// Renew an existing suspension with the same fields.
    #[option(default = true)]
    update: bool,
    /// Values that are kept with it.
    properties: Option<Array>,
}

/// Options of `queue_policy`.
#[derive(Options)]
struct PolicyOptions {
    /// Id of the policy.
    #[option(shown = "generated")]
    id: Option<Str>,
    /// Free label.
    r#type: Option<Str>,
    /// Renew an existing policy with the same fields and condition.
    #[option(default = true)]
    update: bool,
}

fn text(text: Str) -> String {
    text.to_lossy().into_owned()
}

/// The limits of a policy; none when one is no limit.
fn limits(policy: &Array) -> Option<PolicyLimits> {
    let get = |name: &str| policy.get_str(name).filter(|value| !value.is_none());
    let mut limits = PolicyLimits::default();
    if let Some(value) = get("concurrency") {
        let number = value.as_number()?;
        let whole = number as u32;
        (f64::from(whole) == number && whole > 0).then_some(())?;
        limits.concurrency = Some(whole);
    }
    if let Some(value) = get("rate") {
        let [Value::Number(count), Value::Number(time)] = value.as_array()?.as_list()? else {
            return None;
        };
        (*count >= 1.0 && count.is_finite() && *time > 0.0).then_some(())?;
        limits.rate = Some((*count, server::seconds(*time)?));
    }
    if let Some(value) = get("connectinterval") {
        limits.interval = Some(server::seconds(value.as_number()?)?);
    }
    if let Some(value) = get("tag") {
        limits.tag = Some(text(value.as_str()?.clone()));
    }
    limits.stop = get("stop").is_some_and(Value::truthy);
    if let Some(value) = get("properties") {
        limits.properties = Some(value.freeze()?);
    }
    Some(limits)
}
