//! Published vectors: programs under `vectors/`, each of whose printing lines says what it prints.

mod support;

use std::fs;
use std::path::Path;

/// The differences between what a program prints and what its comments say.
fn differences(text: &str) -> Vec<String> {
    let printing = text.lines().filter(|line| line.contains("echo "));
    let expected =
        printing.map(|line| line.rsplit_once(" //").map(|(code, text)| (code, text.trim())));
    let Some(expected) = expected.collect::<Option<Vec<_>>>() else {
        return vec!["a line that prints has no comment".into()];
    };
    let printed = match support::run(text) {
        Ok(printed) => printed,
        Err(error) => return vec![error],
    };
    if printed.len() != expected.len() {
        return vec![format!("{} lines instead of {}", printed.len(), expected.len())];
    }
    let pairs = expected.iter().zip(&printed);
    let different = pairs.filter(|((_, expect), printed)| expect != &printed.trim());
    different
        .map(|((code, expect), printed)| format!("{code}\n    {expect}\n    {printed}"))
        .collect()
}

#[test]
fn programs_print_what_they_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let mut failures = Vec::new();
    let mut count = 0;
    for entry in fs::read_dir(&folder).expect("is there") {
        let path = entry.expect("is readable").path();
        if path.extension().is_none_or(|extension| extension != "hsl") {
            continue;
        }
        let text = fs::read_to_string(&path).expect("is text");
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        count += 1;
        failures.extend(differences(&text).into_iter().map(|text| format!("{name}: {text}")));
    }
    assert!(count > 0, "vectors are missing");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
