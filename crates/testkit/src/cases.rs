//! Programs with their expectations.

use std::fs;
use std::path::Path;

use crate::{blocks, rows_of};

/// What must happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expect {
    /// It prints this.
    Output(String),
    /// It prints this and ends with an error that nothing caught.
    OutputThenError(String),
    /// It is refused before it runs.
    CompileError,
    /// It only has to follow the grammar.
    Parses,
}

/// One program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// File and line, for messages.
    pub place: String,
    /// The program.
    pub source: String,
    /// Files it can name, with their text.
    pub files: Vec<(String, String)>,
    /// What must happen.
    pub expect: Expect,
}

/// The cases of every `.md` file of a folder, in the order of their names: its blocks and the
/// rows of its tables.
///
/// # Panics
/// When the folder cannot be read, or holds no case at all: a suite that found nothing has failed.
pub fn cases(folder: &Path) -> Vec<Case> {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    paths.sort();
    let mut cases = Vec::new();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        cases.extend(cases_of(&name, &text));
        cases.extend(rows_of(&name, &text));
    }
    assert!(!cases.is_empty(), "no cases in {}", folder.display());
    cases
}

/// The cases of one Markdown text.
pub fn cases_of(name: &str, markdown: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut files = Vec::new();
    let mut open = false;
    for block in blocks(markdown) {
        let expect = match block.tag.as_str() {
            "hsl" | "hsl-inferred" => Expect::Parses,
            "hsl-compile-error" => Expect::CompileError,
            "output" | "output-then-error" => {
                if let Some(case) = cases.last_mut().filter(|_| open) {
                    case.expect = match block.tag.as_str() {
                        "output" => Expect::Output(block.text),
                        _ => Expect::OutputThenError(block.text),
                    };
                }
                open = false;
                continue;
            }
            tag => {
                if let Some(file) = tag.strip_prefix("hsl-file:") {
                    files.push((file.to_owned(), block.text));
                }
                open = false;
                continue;
            }
        };
        open = expect == Expect::Parses;
        cases.push(Case {
            place: format!("{name}:{}", block.line),
            source: block.text,
            files: std::mem::take(&mut files),
            expect,
        });
    }
    cases
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_files_and_outputs_belong_together() {
        let text = "```hsl-file:a.hsl\n1\n```\nwords\n```hsl\necho 1;\n```\n```output\n1\n```\n\
                    ```hsl-compile-error\nbreak;\n```\n```hsl\necho 2;\n```\n\
                    ```hsl\nthrow 1;\n```\n```output-then-error\n```\n";
        let cases = cases_of("x.md", text);
        assert_eq!(cases.len(), 4);
        assert_eq!(cases[0].files, [("a.hsl".to_owned(), "1\n".to_owned())]);
        assert_eq!(cases[0].expect, Expect::Output("1\n".to_owned()));
        assert_eq!(cases[0].place, "x.md:6");
        assert_eq!(cases[1].expect, Expect::CompileError);
        assert_eq!(cases[2].expect, Expect::Parses);
        assert!(cases[2].files.is_empty());
        assert_eq!(cases[3].expect, Expect::OutputThenError(String::new()));
    }
}
