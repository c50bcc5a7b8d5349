//! Names of the moments in an SMTP dialogue at which a reply is awaited.
//!
//! The names are part of the script interface: delivery hooks read them, and time limits are
//! configured by them.
//!
//! *Sources.* RFC 5321 §4.5.3.2 for the least time limits.

use std::fmt;
use std::time::Duration;

/// What the awaited, or the last, reply belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// The greeting.
    Banner,
    /// HELO.
    Helo,
    /// EHLO.
    Ehlo,
    /// MAIL.
    Mail,
    /// RCPT.
    Rcpt,
    /// DATA, up to 354.
    Data,
    /// The reply to the end of data.
    Eod,
    /// RSET.
    Rset,
    /// NOOP.
    Noop,
    /// QUIT.
    Quit,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 10] = [
        Self::Banner,
        Self::Helo,
        Self::Ehlo,
        Self::Mail,
        Self::Rcpt,
        Self::Data,
        Self::Eod,
        Self::Rset,
        Self::Noop,
        Self::Quit,
    ];

    /// Name in scripts and configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Banner => "BANNER",
            Self::Helo => "HELO",
            Self::Ehlo => "EHLO",
            Self::Mail => "MAIL",
            Self::Rcpt => "RCPT",
            Self::Data => "DATA",
            Self::Eod => "EOD",
            Self::Rset => "RSET",
            Self::Noop => "NOOP",
            Self::Quit => "QUIT",
        }
    }

    /// The state of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// How long a client waits for this reply unless configured otherwise.
    pub const fn timeout(self) -> Duration {
        Duration::from_secs(match self {
            Self::Banner | Self::Helo | Self::Ehlo | Self::Mail | Self::Rcpt => 300,
            Self::Data => 120,
            Self::Eod => 600,
            Self::Rset | Self::Noop => 30,
            Self::Quit => 5,
        })
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
