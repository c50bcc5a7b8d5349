//! A project on disk: scan, check, pack.
