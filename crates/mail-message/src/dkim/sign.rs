//! Making a signature.
//!
//! *Sources.* RFC 6376 §3.5, §3.7, §5.4 and §5.4.1; RFC 8617 §4.1.2.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::canonical::{Index, bare};
use super::{Algorithm, BodyHash, Canonicalization, KeyError, SigningKey, form_name};

/// What is signed when nobody says (RFC 6376 §5.4.1), in lower case.
const RECOMMENDED: [&str; 27] = [
    "from",
    "reply-to",
    "subject",
    "date",
    "message-id",
    "to",
    "cc",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
    "content-id",
    "content-description",
    "resent-date",
    "resent-from",
    "resent-sender",
    "resent-to",
    "resent-cc",
    "resent-message-id",
    "in-reply-to",
    "references",
    "list-id",
    "list-help",
    "list-unsubscribe",
    "list-unsubscribe-post",
    "list-subscribe",
    "list-post",
    "list-archive",
];

/// What a signature says.
#[derive(Clone, Debug)]
pub struct SignOptions {
    /// Selector.
    pub selector: String,
    /// Domain that answers for the message.
    pub domain: String,
    /// Algorithm.
    pub algorithm: Algorithm,
    /// Form of the header.
    pub header: Canonicalization,
    /// Form of the body.
    pub body: Canonicalization,
    /// Exact list of fields; the recommended ones without.
    pub headers: Option<Vec<String>>,
    /// Fields besides those.
    pub additional: Vec<String>,
    /// Fields that are signed once more than they occur, so that none can be added.
    pub oversign: Vec<String>,
    /// Time of the signature, in seconds since 1970.
    pub timestamp: Option<u64>,
    /// Time when it ends.
    pub expiration: Option<u64>,
    /// User or agent.
    pub identity: Option<String>,
    /// How many bytes of the body count.
    pub body_length: Option<u64>,
    /// Instance of a message signature of ARC, which is made instead.
    pub arc: Option<u32>,
}

impl SignOptions {
    /// Options with the defaults of everything else.
    pub fn new(selector: &str, domain: &str) -> Self {
        Self {
            selector: selector.to_owned(),
            domain: domain.to_owned(),
            algorithm: Algorithm::RsaSha256,
            header: Canonicalization::Relaxed,
            body: Canonicalization::Relaxed,
            headers: None,
            additional: Vec::new(),
            oversign: vec!["from".to_owned()],
            timestamp: None,
            expiration: None,
            identity: None,
            body_length: None,
            arc: None,
        }
    }
}

/// Why no signature was made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// The key does not work.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A text would break the list of tags.
    #[error("{0} has characters that a signature cannot carry")]
    Text(&'static str),
    /// Receivers ignore such a signature (RFC 6376 §5.4).
    #[error("the field From must be signed")]
    From,
    /// It would never be valid (RFC 6376 §3.5).
    #[error("the expiration must be later than the timestamp")]
    Expiration,
    /// It would never be valid (RFC 6376 §3.5).
    #[error("the identity must be in the domain of the signature or below it")]
    Identity,
}

/// A signature field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// Name of the field.
    pub name: &'static str,
    /// Its value with folds, to be written after one blank.
    pub value: Vec<u8>,
}

/// A signature field that lacks the signature. It can be signed on any thread.
pub struct Unsigned {
    name: &'static str,
    value: Folded,
    algorithm: Algorithm,
    data: Vec<u8>,
}

impl Unsigned {
    /// Signs it.
    ///
    /// # Errors
    /// The key does not work.
    pub fn sign(mut self, key: &SigningKey) -> Result<Signed, SignError> {
        let signature = STANDARD.encode(key.sign(self.algorithm, &self.data)?);
        self.value.long(signature.as_bytes());
        Ok(Signed { name: self.name, value: self.value.text })
    }
}

impl SignOptions {
    /// A hash for the body that is to be signed.
    pub fn body_hash(&self) -> BodyHash {
        BodyHash::new(self.body, self.algorithm, self.body_length)
    }

    /// Puts together what is to be signed, of a header block and the hash of a body.
    ///
    /// # Errors
    /// Receivers would refuse what is asked for.
    pub fn unsigned(&self, header: &[u8], body: BodyHash) -> Result<Unsigned, SignError> {
        self.check()?;
        let index = Index::new(header);
        let names = self.names(&index);
        if !names.iter().any(|name| name == "from") {
            return Err(SignError::From);
        }
        let (hash, length) = body.finish();
        let name = if self.arc.is_some() { "ARC-Message-Signature" } else { "DKIM-Signature" };
        let value = self.tags(&names, &hash, length, name.len() + 2);
        let mut data = Vec::with_capacity(header.len());
        let wanted = names.iter().map(|name| name.as_bytes());
        index.selected(wanted, self.header, &mut data);
        bare(&[name.as_bytes(), b": ", &value.text].concat(), self.header, &mut data);
        Ok(Unsigned { name, value, algorithm: self.algorithm, data })
    }

    fn check(&self) -> Result<(), SignError> {
        let domain_like = |t: &str| {
            !t.is_empty() && t.bytes().all(|b| b.is_ascii_graphic() && b != b';' || b >= 128)
        };
        let named = |t: &String| {
            !t.is_empty() && t.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b':' | b';'))
        };
        if !domain_like(&self.selector) {
            return Err(SignError::Text("the selector"));
        }
        if !domain_like(&self.domain) {
            return Err(SignError::Text("the domain"));
        }
        let lists = [self.headers.as_deref().unwrap_or_default(), &self.additional, &self.oversign];
        if !lists.into_iter().flatten().all(named) {
            return Err(SignError::Text("a name of a field"));
        }
        if let Some(identity) = &self.identity {
            if !domain_like(identity) {
                return Err(SignError::Text("the identity"));
            }
            let domain = identity.rsplit_once('@').map_or(&identity[..], |(_, domain)| domain);
            if !is_within(domain, &self.domain) {
                return Err(SignError::Identity);
            }
        }
        match (self.timestamp, self.expiration) {
            (Some(start), Some(end)) if end <= start => Err(SignError::Expiration),
            _ => Ok(()),
        }
    }

    /// Names of the signed fields in lower case, repeated as often as they count.
    fn names(&self, index: &Index<'_>) -> Vec<Cow<'static, str>> {
        let lower = |name: &String| Cow::Owned(name.to_ascii_lowercase());
        let mut names: Vec<Cow<'static, str>> = self.headers.iter().flatten().map(lower).collect();
        let mut add = |name: Cow<'static, str>| {
            let count = index.count(&name);
            if count > 0 && !names.contains(&name) {
                names.extend(std::iter::repeat_n(name, count));
            }
        };
        if self.headers.is_none() {
            RECOMMENDED.iter().for_each(|name| add(Cow::Borrowed(name)));
        }
        self.additional.iter().map(lower).for_each(add);
        for name in self.oversign.iter().map(lower) {
            let listed = names.iter().filter(|n| **n == name).count();
            let missing = (index.count(&name) + 1).saturating_sub(listed);
            let at = names.iter().rposition(|n| *n == name).map_or(names.len(), |at| at + 1);
            names.splice(at..at, std::iter::repeat_n(name, missing));
        }
        names
    }

    /// The value up to `b=`.
    fn tags(&self, names: &[Cow<'_, str>], hash: &[u8], length: u64, column: usize) -> Folded {
        let mut value = Folded { text: Vec::with_capacity(512), column };
        match self.arc {
            Some(instance) => value.tag("i", &instance.to_string()),
            None => value.tag("v", "1"),
        }
        value.tag("a", self.algorithm.name());
        value.tag("c", &format!("{}/{}", form_name(self.header), form_name(self.body)));
        value.tag("d", &self.domain);
        value.tag("s", &self.selector);
        if let Some(time) = self.timestamp {
            value.tag("t", &time.to_string());
        }
        if let Some(time) = self.expiration {
            value.tag("x", &time.to_string());
        }
        if let (Some(identity), None) = (&self.identity, self.arc) {
            value.tag("i", identity);
        }
        if self.body_length.is_some() {
            value.tag("l", &length.to_string());
        }
        value.list("h", names);
        value.tag("bh", &STANDARD.encode(hash));
        value.word(&[" ", "b="]);
        value
    }
}

/// Whether a domain is another one or lies below it.
pub(super) fn is_within(domain: &str, outer: &str) -> bool {
    let (domain, outer) = (domain.to_ascii_lowercase(), outer.to_ascii_lowercase());
    domain.strip_suffix(&outer).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// A value that is folded while it grows.
struct Folded {
    text: Vec<u8>,
    column: usize,
}

impl Folded {
    /// Text in pieces, of which the first is a blank where the line may be broken.
    fn word(&mut self, pieces: &[&str]) {
        let length: usize = pieces.iter().map(|piece| piece.len()).sum();
        if self.column + length > crate::field::LINE && !self.text.is_empty() {
            self.text.extend_from_slice(b"\r\n");
            self.column = 0;
        }
        // The first one stands behind the blank after the name.
        let pieces = if self.text.is_empty() { &pieces[1..] } else { pieces };
        self.put(pieces);
    }

    fn put(&mut self, pieces: &[&str]) {
        for piece in pieces {
            self.text.extend_from_slice(piece.as_bytes());
            self.column += piece.len();
        }
    }

    fn tag(&mut self, name: &str, value: &str) {
        self.word(&[" ", name, "=", value, ";"]);
    }

    fn list(&mut self, name: &str, items: &[Cow<'_, str>]) {
        let last = items.len().saturating_sub(1);
        for (at, item) in items.iter().enumerate() {
            let end = if at == last { ";" } else { ":" };
            if at == 0 {
                self.word(&[" ", name, "=", item, end]);
                continue;
            }
            if self.column + item.len() + 1 > crate::field::LINE {
                self.text.extend_from_slice(b"\r\n ");
                self.column = 1;
            }
            self.put(&[item, end]);
        }
    }

    /// Text that may be broken anywhere.
    fn long(&mut self, text: &[u8]) {
        let mut rest = text;
        while !rest.is_empty() {
            if self.column >= crate::field::LINE {
                self.text.extend_from_slice(b"\r\n ");
                self.column = 1;
            }
            let (now, later) = rest.split_at(rest.len().min(crate::field::LINE - self.column));
            self.text.extend_from_slice(now);
            self.column += now.len();
            rest = later;
        }
    }
}
