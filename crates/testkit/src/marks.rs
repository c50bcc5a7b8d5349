//! Programs with marks: under a piece of text stands a comment of carets and what is said about it.
//!
//! ```text
//! echo $a;
//! //   ^^ string
//! ```

use std::fs;
use std::path::Path;

use crate::blocks;

/// A program of a Markdown file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marked {
    /// File and line, for messages.
    pub place: String,
    /// What stands behind `hsl` in its fence, such as the name of a hook.
    pub info: String,
    /// The program, marks included: they are comments.
    pub text: String,
    /// Files it can name, with their text.
    pub files: Vec<(String, String)>,
}

/// A piece of text and what is said about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Line of the mark in the program, from 0.
    pub line: usize,
    /// Where the piece begins, in bytes.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// What is said.
    pub says: String,
}

/// The programs of every `.md` file of a folder, in the order of their names.
///
/// # Panics
/// When the folder cannot be read, or holds no program.
pub fn marked(folder: &Path) -> Vec<Marked> {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    paths.sort();
    let mut programs = Vec::new();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        programs.extend(marked_in(&name, &text));
    }
    assert!(!programs.is_empty(), "no programs in {}", folder.display());
    programs
}

fn marked_in(name: &str, markdown: &str) -> Vec<Marked> {
    let mut programs = Vec::new();
    let mut files = Vec::new();
    for block in blocks(markdown) {
        if let Some(file) = block.tag.strip_prefix("hsl-file:") {
            files.push((file.to_owned(), block.text));
        } else if let Some(info) = block.tag.strip_prefix("hsl") {
            programs.push(Marked {
                place: format!("{name}:{}", block.line),
                info: info.trim().to_owned(),
                text: block.text,
                files: std::mem::take(&mut files),
            });
        }
    }
    programs
}

impl Marked {
    /// What is marked in it, in order. A line of marks may follow another.
    pub fn marks(&self) -> Vec<Mark> {
        let mut marks = Vec::new();
        let (mut start, mut above) = (0, 0);
        for (line, content) in self.text.split_inclusive('\n').enumerate() {
            let is_mark = content.trim_start().starts_with("//");
            match content.find('^').filter(|_| is_mark) {
                Some(first) => {
                    let width = content[first..].bytes().take_while(|byte| *byte == b'^').count();
                    marks.push(Mark {
                        line,
                        start: above + first,
                        end: above + first + width,
                        says: content[first + width..].trim().to_owned(),
                    });
                }
                None => above = start,
            }
            start += content.len();
        }
        marks
    }
}
