//! The HSL grammar: text to a lossless tree with typed accessors.
