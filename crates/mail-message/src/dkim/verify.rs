//! Checking a signature.
//!
//! *Sources.* RFC 6376 §6.1 and §3.6.1; RFC 8301 §3.

use mail_auth::Error;
use mail_auth::common::parse::TxtRecordParser;
use mail_auth::common::verify::{DomainKey, VerifySignature};
use mail_auth::dkim::{Canonicalization, DkimError, Signature};

use super::canonical::{Index, bare};
use super::sign::is_within;
use super::tags::without_signature;
use super::{Algorithm, BodyHash, Tags, form_name};

/// What a signature must say, and the words for one that does not.
const NEEDED: [(&str, &str); 6] = [
    ("a", "the tag a is missing"),
    ("d", "the tag d is missing"),
    ("s", "the tag s is missing"),
    ("b", "the tag b is missing"),
    ("bh", "the tag bh is missing"),
    ("h", "the tag h is missing"),
];
const UNKNOWN_ALGORITHM: Failure = Failure::Malformed("the algorithm is unknown");
const UNKNOWN_FORM: Failure = Failure::Malformed("the canonicalization is unknown");
/// Fewest bits of an RSA key (RFC 8301 §3.2).
const FEWEST_BITS: usize = 1024;

/// Why a signature does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The field is malformed.
    #[error("the signature is malformed: {0}")]
    Malformed(&'static str),
    /// It ended.
    #[error("the signature has expired")]
    Expired,
    /// There is no usable key.
    #[error("the key record cannot be used: {0}")]
    Record(&'static str),
    /// The body was changed.
    #[error("the body hash does not match")]
    BodyHash,
    /// The header was changed, or the key is another.
    #[error("the signature does not match")]
    Signature,
}

/// A signature that is being checked.
#[derive(Debug)]
pub struct Verification {
    field: Vec<u8>,
    tags: Tags,
    signature: Signature,
}

impl Verification {
    /// Reads a signature field with its name. `now` is in seconds since 1970.
    ///
    /// # Errors
    /// Why it cannot hold.
    pub fn new(field: &[u8], tags: &Tags, now: u64) -> Result<Self, Failure> {
        let field = field.strip_suffix(b"\n").unwrap_or(field);
        let field = field.strip_suffix(b"\r").unwrap_or(field);
        let name = field.split(|&b| b == b':').next().unwrap_or_default().trim_ascii();
        let is_arc = name.eq_ignore_ascii_case(b"ARC-Message-Signature");
        if !is_arc && !name.eq_ignore_ascii_case(b"DKIM-Signature") {
            return Err(Failure::Malformed("it is no DKIM-Signature or ARC-Message-Signature"));
        }
        if !is_arc && tags.get("v") != Some(b"1") {
            return Err(Failure::Malformed("the version is not 1"));
        }
        let signature = read(tags, is_arc)?;
        if !signature.h.iter().any(|name| name.eq_ignore_ascii_case("from")) {
            return Err(Failure::Malformed("the field From is not signed"));
        }
        check_identity(&signature)?;
        check_times(tags, now)?;
        if tags.number("l") == Some(None) {
            return Err(Failure::Malformed("the tag l is no number"));
        }
        let q = tags.dense("q");
        if q.is_some_and(|q| !q.split(|&b| b == b':').any(|method| method == b"dns/txt")) {
            return Err(Failure::Malformed("the query method is unknown"));
        }
        Ok(Self { field: field.to_vec(), tags: tags.clone(), signature })
    }

    /// The name whose TXT record holds the key.
    pub fn query(&self) -> String {
        let name = self.signature.domain_key();
        name.strip_suffix('.').unwrap_or(&name).to_owned()
    }

    /// A hash for the body.
    pub fn body_hash(&self) -> BodyHash {
        let limit = self.tags.number("l").flatten();
        BodyHash::new(self.signature.cb, self.signature.a, limit)
    }

    /// Checks the signature with the record of its key.
    ///
    /// # Errors
    /// Why it does not hold.
    pub fn finish(&self, record: &[u8], header: &[u8], body: BodyHash) -> Result<(), Failure> {
        let key = self.key(record)?;
        let (hash, length) = body.finish();
        let short = self.tags.number("l").flatten().is_some_and(|limit| length < limit);
        if hash != self.signature.bh || short {
            return Err(Failure::BodyHash);
        }
        let (form, names) = (self.signature.ch, self.signature.h.iter());
        let mut data = Vec::with_capacity(header.len());
        Index::new(header).selected(names.map(String::as_bytes), form, &mut data);
        bare(&without_signature(&self.field), form, &mut data);
        let checked = key.p.verify_bytes(&data, &self.signature.b, self.signature.a);
        checked.map_err(|_| Failure::Signature)
    }

    /// The key of a record that may be used for this signature.
    fn key(&self, record: &[u8]) -> Result<DomainKey, Failure> {
        let tags = Tags::parse(record).ok_or(Failure::Record("it is malformed"))?;
        let first = tags.iter().next().map(|(name, _)| name.to_vec());
        if let Some(version) = tags.get("v")
            && (version != b"DKIM1" || first.as_deref() != Some(b"v"))
        {
            return Err(Failure::Record("its version is not DKIM1"));
        }
        let has = |name: &str, wanted: &[u8]| {
            tags.dense(name)
                .is_none_or(|list| list.split(|&b| b == b':').any(|item| item == wanted))
        };
        let (kind, hash): (&[u8], &[u8]) = match self.signature.a {
            Algorithm::RsaSha1 => (b"rsa", b"sha1"),
            Algorithm::RsaSha256 => (b"rsa", b"sha256"),
            Algorithm::Ed25519Sha256 => (b"ed25519", b"sha256"),
        };
        if !has("h", hash) {
            return Err(Failure::Record("it does not allow the hash of the signature"));
        }
        if tags.get("k").unwrap_or(b"rsa") != kind {
            return Err(Failure::Record("its key is of another kind"));
        }
        if !has("s", b"email") && !has("s", b"*") {
            return Err(Failure::Record("it is not for mail"));
        }
        if tags.dense("t").is_some() && has("t", b"s") && !self.is_own_domain() {
            return Err(Failure::Record("it does not allow identities below the domain"));
        }
        if tags.get("p").is_some() && !tags.is_base64("p") {
            return Err(Failure::Record("its key is no base64"));
        }
        let key = DomainKey::parse(&tags.only(&["k", "p"])).map_err(|error| match error {
            Error::Dkim(DkimError::RevokedPublicKey) => Failure::Record("the key was revoked"),
            _ => Failure::Record("it has no key"),
        })?;
        match key.p.public_key_bits() {
            1..FEWEST_BITS => Err(Failure::Record("its key has less than 1024 bits")),
            _ => Ok(key),
        }
    }

    fn is_own_domain(&self) -> bool {
        let at = self.signature.i.rsplit_once('@');
        at.is_none_or(|(_, domain)| domain.eq_ignore_ascii_case(&self.signature.d))
    }
}

/// What the tags say. Of those that do not follow the grammar, `mail-auth` would take some.
fn read(tags: &Tags, is_arc: bool) -> Result<Signature, Failure> {
    for (name, missing) in NEEDED {
        let text = tags.dense(name).and_then(|value| String::from_utf8(value).ok());
        text.filter(|text| !text.is_empty()).ok_or(Failure::Malformed(missing))?;
    }
    if !tags.is_base64("b") || !tags.is_base64("bh") {
        return Err(Failure::Malformed("the tag b or bh is no base64"));
    }
    // Of ARC, the tag i is a number.
    let names = ["a", "b", "bh", "c", "d", "h", "s", "i"];
    let names = if is_arc { &names[..7] } else { &names };
    let signature = Signature::parse(&tags.only(names)).map_err(|error| match error {
        Error::Dkim(DkimError::UnsupportedAlgorithm) => UNKNOWN_ALGORITHM,
        Error::Dkim(DkimError::UnsupportedCanonicalization) => UNKNOWN_FORM,
        _ => Failure::Malformed("it lacks a tag"),
    })?;
    let is = |written: &[u8], name: &str| written.eq_ignore_ascii_case(name.as_bytes());
    if !tags.get("a").is_some_and(|written| is(written, signature.a.name())) {
        return Err(UNKNOWN_ALGORITHM);
    }
    let (header, body) = (form_name(signature.ch), form_name(signature.cb));
    let is_form = |written: &[u8]| {
        is(written, &format!("{header}/{body}"))
            || is(written, header) && signature.cb == Canonicalization::Simple
    };
    if !tags.dense("c").is_none_or(|written| is_form(&written)) {
        return Err(UNKNOWN_FORM);
    }
    Ok(signature)
}

fn check_identity(signature: &Signature) -> Result<(), Failure> {
    let domain = signature.i.rsplit_once('@').map(|(_, domain)| domain);
    match signature.i.is_empty() || domain.is_some_and(|domain| is_within(domain, &signature.d)) {
        true => Ok(()),
        false => Err(Failure::Malformed("the identity is outside the domain")),
    }
}

fn check_times(tags: &Tags, now: u64) -> Result<(), Failure> {
    match (tags.number("t"), tags.number("x")) {
        (Some(None), _) | (_, Some(None)) => Err(Failure::Malformed("a time is no number")),
        (Some(Some(start)), Some(Some(end))) if end <= start => {
            Err(Failure::Malformed("it ends before it begins"))
        }
        (_, Some(Some(end))) if end < now => Err(Failure::Expired),
        _ => Ok(()),
    }
}
