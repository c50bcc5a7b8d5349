//! Clock, chance and output: the only way from a native to any of them.

/// What distinguishes local time from UTC at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalOffset {
    /// Seconds east of UTC.
    pub seconds: i32,
    /// Abbreviation of the zone, such as `CEST`.
    pub name: String,
}

impl LocalOffset {
    /// That of UTC.
    pub fn utc() -> Self {
        Self { seconds: 0, name: "UTC".to_owned() }
    }
}

/// What the machine may see of the world without waiting.
pub trait World {
    /// Seconds since 1970-01-01 UTC.
    fn now(&self) -> f64;

    /// Seconds of a clock that never goes back.
    fn elapsed(&self) -> f64;

    /// The offset of local time at a Unix time. A world without a zone is in UTC.
    fn local_offset(&self, unix: i64) -> LocalOffset {
        let _ = unix;
        LocalOffset::utc()
    }

    /// Random bits.
    fn random(&self) -> u64;

    /// One line of `echo`, without its line feed.
    fn echo(&self, line: &[u8]);

    /// Name of this host.
    fn hostname(&self) -> String;
}
