//! The parser from `grammar.js`.

use std::fs;
use std::path::Path;

use anyhow::Context;
use tree_sitter_generate::{OptLevel, generate_parser_in_directory};

use super::files::File;
use super::rows;
use crate::run::root;

/// Folder of the grammar, and below it the folder of what is generated from it.
const CRATE: &str = "crates/hsl-syntax";
/// Parser tables and node types.
const OUTPUT: [&str; 5] = [
    "parser.c",
    "node-types.json",
    "tree_sitter/parser.h",
    "tree_sitter/alloc.h",
    "tree_sitter/array.h",
];
/// Version of the tables that the library of this workspace reads.
const ABI: usize = 15;

/// The files that tree-sitter writes, the parser laid out for speed.
pub(super) fn files() -> anyhow::Result<Vec<File>> {
    let folder = root().join(CRATE);
    let out = root().join("target").join("generate");
    let grammar = folder.join("grammar.js");
    generate_parser_in_directory(
        folder,
        Some(out.clone()),
        Some(grammar),
        ABI,
        None,
        Some("native"),
        true,
        OptLevel::default(),
        &mut Vec::new(),
    )?;
    OUTPUT.into_iter().map(|name| read(&out, name)).collect()
}

fn read(out: &Path, name: &str) -> anyhow::Result<File> {
    let mut text = fs::read_to_string(out.join(name)).with_context(|| name.to_owned())?;
    if name == "parser.c" {
        text = rows::laid_out(&text)?;
    }
    Ok(File { path: format!("{CRATE}/parser/{name}"), text })
}
