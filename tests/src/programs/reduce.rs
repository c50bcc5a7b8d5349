//! Makes a program smaller as long as it still shows the same.

/// The lines of a program that are needed for `shows` to hold. Lines are dropped in ever smaller
/// groups, until no single one can go; what follows no grammar any more shows nothing.
pub fn reduce(program: &str, shows: impl Fn(&str) -> bool) -> String {
    let mut lines: Vec<&str> = program.lines().collect();
    let mut group = lines.len().div_ceil(2);
    while group > 0 {
        let mut at = 0;
        let mut shorter = false;
        while at < lines.len() {
            let end = (at + group).min(lines.len());
            let rest = [&lines[..at], &lines[end..]].concat();
            if shows(&rest.join("\n")) {
                lines = rest;
                shorter = true;
            } else {
                at = end;
            }
        }
        if !(shorter && group == 1) {
            group /= 2;
        }
    }
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::reduce;

    #[test]
    fn only_the_needed_lines_stay() {
        let program: String = (0..50).map(|n| format!("line {n}\n")).collect();
        let shows = |text: &str| text.contains("line 7\n") && text.contains("line 42");
        assert_eq!(reduce(&program, shows), "line 7\nline 42\n");
    }
}
