//! The directives of `strptime`.
//!
//! *Not here.* Which moment the parts stand for (`parts`).
//!
//! *Sources.* POSIX.1-2017, strptime, in the POSIX locale, with the `%F %G %g %k %l %P %s %u %V %z %Z` of the GNU
//! library.

use super::names::{MONTHS, WEEKDAYS, composed};
use super::parts::{Parts, Zone};

/// The parts of a date text; none when it does not match the format to its end.
pub(super) fn strptime(text: &[u8], format: &[u8]) -> Option<Parts> {
    let mut parser = Parser { rest: text, parts: Parts::default() };
    parser.format(format)?;
    parser.rest.is_empty().then_some(parser.parts)
}

struct Parser<'t> {
    rest: &'t [u8],
    parts: Parts,
}

impl Parser<'_> {
    fn format(&mut self, format: &[u8]) -> Option<()> {
        let mut bytes = format.iter();
        while let Some(byte) = bytes.next() {
            match byte {
                b'%' => {
                    let mut letter = bytes.next()?;
                    if matches!(letter, b'E' | b'O') {
                        letter = bytes.next()?;
                    }
                    self.directive(*letter)?;
                }
                byte if byte.is_ascii_whitespace() => self.blank(),
                byte => self.rest = self.rest.strip_prefix(&[*byte])?,
            }
        }
        Some(())
    }

    fn directive(&mut self, letter: u8) -> Option<()> {
        if let Some(format) = composed(letter) {
            return self.format(format.as_bytes());
        }
        match letter {
            b'a' | b'A' => self.parts.weekday = Some(self.name(&WEEKDAYS)?),
            b'b' | b'B' | b'h' => self.parts.month = Some(self.name(&MONTHS)? + 1),
            b'C' => self.parts.century = Some(self.number(2, 0..=99)?),
            b'd' | b'e' => self.parts.day = Some(self.number(2, 1..=31)?),
            // The year of the week without its century is determined by the year.
            b'g' => drop(self.number(2, 0..=99)?),
            b'G' => self.parts.week_year = Some(self.number(4, 0..=9999)?),
            b'H' | b'k' => {
                self.parts.hour = Some(self.number(2, 0..=23)?);
                self.parts.hour12 = None;
            }
            b'I' | b'l' => self.parts.hour12 = Some(self.number(2, 1..=12)?),
            b'j' => self.parts.yearday = Some(self.number(3, 1..=366)? - 1),
            b'm' => self.parts.month = Some(self.number(2, 1..=12)?),
            b'M' => self.parts.minute = Some(self.number(2, 0..=59)?),
            b'n' | b't' => self.blank(),
            b'p' | b'P' => self.parts.afternoon = Some(self.name(&["AM", "PM"])? == 1),
            b's' => self.parts.unix = Some(self.unix()?),
            b'S' => self.parts.second = Some(self.number(2, 0..=61)?),
            b'u' => self.parts.weekday = Some(self.number(1, 1..=7)? % 7),
            b'U' => self.parts.week = Some((self.number(2, 0..=53)?, 0)),
            b'V' => self.parts.iso_week = Some(self.number(2, 1..=53)?),
            b'w' => self.parts.weekday = Some(self.number(1, 0..=6)?),
            b'W' => self.parts.week = Some((self.number(2, 0..=53)?, 1)),
            b'y' => self.parts.short_year = Some(self.number(2, 0..=99)?),
            b'Y' => self.parts.year = Some(self.number(4, 0..=9999)?),
            b'z' => self.parts.zone = Some(Zone::Offset(self.offset()?)),
            b'Z' => self.parts.zone = Some(self.zone()?),
            b'%' => self.rest = self.rest.strip_prefix(b"%")?,
            _ => return None,
        }
        Some(())
    }

    fn blank(&mut self) {
        self.rest = self.rest.trim_ascii_start();
    }

    fn digits(&mut self, most: usize) -> Option<i64> {
        let length = self.rest.iter().take(most).take_while(|byte| byte.is_ascii_digit()).count();
        let (digits, rest) = self.rest.split_at(length);
        self.rest = rest;
        std::str::from_utf8(digits).ok()?.parse().ok()
    }

    /// A number of so many digits at most, behind blanks.
    fn number(&mut self, most: usize, range: std::ops::RangeInclusive<i64>) -> Option<i64> {
        self.blank();
        self.digits(most).filter(|number| range.contains(number))
    }

    fn unix(&mut self) -> Option<i64> {
        self.blank();
        let negative = self.rest.starts_with(b"-");
        self.rest = &self.rest[usize::from(negative)..];
        // More digits are beyond every calendar.
        self.digits(12).map(|seconds| if negative { -seconds } else { seconds })
    }

    /// The place of a name, in full or by its first three letters, in either case.
    fn name(&mut self, names: &[&str]) -> Option<i64> {
        let starts = |name: &str| {
            let start = self.rest.get(..name.len())?;
            start.eq_ignore_ascii_case(name.as_bytes()).then_some(name.len())
        };
        let found = names.iter().enumerate().find_map(|(at, name)| {
            let length = starts(name).or_else(|| starts(name.get(..3)?))?;
            Some((at, length))
        });
        let (at, length) = found?;
        self.rest = &self.rest[length..];
        Some(at as i64)
    }

    /// `Z`, or a sign with hours and minutes, with or without a colon; minutes may be missing.
    fn offset(&mut self) -> Option<i64> {
        self.blank();
        if let Some(rest) = self.rest.strip_prefix(b"Z").or(self.rest.strip_prefix(b"z")) {
            self.rest = rest;
            return Some(0);
        }
        let (sign, rest) = self.rest.split_first()?;
        let sign = match sign {
            b'+' => 1,
            b'-' => -1,
            _ => return None,
        };
        self.rest = rest;
        let hours = self.pair()?;
        let before = self.rest;
        self.rest = self.rest.strip_prefix(b":").unwrap_or(self.rest);
        let minutes = self.pair().unwrap_or_else(|| {
            self.rest = before;
            0
        });
        (hours <= 24 && minutes < 60).then_some(sign * (hours * 3_600 + minutes * 60))
    }

    /// A number of exactly two digits.
    fn pair(&mut self) -> Option<i64> {
        let both = self.rest.len() >= 2 && self.rest[..2].iter().all(u8::is_ascii_digit);
        if both { self.digits(2) } else { None }
    }

    /// The abbreviation of a zone.
    fn zone(&mut self) -> Option<Zone> {
        self.blank();
        let length = self.rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let (name, rest) = self.rest.split_at(length);
        self.rest = rest;
        let name = String::from_utf8(name.to_ascii_uppercase()).ok()?;
        match &*name {
            "" => None,
            "UTC" | "GMT" => Some(Zone::Offset(0)),
            _ => Some(Zone::Named(name)),
        }
    }
}
