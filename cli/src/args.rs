//! What the command line takes. Help, completions and the manual come from here.

mod debuggee;
mod hook;
mod hsh;
mod rules;
mod test;

use std::path::PathBuf;

use clap::builder::PossibleValue;
use clap::{Parser, Subcommand, ValueEnum};
use mta_config::ConfigKind;

pub(crate) use debuggee::Debuggee;
pub(crate) use hook::Hook;
pub(crate) use hsh::Hsh;
pub(crate) use rules::{
    Door, Ids, Labels, Limits, Policy, PolicyAdd, PolicyCommand, PolicyUpdate, Suspend, SuspendAdd,
    SuspendCommand, SuspendUpdate,
};
pub(crate) use test::Test;

const AFTER: &str = "\
Examples:
  mailstop init my-policy          make a project to start from
  mailstop up my-policy            run it on this machine; nothing leaves it
  mailstop send --to a@example.com send it a message
  mailstop check --strict          find mistakes without running anything

Exit codes: 0 done; 1 findings, or a test failed; 2 wrong usage; 3 the configuration or a script is
invalid; 4 no server answers; 5 a container engine failed; 6 refused; 7 too late; 130 interrupted.";

/// Mailstop: a mail server that you program, and the tools to program it with.
#[derive(Debug, Parser)]
#[command(name = "mailstop", version, after_help = AFTER)]
#[command(infer_subcommands = true, arg_required_else_help = true)]
pub(crate) struct Args {
    /// Folder of the project; the nearest one above the current folder if left out
    #[arg(short = 'C', long, global = true, value_name = "DIR", help_heading = "Everywhere")]
    pub(crate) project: Option<PathBuf>,
    /// When to use colours
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    #[arg(help_heading = "Everywhere", hide_possible_values = false)]
    pub(crate) color: Color,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Init(Init),
    Check(Check),
    Test(Test),
    Hook(Hook),
    Fmt(Fmt),
    Pack(Pack),
    Up(Up),
    Smtpd(Smtpd),
    Hsh(Hsh),
    Send(Send),
    Status(Status),
    Queue(Queue),
    Suspend(Suspend),
    Policy(Policy),
    /// Language server over standard input and output, for editors
    ///
    /// An editor starts it; it knows the whole project, checks while you type, completes and explains.
    Lsp(Stdio),
    /// Debug adapter over standard input and output, for editors
    ///
    /// An editor starts it and attaches to the running server of a project. Without an editor there
    /// is nothing to see.
    Dap(Stdio),
    Doc(Doc),
    Config(Config),
    Completions(Completions),
}

/// How an editor reaches a tool.
#[derive(Debug, clap::Args)]
pub(crate) struct Stdio {
    /// Accepted because many clients pass it; the standard streams are the only transport.
    #[arg(long, hide = true)]
    stdio: bool,
}

/// Make a new project
///
/// Writes a small policy that takes mail for two domains, with comments that explain it, and the
/// settings that an editor needs. Refuses to touch a folder that has a `src`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  mailstop init my-policy && mailstop up my-policy")]
pub(crate) struct Init {
    /// Folder to make; the current one if left out
    #[arg(value_name = "DIR")]
    pub(crate) folder: Option<PathBuf>,
    /// What to start from
    #[arg(long, default_value = "standard")]
    pub(crate) template: Template,
}

/// What a new project starts from.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Template {
    /// Connect, recipient and end-of-data hooks with a shared module and a list
    Standard,
    /// One end-of-data hook that queues every message
    Minimal,
}

/// Find mistakes without running anything
///
/// Checks both configuration files, that every hook has its script, and every script that a hook
/// reaches. Reads files of the project, nothing else, and changes nothing.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  mailstop check\n  mailstop check --strict --format json \
                        examples/starter\n\nExit codes: 0 nothing found; 1 an error, or with \
                        --strict a warning; 2 not a project.")]
pub(crate) struct Check {
    /// Folder of the project
    #[arg(value_name = "DIR")]
    pub(crate) folder: Option<PathBuf>,
    /// Take unknown keys for errors, and fail on warnings
    #[arg(long)]
    pub(crate) strict: bool,
    /// Apply the fixes that cannot change what a script does wrongly, and show what is left
    #[arg(long)]
    pub(crate) fix: bool,
    /// How to show findings
    #[arg(long, default_value = "text")]
    pub(crate) format: Format,
}

/// How findings are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people, with the lines in question
    Text,
    /// One JSON object per line; positions are zero-based, characters are UTF-16 units
    Json,
    /// A SARIF 2.1.0 log
    Sarif,
    /// Workflow commands of GitHub Actions
    Github,
    /// Checkstyle's XML
    Checkstyle,
}

/// Bring scripts into the one style
///
/// Changes whitespace between tokens and nothing else: the result is parsed again and compared
/// before it is written. A file with syntax errors is left alone. The width of a line and the step
/// of indentation are `[format]` in `mailstop.toml` (`width = 100`, `indent = 4` or `"tab"`).
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  mailstop fmt\n  mailstop fmt --check src/hooks\n  mailstop \
                        fmt --stdin < in.hsl > out.hsl\n\nExit codes: 0 done; 1 with --check or \
                        --diff: a file is not in the style; 2 a file cannot be read; 3 a file has \
                        syntax errors.")]
pub(crate) struct Fmt {
    /// Scripts, or folders that hold some; the project if left out
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Write nothing; name the files that are not in the style
    #[arg(long)]
    pub(crate) check: bool,
    /// Write nothing; show what would change
    #[arg(long)]
    pub(crate) diff: bool,
    /// Read a script from standard input and print it
    #[arg(long, conflicts_with_all = ["paths", "check", "diff"])]
    pub(crate) stdin: bool,
}

/// Write the files that a server loads
///
/// Checks the project, then writes `smtpd.yaml`, `smtpd-app.yaml` with every script inside, and
/// their digest. The same project gives the same bytes on every machine.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  mailstop pack\n  mailstop pack --check    # in CI: is `dist` \
                        up to date?"
)]
pub(crate) struct Pack {
    /// Folder of the project
    #[arg(value_name = "DIR")]
    pub(crate) folder: Option<PathBuf>,
    /// Folder to write to; `dist` in the project if left out
    #[arg(short, long, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
    /// Write nothing; fail if what is there is not what would be written
    #[arg(long)]
    pub(crate) check: bool,
    /// Take unknown keys for errors
    #[arg(long)]
    pub(crate) strict: bool,
}

/// Run a project on this machine
///
/// Packs the project, starts the mail server on 127.0.0.1 and prints how to reach it. Nothing leaves
/// the machine: every delivery goes to a built-in inbox that a browser can show. Accepted mail, the
/// control socket and the log lie in `.mailstop` of the project and survive a restart.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  mailstop up examples/starter\n  mailstop up --port 2525\n\n\
                        Exit codes: 0 ended by Ctrl-C or SIGTERM; 2 not a project; 3 the \
                        configuration or a script is invalid; 4 a port or the spool is in use.")]
pub(crate) struct Up {
    /// Folder of the project
    #[arg(value_name = "DIR")]
    pub(crate) folder: Option<PathBuf>,
    /// Port of the first listener, the next ones count up; 0 lets the system choose. Without it, the
    /// configured ports are used, those below 1024 moved up by 8000
    #[arg(long, value_name = "N")]
    pub(crate) port: Option<u16>,
    /// Port of the inbox; 0 lets the system choose
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) inbox_port: u16,
}

/// Serve a packed configuration
///
/// This is the mail server itself, for production: it listens where the configuration says, delivers
/// for real, and ends on SIGTERM after finishing what it began. It stays in the foreground.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  mailstop smtpd --config dist/smtpd.yaml --spool /tmp/spool \
                        --socket /tmp/smtpd.sock\n\nExit codes: 0 ended by a signal; 3 the \
                        configuration or a script is invalid; 4 a port or the spool is in use.")]
pub(crate) struct Smtpd {
    /// The startup file
    #[arg(long, value_name = "FILE", default_value = "/etc/mailstop/smtpd.yaml")]
    pub(crate) config: PathBuf,
    /// The running file; `environment.appconf`, else smtpd-app.yaml beside the startup file
    #[arg(long, value_name = "FILE")]
    pub(crate) app: Option<PathBuf>,
    /// Folder of accepted mail; `environment.spool.path`, else /var/spool/mailstop
    #[arg(long, value_name = "DIR")]
    pub(crate) spool: Option<PathBuf>,
    /// Control socket; `environment.controlsocket.path`, else /run/mailstop/smtpd.sock
    #[arg(long, value_name = "PATH")]
    pub(crate) socket: Option<PathBuf>,
}

/// Send a message over SMTP and show the dialogue
///
/// Without --server, sends to the server that `mailstop up` runs for the project.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  mailstop send --to alice@example.com\n  mailstop send --from \
                        me@example.net --to a@example.com --to b@example.com --header 'X-Test: 1'\
                        \n  mailstop send --to a@example.com --file message.eml --server \
                        127.0.0.1:8025\n\nExit codes: 0 accepted; 1 refused; 4 no server answers."
)]
pub(crate) struct Send {
    /// Recipient; may be given several times
    #[arg(long, value_name = "ADDRESS", required = true)]
    pub(crate) to: Vec<String>,
    /// Sender; `<>` for none
    #[arg(long, value_name = "ADDRESS", default_value = "sender@example.net")]
    pub(crate) from: String,
    /// Subject of the message
    #[arg(long, default_value = "Hello from mailstop send", conflicts_with = "file")]
    pub(crate) subject: String,
    /// Further header field; may be given several times
    #[arg(long, value_name = "NAME: VALUE")]
    pub(crate) header: Vec<String>,
    /// Text of the message
    #[arg(long, value_name = "TEXT", default_value = "It works.", conflicts_with = "file")]
    pub(crate) body: String,
    /// Whole message to send, header and all; `-` for standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// Server to send to
    #[arg(long, value_name = "HOST:PORT")]
    pub(crate) server: Option<String>,
    /// Name to give in EHLO
    #[arg(long, value_name = "NAME", default_value = "localhost")]
    pub(crate) helo: String,
    /// Show nothing but the last reply
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

/// Where the control socket is.
#[derive(Debug, clap::Args)]
pub(crate) struct Socket {
    /// Control socket; that of the project's server, else /run/mailstop/smtpd.sock
    #[arg(long, value_name = "PATH")]
    pub(crate) socket: Option<PathBuf>,
}

/// Show what a running server does
#[derive(Debug, clap::Args)]
#[command(after_help = "Exit codes: 0 shown; 4 no server answers.")]
pub(crate) struct Status {
    #[command(flatten)]
    pub(crate) socket: Socket,
    /// Show JSON, as `GET /v1/status` of the control API
    #[arg(long)]
    pub(crate) json: bool,
}

/// Look at the queue
#[derive(Debug, clap::Args)]
pub(crate) struct Queue {
    #[command(subcommand)]
    pub(crate) command: QueueCommand,
}

/// What to do with the queue.
#[derive(Debug, Subcommand)]
pub(crate) enum QueueCommand {
    /// List queued messages, the next ones to be tried first
    #[command(visible_alias = "ls")]
    List(QueueList),
}

/// List queued messages.
#[derive(Debug, clap::Args)]
pub(crate) struct QueueList {
    #[command(flatten)]
    pub(crate) socket: Socket,
    /// Most messages to show
    #[arg(long, default_value_t = 100)]
    pub(crate) limit: u64,
    /// Messages to skip
    #[arg(long, default_value_t = 0)]
    pub(crate) offset: u64,
    /// Show JSON, as `GET /v1/queue` of the control API
    #[arg(long)]
    pub(crate) json: bool,
}

/// Print the manual of a function, class, hook, variable, finding or configuration key
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  mailstop doc dns_query\n  mailstop doc rcptto\n  mailstop doc \
                        'MailMessage->addHeader'\n  mailstop doc smtpd-app.yaml\n  mailstop doc \
                        transportgroups\n  mailstop doc '$connection'\n  mailstop doc HSL1007"
)]
pub(crate) struct Doc {
    /// Name of a function, a class, `Class->method`, a hook, a verdict, a variable, a finding
    /// (`HSL1007`), a configuration file or key
    pub(crate) name: String,
}

/// About configuration files
#[derive(Debug, clap::Args)]
pub(crate) struct Config {
    #[command(subcommand)]
    pub(crate) command: ConfigCommand,
}

/// What to do with configuration files.
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Print the JSON Schema of a configuration file
    Schema {
        /// Which file
        file: ConfigFile,
    },
    /// Print the reference of every key of a configuration file, as Markdown
    Reference {
        /// Which file
        file: ConfigFile,
    },
}

/// A configuration file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ConfigFile(pub(crate) ConfigKind);

impl ValueEnum for ConfigFile {
    fn value_variants<'a>() -> &'a [Self] {
        const ALL: [ConfigFile; ConfigKind::ALL.len()] = {
            let [startup, running, policy, suspend] = ConfigKind::ALL;
            [ConfigFile(startup), ConfigFile(running), ConfigFile(policy), ConfigFile(suspend)]
        };
        &ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let name = self.0.file_name();
        Some(PossibleValue::new(name).alias(name.trim_end_matches(".yaml")))
    }
}

/// Print a completion script for a shell
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  mailstop completions bash > \
                        ~/.local/share/bash-completion/completions/mailstop\n  mailstop \
                        completions zsh > ~/.zfunc/_mailstop")]
pub(crate) struct Completions {
    /// The shell
    pub(crate) shell: clap_complete::Shell,
}
