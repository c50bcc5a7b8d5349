//! Message data on the wire: finding its end, undoing and doing dot-stuffing, line endings.
//!
//! *Invariants.* Only CRLF `.` CRLF ends the data: none of `LF . LF`, `LF . CRLF`, `CR . CR`,
//! `CRLF . LF`, `CRLF . CR` does, so that two servers cannot disagree about where a message ends
//! ("SMTP smuggling"). What [`DataWriter`] writes, [`DataReader`] reads back.
//!
//! *Sources.* RFC 5321 §4.1.1.4, §4.5.2 and §2.3.8.

mod reader;
mod writer;

pub use reader::{DataReader, LineEndings};
pub use writer::DataWriter;
