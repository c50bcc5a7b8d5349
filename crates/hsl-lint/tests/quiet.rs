//! Rules are quiet about programs that do nothing wrong: in the programs of the language's suite that
//! compile, in the examples, and in those of the documentation, they find what `quiet.txt` lists and
//! nothing else. Each line there was looked at; these programs do it on purpose.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use hsl_analysis::{MemorySources, Unit, analyze};
use hsl_decl::Hook;
use testkit::Expect;

/// Name of a program of the suite.
const MAIN: &str = "main.hsl";

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// What rules find in a program: name and text.
fn found(sources: &MemorySources, entry: &str, unit: &Unit<'_>) -> Vec<String> {
    let resolved = analyze(sources, entry, unit);
    if resolved.has_errors() {
        return Vec::new();
    }
    let files = &resolved.program.files;
    let shown = hsl_lint::lint(&resolved, unit).into_iter().map(|finding| {
        let file = files.iter().find(|file| file.name == finding.file).expect("a file");
        let text = &file.text[finding.span.range(file.text.len())];
        let text = String::from_utf8_lossy(text).split_whitespace().collect::<Vec<_>>().join(" ");
        let text: String = text.chars().take(60).collect();
        format!("{}: {text}", finding.code.name)
    });
    shown.collect()
}

fn in_the_suite() -> (usize, BTreeSet<String>) {
    let (mut count, mut all) = (0, BTreeSet::new());
    for case in testkit::cases(&repository().join("tests/language")) {
        if case.expect == Expect::CompileError {
            continue;
        }
        let mut sources = MemorySources::new().with(MAIN, &case.source);
        case.files.iter().for_each(|(file, text)| sources.insert(file, text));
        let unit = Unit::new(None, mta_hooks::catalog());
        let mut found = found(&sources, MAIN, &unit);
        // Cases of the suite are short, and their lines long.
        found.retain(|finding| !finding.starts_with("size-limits"));
        all.extend(found.into_iter().map(|finding| format!("{} {finding}", case.place)));
        count += 1;
    }
    (count, all)
}

/// The scripts of every example: those of hooks, then what they import, then tests.
fn in_the_examples() -> (usize, BTreeSet<String>) {
    let (mut count, mut all) = (0, BTreeSet::new());
    for example in folders(&repository().join("examples")) {
        let files = files(&example);
        let mut sources = MemorySources::new();
        for file in &files {
            let name = name(&example, file);
            sources.insert(&name, std::fs::read(file).expect("a text"));
        }
        let scripts = files.iter().filter(|file| file.extension().is_some_and(|e| e == "hsl"));
        for script in scripts {
            let name = name(&example, script);
            let hook = name.strip_prefix("hooks/").and_then(|rest| rest.split('/').next());
            let unit = match hook.and_then(Hook::from_name) {
                Some(hook) => Unit::new(Some(hook), mta_hooks::catalog()),
                None => Unit::library(mta_hooks::catalog()),
            };
            let found = found(&sources, &name, &unit);
            all.extend(found.into_iter().map(|finding| format!("{name} {finding}")));
            count += 1;
        }
    }
    (count, all)
}

/// Scripts as they are written for real servers; the name of a file ends with its hook.
fn in_the_policies() -> (usize, BTreeSet<String>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/policies");
    let (mut count, mut all) = (0, BTreeSet::new());
    for path in entries(&folder) {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let hook = name.split('.').nth(1).and_then(Hook::from_name).expect("a hook");
        let text = std::fs::read(&path).expect("a script");
        let sources = MemorySources::new().with(MAIN, text);
        let unit = Unit::new(Some(hook), mta_hooks::catalog());
        let resolved = analyze(&sources, MAIN, &unit);
        assert!(!resolved.has_errors(), "{name}: {:?}", resolved.diagnostics);
        let found = found(&sources, MAIN, &unit);
        all.extend(found.into_iter().map(|finding| format!("policies/{name} {finding}")));
        count += 1;
    }
    (count, all)
}

/// The examples of the library's and the hooks' documentation, and the good programs of all pages.
fn in_the_pages() -> (usize, BTreeSet<String>) {
    let catalog = mta_hooks::catalog();
    let mut programs: Vec<(String, Option<Hook>, String)> = Vec::new();
    let mut add = |of: &str, hook: Option<Hook>, docs: hsl_decl::Docs| {
        programs.extend(docs.examples().map(|text| (of.to_owned(), hook, text.to_owned())));
    };
    catalog.functions().for_each(|f| add(f.name, None, f.docs));
    let methods = catalog.classes().flat_map(|class| class.methods);
    methods.for_each(|f| add(f.name, None, f.docs));
    for decl in catalog.hooks() {
        let place = |f: &hsl_decl::Function| format!("{} {}", decl.hook, f.name);
        decl.verdicts.iter().for_each(|f| add(&place(f), Some(decl.hook), f.docs));
    }
    for lint in hsl_lint::ALL {
        let page = hsl_decl::Docs(lint.code.page().leak());
        let good = page.section("Good").unwrap_or_default().split("```hsl").skip(1);
        programs.extend(good.filter_map(|block| {
            let (info, rest) = block.split_once('\n')?;
            let text = rest.split("```").next()?.to_owned();
            Some((format!("{} good", lint.code.name), Hook::from_name(info.trim()), text))
        }));
    }
    let mut all = BTreeSet::new();
    for (place, hook, text) in &programs {
        let unit = Unit::new(*hook, catalog);
        let mut found = found(&MemorySources::new().with(MAIN, text.as_str()), MAIN, &unit);
        // Examples of the library are one call each, with an input that cannot fail.
        found.retain(|finding| !finding.starts_with("unchecked-none") || place.ends_with(" good"));
        found.retain(|finding| !finding.starts_with("size-limits"));
        all.extend(found.into_iter().map(|finding| format!("{place} {finding}")));
    }
    (programs.len(), all)
}

/// As scripts import it: `policy.hsl` for `src/files/policy.hsl`.
fn name(example: &Path, file: &Path) -> String {
    let path = file.strip_prefix(example).expect("inside");
    let path = path.strip_prefix("src").unwrap_or(path);
    path.strip_prefix("files").unwrap_or(path).to_string_lossy().into_owned()
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    entries(folder).into_iter().filter(|path| path.is_dir()).collect()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut entries: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    entries.sort();
    entries
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let (mut found, mut open) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = open.pop() {
        for path in entries(&folder) {
            if path.is_dir() { open.push(path) } else { found.push(path) }
        }
    }
    found
}

#[test]
fn programs_that_do_nothing_wrong_are_left_alone() {
    let ((programs, in_suite), (scripts, in_examples)) = (in_the_suite(), in_the_examples());
    assert!(programs > 400 && scripts > 3, "only {programs} programs and {scripts} scripts");
    let (pages, in_pages) = in_the_pages();
    assert!(pages > 300, "only {pages} programs of pages");
    let (policies, in_policies) = in_the_policies();
    assert!(policies >= 10, "only {policies} policies");
    let found = [in_suite, in_examples, in_pages, in_policies];
    let found: BTreeSet<_> = found.into_iter().flatten().collect();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/quiet.txt");
    let list = std::fs::read_to_string(&path).expect("the list");
    let list = list.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let reviewed: BTreeSet<_> = list.map(str::to_owned).collect();
    let new: Vec<_> = found.difference(&reviewed).cloned().collect();
    let gone: Vec<_> = reviewed.difference(&found).cloned().collect();
    let (new, gone) = (new.join("\n"), gone.join("\n"));
    assert!(new.is_empty() && gone.is_empty(), "new:\n{new}\ngone:\n{gone}");
}
