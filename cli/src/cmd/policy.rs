//! `mailstop policy`.

use std::path::Path;

use mta_control::rules::{self as api, NewPolicy, PolicyChange};

use crate::args::{Door, Ids, Labels, Limits, Policy, PolicyAdd, PolicyCommand, PolicyUpdate};
use crate::cmd::rules::{self, properties, seconds};
use crate::exit::{Exit, Failure};
use crate::out::say;
use crate::target;

/// Shows or changes what limits mail.
pub(crate) fn run(args: &Policy, option: Option<&Path>) -> Result<Exit, Failure> {
    let socket = target::socket(args.door.socket.path.as_deref(), option)?;
    match &args.command {
        PolicyCommand::List => list(&args.door, &socket),
        PolicyCommand::Add(new) => add(new, &args.door, &socket),
        PolicyCommand::Update(change) => update(change, &args.door, &socket),
        PolicyCommand::Delete(ids) => delete(ids, &args.door, &socket),
        PolicyCommand::Reload => {
            let done = target::ask(&socket, async |client| client.reload_policies().await)?;
            rules::reloaded(&args.door, &done)
        }
    }
}

fn list(door: &Door, socket: &Path) -> Result<Exit, Failure> {
    let all = target::ask(socket, async |client| client.policies().await)?;
    if door.json {
        say!("{}", serde_json::json!(all));
        return Ok(Exit::Done);
    }
    for one in &all.policies {
        rules::head(&one.id, &one.condition, one.expires);
        let by = if one.fields.is_empty() { "one counter".into() } else { one.fields.join(", ") };
        say!("    by {by}: {}", shown(&one.limits));
        rules::labels(one.limits.tag.as_deref(), one.limits.properties.as_ref());
    }
    say!("{} policies", all.policies.len());
    Ok(Exit::Done)
}

fn add(args: &PolicyAdd, door: &Door, socket: &Path) -> Result<Exit, Failure> {
    let new = NewPolicy {
        fields: args.fields.clone(),
        condition: args.condition.iter().cloned().collect(),
        limits: limits(&args.limits, &args.labels),
        ttl: args.ttl.as_secs_f64(),
        id: args.new.id.clone(),
        update: !args.new.no_update,
        persist: args.new.persist,
    };
    let named = target::ask(socket, async |client| client.limit(&new).await)?;
    rules::done(door, &named, "limited")
}

fn update(args: &PolicyUpdate, door: &Door, socket: &Path) -> Result<Exit, Failure> {
    let change =
        PolicyChange { limits: limits(&args.limits, &args.labels), ttl: seconds(args.ttl) };
    let named = target::ask(socket, async |client| client.change_policy(&args.id, &change).await)?;
    rules::done(door, &named, "changed")
}

fn delete(args: &Ids, door: &Door, socket: &Path) -> Result<Exit, Failure> {
    for id in &args.ids {
        let named = target::ask(socket, async |client| client.unlimit(id).await)?;
        rules::done(door, &named, "ended")?;
    }
    Ok(Exit::Done)
}

fn limits(limits: &Limits, labels: &Labels) -> api::Limits {
    api::Limits {
        concurrency: limits.concurrency,
        rate: limits.rate.clone(),
        connectinterval: seconds(limits.connectinterval),
        tag: labels.tag.clone(),
        stop: limits.stop.then_some(true),
        properties: properties(labels),
    }
}

fn shown(limits: &api::Limits) -> String {
    let parts = [
        limits.concurrency.map(|most| format!("{most} at once")),
        limits.rate.as_ref().map(|rate| format!("{rate} s")),
        limits.connectinterval.map(|seconds| format!("{seconds} s apart")),
        limits.stop.filter(|stop| *stop).map(|_| "no later policy".to_owned()),
    ];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    if parts.is_empty() { "no limit".to_owned() } else { parts.join("; ") }
}
