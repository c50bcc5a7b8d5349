//! Command lines.
//!
//! *Invariants.* Parsing looks at one line and at nothing else; whether a command is allowed now
//! is the machine's business.
//!
//! *Sources.* RFC 5321 §4.1.1 and §4.1.2.

use crate::address::{AddressError, Path};
use crate::{Address, Parameters};

/// A well-formed command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// HELO or EHLO.
    Helo {
        /// `HELO` or `EHLO`.
        verb: &'static str,
        /// Host name or address literal as given.
        host: String,
    },
    /// MAIL FROM.
    Mail {
        /// Sender; none for `<>`.
        sender: Option<Address>,
        /// Parameters.
        params: Parameters,
    },
    /// RCPT TO.
    Rcpt {
        /// Recipient.
        recipient: Address,
        /// Parameters.
        params: Parameters,
    },
    /// DATA.
    Data,
    /// RSET.
    Rset,
    /// NOOP.
    Noop,
    /// VRFY.
    Vrfy,
    /// HELP.
    Help,
    /// QUIT.
    Quit,
}

/// Why a line is no command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommandError {
    /// The verb is not known.
    #[error("unknown command")]
    Unknown,
    /// The verb is known but not offered.
    #[error("command not implemented")]
    NotImplemented,
    /// The line holds NUL or another control character.
    #[error("control character in command")]
    Control,
    /// An argument is missing, superfluous or malformed.
    #[error("bad argument")]
    Argument,
    /// The sender is malformed.
    #[error("bad sender address")]
    Sender,
    /// The recipient is malformed.
    #[error("bad recipient address")]
    Recipient,
    /// An address has characters beyond ASCII.
    #[error("address is not ASCII")]
    NotAscii,
}

/// Verbs that we know but do not offer: a client that uses one hears so (RFC 5321 §4.2.4).
const NOT_OFFERED: [&str; 6] = ["EXPN", "STARTTLS", "AUTH", "BDAT", "ETRN", "TURN"];

impl Command {
    /// Reads a line without its end. `hostname` completes `<postmaster>`.
    ///
    /// # Errors
    /// The line is no command that this server knows; the variant names the reply.
    pub fn parse(line: &[u8], hostname: &str) -> Result<Self, CommandError> {
        if line.iter().any(|b| b.is_ascii_control() && *b != b'\t') {
            return Err(CommandError::Control);
        }
        let text = String::from_utf8_lossy(line);
        let text = text.trim_end();
        let (verb, argument) = text.split_once([' ', '\t']).unwrap_or((text, ""));
        let argument = argument.trim();
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" => helo("EHLO", argument),
            "HELO" => helo("HELO", argument),
            "MAIL" => mail(argument, hostname),
            "RCPT" => rcpt(argument, hostname),
            "DATA" => bare(Self::Data, argument),
            "RSET" => bare(Self::Rset, argument),
            "QUIT" => bare(Self::Quit, argument),
            "NOOP" => Ok(Self::Noop),
            "HELP" => Ok(Self::Help),
            "VRFY" if argument.is_empty() => Err(CommandError::Argument),
            "VRFY" => Ok(Self::Vrfy),
            verb if NOT_OFFERED.contains(&verb) => Err(CommandError::NotImplemented),
            _ => Err(CommandError::Unknown),
        }
    }
}

/// A command that takes no argument.
fn bare(command: Command, argument: &str) -> Result<Command, CommandError> {
    if argument.is_empty() { Ok(command) } else { Err(CommandError::Argument) }
}

/// The name is not checked against the grammar of domains: too many clients have another one, and
/// policy sees it.
fn helo(verb: &'static str, host: &str) -> Result<Command, CommandError> {
    let valid = (1..=255).contains(&host.len()) && host.bytes().all(|b| b.is_ascii_graphic());
    if valid {
        Ok(Command::Helo { verb, host: host.to_owned() })
    } else {
        Err(CommandError::Argument)
    }
}

fn mail(argument: &str, hostname: &str) -> Result<Command, CommandError> {
    let (path, params) = path(argument, "FROM:", CommandError::Sender)?;
    let sender = match path {
        Path::Null => None,
        Path::Postmaster => Some(postmaster(hostname, CommandError::Sender)?),
        Path::Mailbox(address) => Some(address),
    };
    Ok(Command::Mail { sender, params })
}

fn rcpt(argument: &str, hostname: &str) -> Result<Command, CommandError> {
    let (path, params) = path(argument, "TO:", CommandError::Recipient)?;
    let recipient = match path {
        Path::Null => return Err(CommandError::Recipient),
        Path::Postmaster => postmaster(hostname, CommandError::Recipient)?,
        Path::Mailbox(address) => address,
    };
    Ok(Command::Rcpt { recipient, params })
}

/// RFC 5321 §4.5.1: `postmaster` without a domain is ours.
fn postmaster(hostname: &str, error: CommandError) -> Result<Address, CommandError> {
    Address::new("postmaster", hostname).map_err(|_| error)
}

/// Reads `FROM:<path> params`. A blank after the colon is common and unambiguous.
fn path(
    argument: &str,
    keyword: &str,
    error: CommandError,
) -> Result<(Path, Parameters), CommandError> {
    let rest = match argument.split_at_checked(keyword.len()) {
        Some((word, rest)) if word.eq_ignore_ascii_case(keyword) => rest.trim_start(),
        _ => return Err(CommandError::Argument),
    };
    let (path, rest) = Path::split(rest).map_err(|cause| match cause {
        AddressError::NotAscii => CommandError::NotAscii,
        _ if !rest.is_ascii() => CommandError::NotAscii,
        AddressError::Syntax | AddressError::TooLong => error,
    })?;
    if !rest.is_empty() && !rest.starts_with([' ', '\t']) {
        return Err(error);
    }
    let params = Parameters::parse(rest).ok_or(CommandError::Argument)?;
    Ok((path, params))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn error(line: &str) -> Option<CommandError> {
        Command::parse(line.as_bytes(), "mx.example").err()
    }

    #[test]
    fn verbs_ignore_case_and_blanks_around() {
        let command = Command::parse(b"mail from: <a@b.example>  size=1 ", "mx.example").unwrap();
        let Command::Mail { sender: Some(sender), params } = command else { panic!("not MAIL") };
        assert_eq!(sender.to_string(), "a@b.example");
        assert_eq!(params.value("SIZE"), Some("1"));
        assert_eq!(Command::parse(b"quit", "mx.example"), Ok(Command::Quit));
    }

    #[test]
    fn postmaster_is_local() {
        let command = Command::parse(b"RCPT TO:<postmaster>", "mx.example").unwrap();
        let Command::Rcpt { recipient, .. } = command else { panic!("not RCPT") };
        assert_eq!(recipient.to_string(), "postmaster@mx.example");
    }

    #[test]
    fn each_mistake_has_its_name() {
        let cases = [
            ("FOO", CommandError::Unknown),
            ("", CommandError::Unknown),
            ("EXPN list", CommandError::NotImplemented),
            ("NO\0OP", CommandError::Control),
            ("NOOP a\rb", CommandError::Control),
            ("EHLO", CommandError::Argument),
            ("EHLO a b", CommandError::Argument),
            ("DATA now", CommandError::Argument),
            ("VRFY", CommandError::Argument),
            ("MAIL <a@b>", CommandError::Argument),
            ("MAIL FROM:a@b", CommandError::Sender),
            ("MAIL FROM:<a@b>SIZE=1", CommandError::Sender),
            ("MAIL FROM:<a@b> SIZE=", CommandError::Argument),
            ("MAIL FROM:<é@b>", CommandError::NotAscii),
            ("RCPT TO:<>", CommandError::Recipient),
            ("RCPT TO:<a@bücher.example>", CommandError::NotAscii),
        ];
        for (line, expected) in cases {
            assert_eq!(error(line), Some(expected), "{line:?}");
        }
    }

    proptest! {
        #[test]
        fn any_line_has_an_answer(line in proptest::collection::vec(any::<u8>(), 0..80)) {
            let _ = Command::parse(&line, "mx.example");
        }
    }
}
