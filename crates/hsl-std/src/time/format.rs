//! The directives of `strftime`.
//!
//! *Sources.* POSIX.1-2017, strftime, in the POSIX locale, with the `%k %l %P %s` of the GNU library.

use super::calendar::Moment;

const WEEKDAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Replaces the directives of a format; an unknown one stays as it is.
pub(super) fn strftime(format: &[u8], moment: Moment) -> Vec<u8> {
    let mut out = Vec::with_capacity(format.len() * 2);
    let mut bytes = format.iter();
    while let Some(byte) = bytes.next() {
        match (byte, bytes.as_slice().first()) {
            (b'%', Some(directive)) => {
                bytes.next();
                out.extend(expand(*directive, moment).unwrap_or_else(|| vec![b'%', *directive]));
            }
            (byte, _) => out.push(*byte),
        }
    }
    out
}

fn expand(directive: u8, m: Moment) -> Option<Vec<u8>> {
    let composed = match directive {
        b'c' => "%a %b %e %H:%M:%S %Y",
        b'D' | b'x' => "%m/%d/%y",
        b'F' => "%Y-%m-%d",
        b'r' => "%I:%M:%S %p",
        b'R' => "%H:%M",
        b'T' | b'X' => "%H:%M:%S",
        _ => return simple(directive, m).map(String::into_bytes),
    };
    Some(strftime(composed.as_bytes(), m))
}

fn simple(directive: u8, m: Moment) -> Option<String> {
    let hour12 = (m.hour + 11) % 12 + 1;
    let (week_year, week) = m.iso_week();
    Some(match directive {
        b'a' => WEEKDAYS[m.weekday as usize][..3].to_owned(),
        b'A' => WEEKDAYS[m.weekday as usize].to_owned(),
        b'b' | b'h' => MONTHS[m.month as usize - 1][..3].to_owned(),
        b'B' => MONTHS[m.month as usize - 1].to_owned(),
        b'C' => format!("{:02}", m.year.div_euclid(100)),
        b'd' => format!("{:02}", m.day),
        b'e' => format!("{:2}", m.day),
        b'g' => format!("{:02}", week_year.rem_euclid(100)),
        b'G' => format!("{week_year:04}"),
        b'H' => format!("{:02}", m.hour),
        b'I' => format!("{hour12:02}"),
        b'j' => format!("{:03}", m.yearday + 1),
        b'k' => format!("{:2}", m.hour),
        b'l' => format!("{hour12:2}"),
        b'm' => format!("{:02}", m.month),
        b'M' => format!("{:02}", m.minute),
        b'n' => "\n".to_owned(),
        b'p' => if m.hour < 12 { "AM" } else { "PM" }.to_owned(),
        b'P' => if m.hour < 12 { "am" } else { "pm" }.to_owned(),
        b's' => m.unix.to_string(),
        b'S' => format!("{:02}", m.second),
        b't' => "\t".to_owned(),
        b'u' => ((m.weekday + 6) % 7 + 1).to_string(),
        b'U' => format!("{:02}", m.week_from(0)),
        b'V' => format!("{week:02}"),
        b'w' => m.weekday.to_string(),
        b'W' => format!("{:02}", m.week_from(1)),
        b'y' => format!("{:02}", m.year.rem_euclid(100)),
        b'Y' => format!("{:04}", m.year),
        b'z' => "+0000".to_owned(),
        b'Z' => "UTC".to_owned(),
        b'%' => "%".to_owned(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(format: &str, unix: i64, expect: &str) {
        let text = strftime(format.as_bytes(), Moment::at(unix as f64));
        assert_eq!(String::from_utf8_lossy(&text), expect);
    }

    #[test]
    fn directives_match_the_system_library() {
        // Compared with `date -u -d @N +FORMAT` in the C locale.
        check(
            "%c|%D|%e|%j|%U|%V|%W|%u|%w",
            1_700_000_000,
            "Tue Nov 14 22:13:20 2023|11/14/23|14|318|46|46|46|2|2",
        );
        check("%I:%M %p %P %k %l", 1_700_000_000, "10:13 PM pm 22 10");
        check(
            "%C%y %g %G %h %r %R %T %s",
            1_609_459_200,
            "2021 20 2020 Jan 12:00:00 AM 00:00 00:00:00 1609459200",
        );
        check("100%% %Q %", 0, "100% %Q %");
    }
}
