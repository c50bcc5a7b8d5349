//! The HSL grammar: text to a lossless tree with typed accessors.
//!
//! [`parse`] reads any bytes: a broken file has a tree as well, and its [`SyntaxError`]s say what
//! was expected and what was found. The grammar itself is `grammar.js` (with `scanner.c` for what a
//! regular expression cannot lex); the parser is generated from it by tree-sitter and committed.
//!
//! *Invariants.* Offsets are bytes of the text that was parsed, whatever its encoding. A text whose
//! [`Parse::errors`] are empty follows the grammar and every lexical rule of the language. No tree
//! is deeper than [`MAX_DEPTH`], so consumers may recurse.
//!
//! *Not here.* Names, types and everything that needs more than one token's neighbourhood
//! (`hsl-analysis`).

pub mod ast;
mod decode;
mod depth;
mod errors;
mod ext;
mod language;
pub mod literals;
mod operators;
mod parse;
pub mod queries;
mod sound;
mod validate;
pub mod words;

pub use depth::MAX_DEPTH;
pub use errors::{Label, SyntaxError};
pub use language::{KindName, LANGUAGE, language};
pub use operators::{AssignOp, BinaryOp, UnaryOp};
pub use parse::{Edit, Parse, parse};
pub use tree_sitter;
