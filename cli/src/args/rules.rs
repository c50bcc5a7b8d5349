//! Arguments of `mailstop suspend` and `mailstop policy`.

use clap::Subcommand;
use mta_config::Period;
use mta_config::schema::{PolicyField, RateLimit};
use serde_json::Value;

/// Keep queued mail back, and let it go
///
/// A suspension keeps messages with certain values of fields in the queue until it ends. Entries of
/// smtpd-suspend.yaml are shown too; they change with the file.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  mailstop suspend add recipientdomain=example.com --ttl 30m\n  \
                        mailstop suspend list\n  mailstop suspend delete ID\n  mailstop suspend \
                        reload\n\nExit codes: 0 done; 1 refused; 3 the file is not valid; 4 no \
                        server answers."
)]
pub(crate) struct Suspend {
    #[command(subcommand)]
    pub(crate) command: SuspendCommand,
    #[command(flatten)]
    pub(crate) door: Door,
}

/// How the server is asked and its answer shown.
#[derive(Debug, clap::Args)]
pub(crate) struct Door {
    #[command(flatten)]
    pub(crate) socket: ServerSocket,
    /// Show JSON, as the control API answers
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

/// Where the control socket is, for a command with commands below it.
#[derive(Debug, clap::Args)]
pub(crate) struct ServerSocket {
    /// Control socket; that of the project's server, else /run/mailstop/smtpd.sock
    #[arg(long = "socket", value_name = "PATH", global = true)]
    pub(crate) path: Option<std::path::PathBuf>,
}

/// What to do with suspensions.
#[derive(Debug, Subcommand)]
pub(crate) enum SuspendCommand {
    /// List what keeps mail back
    #[command(visible_alias = "ls")]
    List,
    /// Keep messages back
    ///
    /// Messages that are being tried go on. A suspension of the same messages is renewed.
    Add(SuspendAdd),
    /// Change the time or the labels of a suspension
    Update(SuspendUpdate),
    /// End suspensions: their messages go on
    #[command(visible_alias = "rm")]
    Delete(Ids),
    /// Read smtpd-suspend.yaml again; if it is not valid, what was in force stays
    Reload,
}

/// Keep messages back.
#[derive(Debug, clap::Args)]
pub(crate) struct SuspendAdd {
    /// What messages must have: the name of a field and a value, `/expression/`, `@list`, `*.domain` or
    /// network
    #[arg(value_name = "FIELD=VALUE", value_parser = condition, required_unless_present = "all")]
    pub(crate) condition: Vec<(String, String)>,
    /// Keep every message back
    #[arg(long, conflicts_with = "condition")]
    pub(crate) all: bool,
    /// For how long, such as `30m`
    #[arg(long, value_name = "TIME", value_parser = period)]
    pub(crate) ttl: Period,
    #[command(flatten)]
    pub(crate) new: New,
    #[command(flatten)]
    pub(crate) labels: Labels,
}

/// Change a suspension.
#[derive(Debug, clap::Args)]
pub(crate) struct SuspendUpdate {
    /// Its id
    pub(crate) id: String,
    /// For how long from now on
    #[arg(long, value_name = "TIME", value_parser = period)]
    pub(crate) ttl: Option<Period>,
    #[command(flatten)]
    pub(crate) labels: Labels,
}

/// Limit how fast queued mail leaves
///
/// A policy limits messages that are counted together. Entries of smtpd-policy.yaml are shown too;
/// they change with the file. The policies added here rank above those.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  mailstop policy list\n  mailstop policy add --fields \
                        recipientdomain --if recipientdomain=example.com --rate 10/60 --ttl 1h\n  \
                        mailstop policy update ID --concurrency 2\n  mailstop policy reload\n\n\
                        Exit codes: 0 done; 1 refused; 3 the file is not valid; 4 no server answers.")]
pub(crate) struct Policy {
    #[command(subcommand)]
    pub(crate) command: PolicyCommand,
    #[command(flatten)]
    pub(crate) door: Door,
}

/// What to do with policies.
#[derive(Debug, Subcommand)]
pub(crate) enum PolicyCommand {
    /// List limits; of those with the same fields the first that matches a message counts
    #[command(visible_alias = "ls")]
    List,
    /// Limit messages
    ///
    /// A policy with the same fields and condition is renewed.
    Add(PolicyAdd),
    /// Change the time or the limits of a policy
    Update(PolicyUpdate),
    /// End policies
    #[command(visible_alias = "rm")]
    Delete(Ids),
    /// Read smtpd-policy.yaml again; if it is not valid, what was in force stays
    Reload,
}

/// Limit messages.
#[derive(Debug, clap::Args)]
pub(crate) struct PolicyAdd {
    /// Fields by which messages are counted apart; one counter for all without any
    #[arg(long, value_name = "FIELD", value_delimiter = ',', value_parser = field)]
    pub(crate) fields: Vec<String>,
    /// What messages must have; may be given several times
    #[arg(long = "if", value_name = "FIELD=VALUE", value_parser = condition)]
    pub(crate) condition: Vec<(String, String)>,
    /// For how long, such as `1h`
    #[arg(long, value_name = "TIME", value_parser = period)]
    pub(crate) ttl: Period,
    #[command(flatten)]
    pub(crate) new: New,
    #[command(flatten)]
    pub(crate) limits: Limits,
    #[command(flatten)]
    pub(crate) labels: Labels,
}

/// Change a policy.
#[derive(Debug, clap::Args)]
pub(crate) struct PolicyUpdate {
    /// Its id
    pub(crate) id: String,
    /// For how long from now on
    #[arg(long, value_name = "TIME", value_parser = period)]
    pub(crate) ttl: Option<Period>,
    #[command(flatten)]
    pub(crate) limits: Limits,
    #[command(flatten)]
    pub(crate) labels: Labels,
}

/// How a new entry is named.
#[derive(Debug, clap::Args)]
pub(crate) struct New {
    /// Its id; a new one if left out
    #[arg(long)]
    pub(crate) id: Option<String>,
    /// Add another entry even if there is one for the same messages
    #[arg(long)]
    pub(crate) no_update: bool,
    /// Keep it over a restart of the server, until its time is over
    #[arg(long)]
    pub(crate) persist: bool,
}

/// Limits.
#[derive(Debug, clap::Args)]
pub(crate) struct Limits {
    /// Attempts at once
    #[arg(long, value_name = "N")]
    pub(crate) concurrency: Option<u32>,
    /// Attempts within seconds, such as `120/60`
    #[arg(long, value_name = "N/SECONDS", value_parser = rate)]
    pub(crate) rate: Option<String>,
    /// Time between the starts of two attempts
    #[arg(long, value_name = "TIME", value_parser = period)]
    pub(crate) connectinterval: Option<Period>,
    /// Do not look at later definitions
    #[arg(long)]
    pub(crate) stop: bool,
}

/// What is kept with an entry.
#[derive(Debug, clap::Args)]
pub(crate) struct Labels {
    /// Label, at most 32 characters
    #[arg(long)]
    pub(crate) tag: Option<String>,
    /// Value that is kept with it: a text, number or boolean; may be given several times
    #[arg(long = "property", value_name = "KEY=VALUE", value_parser = property)]
    pub(crate) properties: Vec<(String, Value)>,
}

/// Which entries.
#[derive(Debug, clap::Args)]
pub(crate) struct Ids {
    /// Their ids
    #[arg(value_name = "ID", required = true)]
    pub(crate) ids: Vec<String>,
}

fn period(text: &str) -> Result<Period, String> {
    Period::parse(text)
        .ok_or_else(|| "a time is written as `30s`, `1h30m` or in seconds".to_owned())
}

fn rate(text: &str) -> Result<String, String> {
    let rate = RateLimit::parse(text).map(|rate| rate.to_string());
    rate.ok_or_else(|| "a rate is attempts and seconds, such as `120/60`".to_owned())
}

fn field(name: &str) -> Result<String, String> {
    let names: Vec<_> = PolicyField::ALL.iter().map(|field| field.as_str()).collect();
    match names.contains(&name) {
        true => Ok(name.to_owned()),
        false => Err(format!("the fields are {}", names.join(", "))),
    }
}

fn condition(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("a condition is written as FIELD=VALUE")?;
    Ok((field(name)?, value.to_owned()))
}

fn property(text: &str) -> Result<(String, Value), String> {
    let (key, value) = text.split_once('=').ok_or("a property is written as KEY=VALUE")?;
    let plain = serde_json::from_str(value).ok();
    let plain = plain.filter(|value: &Value| value.is_number() || value.is_boolean());
    Ok((key.to_owned(), plain.unwrap_or_else(|| value.into())))
}
