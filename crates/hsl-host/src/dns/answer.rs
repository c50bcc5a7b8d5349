//! Answers of the resolver as text.
//!
//! Invariants: names come back without the final dot, except for the root; records that failed
//! validation are never shown.
//!
//! Sources: RFC 1035 §5.1 (presentation of records), RFC 7505 (null MX), RFC 4035 §4.3.

use hickory_resolver::net::{DnsError as WireError, NetError};
use hickory_resolver::proto::dnssec::{DnssecSummary, Proof};
use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::rr::{Name, RData, Record, RecordType};
use hsl_vm::request::{DnsAnswer, DnsError, DnsRecord};

/// The records of a kind that a name has. The answer is secure when all of it was validated, aliases
/// included.
pub(super) fn found(records: &[Record], name: &Name, kind: RecordType) -> DnsAnswer {
    let secure = matches!(DnssecSummary::from_records(records.iter()), DnssecSummary::Secure);
    let wanted = records.iter().filter(|record| record.record_type() == kind);
    let owner = wanted.clone().map(|record| &record.name).next();
    let alias_of = owner.filter(|owner| *owner != name).map(host);
    let records = wanted.map(|found| record(&found.data, found.ttl)).collect();
    DnsAnswer { records, secure, alias_of }
}

/// Whether an answer failed validation.
pub(super) fn is_forged(error: &NetError) -> bool {
    match error {
        NetError::Dns(WireError::DnssecBogus) => true,
        NetError::Dns(WireError::Nsec { proof, .. }) => matches!(proof, Proof::Bogus),
        _ => false,
    }
}

/// Where an alias leads, when all of the answer was validated.
pub(super) fn target(records: &[Record]) -> Option<Name> {
    let secure = matches!(DnssecSummary::from_records(records.iter()), DnssecSummary::Secure);
    records.iter().filter(|_| secure).find_map(|record| match &record.data {
        RData::CNAME(target) => Some(target.0.clone()),
        _ => None,
    })
}

/// What an answer without records means.
pub(super) fn nothing(error: &NetError) -> Result<DnsAnswer, DnsError> {
    match error {
        NetError::Dns(WireError::NoRecordsFound(none)) => missing(none.response_code, false),
        NetError::Dns(WireError::Nsec { response, proof, .. }) => match proof {
            Proof::Bogus => Err(DnsError::ServerFailure),
            _ => missing(response.response_code, proof.is_secure()),
        },
        NetError::Dns(WireError::ResponseCode(code)) => missing(*code, false),
        NetError::Dns(_) | NetError::NoConnections | NetError::Io(_) => {
            Err(DnsError::ServerFailure)
        }
        NetError::Timeout => Err(DnsError::Timeout),
        other => Err(DnsError::Other(other.to_string())),
    }
}

fn missing(code: ResponseCode, secure: bool) -> Result<DnsAnswer, DnsError> {
    match code {
        ResponseCode::NXDomain => Err(DnsError::NoSuchName),
        ResponseCode::NoError => Ok(DnsAnswer { secure, ..DnsAnswer::default() }),
        _ => Err(DnsError::ServerFailure),
    }
}

/// One record.
pub(super) fn record(data: &RData, ttl: u32) -> DnsRecord {
    let (data, preference) = match data {
        RData::MX(mx) => (host(&mx.exchange), Some(mx.preference)),
        RData::SRV(srv) => (host(&srv.target), Some(srv.priority)),
        RData::NS(name) => (host(&name.0), None),
        RData::CNAME(name) => (host(&name.0), None),
        RData::PTR(name) => (host(&name.0), None),
        RData::TXT(txt) => {
            let text = txt.txt_data.concat();
            (String::from_utf8_lossy(&text).into_owned(), None)
        }
        other => (other.to_string(), None),
    };
    DnsRecord { data, preference, ttl }
}

/// The root keeps its dot: a null MX must stay visible (RFC 7505).
pub(super) fn host(name: &Name) -> String {
    let text = name.to_utf8();
    match text.strip_suffix('.') {
        Some(bare) if !bare.is_empty() => bare.to_owned(),
        _ => text,
    }
}
