//! ENHANCEDSTATUSCODES: x.y.z before the text of each reply.
//!
//! *Sources.* RFC 2034.

use super::Extension;

/// The extension.
pub(super) struct EnhancedStatusCodes;

impl Extension for EnhancedStatusCodes {
    fn keyword(&self) -> &'static str {
        "ENHANCEDSTATUSCODES"
    }
}
