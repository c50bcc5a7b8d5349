//! Attribute macros that turn documented Rust functions into HSL builtins.
