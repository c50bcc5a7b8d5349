//! Delivering queued messages: hook, route, dialogue, hook, report.
//!
//! Each worker runs [`serve`]: it asks the queue for the next message and starts a task for it.
//!
//! *Invariants.* Every message that was handed out is reported exactly once, even if its task
//! panics. What a script decides after a failure wins over the schedule; after a success nothing
//! can be decided any more.
//!
//! *Not here.* The order of messages ([`crate::queue_runner`]), next hops ([`crate::route`]).

pub mod attempt;
pub mod fate;
mod gate;
mod notice;
mod overdue;
pub mod plan;
pub mod pool;
pub mod session;
#[cfg(test)]
mod tests;
mod view;

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use hsl_decl::Hook;
use hsl_host::{Cache, Host};
use hsl_vm::{Heap, Str, Value, World};
use mail_queue::dsn;
use mail_queue::{Body, Change, Envelope, MessageId, Metadata, Outcome as Reported, RetryPolicy};
use mta_hooks::metadata::Metadata as HookMetadata;
use mta_hooks::postdelivery::Decision as After;
use mta_hooks::postdelivery::{Delivered, PostDelivery, PostDeliveryArguments, Report};
use mta_hooks::predelivery::{Decision as Before, PreDelivery, PreDeliveryArguments};
use mta_hooks::requeue::Requeue;
use smtp_proto::Enhanced;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::hooks::{Ended, Run, Runner, message_cache};
use crate::program::Generation;
use crate::queue_runner::{Prepared, now};
use crate::route::Failure;
use crate::server::Server;
use crate::submissions::Submissions;
use crate::telemetry::Counter;
use crate::worker::Local;
use attempt::{Attempt, End, Means, attempt};
use fate::{Action, Fate};
use gate::{Gate, Held};
use notice::Draft;
use plan::Plan;
use pool::Pool;
use session::Payload;

/// Pause before a message whose task broke is tried again.
const AFTER_FAULT: Duration = Duration::from_secs(300);

/// What the deliveries of one worker share.
pub struct Courier {
    server: Arc<Server>,
    local: Rc<Local>,
    host: Host,
    world: Rc<dyn World>,
    pool: Pool,
}

/// Delivers messages on this worker until the queue closes.
pub async fn serve(server: Arc<Server>, local: Rc<Local>, world: Rc<dyn World>) {
    let submissions = Rc::new(Submissions::new(server.clone()));
    let host = Host::new(server.services.clone()).with_hook(submissions);
    let courier = Rc::new(Courier { server, local, host, world, pool: Pool::default() });
    let mut errands = JoinSet::new();
    while let Some(id) = courier.server.queue.next().await {
        let task = courier.clone();
        errands.spawn_local(async move { task.deliver(id).await });
        while errands.try_join_next().is_some() {}
    }
    while errands.join_next().await.is_some() {}
    courier.pool.close().await;
}

/// A message on its way, reported when it is dropped at the latest.
struct Errand<'a> {
    courier: &'a Courier,
    generation: Arc<Generation>,
    envelope: Arc<Envelope>,
    body: Body,
    context: Option<Value>,
    /// Objects of the scripts, which `$context` may hold.
    heap: Rc<Heap>,
    /// Results that its scripts cache.
    cache: Rc<Cache>,
    metadata: Rc<HookMetadata>,
    /// The notice that would be sent, so that scripts can be told its id.
    notice: Uuid,
    /// What predelivery decided, should the message be kept back.
    prepared: Option<Prepared>,
    reported: bool,
}

impl Courier {
    async fn deliver(&self, id: MessageId) {
        let Some((envelope, body)) = self.server.queue.get(id) else {
            return self.server.queue.report(id, Reported::Done, &Change::default());
        };
        let pairs = envelope.metadata.iter();
        let pairs = pairs.map(|(key, value)| (Str::from(&**key), Str::from(&**value)));
        let mut errand = Errand {
            courier: self,
            generation: self.server.generation(),
            metadata: Rc::new(HookMetadata::new(pairs.collect())),
            envelope,
            body,
            context: None,
            heap: Heap::new(),
            cache: message_cache(),
            notice: Uuid::new_v4(),
            prepared: None,
            reported: false,
        };
        match self.server.queue.is_overdue(id) {
            true => errand.overdue().await,
            false => errand.run().await,
        }
    }
}

impl Errand<'_> {
    async fn run(&mut self) {
        match self.before().await {
            Before::Try(overrides) => self.attempt(&overrides).await,
            Before::Queue(wish) => self.postpone(&wish).await,
            Before::Bounce { reason, .. } => {
                self.skipped(Action::Bounce, Enhanced(5, 7, 1), reason).await;
            }
            Before::Delete { reason } => {
                self.skipped(Action::Delete, Enhanced(5, 0, 0), reason).await;
            }
        }
    }

    async fn before(&mut self) -> Before {
        let arguments = PreDeliveryArguments { retry: self.envelope.retry, queue: None };
        let phase = PreDelivery {
            arguments,
            message: view::message(&self.envelope, self.body.size()),
            context: Value::none(),
        };
        if let Some(decision) = self.decided() {
            return decision;
        }
        let mut context = Value::none();
        let data: Vec<Rc<dyn std::any::Any>> = vec![self.metadata.clone()];
        let generation = self.generation.clone();
        let run =
            Run { program: generation.program(Hook::PreDelivery, ""), label: "predelivery", data };
        let id = self.envelope.id.to_string();
        let ended = self.runner(&id).verdict(run, phase, &mut context).await;
        let verdict = match &ended {
            Ended::Verdict(verdict) => Some(&**verdict),
            Ended::Implicit | Ended::Failed => None,
        };
        self.prepared = Prepared::new(generation.number, verdict, &context);
        self.context = Some(context);
        ended.decide::<PreDelivery>()
    }

    /// What predelivery decided before the message was kept back.
    fn decided(&mut self) -> Option<Before> {
        let prepared = self.courier.server.queue.take_prepared(self.envelope.id)?;
        let (verdict, context) = prepared.thaw(self.generation.number)?;
        self.context = Some(context);
        self.prepared = Some(prepared);
        let ended = verdict.map(Box::new).map_or(Ended::Implicit, Ended::Verdict);
        Some(ended.decide::<PreDelivery>())
    }

    async fn attempt(&mut self, overrides: &mta_hooks::attempt::Overrides) {
        let server = &self.courier.server;
        let routes = server.queue.routes().current();
        let attempt = match Plan::new(&routes, &self.envelope, overrides) {
            Err(failure) => Attempt::failed(failure),
            Ok(plan) => {
                let payload = Payload { body: &self.body, patches: &self.envelope.edits };
                let dns = server.services.dns();
                let pool = &self.courier.pool;
                let gate = Gate { queue: &server.queue, routes: &routes, envelope: &self.envelope };
                match attempt(&plan, payload, &Means { routes: &routes, dns, pool, gate }).await {
                    Ok(attempt) => attempt,
                    Err(held) => return self.give_back(held),
                }
            }
        };
        server.counters.count(Counter::Attempts);
        let fate = Fate::after(&attempt, &self.envelope, &self.policy(), now(), chance());
        self.tell(&attempt, &fate);
        let decision = self.after(Some(&attempt), &fate, status(&attempt.end, &fate)).await;
        self.settle(decision, &attempt, fate).await;
    }

    /// No attempt: the script decided before.
    async fn skipped(&mut self, action: Action, status: Enhanced, reason: Option<Str>) {
        let text = reason.map(|reason| String::from_utf8_lossy(&reason).into_owned());
        let text = text.unwrap_or_else(|| "refused by policy".to_owned());
        let attempt = Attempt::failed(Failure::new("config", text, status));
        let fate = Fate::plain(action, now());
        let decision = self.after(None, &fate, status).await;
        self.settle(decision, &attempt, fate).await;
    }

    async fn after(&mut self, attempt: Option<&Attempt>, fate: &Fate, status: Enhanced) -> After {
        let action = fate.action.name();
        let arguments = PostDeliveryArguments {
            retry: self.envelope.retry,
            expired: fate.expired,
            action: action.map(Str::from),
            grouping: attempt.map_or_else(|| Str::from(""), |a| Str::from(&*a.grouping)),
            policy: attempt
                .map(|_| view::policy(&self.courier.server.queue.charges(self.envelope.id))),
            attempt: attempt.map(view::attempt),
            dsn: self.report(attempt, fate, status),
            queue: None,
        };
        let mut context = self.context.clone().unwrap_or_else(Value::none);
        let phase = PostDelivery {
            arguments,
            message: view::message(&self.envelope, self.body.size()),
            context: self.context.clone(),
        };
        let delivered = Rc::new(Delivered(action.is_none()));
        let data: Vec<Rc<dyn std::any::Any>> = vec![self.metadata.clone(), delivered];
        let generation = self.generation.clone();
        let run = Run {
            program: generation.program(Hook::PostDelivery, ""),
            label: "postdelivery",
            data,
        };
        let id = self.envelope.id.to_string();
        self.runner(&id).run(run, phase, &mut context).await
    }

    fn report(&self, attempt: Option<&Attempt>, fate: &Fate, status: Enhanced) -> Option<Report> {
        let wanted = match fate.action {
            Action::Bounce => dsn::Fate::Failed,
            Action::Queue if fate.notify => dsn::Fate::Delayed(None),
            _ => return None,
        };
        if !dsn::is_wanted(wanted, &self.envelope) {
            return None;
        }
        let (kind, text) = attempt.map_or(("x-error", String::new()), |a| fate::diagnostic(&a.end));
        Some(Report {
            action: Str::from(if wanted == dsn::Fate::Failed { "failed" } else { "delayed" }),
            id: view::id(self.notice, 1),
            status: Some(view::enhanced(status)),
            diagnostictype: Str::from(kind),
            diagnosticcode: Str::from(text),
        })
    }

    /// Carries out what was decided.
    async fn settle(&mut self, decision: After, attempt: &Attempt, fate: Fate) {
        let action = match decision {
            After::Default => fate.action,
            After::Bounce { .. } => Action::Bounce,
            After::Delete => Action::Delete,
            After::Queue(wish) => {
                if wish.dsn_delayed {
                    self.notify(dsn::Fate::Delayed(None), attempt, fate).await;
                }
                let (reported, change) = fate::requeue(&wish, &self.envelope, &fate, now());
                return self.end(reported, change);
            }
        };
        match action {
            Action::Delivered | Action::Delete => self.end(Reported::Done, Change::default()),
            Action::Hold => self.end(Reported::Hold, Change::default()),
            Action::Queue => {
                if fate.notify {
                    self.notify(dsn::Fate::Delayed(None), attempt, fate).await;
                }
                let retry = Some(self.envelope.retry.saturating_add(1));
                let change = Change { retry, ..Change::default() };
                self.end(Reported::Retry { at: fate.at }, change);
            }
            Action::Bounce => match self.notify(dsn::Fate::Failed, attempt, fate).await {
                true => self.end(Reported::Done, Change::default()),
                // The sender must not be left in the dark: bounce again when the spool works.
                false => {
                    let at = now().after(AFTER_FAULT);
                    self.end(Reported::Retry { at }, Change::default());
                }
            },
        }
    }

    /// Queues a notice; answers whether the sender was told or need not be.
    async fn notify(&self, what: dsn::Fate, attempt: &Attempt, fate: Fate) -> bool {
        let draft = Draft {
            fate: what,
            id: self.notice,
            envelope: &self.envelope,
            body: &self.body,
            end: &attempt.end,
            status: status(&attempt.end, &fate),
            remote: attempt.connection.as_ref().map(|facts| facts.host.clone()),
        };
        let server = &self.courier.server;
        match draft.send(&server.queue, &server.hostname).await {
            Ok(()) => true,
            Err(error) => {
                tracing::error!(id = %self.envelope.id, %error, "cannot queue a notice");
                false
            }
        }
    }

    /// The script wants no attempt now: not even a script can wait beyond the schedule here.
    async fn postpone(&mut self, wish: &Requeue) {
        let fate = Fate::requeued(&self.envelope, &self.policy(), now(), chance());
        if fate.expired && wish.increment_retry && !wish.reset_retry && !wish.hold {
            let reason = wish.reason.clone().unwrap_or_else(|| Str::from("expired"));
            return self.skipped(fate.action, Enhanced(5, 4, 7), Some(reason)).await;
        }
        let (reported, change) = fate::requeue(wish, &self.envelope, &fate, now());
        self.end(reported, change);
    }

    fn policy(&self) -> RetryPolicy {
        let routes = self.courier.server.queue.routes().current();
        routes.route(&self.envelope.transport).map(|r| r.retry.clone()).unwrap_or_default()
    }

    fn end(&mut self, reported: Reported, mut change: Change) {
        change.metadata = changed(&self.envelope.metadata, &self.metadata);
        self.reported = true;
        self.courier.server.queue.report(self.envelope.id, reported, &change);
    }

    /// Suspensions or policies keep it back: that counts as no attempt.
    fn give_back(&mut self, Held(facts): Held) {
        let metadata = changed(&self.envelope.metadata, &self.metadata);
        self.reported = true;
        let change = Change { metadata, ..Change::default() };
        let (queue, id) = (&self.courier.server.queue, self.envelope.id);
        if let Some(prepared) = self.prepared.take() {
            queue.keep_prepared(id, prepared);
        }
        queue.give_back(id, Some(*facts), &change);
    }

    /// Counts and logs how the attempt ended.
    fn tell(&self, attempt: &Attempt, fate: &Fate) {
        let (_, text) = fate::diagnostic(&attempt.end);
        let host = attempt.connection.as_ref().map_or("-", |facts| facts.host.as_str());
        let (id, recipient) = (self.envelope.id, &self.envelope.recipient);
        let counter = match fate.action {
            Action::Delivered => Counter::Delivered,
            Action::Queue | Action::Hold => Counter::Deferred,
            Action::Bounce | Action::Delete => Counter::Failed,
        };
        self.courier.server.counters.count(counter);
        let action = fate.action.name().unwrap_or("DELIVERED");
        tracing::info!(%id, %recipient, host, action, "{text}");
    }

    fn runner<'a>(&'a self, id: &'a str) -> Runner<'a> {
        let Courier { server, local, host, world, .. } = self.courier;
        Runner {
            scripts: &local.scripts,
            host,
            message: &self.cache,
            world,
            heap: &self.heap,
            stage: None,
            generation: &self.generation,
            counters: &server.counters,
            id,
        }
    }
}

impl Drop for Errand<'_> {
    fn drop(&mut self) {
        if !self.reported {
            let at = now().after(AFTER_FAULT);
            tracing::error!(id = %self.envelope.id, "a delivery broke off; it is tried again");
            let queue = &self.courier.server.queue;
            queue.report(self.envelope.id, Reported::Retry { at }, &Change::default());
        }
    }
}

/// The status for reports: giving up turns a temporary one into a permanent one.
fn status(end: &End, fate: &Fate) -> Enhanced {
    match (fate::status(end), fate.expired) {
        (Enhanced(4, subject, detail), true) => Enhanced(5, subject, detail),
        (status, _) => status,
    }
}

/// The metadata to store, if a script changed it.
fn changed(before: &Metadata, after: &HookMetadata) -> Option<Metadata> {
    let text = |text: Str| String::from_utf8_lossy(&text).into();
    let mut after: Vec<_> = after.pairs().into_iter().map(|(k, v)| (text(k), text(v))).collect();
    after.sort();
    (after[..] != before[..]).then(|| after.into())
}

/// A random number from 0 to 1.
fn chance() -> f64 {
    (Uuid::new_v4().as_u128() >> 75) as f64 / (1u64 << 53) as f64
}
