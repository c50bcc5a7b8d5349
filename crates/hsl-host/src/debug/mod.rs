//! Stopping chosen connections.

mod select;

use hsl_vm::debug::{Pause, Quiet};
use hsl_vm::{Fiber, Resume, Step};

pub use select::Facts;

/// Every armed stage of a process.
#[derive(Debug, Default)]
pub struct DebugHub {}

/// A connection that belongs to a stage.
#[derive(Debug)]
pub struct StageLink {}

/// One hook run of such a connection.
#[derive(Debug)]
pub struct DebugLink<'a> {
    _link: &'a StageLink,
}

impl DebugHub {
    /// The stage of a new connection. Asked once, when it is accepted.
    pub fn select(&self, _: &Facts) -> Option<StageLink> {
        None
    }
}

impl StageLink {
    /// Begins a hook run. The phase becomes part of the thread's name (`RCPT <a@example.com>`).
    pub fn enter(&self, _phase: &str) -> DebugLink<'_> {
        DebugLink { _link: self }
    }
}

impl DebugLink<'_> {
    pub(crate) fn resume(&self, fiber: &mut Fiber, input: Resume, slice: u32) -> Step {
        fiber.resume(input, slice, &mut Quiet)
    }

    pub(crate) async fn park(&self, _: &mut Fiber, _: &Pause) {}
}
