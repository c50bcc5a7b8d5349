//! Places of packed files and of what they were packed from.

use mta_project::{PackedFile, PackedView, Snapshot};

const RUNNING: &str = "src/config/smtpd-app.yaml";
const HOOK: &str = "src/hooks/eod/in.hsl";
const LIBRARY: &str = "src/files/lib.hsl";

fn project() -> Snapshot {
    let mut snapshot = Snapshot::new();
    let startup = "version: \"6.0\"\nservers: [{ id: a, listeners: [{ port: 2525 }] }]\n";
    snapshot.insert("src/config/smtpd.yaml", startup.as_bytes());
    let running = "# ours\nversion: \"6.0\"\nservers: [{ id: a, phases: { eod: { hook: in } } }]\n";
    snapshot.insert(RUNNING, running.as_bytes());
    let script = "import { f } from \"lib.hsl\";\nif (f()) {\n  Accept();\n}\n";
    snapshot.insert(HOOK, script.as_bytes());
    snapshot.insert(LIBRARY, *b"\nfunction f() { return true; }\n");
    snapshot
}

#[track_caller]
fn check(view: &PackedView, snapshot: &Snapshot, file: &str, word: &str) {
    let text = String::from_utf8_lossy(snapshot.text(file).expect("a file")).into_owned();
    let at = text.find(word).expect("the word") + 1;
    let packed = view.packed(file, at).unwrap_or_else(|| panic!("{word} is packed")).start as usize;
    assert!(view.text[packed - 1..].starts_with(word), "{}", &view.text[packed - 1..]);
    let (back, place) = view.source(packed).expect("a source");
    assert_eq!((&**back, place.start as usize), (file, at));
}

#[test]
fn places_lead_there_and_back() {
    let snapshot = project();
    let view = PackedView::of(&snapshot, PackedFile::Running).expect("a packed project");
    for word in ["servers", "phases", "eod"] {
        check(&view, &snapshot, RUNNING, word);
    }
    check(&view, &snapshot, HOOK, "import");
    check(&view, &snapshot, HOOK, "Accept");
    // The text begins with an empty line and is quoted: it leads to the file.
    let quoted = view.text.find("return true").expect("the library");
    let (file, place) = view.source(quoted).expect("a source");
    assert_eq!((&**file, place.start), (LIBRARY, 0));
    let startup = PackedView::of(&snapshot, PackedFile::Startup).expect("a packed project");
    check(&startup, &snapshot, "src/config/smtpd.yaml", "listeners");
}

#[test]
fn what_is_wrong_is_not_packed() {
    let mut snapshot = project();
    snapshot.insert(HOOK, *b"nowhere();\n");
    let found = PackedView::of(&snapshot, PackedFile::Running).expect_err("findings");
    assert!(found.iter().any(|finding| finding.is_error() && *finding.file == *HOOK));
}
