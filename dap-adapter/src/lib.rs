//! The debug adapter.
