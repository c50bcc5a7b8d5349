//! Names that things have which nobody should see, and forms that they have.
//!
//! One list for whoever warns of them (`hsl-lint`) or hides their values (`hsl-host`).
//!
//! *Invariants.* Only whole words count: `$passwords_seen` and `$tokenizer` are no secrets.
//!
//! *Not here.* Keys of hook variables that are secret whatever they are called ([`crate::Key`]).

mod form;

pub use form::{SecretForm, secret_form};

/// Words that make a name one of a secret, wherever they stand in it.
const WORDS: [&str; 5] = ["password", "passwd", "passphrase", "secret", "apikey"];

/// Runs of words that do so together.
const PAIRS: [(&str, &str); 8] = [
    ("api", "key"),
    ("api", "token"),
    ("access", "token"),
    ("auth", "token"),
    ("bearer", "token"),
    ("refresh", "token"),
    ("secret", "key"),
    ("private", "key"),
];

/// Whether a variable, key or property of this name holds a secret: `$db_password`, `apiKey`.
pub fn is_secret_name(name: &str) -> bool {
    let words = words(name);
    let single = words.iter().any(|word| WORDS.contains(&word.as_str()));
    single || words.windows(2).any(|pair| PAIRS.contains(&(&*pair[0], &*pair[1])))
}

/// The words of a name in lower case; they end at signs and before a capital behind a small letter.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut small = false;
    for sign in name.chars() {
        if !sign.is_ascii_alphanumeric() || small && sign.is_ascii_uppercase() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| sign.is_ascii_alphanumeric()) {
            word.push(sign.to_ascii_lowercase());
        }
        small = sign.is_ascii_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_make_a_secret() {
        for name in ["$password", "db_password", "apiKey", "$api_key", "X-Auth-Token", "SECRET"] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in ["$tokenizer", "passwords", "key", "$secretary", "token", "publicKey", ""] {
            assert!(!is_secret_name(name), "{name}");
        }
    }
}
