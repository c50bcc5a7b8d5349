//! Runs the dialogues of `tests/smtp/*.dialog` against the server machine.
//!
//! A line is one of
//! - `# …`: a comment;
//! - `config: key = value`: a setting, before anything else;
//! - `H: hook -> accept|reject|defer [code [x.y.z]] [text]`: the answer to the next call of that
//!   hook; without one the hook accepts. `disconnect` before the text closes the connection;
//!   `key=value` words before it change what is stored;
//! - `C: text`: the client sends a line; `R: text`: it sends bytes without a line end. Escapes
//!   are `\r \n \t \0 \\ \xHH`, and `{text*n}` repeats;
//! - `S: pattern`: the whole next reply, lines joined by `\n`; `*` stands for anything;
//! - `B: text`: the message that was committed just now; `S: <closed>`: the connection is closed;
//! - `!: commit|open|timeout|shutdown|trusted`: the next commit or storage fails, time passes, the
//!   server stops, the client is trusted.
//!
//! Each dialogue runs twice: with each line in one piece and byte by byte.

mod support;

use std::collections::{HashMap, VecDeque};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use smtp_proto::body::LineEndings;
use smtp_proto::server::{Action, Config, Decision, Machine, Verdict};
use smtp_proto::{Address, Enhanced, Reply};
use support::{glob, unescape};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/smtp")
}

#[test]
fn every_dialogue_goes_as_written() {
    let mut names: Vec<_> = fs::read_dir(folder())
        .expect("folder of dialogues")
        .map(|entry| entry.expect("entry").path())
        .filter(|path| path.extension().is_some_and(|e| e == "dialog"))
        .collect();
    names.sort();
    assert!(names.len() >= 25, "only {} dialogues found", names.len());
    let mut failures = Vec::new();
    for path in names {
        let text = fs::read_to_string(&path).expect("dialogue");
        for split in [usize::MAX, 1] {
            if let Err(message) = Dialog::new(&text, split).run(&text) {
                failures.push(format!("{} (pieces of {split}): {message}", path.display()));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn every_extension_has_a_dialogue() {
    for extension in smtp_proto::ext::ALL {
        let path = folder().join(format!("{}.dialog", extension.keyword().to_lowercase()));
        assert!(path.exists(), "{} is missing", path.display());
    }
}

struct Dialog {
    machine: Machine,
    split: usize,
    replies: VecDeque<u8>,
    hooks: HashMap<String, VecDeque<String>>,
    stored: Vec<u8>,
    committed: VecDeque<Vec<u8>>,
    commit_fails: bool,
    open_fails: bool,
    closed: bool,
}

impl Dialog {
    fn new(text: &str, split: usize) -> Self {
        Self {
            machine: Machine::new(Arc::new(config(text))),
            split,
            replies: VecDeque::new(),
            hooks: HashMap::new(),
            stored: Vec::new(),
            committed: VecDeque::new(),
            commit_fails: false,
            open_fails: false,
            closed: false,
        }
    }

    fn run(mut self, text: &str) -> Result<(), String> {
        // The hooks that stand before the first exchange are known when the client connects.
        let steps: Vec<_> = text.lines().enumerate().collect();
        for (at, line) in steps {
            self.step(line).map_err(|message| format!("line {}: {message}", at + 1))?;
        }
        self.work();
        match self.replies.is_empty() {
            true => Ok(()),
            false => Err(format!("unexpected reply at the end: {:?}", self.text())),
        }
    }

    fn step(&mut self, line: &str) -> Result<(), String> {
        let Some((kind, rest)) = line.split_once(':') else {
            return if line.trim().is_empty() || line.starts_with('#') {
                Ok(())
            } else {
                Err(format!("not a dialogue line: {line}"))
            };
        };
        let rest = rest.strip_prefix(' ').unwrap_or(rest);
        match kind {
            "config" => Ok(()),
            _ if line.starts_with('#') => Ok(()),
            "H" => self.script(rest),
            "C" => self.send([unescape(rest), b"\r\n".to_vec()].concat()),
            "R" => self.send(unescape(rest)),
            "S" if rest == "<closed>" => self.expect_closed(),
            "S" => self.expect_reply(rest),
            "B" => self.expect_body(rest),
            "!" => self.event(rest),
            _ => Err(format!("not a dialogue line: {line}")),
        }
    }

    fn script(&mut self, rest: &str) -> Result<(), String> {
        let (hook, answer) = rest.split_once(" -> ").ok_or("no `->`")?;
        self.hooks.entry(hook.to_owned()).or_default().push_back(answer.to_owned());
        Ok(())
    }

    fn send(&mut self, bytes: Vec<u8>) -> Result<(), String> {
        self.work();
        for piece in bytes.chunks(self.split.min(bytes.len().max(1))) {
            self.machine.receive(piece);
            self.work();
        }
        Ok(())
    }

    fn event(&mut self, name: &str) -> Result<(), String> {
        self.work();
        match name {
            "commit" => self.commit_fails = true,
            "open" => self.open_fails = true,
            "timeout" => self.machine.timed_out(),
            "shutdown" => self.machine.shut_down(),
            "trusted" => self.machine.set_trusted(true),
            _ => return Err(format!("unknown event {name}")),
        }
        Ok(())
    }

    fn expect_reply(&mut self, pattern: &str) -> Result<(), String> {
        self.work();
        let reply = self.next_reply().ok_or_else(|| format!("no reply, expected {pattern}"))?;
        if glob(pattern, &reply) { Ok(()) } else { Err(format!("{reply:?} is not {pattern}")) }
    }

    fn expect_body(&mut self, rest: &str) -> Result<(), String> {
        let body = self.committed.pop_front().ok_or("nothing was committed")?;
        let expected = unescape(rest);
        if body == expected {
            return Ok(());
        }
        let shown = |bytes: &[u8]| bytes.escape_ascii().to_string();
        Err(format!("stored {} instead of {}", shown(&body), shown(&expected)))
    }

    fn expect_closed(&mut self) -> Result<(), String> {
        self.work();
        if self.closed && self.replies.is_empty() { Ok(()) } else { Err("still open".to_owned()) }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.replies.iter().copied().collect::<Vec<_>>()).into_owned()
    }

    /// Takes one whole reply, its lines joined by `\n`.
    fn next_reply(&mut self) -> Option<String> {
        let text = self.text();
        let mut lines = Vec::new();
        for line in text.split_inclusive("\r\n") {
            lines.push(line.strip_suffix("\r\n")?);
            if line.as_bytes().get(3) != Some(&b'-') {
                break;
            }
        }
        let length: usize = lines.iter().map(|line| line.len() + 2).sum();
        self.replies.drain(..length);
        if lines.is_empty() { None } else { Some(lines.join("\\n")) }
    }

    /// Does everything the machine asks until it wants input.
    fn work(&mut self) {
        while let Some(action) = self.machine.poll() {
            match action {
                Action::Send(bytes) => self.replies.extend(bytes),
                Action::Hook(call) => {
                    let answer = self.hooks.get_mut(call.name()).and_then(VecDeque::pop_front);
                    self.machine.hook_done(answer.map_or(Decision::accept(), |a| decision(&a)));
                }
                Action::OpenBody => {
                    let full = Reply::new(452, Enhanced(4, 3, 1), "Disk is full");
                    let result = if self.open_fails { Err(full) } else { Ok(()) };
                    self.open_fails = false;
                    self.machine.body_opened(result);
                }
                Action::Body(bytes) => self.stored.extend(bytes),
                Action::Discard => self.stored.clear(),
                Action::Commit => {
                    let body = std::mem::take(&mut self.stored);
                    let failed = Reply::new(451, Enhanced(4, 3, 0), "Cannot store");
                    let result = if self.commit_fails { Err(failed) } else { Ok(()) };
                    if !std::mem::take(&mut self.commit_fails) {
                        self.committed.push_back(body);
                    }
                    self.machine.committed(result);
                }
                Action::Close => self.closed = true,
            }
        }
    }
}

/// Reads `reject 550 5.1.1 text`.
fn decision(answer: &str) -> Decision {
    let mut words = answer.split(' ').peekable();
    let mut decision = Decision::new(match words.next() {
        Some("accept") => Verdict::Accept,
        Some("reject") => Verdict::Reject,
        Some("defer") => Verdict::Defer,
        other => panic!("unknown verdict {other:?}"),
    });
    let address = |text: &str| Address::parse(text).expect("address");
    while let Some((key, value)) = words.peek().and_then(|word| word.split_once('=')) {
        match key {
            "extensions" => {
                let list = value.split(',').filter(|line| !line.is_empty());
                decision.extensions = Some(list.map(str::to_owned).collect());
            }
            "host" => decision.host = Some(value.to_owned()),
            "sender" => decision.sender = Some(Some(address(value))),
            "recipient" => decision.recipient = Some(address(value)),
            _ => panic!("unknown change {key}"),
        }
        words.next();
    }
    if words.peek() == Some(&"disconnect") {
        decision.disconnect = true;
        words.next();
    }
    let text = words.collect::<Vec<_>>().join(" ");
    if let Some((code, text)) = text.split_once(' ') {
        let code = code.parse().expect("code");
        let reply = match Enhanced::split(text.as_bytes()) {
            Some((enhanced, text)) => Reply::new(code, enhanced, unescape_text(text)),
            None => Reply::basic(code, unescape(text)),
        };
        decision.reply = Some(reply);
    }
    decision
}

fn unescape_text(text: &[u8]) -> Vec<u8> {
    unescape(std::str::from_utf8(text).expect("text"))
}

fn config(text: &str) -> Config {
    let mut config = Config { hostname: "mx.example".to_owned(), ..Config::default() };
    for line in text.lines().filter_map(|line| line.strip_prefix("config: ")) {
        let (key, value) = line.split_once(" = ").expect("key = value");
        let number = || value.parse::<u64>().expect("number");
        match key {
            "max_size" => config.max_size = number(),
            "max_recipients" => config.max_recipients = number() as usize,
            "max_messages" => config.max_messages = Some(number()),
            "max_line" => config.max_line = number() as usize,
            "max_errors" => config.max_errors = number() as u32,
            "line_endings" => {
                config.line_endings = match value {
                    "normalize" => LineEndings::Normalize,
                    "reject" => LineEndings::Reject,
                    "keep" => LineEndings::Keep,
                    "reject-unauthenticated" => LineEndings::RejectUnauthenticated,
                    _ => panic!("unknown value {value}"),
                }
            }
            _ => panic!("unknown key {key}"),
        }
    }
    config
}
