//! The replies that the machine makes itself, one place for all codes.
//!
//! *Sources.* RFC 5321 §4.2.2, §4.3.2 and §4.5.3.1; RFC 3463 for the status codes; RFC 6531 §3.5 for
//! 553; RFC 5321 §4.1.1.11 for 555.

use super::{HookCall, Verdict};
use crate::command::CommandError;
use crate::{Enhanced, Reply};

const fn x(class: u16, subject: u16, detail: u16) -> Enhanced {
    Enhanced(class, subject, detail)
}

/// The default reply to a decision.
pub(super) fn default(call: &HookCall, verdict: Verdict, hostname: &str) -> Reply {
    let refusal = |code, status, text| match call {
        // RFC 2034 §4: greeting and HELO have no enhanced codes.
        HookCall::Connect | HookCall::Helo { .. } => Reply::basic(code, text),
        _ => Reply::new(code, status, text),
    };
    match verdict {
        Verdict::Accept => match call {
            HookCall::Connect => Reply::basic(220, format!("{hostname} ESMTP")),
            HookCall::Helo { .. } => Reply::basic(250, hostname),
            HookCall::MailFrom { .. } => Reply::new(250, x(2, 1, 0), "Sender OK"),
            HookCall::RcptTo { .. } => Reply::new(250, x(2, 1, 5), "Recipient OK"),
            HookCall::Eod => Reply::new(250, x(2, 0, 0), "Message accepted"),
        },
        Verdict::Reject => {
            let code = match call {
                HookCall::Connect => 521,
                HookCall::Eod => 550,
                _ => 554,
            };
            refusal(code, x(5, 7, 1), "Refused by policy")
        }
        Verdict::Defer => {
            let code = match call {
                HookCall::Connect | HookCall::Eod => 421,
                _ => 450,
            };
            refusal(code, x(4, 7, 1), "Try again later")
        }
    }
}

/// The reply to a line that is no command.
pub(super) fn malformed(error: CommandError) -> Reply {
    match error {
        CommandError::Unknown => Reply::new(500, x(5, 5, 2), "Unknown command"),
        CommandError::NotImplemented => Reply::new(502, x(5, 5, 1), "Command not implemented"),
        CommandError::Control => Reply::new(500, x(5, 5, 2), "Control character in command"),
        CommandError::Argument => Reply::new(501, x(5, 5, 4), "Bad or missing argument"),
        CommandError::Sender => Reply::new(501, x(5, 1, 7), "Bad sender address syntax"),
        CommandError::Recipient => Reply::new(501, x(5, 1, 3), "Bad recipient address syntax"),
        CommandError::NotAscii => Reply::new(553, x(5, 6, 7), "Address is not ASCII"),
    }
}

pub(super) fn line_too_long() -> Reply {
    Reply::new(500, x(5, 5, 2), "Line too long")
}

pub(super) fn bad_sequence(text: &str) -> Reply {
    Reply::new(503, x(5, 5, 1), text)
}

pub(super) fn parameter(name: &str) -> Reply {
    Reply::new(555, x(5, 5, 4), format!("Parameter {name} is not supported"))
}

pub(super) fn too_many_recipients() -> Reply {
    Reply::new(452, x(4, 5, 3), "Too many recipients")
}

pub(super) fn no_recipients(attempted: bool) -> Reply {
    if attempted {
        Reply::new(554, x(5, 5, 1), "No valid recipients")
    } else {
        bad_sequence("Need RCPT before DATA")
    }
}

pub(super) fn start_data() -> Reply {
    Reply::basic(354, "End data with <CR><LF>.<CR><LF>")
}

pub(super) fn bare_line_ending() -> Reply {
    Reply::new(550, x(5, 6, 0), "Message has a bare CR or LF")
}

pub(super) fn reset() -> Reply {
    Reply::new(250, x(2, 0, 0), "Reset")
}

pub(super) fn noop() -> Reply {
    Reply::new(250, x(2, 0, 0), "OK")
}

/// RFC 5321 §7.3: it never tells whether the user exists.
pub(super) fn verify() -> Reply {
    Reply::new(252, x(2, 0, 0), "Cannot verify, send some mail")
}

pub(super) fn help() -> Reply {
    Reply::new(214, x(2, 0, 0), "See RFC 5321")
}

pub(super) fn bye() -> Reply {
    Reply::new(221, x(2, 0, 0), "Bye")
}

pub(super) fn too_many_errors() -> Reply {
    Reply::new(421, x(4, 7, 0), "Too many errors")
}

pub(super) fn too_many_messages() -> Reply {
    Reply::new(421, x(4, 7, 0), "Too many messages on this connection")
}

pub(super) fn shutting_down() -> Reply {
    Reply::new(421, x(4, 3, 2), "Service is shutting down")
}

pub(super) fn timed_out() -> Reply {
    Reply::new(421, x(4, 4, 2), "Timeout, closing connection")
}
