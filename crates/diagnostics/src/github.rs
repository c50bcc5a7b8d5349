//! Workflow commands of GitHub Actions: a finding becomes a note at its line.
//!
//! *Sources.* GitHub's documentation of workflow commands (`::error file=…,line=…::message`).

use crate::{Diagnostic, LineIndex, Severity};

/// The finding as one line. `text` is that of its file.
pub fn to_github(finding: &Diagnostic, text: &[u8]) -> String {
    let kind = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info | Severity::Hint => "notice",
    };
    let lines = LineIndex::new(text);
    let (start, end) = (lines.line_col(finding.span.start), lines.line_col(finding.span.end));
    let title = format!("{} {}", finding.code.id, finding.code.name);
    let message = match &finding.help {
        Some(help) => format!("{}\n{help}", finding.message),
        None => finding.message.clone(),
    };
    format!(
        "::{kind} file={},line={},col={},endLine={},endColumn={},title={}::{}",
        property(&finding.file),
        start.line + 1,
        start.col + 1,
        end.line + 1,
        end.col + 1,
        property(&title),
        data(&message),
    )
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Span, codes};

    #[test]
    fn what_commands_are_made_of_is_escaped() {
        let finding =
            Diagnostic::new(&codes::SYNTAX_ERROR, &"a,b.hsl".into(), Span::new(2, 3), "100%\nno");
        assert_eq!(
            to_github(&finding, b"a\nbc"),
            "::error file=a%2Cb.hsl,line=2,col=1,endLine=2,endColumn=2,title=HSL1001 syntax-error::100%25%0Ano"
        );
    }
}
