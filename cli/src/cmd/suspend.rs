//! `mailstop suspend`.

use std::path::Path;

use mta_control::rules::{NewSuspend, SuspendChange};

use crate::args::{Door, Ids, Suspend, SuspendAdd, SuspendCommand, SuspendUpdate};
use crate::cmd::rules::{self, properties, seconds};
use crate::exit::{Exit, Failure};
use crate::out::say;
use crate::target;

/// Shows or changes what keeps mail back.
pub(crate) fn run(args: &Suspend, option: Option<&Path>) -> Result<Exit, Failure> {
    let socket = target::socket(args.door.socket.path.as_deref(), option)?;
    match &args.command {
        SuspendCommand::List => list(&args.door, &socket),
        SuspendCommand::Add(new) => add(new, &args.door, &socket),
        SuspendCommand::Update(change) => update(change, &args.door, &socket),
        SuspendCommand::Delete(ids) => delete(ids, &args.door, &socket),
        SuspendCommand::Reload => {
            let done = target::ask(&socket, async |client| client.reload_suspends().await)?;
            rules::reloaded(&args.door, &done)
        }
    }
}

fn list(door: &Door, socket: &Path) -> Result<Exit, Failure> {
    let all = target::ask(socket, async |client| client.suspends().await)?;
    if door.json {
        say!("{}", serde_json::json!(all));
        return Ok(Exit::Done);
    }
    for one in &all.suspends {
        rules::head(&one.id, &one.condition, one.expires);
        rules::labels(one.tag.as_deref(), one.properties.as_ref());
    }
    say!("{} suspensions", all.suspends.len());
    Ok(Exit::Done)
}

fn add(args: &SuspendAdd, door: &Door, socket: &Path) -> Result<Exit, Failure> {
    let new = NewSuspend {
        condition: args.condition.iter().cloned().collect(),
        ttl: args.ttl.as_secs_f64(),
        id: args.new.id.clone(),
        tag: args.labels.tag.clone(),
        properties: properties(&args.labels),
        update: !args.new.no_update,
        persist: args.new.persist,
    };
    let named = target::ask(socket, async |client| client.suspend(&new).await)?;
    rules::done(door, &named, "suspended")
}

fn update(args: &SuspendUpdate, door: &Door, socket: &Path) -> Result<Exit, Failure> {
    let change = SuspendChange {
        ttl: seconds(args.ttl),
        tag: args.labels.tag.clone(),
        properties: properties(&args.labels),
    };
    let named = target::ask(socket, async |client| client.change_suspend(&args.id, &change).await)?;
    rules::done(door, &named, "changed")
}

fn delete(args: &Ids, door: &Door, socket: &Path) -> Result<Exit, Failure> {
    for id in &args.ids {
        let named = target::ask(socket, async |client| client.resume(id).await)?;
        rules::done(door, &named, "ended")?;
    }
    Ok(Exit::Done)
}
