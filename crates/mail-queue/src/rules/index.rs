//! Rules by the values that their conditions name, so that a message finds those that are for it without
//! looking at the others.
//!
//! *Invariants.* How many keys are looked up for a message depends on which fields conditions name, and on
//! the labels of its domain, never on the number of rules. A rule is found by exactly the messages that its
//! condition matches.
//!
//! *Not here.* What rules do ([`super::Rules`]).

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::field::{Condition, Facts, Field};
use crate::time::UnixTime;

/// What is kept in an index.
pub(super) trait Rule {
    /// Its name, which no other has.
    fn id(&self) -> &str;
    /// Which messages it is for.
    fn condition(&self) -> &Condition;
    /// When it ends.
    fn until(&self) -> UnixTime;
}

/// Rules that can be found by condition, by name, and by their end.
#[derive(Debug)]
pub(super) struct Index<R> {
    /// For each set of fields that conditions name, the rules by their values, oldest first.
    shapes: BTreeMap<Shape, HashMap<Condition, Vec<R>>>,
    conditions: HashMap<String, Condition>,
    ends: BTreeSet<(UnixTime, String)>,
}

/// Which fields a condition names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Shape {
    fields: Vec<Field>,
    /// Those whose domain stands for the ones below it.
    below: Vec<Field>,
    /// Whether its conditions can only be tested one by one.
    tested: bool,
}

impl<R> Default for Index<R> {
    fn default() -> Self {
        Self { shapes: BTreeMap::new(), conditions: HashMap::new(), ends: BTreeSet::new() }
    }
}

impl<R: Rule> Index<R> {
    /// Adds a rule, in place of one of the same name.
    pub(super) fn insert(&mut self, rule: R) {
        self.remove(rule.id());
        let condition = rule.condition().clone();
        self.conditions.insert(rule.id().to_owned(), condition.clone());
        self.ends.insert((rule.until(), rule.id().to_owned()));
        let alike = self.shapes.entry(Shape::of(&condition)).or_default();
        alike.entry(condition).or_default().push(rule);
    }

    /// Takes a rule out.
    pub(super) fn remove(&mut self, id: &str) -> Option<R> {
        let condition = self.conditions.remove(id)?;
        let shape = Shape::of(&condition);
        let alike = self.shapes.get_mut(&shape)?;
        let rules = alike.get_mut(&condition)?;
        let at = rules.iter().position(|rule| rule.id() == id)?;
        let rule = rules.remove(at);
        if rules.is_empty() {
            alike.remove(&condition);
        }
        if alike.is_empty() {
            self.shapes.remove(&shape);
        }
        self.ends.remove(&(rule.until(), id.to_owned()));
        Some(rule)
    }

    /// Whether there is a rule of this name.
    pub(super) fn has(&self, id: &str) -> bool {
        self.conditions.contains_key(id)
    }

    /// The rules with exactly this condition, oldest first.
    pub(super) fn with(&self, condition: &Condition) -> &[R] {
        let alike = self.shapes.get(&Shape::of(condition));
        alike.and_then(|alike| alike.get(condition)).map_or(&[], Vec::as_slice)
    }

    /// The rule of this name.
    pub(super) fn get(&self, id: &str) -> Option<&R> {
        let condition = self.conditions.get(id)?;
        self.with(condition).iter().find(|rule| rule.id() == id)
    }

    /// The rules that are for a message.
    pub(super) fn matching(&self, facts: &Facts) -> impl Iterator<Item = &R> {
        let found = self.keys(facts).into_iter().filter_map(|(alike, key)| alike.get(&key));
        let tested = self.shapes.iter().filter(|(shape, _)| shape.tested);
        let tested = tested.flat_map(|(_, alike)| alike.iter());
        let tested = tested.filter(|(condition, _)| condition.matches(facts));
        let tested: Vec<_> = tested.map(|(_, rules)| rules).collect();
        found.chain(tested).flatten()
    }

    /// Whether a rule goes by a field that `is` tells.
    pub(super) fn goes_by(&self, is: impl Fn(Field) -> bool) -> bool {
        self.shapes.keys().flat_map(|shape| &shape.fields).any(|field| is(*field))
    }

    /// Every rule, in no order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &R> {
        self.shapes.values().flat_map(HashMap::values).flatten()
    }

    /// Removes the rules that `is` tells.
    pub(super) fn remove_those(&mut self, is: impl Fn(&R) -> bool) {
        let ids: Vec<_> = self.iter().filter(|rule| is(rule)).map(|r| r.id().to_owned()).collect();
        ids.iter().for_each(|id| drop(self.remove(id)));
    }

    /// Every key under which a rule for the message may stand.
    fn keys(&self, facts: &Facts) -> Vec<(&HashMap<Condition, Vec<R>>, Condition)> {
        let mut keys = Vec::new();
        for (shape, alike) in self.shapes.iter().filter(|(shape, _)| !shape.tested) {
            let mut own = vec![facts.only(&shape.fields)];
            for field in &shape.below {
                let above = |own: &Facts| {
                    let own = own.clone();
                    above(facts, *field).map(move |domain| own.with(*field, domain))
                };
                own = own.iter().flat_map(above).collect();
            }
            keys.extend(own.into_iter().map(|facts| (alike, Condition::from(facts))));
        }
        keys
    }

    /// Removes what has ended; tells whether anything had.
    pub(super) fn expire(&mut self, now: UnixTime) -> bool {
        let mut any = false;
        while let Some((_, id)) = self.ends.first().filter(|(end, _)| *end <= now).cloned() {
            self.remove(&id);
            any = true;
        }
        any
    }

    /// When the first rule ends, if one does.
    pub(super) fn next_end(&self) -> Option<UnixTime> {
        self.ends.first().map(|(end, _)| *end).filter(|end| *end < UnixTime::NEVER)
    }

    pub(super) fn len(&self) -> usize {
        self.conditions.len()
    }
}

impl Shape {
    fn of(condition: &Condition) -> Self {
        Self {
            fields: condition.fields().collect(),
            below: condition.below().collect(),
            tested: condition.has_patterns(),
        }
    }
}

/// What stands for a domain of a message and those beside it: `*.example.com` for `a.example.com`.
fn above(facts: &Facts, field: Field) -> impl Iterator<Item = Arc<str>> {
    let domain = facts.get(field).map_or("", |domain| domain);
    let dots = domain.match_indices('.').filter(|(at, _)| *at > 0);
    dots.map(|(at, _)| Arc::from(format!("*{}", &domain[at..])))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::field::Pattern;
    use super::*;

    #[derive(Debug)]
    struct Named(String, Condition);

    impl Rule for Named {
        fn id(&self) -> &str {
            &self.0
        }

        fn condition(&self) -> &Condition {
            &self.1
        }

        fn until(&self) -> UnixTime {
            UnixTime::from_millis(0)
        }
    }

    fn index(conditions: impl IntoIterator<Item = Condition>) -> Index<Named> {
        let mut index = Index::default();
        for (number, condition) in conditions.into_iter().enumerate() {
            index.insert(Named(number.to_string(), condition));
        }
        index
    }

    fn domain(name: &str) -> (Field, Arc<str>) {
        (Field::RecipientDomain, name.into())
    }

    #[test]
    fn the_work_for_a_message_does_not_grow_with_the_rules() {
        let conditions = |count: usize| {
            (0..count).flat_map(|n| {
                let tenant = (Field::Tenant, Arc::from(n.to_string()));
                let below = domain(&format!("*.d{n}.example"));
                [Condition::new([tenant.clone()]), Condition::new([tenant, below])]
            })
        };
        let message = Facts::new([(Field::Tenant, "7".into()), domain("a.b.d7.example")]);
        let (few, many) = (index(conditions(10)), index(conditions(10_000)));
        assert_eq!(few.keys(&message).len(), 4);
        assert_eq!(many.keys(&message).len(), 4);
        assert_eq!(many.matching(&message).count(), 2);
    }

    #[test]
    fn what_was_removed_is_not_found() {
        let mut index = index([Condition::default(), Condition::new([domain("a.example")])]);
        assert_eq!(index.matching(&Facts::new([domain("A.example")])).count(), 2);
        assert!(index.remove("1").is_some() && index.remove("1").is_none());
        assert_eq!(index.matching(&Facts::new([domain("a.example")])).count(), 1);
        assert_eq!((index.len(), index.shapes.len(), index.ends.len()), (1, 1, 1));
    }

    const DOMAINS: &[&str] =
        &["a.example", "b.a.example", "*.a.example", "*.example", ".example", "example"];

    fn values() -> impl Strategy<Value = Vec<(Field, Arc<str>)>> {
        let domains = proptest::sample::select(DOMAINS);
        let texts = proptest::sample::select(&["x", "y"][..]);
        let pair = prop_oneof![
            domains.clone().prop_map(domain),
            texts.clone().prop_map(|text| (Field::Tenant, Arc::from(text))),
            texts.prop_map(|text| (Field::Job, Arc::from(text))),
            domains.prop_map(|name| (Field::RemoteMx, Arc::from(name))),
        ];
        proptest::collection::vec(pair, 0..4)
    }

    proptest! {
        #[test]
        fn what_is_found_is_what_matches(
            conditions in proptest::collection::vec((values(), any::<bool>()), 0..12),
            facts in values(),
        ) {
            let facts = Facts::new(facts);
            let pattern = || Pattern::new("/x/", |text| text.contains('x'));
            let condition = |(values, tested)| match tested {
                false => Condition::new(values),
                true => Condition::new(values).fitting(Field::RecipientDomain, pattern()),
            };
            let conditions: Vec<_> = conditions.into_iter().map(condition).collect();
            let index = index(conditions.clone());
            let mut found: Vec<_> =
                index.matching(&facts).filter_map(|rule| rule.0.parse::<usize>().ok()).collect();
            found.sort_unstable();
            let matching = conditions.iter().enumerate().filter(|(_, one)| one.matches(&facts));
            prop_assert_eq!(found, matching.map(|(number, _)| number).collect::<Vec<_>>());
        }
    }
}
