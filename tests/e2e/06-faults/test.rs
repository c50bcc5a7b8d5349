//! Every fault of `tests/faults/*.md` is shown as its block says, byte for byte.
//!
//! A section holds a program (`hsl`, run by `mailstop hsh`; `hsl hook=NAME`, checked as a script of
//! the sample project), files it needs (`hsl-file:NAME`), and what the command writes: `text` or
//! `json`. `UPDATE=1` fills those in; read the difference before it is kept.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tests::Project;

use crate::MAILSTOP;

/// A fenced block, with the offsets of its text in the file.
struct Block {
    tag: String,
    start: usize,
    end: usize,
}

#[test]
fn faults_are_shown_as_written() {
    let update = std::env::var_os("UPDATE").is_some();
    let mut wrong = String::new();
    let mut count = 0;
    for path in suite() {
        let mut markdown = fs::read_to_string(&path).expect("a readable file");
        for title in titles(&markdown) {
            count += 1;
            let section = section(&markdown, &title);
            let shown = show(&markdown, &section);
            let expected = section.last().unwrap_or_else(|| panic!("{title} has no block"));
            let range = expected.start..expected.end;
            if markdown[range.clone()] != shown {
                wrong += &format!(
                    "{title}\n--- written\n{}--- shown\n{shown}\n",
                    &markdown[range.clone()]
                );
                markdown.replace_range(range, &shown);
            }
        }
        if update {
            fs::write(&path, markdown).expect("a writable file");
        }
    }
    assert!(count >= 80, "{count} faults");
    assert!(update || wrong.is_empty(), "{wrong}");
}

fn suite() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/faults");
    let entries = fs::read_dir(&folder).expect("tests/faults");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths
}

fn titles(markdown: &str) -> Vec<String> {
    markdown.lines().filter_map(|line| line.strip_prefix("## ")).map(str::to_owned).collect()
}

/// The blocks below a title.
fn section(markdown: &str, title: &str) -> Vec<Block> {
    let heading = format!("## {title}\n");
    let from = markdown.find(&heading).expect("the title") + heading.len();
    let to = markdown[from..].find("\n## ").map_or(markdown.len(), |at| from + at + 1);
    let mut blocks = Vec::new();
    let mut open: Option<(String, usize)> = None;
    let mut at = from;
    for line in markdown[from..to].split_inclusive('\n') {
        match (&open, line.strip_prefix("```").map(str::trim_end)) {
            (None, Some(tag)) => open = Some((tag.to_owned(), at + line.len())),
            (Some((tag, start)), Some("")) => {
                blocks.push(Block { tag: tag.clone(), start: *start, end: at });
                open = None;
            }
            _ => {}
        }
        at += line.len();
    }
    blocks
}

/// What the command writes about the program of a section.
fn show(markdown: &str, section: &[Block]) -> String {
    let text = |block: &Block| markdown[block.start..block.end].to_owned();
    let files = section
        .iter()
        .filter_map(|block| Some((block.tag.strip_prefix("hsl-file:")?.to_owned(), text(block))));
    let program = section.iter().find(|block| block.tag.split(' ').next() == Some("hsl"));
    let program = program.expect("a program");
    let as_json = section.last().is_some_and(|block| block.tag == "json");
    match program.tag.strip_prefix("hsl hook=") {
        Some(hook) => {
            let project = Project::copy_of("examples/starter");
            files.for_each(|(name, text)| project.write(&name, &text));
            // The fault takes the place of a script that reads what another one writes.
            project.write("mailstop.toml", "[lint.rules]\ncontext-never-read = \"off\"\n");
            project.write(&format!("src/hooks/{hook}/default.hsl"), &text(program));
            let format = if as_json { "json" } else { "text" };
            output(project.path(), &["check", "--format", format], as_json)
        }
        None => {
            let folder = tempfile::tempdir().expect("a folder");
            let all = files.chain([("main.hsl".to_owned(), text(program))]);
            all.for_each(|(name, text)| {
                fs::write(folder.path().join(name), text).expect("a file");
            });
            output(folder.path(), &["hsh", "main.hsl"], false)
        }
    }
}

/// What a command writes, and its exit code.
fn output(folder: &Path, args: &[&str], from_stdout: bool) -> String {
    let output = Command::new(MAILSTOP).args(args).current_dir(folder).output();
    let Output { status, stdout, stderr } = output.expect("the command runs");
    let shown = if from_stdout { stdout } else { stderr };
    let shown = String::from_utf8_lossy(&shown).into_owned();
    let mut lines = String::new();
    let mut again = 0;
    for line in shown.lines().map(str::trim_end) {
        // A deep recursion has the same line a hundred times.
        if !line.is_empty() && lines.lines().last() == Some(line) {
            again += 1;
            continue;
        }
        lines += &repeated(std::mem::take(&mut again));
        lines += &format!("{line}\n");
    }
    lines += &repeated(again);
    let code = status.code().unwrap_or(-1);
    format!("{}\nexit {code}\n", lines.trim_end()).trim_start().to_owned()
}

fn repeated(times: usize) -> String {
    if times > 0 { format!("  … and {times} times more\n") } else { String::new() }
}
