//! Resolved programs to verified bytecode.
