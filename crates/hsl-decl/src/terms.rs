//! Words of the mail standards that scripts write in texts and numbers: names of header fields, reply
//! codes, enhanced status codes, directives of dates.
//!
//! *Invariants.* Each list stands here once, in order; completion, hover and rules read it.

mod directives;
mod header_fields;
mod replies;
mod statuses;

pub use directives::DIRECTIVES;
pub use header_fields::HEADER_FIELDS;
pub use replies::REPLIES;
pub use statuses::{CLASSES, STATUSES, status};

/// A word with what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// As it is written.
    pub name: &'static str,
    /// What it means, in a sentence.
    pub meaning: &'static str,
    /// What follows from it: what a client does, an example.
    pub more: &'static str,
    /// Where it is defined.
    pub source: &'static str,
}

/// A line of a list.
const fn row(
    name: &'static str,
    meaning: &'static str,
    more: &'static str,
    source: &'static str,
) -> Term {
    Term { name, meaning, more, source }
}

/// What a text or number is a word of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TermKind {
    /// A name of a header field.
    HeaderField,
    /// A format of a date, which holds directives.
    DateFormat,
    /// A reply code of SMTP.
    Reply,
    /// The three numbers of an enhanced status code.
    Status,
}

/// What a parameter of the library takes, by the names of both.
pub fn term_of_parameter(function: &str, parameter: &str) -> Option<TermKind> {
    let is_header = function.ends_with("Header") || function.ends_with("Headers");
    match (function, parameter) {
        ("strftime" | "strptime", "format") => Some(TermKind::DateFormat),
        (_, "name" | "newname") if is_header => Some(TermKind::HeaderField),
        _ => None,
    }
}

/// What a key of the option `reply_codes` takes.
pub fn term_of_reply_key(key: &str) -> Option<TermKind> {
    match key {
        "code" => Some(TermKind::Reply),
        "enhanced" => Some(TermKind::Status),
        _ => None,
    }
}

/// The option of verdicts that holds the codes of a reply.
pub const REPLY_CODES: &str = "reply_codes";

/// The header field of a name, in any case.
pub fn header_field(name: &str) -> Option<&'static Term> {
    HEADER_FIELDS.iter().find(|known| known.name.eq_ignore_ascii_case(name))
}

/// The reply code of a number.
pub fn reply(code: u16) -> Option<&'static Term> {
    REPLIES.iter().find(|known| known.name.parse() == Ok(code))
}

/// The directive of a letter.
pub fn directive(letter: u8) -> Option<&'static Term> {
    DIRECTIVES.iter().find(|known| known.name.as_bytes() == [b'%', letter])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_in_order_and_have_each_word_once() {
        let folded = |terms: &[Term]| -> Vec<_> {
            terms.iter().map(|term| term.name.to_ascii_lowercase()).collect()
        };
        for list in [HEADER_FIELDS, REPLIES, STATUSES] {
            let names = folded(list);
            assert!(names.is_sorted() && !names.is_empty(), "{names:?}");
            assert!(names.windows(2).all(|pair| pair[0] != pair[1]));
        }
        for term in [HEADER_FIELDS, REPLIES, STATUSES, DIRECTIVES, &CLASSES].concat() {
            assert!(term.meaning.ends_with('.') && !term.source.is_empty(), "{}", term.name);
        }
    }

    #[test]
    fn words_are_found() {
        assert_eq!(header_field("message-id").map(|term| term.name), Some("Message-ID"));
        assert!(reply(550).is_some() && reply(599).is_none());
        assert!(directive(b'Y').is_some() && directive(b'q').is_none());
        let [class, detail] = status(5, 1, 1);
        assert!(class.is_some() && detail.is_some());
        assert_eq!(term_of_parameter("addHeader", "name"), Some(TermKind::HeaderField));
        assert_eq!(term_of_parameter("addHeader", "value"), None);
    }
}
