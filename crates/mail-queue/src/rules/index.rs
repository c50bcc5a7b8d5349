//! Rules by the values that their conditions name, so that a message finds those that are for it without
//! looking at the others.
//!
//! *Invariants.* How many keys are looked up for a message depends on which fields conditions name, and on
//! the labels of its domain, never on the number of rules. Patterns are tested for rules whose plain values
//! fit, one test for all rules with the same patterns. A rule is found by exactly the messages that its
//! condition matches, unless a heavier one has the same condition.
//!
//! *Not here.* What rules do ([`super::Rules`]).

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::field::{Condition, Facts, Field, Tests};
use crate::time::UnixTime;

/// What is kept in an index.
pub(super) trait Rule {
    /// Its name, which no other has.
    fn id(&self) -> &str;
    /// Which messages it is for.
    fn condition(&self) -> &Condition;
    /// When it ends.
    fn until(&self) -> UnixTime;
    /// Of two with the same condition, the heavier one counts.
    fn weight(&self) -> u64;
}

/// Rules that can be found by condition, by name, and by their end.
#[derive(Debug)]
pub(super) struct Index<R> {
    rules: HashMap<Arc<str>, R>,
    /// For each set of fields of which conditions name values, the rules by these values.
    shapes: BTreeMap<Shape, HashMap<Facts, Alike>>,
    ends: BTreeSet<(UnixTime, Arc<str>)>,
    /// How many rules go by each field.
    named: [usize; Field::ALL.len()],
}

/// Rules with the same values, by their patterns; of those with equal conditions the heaviest is last.
type Alike = HashMap<Tests, BTreeSet<(u64, Arc<str>)>>;

/// Which fields a condition names values of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Shape {
    fields: Vec<Field>,
    /// Those whose domain stands for the ones below it.
    below: Vec<Field>,
}

impl<R> Default for Index<R> {
    fn default() -> Self {
        Self {
            rules: HashMap::new(),
            shapes: BTreeMap::new(),
            ends: BTreeSet::new(),
            named: [0; Field::ALL.len()],
        }
    }
}

impl<R: Rule> Index<R> {
    /// Adds a rule, in place of one of the same name.
    pub(super) fn insert(&mut self, rule: R) {
        self.remove(rule.id());
        let (id, condition): (Arc<str>, _) = (rule.id().into(), rule.condition());
        condition.fields().for_each(|field| self.named[field as usize] += 1);
        self.ends.insert((rule.until(), Arc::clone(&id)));
        let same = self.shapes.entry(Shape::of(condition)).or_default();
        let alike = same.entry(condition.values().clone()).or_default();
        let equal = alike.entry(condition.tests().clone()).or_default();
        equal.insert((rule.weight(), Arc::clone(&id)));
        self.rules.insert(id, rule);
    }

    /// Takes a rule out.
    pub(super) fn remove(&mut self, id: &str) -> Option<R> {
        let (id, rule) = self.rules.remove_entry(id)?;
        let condition = rule.condition();
        condition.fields().for_each(|field| self.named[field as usize] -= 1);
        let shape = Shape::of(condition);
        if let Some(same) = self.shapes.get_mut(&shape)
            && let Some(alike) = same.get_mut(condition.values())
            && let Some(equal) = alike.get_mut(condition.tests())
        {
            equal.remove(&(rule.weight(), Arc::clone(&id)));
            if equal.is_empty() {
                alike.remove(condition.tests());
            }
            if alike.is_empty() {
                same.remove(condition.values());
            }
            if same.is_empty() {
                self.shapes.remove(&shape);
            }
        }
        self.ends.remove(&(rule.until(), id));
        Some(rule)
    }

    /// The rules with exactly this condition, the heaviest first.
    pub(super) fn with(&self, condition: &Condition) -> impl Iterator<Item = &R> {
        let alike = self.shapes.get(&Shape::of(condition));
        let alike = alike.and_then(|same| same.get(condition.values()));
        let equal = alike.and_then(|alike| alike.get(condition.tests()));
        equal.into_iter().flatten().rev().filter_map(|(_, id)| self.rules.get(id))
    }

    /// The rule of this name.
    pub(super) fn get(&self, id: &str) -> Option<&R> {
        self.rules.get(id)
    }

    /// The rules that are for a message, the heaviest of each condition.
    pub(super) fn matching(&self, facts: &Facts) -> impl Iterator<Item = &R> {
        let found = self.keys(facts).into_iter().filter_map(|(same, key)| same.get(&key)).flatten();
        let heaviest =
            found.filter(|(tests, _)| tests.fit(facts)).filter_map(|(_, equal)| equal.last());
        heaviest.filter_map(|(_, id)| self.rules.get(id)).collect::<Vec<_>>().into_iter()
    }

    /// Whether a rule goes by a field that `is` tells.
    pub(super) fn goes_by(&self, is: impl Fn(Field) -> bool) -> bool {
        Field::ALL.into_iter().any(|field| self.named[field as usize] > 0 && is(field))
    }

    /// Every rule, in no order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &R> {
        self.rules.values()
    }

    /// Removes the rules that `is` tells.
    pub(super) fn remove_those(&mut self, is: impl Fn(&R) -> bool) {
        let ids: Vec<_> = self.iter().filter(|rule| is(rule)).map(|r| r.id().to_owned()).collect();
        ids.iter().for_each(|id| drop(self.remove(id)));
    }

    /// Every key under which a rule for the message may stand.
    fn keys(&self, facts: &Facts) -> Vec<(&HashMap<Facts, Alike>, Facts)> {
        let mut keys = Vec::new();
        for (shape, same) in &self.shapes {
            let mut own = vec![facts.only(&shape.fields)];
            for field in &shape.below {
                let above = |own: &Facts| {
                    let own = own.clone();
                    above(facts, *field).map(move |domain| own.with(*field, domain))
                };
                own = own.iter().flat_map(above).collect();
            }
            keys.extend(own.into_iter().map(|facts| (same, facts)));
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
        self.rules.len()
    }
}

impl Shape {
    fn of(condition: &Condition) -> Self {
        let named = |field: &Field| condition.values().get(*field).is_some();
        Self {
            fields: Field::ALL.into_iter().filter(named).collect(),
            below: condition.below().collect(),
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

        fn weight(&self) -> u64 {
            self.0.parse().unwrap_or_default()
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
        assert!(!index.goes_by(|field| field == Field::RecipientDomain));
    }

    #[test]
    fn patterns_are_tested_only_where_the_plain_values_fit() {
        let tested = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let count = std::sync::Arc::clone(&tested);
        let pattern = Pattern::new("/x/", move |_| {
            count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            true
        });
        let condition = |n: usize| {
            let tenant = (Field::Tenant, Arc::from(n.to_string()));
            Condition::new([tenant]).fitting(Field::RecipientDomain, pattern.clone())
        };
        let same = (0..100).map(|_| condition(7));
        let index = index((0..1_000).map(condition).chain(same));
        let message = Facts::new([(Field::Tenant, "7".into()), domain("a.example")]);
        let found: Vec<_> = index.matching(&message).map(|rule| rule.0.as_str()).collect();
        assert_eq!(found, ["1099"], "the heaviest of the same condition");
        assert_eq!(tested.load(std::sync::atomic::Ordering::Relaxed), 1);
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
            let is_last = |number: usize| !conditions[number + 1..].contains(&conditions[number]);
            let matching = conditions.iter().enumerate();
            let matching = matching.filter(|(at, one)| one.matches(&facts) && is_last(*at));
            prop_assert_eq!(found, matching.map(|(number, _)| number).collect::<Vec<_>>());
        }
    }
}
