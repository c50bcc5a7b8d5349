//! Builtin functions and classes by topic.
