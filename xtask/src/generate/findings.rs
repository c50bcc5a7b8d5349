//! Reference pages of findings, from the table of codes and the files of rules.

use std::fmt::Write as _;

use diagnostics::Code;

use super::files::File;

const FOLDER: &str = "docs/reference/findings";

/// `docs/reference/findings/`: a page for each code that has one, and the list of all.
pub(super) fn files() -> Vec<File> {
    let mut index = "# Findings\n\nGenerated from the declarations in the source; `mailstop doc NAME` \
                     shows the same. Levels are set in `mailstop.toml`:\n\n```toml\n[lint.rules]\n\
                     deprecated = \"off\"\n\n[[lint.paths]]\nfiles = [\"src/files/vendor/**\"]\n\
                     rules = { all = \"off\" }\n```\n\nA comment allows a finding on its line, or on \
                     the next: `// hsl:allow NAME reason`.\n\n| Id | Name | Severity | What |\n|---|---|---|---|\n"
        .to_owned();
    let mut files = Vec::new();
    for code in hsl_lint::table() {
        let page = code.page();
        let name = match page.is_empty() {
            true => code.name.to_owned(),
            false => format!("[{0}]({0}.md)", code.name),
        };
        // A String takes any text.
        let _ = writeln!(
            index,
            "| {} | {name} | {} | {} |",
            code.id,
            code.severity.as_str(),
            code.summary
        );
        if !page.is_empty() {
            files
                .push(File { path: format!("{FOLDER}/{}.md", code.name), text: text(code, &page) });
        }
    }
    files.push(File { path: format!("{FOLDER}/README.md"), text: index });
    files
}

fn text(code: &Code, page: &str) -> String {
    let page = page.trim_end().replace("\n# ", "\n## ");
    format!("# {} ({}, {})\n\n{page}\n", code.name, code.id, code.severity.as_str())
}
