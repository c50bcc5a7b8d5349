//! The generated parser as a value.
//!
//! *Invariants.* The only `unsafe` of the crate stands here: the entry point of generated C code.

use std::sync::OnceLock;

use tree_sitter::Language;
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
