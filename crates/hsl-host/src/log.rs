//! Lines that scripts write to the log.
//!
//! Invariants: a line stays one line, whatever the script puts into it.
//!
//! Sources: RFC 5424 6.2.1.

use hsl_vm::request::LogLine;

use crate::host::Log;

/// Writes lines to standard error, each behind its severity.
#[derive(Debug)]
pub(crate) struct StandardError;

impl Log for StandardError {
    fn write(&self, line: &LogLine) {
        eprintln!("{}: {}", severity(line), text(line));
    }
}

/// Name of the severity.
pub fn severity(line: &LogLine) -> &'static str {
    LogLine::SEVERITIES[usize::from(line.severity.min(7))]
}

/// The message as one line: control characters are escapes.
pub fn text(line: &LogLine) -> String {
    let mut text = String::new();
    for character in String::from_utf8_lossy(&line.message).chars() {
        match character.is_control() {
            true => text.extend(character.escape_default()),
            false => text.push(character),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_stays_one_line() {
        let message = "a\r\nerr: forged \x1b[2J \u{e9}\u{9b}".as_bytes().to_vec();
        let line = LogLine { severity: 4, facility: 0, message };
        assert_eq!(severity(&line), "warning");
        assert_eq!(text(&line), "a\\r\\nerr: forged \\u{1b}[2J \u{e9}\\u{9b}");
    }
}
