//! Whether a domain lets a client send its mail: SPF.
//!
//! A [`Check`] is fed the answers of DNS and says what it wants to know next, or its [`Verdict`].
//!
//! *Invariants.* Any record, name and sender can be checked. A check asks for at most a few hundred
//! names, because every limit of RFC 7208 §4.6.4 holds but that of time: nothing here knows a clock,
//! so who asks DNS bounds it.
//!
//! *Not here.* Who asks DNS, and what a verdict means (policy).
//!
//! *Sources.* RFC 7208, RFC 8616 §4 (addresses beyond ASCII).

mod course;
mod desk;
mod lookups;
mod macros;
mod record;

use std::fmt;
use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use course::Course;
use desk::Desk;

/// Who sends, and who asks.
#[derive(Clone, Debug)]
pub struct Client {
    /// Address that connected; an IPv4 address in IPv6 form counts as IPv4.
    pub ip: IpAddr,
    /// Name given in HELO or EHLO, in ASCII.
    pub helo: String,
    /// Address of the sender, or its domain alone, in ASCII behind the `@`. Empty, or `<>`, when the
    /// message is a notice: the HELO name is checked then (RFC 7208 §2.4).
    pub sender: String,
    /// Name of the host that asks, for explanations.
    pub receiver: String,
    /// Time of the check in seconds since 1970, for explanations.
    pub now: u64,
}

/// What a check finds (RFC 7208 §2.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The domain publishes nothing, or there is no domain.
    None,
    /// The domain says nothing about the client.
    Neutral,
    /// The client may send.
    Pass,
    /// The client may not send.
    Fail,
    /// The client probably may not send.
    SoftFail,
    /// DNS did not answer; a later check may.
    TempError,
    /// The record cannot be understood.
    PermError,
}

impl Outcome {
    /// Its name in `Received-SPF` and `Authentication-Results`.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Neutral => "neutral",
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::SoftFail => "softfail",
            Self::TempError => "temperror",
            Self::PermError => "permerror",
        }
    }
}

/// The end of a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// What was found.
    pub outcome: Outcome,
    /// What led to it, in a sentence; of a fail, the explanation that the domain publishes if there
    /// is one. Printable ASCII of one line.
    pub reason: String,
    /// Whether the reason is the explanation of the domain: text of a stranger.
    pub explained: bool,
}

/// Kinds of records that a check asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Addresses of IPv4.
    A,
    /// Addresses of IPv6.
    Aaaa,
    /// Mail servers; the answer is their names.
    Mx,
    /// Names of an address.
    Ptr,
    /// Texts; the strings of one record are joined.
    Txt,
}

impl Kind {
    /// Its name in zone files.
    pub fn name(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::Aaaa => "AAAA",
            Self::Mx => "MX",
            Self::Ptr => "PTR",
            Self::Txt => "TXT",
        }
    }
}

/// A question to DNS.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Lookup {
    /// The name; of [`Kind::Ptr`] the address.
    pub name: String,
    /// The kind of records.
    pub kind: Kind,
}

/// DNS failed to say whether there are such records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("DNS did not answer")]
pub struct NoAnswer;

/// The records of a name as text, without those of other kinds; none when the name does not exist.
pub type Answer = Result<Vec<String>, NoAnswer>;

/// What a check wants next.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    /// An answer, through [`Check::answer`].
    Ask(Lookup),
    /// Nothing: this is the end.
    Done(Verdict),
}

/// One evaluation of `check_host` (RFC 7208 §4).
pub struct Check {
    course: Pin<Box<dyn Future<Output = Verdict>>>,
    desk: Rc<Desk>,
    verdict: Option<Verdict>,
}

impl Check {
    /// A check that has asked nothing yet.
    pub fn new(client: Client) -> Self {
        let desk = Rc::<Desk>::default();
        let course = Box::pin(Course::new(client, Rc::clone(&desk)).run());
        Self { course, desk, verdict: None }
    }

    /// What is wanted next. Asked again without an answer, the same.
    pub fn poll(&mut self) -> Step {
        if let Some(verdict) = &self.verdict {
            return Step::Done(verdict.clone());
        }
        // Nothing but the desk suspends the course, and the desk needs nobody to wake it.
        match self.course.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Pending => Step::Ask(self.desk.question()),
            Poll::Ready(verdict) => Step::Done(self.verdict.insert(verdict).clone()),
        }
    }

    /// Answers what [`Check::poll`] asked.
    pub fn answer(&mut self, answer: Answer) {
        self.desk.answer(answer);
    }
}

impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Check").field("desk", &self.desk).finish_non_exhaustive()
    }
}
