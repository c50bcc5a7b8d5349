//! `mailstop send`.
//!
//! A plain SMTP client that shows what is said. It waits for every reply before the next command, so
//! that the dialogue reads in the order in which it happened.

use std::io::{self, Read as _, Write as _};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use smtp_proto::{Reply, ReplyReader};

use crate::args::Send;
use crate::exit::{Exit, Failure};
use crate::out::say;
use crate::target;

/// Longer than any hook may take, so that a debugger can hold the message.
const PATIENCE: Duration = Duration::from_secs(600);

/// Sends a message.
pub(crate) fn run(args: &Send, option: Option<&Path>) -> Result<Exit, Failure> {
    let message = message(args)?;
    let server = server(args, option)?;
    let mut dialogue = Dialogue::connect(&server, args.quiet)?;
    let accepted = dialogue.transaction(args, &message)?;
    if args.quiet {
        say!("{}", dialogue.last.join("\n"));
    }
    dialogue.command("QUIT")?;
    Ok(if accepted { Exit::Done } else { Exit::Findings })
}

/// The address to send to: the one given, else the first listener of the project's server.
fn server(args: &Send, option: Option<&Path>) -> Result<String, Failure> {
    if let Some(server) = &args.server {
        return Ok(if server.contains(':') { server.clone() } else { format!("{server}:25") });
    }
    let socket = target::socket(None, option)?;
    let status = target::ask(&socket, async |client| client.status().await)?;
    let listener = status.listeners.into_iter().next();
    let listener = listener
        .ok_or_else(|| Failure::new(Exit::Unreachable, "the project's server has no listener"))?;
    Ok(listener.address)
}

fn message(args: &Send) -> Result<Vec<u8>, Failure> {
    let mut message = Vec::new();
    for field in &args.header {
        message.extend_from_slice(field.as_bytes());
        message.extend_from_slice(b"\r\n");
    }
    match &args.file {
        Some(file) => message.extend(read(file)?),
        None => message.extend(compose(args).into_bytes()),
    }
    Ok(wire(&message))
}

fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    let mut text = Vec::new();
    let read = match file == Path::new("-") {
        true => io::stdin().read_to_end(&mut text).map(|_| text),
        false => std::fs::read(file),
    };
    read.map_err(|error| {
        Failure::new(Exit::Usage, format!("cannot read {}: {error}", file.display()))
    })
}

fn compose(args: &Send) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let to: Vec<_> = args.to.iter().map(|to| bare(to)).collect();
    format!(
        "Message-ID: <{}.{}@{}>\nFrom: {}\nTo: {}\nSubject: {}\n\n{}\n",
        now.as_micros(),
        std::process::id(),
        args.helo,
        bare(&args.from),
        to.join(", "),
        args.subject,
        args.body,
    )
}

/// The address without angle brackets.
fn bare(address: &str) -> &str {
    address.trim_start_matches('<').trim_end_matches('>')
}

/// Lines end in CR LF, lines that begin with a dot get another one, and a dot ends it (RFC 5321
/// §4.5.2).
fn wire(message: &[u8]) -> Vec<u8> {
    let mut wire = Vec::with_capacity(message.len() + 64);
    let text = message.strip_suffix(b"\n").unwrap_or(message);
    for line in text.split(|byte| *byte == b'\n') {
        if line.starts_with(b".") {
            wire.push(b'.');
        }
        wire.extend_from_slice(line.strip_suffix(b"\r").unwrap_or(line));
        wire.extend_from_slice(b"\r\n");
    }
    wire.extend_from_slice(b".\r\n");
    wire
}

struct Dialogue {
    stream: TcpStream,
    replies: ReplyReader,
    /// Lines of the last reply.
    last: Vec<String>,
    quiet: bool,
}

impl Dialogue {
    fn connect(server: &str, quiet: bool) -> Result<Self, Failure> {
        let failed = |error: io::Error| {
            Failure::new(Exit::Unreachable, format!("cannot connect to {server}: {error}"))
                .help("is it running? `mailstop up` starts a server for a project")
        };
        let address = server.to_socket_addrs().map_err(failed)?.next();
        let address = address.ok_or_else(|| failed(io::ErrorKind::NotFound.into()))?;
        let stream =
            TcpStream::connect_timeout(&address, Duration::from_secs(30)).map_err(failed)?;
        stream.set_read_timeout(Some(PATIENCE)).map_err(failed)?;
        let mut dialogue =
            Self { stream, replies: ReplyReader::default(), last: Vec::new(), quiet };
        dialogue.note(&format!("connected to {address}"));
        dialogue.reply()?;
        Ok(dialogue)
    }

    /// Whether the message was accepted for at least one recipient.
    fn transaction(&mut self, args: &Send, message: &[u8]) -> Result<bool, Failure> {
        let ehlo = self.command(&format!("EHLO {}", args.helo))?;
        if !is_positive(&ehlo) && !is_positive(&self.command(&format!("HELO {}", args.helo))?) {
            return Ok(false);
        }
        if !is_positive(&self.command(&format!("MAIL FROM:<{}>", bare(&args.from)))?) {
            return Ok(false);
        }
        let mut taken = 0;
        for to in &args.to {
            let reply = self.command(&format!("RCPT TO:<{}>", bare(to)))?;
            taken += usize::from(is_positive(&reply));
        }
        if taken == 0 || self.command("DATA")?.code != 354 {
            return Ok(false);
        }
        self.note(&format!("-> message of {} bytes", message.len()));
        self.stream.write_all(message).map_err(|error| self.broken(&error))?;
        let reply = self.reply()?;
        Ok(is_positive(&reply) && taken == args.to.len())
    }

    fn command(&mut self, command: &str) -> Result<Reply, Failure> {
        if command.contains(['\r', '\n']) {
            return Err(Failure::new(Exit::Usage, "an address cannot contain line breaks"));
        }
        self.note(&format!("-> {command}"));
        let line = format!("{command}\r\n");
        self.stream.write_all(line.as_bytes()).map_err(|error| self.broken(&error))?;
        self.reply()
    }

    fn reply(&mut self) -> Result<Reply, Failure> {
        let mut buffer = [0; 4096];
        loop {
            let next = self.replies.next_reply();
            if let Some(reply) = next.map_err(|error| self.broken(&error))? {
                self.last = lines(&reply);
                for line in &self.last {
                    self.note(&format!("<- {line}"));
                }
                return Ok(reply);
            }
            match self.stream.read(&mut buffer) {
                Ok(0) => return Err(self.broken(&"the server closed the connection")),
                Ok(count) => self.replies.push(&buffer[..count]),
                Err(error) => return Err(self.broken(&error)),
            }
        }
    }

    fn note(&self, line: &str) {
        if !self.quiet {
            say!("{line}");
        }
    }

    fn broken(&self, error: &dyn std::fmt::Display) -> Failure {
        Failure::new(Exit::Unreachable, format!("the dialogue ended: {error}"))
    }
}

fn is_positive(reply: &Reply) -> bool {
    (200..300).contains(&reply.code)
}

/// The reply as its lines on the wire, without what a terminal would take for a command.
fn lines(reply: &Reply) -> Vec<String> {
    let wire = reply.to_bytes();
    String::from_utf8_lossy(&wire).lines().map(|line| line.replace(char::is_control, "?")).collect()
}

#[cfg(test)]
mod tests {
    use super::wire;

    #[test]
    fn messages_are_made_fit_for_the_wire() {
        assert_eq!(wire(b"a\n.b\r\n\n"), b"a\r\n..b\r\n\r\n.\r\n");
        assert_eq!(wire(b"a"), b"a\r\n.\r\n");
    }
}
