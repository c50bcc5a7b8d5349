//! Message headers and edits, byte exact.
