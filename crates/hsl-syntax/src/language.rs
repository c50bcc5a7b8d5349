//! The generated parser as a value.
//!
//! *Invariants.* The only `unsafe` of the crate stands here: the entry point of generated C code.

use std::sync::{LazyLock, OnceLock};

use tree_sitter::{Language, Node};
use tree_sitter_language::LanguageFn;

/// The entry point of the generated parser.
#[allow(unsafe_code)]
pub const LANGUAGE: LanguageFn = {
    unsafe extern "C" {
        fn tree_sitter_hsl() -> *const ();
    }
    // SAFETY: `tree_sitter_hsl` comes from `parser/parser.c`, written by the generator; it takes
    // nothing and returns a pointer to static data, as `LanguageFn` demands.
    unsafe { LanguageFn::from_raw(tree_sitter_hsl) }
};

/// The grammar, for queries and look-ahead sets.
pub fn language() -> &'static Language {
    static LOADED: OnceLock<Language> = OnceLock::new();
    LOADED.get_or_init(|| LANGUAGE.into())
}

/// The names of kinds, by their numbers.
static KINDS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let name = |kind| language().node_kind_for_id(kind).unwrap_or_default();
    (0..language().node_kind_count())
        .filter_map(|kind| u16::try_from(kind).ok())
        .map(name)
        .collect()
});

/// The name of a node's kind from a table.
pub trait KindName {
    /// The same as [`Node::kind`], which measures and checks the name each time.
    fn kind_name(&self) -> &'static str;
}

impl KindName for Node<'_> {
    fn kind_name(&self) -> &'static str {
        KINDS.get(usize::from(self.kind_id())).copied().unwrap_or("ERROR")
    }
}
