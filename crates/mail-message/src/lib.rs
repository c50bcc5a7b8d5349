//! Messages, their parts and edits, byte exact.
//!
//! A received message never changes. [`Message`] reads its header fields and parts and collects
//! changes as an [`Edits`] list beside it; what comes out is a list of [`Patch`]es against the received bytes,
//! so any number of differing copies share one stored body, and a body is never copied or even
//! read to change a header.
//!
//! *Invariants.* Bytes that no edit touches come out as they came in, malformed lines included.
//! No header name or value can start a new field or end the header, whatever a script passed.
//!
//! *Not here.* What scripts see of it (crate `hsl-std`), where bodies live (`mail-queue`).
//!
//! *Sources.* RFC 5322 §2.2, RFC 2045 to 2047, RFC 2231.

mod builder;
mod charset;
mod date;
pub mod dkim;
mod edits;
pub mod encoded_word;
mod field;
mod header;
mod message;
mod mime;
mod received;
mod source;
pub mod spf;

pub use builder::{BuildError, Builder, RenderedPart};
pub use date::format_date;
pub use edits::{Edits, OutOfRange, Patch};
pub use field::{FieldError, Written};
pub use header::{Field, HeaderScanner, MAX_HEADER, fields};
pub use message::{EditError, Message, Occurrence, PartIndex, Side};
pub use mime::{Encoding, Fault, MAX_DEPTH, MAX_PARTS};
pub use received::{Protocol, Received};
pub use source::{Changed, MemorySource, Source};
