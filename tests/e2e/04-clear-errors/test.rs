//! What goes wrong at the start is one clear message, with a place and an exit code.

use std::net::TcpListener;
use std::process::{Command, Output};

use tests::Project;

use crate::MAILSTOP;

fn up(project: &Project, port: &str) -> Output {
    let mut command = Command::new(MAILSTOP);
    command.arg("up").arg(project.path()).args(["--port", port]);
    command.output().expect("mailstop up")
}

fn fails_with(output: &Output, code: i32, words: &[&str]) {
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{text}");
    for word in words {
        assert!(text.contains(word), "no {word:?} in: {text}");
    }
    assert!(!text.contains("panicked"), "{text}");
}

#[test]
fn a_script_error_names_file_line_and_column() {
    let project = Project::copy_of("examples/starter");
    project.write("src/hooks/eod/default.hsl", "echo 1;\nif (true { Accept(); }\n");
    fails_with(&up(&project, "0"), 3, &["src/hooks/eod/default.hsl:2:", "HSL1001"]);
    project.write("src/hooks/eod/default.hsl", "echo 1;\n  acept();\n");
    fails_with(&up(&project, "0"), 3, &["src/hooks/eod/default.hsl:2:3", "HSL1002"]);
}

#[test]
fn a_broken_configuration_names_file_line_and_column() {
    let project = Project::copy_of("examples/starter");
    let good = project.read("src/config/smtpd.yaml");
    project.write("src/config/smtpd.yaml", &format!("{good}spool: {{fsync: perhaps}}\n"));
    let output = up(&project, "0");
    fails_with(&output, 3, &["src/config/smtpd.yaml:", "MS60"]);
}

#[test]
fn a_broken_suffix_list_names_file_line_and_column() {
    let project = Project::copy_of("examples/starter");
    project.write("list.dat", "com\n  a..b\n");
    let path = project.path().join("list.dat");
    let good = project.read("src/config/smtpd.yaml");
    let text = format!("{good}environment: {{publicsuffix: {}}}\n", path.display());
    project.write("src/config/smtpd.yaml", &text);
    fails_with(&up(&project, "0"), 3, &["list.dat:2:3", "empty label"]);
    let text = format!("{good}environment: {{publicsuffix: /nowhere/list.dat}}\n");
    project.write("src/config/smtpd.yaml", &text);
    fails_with(&up(&project, "0"), 3, &["/nowhere/list.dat cannot be read"]);
}

#[test]
fn a_private_key_is_never_shown() {
    let project = Project::copy_of("examples/starter");
    let good = project.read("src/config/smtpd.yaml");
    let pem = "-----BEGIN PRIVATE KEY-----\\nMIIEsecret\\n-----END PRIVATE KEY-----";
    for private in [
        format!("{{id: mx, privatekey: {{data: \"{pem}\"}}}}"),
        "{id: mx, privatekey: {data: MIIEsecret}}".to_owned(),
        "{id: mx, privatekey: MIIEsecret}".to_owned(),
        "{id: mx, privatekey: {data: [MIIEsecret]}}".to_owned(),
        "{id: mx, privatekey: {MIIEsecret: 1}}".to_owned(),
        "{id: mx, privatekey: {data: MIIEsecret".to_owned(),
    ] {
        let text = format!("{good}pki: {{private: [{private}]}}\n");
        project.write("src/config/smtpd.yaml", &text);
        let check =
            Command::new(MAILSTOP).arg("check").arg(project.path()).output().expect("check");
        for output in [up(&project, "0"), check] {
            let text = String::from_utf8_lossy(&output.stderr);
            assert!(!text.contains("secret"), "{private}: {text}");
        }
    }
}

#[test]
fn a_busy_port_is_named() {
    let project = Project::copy_of("examples/starter");
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = taken.local_addr().expect("bound").port().to_string();
    let output = up(&project, &port);
    let text = String::from_utf8_lossy(&output.stderr);
    assert_ne!(output.status.code(), Some(0));
    assert!(text.contains(&port) && text.contains("in use"), "{text}");
}

#[test]
fn checking_speaks_json_one_finding_a_line() {
    let project = Project::copy_of("examples/starter");
    let check = |project: &Project| {
        Command::new(MAILSTOP)
            .args(["check", "--format", "json"])
            .arg(project.path())
            .output()
            .expect("mailstop check")
    };
    assert_eq!(check(&project).status.code(), Some(0));
    project.write("src/hooks/eod/default.hsl", "no_such_function();\nAccept();\n");
    let output = check(&project);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8_lossy(&output.stdout);
    let finding: serde_json::Value =
        serde_json::from_str(text.lines().next().unwrap_or_default()).expect("JSON");
    assert_eq!(finding["code"], "HSL1002");
    assert_eq!(finding["range"]["start"], serde_json::json!({ "line": 0, "character": 0 }));
    assert_eq!(finding["range"]["end"], serde_json::json!({ "line": 0, "character": 16 }));
}
