//! The queue of the server: keeping mail back, limits, quotas; and who is connected.
//!
//! *Not here.* What the limits do: that is the scheduler's (`mail-queue`).

use std::time::Duration;

use hsl_decl::{IdKind, OptionDecl, Ty};
use hsl_macros::{Options, Record, library};
use hsl_vm::request::{PolicyLimits, PolicyRequest, ServerRequest, SuspendRequest};
use hsl_vm::{Array, NativeStep, Str, Thrown, Value};

use crate::binding::{GivenOptions, Options as _};
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
    /// `fields` holds what messages must have; without any, all messages wait. A value may be `@list`,
    /// and, where it is no address, `/expression/`. A suspended host or address is passed
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
    fn queue_suspend(
        #[keys(QueueFields)] fields: Array,
        ttl: f64,
        options: SuspendOptions,
    ) -> NativeStep {
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
    /// their values, one for all without names. `condition` says which messages the limits in `policy` are
    /// for, as the fields of `queue_suspend` do. Of several policies with the same fields the newest that
    /// matches counts. The array holds `id`. Gives `none` for other fields and for limits that are none.
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
        #[values(FIELDS)] fields: Array,
        #[keys(QueueFields)] condition: Array,
        #[keys(GivenLimits)] policy: Array,
        ttl: f64,
        options: PolicyOptions,
    ) -> Result<NativeStep, Thrown> {
        let limits = GivenLimits::of(&policy);
        let shared = limits.as_ref().and_then(|limits| limits.cluster.as_ref());
        if shared.is_some_and(Value::truthy) {
            return Err(Thrown::error("queue_policy: this server shares no limits with others"));
        }
        let read = move || {
            Some(PolicyRequest {
                fields: server::texts(&fields)?.into_iter().map(|(_, name)| name).collect(),
                condition: server::texts(&condition)?,
                limits: limits?.limits()?,
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

/// Fields of a message that suspensions and policies go by, and what they may want of them.
pub struct QueueFields;

impl crate::binding::Options for QueueFields {
    const DECLS: &'static [OptionDecl] = &[
        field("transportid", IdKind::Transport, "Id of the transport."),
        field("localip", IdKind::List, "Address that the connection comes from, or its network."),
        field("remoteip", IdKind::List, "Address of the next hop, or its network."),
        field("remotemx", IdKind::List, "Name of the next hop; `*.example.com` is all below it."),
        field("recipientdomain", IdKind::List, "Domain of the recipient, perhaps with `*.`."),
        field("jobid", IdKind::List, "Job id."),
        field("tenantid", IdKind::List, "Tenant id."),
        field(
            "grouping",
            IdKind::Grouping,
            "Grouping; a name of the configuration begins with `&`.",
        ),
    ];

    fn read(_: &GivenOptions<'_>) -> Result<Self, Thrown> {
        Ok(Self)
    }
}

const fn field(name: &'static str, id: IdKind, doc: &'static str) -> OptionDecl {
    OptionDecl { id: Some(id), ..OptionDecl::new(name, Ty::STRING.or(Ty::NUMBER), doc) }
}

/// Names of the fields.
const FIELDS: [&str; QueueFields::DECLS.len()] = OptionDecl::names(QueueFields::DECLS);

/// Keys of the limits of a policy.
#[derive(Options)]
struct GivenLimits {
    /// Attempts at once, at least 1.
    concurrency: Option<f64>,
    /// Number of attempts and the seconds in which they may begin: `[10, 60]`.
    rate: Option<Array>,
    /// Seconds between the starts of two attempts.
    connectinterval: Option<f64>,
    /// Label; the postdelivery hook is told it.
    #[option(id = Tag)]
    tag: Option<Str>,
    /// Look at no further policy.
    #[option(shown = "false", ty = "boolean")]
    stop: Option<Value>,
    /// Share the limit with other servers, which raises an exception here.
    #[option(shown = "false", ty = "boolean")]
    cluster: Option<Value>,
    /// Values that the postdelivery hook is told.
    properties: Option<Array>,
}

/// Options of `queue_suspend`.
#[derive(Options)]
struct SuspendOptions {
    /// Label of the suspension.
    #[option(id = Tag)]
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

impl GivenLimits {
    /// What a script gave; none for other keys and types.
    fn of(policy: &Array) -> Option<Self> {
        let given = GivenOptions::new("queue_policy", Some(policy));
        given.check_keys(Self::DECLS).ok()?;
        Self::read(&given).ok()
    }

    /// The limits; none when one is no limit.
    fn limits(self) -> Option<PolicyLimits> {
        let properties = self.properties.map(Value::array);
        Some(PolicyLimits {
            concurrency: if_given(self.concurrency, whole)?,
            rate: if_given(self.rate, |rate| per_time(&rate))?,
            interval: if_given(self.connectinterval, server::seconds)?,
            tag: self.tag.map(text),
            stop: self.stop.is_some_and(|stop| stop.truthy()),
            properties: if_given(properties, |kept| kept.freeze())?,
        })
    }
}

/// What a value means that may be left out; none when it means nothing.
fn if_given<T, M>(value: Option<T>, read: impl Fn(T) -> Option<M>) -> Option<Option<M>> {
    value.map_or(Some(None), |value| read(value).map(Some))
}

/// A whole number, at least 1.
fn whole(number: f64) -> Option<u32> {
    let whole = number as u32;
    (f64::from(whole) == number && whole > 0).then_some(whole)
}

/// A number of attempts within a time.
fn per_time(rate: &Array) -> Option<(f64, Duration)> {
    let [Value::Number(count), Value::Number(time)] = rate.as_list()? else { return None };
    (*count >= 1.0 && count.is_finite() && *time > 0.0).then_some(())?;
    Some((*count, server::seconds(*time)?))
}
