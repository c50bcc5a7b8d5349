//! Keys, certificates, CMS, ciphers and password hashes.
//!
//! *Invariants*: bytes in, bytes out: time is an argument, and so is chance wherever the result shows it;
//! readers take any bytes and never panic; a private key shows itself in no text and is wiped from
//! memory when it goes.
//!
//! *Not here*: how scripts reach all this (`hsl-std`), TLS, signatures of mail header fields.
//!
//! *Sources*: RFC 5280 (certificates), RFC 5652 (CMS), RFC 8017 (RSA). Why these libraries: ADR 0010.

mod ber;
mod certificate;
mod chain;
pub mod cipher;
pub mod cms;
mod crl;
mod digest;
mod extension;
mod identity;
mod key;
mod names;
mod password;
mod pem;
mod public;
mod tlv;

pub use certificate::Certificate;
pub use chain::{ChainError, Purpose, Trust};
pub use crl::{Crl, Revoked};
pub use digest::Hash;
pub use extension::Extension;
pub use identity::{Identities, Identity, IdentityError};
pub use key::{EcKey, Ed25519Key, PrivateKey, RsaKey};
pub use names::AltName;
pub use password::{crypt, is_slow};
pub use pem::encode as pem;
pub use public::{PublicKey, Scheme, SignatureError};
