//! `mailstop hsh` with a script.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Stdio};

use crate::{command, folder, run};

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().expect("below the folder")).expect("folders");
    std::fs::write(path, text).expect("a file");
}

/// Runs the command with this text as its input.
fn fed(folder: &Path, arguments: &[&str], input: &str) -> String {
    let mut child = started(folder, arguments);
    let mut stdin = child.stdin.take().expect("piped");
    stdin.write_all(input.as_bytes()).expect("read by the script");
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn started(folder: &Path, arguments: &[&str]) -> Child {
    let mut command = command(folder, arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("the command starts")
}

#[test]
fn code_files_and_input_run() {
    let folder = folder();
    let here = folder.path();
    write(here, "a.hsl", "#!/usr/bin/env -S mailstop hsh\necho \"file\";");
    assert_eq!(run(here, &["hsh", "-e", "echo 6 * 7; echo [1];"], 0).0, "42\n[0=>1]\n");
    assert_eq!(run(here, &["hsh", "a.hsl"], 0).0, "file\n");
    assert_eq!(fed(here, &["hsh", "-"], "echo \"dash\";"), "dash\n");
    assert_eq!(fed(here, &["hsh"], "echo \"pipe\";"), "pipe\n");
    assert_eq!(run(here, &["hsh", "-e", ""], 0), (String::new(), String::new()));
}

#[test]
fn a_script_can_be_a_command() {
    let folder = folder();
    let mailstop = env!("CARGO_BIN_EXE_mailstop");
    let path = folder.path().join("tool");
    write(folder.path(), "tool", &format!("#!/usr/bin/env -S {mailstop} hsh\necho $argv[1:];"));
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("executable");
    let output = std::process::Command::new(&path).args(["a", "--time"]).output().expect("it runs");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "[0=>\"a\",1=>\"--time\"]\n");
}

#[test]
fn arguments_reach_the_script() {
    let folder = folder();
    let here = folder.path();
    write(here, "a.hsl", "import { first } from \"m.hsl\"; echo $argv; echo first();");
    write(here, "m.hsl", "function first() { global $argv; return $argv[1] ?? none; }");
    let (out, _) = run(here, &["hsh", "a.hsl", "--", "x", "-e", "--"], 0);
    assert_eq!(out, "[0=>\"a.hsl\",1=>\"x\",2=>\"-e\",3=>\"--\"]\nx\n");
    let (out, _) = run(here, &["hsh", "-e", "echo $argv;", "--", "--help"], 0);
    assert_eq!(out, "[0=>\"-e\",1=>\"--help\"]\n");
    // A script may have a variable of that name.
    assert_eq!(run(here, &["hsh", "-e", "$argv = 1; echo $argv;"], 0).0, "1\n");
}

#[test]
fn exit_codes_tell_how_it_ended() {
    let folder = folder();
    let here = folder.path();
    run(here, &["hsh", "-e", "return 5;"], 0);
    run(here, &["hsh", "-e", "throw \"x\";"], 1);
    run(here, &["hsh", "-e", "nope();"], 3);
    run(here, &["hsh", "-e", "echo (;"], 3);
    run(here, &["hsh", "missing.hsl"], 2);
    run(here, &["hsh", "."], 2);
    run(here, &["hsh", "--rootpath", "missing", "-e", ""], 2);
    run(here, &["hsh", "--nope"], 2);
    run(here, &["hsh", "--memory", "lots", "-e", ""], 2);
}

#[test]
fn what_was_printed_before_an_exception_stays() {
    let folder = folder();
    let code = "echo 1; function f() { throw \"no\"; }\nf();";
    let (out, err) = run(folder.path(), &["hsh", "-e", code], 1);
    assert_eq!(out, "1\n");
    insta::assert_snapshot!(err.trim_end(), @r#"
    error: uncaught exception: no
     --> -e:1:24
      |
    1 | echo 1; function f() { throw "no"; }
      |                        ^^^^^^^^^^^
      |
      = note: in f at -e:1:24
      = note: in -e at -e:2:1
    "#);
}

#[test]
fn limits_end_a_script_with_their_own_error() {
    let folder = folder();
    let limited = |flag: &str, value: &str, code: &str| {
        run(folder.path(), &["hsh", flag, value, "-e", code], 1).1
    };
    for (flag, value, code) in [
        ("--fuel", "1000", "forever { }"),
        ("--deadline", "0.05", "forever { }"),
        ("--memory", "1M", "$a = []; forever { $a[] = \"x\"; }"),
    ] {
        let err = limited(flag, value, &format!("try {{ {code} }} catch ($e) {{ echo 1; }}"));
        assert!(err.starts_with("error: ") && err.contains("-e:1:"), "{flag}: {err}");
        assert!(!err.contains("uncaught"), "{flag}: {err}");
    }
    // One call too deep is an exception like any other.
    let code = "function f($n) { return f($n + 1); } try { f(1); } catch ($e) { echo \"deep\"; }";
    let (out, _) = run(folder.path(), &["hsh", "--call-depth", "10", "-e", code], 0);
    assert_eq!(out, "deep\n");
}

#[test]
fn a_reader_that_goes_away_ends_the_script_quietly() {
    let folder = folder();
    let mut child = started(folder.path(), &["hsh", "-e", "forever { echo \"y\"; }"]);
    let mut line = String::new();
    let mut reader = BufReader::new(child.stdout.take().expect("piped"));
    reader.read_line(&mut line).expect("a line");
    drop(reader);
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(line, "y\n");
    assert_eq!((output.status.code(), &output.stderr[..]), (Some(0), &b""[..]));
}

#[test]
fn output_that_is_lost_is_a_failure() {
    let folder = folder();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("Linux has it");
    let mut command = command(folder.path(), &["hsh", "-e", "echo 1;"]);
    let output = command.stdout(full).output().expect("it runs");
    let err = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{err}");
    assert!(err.contains("cannot write the output"), "{err}");
}

#[test]
fn output_is_written_before_the_script_waits() {
    let folder = folder();
    // The script waits for a day; what it printed must be there.
    let mut child = started(folder.path(), &["hsh", "-e", "echo \"before\"; sleep(86400);"]);
    let mut line = String::new();
    let mut reader = BufReader::new(child.stdout.take().expect("piped"));
    reader.read_line(&mut line).expect("a line");
    assert_eq!(line, "before\n");
    interrupt(&child);
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
}

#[test]
fn ctrl_c_ends_a_script_that_computes() {
    let folder = folder();
    let mut child = started(folder.path(), &["hsh", "-e", "echo \"on\"; forever { }"]);
    let mut first = [0; 3];
    child.stdout.as_mut().expect("piped").read_exact(&mut first).expect("a line");
    interrupt(&child);
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
}

fn interrupt(child: &Child) {
    let id = child.id().to_string();
    let sent = std::process::Command::new("kill").args(["-INT", &id]).status();
    assert!(sent.expect("kill is there").success());
}

#[test]
fn paths_start_at_the_root() {
    let folder = folder();
    let here = folder.path();
    write(here, "lib/m.hsl", "function f() { return \"root\"; }");
    write(here, "lib/d.txt", "text");
    write(
        here,
        "app/main.hsl",
        "import { f } from \"file://m.hsl\"; import { f as g } from \"m.hsl\"; \
           import $d from \"d.txt\"; echo [f(), g(), $d, File(\"d.txt\")->read()];",
    );
    let all = "[0=>\"root\",1=>\"root\",2=>\"text\",3=>\"text\"]\n";
    assert_eq!(run(here, &["hsh", "--rootpath", "lib", "app/main.hsl"], 0).0, all);
    let (_, err) = run(here, &["hsh", "app/main.hsl"], 3);
    assert!(err.contains("HSL1004"), "{err}");
    write(here, "app/m.hsl", "function f() { return \"beside\"; }");
    let code = "import { f } from \"./m.hsl\"; echo f();";
    write(here, "app/b.hsl", code);
    assert_eq!(run(here, &["hsh", "--rootpath", "lib", "app/b.hsl"], 0).0, "beside\n");
}

#[test]
fn nothing_above_the_root_is_imported() {
    let folder = folder();
    let here = folder.path();
    write(here, "secret.hsl", "function f() { return \"secret\"; }");
    write(here, "lib/m.hsl", "import { f } from \"./../secret.hsl\"; function g() { return f(); }");
    write(
        here,
        "lib/deep/n.hsl",
        "import { f } from \"./../inner.hsl\"; function g() { return f(); }",
    );
    write(here, "lib/inner.hsl", "function f() { return \"inner\"; }");
    let absolute = format!("{}/secret.hsl", here.display());
    for path in ["../secret.hsl", "file://../secret.hsl", "./../secret.hsl", &absolute] {
        write(here, "lib/a.hsl", &format!("import {{ f }} from \"{path}\"; echo f();"));
        write(here, "lib/b.hsl", &format!("include \"{path}\"; echo f();"));
        for script in ["lib/a.hsl", "lib/b.hsl"] {
            let (out, err) = run(here, &["hsh", "--rootpath", "lib", script], 3);
            assert!(out.is_empty() && err.contains("HSL1004"), "{path}: {out} {err}");
        }
    }
    let code = "import { g } from \"m.hsl\"; echo g();";
    let (_, err) = run(here, &["hsh", "--rootpath", "lib", "-e", code], 3);
    assert!(err.contains("out of the script root"), "{err}");
    write(here, "app/c.hsl", "import { f } from \"./../lib/inner.hsl\"; echo f();");
    assert_eq!(run(here, &["hsh", "--rootpath", "lib", "app/c.hsl"], 0).0, "inner\n");
    let code = "import { g } from \"deep/n.hsl\"; echo g();";
    assert_eq!(run(here, &["hsh", "--rootpath", "lib", "-e", code], 0).0, "inner\n");
}

#[test]
fn a_configuration_brings_its_files() {
    let folder = folder();
    let here = folder.path();
    write(
        here,
        "app.yaml",
        "version: \"6.0\"\nscripting:\n  files:\n    - id: lib/a.hsl\n      data: |\n        import { b } from \"./b.hsl\"; function a() { return \"a\" . b(); }\n    - id: lib/b.hsl\n      data: function b() { return \"b\"; }\n    - id: list.txt\n      data: listed\n    - id: out.txt\n      path: outside.txt\n",
    );
    write(here, "outside.txt", "by path");
    write(here, "disk.hsl", "function d() { return \"disk\"; }");
    write(
        here,
        "s.hsl",
        "import { a } from \"lib/a.hsl\"; import { d } from \"file://disk.hsl\"; \
           import $l from \"list.txt\"; import $o from \"out.txt\"; \
           echo [a(), d(), $l, $o, File(\"list.txt\")->read()];",
    );
    let (out, _) = run(here, &["hsh", "-A", "app.yaml", "s.hsl"], 0);
    assert_eq!(out, "[0=>\"ab\",1=>\"disk\",2=>\"listed\",3=>\"by path\",4=>\"listed\"]\n");
    // What is only on disk is no file of the configuration.
    let code = "import { d } from \"disk.hsl\"; echo d();";
    let (_, err) = run(here, &["hsh", "-A", "app.yaml", "-e", code], 3);
    assert!(err.contains("HSL1004"), "{err}");
    write(here, "bad.yaml", "version: \"6.0\"\nscripting:\n  files: 5\n");
    let (_, err) = run(here, &["hsh", "-A", "bad.yaml", "-e", ""], 3);
    assert!(err.contains("bad.yaml:3:") && err.contains("cannot be used"), "{err}");
    run(here, &["hsh", "-A", "none.yaml", "-e", ""], 2);
}

#[test]
fn keys_of_the_running_file_sign_by_their_ids() {
    let folder = folder();
    let here = folder.path();
    let indented = |text: &str| text.trim_end().replace('\n', "\n          ");
    let key = indented(include_str!("../../../crates/hsl-std/tests/data/rsa.key"));
    let certificate = indented(include_str!("../../../crates/hsl-std/tests/data/rsa.crt"));
    let config = format!(
        "version: \"6.0\"\npki:\n  private:\n    - id: mx\n      certificate:\n        data: |\n          {certificate}\n      \
         privatekey:\n        data: |\n          {key}\n"
    );
    write(here, "app.yaml", &config);
    let code = r#"
        $options = ["id" => true, "return_header" => true];
        $mail = MailMessage::String("From: a@b.example\r\n\r\nx\r\n");
        echo length($mail->signDKIM("s", "b.example", "mx", $options)) > 400;
        echo $mail->signDKIM("s", "b.example", "other", $options) === none;
        $mime = MIME()->addHeader("From", "a@b.example")->setBody("x");
        echo str_find($mime->signDKIM("s", "b.example", "mx", ["id" => true])->toString(), "DKIM-Signature:") === 0;
        try { $mime->signDKIM("s", "b.example", "other", ["id" => true]); echo "signed"; }
        catch ($e) { echo "refused"; }
    "#;
    write(here, "s.hsl", code);
    let (out, _) = run(here, &["hsh", "-A", "app.yaml", "s.hsl"], 0);
    assert_eq!(out, "true\ntrue\ntrue\nrefused\n");
}

#[test]
fn programs_can_be_looked_at() {
    let folder = folder();
    let code = "function add($a) { return $a + 1; } echo add(41);";
    let (out, _) = run(folder.path(), &["hsh", "--disassemble", "-e", code], 0);
    assert!(!out.lines().any(|line| line == "42"), "it does not run");
    // Which instructions there are may change; which functions and places may not.
    let shape: Vec<_> = out.lines().filter(|line| line.starts_with("function")).collect();
    assert_eq!(shape.len(), 2, "{out}");
    for part in ["-e", "add", "params=1..1", "@ -e:1:27", "@ -e:1:42", "main "] {
        assert!(out.contains(part), "{part}: {out}");
    }
    run(folder.path(), &["hsh", "--disassemble", "-e", "echo (;"], 3);
}

#[test]
fn time_is_told_step_by_step() {
    let folder = folder();
    let (out, err) = run(folder.path(), &["hsh", "--time", "-e", "echo 1;"], 0);
    assert_eq!(out, "1\n");
    let rows: Vec<_> =
        err.lines().map(|line| line.trim_end_matches(|c: char| !c.is_alphabetic())).collect();
    assert_eq!(
        rows,
        [
            "time in ms                wall         cpu",
            "read",
            "parse and analyze",
            "compile",
            "load",
            "run",
            "together"
        ]
    );
    for line in err.lines().skip(1) {
        let figures: Vec<_> = line.split_whitespace().rev().take(2).collect();
        assert!(figures.iter().all(|figure| figure.parse::<f64>().is_ok()), "{line}");
    }
}

/// The C library that this test runs on.
fn c_library() -> String {
    let maps = std::fs::read_to_string("/proc/self/maps").expect("Linux");
    let mut paths = maps.lines().filter_map(|line| line.find('/').map(|at| &line[at..]));
    let library = paths.find(|path| path.ends_with("/libc.so.6"));
    library.expect("the command is linked to the C library").to_owned()
}

#[test]
fn libraries_of_the_startup_file_can_be_loaded() {
    let folder = folder();
    let here = folder.path();
    let script = "echo [FFI(\"libc.so.6\")->symbol(\"environ\") === none];";
    write(
        here,
        "smtpd.yaml",
        &format!("version: \"6.10\"\nscripting: {{ffilibraries: [{}]}}\n", c_library()),
    );
    write(here, "none.yaml", "version: \"6.10\"\nscripting: {}\n");
    write(here, "broken.yaml", "version: \"6.10\"\nscripting: {ffilibraries: 5}\n");
    assert_eq!(run(here, &["hsh", "-c", "smtpd.yaml", "-e", script], 0).0, "[0=>false]\n");
    let other = "FFI(\"/usr/lib/other.so\");";
    for (arguments, code, said) in [
        (&["hsh", "-e", script][..], 1, "scripting.ffilibraries"),
        (&["hsh", "-c", "none.yaml", "-e", script], 1, "scripting.ffilibraries"),
        (&["hsh", "-c", "smtpd.yaml", "-e", other], 1, "scripting.ffilibraries"),
        (&["hsh", "-c", "missing.yaml", "-e", script], 2, "cannot read missing.yaml"),
        (&["hsh", "-c", "broken.yaml", "-e", script], 3, "broken.yaml cannot be used"),
    ] {
        let (_, err) = run(here, arguments, code);
        assert!(err.contains(said), "{arguments:?}: {err}");
    }
}
