//! Directives of `strftime`.

use super::Term;

/// Directives, with what they give for the second 1700000000 in UTC.
pub const DIRECTIVES: &[Term] = &[
    row("%a", "Weekday, short.", "Tue", "POSIX.1-2017, strftime"),
    row("%A", "Weekday.", "Tuesday", "POSIX.1-2017, strftime"),
    row("%b", "Month, short.", "Nov", "POSIX.1-2017, strftime"),
    row("%B", "Month.", "November", "POSIX.1-2017, strftime"),
    row("%c", "Date and time.", "Tue Nov 14 22:13:20 2023", "POSIX.1-2017, strftime"),
    row("%C", "Century, two digits.", "20", "POSIX.1-2017, strftime"),
    row("%d", "Day of the month, two digits.", "14", "POSIX.1-2017, strftime"),
    row("%D", "Date as `%m/%d/%y`.", "11/14/23", "POSIX.1-2017, strftime"),
    row("%e", "Day of the month, with a blank.", "14", "POSIX.1-2017, strftime"),
    row("%F", "Date as `%Y-%m-%d`.", "2023-11-14", "POSIX.1-2017, strftime"),
    row("%g", "Year of the ISO week, two digits.", "23", "POSIX.1-2017, strftime"),
    row("%G", "Year of the ISO week.", "2023", "POSIX.1-2017, strftime"),
    row("%h", "Month, short, as `%b`.", "Nov", "POSIX.1-2017, strftime"),
    row("%H", "Hour of 24, two digits.", "22", "POSIX.1-2017, strftime"),
    row("%I", "Hour of 12, two digits.", "10", "POSIX.1-2017, strftime"),
    row("%j", "Day of the year, three digits.", "318", "POSIX.1-2017, strftime"),
    row("%k", "Hour of 24, with a blank.", "22", "GNU C library, strftime"),
    row("%l", "Hour of 12, with a blank.", "10", "GNU C library, strftime"),
    row("%m", "Month, two digits.", "11", "POSIX.1-2017, strftime"),
    row("%M", "Minute, two digits.", "13", "POSIX.1-2017, strftime"),
    row("%n", "A new line.", "", "POSIX.1-2017, strftime"),
    row("%p", "AM or PM.", "PM", "POSIX.1-2017, strftime"),
    row("%P", "am or pm.", "pm", "GNU C library, strftime"),
    row("%r", "Time of 12 hours.", "10:13:20 PM", "POSIX.1-2017, strftime"),
    row("%R", "Time as `%H:%M`.", "22:13", "POSIX.1-2017, strftime"),
    row("%s", "Seconds since 1970 in UTC.", "1700000000", "GNU C library, strftime"),
    row("%S", "Second, two digits.", "20", "POSIX.1-2017, strftime"),
    row("%t", "A tab.", "", "POSIX.1-2017, strftime"),
    row("%T", "Time as `%H:%M:%S`.", "22:13:20", "POSIX.1-2017, strftime"),
    row("%u", "Weekday, Monday is 1.", "2", "POSIX.1-2017, strftime"),
    row("%U", "Week of the year, from the first Sunday.", "46", "POSIX.1-2017, strftime"),
    row("%V", "ISO week, two digits.", "46", "POSIX.1-2017, strftime"),
    row("%w", "Weekday, Sunday is 0.", "2", "POSIX.1-2017, strftime"),
    row("%W", "Week of the year, from the first Monday.", "46", "POSIX.1-2017, strftime"),
    row("%x", "Date.", "11/14/23", "POSIX.1-2017, strftime"),
    row("%X", "Time.", "22:13:20", "POSIX.1-2017, strftime"),
    row("%y", "Year, two digits.", "23", "POSIX.1-2017, strftime"),
    row("%Y", "Year.", "2023", "POSIX.1-2017, strftime"),
    row("%z", "Distance from UTC.", "+0000", "POSIX.1-2017, strftime"),
    row("%Z", "Name of the zone.", "UTC", "POSIX.1-2017, strftime"),
    row("%%", "A percent sign.", "%", "POSIX.1-2017, strftime"),
];

const fn row(
    name: &'static str,
    meaning: &'static str,
    more: &'static str,
    source: &'static str,
) -> Term {
    Term { name, meaning, more, source }
}
