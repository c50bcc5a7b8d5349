//! What a client says to log in.
//!
//! *Invariants.* Text of a caller reaches the wire in base64 only, so it cannot add a line.
//!
//! *Sources.* RFC 4954 §4 (AUTH), RFC 4616 (PLAIN), RFC 2195 (CRAM-MD5), draft-murchison-sasl-login
//! (LOGIN).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac as _};
use md5::Md5;

/// User and password.
#[derive(Clone, Copy, Debug)]
pub(super) struct Login<'a> {
    pub(super) user: &'a str,
    pub(super) password: &'a str,
}

/// How a server wants to be told of a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mechanism {
    Plain,
    Login,
    CramMd5,
}

impl Mechanism {
    const fn name(self) -> &'static str {
        match self {
            Self::Plain => "PLAIN",
            Self::Login => "LOGIN",
            Self::CramMd5 => "CRAM-MD5",
        }
    }

    /// The best one that a server offers. Without TLS that is the one which does not show the
    /// password; with it, one for which the server need not know the password.
    pub(super) fn choose(offered: &str, secured: bool) -> Option<Self> {
        let order = match secured {
            true => [Self::Plain, Self::Login, Self::CramMd5],
            false => [Self::CramMd5, Self::Plain, Self::Login],
        };
        let offers =
            |one: &Self| offered.split(' ').any(|word| word.eq_ignore_ascii_case(one.name()));
        order.into_iter().find(offers)
    }
}

impl Login<'_> {
    /// The initial response of PLAIN; none for what it cannot say: NUL divides its parts.
    pub(super) fn plain(self) -> Option<String> {
        let Self { user, password } = self;
        let sayable = !user.contains('\0') && !password.contains('\0');
        sayable.then(|| STANDARD.encode(format!("\0{user}\0{password}")))
    }

    /// The response to a challenge of CRAM-MD5; none for what is no challenge.
    pub(super) fn answer(self, challenge: &[u8]) -> Option<String> {
        let challenge = STANDARD.decode(challenge.trim_ascii()).ok()?;
        let mut digest = Hmac::<Md5>::new_from_slice(self.password.as_bytes()).ok()?;
        digest.update(&challenge);
        let digest = digest.finalize().into_bytes();
        let digits: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        Some(STANDARD.encode(format!("{} {digits}", self.user)))
    }
}

/// A response of LOGIN.
pub(super) fn response(text: &str) -> String {
    STANDARD.encode(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_is_answered_as_in_its_specification() {
        // RFC 2195 §2.
        let login = Login { user: "tim", password: "tanstaaftanstaaf" };
        let challenge = "PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+";
        let answer = "dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw";
        assert_eq!(login.answer(challenge.as_bytes()).as_deref(), Some(answer));
        assert_eq!(login.answer(b"no base64!"), None);
    }

    #[test]
    fn passwords_are_shown_only_where_they_must_be() {
        assert_eq!(Mechanism::choose("plain cram-md5", false), Some(Mechanism::CramMd5));
        assert_eq!(Mechanism::choose("CRAM-MD5 LOGIN", true), Some(Mechanism::Login));
        assert_eq!(Mechanism::choose("CRAM-MD5", true), Some(Mechanism::CramMd5));
        assert_eq!(Mechanism::choose("GSSAPI XPLAIN", true), None);
        assert_eq!(Login { user: "a\0b", password: "c" }.plain(), None);
    }
}
