//! Delivery status notifications: what the sender of a message is told of its fate.
//!
//! *Invariants.* Lines end in CRLF and stay within 998 octets whatever a remote server said. Text
//! from outside is reduced to printable ASCII. The notice is sent from the null sender, so it can
//! never be answered by another one; whether it may be sent at all is [`is_wanted`].
//!
//! *Not here.* Its way through the queue (crate `mta`).
//!
//! *Sources.* RFC 3464 (format), RFC 6522 (`multipart/report`), RFC 3461 §6 (content), RFC 3834
//! (`Auto-Submitted`).

use mail_message::format_date;
use uuid::Uuid;

use crate::envelope::Envelope;
use crate::time::UnixTime;

/// Longest original that is returned in full.
const FULL: usize = 50 * 1024;
/// Longest text in one field.
const FIELD: usize = 900;

/// What happened to the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It will not be delivered.
    Failed,
    /// It was not delivered yet; attempts go on until then, if there is an end.
    Delayed(Option<UnixTime>),
}

/// What a notice says.
#[derive(Debug, Clone)]
pub struct Notice<'a> {
    /// What happened.
    pub fate: Fate,
    /// Id of the notice itself.
    pub id: Uuid,
    /// Name of this host.
    pub host: &'a str,
    /// When the notice is made.
    pub now: UnixTime,
    /// The message it is about.
    pub envelope: &'a Envelope,
    /// Status code, such as `5.1.1`.
    pub status: String,
    /// `smtp` for a reply, `x-error` for what we found out ourselves, and the text.
    pub diagnostic: (&'a str, String),
    /// The server that decided.
    pub remote: Option<&'a str>,
    /// The message as received.
    pub original: &'a [u8],
}

/// Whether the sender of `envelope` is to be told.
pub fn is_wanted(fate: Fate, envelope: &Envelope) -> bool {
    let event = match fate {
        Fate::Failed => "FAILURE",
        Fate::Delayed(_) => "DELAY",
    };
    !envelope.sender.is_null() && envelope.dsn.as_ref().is_none_or(|dsn| dsn.wants(event))
}

impl Notice<'_> {
    /// The notice as a message.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Writer(Vec::new());
        let boundary = format!("={}", self.id.simple());
        self.header(&mut out, &boundary);
        self.for_people(&mut out, &boundary);
        self.for_machines(&mut out, &boundary);
        self.original(&mut out, &boundary);
        out.line(&format!("--{boundary}--"));
        out.0
    }

    fn header(&self, out: &mut Writer, boundary: &str) {
        let (subject, submitted) = match self.fate {
            Fate::Failed => ("Your message could not be delivered", "auto-replied"),
            Fate::Delayed(_) => ("Your message is delayed", "auto-generated"),
        };
        out.field("Date", &format_date(self.now.as_millis() / 1000));
        out.field("From", &format!("Mail Delivery System <mailer-daemon@{}>", self.host));
        out.field("To", &format!("<{}>", self.envelope.sender));
        out.field("Subject", subject);
        out.field("Message-ID", &format!("<{}@{}>", self.id, self.host));
        if let Some(id) = header_value(self.original, "message-id") {
            out.field("In-Reply-To", &id);
            out.field("References", &id);
        }
        out.field("Auto-Submitted", submitted);
        out.field("MIME-Version", "1.0");
        let kind = "multipart/report; report-type=delivery-status";
        out.line(&format!("Content-Type: {kind};\r\n boundary=\"{boundary}\""));
        out.line("");
    }

    fn for_people(&self, out: &mut Writer, boundary: &str) {
        part(out, boundary, "text/plain; charset=us-ascii");
        out.line(&format!("This is the mail system at {}.", printable(self.host)));
        out.line("");
        match self.fate {
            Fate::Failed => out.line("Your message could not be delivered to this recipient:"),
            Fate::Delayed(_) => out.line(
                "Your message was not delivered to this recipient yet. It is tried again;\r\n\
                 you need not send it again.",
            ),
        }
        out.line("");
        out.line(&format!("  {}", printable(&self.envelope.recipient.to_string())));
        out.line("");
        match self.remote {
            Some(remote) => out.line(&format!("{} said:", printable(remote))),
            None => out.line("The reason is:"),
        }
        out.line("");
        out.line(&format!("  {}", printable(&self.diagnostic.1)));
        out.line("");
    }

    fn for_machines(&self, out: &mut Writer, boundary: &str) {
        let dsn = self.envelope.dsn.as_deref();
        part(out, boundary, "message/delivery-status");
        out.field("Reporting-MTA", &format!("dns; {}", self.host));
        if let Some(envid) = dsn.and_then(|dsn| dsn.envid.as_deref()) {
            out.field("Original-Envelope-Id", envid);
        }
        out.field("Arrival-Date", &format_date(self.envelope.received.as_millis() / 1000));
        out.line("");
        if let Some(orcpt) = dsn.and_then(|dsn| dsn.orcpt.as_deref()) {
            out.field("Original-Recipient", orcpt);
        }
        out.field("Final-Recipient", &format!("rfc822; {}", self.envelope.recipient));
        out.field("Action", if self.fate == Fate::Failed { "failed" } else { "delayed" });
        out.field("Status", &self.status);
        if let Some(remote) = self.remote {
            out.field("Remote-MTA", &format!("dns; {remote}"));
        }
        let (kind, text) = &self.diagnostic;
        out.field("Diagnostic-Code", &format!("{kind}; {text}"));
        out.field("Last-Attempt-Date", &format_date(self.now.as_millis() / 1000));
        if let Fate::Delayed(Some(end)) = self.fate {
            out.field("Will-Retry-Until", &format_date(end.as_millis() / 1000));
        }
        out.line("");
    }

    fn original(&self, out: &mut Writer, boundary: &str) {
        let full = self.fate == Fate::Failed && self.returns_all();
        let kind = if full { "message/rfc822" } else { "text/rfc822-headers" };
        let header = header_end(self.original);
        let end = if full { self.original.len() } else { header };
        let eight_bit = !self.original[..end].is_ascii();
        out.line(&format!("--{boundary}"));
        out.line(&format!("Content-Type: {kind}"));
        if eight_bit {
            out.line("Content-Transfer-Encoding: 8bit");
        }
        out.line("");
        out.0.extend_from_slice(&self.original[..end]);
        out.line("");
    }

    /// Whether the sender gets the body back, which `RET` decides and its size limits.
    fn returns_all(&self) -> bool {
        let ret = self.envelope.dsn.as_ref().and_then(|dsn| dsn.ret.as_deref());
        match ret {
            Some(ret) => ret.eq_ignore_ascii_case("FULL"),
            None => self.original.len() <= FULL,
        }
    }
}

struct Writer(Vec<u8>);

impl Writer {
    fn line(&mut self, text: &str) {
        self.0.extend_from_slice(text.as_bytes());
        self.0.extend_from_slice(b"\r\n");
    }

    fn field(&mut self, name: &str, value: &str) {
        self.line(&format!("{name}: {}", printable(value)));
    }
}

fn part(out: &mut Writer, boundary: &str, kind: &str) {
    out.line(&format!("--{boundary}"));
    out.line(&format!("Content-Type: {kind}"));
    out.line("");
}

/// Printable ASCII of bounded length: nothing that could start another field.
fn printable(text: &str) -> String {
    let shown = text.chars().map(|c| match c {
        ' '..='~' => c,
        _ if c.is_ascii_control() => ' ',
        _ => '?',
    });
    shown.take(FIELD).collect()
}

/// Where the header ends, its empty line not included.
fn header_end(message: &[u8]) -> usize {
    let end = message.windows(4).position(|window| window == b"\r\n\r\n");
    end.map_or(message.len(), |end| end + 2)
}

/// The first value of a field, unfolded.
fn header_value(message: &[u8], name: &str) -> Option<String> {
    let header = String::from_utf8_lossy(&message[..header_end(message)]).into_owned();
    let mut lines = header.split("\r\n");
    let first = lines.by_ref().find_map(|line| {
        let (field, value) = line.split_once(':')?;
        field.trim_end().eq_ignore_ascii_case(name).then(|| value.to_owned())
    })?;
    let folded = lines.take_while(|line| line.starts_with([' ', '\t']));
    let value = folded.fold(first, |value, line| value + line);
    Some(value.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::envelope::{DsnOptions, Mailbox, MessageId};

    fn envelope() -> Envelope {
        let id = MessageId { transaction: Uuid::nil(), queue: 1 };
        let (from, to) = (Mailbox::parse("me@example.com"), Mailbox::parse("you@example.net"));
        Envelope::new(id, UnixTime::from_millis(1_000_000_000_000), from, to)
    }

    fn notice<'a>(fate: Fate, envelope: &'a Envelope, original: &'a [u8]) -> Notice<'a> {
        Notice {
            fate,
            id: Uuid::from_u128(1),
            host: "mx.example.org",
            now: UnixTime::from_millis(1_000_000_060_000),
            envelope,
            status: "5.1.1".into(),
            diagnostic: ("smtp", "550 5.1.1 no\r\nBcc: such user".into()),
            remote: Some("mx.example.net"),
            original,
        }
    }

    const ORIGINAL: &[u8] = b"Subject: hi\r\nMessage-ID:\r\n <a@b>\r\n\r\nbody\r\n";

    #[test]
    fn a_failure_returns_the_message_and_cannot_be_injected_into() {
        let envelope = envelope();
        let text = notice(Fate::Failed, &envelope, ORIGINAL).to_bytes();
        insta::assert_snapshot!(String::from_utf8_lossy(&text).replace("\r
", "
"), @r#"
        Date: Sun, 9 Sep 2001 01:47:40 +0000
        From: Mail Delivery System <mailer-daemon@mx.example.org>
        To: <me@example.com>
        Subject: Your message could not be delivered
        Message-ID: <00000000-0000-0000-0000-000000000001@mx.example.org>
        In-Reply-To: <a@b>
        References: <a@b>
        Auto-Submitted: auto-replied
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status;
         boundary="=00000000000000000000000000000001"

        --=00000000000000000000000000000001
        Content-Type: text/plain; charset=us-ascii

        This is the mail system at mx.example.org.

        Your message could not be delivered to this recipient:

          you@example.net

        mx.example.net said:

          550 5.1.1 no  Bcc: such user

        --=00000000000000000000000000000001
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.example.org
        Arrival-Date: Sun, 9 Sep 2001 01:46:40 +0000

        Final-Recipient: rfc822; you@example.net
        Action: failed
        Status: 5.1.1
        Remote-MTA: dns; mx.example.net
        Diagnostic-Code: smtp; 550 5.1.1 no  Bcc: such user
        Last-Attempt-Date: Sun, 9 Sep 2001 01:47:40 +0000

        --=00000000000000000000000000000001
        Content-Type: message/rfc822

        Subject: hi
        Message-ID:
         <a@b>

        body

        --=00000000000000000000000000000001--
        "#);
    }

    #[test]
    fn a_delay_returns_the_header_only() {
        let envelope = envelope();
        let end = UnixTime::from_millis(1_000_400_000_000);
        let text = notice(Fate::Delayed(Some(end)), &envelope, ORIGINAL).to_bytes();
        let text = String::from_utf8_lossy(&text);
        assert!(text.contains("Action: delayed\r\n") && text.contains("text/rfc822-headers"));
        assert!(text.contains("Will-Retry-Until: Thu, 13 Sep 2001 16:53:20 +0000\r\n"), "{text}");
        assert!(!text.contains("body"), "{text}");
    }

    #[test]
    fn nobody_is_told_who_does_not_want_to() {
        let mut envelope = envelope();
        assert!(is_wanted(Fate::Failed, &envelope) && is_wanted(Fate::Delayed(None), &envelope));
        envelope.dsn =
            Some(Box::new(DsnOptions { notify: vec!["FAILURE".into()], ..Default::default() }));
        assert!(is_wanted(Fate::Failed, &envelope) && !is_wanted(Fate::Delayed(None), &envelope));
        envelope.sender = Mailbox::default();
        assert!(!is_wanted(Fate::Failed, &envelope));
    }
}
