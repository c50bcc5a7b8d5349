//! The XML of Checkstyle, which build servers read.
//!
//! *Sources.* The output of Checkstyle's XML logger: `<checkstyle>`, `<file>`, `<error>`.

use std::fmt::Write as _;

use crate::{Diagnostic, LineIndex, Severity};

/// All findings, ordered by file, as one document.
pub fn to_checkstyle<'t>(findings: &[Diagnostic], text_of: impl Fn(&str) -> &'t [u8]) -> String {
    let mut out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle>\n".to_owned();
    for group in findings.chunk_by(|a, b| a.file == b.file) {
        let file = &group[0].file;
        let lines = LineIndex::new(text_of(file));
        let _ = writeln!(out, "  <file name=\"{}\">", attribute(file));
        for finding in group {
            let at = lines.line_col(finding.span.start);
            let _ = writeln!(
                out,
                "    <error line=\"{}\" column=\"{}\" severity=\"{}\" message=\"{}\" source=\"mailstop.{}\"/>",
                at.line + 1,
                at.col + 1,
                severity(finding.severity),
                attribute(&finding.message),
                finding.code.name,
            );
        }
        out.push_str("  </file>\n");
    }
    out + "</checkstyle>\n"
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info | Severity::Hint => "info",
    }
}

/// Text of an attribute; what XML cannot hold becomes a replacement character.
fn attribute(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push_str("&#9;"),
            c if c < ' ' || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Span, codes};

    #[test]
    fn findings_are_grouped_and_escaped() {
        let file = "a&b.hsl".into();
        let finding =
            |at, message| Diagnostic::new(&codes::SYNTAX_ERROR, &file, Span::new(at, at), message);
        let text = to_checkstyle(&[finding(0, "a < \"b\""), finding(3, "\u{1}")], |_| b"ab\nc");
        let expect = concat!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle>\n  <file name=\"a&amp;b.hsl\">\n",
            "    <error line=\"1\" column=\"1\" severity=\"error\" message=\"a &lt; &quot;b&quot;\" source=\"mailstop.syntax-error\"/>\n",
            "    <error line=\"2\" column=\"1\" severity=\"error\" message=\"\u{fffd}\" source=\"mailstop.syntax-error\"/>\n",
            "  </file>\n</checkstyle>\n"
        );
        assert_eq!(text, expect);
    }
}
