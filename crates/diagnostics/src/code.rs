//! What a finding is called and how serious it is.

/// How serious a finding is, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The program or configuration is refused.
    Error,
    /// Very likely a mistake.
    Warning,
    /// Worth knowing.
    Info,
    /// A nicer form exists.
    Hint,
}

impl Severity {
    /// The word used in every output format.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
            Self::Hint => "hint",
        }
    }
}

/// One row of the table of diagnostics: a stable id, a name that reads well after "allow".
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Code {
    /// `HSL####` for the language and its lints, `MS####` for configuration and run time.
    pub id: &'static str,
    /// Kebab-case name.
    pub name: &'static str,
    /// Severity unless the user sets another.
    pub severity: Severity,
    /// One sentence for lists and documentation.
    pub summary: &'static str,
    /// Markdown: what it is about, then `# Why`, `# Bad` and `# Good` with programs.
    /// Lines as they stand behind the marks of the doc comment; [`Code::page`] is the text.
    pub doc: &'static [&'static str],
}

impl Code {
    /// The page in Markdown; empty when there is none.
    pub fn page(&self) -> String {
        let lines = self.doc.iter().map(|line| line.strip_prefix(' ').unwrap_or(line));
        lines.flat_map(|line| [line, "\n"]).collect()
    }
}
