//! Accepted means durable: killed right after the 250, the message is still delivered.

use tests::{Project, Server, SmtpClient};

use crate::MAILSTOP;

/// Holds every message back for its first attempt, so that none is delivered before the kill.
const LATER: &str = "if ($arguments[\"retry\"] == 0) Queue([\"delay\" => 1]);\nTry();\n";

#[test]
fn a_message_survives_a_kill_right_after_its_250() {
    let project = Project::copy_of("examples/starter");
    project.write("src/hooks/queue/predelivery.hsl", LATER);
    let server = Server::up(MAILSTOP, &project);
    let (mut client, _) = SmtpClient::connect(server.smtp());
    for number in 1..=3 {
        client.envelope("ann@example.net", &["alice@example.com"]);
        client.data(&format!("Subject: number {number}\r\n\r\nbody"));
        assert_eq!(client.reply().code, 250);
    }
    server.kill();

    let server = Server::up(MAILSTOP, &project);
    let delivered = server.inbox(3);
    let mut sources: Vec<_> = delivered.iter().map(|message| server.source(message)).collect();
    sources.sort();
    for number in 1..=3 {
        let subject = format!("Subject: number {number}");
        assert_eq!(sources.iter().filter(|source| source.contains(&subject)).count(), 1);
    }
    assert!(server.interrupt().success(), "Ctrl-C ends it cleanly");
}
