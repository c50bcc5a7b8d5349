//! Dates of header fields.
//!
//! *Sources.* RFC 5322 §3.3; day count after Howard Hinnant's public-domain calendar algorithms.

const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// `Mon, 23 Nov 2026 08:58:16 +0000`, in UTC, of seconds since 1970.
pub fn format_date(unix: u64) -> String {
    let days = unix / 86_400;
    let (year, month, day) = civil(days);
    let weekday = DAYS[(days % 7) as usize];
    let (hour, minute, second) = (unix / 3600 % 24, unix / 60 % 60, unix % 60);
    let name = MONTHS[month as usize - 1];
    format!("{weekday}, {day} {name} {year:04} {hour:02}:{minute:02}:{second:02} +0000")
}

/// Year, month and day of a day since 1970-01-01. Years begin in March, so that the leap day is
/// the last of its year.
fn civil(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    (year_of_era + era * 400 + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_known_dates() {
        assert_eq!(format_date(0), "Thu, 1 Jan 1970 00:00:00 +0000");
        assert_eq!(format_date(951_782_400), "Tue, 29 Feb 2000 00:00:00 +0000");
        assert_eq!(format_date(1_795_424_296), "Mon, 23 Nov 2026 08:58:16 +0000");
        assert_eq!(format_date(4_107_542_399), "Sun, 28 Feb 2100 23:59:59 +0000");
        assert_eq!(format_date(4_107_542_400), "Mon, 1 Mar 2100 00:00:00 +0000");
    }
}
