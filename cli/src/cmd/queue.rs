//! `mailstop queue`.

use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use mta_config::Period;
use mta_control::api::{QueueEntry, QueueQuery, QueueState};

use crate::args::{Queue, QueueCommand, QueueList};
use crate::exit::{Exit, Failure};
use crate::out::say;
use crate::target;

/// Shows the queue.
pub(crate) fn run(args: &Queue, option: Option<&Path>) -> Result<Exit, Failure> {
    match &args.command {
        QueueCommand::List(list) => self::list(list, option),
    }
}

fn list(args: &QueueList, option: Option<&Path>) -> Result<Exit, Failure> {
    let socket = target::socket(args.socket.socket.as_deref(), option)?;
    let query = QueueQuery { offset: args.offset, limit: args.limit };
    let queue = target::ask(&socket, async |client| client.queue(&query).await)?;
    if args.json {
        say!("{}", serde_json::json!(queue));
        return Ok(Exit::Done);
    }
    for message in &queue.messages {
        show(message);
    }
    let totals = &queue.totals;
    let more = if queue.more { "; --offset shows more" } else { "" };
    say!("{} sending, {} waiting, {} held{more}", totals.sending, totals.waiting, totals.held);
    Ok(Exit::Done)
}

fn show(message: &QueueEntry) {
    let when = match (message.state, message.next) {
        (QueueState::Sending, _) => "sending".to_owned(),
        (QueueState::Held, _) => "held".to_owned(),
        (QueueState::Waiting, None) => "waiting".to_owned(),
        (QueueState::Waiting, Some(next)) => match until(next) {
            Duration::ZERO => "due".to_owned(),
            wait => format!("in {}", Period(wait)),
        },
    };
    say!("{}  {when}, attempts {}", message.id, message.attempts);
    say!("    <{}> -> <{}> by {}", message.sender, message.recipient, message.transportid);
    if let Some(last) = &message.last {
        say!("    {last}");
    }
}

/// Whole seconds from now to a time; zero if it has passed.
pub(super) fn until(time: f64) -> Duration {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let then = Duration::try_from_secs_f64(time).unwrap_or_default();
    Duration::from_secs(then.saturating_sub(now).as_secs())
}
