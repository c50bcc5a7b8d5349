//! The real clock, time zone, chance and output.
//!
//! The zone is read from the system's time zone data by `jiff`, which looks after changes of it every
//! few minutes. A system without that data, or without a zone, is in UTC; a rule in `TZ` needs no data.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use hsl_vm::{LocalOffset, World};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Where lines of `echo` go.
pub type EchoSink = Box<dyn Fn(&[u8])>;

/// The world outside the machine.
pub struct RealWorld {
    start: Instant,
    hostname: String,
    echo: EchoSink,
}

impl RealWorld {
    /// A world whose `echo` goes to this sink.
    pub fn new(hostname: impl Into<String>, echo: impl Fn(&[u8]) + 'static) -> Self {
        Self { start: Instant::now(), hostname: hostname.into(), echo: Box::new(echo) }
    }
}

impl World for RealWorld {
    fn now(&self) -> f64 {
        SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64()
    }

    fn elapsed(&self) -> f64 {
        self.start.elapsed().as_secs_f64()
    }

    fn local_offset(&self, unix: i64) -> LocalOffset {
        let Ok(time) = Timestamp::from_second(unix) else { return LocalOffset::utc() };
        let zone = TimeZone::try_system().unwrap_or(TimeZone::UTC);
        let info = zone.to_offset_info(time);
        LocalOffset { seconds: info.offset().seconds(), name: info.abbreviation().to_owned() }
    }

    fn random(&self) -> u64 {
        rand::random()
    }

    fn echo(&self, line: &[u8]) {
        (self.echo)(line);
    }

    fn hostname(&self) -> String {
        self.hostname.clone()
    }
}
