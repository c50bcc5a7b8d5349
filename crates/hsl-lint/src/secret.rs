//! What secrets look like.
//!
//! *Invariants.* Nothing here gives back any part of a secret.
//!
//! *Not here.* Names of secrets (`hsl_decl::is_secret_name`).
//!
//! *Sources.* The documentation of the services that issue the tokens; RFC 7468 for keys.

use std::fmt;

/// What a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A token of this service.
    Token(&'static str),
    /// A private key in PEM form.
    PrivateKey,
    /// Something random under a name that calls it secret.
    Named,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token(service) => write!(f, "a token of {service}"),
            Self::PrivateKey => f.write_str("a private key"),
            Self::Named => f.write_str("a secret"),
        }
    }
}

/// How tokens begin, how many signs follow at least, and who issues them.
const TOKENS: [(&str, usize, &str); 17] = [
    ("AKIA", 16, "AWS"),
    ("ASIA", 16, "AWS"),
    ("ghp_", 36, "GitHub"),
    ("gho_", 36, "GitHub"),
    ("ghs_", 36, "GitHub"),
    ("ghu_", 36, "GitHub"),
    ("github_pat_", 40, "GitHub"),
    ("glpat-", 20, "GitLab"),
    ("xoxb-", 20, "Slack"),
    ("xoxp-", 20, "Slack"),
    ("xapp-", 20, "Slack"),
    ("sk_live_", 16, "Stripe"),
    ("rk_live_", 16, "Stripe"),
    ("AIza", 35, "Google"),
    ("SG.", 40, "SendGrid"),
    ("npm_", 36, "npm"),
    ("hvs.", 24, "Vault"),
];

/// The known form that a text has or holds.
pub(crate) fn kind_of(text: &[u8]) -> Option<Kind> {
    let begin = b"-----BEGIN ";
    let key = memchr::memmem::find(text, begin).map(|at| &text[at + begin.len()..]);
    key.and_then(private_key).or_else(|| token(text))
}

fn private_key(rest: &[u8]) -> Option<Kind> {
    let end = memchr::memmem::find(rest, b"-----")?;
    let is_key = rest[..end].ends_with(b"PRIVATE KEY");
    // The label alone is what a program may look for; a key has a body.
    (is_key && rest[end..].len() > 64).then_some(Kind::PrivateKey)
}

fn token(text: &[u8]) -> Option<Kind> {
    TOKENS.iter().find_map(|(prefix, least, service)| {
        let mut places = memchr::memmem::find_iter(text, prefix.as_bytes());
        let is_token = places.any(|at| {
            let begins = at == 0 || !is_sign(text[at - 1]);
            let tail = text[at + prefix.len()..].iter().take_while(|byte| is_sign(**byte)).count();
            begins && tail >= *least
        });
        is_token.then_some(Kind::Token(service))
    })
}

fn is_sign(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
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
    fn known_forms_are_known() {
        let tail = "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8s9T0u1";
        for (prefix, _, service) in TOKENS {
            let text = format!("Authorization: {prefix}{tail}");
            assert_eq!(kind_of(text.as_bytes()), Some(Kind::Token(service)), "{prefix}");
            let short = format!("{prefix}a1");
            assert_eq!(kind_of(short.as_bytes()), None, "{prefix}");
            let inside = format!("x{prefix}{tail}");
            assert_eq!(kind_of(inside.as_bytes()), None, "{prefix}");
        }
        let key = format!("-----BEGIN RSA PRIVATE KEY-----\n{}\n", tail.repeat(2));
        assert_eq!(kind_of(key.as_bytes()), Some(Kind::PrivateKey));
        assert_eq!(kind_of(b"-----BEGIN PRIVATE KEY-----"), None);
        let public = format!("-----BEGIN PUBLIC KEY-----\n{}\n", tail.repeat(2));
        assert_eq!(kind_of(public.as_bytes()), None);
    }

    #[test]
    fn words_are_not_random() {
        for text in ["changeme", "file://key.txt", "12345678", "aaaaaaa1", "my secret 1 text"] {
            assert!(!is_random(text.as_bytes()), "{text}");
        }
        assert!(is_random(b"q8Zt4mVx92LkRw7b"));
    }
}
