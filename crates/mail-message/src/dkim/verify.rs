//! Checking a signature.
//!
//! *Sources.* RFC 6376 §6.1 and §3.6.1; RFC 8301 §3.

use aws_lc_rs::digest;
use aws_lc_rs::signature::{
    ED25519, RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY,
    RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, UnparsedPublicKey, VerificationAlgorithm,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::canonical::{Index, bare};
use super::sign::is_within;
use super::tags::without_signature;
use super::{Algorithm, BodyHash, Canonicalization, Digest, Tags};

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
    algorithm: Algorithm,
    header: Canonicalization,
    body: Canonicalization,
    domain: String,
    selector: String,
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
        let algorithm = tags.get("a").and_then(Algorithm::find);
        let algorithm = algorithm.ok_or(Failure::Malformed("the algorithm is unknown"))?;
        let (header, body) = canonicalizations(tags.dense("c").as_deref())?;
        let text = |name, missing| {
            let value = tags.dense(name).filter(|value| !value.is_empty());
            let value = value.and_then(|value| String::from_utf8(value).ok());
            value.ok_or(Failure::Malformed(missing))
        };
        let domain = text("d", "the tag d is missing")?;
        let selector = text("s", "the tag s is missing")?;
        for (name, missing) in [("b", "the tag b is missing"), ("bh", "the tag bh is missing")] {
            text(name, missing)?;
        }
        let names = text("h", "the tag h is missing")?;
        if !names.split(':').any(|name| name.eq_ignore_ascii_case("from")) {
            return Err(Failure::Malformed("the field From is not signed"));
        }
        check_identity(tags, &domain, is_arc)?;
        check_times(tags, now)?;
        if tags.number("l") == Some(None) {
            return Err(Failure::Malformed("the tag l is no number"));
        }
        let q = tags.dense("q");
        if q.is_some_and(|q| !q.split(|&b| b == b':').any(|method| method == b"dns/txt")) {
            return Err(Failure::Malformed("the query method is unknown"));
        }
        let (field, tags) = (field.to_vec(), tags.clone());
        Ok(Self { field, tags, algorithm, header, body, domain, selector })
    }

    /// The name whose TXT record holds the key.
    pub fn query(&self) -> String {
        format!("{}._domainkey.{}", self.selector, self.domain)
    }

    /// A hash for the body.
    pub fn body_hash(&self) -> BodyHash {
        let limit = self.tags.number("l").flatten();
        BodyHash::new(self.body, self.algorithm.digest(), limit)
    }

    /// Checks the signature with the record of its key.
    ///
    /// # Errors
    /// Why it does not hold.
    pub fn finish(&self, record: &[u8], header: &[u8], body: BodyHash) -> Result<(), Failure> {
        let key = self.key(record)?;
        let (hash, length) = body.finish();
        let promised = self.tags.dense("bh").and_then(|text| STANDARD.decode(text).ok());
        let short = self.tags.number("l").flatten().is_some_and(|limit| length < limit);
        if promised != Some(hash) || short {
            return Err(Failure::BodyHash);
        }
        let signature = self.tags.dense("b").and_then(|text| STANDARD.decode(text).ok());
        let signature = signature.ok_or(Failure::Malformed("the tag b is no base64"))?;
        let names = self.tags.dense("h").unwrap_or_default();
        let mut data = Vec::with_capacity(header.len());
        Index::new(header).selected(names.split(|&b| b == b':'), self.header, &mut data);
        bare(&without_signature(&self.field), self.header, &mut data);
        let hashed = (self.algorithm == Algorithm::Ed25519Sha256)
            .then(|| digest::digest(&digest::SHA256, &data).as_ref().to_vec());
        let data = hashed.as_ref().unwrap_or(&data);
        let key = UnparsedPublicKey::new(self.verifier(), key);
        key.verify(data, &signature).map_err(|_| Failure::Signature)
    }

    fn verifier(&self) -> &'static dyn VerificationAlgorithm {
        match self.algorithm {
            Algorithm::RsaSha1 => &RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY,
            Algorithm::RsaSha256 => &RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY,
            Algorithm::Ed25519Sha256 => &ED25519,
        }
    }

    /// The key of a record that may be used for this signature.
    fn key(&self, record: &[u8]) -> Result<Vec<u8>, Failure> {
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
        let hash: &[u8] = if self.algorithm.digest() == Digest::Sha1 { b"sha1" } else { b"sha256" };
        if !has("h", hash) {
            return Err(Failure::Record("it does not allow the hash of the signature"));
        }
        let kind: &[u8] =
            if self.algorithm == Algorithm::Ed25519Sha256 { b"ed25519" } else { b"rsa" };
        if tags.get("k").unwrap_or(b"rsa") != kind {
            return Err(Failure::Record("its key is of another kind"));
        }
        if !has("s", b"email") && !has("s", b"*") {
            return Err(Failure::Record("it is not for mail"));
        }
        if tags.dense("t").is_some() && has("t", b"s") && !self.is_own_domain() {
            return Err(Failure::Record("it does not allow identities below the domain"));
        }
        let key = tags.dense("p").ok_or(Failure::Record("it has no key"))?;
        if key.is_empty() {
            return Err(Failure::Record("the key was revoked"));
        }
        STANDARD.decode(key).map_err(|_| Failure::Record("its key is no base64"))
    }

    fn is_own_domain(&self) -> bool {
        let identity = self.tags.dense("i").unwrap_or_default();
        let at = memchr::memrchr(b'@', &identity);
        at.is_none_or(|at| identity[at + 1..].eq_ignore_ascii_case(self.domain.as_bytes()))
    }
}

fn canonicalizations(
    value: Option<&[u8]>,
) -> Result<(Canonicalization, Canonicalization), Failure> {
    let value = value.unwrap_or(b"simple/simple");
    let mut forms = value.splitn(2, |&b| b == b'/');
    let header = forms.next().and_then(Canonicalization::find);
    let body = Canonicalization::find(forms.next().unwrap_or(b"simple"));
    header.zip(body).ok_or(Failure::Malformed("the canonicalization is unknown"))
}

fn check_identity(tags: &Tags, domain: &str, is_arc: bool) -> Result<(), Failure> {
    // Of ARC, the tag is a number.
    let Some(identity) = tags.dense("i").filter(|_| !is_arc) else { return Ok(()) };
    let identity = String::from_utf8_lossy(&identity).into_owned();
    let at = identity.rsplit_once('@').map(|(_, domain)| domain);
    match at.is_some_and(|inner| is_within(inner, domain)) {
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
