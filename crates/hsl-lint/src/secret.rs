//! What secrets look like.
//!
//! *Invariants.* Nothing here gives back any part of a secret.
//!
//! *Not here.* Names and forms of secrets, which the debugger hides too (`hsl_decl`).

use std::fmt;

use hsl_decl::{SecretForm, secret_form};

/// What a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A form that only secrets have.
    Form(SecretForm),
    /// Something random under a name that calls it secret.
    Named,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form(form) => form.fmt(f),
            Self::Named => f.write_str("a secret"),
        }
    }
}

/// The known form that a text has or holds.
pub(crate) fn kind_of(text: &[u8]) -> Option<Kind> {
    secret_form(text).map(Kind::Form)
}

/// Whether a text looks like something nobody would write: one word of eight or more signs that
/// seldom repeat, with letters and digits.
pub(crate) fn is_random(text: &[u8]) -> bool {
    let word = text.len() >= 8 && text.iter().all(u8::is_ascii_graphic);
    let mixed = text.iter().any(u8::is_ascii_digit) && text.iter().any(u8::is_ascii_alphabetic);
    word && mixed && entropy(text) >= 3.0
}

/// Bits for each byte, by how often each stands in the text (Shannon).
fn entropy(text: &[u8]) -> f64 {
    let mut counts = [0u32; 256];
    text.iter().for_each(|byte| counts[usize::from(*byte)] += 1);
    let length = text.len() as f64;
    let shares = counts.iter().filter(|count| **count > 0).map(|count| f64::from(*count) / length);
    shares.map(|share| -share * share.log2()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_not_random() {
        for text in ["changeme", "file://key.txt", "12345678", "aaaaaaa1", "my secret 1 text"] {
            assert!(!is_random(text.as_bytes()), "{text}");
        }
        assert!(is_random(b"q8Zt4mVx92LkRw7b"));
    }
}
