//! The table of `docs/compat.md` between its `catalogue` markers.

use crate::Facts;

const PAGE: &str = include_str!("../../../../docs/compat.md");
const BEGIN: &str = "<!-- catalogue: begin -->";
const END: &str = "<!-- catalogue: end -->";

/// Place and difference of each row; every row has a reason.
pub(crate) fn rows() -> Facts {
    let from = PAGE.find(BEGIN).expect("docs/compat.md has the catalogue table") + BEGIN.len();
    let to = PAGE.find(END).expect("docs/compat.md has the end of the catalogue table");
    let mut rows = Facts::new();
    for line in PAGE[from..to].lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<_> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let [place, what, reason] = cells[..] else {
            panic!("a row is a place, a difference and a reason: {line}");
        };
        assert!(reason.len() > 3 && reason != "(reason)", "a row needs its reason: {line}");
        let before = rows.insert(place.trim_matches('`').to_owned(), what.to_owned());
        assert!(before.is_none(), "two rows for {place}");
    }
    rows
}
