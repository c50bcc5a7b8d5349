//! What secrets look like, whatever they are called.
//!
//! *Invariants.* Nothing here gives back any part of a secret.
//!
//! *Sources.* The documentation of the services that issue the tokens; RFC 7468 for keys.

use std::fmt;

/// A form that only secrets have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretForm {
    /// A token of this service.
    Token(&'static str),
    /// A private key in PEM form.
    PrivateKey,
}

impl fmt::Display for SecretForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token(service) => write!(f, "a token of {service}"),
            Self::PrivateKey => f.write_str("a private key"),
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

/// Bytes behind the label of a private key, at least.
const BODY: usize = 64;

/// The known form of a secret that a text has or holds.
pub fn secret_form(text: &[u8]) -> Option<SecretForm> {
    let begin = b"-----BEGIN ";
    // A key has a body, so a short text is none.
    let long = Some(text).filter(|text| text.len() > BODY);
    let key =
        long.and_then(|text| memchr::memmem::find(text, begin)).map(|at| &text[at + begin.len()..]);
    key.and_then(private_key).or_else(|| token(text))
}

fn private_key(rest: &[u8]) -> Option<SecretForm> {
    let end = memchr::memmem::find(rest, b"-----")?;
    let is_key = rest[..end].ends_with(b"PRIVATE KEY");
    // The label alone is what a program may look for; a key has a body.
    (is_key && rest[end..].len() > BODY).then_some(SecretForm::PrivateKey)
}

fn token(text: &[u8]) -> Option<SecretForm> {
    // Most texts are too short to hold any, which costs nothing to see.
    let possible = TOKENS.iter().filter(|(prefix, least, _)| text.len() >= prefix.len() + least);
    possible.copied().find_map(|(prefix, least, service)| {
        let mut places = memchr::memmem::find_iter(text, prefix.as_bytes());
        let is_token = places.any(|at| {
            let begins = at == 0 || !is_sign(text[at - 1]);
            let tail = text[at + prefix.len()..].iter().take_while(|byte| is_sign(**byte)).count();
            begins && tail >= least
        });
        is_token.then_some(SecretForm::Token(service))
    })
}

fn is_sign(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_forms_are_known() {
        let tail = "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8s9T0u1";
        for (prefix, _, service) in TOKENS {
            let text = format!("Authorization: {prefix}{tail}");
            assert_eq!(secret_form(text.as_bytes()), Some(SecretForm::Token(service)), "{prefix}");
            let short = format!("{prefix}a1");
            assert_eq!(secret_form(short.as_bytes()), None, "{prefix}");
            let inside = format!("x{prefix}{tail}");
            assert_eq!(secret_form(inside.as_bytes()), None, "{prefix}");
        }
        let key = format!("-----BEGIN RSA PRIVATE KEY-----\n{}\n", tail.repeat(2));
        assert_eq!(secret_form(key.as_bytes()), Some(SecretForm::PrivateKey));
        assert_eq!(secret_form(b"-----BEGIN PRIVATE KEY-----"), None);
        let public = format!("-----BEGIN PUBLIC KEY-----\n{}\n", tail.repeat(2));
        assert_eq!(secret_form(public.as_bytes()), None);
    }
}
