//! Scripts queue and send messages of their own, in every hook, and what they queued is durable.

use tests::{Project, Server, SmtpClient};

use crate::MAILSTOP;

/// Queues and sends a message from wherever it is called. The server that is named does not exist:
/// nothing leaves the machine here.
const SAY: &str = r#"
function say($where) {
    $text = "Subject: queued in " . $where . "\r\n\r\n.dot\r\n..\r\nend  \r\n";
    MailMessage::String($text)->queue("", "alice@example.com", "mailbox", ["jobid" => "script"]);
    $mime = MIME()->addHeader("Subject", "sent in " . $where)->setBody("hi");
    $sent = $mime->send("me@example.com", ["alice@example.com"], ["host" => "nowhere.invalid"]);
    if ($sent["result"]["code"] != 250 or $sent["result"]["state"] != "EOD")
        throw Exception("send: " . json_encode($sent));
}
"#;

/// The hooks of a connection, then those of the queue, for the message that a client brought only.
const HOOKS: [(&str, &str); 8] = [
    ("connect/default", "say(\"connect\");"),
    ("helo/default", "say(\"helo\");"),
    ("mailfrom/default", "say(\"mailfrom\");"),
    ("rcptto/default", "say(\"rcptto\"); Accept([\"transportid\" => \"mailbox\"]);"),
    (
        "eod/default",
        "say(\"eod\"); $arguments[\"mail\"]->queue($transaction[\"senderaddress\"], \
         \"bob@example.com\", \"mailbox\"); Accept();",
    ),
    ("disconnect/default", "say(\"disconnect\");"),
    ("queue/predelivery", "if ($message[\"jobid\"] != \"script\") say(\"predelivery\"); Try();"),
    ("queue/postdelivery", "if ($message[\"jobid\"] != \"script\") say(\"postdelivery\");"),
];

fn project(hooks: &[(&str, &str)]) -> Project {
    let project = Project::copy_of("examples/starter");
    project.write("src/files/say.hsl", SAY);
    for (name, text) in hooks {
        let text = format!("import {{ say }} from \"say.hsl\";\n{text}\n");
        project.write(&format!("src/hooks/{name}.hsl"), &text);
    }
    let phases: String = hooks
        .iter()
        .filter_map(|(name, _)| name.split_once('/'))
        .filter(|(phase, _)| !matches!(*phase, "queue" | "connect" | "rcptto" | "eod"))
        .map(|(phase, id)| format!("      {phase}:\n        hook: {id}\n"))
        .collect();
    let running = project.read("src/config/smtpd-app.yaml");
    let running = running.replace("    phases:\n", &format!("    phases:\n{phases}"));
    project.write("src/config/smtpd-app.yaml", &running);
    project
}

fn sources(server: &Server, count: usize) -> Vec<String> {
    server.inbox(count).iter().map(|message| server.source(message)).collect()
}

#[test]
fn every_hook_queues_and_sends() {
    let project = project(&HOOKS);
    let server = Server::up(MAILSTOP, &project);
    let (mut client, _) = SmtpClient::connect(server.smtp());
    client.envelope("ann@example.net", &["bob@example.com"]);
    client.data("Subject: from outside\r\n\r\nbody");
    assert_eq!(client.reply().code, 250);
    assert_eq!(client.command("QUIT").code, 221);
    let sources = sources(&server, 1 + 2 * HOOKS.len());
    for (name, _) in HOOKS {
        let hook = name.strip_prefix("queue/").or(name.strip_suffix("/default")).expect("a hook");
        let exact = format!("Subject: queued in {hook}\r\n\r\n.dot\r\n..\r\nend  \r\n");
        assert_eq!(sources.iter().filter(|text| text.ends_with(&exact)).count(), 1, "{sources:#?}");
        let sent = format!("Subject: sent in {hook}\r\n");
        assert_eq!(sources.iter().filter(|text| text.contains(&sent)).count(), 1, "{sources:#?}");
    }
}

#[test]
fn a_queued_message_survives_a_kill_and_the_refusal_of_the_client() {
    let later = "if ($arguments[\"retry\"] == 0) Queue([\"delay\" => 1]);\nTry();";
    let eod = "MailMessage::String(\"Subject: kept\\r\\n\\r\\nbody\\r\\n\")\
               ->queue(\"\", \"alice@example.com\", \"mailbox\");\nReject(\"not this one\");";
    let project = project(&[("eod/default", eod), ("queue/predelivery", later)]);
    let server = Server::up(MAILSTOP, &project);
    let (mut client, _) = SmtpClient::connect(server.smtp());
    client.envelope("ann@example.net", &["alice@example.com"]);
    client.data("Subject: refused\r\n\r\nbody");
    assert_eq!(client.reply().code, 550);
    server.kill();

    let server = Server::up(MAILSTOP, &project);
    let sources = sources(&server, 1);
    assert_eq!(sources.len(), 1);
    assert!(sources[0].ends_with("Subject: kept\r\n\r\nbody\r\n"), "{}", sources[0]);
    assert!(server.interrupt().success());
}
