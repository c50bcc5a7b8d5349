//! Clock, chance and output: the only way from a native to any of them.

/// What the machine may see of the world without waiting.
pub trait World {
    /// Seconds since 1970-01-01 UTC.
    fn now(&self) -> f64;

    /// Seconds of a clock that never goes back.
    fn elapsed(&self) -> f64;

    /// Random bits.
    fn random(&self) -> u64;

    /// One line of `echo`, without its line feed.
    fn echo(&self, line: &[u8]);

    /// Name of this host.
    fn hostname(&self) -> String;
}
