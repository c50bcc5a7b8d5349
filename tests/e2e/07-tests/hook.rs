//! `mailstop hook`: one hook, what it is run on, and what is shown of it.

use std::process::{Command, Output};

use tests::Project;

use super::ends;
use crate::MAILSTOP;

fn hook(project: &Project, args: &[&str]) -> Output {
    let mut command = Command::new(MAILSTOP);
    command.arg("hook").current_dir(project.path()).args(args);
    command.output().expect("mailstop hook")
}

#[test]
fn a_message_is_queued_with_what_the_hook_adds() {
    let project = Project::copy_of("examples/starter");
    project.write("a.eml", "From: a@example.net\nSubject: Sample\n\nText.\n");
    let output = hook(&project, &["src/hooks/eod/default.hsl", "--sample", "a.eml"]);
    let words = [
        "Accept()",
        "queued for recipient@example.com by mailbox",
        "+X-Policy: starter",
        " Subject: Sample",
    ];
    let text = ends(&output, 0, &words);
    let mut removed = text.lines().filter(|line| line.starts_with('-') && *line != "--- message");
    assert_eq!(removed.next(), None, "nothing was taken away: {text}");
}

#[test]
fn variables_come_from_files_and_words() {
    let project = Project::copy_of("examples/starter");
    project.write(
        "a.json",
        r#"{ "arguments": { "recipient": "a@elsewhere.example" }, "context": { "refused": 4 } }"#,
    );
    let from_file = hook(&project, &["rcptto/default", "--sample", "a.json"]);
    let words =
        ["Reject(\"We do not take mail for elsewhere.example\"", "$context is [\"refused\"=>5]"];
    ends(&from_file, 0, &words);
    let set = "arguments.recipient=alice@example.com";
    let set_over = hook(&project, &["rcptto", "--sample", "a.json", "--set", set]);
    ends(&set_over, 0, &["Accept("]);
    project.write("a.eml", "Subject: a\n\n");
    let message = hook(&project, &["rcptto", "--sample", "a.eml"]);
    ends(&message, 0, &["the rcptto hook sees no message: a.eml is not used"]);
}

#[test]
fn what_cannot_run_says_why() {
    let project = Project::copy_of("examples/starter");
    project.write("a.json", "{ \"arguments\": [ }");
    let says = |args: &[&str], code, word| ends(&hook(&project, args), code, &["error", word]);
    says(&["rcpto"], 2, "did you mean \"rcptto\"?");
    says(&["rcptto/other"], 2, "the rcptto hooks of the project are: default");
    says(&["src/files/policy.hsl"], 2, "is no script of a hook");
    says(&["rcptto", "--sample", "a.json"], 2, "a.json:1:18: expected value");
    says(&["rcptto", "--sample", "none.eml"], 2, "cannot use none.eml: ");
    says(&["rcptto", "--set", "argument.x=1"], 2, "did you mean \"arguments\"?");
    says(&["rcptto", "--set", "x"], 2, "a key, `=` and a value are expected");
    project.write("src/hooks/connect/default.hsl", "throw Exception(\"broken\");\n");
    let text = ends(&hook(&project, &["connect"]), 1, &["connect/default.hsl:1", "broken"]);
    assert!(text.contains("because the script failed"), "{text}");
}
