//! What suites share: conformance cases as Markdown, and the programs of others that tests talk to.
//!
//! Cases are programs in fenced blocks, with what they must print.
//!
//! A block tagged `hsl` or `hsl-inferred` is a program, the `output` block right after it what it
//! prints; `output-then-error` stands for a run that ends with an uncaught error. `hsl-file:NAME` gives the next program a file; `hsl-compile-error` must be refused
//! before it runs.
//!
//! *Not here.* How a program is run: that differs between the suites that read these cases.

mod blocks;
mod cases;
mod marks;
mod peers;
mod tables;

pub use blocks::{Block, blocks};
pub use cases::{Case, Expect, cases, cases_of};
pub use marks::{Mark, Marked, marked};
pub use peers::{program, python};
pub use tables::rows_of;
