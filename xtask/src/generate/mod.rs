//! Files that follow from other files.
//!
//! *Invariants.* Every generated file is committed; `--check` writes nothing and names each file
//! that is not what the generator would write.

mod ast;
mod editors;
mod files;
mod findings;
mod kate;
mod library;
mod parser;
mod reference;
mod rows;
mod settings;
mod textmate;

/// Writes every generated file, or with `check` compares it.
pub(crate) fn run(check: bool) -> anyhow::Result<()> {
    let mut files = parser::files()?;
    files.push(ast::file(&files)?);
    files.push(textmate::file()?);
    files.push(kate::file());
    files.extend(editors::files()?);
    files.extend(reference::files()?);
    files.extend(library::files());
    files.extend(findings::files());
    files.extend(settings::files()?);
    files::finish(&files, check)
}
