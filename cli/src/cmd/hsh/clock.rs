//! How long each step took.

use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

use crate::out::remark;

/// A clock with laps, if it was asked for.
pub(super) struct Clock {
    /// Start of the step that runs: wall and CPU time.
    start: Option<(Instant, Duration)>,
    laps: Vec<(&'static str, Duration, Duration)>,
}

impl Clock {
    /// A clock that begins now, or one that does nothing.
    pub(super) fn new(wanted: bool) -> Self {
        Self { start: wanted.then(|| (Instant::now(), cpu())), laps: Vec::new() }
    }

    /// Ends a step, and begins the next.
    pub(super) fn lap(&mut self, step: &'static str) {
        let Some((wall, cpu_time)) = self.start else { return };
        let now = (Instant::now(), cpu());
        self.laps.push((step, now.0 - wall, now.1.saturating_sub(cpu_time)));
        self.start = Some(now);
    }

    /// Shows the steps and their sum on standard error, in milliseconds.
    pub(super) fn report(&self) {
        if self.start.is_none() {
            return;
        }
        let sum = |of: fn(&(&str, Duration, Duration)) -> Duration| self.laps.iter().map(of).sum();
        remark!("{:<18}{:>12}{:>12}", "time in ms", "wall", "cpu");
        for (step, wall, cpu) in &self.laps {
            row(step, *wall, *cpu);
        }
        row("together", sum(|lap| lap.1), sum(|lap| lap.2));
    }
}

fn row(step: &str, wall: Duration, cpu: Duration) {
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    remark!("{step:<18}{:>12.3}{:>12.3}", ms(wall), ms(cpu));
}

/// CPU time of this process.
fn cpu() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::try_from(time).unwrap_or_default()
}
