//! A comment that allows a finding where it stands.

use diagnostics::{Diagnostic, Edit, Span};

/// The comment for a finding, on a line of its own before it, as deep as the finding's line.
/// The reason is left to whoever allows it.
pub fn allow(text: &[u8], finding: &Diagnostic) -> Edit {
    let at = finding.span.range(text.len()).start;
    let start = text[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
    let blank = text[start..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let indent = String::from_utf8_lossy(&text[start..start + blank]).into_owned();
    let comment = format!("{indent}// hsl:allow {} because …\n", finding.code.name);
    Edit { span: Span::new(start, start), text: comment }
}

#[cfg(test)]
mod tests {
    use super::*;
    use diagnostics::codes;

    #[test]
    fn the_comment_stands_before_the_line() {
        let text = b"if (1) {\n\techo 1;\n}\n";
        let finding =
            Diagnostic::new(&codes::UNREACHABLE_CODE, &"a.hsl".into(), Span::new(10, 17), "no");
        let edit = allow(text, &finding);
        assert_eq!(edit.span, Span::new(9, 9));
        assert_eq!(edit.text, "\t// hsl:allow unreachable-code because …\n");
    }
}
