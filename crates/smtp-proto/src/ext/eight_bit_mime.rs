//! 8BITMIME: message data with octets above 127.
//!
//! *Sources.* RFC 6152.

use super::Extension;
use crate::client::Outgoing;
use crate::server::Config;
use crate::{Enhanced, Parameters, Reply};

/// The extension.
pub(super) struct EightBitMime;

impl Extension for EightBitMime {
    fn keyword(&self) -> &'static str {
        "8BITMIME"
    }

    fn mail_parameters(&self) -> &'static [&'static str] {
        &["BODY"]
    }

    fn check(&self, _keyword: &str, value: Option<&str>, _config: &Config) -> Result<(), Reply> {
        let value = value.unwrap_or_default();
        let known = ["7BIT", "8BITMIME"].iter().any(|body| value.eq_ignore_ascii_case(body));
        if known {
            Ok(())
        } else {
            Err(Reply::new(501, Enhanced(5, 5, 4), "BODY must be 7BIT or 8BITMIME"))
        }
    }

    fn request(&self, message: &Outgoing, params: &mut Parameters) {
        if message.eight_bit {
            params.set("BODY", Some("8BITMIME"));
        }
    }
}
