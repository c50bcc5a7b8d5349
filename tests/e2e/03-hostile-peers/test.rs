//! Whatever a peer sends, the server answers what the RFC names and serves the next one.

use std::net::{Shutdown, TcpStream};

use tests::{Project, Server, SmtpClient};

use crate::MAILSTOP;

#[test]
fn nothing_a_peer_sends_hangs_or_ends_the_server() {
    let project = Project::copy_of("examples/starter");
    let server = Server::up(MAILSTOP, &project);
    let smtp = server.smtp();

    let half_open: Vec<_> = (0..50).map(|_| TcpStream::connect(smtp).expect("accepts")).collect();
    for socket in half_open.iter().take(25) {
        socket.shutdown(Shutdown::Write).expect("open");
    }

    let (mut garbage, _) = SmtpClient::connect(smtp);
    let mut state = 1_u32;
    let bytes: Vec<u8> = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    })
    .take(2000)
    .collect();
    garbage.write(&bytes);
    garbage.write(b"\r\n");
    assert_eq!(garbage.reply().code / 100, 5);
    drop(garbage);

    let (mut long, _) = SmtpClient::connect(smtp);
    let reply = long.command(&format!("NOOP {}", "x".repeat(100_000)));
    assert_eq!(reply.code, 500, "{reply:?}");

    let (mut client, _) = SmtpClient::connect(smtp);
    let expect = |client: &mut SmtpClient, line: &str, code: u16| {
        assert_eq!(client.command(line).code, code, "{line:?}");
    };
    expect(&mut client, "MAIL FROM:<a@example.net>", 503);
    expect(&mut client, "EHLO client.example", 250);
    expect(&mut client, "BOGUS", 500);
    expect(&mut client, "MAIL FROM:a b c", 501);
    expect(&mut client, "DATA", 503);
    expect(&mut client, "RCPT TO:<alice@example.com>", 503);
    expect(&mut client, "MAIL FROM:<a@example.net> SIZE=99999999999999", 552);
    expect(&mut client, "MAIL FROM:<a@example.net> NOSUCH=1", 555);
    expect(&mut client, "NO\0OP", 500);
    expect(&mut client, "VRFY alice", 252);
    expect(&mut client, "RSET", 250);

    client.envelope("ann@example.net", &["alice@example.com"]);
    client.write(b"Subject: smuggled\r\n\r\none\n.\nMAIL FROM:<evil@example.net>\r\n.\r\n");
    let reply = client.reply();
    assert_eq!(reply.code / 100, 5, "a bare LF is refused by default: {reply:?}");

    let (mut good, _) = SmtpClient::connect(smtp);
    good.envelope("ann@example.net", &["alice@example.com"]);
    good.data("Subject: fine\r\n\r\nbody");
    assert_eq!(good.reply().code, 250);
    assert_eq!(good.command("QUIT").code, 221);
    assert!(good.closed());
    let delivered = server.inbox(1);
    assert!(server.source(&delivered[0]).contains("Subject: fine"));
}
