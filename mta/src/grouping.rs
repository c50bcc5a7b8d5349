//! What a next hop is rolled up with, so that limits count hosts of one operator together.
//!
//! *Invariants.* The first entry that matches wins. Names, `*.domain` and addresses are looked up;
//! networks, lists and expressions are tested one after another.
//!
//! *Not here.* Limits by grouping (`mail-queue`).

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use mail_queue::{Field, Pattern};
use mta_config::PatternTest;
use mta_config::schema::{self, DefaultGrouping};

use crate::rules::condition::tested;
use crate::rules::lists::Lists;

/// The groupings of a configuration.
#[derive(Debug, Default)]
pub struct Groupings {
    default: DefaultGrouping,
    /// As conditions name them: `&id`.
    names: Vec<Arc<str>>,
    /// Entries by what they name, the first for each.
    known: HashMap<(Field, String), usize>,
    /// The other conditions with their entries, in order.
    tests: Vec<(usize, Field, Pattern)>,
}

/// A next hop.
#[derive(Clone, Copy, Debug)]
pub struct Hop<'a> {
    /// Its name.
    pub host: &'a str,
    /// Its address.
    pub address: IpAddr,
    /// The recipient's domain.
    pub domain: &'a str,
    /// The names of all hosts of the domain.
    pub hosts: &'a [String],
}

impl Groupings {
    /// The groupings that the configuration declares.
    pub fn new(settings: &schema::Groupings, lists: &Lists) -> Self {
        let mut groupings = Self { default: settings.default, ..Self::default() };
        for (at, entry) in settings.groupings.iter().enumerate() {
            groupings.names.push(format!("&{}", entry.id.value).into());
            for (name, pattern, _) in entry.wanted() {
                let Some(field) = Field::named(name) else { continue };
                match &pattern.test {
                    PatternTest::Is(value) => {
                        groupings.known.entry((field, value.clone())).or_insert(at);
                    }
                    _ => groupings.tests.push((at, field, tested(field, pattern, lists))),
                }
            }
        }
        groupings
    }

    /// The grouping of a next hop; empty if it has none.
    pub fn of(&self, hop: Hop<'_>) -> Arc<str> {
        let values = [
            (Field::RemoteMx, hop.host.to_ascii_lowercase()),
            (Field::RemoteIp, hop.address.to_string()),
            (Field::RecipientDomain, hop.domain.to_ascii_lowercase()),
        ];
        let known = values.iter().filter_map(|(field, value)| self.known(*field, value)).min();
        let earlier = self.tests.iter().take_while(|(at, ..)| known.is_none_or(|k| *at < k));
        let tested = earlier.map(|(at, field, pattern)| (*at, field, pattern)).find(
            |(_, field, pattern)| values.iter().any(|(of, v)| of == *field && pattern.fits(v)),
        );
        match tested.map(|(at, ..)| at).or(known).and_then(|at| self.names.get(at)) {
            Some(name) => Arc::clone(name),
            None => self.unlisted(hop).into(),
        }
    }

    fn known(&self, field: Field, value: &str) -> Option<usize> {
        let get = |value: String| self.known.get(&(field, value)).copied();
        let dots = value.match_indices('.').filter(|(at, _)| field.is_domain() && *at > 0);
        let above = dots.filter_map(|(at, _)| get(format!("*{}", &value[at..])));
        above.chain(get(value.to_owned())).min()
    }

    fn unlisted(&self, hop: Hop<'_>) -> String {
        match self.default {
            DefaultGrouping::None => String::new(),
            DefaultGrouping::RemoteMx => hop.host.to_ascii_lowercase(),
            DefaultGrouping::RecipientDomain => hop.domain.to_ascii_lowercase(),
            DefaultGrouping::MxSet => {
                let mut hosts: Vec<_> = hop.hosts.iter().map(|h| h.to_ascii_lowercase()).collect();
                hosts.sort_unstable();
                hosts.join(",")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groupings(yaml: &str) -> Groupings {
        let text = format!("version: \"6.10\"\nqueues: {{grouping: {yaml}}}\n");
        let loaded = mta_config::load_running(&"t.yaml".into(), text.as_bytes(), true);
        let running = loaded.value.unwrap_or_else(|| panic!("{:?}", loaded.diagnostics));
        Groupings::new(&running.queues.grouping, &Lists::default())
    }

    fn of(groupings: &Groupings, host: &str, domain: &str) -> String {
        let hosts = ["B.example".to_owned(), "a.example".to_owned()];
        let address = IpAddr::from([192, 0, 2, 7]);
        groupings.of(Hop { host, address, domain, hosts: &hosts }).to_string()
    }

    #[test]
    fn the_first_entry_that_matches_wins() {
        let groupings = groupings(
            "{default: remotemx, groupings: [{id: exact, remotemx: [mx1.big.example]}, \
             {id: big, remotemx: [\"*.big.example\"], recipientdomain: [big.example]}, \
             {id: late, remotemx: [mx9.big.example, \"/^odd/\"]}, {id: net, remoteip: [192.0.2.0/28]}]}",
        );
        assert_eq!(of(&groupings, "MX1.big.example", "x.example"), "&exact");
        assert_eq!(of(&groupings, "mx9.big.example", "x.example"), "&big", "an earlier entry");
        assert_eq!(of(&groupings, "other.example", "BIG.example"), "&big");
        assert_eq!(of(&groupings, "odd.example", "x.example"), "&late");
        assert_eq!(of(&groupings, "big.example", "x.example"), "&net", "the star needs a label");
    }

    #[test]
    fn what_no_entry_matches_has_the_default() {
        let default = |word: &str| of(&groupings(word), "MX.example", "D.example");
        assert_eq!(default("{}"), "");
        assert_eq!(default("{default: remotemx}"), "mx.example");
        assert_eq!(default("{default: recipientdomain}"), "d.example");
        assert_eq!(default("{default: mxset}"), "a.example,b.example");
    }
}
