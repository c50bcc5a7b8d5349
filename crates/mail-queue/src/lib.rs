//! The durable spool and the retry scheduler.
