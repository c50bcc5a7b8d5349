//! Two values, and where they differ, for people.
//!
//! *Invariants.* The text and the work are bounded, whatever the values are.

use hsl_vm::{Key, Value};

/// Most lines of a value that are compared one by one.
const MOST_LINES: usize = 400;
/// Lines around a difference that are shown.
const AROUND: usize = 2;
/// Arrays nested deeper than this are shown on one line.
const DEPTH: usize = 20;

/// The lines of both values: `-` before those only expected, `+` before those only there.
pub(super) fn between(expected: &Value, actual: &Value) -> String {
    let (expected, actual) = (lines(expected), lines(actual));
    if let ([one], [other]) = (&expected[..], &actual[..]) {
        return format!("  expected {one}\n    actual {other}");
    }
    let rows = compare(&expected, &actual);
    let near = |at: usize| {
        let around = at.saturating_sub(AROUND)..=at + AROUND;
        rows.iter().enumerate().any(|(i, (mark, _))| *mark != ' ' && around.contains(&i))
    };
    let mut text = String::new();
    let mut is_gap = false;
    for (at, (mark, line)) in rows.iter().enumerate() {
        match (near(at), is_gap) {
            (true, _) => text.push_str(&format!("  {mark} {line}\n")),
            (false, false) => text.push_str("    ...\n"),
            (false, true) => {}
        }
        is_gap = !near(at);
    }
    text.trim_end().to_owned()
}

/// A value, one element or line of text on each line.
fn lines(value: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    write(value, String::new(), 0, &mut lines);
    if lines.len() > MOST_LINES {
        let more = lines.len() - MOST_LINES;
        lines.truncate(MOST_LINES);
        lines.push(format!("... {more} more lines"));
    }
    lines
}

fn write(value: &Value, before: String, depth: usize, lines: &mut Vec<String>) {
    let indent = "  ".repeat(depth);
    match value {
        _ if lines.len() > MOST_LINES => lines.push(String::new()),
        Value::Array(array) if !array.is_empty() && depth < DEPTH => {
            lines.push(format!("{indent}{before}["));
            for (key, value) in array.iter() {
                write(value, format!("{} => ", shown(&key)), depth + 1, lines);
            }
            lines.push(format!("{indent}]"));
        }
        Value::String(text) if text.contains(&b'\n') => {
            let parts: Vec<_> = text.split_inclusive(|byte| *byte == b'\n').collect();
            for (at, part) in parts.iter().enumerate() {
                let before = if at == 0 { &*before } else { "" };
                lines.push(format!("{indent}{before}\"{}\"", part.escape_ascii()));
            }
        }
        other => lines.push(format!("{indent}{before}{}", super::dumped(other))),
    }
}

fn shown(key: &Key) -> String {
    super::dumped(&key.to_value())
}

/// A shortest edit between two lists of lines.
fn compare<'l>(expected: &'l [String], actual: &'l [String]) -> Vec<(char, &'l str)> {
    let common = longest(expected, actual);
    let (mut i, mut k) = (0, 0);
    let mut rows = Vec::new();
    while i < expected.len() || k < actual.len() {
        let (is_left, is_right) = (i < expected.len(), k < actual.len());
        if is_left && is_right && expected[i] == actual[k] {
            rows.push((' ', &*expected[i]));
            (i, k) = (i + 1, k + 1);
        } else if is_left && (!is_right || common[i + 1][k] >= common[i][k + 1]) {
            rows.push(('-', &*expected[i]));
            i += 1;
        } else {
            rows.push(('+', &*actual[k]));
            k += 1;
        }
    }
    rows
}

/// Lengths of the longest common part behind each pair of places.
fn longest(expected: &[String], actual: &[String]) -> Vec<Vec<u32>> {
    let mut table = vec![vec![0; actual.len() + 1]; expected.len() + 1];
    for i in (0..expected.len()).rev() {
        for k in (0..actual.len()).rev() {
            table[i][k] = match expected[i] == actual[k] {
                true => table[i + 1][k + 1] + 1,
                false => table[i + 1][k].max(table[i][k + 1]),
            };
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use hsl_vm::Array;

    #[test]
    fn short_values_stand_below_each_other() {
        assert_eq!(
            between(&Value::number(3.0), &Value::string("3")),
            "  expected 3\n    actual \"3\""
        );
    }

    #[test]
    fn only_what_differs_is_shown() {
        let array = |last: f64| {
            let items = (0..9).map(|n| Value::number(f64::from(n)));
            Value::array(items.chain([Value::number(last)]).collect::<Array>())
        };
        let text = between(&array(1.0), &array(2.0));
        let expected = "    ...\n      7 => 7\n      8 => 8\n  -   9 => 1\n  +   9 => 2\n    ]";
        assert_eq!(text, expected);
    }

    #[test]
    fn texts_are_compared_by_line() {
        let text = between(&Value::string("a\nb\n"), &Value::string("a\nc\n"));
        assert_eq!(text, "    \"a\\n\"\n  - \"b\\n\"\n  + \"c\\n\"");
    }

    #[test]
    fn long_values_are_cut() {
        let many: Array = (0..5000).map(|n| Value::number(f64::from(n))).collect();
        let text = between(&Value::array(many), &Value::none());
        assert!(text.lines().count() < MOST_LINES + 5);
    }
}
