//! The compiler through its public door: programs in, output and findings out.

mod faults;
mod hooks;
mod hostile;
mod inputs;
mod language;
mod limits;
mod robust;
#[path = "../support/mod.rs"]
mod support;
mod waiting;
