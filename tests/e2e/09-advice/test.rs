//! Advice of `mailstop check`: levels, allowances, fixes, and the formats of other tools.

use std::process::{Command, Output};

use serde_json::Value;
use tests::Project;

use crate::MAILSTOP;

const EOD: &str = "src/hooks/eod/default.hsl";
const POSITION: &str = "if (str_find(\"a\", \"b\")) echo 1;\nAccept();\n";

fn check(project: &Project, args: &[&str]) -> Output {
    let mut command = Command::new(MAILSTOP);
    command.arg("check").args(args).arg(project.path());
    command.output().expect("mailstop check")
}

fn codes(project: &Project) -> Vec<(String, String)> {
    let output = check(project, &["--format", "json"]);
    let text = String::from_utf8(output.stdout).expect("JSON is UTF-8");
    let finding = |line: &str| {
        let finding: Value = serde_json::from_str(line).expect("an object on each line");
        let word = |key: &str| finding[key].as_str().expect("a word").to_owned();
        (finding["file"] == EOD).then(|| (word("name"), word("severity")))
    };
    text.lines().filter_map(finding).collect()
}

fn found(name: &str, severity: &str) -> (String, String) {
    (name.to_owned(), severity.to_owned())
}

#[test]
fn levels_and_comments_decide_what_is_shown() {
    let project = Project::copy_of("examples/starter");
    project.write(EOD, POSITION);
    assert!(codes(&project).contains(&found("find-as-boolean", "warning")));
    project.write("mailstop.toml", "[lint.rules]\nfind-as-boolean = \"error\"\n");
    assert!(codes(&project).contains(&found("find-as-boolean", "error")));
    assert_eq!(check(&project, &[]).status.code(), Some(1));
    project.write(EOD, &format!("// hsl:allow find-as-boolean a test\n{POSITION}"));
    assert!(codes(&project).iter().all(|(name, _)| name != "find-as-boolean"));
    project.write(EOD, "// hsl:allow find-as-boolean a test\nAccept();\n");
    assert!(codes(&project).contains(&found("unused-allow", "info")));
}

#[test]
fn a_rule_that_does_not_exist_is_refused() {
    let project = Project::copy_of("examples/starter");
    project.write("mailstop.toml", "[lint.rules]\nfind-as-bool = \"off\"\n");
    let output = check(&project, &[]);
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(text.contains("did you mean `find-as-boolean`?"), "{text}");
}

#[test]
fn safe_fixes_are_written() {
    let project = Project::copy_of("examples/starter");
    project.write(EOD, POSITION);
    let output = check(&project, &["--fix"]);
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(text.contains("fixed 1 finding"), "{text}");
    assert_eq!(project.read(EOD), POSITION.replace("\"b\")", "\"b\") != -1"));
}

#[test]
fn other_tools_can_read_it() {
    let project = Project::copy_of("examples/starter");
    project.write(EOD, POSITION);
    let output = |format: &str| {
        let output = check(&project, &["--format", format]);
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let log: Value = serde_json::from_str(&output("sarif")).expect("SARIF is JSON");
    assert_eq!(log["version"], "2.1.0");
    let results = log["runs"][0]["results"].as_array().expect("results");
    assert!(results.iter().any(|result| result["ruleId"] == "HSL3010"));
    let commands = output("github");
    assert!(commands.contains(&format!("::warning file={EOD},line=1,col=5,")), "{commands}");
    let document = output("checkstyle");
    assert!(document.contains("source=\"mailstop.find-as-boolean\""), "{document}");
}
