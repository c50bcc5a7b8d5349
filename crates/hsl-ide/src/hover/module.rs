//! Pages about files that a script imports.

use hsl_analysis::hir::File;

use crate::docs;

/// Longer comments are not what one reads at a glance.
const MOST: usize = 4096;

/// A page about a file: its name and, of a script, the comment that it begins with.
pub(super) fn page(file: &File) -> String {
    let head = docs::code(&file.name);
    let comment = file.name.ends_with(".hsl").then(|| first_comment(&file.text)).flatten();
    match comment {
        Some(comment) => format!("{head}\n{comment}\n"),
        None => head,
    }
}

/// The text of the `//` lines, or of the block comment, at the start of a script.
fn first_comment(text: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(&text[..text.len().min(MOST)]);
    let text = text.trim_start();
    let lines: Vec<_> = match text.strip_prefix("/*") {
        Some(block) => {
            let (comment, _) = block.split_once("*/")?;
            comment.lines().map(|line| line.trim().trim_start_matches('*').trim()).collect()
        }
        None => {
            let comments = text.lines().map_while(|line| line.trim_start().strip_prefix("//"));
            comments.map(|line| line.trim_start_matches('/').trim()).collect()
        }
    };
    let comment = lines.join("\n").trim().to_owned();
    (!comment.is_empty()).then_some(comment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_may_begin_with_a_comment() {
        let first = |text: &str| first_comment(text.as_bytes());
        assert_eq!(first("// One.\n//  Two.\n\n// f\nfunction f() {}"), Some("One.\nTwo.".into()));
        assert_eq!(first("/**\n * One.\n */\necho 1;"), Some("One.".into()));
        assert_eq!(first("echo 1; // no\n"), None);
        assert_eq!(first("/* open"), None);
    }
}
