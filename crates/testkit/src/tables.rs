//! Tables of expressions: one row is one program, one cell one line that it prints.
//!
//! The corner of a table holds the expression of every cell in backticks, with `a` for the head of
//! the row and `b` for the head of the column; with an empty corner each column has an expression
//! of its own. What stands before the last `;` of an expression runs first. A cell is what
//! `echo [expression];` prints between `[0=>` and `]`, or `throws`. A bar inside a cell is written
//! `\|`. A block tagged `hsl-setup` runs before every row that follows.

use crate::{Case, Expect, blocks};

/// A table: the heads of its columns, and its rows with their line numbers.
struct Table {
    corner: String,
    heads: Vec<String>,
    rows: Vec<(usize, Vec<String>)>,
}

/// The rows of every table of a Markdown text.
///
/// # Panics
/// When a row has more or fewer cells than its table.
pub fn rows_of(name: &str, markdown: &str) -> Vec<Case> {
    let setup: String = blocks(markdown)
        .into_iter()
        .filter(|block| block.tag == "hsl-setup")
        .map(|block| block.text)
        .collect();
    let mut cases = Vec::new();
    for table in tables(markdown) {
        for (line, cells) in &table.rows {
            let place = format!("{name}:{line}");
            let [row, cells @ ..] = &cells[..] else { continue };
            assert_eq!(cells.len(), table.heads.len(), "{place}: cells and columns");
            let lines = table.heads.iter().map(|head| program_line(&table.corner, row, head));
            cases.push(Case {
                place,
                source: std::iter::once(setup.clone()).chain(lines).collect(),
                files: Vec::new(),
                expect: Expect::Output(cells.iter().map(|cell| printed(cell)).collect()),
            });
        }
    }
    cases
}

fn tables(markdown: &str) -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    let (mut open, mut fenced) = (false, false);
    for (at, line) in markdown.lines().enumerate() {
        fenced ^= line.starts_with("```");
        let Some(cells) = cells(line).filter(|_| !fenced) else {
            open = false;
            continue;
        };
        if !open {
            let mut heads = cells.iter().map(|cell| cell.trim_matches('`').to_owned());
            let corner = heads.next().unwrap_or_default();
            tables.push(Table { corner, heads: heads.collect(), rows: Vec::new() });
            open = true;
        } else if let Some(table) = tables.last_mut()
            && !line.starts_with("|--")
        {
            table.rows.push((at + 1, cells));
        }
    }
    tables
}

/// The cells of a line of a table.
fn cells(line: &str) -> Option<Vec<String>> {
    let inner = line.strip_prefix('|')?.trim_end().strip_suffix('|')?;
    let hidden = inner.replace("\\|", "\u{0}");
    Some(hidden.split('|').map(|cell| cell.trim().replace('\u{0}', "|")).collect())
}

fn program_line(corner: &str, row: &str, head: &str) -> String {
    let row = row.trim_matches('`');
    let template = if corner.is_empty() { head } else { corner };
    let expression = substitute(template, row, head);
    let (before, value) = match expression.rsplit_once(';') {
        Some((before, value)) => (format!("{before};"), value),
        None => (String::new(), &expression[..]),
    };
    format!("try {{ {before} echo [{}]; }} catch ($e) {{ echo \"throws\"; }}\n", value.trim())
}

/// The template with its words `a` and `b` replaced; `$a`, `"a"` and `%b` are none.
fn substitute(template: &str, row: &str, head: &str) -> String {
    let is_word = |c: char| c.is_alphanumeric() || "_$\"%".contains(c);
    let mut out = String::new();
    let mut before = ' ';
    let mut rest = template.chars().peekable();
    while let Some(c) = rest.next() {
        let alone = !is_word(before) && !rest.peek().copied().is_some_and(is_word);
        match c {
            'a' if alone => out.push_str(row),
            'b' if alone => out.push_str(head),
            _ => out.push(c),
        }
        before = c;
    }
    out
}

fn printed(cell: &str) -> String {
    if cell == "throws" { "throws\n".to_owned() } else { format!("[0=>{cell}]\n") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_a_program_and_a_cell_a_line() {
        let text = "```hsl-setup\n$f = 1;\n```\n\n| `a \\| b` | `1` | `\"a\"` |\n|---|---|---|\n\
                    | `$f` | 1 | throws |\n\n|  | `$x = a; -a` |\n|---|---|\n| `2` | -2 |\n";
        let cases = rows_of("t.md", text);
        assert_eq!(cases.len(), 2);
        assert_eq!(cases[0].place, "t.md:7");
        assert_eq!(
            cases[0].source,
            "$f = 1;\ntry {  echo [$f | 1]; } catch ($e) { echo \"throws\"; }\n\
             try {  echo [$f | \"a\"]; } catch ($e) { echo \"throws\"; }\n"
        );
        assert_eq!(cases[0].expect, Expect::Output("[0=>1]\nthrows\n".to_owned()));
        assert!(
            cases[1].source.ends_with("$x = 2; echo [-2]; } catch ($e) { echo \"throws\"; }\n")
        );
        assert_eq!(cases[1].expect, Expect::Output("[0=>-2]\n".to_owned()));
    }
}
