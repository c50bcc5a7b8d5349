//! The declared library and hooks are those of `tests/data/stdlib.json`, name by name, parameter by
//! parameter, option by option, variable by variable.
//!
//! Both sides become one flat map each: a place, such as `dns_query[timeout]`, and what is said of
//! it. A difference fails unless `docs/compat.md` has its row, with the reason; a row without a
//! difference fails too.

mod allowed;
mod declared;
mod expected;

use std::collections::BTreeMap;

/// What is said of each place.
type Facts = BTreeMap<String, String>;

/// Differences as rows: the place and what differs there. What is below a place that only one side
/// has is not told again.
fn differences(expected: &Facts, declared: &Facts) -> Facts {
    let mut found = Facts::new();
    for place in expected.keys().chain(declared.keys()) {
        let difference = match (expected.get(place), declared.get(place)) {
            (Some(theirs), Some(ours)) if theirs == ours => continue,
            (Some(theirs), Some(ours)) => format!("{ours}; catalogue: {theirs}"),
            (Some(_), None) => "missing".to_owned(),
            (None, _) => "added".to_owned(),
        };
        found.insert(place.clone(), difference);
    }
    let one_sided: Vec<_> = found
        .iter()
        .filter(|(_, what)| is_one_sided(what))
        .map(|(place, _)| place.clone())
        .collect();
    found.retain(|place, what| {
        !is_one_sided(what) || !one_sided.iter().any(|above| is_below(place, above))
    });
    found
}

fn is_one_sided(what: &str) -> bool {
    what == "missing" || what == "added"
}

/// `dns_query[timeout]` is below `dns_query`, and `Map->set` below `Map`.
fn is_below(place: &str, above: &str) -> bool {
    let rest = place.strip_prefix(above);
    rest.is_some_and(|rest| ["(", "[", "->", "::"].iter().any(|mark| rest.starts_with(mark)))
}

#[test]
fn the_declared_catalogue_is_the_published_one() {
    let found = differences(&expected::facts(), &declared::facts());
    let allowed = allowed::rows();
    let mut wrong = Vec::new();
    for (place, what) in &found {
        if allowed.get(place) != Some(what) {
            wrong.push(format!("| `{place}` | {what} | (reason) |"));
        }
    }
    let stale = allowed.iter().filter(|(place, what)| found.get(*place) != Some(what));
    wrong.extend(stale.map(|(place, what)| format!("stale row: `{place}` | {what}")));
    assert!(wrong.is_empty(), "not in docs/compat.md, or stale there:\n{}", wrong.join("\n"));
}
