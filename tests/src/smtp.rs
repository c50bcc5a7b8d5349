//! An SMTP client that shows every reply (RFC 5321).

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};

use socket2::{Domain, Socket, Type};

use crate::PATIENCE;

/// A reply: its code and its lines without code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Three digits.
    pub code: u16,
    /// Text of each line.
    pub lines: Vec<String>,
}

/// One connection.
pub struct SmtpClient {
    stream: BufReader<TcpStream>,
}

impl SmtpClient {
    /// Connects and reads the banner.
    pub fn connect(to: SocketAddr) -> (Self, Reply) {
        Self::connect_from(Ipv4Addr::LOCALHOST, to)
    }

    /// Connects from one of the host's loopback addresses and reads the banner.
    pub fn connect_from(from: Ipv4Addr, to: SocketAddr) -> (Self, Reply) {
        let socket = Socket::new(Domain::for_address(to), Type::STREAM, None).expect("socket");
        socket.bind(&SocketAddr::from((from, 0)).into()).expect("a loopback address");
        socket.connect_timeout(&to.into(), PATIENCE).expect("server listens");
        let stream = TcpStream::from(socket);
        stream.set_read_timeout(Some(PATIENCE)).expect("socket option");
        stream.set_nodelay(true).expect("socket option");
        let mut client = Self { stream: BufReader::new(stream) };
        let banner = client.reply();
        (client, banner)
    }

    /// The address that the server sees.
    pub fn local_addr(&self) -> SocketAddr {
        self.stream.get_ref().local_addr().expect("socket is open")
    }

    /// Writes bytes as they are.
    pub fn write(&mut self, bytes: &[u8]) {
        self.stream.get_mut().write_all(bytes).expect("server reads");
    }

    /// Reads one reply.
    pub fn reply(&mut self) -> Reply {
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            let read = self.stream.read_line(&mut line).expect("server replies");
            assert_ne!(read, 0, "the server closed the connection after {lines:?}");
            let line = line.trim_end_matches(['\r', '\n']);
            lines.push(line.get(4..).unwrap_or_default().to_owned());
            if line.as_bytes().get(3) != Some(&b'-') {
                let code = line.get(..3).and_then(|code| code.parse().ok());
                let code = code.unwrap_or_else(|| panic!("not a reply: {line:?}"));
                return Reply { code, lines };
            }
        }
    }

    /// Whether the server has closed the connection.
    pub fn closed(&mut self) -> bool {
        self.stream.fill_buf().is_ok_and(<[u8]>::is_empty)
    }

    /// Sends a command and reads its reply.
    pub fn command(&mut self, line: &str) -> Reply {
        self.write(format!("{line}\r\n").as_bytes());
        self.reply()
    }

    /// Sends commands up to and including DATA, each of which must be accepted.
    pub fn envelope(&mut self, from: &str, to: &[&str]) {
        let expect = |reply: Reply, code: u16| assert_eq!(reply.code, code, "{reply:?}");
        expect(self.command("EHLO client.example"), 250);
        expect(self.command(&format!("MAIL FROM:<{from}>")), 250);
        for recipient in to {
            expect(self.command(&format!("RCPT TO:<{recipient}>")), 250);
        }
        expect(self.command("DATA"), 354);
    }

    /// Sends a message text, ends it, and does not wait for the reply.
    pub fn data(&mut self, text: &str) {
        let stuffed = text.replace("\r\n.", "\r\n..");
        self.write(format!("{stuffed}\r\n.\r\n").as_bytes());
    }
}
