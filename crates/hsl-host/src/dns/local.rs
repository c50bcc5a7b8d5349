//! Records that win over the network: the `resolver.local` section.
//!
//! Invariants: a name that has local records has no others, of no type; an alias (`CNAME`) answers
//! for every type and is followed among local records only.

use std::collections::HashMap;
use std::net::IpAddr;

use hickory_resolver::proto::rr::{Name, RData, RecordType};
use hsl_vm::request::{DnsAnswer, DnsRecord};

use super::{MAX_ALIASES, answer};

/// One record.
#[derive(Clone, Debug)]
pub struct LocalRecord {
    name: Name,
    data: RData,
    ttl: u32,
    secure: bool,
}

/// Why a record cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LocalRecordError {
    /// The owner.
    #[error("`{0}` is not a domain name")]
    Name(String),
    /// The type.
    #[error("`{0}` is not a type of DNS records")]
    Type(String),
    /// The value.
    #[error("`{value}` is not the value of a record of type {kind}: write it as in a zone file")]
    Value {
        /// Type.
        kind: String,
        /// What was given.
        value: String,
    },
}

impl LocalRecord {
    /// A record whose value is written as in a zone file, except that names are taken as fully
    /// qualified and that the quotes of a text may be left out. The owner of a `PTR` may be an
    /// address. `ttl` is in seconds.
    ///
    /// # Errors
    /// [`LocalRecordError`] for what cannot be read.
    pub fn new(
        (name, kind, value): (&str, &str, &str),
        ttl: u32,
        secure: bool,
    ) -> Result<Self, LocalRecordError> {
        let record_type: RecordType = kind
            .to_ascii_uppercase()
            .parse()
            .map_err(|_| LocalRecordError::Type(kind.to_owned()))?;
        let owner = super::qualified(name, record_type)
            .map_err(|_| LocalRecordError::Name(name.to_owned()))?;
        let data = data(record_type, value).ok_or_else(|| LocalRecordError::Value {
            kind: record_type.to_string(),
            value: value.to_owned(),
        })?;
        Ok(Self { name: owner, data, ttl, secure })
    }
}

fn data(kind: RecordType, value: &str) -> Option<RData> {
    match kind {
        RecordType::A | RecordType::AAAA => {
            let data = RData::from(value.trim().parse::<IpAddr>().ok()?);
            (data.record_type() == kind).then_some(data)
        }
        RecordType::TXT if !value.trim_start().starts_with('"') => {
            // A string of a record has 255 bytes at most (RFC 1035 §3.3.14).
            let parts = value.as_bytes().chunks(255).map(<[u8]>::to_vec).collect();
            let mut text = hickory_resolver::proto::rr::rdata::TXT::new(Vec::new());
            text.txt_data = Vec::<Vec<u8>>::into_iter(parts).map(Into::into).collect();
            Some(RData::TXT(text))
        }
        _ => RData::try_from_str(kind, value).ok(),
    }
}

/// Local records by owner.
#[derive(Debug, Default)]
pub(super) struct LocalRecords(HashMap<Name, Vec<LocalRecord>>);

impl LocalRecords {
    pub(super) fn new(records: &[LocalRecord]) -> Self {
        let mut by_name: HashMap<Name, Vec<LocalRecord>> = HashMap::new();
        for record in records {
            by_name.entry(record.name.to_lowercase()).or_default().push(record.clone());
        }
        Self(by_name)
    }

    /// The answer, if the name is one of ours.
    pub(super) fn find(&self, name: &Name, kind: RecordType) -> Option<DnsAnswer> {
        if self.0.is_empty() {
            return None;
        }
        let mut records = self.0.get(&name.to_lowercase())?;
        let (mut secure, mut alias_of) = (true, None);
        for _ in 0..MAX_ALIASES {
            let found = of_kind(records, kind);
            let alias =
                records.iter().find(|record| record.data.record_type() == RecordType::CNAME);
            match alias {
                Some(LocalRecord { data: RData::CNAME(target), secure: signed, .. })
                    if found.is_empty() =>
                {
                    secure &= signed;
                    let mut target = target.0.to_lowercase();
                    target.set_fqdn(true);
                    records = match self.0.get(&target) {
                        Some(records) => records,
                        None => return Some(DnsAnswer::default()),
                    };
                    alias_of = Some(answer::host(&target));
                }
                _ => {
                    let every = records.iter().all(|record| record.secure);
                    return Some(DnsAnswer { records: found, secure: secure && every, alias_of });
                }
            }
        }
        Some(DnsAnswer::default())
    }
}

fn of_kind(records: &[LocalRecord], kind: RecordType) -> Vec<DnsRecord> {
    let wanted = records.iter().filter(|record| record.data.record_type() == kind);
    wanted.map(|record| answer::record(&record.data, record.ttl)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records() -> LocalRecords {
        let all = [
            ("mail.example", "a", "192.0.2.1", true),
            ("mail.example", "TXT", "v=spf1 -all", true),
            ("example", "MX", "10 mail.example.", false),
            ("www.example", "CNAME", "Mail.example.", true),
            ("192.0.2.1", "PTR", "mail.example.", true),
            ("circle.example", "CNAME", "circle.example.", true),
        ];
        let made = all.map(|(name, kind, value, secure)| {
            LocalRecord::new((name, kind, value), 60, secure).expect("a record")
        });
        LocalRecords::new(&made)
    }

    fn look(name: &str, kind: RecordType) -> Option<(Vec<String>, bool)> {
        let name = super::super::qualified(name, kind).expect("a name");
        let answer = records().find(&name, kind)?;
        Some((answer.records.into_iter().map(|record| record.data).collect(), answer.secure))
    }

    #[test]
    fn names_types_and_aliases() {
        let one = |text: &str, secure| Some((vec![text.to_owned()], secure));
        assert_eq!(look("MAIL.example", RecordType::A), one("192.0.2.1", true));
        assert_eq!(look("www.example", RecordType::A), one("192.0.2.1", true));
        assert_eq!(look("mail.example", RecordType::TXT), one("v=spf1 -all", true));
        assert_eq!(look("example", RecordType::MX), one("mail.example", false));
        assert_eq!(look("192.0.2.1", RecordType::PTR), one("mail.example", true));
        assert_eq!(look("mail.example", RecordType::AAAA), Some((vec![], true)));
        assert_eq!(look("circle.example", RecordType::A), Some((vec![], false)));
        assert_eq!(look("other.example", RecordType::A), None);
    }

    #[test]
    fn what_is_no_record_is_refused() {
        for (kind, value) in [("A", "2001:db8::1"), ("AAAA", "x"), ("MX", "mail"), ("NONE!", "")] {
            assert!(LocalRecord::new(("a.example", kind, value), 1, false).is_err(), "{kind}");
        }
    }
}
