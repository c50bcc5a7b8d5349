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
            _ => tests.push((field, tested(field, pattern, lists))),
        }
    }
    let condition = Condition::new(values);
    tests.into_iter().fold(condition, |all, (field, pattern)| all.fitting(field, pattern))
}

/// Why a condition cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum WrongCondition {
    /// There is no field of this name.
    #[error("there is no field {0}")]
    Field(String),
    /// What is wanted of a field is nothing that it can have.
    #[error("{0}")]
    Value(String),
}

/// The condition of pairs of names and wanted values, as scripts and operators write them.
///
/// # Errors
/// The first pair that is none.
pub fn parse<'a>(
    pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    lists: &Lists,
) -> Result<Condition, WrongCondition> {
    let mut wanted = Vec::new();
    for (name, value) in pairs {
        let field = field(name)?;
        let pattern = Pattern::parse(kind(field), value).map_err(WrongCondition::Value)?;
        if let PatternTest::List(list) = &pattern.test
            && !lists.knows(list)
        {
            return Err(WrongCondition::Value(format!("there is no list {list}")));
        }
        wanted.push((name, pattern));
    }
    Ok(condition(wanted.iter().map(|(name, pattern)| (*name, pattern)), lists))
}

/// Fields by their names, in order, each once.
///
/// # Errors
/// The first name that is none.
pub fn fields<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<Vec<Field>, WrongCondition> {
    let mut fields = names.into_iter().map(field).collect::<Result<Vec<_>, _>>()?;
    fields.sort_unstable();
    fields.dedup();
    Ok(fields)
}

fn field(name: &str) -> Result<Field, WrongCondition> {
    Field::named(name).ok_or_else(|| WrongCondition::Field(name.to_owned()))
}

/// A pattern for a field as the queue tests it.
pub fn tested(field: Field, pattern: &Pattern, lists: &Lists) -> Tested {
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
            Tested::new(text, move |value| lists.has(&name, value, field.is_domain()))
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

#[cfg(test)]
mod tests {
    use super::*;
    use hsl_std::QueueFields;
    use hsl_std::binding::Options as _;
    use mta_config::schema::PolicyField;

    #[test]
    fn the_queue_knows_every_field_of_the_files() {
        let names: Vec<_> = PolicyField::ALL.iter().map(|field| field.as_str()).collect();
        assert_eq!(fields(names.iter().copied()).expect("fields").len(), Field::ALL.len());
    }

    #[test]
    fn scripts_know_every_field_of_the_files() {
        let mut of_files: Vec<_> = PolicyField::ALL.iter().map(|field| field.as_str()).collect();
        let mut of_scripts: Vec<_> = QueueFields::DECLS.iter().map(|field| field.name).collect();
        of_files.sort_unstable();
        of_scripts.sort_unstable();
        assert_eq!(of_scripts, of_files);
    }
}
