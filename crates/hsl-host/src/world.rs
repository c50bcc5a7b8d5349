//! The real clock, chance and output.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use hsl_vm::World;

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
