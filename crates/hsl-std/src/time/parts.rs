//! From the parts of a date text to the moment that they stand for.
//!
//! *Invariants.* A date that does not exist (30 February) is no moment. A local time that a clock shows
//! twice is the first of both, and one that it leaves out counts from the offset before, as `mktime`
//! has it.

use hsl_vm::World;

use super::calendar::{Moment, date, days_in, days_to};

/// What a text said.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub(super) unix: Option<i64>,
    pub(super) century: Option<i64>,
    pub(super) year: Option<i64>,
    /// Year without its century.
    pub(super) short_year: Option<i64>,
    /// 1 to 12.
    pub(super) month: Option<i64>,
    pub(super) day: Option<i64>,
    /// 0 is the first of January.
    pub(super) yearday: Option<i64>,
    /// 0 is Sunday.
    pub(super) weekday: Option<i64>,
    /// Number of a week, and the day of the week with which it starts.
    pub(super) week: Option<(i64, i64)>,
    pub(super) iso_week: Option<i64>,
    /// Year that the ISO week belongs to.
    pub(super) week_year: Option<i64>,
    pub(super) hour: Option<i64>,
    /// 1 to 12.
    pub(super) hour12: Option<i64>,
    pub(super) afternoon: Option<bool>,
    pub(super) minute: Option<i64>,
    pub(super) second: Option<i64>,
    pub(super) zone: Option<Zone>,
}

/// What a text said about its zone.
#[derive(Debug, PartialEq)]
pub(super) enum Zone {
    /// Seconds east of UTC.
    Offset(i64),
    /// An abbreviation, in upper case.
    Named(String),
}

impl Parts {
    /// The Unix time. Parts of the date that are missing are those of the current date, parts of the time
    /// are 0.
    pub(super) fn moment(&self, world: &dyn World, now: &Moment, local: bool) -> Option<i64> {
        if self.unix.is_some() {
            return self.unix;
        }
        let second = self.second.unwrap_or(0);
        let shown = self.days(now)? * 86_400
            + self.hour()? * 3_600
            + self.minute.unwrap_or(0) * 60
            + second;
        match &self.zone {
            Some(Zone::Offset(seconds)) => Some(shown - seconds),
            Some(Zone::Named(name)) => named(world, shown, name),
            None if local => Some(unix_of(world, shown)),
            None => Some(shown),
        }
    }

    fn year(&self) -> Option<i64> {
        let within = match (self.short_year, self.century) {
            (Some(year), Some(century)) => Some(century * 100 + year),
            // POSIX: 69 is 1969 and 68 is 2068.
            (Some(year), None) => Some(if year < 69 { 2000 + year } else { 1900 + year }),
            (None, Some(century)) => Some(century * 100),
            (None, None) => None,
        };
        self.year.or(within)
    }

    fn hour(&self) -> Option<i64> {
        let Some(hour12) = self.hour12 else { return Some(self.hour.unwrap_or(0)) };
        Some(hour12 % 12 + if self.afternoon? { 12 } else { 0 })
    }

    /// Days since 1970-01-01.
    fn days(&self, now: &Moment) -> Option<i64> {
        let year = self.year().unwrap_or(now.year);
        if self.month.is_none() && self.day.is_none() {
            if let Some(yearday) = self.yearday {
                let days = days_to(year, 1, 1) + yearday;
                return (date(days).0 == year).then_some(days);
            }
            if let Some(days) = self.days_of_week(year, now) {
                return Some(days);
            }
        }
        let month = self.month.unwrap_or(now.month);
        let last = days_in(year, month);
        // A day that is taken over from the current date exists in every month.
        let day = self.day.unwrap_or_else(|| now.day.min(last));
        (day <= last).then(|| days_to(year, month, day))
    }

    fn days_of_week(&self, year: i64, now: &Moment) -> Option<i64> {
        let weekday = self.weekday.unwrap_or(now.weekday);
        if let Some((week, first)) = self.week {
            let start = days_to(year, 1, 1);
            let behind = (weekday - first).rem_euclid(7);
            // The first day of week 1 is the first such day of the week in the year.
            let week_1 = start + (first - (start + 4)).rem_euclid(7);
            return Some(week_1 + (week - 1) * 7 + behind);
        }
        let week = self.iso_week?;
        let start = days_to(self.week_year.unwrap_or(year), 1, 4);
        let monday = start - (start + 3).rem_euclid(7);
        Some(monday + (week - 1) * 7 + (weekday + 6) % 7)
    }
}

/// The Unix time at which a local clock shows so many seconds since 1970-01-01.
pub(super) fn unix_of(world: &dyn World, shown: i64) -> i64 {
    let offset = |unix: i64| i64::from(world.local_offset(unix).seconds);
    let (before, after) = (offset(shown - 86_400), offset(shown + 86_400));
    let later = shown - after;
    if offset(shown - before) != before && offset(later) == after { later } else { shown - before }
}

/// The same for a clock of the zone with this abbreviation, if local time has it in this year.
fn named(world: &dyn World, shown: i64, name: &str) -> Option<i64> {
    let found = (-6..=6).find_map(|months| {
        let offset = world.local_offset(shown + months * 30 * 86_400);
        offset.name.eq_ignore_ascii_case(name).then_some(offset.seconds)
    });
    found.map(|seconds| shown - i64::from(seconds))
}

#[cfg(test)]
mod tests {
    use hsl_vm::LocalOffset;

    use super::*;

    /// One hour ahead; two between the seconds 100,000 and 500,000.
    struct Summer;

    impl World for Summer {
        fn now(&self) -> f64 {
            0.0
        }
        fn elapsed(&self) -> f64 {
            0.0
        }
        fn local_offset(&self, unix: i64) -> LocalOffset {
            let summer = (100_000..500_000).contains(&unix);
            let name = if summer { "CEST" } else { "CET" };
            LocalOffset { seconds: if summer { 7_200 } else { 3_600 }, name: name.to_owned() }
        }
        fn random(&self) -> u64 {
            0
        }
        fn echo(&self, _: &[u8]) {}
        fn hostname(&self) -> String {
            String::new()
        }
    }

    #[test]
    fn clocks_that_skip_and_repeat() {
        let check = |shown, unix| assert_eq!(unix_of(&Summer, shown), unix, "{shown}");
        check(3_600, 0);
        check(103_599, 99_999);
        check(107_200, 100_000);
        // Left out: 103,600 to 107,199.
        check(105_000, 101_400);
        // Shown twice: 503,600 to 507,199.
        check(505_000, 497_800);
        check(507_200, 503_600);
    }

    #[test]
    fn abbreviations_of_the_year() {
        assert_eq!(named(&Summer, 7_200, "CEST"), None);
        assert_eq!(named(&Summer, 207_200, "CEST"), Some(200_000));
        assert_eq!(named(&Summer, 3_600, "CET"), Some(0));
    }
}
