//! Taking something out of a text, so that no empty line stays.

use std::ops::Range;

use diagnostics::Span;

/// The place of something, with the whole line when nothing else stands there, and with the blanks
/// before it when it ends one.
pub(crate) fn with_line(text: &[u8], of: Range<usize>) -> Span {
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let blanks = text[..of.start].iter().rev().take_while(|byte| is_blank(byte)).count();
    let start = of.start - blanks;
    let rest = text[of.end..].iter().take_while(|byte| is_blank(byte)).count();
    let behind = &text[of.end + rest..];
    let line_end = match behind {
        [b'\r', b'\n', ..] => Some(2),
        [b'\n', ..] => Some(1),
        [] => Some(0),
        _ => None,
    };
    let begins = start == 0 || text[start - 1] == b'\n';
    match line_end {
        Some(length) if begins => Span::new(start, of.end + rest + length),
        Some(_) => Span::new(start, of.end),
        None => Span::new(of.start, of.end + rest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn without(text: &str, word: &str) -> String {
        let at = text.find(word).expect("the word");
        let span = with_line(text.as_bytes(), at..at + word.len());
        let mut left = text.to_owned();
        left.replace_range(span.range(text.len()), "");
        left
    }

    #[test]
    fn no_empty_line_stays() {
        assert_eq!(without("a;\n  x;\nb;\n", "x;"), "a;\nb;\n");
        assert_eq!(without("a; x;\nb;\n", "x;"), "a;\nb;\n");
        assert_eq!(without("x; a;\n", "x;"), "a;\n");
        assert_eq!(without("a;\r\nx;\r\nb;", "x;"), "a;\r\nb;");
        assert_eq!(without("x;", "x;"), "");
    }
}
