//! A folder is scanned, checked and packed.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

use hsl_lint::Levels;
use mta_project::{
    Project, ProjectError, Snapshot, ToolSettings, check, check_with_advice, pack, packed_sources,
};
use tempfile::TempDir;

const STARTUP: &str = "version: \"6.10\"\nservers: [{id: in, listeners: [{port: 25}]}]\n";
const RUNNING: &str = "version: \"6.10\"
servers:
  - id: in
    phases:
      rcptto: {hook: {id: default, recipientdomains: {a.example: sub/vip, b.example: sub/vip}}}
      eod: {hook: default}
      connect: {hook: default}
";

fn project(files: &[(&str, &[u8])]) -> (TempDir, Project) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        fs::write(path, text).expect("a file");
    }
    let project = Project::open(folder.path()).expect("a project");
    (folder, project)
}

fn complete() -> Vec<(&'static str, &'static [u8])> {
    vec![
        ("src/config/smtpd.yaml", STARTUP.as_bytes()),
        ("src/config/smtpd-app.yaml", RUNNING.as_bytes()),
        ("src/hooks/connect/default.hsl", b"Accept();\n"),
        ("src/hooks/rcptto/default.hsl", b"Accept();\n"),
        ("src/hooks/rcptto/sub/vip.hsl", b"Accept();\n"),
        ("src/hooks/eod/default.hsl", b"Accept();\n"),
        ("src/hooks/queue/predelivery.hsl", b"Try();\n"),
        ("src/files/b.hsl", b"$x = 1;"),
        ("src/files/a/list.txt", b"one\ntwo\n"),
        ("src/files/a/image", b"\xff\x00\xfe"),
        ("src/files/.hidden", b"no"),
        ("src/files/.git/config", b"no"),
    ]
}

fn findings(snapshot: &Snapshot) -> Vec<String> {
    let found = check(snapshot, false).diagnostics;
    found.iter().map(|f| format!("{} {} {}", f.file, f.code.id, f.message)).collect()
}

#[test]
fn packing_keeps_order_and_adds_only_what_is_used() {
    let (_folder, project) = project(&complete());
    let bundle = pack(&project.scan(), true).expect("a valid project");
    insta::assert_snapshot!(bundle.running, @r#"
    version: "6.10"
    servers:
      - id: in
        phases:
          rcptto:
            hook:
              id: default
              recipientdomains:
                a.example: sub/vip
                b.example: sub/vip
          eod:
            hook: default
          connect:
            hook: default
    scripting:
      hooks:
        connect:
          - id: default
            data: |
              Accept();
        rcptto:
          - id: default
            data: |
              Accept();
          - id: sub/vip
            data: |
              Accept();
        eod:
          - id: default
            data: |
              Accept();
        predelivery: |
          Try();
      files:
        - id: a/image
          data: "/wD+"
          binary: true
        - id: a/list.txt
          data: |
            one
            two
        - id: b.hsl
          data: "$x = 1;"
    "#);
    assert_eq!(bundle, pack(&project.scan(), true).expect("the same again"));
}

#[test]
fn a_packed_file_gives_the_same_texts_under_the_same_names() {
    let (_folder, project) = project(&complete());
    let snapshot = project.scan();
    let bundle = pack(&snapshot, true).expect("a valid project");
    let file = Arc::from("smtpd-app.yaml");
    let loaded = mta_config::load_running(&file, bundle.running.as_bytes(), true);
    let running = loaded.value.expect("what was packed is valid");
    let refused = |_: &Path| Err(io::ErrorKind::NotFound.into());
    let unpacked = packed_sources(&file, &running, refused);
    let expected: Vec<_> =
        snapshot.files().filter(|(name, _)| !name.starts_with("src/config")).collect();
    assert_eq!(unpacked.files().collect::<Vec<_>>(), expected);
}

#[test]
fn scripts_without_hook_and_hooks_without_script_are_found() {
    let mut files = complete();
    files.retain(|(name, _)| !name.ends_with("eod/default.hsl"));
    files.push(("src/hooks/eod/defualt.hsl", b"Accept();\n"));
    files.push(("src/hooks/predelivery/default.hsl", b"Try();\n"));
    let (_folder, project) = project(&files);
    let snapshot = project.scan();
    assert_eq!(
        findings(&snapshot),
        [
            "src/config/smtpd-app.yaml MS6004 there is no script src/hooks/eod/default.hsl",
            "src/hooks/eod/defualt.hsl MS6003 no server uses this script as its eod hook",
            "src/hooks/predelivery/default.hsl MS6003 this folder belongs to no hook",
        ]
    );
    assert!(pack(&snapshot, false).is_err());
}

#[test]
fn ignored_files_are_not_packed() {
    let mut files = complete();
    files.push(("src/files/.halonignore", b"*.txt\n/b.hsl\n"));
    files.push(("src/files/keep/b.hsl", b"1;"));
    let (_folder, project) = project(&files);
    let snapshot = project.scan();
    let names: Vec<_> = snapshot.below("src/files").map(|(name, _)| name.to_string()).collect();
    assert_eq!(names, ["src/files/a/image", "src/files/keep/b.hsl"]);
}

#[test]
fn packages_lie_among_the_files_and_are_not_the_project_s_to_improve() {
    let mut files = complete();
    files.retain(|(name, _)| !name.ends_with("eod/default.hsl"));
    files.extend([
        (
            "src/hooks/eod/default.hsl",
            &b"import { rank } from \"extras://ranks\";\nReject(rank());\n"[..],
        ),
        ("src/files/extras/ranks/main.hsl", b"import { rank } from \"./by.hsl\";\n"),
        (
            "src/files/extras/ranks/by.hsl",
            b"function rank() { return explode(\",\", \"a\")[0]; }\n",
        ),
    ]);
    let (folder, project) = project(&files);
    let shown = || {
        let settings = ToolSettings::holding(folder.path()).expect("settings");
        let shown = check_with_advice(&project.scan_tests(), true, &settings.lint).findings;
        shown.iter().map(|f| format!("{} {}", f.file, f.code.name)).collect::<Vec<_>>()
    };
    assert_eq!(shown(), Vec::<String>::new());
    let packed = pack(&project.scan(), true).expect("a valid project").running;
    assert!(packed.contains("id: extras/ranks/by.hsl"), "{packed}");
    let asked =
        "[[lint.paths]]\nfiles = [\"src/files/extras/**\"]\nrules = { deprecated = \"hint\" }\n";
    fs::write(folder.path().join(ToolSettings::FILE), asked).expect("a file");
    assert_eq!(shown(), ["src/files/extras/ranks/by.hsl deprecated"]);
}

#[test]
fn an_inline_hook_needs_no_file() {
    let running =
        format!("{RUNNING}scripting: {{hooks: {{eod: [{{id: default, data: \"Accept();\"}}]}}}}\n");
    let mut files = complete();
    files.retain(|(name, _)| !name.ends_with("eod/default.hsl") && !name.ends_with("app.yaml"));
    files.push(("src/config/smtpd-app.yaml", running.as_bytes()));
    let (_folder, project) = project(&files);
    assert_eq!(findings(&project.scan()), Vec::<String>::new());
}

#[test]
fn a_hook_that_is_not_utf8_is_refused_rather_than_changed() {
    let mut files = complete();
    files.retain(|(name, _)| !name.ends_with("eod/default.hsl"));
    files.push(("src/hooks/eod/default.hsl", b"echo \"\xe9\";\n"));
    let (_folder, project) = project(&files);
    let errors = pack(&project.scan(), false).expect_err("it cannot be packed");
    assert!(errors.iter().any(|f| f.is_error() && f.code.id == "HSL1105"), "{errors:?}");
}

#[test]
fn folders_that_are_no_project_are_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let empty = Project::open(folder.path());
    assert!(matches!(empty, Err(ProjectError::NotAProject(_))));
    let missing = Project::open(folder.path().join("x"));
    assert!(matches!(missing, Err(ProjectError::NoFolder(_))));
}

#[test]
fn a_project_is_found_from_inside() {
    let (folder, project) = project(&complete());
    let inside = folder.path().join("src/hooks/eod/default.hsl");
    let found = Project::holding(&inside).expect("the project above");
    assert_eq!(found.root(), project.root());
    let real = inside.canonicalize().expect("it exists");
    assert_eq!(found.name_of(&real).as_deref(), Some("src/hooks/eod/default.hsl"));
}

#[test]
fn links_that_lead_in_circles_end() {
    let (folder, project) = project(&complete());
    let link = folder.path().join("src/files/loop");
    std::os::unix::fs::symlink(folder.path().join("src/files"), link).expect("a link");
    let found = findings(&project.scan());
    let circles = found.iter().filter(|f| f.contains("src/files/loop: the link leads in a circle"));
    assert_eq!(circles.count(), 1, "{found:?}");
}

#[test]
fn a_list_reads_what_is_asked_for_and_keeps_it() {
    let (folder, project) = project(&complete());
    let name = "src/hooks/eod/default.hsl";
    let older = project.list();
    assert!(older.has_names_of(&older.clone()));
    let text = older.text(name).cloned().expect("a text");
    std::fs::write(folder.path().join(name), "Reject();").expect("a file");
    let mut newer = project.list();
    newer.keep(&older, |_| false);
    assert!(newer.has_names_of(&older));
    assert!(Arc::ptr_eq(newer.text(name).expect("a text"), &text));
    let mut newer = project.list();
    newer.keep(&older, |changed| changed == name);
    assert_eq!(newer.text(name).map(|text| &**text), Some(&b"Reject();"[..]));
    newer.remove(name);
    assert!(!newer.has_names_of(&older));
}

#[test]
fn advice_about_shared_files_shows_the_way_once() {
    let mut files = complete();
    files.push(("src/files/lib.hsl", b"function take() { Try(); }\n"));
    files.push(("src/hooks/rcptto/default.hsl", b"import { take } from \"lib.hsl\";\ntake();\n"));
    files.push(("src/hooks/eod/unused.hsl", b"import { take } from \"lib.hsl\";\ntake();\n"));
    let (_folder, project) = project(&files);
    let found = check_with_advice(&project.scan_tests(), false, &Levels::default()).findings;
    let found = found.iter().filter(|finding| &*finding.file == "src/files/lib.hsl");
    let shown: Vec<_> = found
        .map(|f| {
            let way = f.labels.iter().map(|label| format!(" / {} {}", label.file, label.message));
            format!("{} {}{}", f.code.id, f.message, way.collect::<String>())
        })
        .collect();
    insta::assert_snapshot!(shown.join("\n"), @"HSL2003 `Try` does not exist in the rcptto hook / src/hooks/rcptto/default.hsl called here");
}

const POLICY: &str = "src/config/smtpd-policy.yaml";
const SUSPEND: &str = "src/config/smtpd-suspend.yaml";

#[test]
fn policies_and_suspensions_are_packed_and_go_with_their_source() {
    let mut files = complete();
    let policies =
        b"# fast\nversion: \"6.10\"\npolicies: [{fields: [grouping], default: {rate: 5/1}}]\n";
    files.push((POLICY, policies));
    files.push((SUSPEND, b"# nothing yet\n"));
    let (folder, project) = project(&files);
    let bundle = pack(&project.scan(), true).expect("a valid project");
    insta::assert_snapshot!(bundle.policy.as_deref().expect("policies"), @r#"
    version: "6.10"
    policies:
      - fields:
          - grouping
        default:
          rate: 5/1
    "#);
    assert_eq!(bundle.suspend, None, "an empty file suspends nothing");
    let dist = folder.path().join("dist");
    let names = |written: Vec<std::path::PathBuf>| {
        let name =
            |path: std::path::PathBuf| path.file_name().map(|n| n.to_string_lossy().into_owned());
        written.into_iter().filter_map(name).collect::<Vec<_>>()
    };
    let written = names(Project::write(&bundle, &dist).expect("written"));
    assert_eq!(written, ["smtpd.yaml", "smtpd-app.yaml", "smtpd-policy.yaml", "digest"]);
    fs::remove_file(folder.path().join(POLICY)).expect("removed");
    let bundle = pack(&project.scan(), true).expect("a valid project");
    Project::write(&bundle, &dist).expect("written");
    assert!(!dist.join("smtpd-policy.yaml").exists(), "an old file would still be in force");
}

#[test]
fn policies_and_suspensions_are_checked_with_the_lists_of_the_running_file() {
    let mut files = complete();
    files.push((
        POLICY,
        b"version: \"6.10\"\npolicies:\n- fields: [jobid]\n  conditions: [{if: {jobid: \"@known\"}, \
          then: {concurrency: 0}}]\n",
    ));
    files.push((SUSPEND, b"version: \"6.10\"\nsuspends: [{jobid: \"@gone\"}, {}]\n"));
    let running = format!("{RUNNING}lists: [{{id: known, values: [a]}}]\n");
    files.push(("src/config/smtpd-app.yaml", running.as_bytes()));
    let (_folder, project) = project(&files);
    insta::assert_snapshot!(findings(&project.scan()).join("\n"), @r"
    src/config/smtpd-policy.yaml MS6001 `concurrency` must be at least 1; smtpd-suspend.yaml stops mail
    src/config/smtpd-suspend.yaml MS6001 `jobid`: there is no list `gone`
    ");
}
