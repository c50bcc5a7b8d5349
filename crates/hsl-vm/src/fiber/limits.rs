//! What one execution may use, and the sentence for each limit that it meets.
//!
//! *Invariants*: a sentence names the limit, its value, and what to do.
//!
//! *Not here*: time. A fiber has no clock; its driver ends it with [`Limit::Time`].

use std::time::Duration;

/// Bounds of one execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Nested calls, natives with callbacks included; one more throws an exception.
    pub call_depth: usize,
    /// Registers of all frames together, in values of 16 bytes; more throws an exception.
    pub stack: usize,
    /// Bytes that all values together may have; more fails the script.
    pub memory: usize,
    /// Units of fuel (turns of loops, calls, and bytes that natives touch); none for no bound.
    /// Spending all fails the script.
    pub fuel: Option<u64>,
    /// Steps of one match of a regular expression; more throws an exception. Values above
    /// [`Limits::MAX_REGEX_STEPS`] mean that.
    pub regex_steps: u32,
}

impl Limits {
    /// The most steps that the engine of regular expressions counts.
    pub const MAX_REGEX_STEPS: u32 = 10_000_000;
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            call_depth: 1000,
            stack: 1 << 20,
            memory: 1 << 28,
            fuel: None,
            regex_steps: Self::MAX_REGEX_STEPS,
        }
    }
}

/// A limit that a script has met, with its value. Its text is the message for the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Limit {
    /// Nested calls. Can be caught.
    #[error(
        "calls are nested too deep: more than {0} at a time; let the recursion end earlier, or \
         raise the limit of calls"
    )]
    Calls(usize),
    /// Registers of all frames. Can be caught.
    #[error(
        "calls are nested too deep: their variables need more than {0} places; use fewer variables \
         or let the recursion end earlier"
    )]
    Stack(usize),
    /// Bytes of values.
    #[error(
        "the script needs too much memory: more than {0} bytes; keep less at a time, or raise the \
         limit of memory"
    )]
    Memory(usize),
    /// Units of fuel.
    #[error(
        "the script works too much: more than {0} units of fuel, one for each call and turn of a \
         loop; let it do less, or raise the limit of fuel"
    )]
    Fuel(u64),
    /// Time since the start, without time at breakpoints.
    #[error(
        "the script takes too long: more than {} s; let it wait or work less, or raise the limit of \
         time",
        .0.as_secs_f64()
    )]
    Time(Duration),
    /// Steps of one match. Can be caught.
    #[error(
        "the regular expression gave up: a match needs more than {0} steps; make the pattern \
         simpler or the text shorter, or raise the limit of regular expressions"
    )]
    Regex(u32),
}
