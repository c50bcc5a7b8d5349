//! SMTP extensions, one file each.
//!
//! An extension says its EHLO line, the parameters it allows on MAIL and RCPT, how the server
//! checks their values and what the client adds when the peer announces it. Both machines walk
//! [`ALL`]; adding one means one file here, its line in the list and a dialogue of its name.
//!
//! *Sources.* RFC 5321 §2.2 and §4.1.1.1; the IANA registry of mail parameters.

mod announced;
mod eight_bit_mime;
mod enhanced_status_codes;
mod pipelining;
mod size;

pub use announced::{Allowed, Announced};
pub(crate) use size::too_large;

use crate::client::Outgoing;
use crate::server::Config;
use crate::{Parameters, Reply};

/// A service extension.
pub trait Extension: Sync {
    /// EHLO keyword, in upper case.
    fn keyword(&self) -> &'static str;

    /// The line that a server announces.
    fn line(&self, _config: &Config) -> String {
        self.keyword().to_owned()
    }

    /// Parameters it allows on MAIL.
    fn mail_parameters(&self) -> &'static [&'static str] {
        &[]
    }

    /// Parameters it allows on RCPT.
    fn rcpt_parameters(&self) -> &'static [&'static str] {
        &[]
    }

    /// Checks the value of one of its parameters as the server.
    ///
    /// # Errors
    /// The reply that refuses the command.
    fn check(&self, _keyword: &str, _value: Option<&str>, _config: &Config) -> Result<(), Reply> {
        Ok(())
    }

    /// Adds what the client says on MAIL when the server announced the keyword.
    fn request(&self, _message: &Outgoing, _params: &mut Parameters) {}
}

/// Every extension, in the order of the EHLO reply.
pub static ALL: &[&dyn Extension] = &[
    &pipelining::Pipelining,
    &size::Size,
    &eight_bit_mime::EightBitMime,
    &enhanced_status_codes::EnhancedStatusCodes,
];

/// The extension of this keyword, in upper case.
pub fn find(keyword: &str) -> Option<&'static dyn Extension> {
    ALL.iter().copied().find(|extension| extension.keyword() == keyword)
}

/// The lines that a server with this configuration announces.
pub fn lines(config: &Config) -> Vec<String> {
    ALL.iter().map(|extension| extension.line(config)).collect()
}
