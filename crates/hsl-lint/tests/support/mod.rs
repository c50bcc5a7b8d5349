//! The programs of the pages of rules, and what is found in them.

use diagnostics::{Code, Diagnostic};
use hsl_analysis::{MemorySources, Unit, analyze};
use hsl_decl::Hook;
use hsl_lint::Levels;

/// A program of a page.
#[derive(Clone)]
pub(crate) struct Program {
    pub(crate) hook: Option<Hook>,
    pub(crate) text: String,
    /// Files before it that it can import: name and text.
    pub(crate) files: Vec<(&'static str, &'static str)>,
}

pub(crate) fn page(code: &Code) -> hsl_decl::Docs {
    hsl_decl::Docs(code.page().leak())
}

/// The programs under a heading.
pub(crate) fn programs(code: &Code, heading: &str) -> Vec<Program> {
    let page = page(code);
    let section = page.section(heading).unwrap_or_else(|| panic!("{}: no # {heading}", code.name));
    let (mut programs, mut files) = (Vec::new(), Vec::new());
    for block in section.split("```hsl").skip(1) {
        let (info, rest) = block.split_once('\n').expect("a line");
        let text = rest.split("```").next().expect("a program");
        if let Some(file) = info.trim().strip_prefix("file ") {
            files.push((file, text));
            continue;
        }
        let hook = Some(info.trim()).filter(|name| !name.is_empty());
        let hook = hook.map(|name| Hook::from_name(name).expect("a hook"));
        let text = text.to_owned();
        programs.push(Program { hook, text, files: std::mem::take(&mut files) });
    }
    assert!(!programs.is_empty(), "{}: no program under {heading}", code.name);
    programs
}

/// What is found in a program, whether it can run or not.
pub(crate) fn findings(program: &Program) -> Vec<Diagnostic> {
    let text = program.text.clone();
    let mut sources = MemorySources::new().with("page.hsl", text.clone());
    program.files.iter().for_each(|(name, text)| sources.insert(name, *text));
    let unit = Unit::new(program.hook, mta_hooks::catalog());
    let resolved = analyze(&sources, "page.hsl", &unit);
    let mut found = resolved.diagnostics.clone();
    if !resolved.has_errors() {
        found.extend(hsl_lint::lint(&resolved, &unit));
    }
    let scripts = [("page.hsl".into(), text.into_bytes())];
    let scripts = scripts.iter().map(|(name, text)| (name, &text[..]));
    hsl_lint::review(found, scripts, &Levels::default())
}
