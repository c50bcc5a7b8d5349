//! Projects, manuals, completions.

use crate::{folder, run};

#[test]
fn a_new_project_is_valid_and_never_overwritten() {
    for template in ["standard", "minimal"] {
        let folder = folder();
        run(folder.path(), &["init", "p", "--template", template], 0);
        let (out, err) = run(folder.path(), &["check", "--strict", "p"], 0);
        assert_eq!((out.trim(), err.trim()), ("no problems found", ""));
        run(folder.path(), &["init", "p"], 2);
    }
}

#[test]
fn packing_is_stable_and_can_be_checked() {
    let folder = folder();
    run(folder.path(), &["init"], 0);
    run(folder.path(), &["pack", "--check"], 1);
    run(folder.path(), &["pack"], 0);
    let read = || std::fs::read(folder.path().join("dist/smtpd-app.yaml")).expect("packed");
    let first = read();
    // Found from a folder inside the project, too.
    run(&folder.path().join("src/hooks"), &["pack"], 0);
    assert_eq!(first, read());
    run(folder.path(), &["pack", "--check"], 0);
    let list = folder.path().join("src/files/lists/domains.json");
    let text = std::fs::read_to_string(&list).expect("written by init");
    std::fs::write(&list, text.replace("phish", "fish")).expect("changed");
    run(folder.path(), &["pack", "--check"], 1);
}

#[test]
fn a_misspelt_key_is_shown_where_it_stands() {
    let folder = folder();
    run(folder.path(), &["init", "--template", "minimal"], 0);
    let path = folder.path().join("src/config/smtpd-app.yaml");
    let text = std::fs::read_to_string(&path).expect("written by init");
    std::fs::write(&path, text.replace("transport: mailbox", "transprot: mailbox")).expect("file");
    let (out, err) = run(folder.path(), &["check"], 0);
    assert_eq!(out.trim(), "1 warning");
    insta::assert_snapshot!(err.trim(), @r"
    warning[MS6012]: unknown key `transprot` in `servers[0]`
     --> src/config/smtpd-app.yaml:4:5
      |
    4 |     transprot: mailbox
      |     ^^^^^^^^^
      |
      = help: did you mean `transport`?
    ");
    let (_, err) = run(folder.path(), &["check", "--strict"], 1);
    assert!(err.starts_with("error[MS6012]"), "{err}");
}

#[test]
fn a_version_that_is_older_than_what_scripts_use_is_shown_with_the_use() {
    let folder = folder();
    run(folder.path(), &["init"], 0);
    let path = folder.path().join("src/config/smtpd-app.yaml");
    let text = std::fs::read_to_string(&path).expect("written by init");
    let with = |version: &str| {
        std::fs::write(&path, text.replace("\"6.10\"", version)).expect("a file");
    };
    let hook = folder.path().join("src/hooks/rcptto/default.hsl");
    let script = std::fs::read_to_string(&hook).expect("written by init");
    let script = format!("if ($connection[\"priority\"] == 1) Accept();\n{script}");
    std::fs::write(hook, script).expect("a file");
    with("\"5.8\"");
    let (out, err) = run(folder.path(), &["check"], 0);
    assert_eq!(out.trim(), "1 warning");
    insta::assert_snapshot!(err.trim(), @r#"
    warning[MS6010]: the key "priority" came with version 5.9, and this is 5.8
     --> src/config/smtpd-app.yaml:3:10
      |
    3 | version: "5.8"
      |          ^^^^^
      |
      = note: "priority" is used here: src/hooks/rcptto/default.hsl:1:18
      = help: Change to "5.9"
    "#);
    for enough in ["\"5.9\"", "\"5.10\""] {
        with(enough);
        assert_eq!(run(folder.path(), &["check", "--strict"], 0).0.trim(), "no problems found");
    }
}

#[test]
fn tests_are_checked_with_the_functions_of_tests() {
    let folder = folder();
    run(folder.path(), &["init", "--template", "minimal"], 0);
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("below the folder")).expect("folders");
        std::fs::write(path, text).expect("a file");
    };
    write("src/files/m.hsl", "function one() { return 1; }");
    let good = "import { one } from \"m.hsl\"; import { two } from \"./two.hsl\";
        function test_one() { mock(\"time\", function () { return 1; }); assert(one() + two() == 3); }";
    write("tests/two.hsl", "function two() { return 2; }");
    write("tests/good.test.hsl", good);
    assert_eq!(run(folder.path(), &["check", "--strict"], 0).0.trim(), "no problems found");
    write("tests/bad.test.hsl", "function test_it() { asert(true); }");
    let (_, err) = run(folder.path(), &["check"], 1);
    insta::assert_snapshot!(err.trim(), @r"
    error[HSL1002]: `asert` is not defined
     --> tests/bad.test.hsl:1:22
      |
    1 | function test_it() { asert(true); }
      |                      ^^^^^
      |
      = help: did you mean `assert`?
    ");
    let (out, _) = run(folder.path(), &["check", "--format", "json"], 1);
    assert!(out.contains("tests/bad.test.hsl"), "{out}");
}

#[test]
fn no_format_shows_a_secret() {
    let folder = folder();
    run(folder.path(), &["init"], 0);
    let hook = folder.path().join("src/hooks/connect/default.hsl");
    // A second rule finds something on the line of the first one.
    std::fs::write(&hook, "$apikey = \"Zw4kR8tQ1mVb7xLp\"; $unused = 1;\n").expect("a file");
    let (_, err) = run(folder.path(), &["check"], 1);
    assert!(err.matches("$apikey = \"****************\"; $unused").count() > 1, "{err}");
    assert!(!err.contains("Zw4kR8tQ"), "{err}");
    for format in ["json", "sarif", "github", "checkstyle"] {
        let (out, err) = run(folder.path(), &["check", "--format", format], 1);
        assert!(out.contains("HSL4006") || out.contains("secret-literal"), "{format}: {out}");
        assert!(!(out + &err).contains("Zw4kR8tQ"), "{format}");
    }
}

#[test]
fn failures_say_what_to_do() {
    let folder = folder();
    let (_, err) = run(folder.path(), &["check"], 2);
    assert!(err.contains("is not a project") && err.contains("mailstop init"), "{err}");
    let (_, err) = run(folder.path(), &["status", "--socket", "none"], 4);
    assert!(err.contains("no server answers") && err.contains("mailstop up"), "{err}");
    let (_, err) = run(folder.path(), &["send", "--to", "a@b", "--server", "127.0.0.1:1"], 4);
    assert!(err.contains("cannot connect to 127.0.0.1:1"), "{err}");
    run(folder.path(), &["send"], 2);
}

#[test]
fn names_have_a_manual() {
    let folder = folder();
    let (out, _) = run(folder.path(), &["doc", "rcptto"], 0);
    assert!(out.contains("hook rcptto") && out.contains("$transaction"), "{out}");
    let (out, _) = run(folder.path(), &["doc", "$connection"], 0);
    assert!(out.contains("0 or 1. Since version 5.9 of the configuration."), "{out}");
    let (out, _) = run(folder.path(), &["doc", "servers.phases.data"], 0);
    assert!(out.contains("`servers[].phases.data.maxsize`"), "{out}");
    let (_, err) = run(folder.path(), &["doc", "dns_qery"], 1);
    assert!(err.contains("did you mean `dns_query`?"), "{err}");
}

#[test]
fn shells_get_completions_and_editors_get_schemas() {
    let folder = folder();
    for shell in ["bash", "zsh", "fish"] {
        let (out, _) = run(folder.path(), &["completions", shell], 0);
        assert!(out.contains("mailstop"), "{shell}");
    }
    let (out, _) = run(folder.path(), &["config", "schema", "smtpd.yaml"], 0);
    let schema: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(schema["title"], "smtpd.yaml");
}

#[test]
fn scripts_are_formatted_checked_and_compared() {
    let folder = folder();
    run(folder.path(), &["init"], 0);
    let script = folder.path().join("src/hooks/connect/default.hsl");
    run(folder.path(), &["fmt", "--check"], 0);
    std::fs::write(&script, "// Why\nif(true){Accept( ) ;}\n").expect("a script");
    let (out, err) = run(folder.path(), &["fmt", "--check", "src"], 1);
    assert!(out.trim().ends_with("src/hooks/connect/default.hsl"), "{out}");
    assert!(err.starts_with("1 file would change"), "{err}");
    let (out, _) = run(folder.path(), &["fmt", "--diff", "src"], 1);
    assert!(out.contains("-if(true){Accept( ) ;}\n+if (true) {\n+    Accept();\n+}"), "{out}");
    std::fs::write(folder.path().join("mailstop.toml"), "[format]\nindent = 2\n").expect("a file");
    run(folder.path(), &["fmt"], 0);
    let text = std::fs::read_to_string(&script).expect("a script");
    assert_eq!(text, "// Why\nif (true) {\n  Accept();\n}\n");
}

#[test]
fn a_script_that_cannot_be_formatted_stays_and_says_where() {
    let folder = folder();
    let script = folder.path().join("a.hsl");
    std::fs::write(&script, "echo 1;\n  if (\n").expect("a script");
    let (_, err) = run(folder.path(), &["fmt", "a.hsl"], 3);
    assert!(err.contains("a.hsl:3:1: ") && err.contains("left as it is"), "{err}");
    assert_eq!(std::fs::read(&script).expect("a script"), b"echo 1;\n  if (\n");
    std::fs::write(folder.path().join("mailstop.toml"), "[format]\nwidht = 2\n").expect("a file");
    let (_, err) = run(folder.path(), &["fmt", "a.hsl"], 3);
    assert!(err.contains("mailstop.toml") && err.contains("line 2"), "{err}");
}
