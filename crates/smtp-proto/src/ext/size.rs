//! SIZE: the largest message, and how large this one will be.
//!
//! *Sources.* RFC 1870.

use super::Extension;
use crate::client::Outgoing;
use crate::server::Config;
use crate::{Enhanced, Parameters, Reply};

/// The extension.
pub(super) struct Size;

impl Extension for Size {
    fn keyword(&self) -> &'static str {
        "SIZE"
    }

    fn line(&self, config: &Config) -> String {
        format!("SIZE {}", config.max_size)
    }

    fn mail_parameters(&self) -> &'static [&'static str] {
        &["SIZE"]
    }

    fn check(&self, _keyword: &str, value: Option<&str>, config: &Config) -> Result<(), Reply> {
        let digits = value.unwrap_or_default();
        // RFC 1870 §5: up to 20 digits.
        if digits.is_empty() || digits.len() > 20 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(Reply::new(501, Enhanced(5, 5, 4), "SIZE must be a number of octets"));
        }
        // More than 64 bits is more than any limit.
        let size = digits.parse().unwrap_or(u64::MAX);
        if size > config.max_size { Err(too_large(config.max_size)) } else { Ok(()) }
    }

    fn request(&self, message: &Outgoing, params: &mut Parameters) {
        params.set("SIZE", Some(&message.size.to_string()));
    }
}

/// Refuses a message beyond the limit, whether announced or met.
pub(crate) fn too_large(limit: u64) -> Reply {
    let text = format!("Message exceeds the limit of {limit} octets");
    Reply::new(552, Enhanced(5, 3, 4), text)
}
