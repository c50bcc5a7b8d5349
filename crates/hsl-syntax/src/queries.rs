//! Queries over the tree that editors use, as they are shipped to them.

/// What each token looks like.
pub const HIGHLIGHTS: &str = include_str!("../queries/highlights.scm");
/// Where names are made and used.
pub const LOCALS: &str = include_str!("../queries/locals.scm");
/// What can be folded.
pub const FOLDS: &str = include_str!("../queries/folds.scm");
/// Definitions and calls for an outline.
pub const TAGS: &str = include_str!("../queries/tags.scm");
/// Other languages inside.
pub const INJECTIONS: &str = include_str!("../queries/injections.scm");
/// What a line is indented by.
pub const INDENTS: &str = include_str!("../queries/indents.scm");
/// Functions, classes, parameters and comments to select and move over.
pub const TEXT_OBJECTS: &str = include_str!("../queries/textobjects.scm");

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use tree_sitter::Query;

    use super::*;

    fn fits(name: &str, text: &str) {
        let query = Query::new(crate::language(), text);
        assert!(query.is_ok(), "{name}: {}", query.expect_err("checked"));
    }

    #[test]
    fn queries_fit_the_grammar() {
        for (name, text) in [
            ("highlights", HIGHLIGHTS),
            ("locals", LOCALS),
            ("folds", FOLDS),
            ("tags", TAGS),
            ("injections", INJECTIONS),
            ("indents", INDENTS),
            ("textobjects", TEXT_OBJECTS),
        ] {
            fits(name, text);
        }
    }

    /// The queries that are shipped for editors.
    #[test]
    fn queries_of_editors_fit_the_grammar() {
        let editors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../editors");
        let mut count = 0;
        for folder in ["neovim/queries/hsl", "helix/queries/hsl", "zed/languages/hsl"] {
            for entry in fs::read_dir(editors.join(folder)).expect(folder).flatten() {
                let path = entry.path();
                if path.extension().is_some_and(|extension| extension == "scm") {
                    fits(&path.display().to_string(), &fs::read_to_string(&path).expect("text"));
                    count += 1;
                }
            }
        }
        assert!(count > 0);
    }

    /// Every word of the language is coloured by some pattern.
    #[test]
    fn every_keyword_is_highlighted() {
        for word in crate::words::KEYWORDS {
            let quoted = format!("\"{word}\"");
            let named = format!("({word})");
            assert!(HIGHLIGHTS.contains(&quoted) || HIGHLIGHTS.contains(&named), "{word}");
        }
    }
}
