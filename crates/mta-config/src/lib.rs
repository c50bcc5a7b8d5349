//! The configuration files, typed once.
