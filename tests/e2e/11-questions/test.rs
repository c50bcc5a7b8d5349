//! `smtp_lookup_rcpt`, `smtp_lookup_auth` and `send` of one script against a server of ours, whose hooks
//! answer in every class and at every command.

use std::process::Command;

use tests::{Project, Server};

use crate::MAILSTOP;

const HOOKS: [(&str, &str); 4] = [
    (
        "helo",
        r#"if ($arguments["host"] == "refused.example") Reject("We do not talk to you");
        if ($arguments["host"] == "later.example") Defer("Not now");
        Accept();"#,
    ),
    (
        "mailfrom",
        r#"$local = $arguments["address"]["localpart"];
        if ($local == "spam") Reject("Not wanted", ["reply_codes" => ["code" => 553, "enhanced" => [5, 1, 8]]]);
        if ($local == "slow") Defer("Slow down");
        Accept();"#,
    ),
    (
        "rcptto",
        r#"$local = $arguments["address"]["localpart"];
        if ($local == "gone") Reject("No such user", ["reply_codes" => ["code" => 550, "enhanced" => [5, 1, 1]]]);
        if ($local == "moved")
            Reject(["Moved away", "Ask her"], ["reply_codes" => ["code" => 551, "enhanced" => [5, 1, 6]]]);
        if ($local == "full") Defer("Mailbox full", ["reply_codes" => ["code" => 452, "enhanced" => [4, 2, 2]]]);
        if ($local == "bye") Reject("Go away", ["disconnect" => true]);
        if ($local == "broken") throw Exception("internal");
        if ($local == "forward")
            Accept(["reply_codes" => ["code" => 251, "enhanced" => [2, 1, 5]], "reason" => "Will forward"]);
        Accept();"#,
    ),
    (
        "eod",
        r#"$mail = $arguments["mail"];
        if ($mail->getHeader("Subject") == "spam")
            Reject("Refused", ["reply_codes" => ["code" => 554, "enhanced" => [5, 6, 0]]]);
        if ($mail->getHeader("Subject") == "later")
            Defer("Busy", ["reply_codes" => ["code" => 451, "enhanced" => [4, 7, 1]]]);
        foreach ($transaction["recipients"] as $recipient)
            $mail->queue($transaction["senderaddress"], $recipient["address"], $recipient["transportid"]);
        Accept(["reason" => "Kept"]);"#,
    ),
];

/// What every script begins with; its argument is the port.
const BEGIN: &str = r#"
$to = ["host" => "127.0.0.1", "port" => number($argv[1])];
function rcpt($from, $recipient, $more = []) {
    global $to;
    $answer = smtp_lookup_rcpt($to + $more, $from, $recipient, ["extended_result" => true]);
    $number = smtp_lookup_rcpt($to + $more, $from, $recipient);
    $where = $answer["on_rcptto"] ? "at RCPT" : "before";
    return $number . " " . $answer["error_code"] . " $where: " . array_join($answer["error_message"], " / ");
}
function sent($subject, $from, $recipients) {
    global $to;
    $sent = MIME()->addHeader("Subject", $subject)->setBody("hi\n.\n..dots\n")->send($from, $recipients, $to);
    if ($sent["connection"]["remoteip"] != "127.0.0.1" or $sent["tls"]["started"]) return json_encode($sent);
    $result = $sent["result"];
    return $result["state"] . " " . $result["code"] . " " . array_join($result["enhanced"], ".") . " "
        . array_join($result["reason"], " / ");
}
"#;

fn start() -> (Server, String) {
    let project = Project::copy_of("examples/starter");
    for (phase, text) in HOOKS {
        project.write(&format!("src/hooks/{phase}/default.hsl"), text);
    }
    let running = project.read("src/config/smtpd-app.yaml");
    let more = "    phases:\n      helo: {hook: default}\n      mailfrom: {hook: default}\n";
    project.write("src/config/smtpd-app.yaml", &running.replace("    phases:\n", more));
    let server = Server::up(MAILSTOP, &project);
    let port = server.smtp().port().to_string();
    (server, port)
}

/// Lines that a script prints, which runs beside the server.
fn printed(port: &str, script: &str) -> Vec<String> {
    let code = format!("{BEGIN}{script}");
    let output = Command::new(MAILSTOP).args(["hsh", "-e", &code, "--", port]).output();
    let output = output.expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
}

#[test]
fn a_question_tells_what_the_hooks_decide() {
    let (_server, port) = start();
    let script = r#"
        foreach (["ok", "forward", "gone", "moved", "full", "bye", "broken"] as $local)
            echo rcpt("me@a.example", ["localpart" => $local, "domain" => "example.com"]);
        foreach (["spam@a.example", "slow@a.example", ""] as $from) echo rcpt($from, "ok@example.com");
        foreach (["refused.example", "later.example", "me.example"] as $helo)
            echo rcpt("", "ok@example.com", ["helo" => $helo]);
        echo rcpt("", "ok@example.com", ["tls" => "require"]);
        echo rcpt("", "ok@example.com", ["saslusername" => "jane", "saslpassword" => "secret"]);
        echo smtp_lookup_auth($to, "jane", "secret");"#;
    let expected = [
        "1 250 at RCPT: 2.1.5 Recipient OK",
        "1 251 at RCPT: 2.1.5 Will forward",
        "0 550 at RCPT: 5.1.1 No such user",
        "0 551 at RCPT: 5.1.6 Moved away / 5.1.6 Ask her",
        "-1 452 at RCPT: 4.2.2 Mailbox full",
        "0 554 at RCPT: 5.7.1 Go away",
        "-1 450 at RCPT: 4.7.1 Temporary failure, try again later",
        "-1 553 before: 5.1.8 Not wanted",
        "-1 450 before: 4.7.1 Slow down",
        "1 250 at RCPT: 2.1.5 Recipient OK",
        "-1 554 before: We do not talk to you",
        "-1 450 before: Not now",
        "1 250 at RCPT: 2.1.5 Recipient OK",
        "-1 0 before: the server does not offer TLS",
        "-1 0 before: the server offers none of the logins PLAIN, LOGIN and CRAM-MD5",
        "-1",
    ];
    assert_eq!(printed(&port, script), expected);
}

#[test]
fn a_message_is_sent_to_all_recipients_or_to_none() {
    let (server, port) = start();
    let script = r#"
        foreach (["fine", "spam", "later"] as $subject)
            echo sent($subject, "me@a.example", ["ok@example.com", "forward@example.com"]);
        foreach ([["ok@example.com", "gone@example.com"], ["full@example.com", "ok@example.com"], ["bye@example.com"]]
            as $recipients) echo sent("fine", "me@a.example", $recipients);
        echo sent("fine", "spam@a.example", ["ok@example.com"]);
        $to["helo"] = "refused.example";
        echo sent("fine", "", ["ok@example.com"]);"#;
    let expected = [
        "EOD 250 2.0.0 Kept",
        "EOD 554 5.6.0 Refused",
        "EOD 451 4.7.1 Busy",
        "RCPT 550 5.1.1 No such user",
        "RCPT 452 4.2.2 Mailbox full",
        "RCPT 554 5.7.1 Go away",
        "MAIL 553 5.1.8 Not wanted",
        "HELO 554  We do not talk to you",
    ];
    assert_eq!(printed(&port, script), expected);
    let inbox = server.inbox(2);
    assert_eq!(inbox.len(), 2, "{inbox:#?}");
    for message in &inbox {
        let source = server.source(message);
        assert!(source.ends_with("\r\n\r\nhi\r\n.\r\n..dots\r\n"), "{source}");
    }
}
