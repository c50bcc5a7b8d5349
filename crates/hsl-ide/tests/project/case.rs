//! Reads cases and writes answers back.

use std::path::{Path, PathBuf};

use hsl_graph::{FileNo, Graph};
use mta_project::Snapshot;

use crate::{answer, complete};

/// Files of one section, and where the cursor is.
#[derive(Default)]
pub(crate) struct Case {
    snapshot: Snapshot,
    cursor: Option<(String, usize)>,
}

impl Case {
    fn add(&mut self, name: &str, text: &str) {
        if let Some(at) = text.find("$0") {
            self.cursor = Some((name.to_owned(), at));
        }
        self.snapshot.insert(name, text.replacen("$0", "", 1).into_bytes());
    }

    fn graph(&self) -> (Graph, FileNo, usize) {
        let graph = mta_project::graph(None, &self.snapshot, |_| None);
        let (name, offset) = self.cursor.clone().unwrap_or_default();
        let file = graph.file_named(&name).unwrap_or(FileNo(0));
        (graph, file, offset)
    }
}

/// Every case file of a folder.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the folder of cases").flatten();
    let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    paths.sort();
    paths
}

/// The text of a case file with the answers of today.
pub(crate) fn answered(markdown: &str, count: &mut usize) -> String {
    let mut out = String::new();
    let mut case = Case::default();
    let mut fence: Option<(String, String)> = None;
    for line in markdown.split_inclusive('\n') {
        let mark = line.strip_prefix("```").map(str::trim_end);
        match (&mut fence, mark) {
            (None, Some(tag)) => {
                fence = Some((tag.to_owned(), String::new()));
                out += line;
            }
            (Some((tag, text)), Some("")) => {
                match tag.strip_prefix("file ") {
                    Some(name) => {
                        case.add(name, text);
                        out += text;
                    }
                    None => {
                        *count += 1;
                        let (graph, file, offset) = case.graph();
                        out += &match tag.as_str() {
                            "complete" => complete::answer(&case.snapshot, graph, file, offset),
                            tag => answer::answer(&graph, file, offset, tag),
                        };
                    }
                }
                out += line;
                fence = None;
            }
            (Some((_, text)), _) => text.push_str(line),
            (None, None) => {
                if line.starts_with("## ") {
                    case = Case::default();
                }
                out += line;
            }
        }
    }
    out
}

/// The first lines that differ.
pub(crate) fn difference(expected: &str, found: &str) -> String {
    let mut lines = expected.lines().zip(found.lines()).filter(|(a, b)| a != b);
    let first = lines.next();
    first.map_or_else(
        || "one is longer".to_owned(),
        |(expected, found)| format!("expected: {expected}\n   found: {found}"),
    )
}
