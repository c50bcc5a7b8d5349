//! Time: clocks, waiting, formatting.
//!
//! *Not here.* The clocks and the time zone themselves: they are the world's, so tests and replays choose
//! them.

mod calendar;
mod format;
mod names;
mod parse;
mod parts;

use std::time::Duration;

use hsl_macros::{Options, library};
use hsl_vm::{
    Cx, Input, LocalOffset, NativeFrame, NativeResult, NativeStep, Request, Str, Value, World,
};

use calendar::{Moment, whole};

/// Builtins of this topic.
#[library(topic = "time")]
pub(crate) mod functions {
    use super::*;

    /// Returns the current Unix time in seconds, with decimals.
    ///
    /// Reads time.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo time() > 1700000000; // true
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = reads)]
    fn time(cx: &mut Cx<'_>) -> f64 {
        cx.world().now()
    }

    /// Returns seconds, with decimals, of a clock that never goes back.
    ///
    /// Its zero means nothing; differences measure intervals.
    /// Reads time.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $start = uptime();
    /// echo uptime() - $start >= 0; // true
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = reads)]
    fn uptime(cx: &mut Cx<'_>) -> f64 {
        cx.world().elapsed()
    }

    /// Returns the seconds since the execution began, with decimals.
    ///
    /// Time that the script waited counts, also at a breakpoint.
    /// Reads time.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// sleep(2);
    /// echo executiontime() >= 2; // true
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = reads)]
    fn executiontime(cx: &mut Cx<'_>) -> f64 {
        cx.running()
    }

    /// Suspends the execution and returns the time slept, in seconds.
    ///
    /// Fractions are allowed; negative values count as 0.
    /// Suspends on the timer.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo sleep(0.01) >= 0.01; // true
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "number")]
    fn sleep(cx: &mut Cx<'_>, #[waits] seconds: f64) -> NativeStep {
        let time = Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or(Duration::MAX);
        NativeStep::enter(Sleep { time, start: cx.world().elapsed() })
    }

    /// Formats a Unix time, now unless given, with the directives of `strftime`.
    ///
    /// Directives: `%a %A %b %B %c %C %d %D %e %F %g %G %h %H %I %j %k %l %m %M %n %p %P %r %R %s
    /// %S %t %T %u %U %V %w %W %x %X %y %Y %z %Z %%`; names are English. Flags and a width may stand before
    /// the letter: `-` no padding, `_` blanks, `0` zeros, `^` upper case, `#` the other case. A result
    /// of more than 100 bytes is the empty string. Local time is that of the zone of the host: the variable `TZ`
    /// of its environment, else its system's setting.
    /// Reads time.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo strftime("%Y-%m-%d %H:%M:%S", 0, ["local" => false]); // 1970-01-01 00:00:00
    /// echo strftime("%a, %d %b %Y %T %z", 1700000000, ["local" => false]); // Tue, 14 Nov 2023 22:13:20 +0000
    /// ```
    ///
    /// Source: POSIX.1-2017, strftime. Since: 0.1. Compat: same.
    #[builtin(effect = reads)]
    fn strftime(cx: &mut Cx<'_>, format: Str, time: Option<f64>, options: ZoneOptions) -> Str {
        let time = time.unwrap_or_else(|| cx.world().now());
        cx.charge(format.len());
        let text = format::strftime(&format, &moment(cx.world(), time, options.local));
        if text.len() > TEXT_LIMIT { Str::new() } else { Str::from(text) }
    }

    /// Parses a date text by the directives of `strptime` into a Unix time.
    ///
    /// Directives: those of `strftime` without flags and widths. Blanks of the format match any
    /// number of blanks, blanks before numbers are skipped, names are English in either case. Parts of
    /// the date that are missing are those of the current date, parts of the time are 0. `%z` and
    /// `%Z` name the zone; else the text is in local time, or in UTC with the option. A local time
    /// that the clock shows twice is the first of both. Text that does not match to its end, and
    /// dates that do not exist, give `none`.
    /// Reads time.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo strptime("Tue, 14 Nov 2023 22:13:20 +0000", "%a, %d %b %Y %H:%M:%S %z"); // 1700000000
    /// echo strptime("1970-01-02", "%Y-%m-%d", ["local" => false]); // 86400
    /// echo [strptime("30 Feb 2024", "%d %b %Y") === none]; // [0=>true]
    /// ```
    ///
    /// Source: POSIX.1-2017, strptime. Since: 0.1. Compat: same.
    #[builtin(effect = reads)]
    fn strptime(
        cx: &mut Cx<'_>,
        datestring: Str,
        format: Str,
        options: ZoneOptions,
    ) -> Option<f64> {
        cx.charge(datestring.len() + format.len());
        let parts = parse::strptime(&datestring, &format)?;
        let world = cx.world();
        let now = moment(world, world.now(), options.local);
        parts.moment(world, &now, options.local).map(|unix| unix as f64)
    }

    /// Parses a duration such as `1d2h30m10s` into seconds.
    ///
    /// Units are `w`, `d`, `h`, `m` and `s`, each at most once and in this order; a number without
    /// unit counts seconds. Malformed text gives `none`.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo strpduration("1d2h30m10s"); // 95410
    /// echo strpduration("90"); // 90
    /// echo [strpduration("soon") === none]; // [0=>true]
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    fn strpduration(during: Str) -> Option<f64> {
        duration(&during)
    }

    /// Returns the current Unix time shifted by the offset of the local time zone.
    ///
    /// The zone is that of the host: the variable `TZ` of its environment, else its system's setting.
    /// Reads time.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo timelocal() > 1700000000; // true
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = reads)]
    fn timelocal(cx: &mut Cx<'_>) -> f64 {
        let now = cx.world().now();
        now + f64::from(cx.world().local_offset(whole(now)).seconds)
    }
}

/// Longest text that `strftime` gives.
const TEXT_LIMIT: usize = 100;

/// Options of the functions that know time zones.
#[derive(Options)]
struct ZoneOptions {
    /// Treat the time as local time; false formats UTC.
    #[option(default = true)]
    local: bool,
}

/// What the clock of the host, or one in UTC, shows at a Unix time.
fn moment(world: &dyn World, time: f64, local: bool) -> Moment {
    let unix = whole(time);
    let offset = if local { world.local_offset(unix) } else { LocalOffset::utc() };
    Moment::at(unix, offset)
}

/// Waits, then tells how long it took.
struct Sleep {
    time: Duration,
    start: f64,
}

impl NativeFrame for Sleep {
    fn resume(&mut self, cx: &mut Cx<'_>, input: Input) -> NativeResult {
        Ok(match input {
            Input::Start => NativeStep::suspend(Request::Sleep(self.time)),
            _ => NativeStep::Return(Value::number(cx.world().elapsed() - self.start)),
        })
    }
}

fn duration(text: &[u8]) -> Option<f64> {
    let units = [(b'w', 604_800), (b'd', 86_400), (b'h', 3_600), (b'm', 60), (b's', 1)];
    let mut units = units.into_iter();
    let mut rest = text;
    let mut total = 0.0;
    while !rest.is_empty() {
        let digits = rest.iter().position(|b| !b.is_ascii_digit()).unwrap_or(rest.len());
        let count: f64 = std::str::from_utf8(&rest[..digits]).ok()?.parse().ok()?;
        rest = &rest[digits..];
        let unit = match rest.split_first() {
            Some((unit, after)) => {
                rest = after;
                *unit
            }
            None => b's',
        };
        let (_, seconds) = units.find(|(name, _)| *name == unit)?;
        total += count * f64::from(seconds);
    }
    (!text.is_empty()).then_some(total)
}
