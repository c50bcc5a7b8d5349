//! The targets.

use crate::Target;

/// Every target.
pub const ALL: &[Target] = &[];
