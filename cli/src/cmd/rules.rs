//! What `mailstop suspend` and `mailstop policy` show alike.

use mta_config::Period;
use mta_control::rules::{Condition, Named, Properties, Reloaded};

use super::queue::until;
use crate::args::{Door, Labels};
use crate::exit::{Exit, Failure};
use crate::out::say;

/// The first line of an entry: its name, its end, and which messages it is for.
pub(super) fn head(id: &str, condition: &Condition, expires: Option<f64>) {
    let end = expires.map_or_else(
        || "from the file".to_owned(),
        |time| format!("ends in {}", Period(until(time))),
    );
    say!("{id}  {end}");
    let pairs: Vec<_> = condition.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let pairs = if pairs.is_empty() { "all messages".to_owned() } else { pairs.join(" ") };
    say!("    {pairs}");
}

/// The line of what is kept with an entry, if something is.
pub(super) fn labels(tag: Option<&str>, properties: Option<&Properties>) {
    let tag = tag.map(|tag| format!("tag {tag}"));
    let properties = properties.into_iter().flatten();
    let properties = properties.map(|(key, value)| format!("{key}={value}"));
    let parts: Vec<_> = tag.into_iter().chain(properties).collect();
    if !parts.is_empty() {
        say!("    {}", parts.join(" "));
    }
}

/// All properties, if some are given.
pub(super) fn properties(labels: &Labels) -> Option<Properties> {
    (!labels.properties.is_empty()).then(|| labels.properties.iter().cloned().collect())
}

/// A time in seconds.
pub(super) fn seconds(period: Option<Period>) -> Option<f64> {
    period.map(|period| period.as_secs_f64())
}

/// Says what became of an entry.
pub(super) fn done(door: &Door, named: &Named, what: &str) -> Result<Exit, Failure> {
    match door.json {
        true => say!("{}", serde_json::json!(named)),
        false => say!("{what} {}", named.id),
    }
    Ok(Exit::Done)
}

/// Says what became of a file.
pub(super) fn reloaded(door: &Door, done: &Reloaded) -> Result<Exit, Failure> {
    match door.json {
        true => say!("{}", serde_json::json!(done)),
        false => say!("{} has {} entries now", done.file, done.entries),
    }
    Ok(Exit::Done)
}
