//! Conditions of the configuration and of scripts as the queue tests them.
//!
//! *Invariants.* A list is looked at when a message is tested, so that it counts as it was read last.

use mail_queue::{Condition, Field, Pattern as Tested};
use mta_config::{Pattern, PatternKind, PatternTest};

use super::lists::Lists;

/// The condition that wants these values of the fields of these names. Other names are left out.
pub fn condition<'a>(
    wanted: impl IntoIterator<Item = (&'a str, &'a Pattern)>,
    lists: &Lists,
) -> Condition {
    let mut values = Vec::new();
    let mut tests = Vec::new();
    for (name, pattern) in wanted {
        let Some(field) = Field::named(name) else { continue };
        match &pattern.test {
            PatternTest::Is(value) => values.push((field, value.as_str().into())),
            _ => tests.push((field, tested(pattern, lists))),
        }
    }
    let condition = Condition::new(values);
    tests.into_iter().fold(condition, |all, (field, pattern)| all.fitting(field, pattern))
}

/// A pattern as the queue tests it.
pub fn tested(pattern: &Pattern, lists: &Lists) -> Tested {
    let text = pattern.text.as_str();
    match &pattern.test {
        PatternTest::Is(wanted) => {
            let wanted = wanted.clone();
            Tested::new(text, move |value| value == wanted)
        }
        PatternTest::Network(network) => {
            let network = *network;
            let holds = move |value: &str| value.parse().is_ok_and(|ip| network.contains(ip));
            Tested::new(text, holds)
        }
        PatternTest::Regex(regex) => {
            let regex = regex.clone();
            Tested::new(text, move |value| regex.is_match(value))
        }
        PatternTest::List(name) => {
            let (name, lists) = (name.clone(), lists.clone());
            Tested::new(text, move |value| lists.has(&name, value))
        }
    }
}

/// What kind of values a field has.
pub fn kind(field: Field) -> PatternKind {
    match field {
        field if field.is_domain() => PatternKind::Domain,
        field if field.is_address() => PatternKind::Address,
        _ => PatternKind::Text,
    }
}
