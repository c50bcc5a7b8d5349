//! The directives of `strftime`.
//!
//! *Sources.* POSIX.1-2017, strftime, in the POSIX locale, with `%k %l %P %s`, flags and widths of the
//! GNU library.

use super::calendar::Moment;
use super::names::{MONTHS, WEEKDAYS, composed};

/// Widest field; the whole text has a limit that is smaller.
const WIDTH_LIMIT: usize = 1000;

/// Replaces the directives of a format; an unknown one stays as it is.
pub(super) fn strftime(format: &[u8], moment: &Moment) -> Vec<u8> {
    let mut out = Vec::with_capacity(format.len() * 2);
    let mut rest = format;
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        if *byte != b'%' {
            out.push(*byte);
            continue;
        }
        match Directive::read(after) {
            Some((directive, behind)) => {
                match directive.text(moment) {
                    Some(text) => out.extend(text),
                    None => out.extend(
                        &format[format.len() - after.len() - 1..format.len() - behind.len()],
                    ),
                }
                rest = behind;
            }
            None => out.push(b'%'),
        }
    }
    out
}

/// `%`, flags, a width, a modifier without meaning in the POSIX locale, and a letter.
struct Directive {
    /// What fills the field: `_` blanks, `0` zeros, `-` nothing.
    fill: Option<u8>,
    upper: bool,
    swap: bool,
    width: Option<usize>,
    letter: u8,
}

impl Directive {
    fn read(text: &[u8]) -> Option<(Self, &[u8])> {
        let (mut fill, mut upper, mut swap) = (None, false, false);
        let mut rest = text;
        while let Some((flag @ (b'_' | b'-' | b'0' | b'^' | b'#'), after)) = rest.split_first() {
            match flag {
                b'^' => upper = true,
                b'#' => swap = true,
                flag => fill = Some(*flag),
            }
            rest = after;
        }
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let width = std::str::from_utf8(&rest[..digits]).ok().and_then(|text| text.parse().ok());
        let (letter, after) = match rest[digits..].split_first()? {
            (b'E' | b'O', after) => after.split_first()?,
            found => found,
        };
        Some((Self { fill, upper, swap, width, letter: *letter }, after))
    }

    fn text(&self, moment: &Moment) -> Option<Vec<u8>> {
        let field = match composed(self.letter) {
            Some(format) => {
                Field::text(String::from_utf8(strftime(format.as_bytes(), moment)).ok()?)
            }
            None => field(self.letter, moment)?,
        };
        Some(self.cased(self.padded(field)).into_bytes())
    }

    fn padded(&self, field: Field) -> String {
        let (fill, least) = match self.fill {
            // Only a width that is written pads, with blanks.
            Some(b'-') => (' ', 0),
            Some(b'_') => (' ', field.width),
            Some(b'0') => ('0', field.width),
            _ => (field.fill, field.width),
        };
        let width = self.width.unwrap_or(0).clamp(least, WIDTH_LIMIT);
        let missing = width.saturating_sub(field.text.len());
        // The sign of a number stands before zeros.
        let signed = fill == '0' && self.letter != b'Z' && field.text.starts_with('-');
        let (sign, digits) = field.text.split_at(usize::from(signed));
        let fill: String = std::iter::repeat_n(fill, missing).collect();
        [sign, &fill, digits].concat()
    }

    fn cased(&self, text: String) -> String {
        match self.letter {
            b'p' if self.swap => text.to_ascii_lowercase(),
            b'Z' if self.swap => text.to_ascii_lowercase(),
            b'a' | b'A' | b'b' | b'B' | b'h' if self.swap => text.to_ascii_uppercase(),
            b'P' => text,
            _ if self.upper => text.to_ascii_uppercase(),
            _ => text,
        }
    }
}

/// A value with its usual width.
struct Field {
    text: String,
    fill: char,
    width: usize,
}

impl Field {
    fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), fill: ' ', width: 0 }
    }

    fn number(number: i64, width: usize) -> Self {
        Self { text: number.to_string(), fill: '0', width }
    }

    fn blank(number: i64) -> Self {
        Self { text: number.to_string(), fill: ' ', width: 2 }
    }
}

fn field(letter: u8, m: &Moment) -> Option<Field> {
    let hour12 = (m.hour + 11) % 12 + 1;
    let (week_year, week) = m.iso_week();
    let (weekday, month) = (WEEKDAYS[m.weekday as usize], MONTHS[m.month as usize - 1]);
    Some(match letter {
        b'a' => Field::text(&weekday[..3]),
        b'A' => Field::text(weekday),
        b'b' | b'h' => Field::text(&month[..3]),
        b'B' => Field::text(month),
        b'C' => Field::number(m.year.div_euclid(100), 2),
        b'd' => Field::number(m.day, 2),
        b'e' => Field::blank(m.day),
        b'g' => Field::number(week_year.rem_euclid(100), 2),
        b'G' => Field::number(week_year, 0),
        b'H' => Field::number(m.hour, 2),
        b'I' => Field::number(hour12, 2),
        b'j' => Field::number(m.yearday + 1, 3),
        b'k' => Field::blank(m.hour),
        b'l' => Field::blank(hour12),
        b'm' => Field::number(m.month, 2),
        b'M' => Field::number(m.minute, 2),
        b'n' => Field::text("\n"),
        b'p' => Field::text(if m.hour < 12 { "AM" } else { "PM" }),
        b'P' => Field::text(if m.hour < 12 { "am" } else { "pm" }),
        b's' => Field::text(m.unix.to_string()),
        b'S' => Field::number(m.second, 2),
        b't' => Field::text("\t"),
        b'u' => Field::number((m.weekday + 6) % 7 + 1, 0),
        b'U' => Field::number(m.week_from(0), 2),
        b'V' => Field::number(week, 2),
        b'w' => Field::number(m.weekday, 0),
        b'W' => Field::number(m.week_from(1), 2),
        b'y' => Field::number(m.year.rem_euclid(100), 2),
        b'Y' => Field::number(m.year, 0),
        b'z' => offset(m.offset.seconds),
        b'Z' => Field::text(m.offset.name.as_str()),
        b'%' => Field::text("%"),
        _ => return None,
    })
}

/// Sign, hours and minutes.
fn offset(seconds: i32) -> Field {
    let sign = if seconds < 0 { '-' } else { '+' };
    let minutes = seconds.abs() / 60;
    Field::text(format!("{sign}{:02}{:02}", minutes / 60, minutes % 60))
}

#[cfg(test)]
mod tests {
    use hsl_vm::LocalOffset;

    use super::*;

    #[track_caller]
    fn check(format: &str, unix: i64, expect: &str) {
        let text = strftime(format.as_bytes(), &Moment::at(unix, LocalOffset::utc()));
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
        check("%-d %_d %5d %^a %#p %Od %Ey %010s", 0, "1  1 00001 THU am 01 70 0000000000");
        check("%5%|%-5d|%_5Q|%99999999999999999999d", 0, "    %|    1|%_5Q|01");
    }
}
