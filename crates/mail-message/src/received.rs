//! The Received field that a server puts on top.
//!
//! *Sources.* RFC 5321 §4.4, RFC 3848 for the protocol names.

use crate::format_date;

/// How the message came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// After HELO.
    Smtp,
    /// After EHLO.
    Esmtp,
}

impl Protocol {
    /// Name in the registry of mail transmission types.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Smtp => "SMTP",
            Self::Esmtp => "ESMTP",
        }
    }
}

/// Facts of a reception.
#[derive(Clone, Copy, Debug)]
pub struct Received<'a> {
    /// Name that the client gave.
    pub helo: &'a str,
    /// Confirmed name of the client's address.
    pub ptr: Option<&'a str>,
    /// Address of the client; none for a local socket.
    pub ip: Option<&'a str>,
    /// Our name.
    pub hostname: &'a str,
    /// How the message came in.
    pub protocol: Protocol,
    /// Transaction id.
    pub id: &'a str,
    /// The recipient, only when there is exactly one: others must not learn of each other.
    pub recipient: Option<&'a str>,
    /// Seconds since 1970.
    pub date: u64,
}

impl Received<'_> {
    /// The field with its line end.
    pub fn to_field(&self) -> Vec<u8> {
        let address = self.ip.map(|ip| format!("[{ip}]"));
        let client: Vec<_> = self.ptr.map(str::to_owned).into_iter().chain(address).collect();
        let comment =
            if client.is_empty() { String::new() } else { format!(" ({})", client.join(" ")) };
        let recipient = self.recipient.map(|to| format!("\r\n for <{to}>")).unwrap_or_default();
        format!(
            "Received: from {}{comment}\r\n by {} (Mailstop) with {} id {}{recipient};\r\n {}\r\n",
            printable(self.helo),
            self.hostname,
            self.protocol.as_str(),
            self.id,
            format_date(self.date),
        )
        .into_bytes()
    }
}

/// A client chooses its name; it must not end a comment or a line with it.
fn printable(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_graphic() && !matches!(c, '(' | ')' | ';')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_client_server_and_single_recipient() {
        let received = Received {
            helo: "client.example(;x)",
            ptr: Some("host.example"),
            ip: Some("192.0.2.1"),
            hostname: "mx.example",
            protocol: Protocol::Esmtp,
            id: "5d6f",
            recipient: Some("a@b.example"),
            date: 0,
        };
        insta::assert_snapshot!(String::from_utf8(received.to_field()).unwrap().replace('\r', ""), @"
        Received: from client.examplex (host.example [192.0.2.1])
         by mx.example (Mailstop) with ESMTP id 5d6f
         for <a@b.example>;
         Thu, 1 Jan 1970 00:00:00 +0000
        ");
        let bare = Received { ptr: None, ip: None, recipient: None, ..received };
        let field = String::from_utf8(bare.to_field()).unwrap();
        assert!(field.starts_with("Received: from client.examplex\r\n by"), "{field}");
        assert!(!field.contains(" for "), "{field}");
    }
}
