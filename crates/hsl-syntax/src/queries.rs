//! Queries over the tree that editors use, as they are shipped to them.

/// What each token looks like.
pub const HIGHLIGHTS: &str = include_str!("../queries/highlights.scm");
/// Where names are made and used.
pub const LOCALS: &str = include_str!("../queries/locals.scm");
/// What can be folded.
pub const FOLDS: &str = include_str!("../queries/folds.scm");
/// Definitions and calls for an outline.
pub const TAGS: &str = include_str!("../queries/tags.scm");

#[cfg(test)]
mod tests {
    use tree_sitter::Query;

    use super::*;

    #[test]
    fn queries_fit_the_grammar() {
        for (name, text) in
            [("highlights", HIGHLIGHTS), ("locals", LOCALS), ("folds", FOLDS), ("tags", TAGS)]
        {
            let query = Query::new(crate::language(), text);
            assert!(query.is_ok(), "{name}: {}", query.expect_err("checked"));
        }
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
