//! Features over several files: the Markdown cases of `tests/project`.
//!
//! A section has files (fences `file NAME`), one of them with the cursor `$0`, and questions: fences
//! whose first word is the feature. `UPDATE=1` writes the answers of today.

#[path = "project/answer.rs"]
mod answer;
#[path = "project/case.rs"]
mod case;
#[path = "project/complete.rs"]
mod complete;

use std::path::Path;

#[test]
fn answers_are_those_of_the_cases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/project");
    let mut wrong = Vec::new();
    let mut count = 0;
    for path in case::files(&folder) {
        let text = std::fs::read_to_string(&path).expect("a case file");
        let answered = case::answered(&text, &mut count);
        if answered == text {
            continue;
        }
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, answered).expect("the case file can be written");
        } else {
            wrong.push(format!("{}:\n{}", path.display(), case::difference(&text, &answered)));
        }
    }
    assert!(count > 0, "no questions in {}", folder.display());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
