//! Names, imports and diagnostics of HSL programs.
