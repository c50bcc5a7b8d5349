//! The proleptic Gregorian calendar, in UTC and at an offset from it.
//!
//! *Not here.* Which offset a place has at a moment: the world knows.
//!
//! *Sources.* RFC 3339 §1, ISO 8601 week dates.

use hsl_vm::LocalOffset;

/// Days from 0000-03-01 to 1970-01-01.
const EPOCH: i64 = 719_468;
/// Days of 400 years, after which the calendar repeats.
const CYCLE: i64 = 146_097;
/// Largest distance from 1970 that is computed: some 290,000 years, beyond any mail.
const LIMIT: f64 = 9.2e12;

/// A second in the calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) unix: i64,
    pub(super) offset: LocalOffset,
    pub(super) year: i64,
    /// 1 to 12.
    pub(super) month: i64,
    /// 1 to 31.
    pub(super) day: i64,
    pub(super) hour: i64,
    pub(super) minute: i64,
    pub(super) second: i64,
    /// 0 is Sunday.
    pub(super) weekday: i64,
    /// 0 is the first of January.
    pub(super) yearday: i64,
}

impl Moment {
    /// The moment of a Unix time as a clock with this offset shows it.
    pub(super) fn at(unix: i64, offset: LocalOffset) -> Self {
        let shown = unix + i64::from(offset.seconds);
        let (days, seconds) = (shown.div_euclid(86_400), shown.rem_euclid(86_400));
        let (year, month, day) = date(days);
        Self {
            unix,
            offset,
            year,
            month,
            day,
            hour: seconds / 3_600,
            minute: seconds / 60 % 60,
            second: seconds % 60,
            weekday: (days + 4).rem_euclid(7),
            yearday: days - days_to(year, 1, 1),
        }
    }

    /// Year and number of the ISO week: the one that holds the Thursday.
    pub(super) fn iso_week(&self) -> (i64, i64) {
        let thursday = self.days() + 3 - (self.weekday + 6) % 7;
        let (year, ..) = date(thursday);
        (year, (thursday - days_to(year, 1, 1)) / 7 + 1)
    }

    fn days(&self) -> i64 {
        (self.unix + i64::from(self.offset.seconds)).div_euclid(86_400)
    }

    /// Number of the week that starts with this day of the week; days before the first are in
    /// week 0.
    pub(super) fn week_from(&self, first: i64) -> i64 {
        (self.yearday + 7 - (self.weekday - first).rem_euclid(7)) / 7
    }
}

/// The whole seconds of a Unix time; not a number counts as 0, and what is out of reach is cut off.
pub(super) fn whole(time: f64) -> i64 {
    time.clamp(-LIMIT, LIMIT).floor() as i64
}

/// Days of a month.
pub(super) fn days_in(year: i64, month: i64) -> i64 {
    let next = if month == 12 { days_to(year + 1, 1, 1) } else { days_to(year, month + 1, 1) };
    next - days_to(year, month, 1)
}

/// Year, month and day of a day since 1970-01-01. Years are counted from March, so that the leap
/// day is the last.
pub(super) fn date(days: i64) -> (i64, i64, i64) {
    let days = days + EPOCH;
    let (cycle, day) = (days.div_euclid(CYCLE), days.rem_euclid(CYCLE));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let in_month = day - (153 * month + 2) / 5 + 1;
    let calendar_month = if month < 10 { month + 3 } else { month - 9 };
    (cycle * 400 + year + i64::from(calendar_month <= 2), calendar_month, in_month)
}

/// Days since 1970-01-01.
pub(super) fn days_to(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (cycle, year) = (year.div_euclid(400), year.rem_euclid(400));
    let month = (month + 9) % 12;
    let in_year = (153 * month + 2) / 5 + day - 1;
    cycle * CYCLE + year * 365 + year / 4 - year / 100 + in_year - EPOCH
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(unix: i64, date_text: &str) {
        let m = Moment::at(unix, LocalOffset::utc());
        let text = format!("{:04}-{:02}-{:02} {} {}", m.year, m.month, m.day, m.weekday, m.yearday);
        assert_eq!(text, date_text);
    }

    #[test]
    fn dates_around_the_corners() {
        check(0, "1970-01-01 4 0");
        check(-1, "1969-12-31 3 364");
        check(951_782_400, "2000-02-29 2 59");
        check(1_709_164_800, "2024-02-29 4 59");
        check(4_107_542_400, "2100-03-01 1 59");
        check(-62_135_596_800, "0001-01-01 1 0");
    }

    #[test]
    fn weeks_follow_iso() {
        let week = |unix| Moment::at(unix, LocalOffset::utc()).iso_week();
        assert_eq!(week(1_609_459_200), (2020, 53)); // 2021-01-01
        assert_eq!(week(1_704_067_200), (2024, 1)); // 2024-01-01
        assert_eq!(week(1_735_516_800), (2025, 1)); // 2024-12-30
    }

    #[test]
    fn days_and_dates_are_inverse() {
        for days in (-1_000_000..1_000_000).step_by(997) {
            let (year, month, day) = date(days);
            assert_eq!(days_to(year, month, day), days);
        }
    }

    #[test]
    fn numbers_out_of_reach_do_not_overflow() {
        assert_eq!(whole(f64::NAN), 0);
        assert!(Moment::at(whole(f64::INFINITY), LocalOffset::utc()).year > 200_000);
    }
}
