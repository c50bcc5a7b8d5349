//! Fuzz targets for everything that reads untrusted bytes.
//!
//! A target is a function from bytes to nothing: it must return, soon, and never panic. The same
//! functions run in two drivers: [`smoke`], which needs only the stable compiler and runs in the
//! test command, and libFuzzer (`cargo fuzz`-style builds call [`Target::run`]).

pub mod mutate;
pub mod smoke;
mod targets;

pub use targets::ALL;

/// One reader of untrusted bytes.
#[derive(Clone, Copy)]
pub struct Target {
    /// Name, and folder of its seeds below `tests/corpus`.
    pub name: &'static str,
    /// Reads the bytes. Panics when an invariant of the reader is broken.
    pub run: fn(&[u8]),
    /// Fragments that get past the first check of the reader.
    pub words: &'static [&'static [u8]],
}
