//! The questions of a check, and their limits.
//!
//! *Sources.* RFC 7208 §4.6.4, §5 (addresses of the client's own family), §5.5 (names of the client).

use std::cell::{Cell, OnceCell};
use std::net::IpAddr;
use std::rc::Rc;

use super::course::Stop;
use super::desk::Desk;
use super::{Answer, Kind, Lookup, NoAnswer, Outcome};

/// Most terms that ask DNS.
const MAX_TERMS: u32 = 10;
/// Most lookups that find nothing.
const MAX_VOID: u32 = 2;
/// Most names of mail servers, and most names of an address that are looked at.
const MAX_NAMES: usize = 10;

/// Asks DNS, and counts.
#[derive(Debug)]
pub(super) struct Lookups {
    desk: Rc<Desk>,
    client: IpAddr,
    terms: Cell<u32>,
    void: Cell<u32>,
    /// Names of the client, once they were needed.
    validated: OnceCell<Vec<String>>,
}

impl Lookups {
    pub(super) fn new(desk: Rc<Desk>, client: IpAddr) -> Self {
        let (terms, void) = (Cell::new(0), Cell::new(0));
        Self { desk, client, terms, void, validated: OnceCell::new() }
    }

    /// Counts a term that asks DNS.
    pub(super) fn begin_term(&self) -> Result<(), Stop> {
        self.terms.set(self.terms.get() + 1);
        match self.terms.get() > MAX_TERMS {
            true => Err(too_many(format!("more than {MAX_TERMS} terms ask DNS"))),
            false => Ok(()),
        }
    }

    /// The texts of a name; without any, nothing is counted.
    pub(super) async fn texts(&self, name: &str) -> Answer {
        match is_name(name) {
            true => self.desk.ask(Lookup { name: name.to_owned(), kind: Kind::Txt }).await,
            false => Ok(Vec::new()),
        }
    }

    /// Whether a name has any address of IPv4.
    pub(super) async fn exists(&self, name: &str) -> Result<bool, Stop> {
        let found = self.counted(name, Kind::A).await?;
        found.map(|addresses| !addresses.is_empty()).map_err(|NoAnswer| unanswered(name))
    }

    /// The addresses of a name, of the client's family.
    pub(super) async fn addresses(&self, name: &str) -> Result<Vec<IpAddr>, Stop> {
        let found = self.counted(name, self.family()).await?;
        found.map(|texts| parsed(&texts)).map_err(|NoAnswer| unanswered(name))
    }

    /// The mail servers of a name.
    pub(super) async fn mail_servers(&self, name: &str) -> Result<Vec<String>, Stop> {
        let found = self.counted(name, Kind::Mx).await?;
        let names = found.map_err(|NoAnswer| unanswered(name))?;
        match names.len() > MAX_NAMES {
            true => Err(too_many(format!("{name} has more than {MAX_NAMES} mail servers"))),
            false => Ok(names),
        }
    }

    /// The names of the client that lead back to it. Where DNS fails there are fewer, or none.
    pub(super) async fn validated(&self) -> Result<&[String], Stop> {
        if let Some(names) = self.validated.get() {
            return Ok(names);
        }
        let found = self.counted(&self.client.to_string(), Kind::Ptr).await?;
        let mut names = Vec::new();
        for name in found.unwrap_or_default().into_iter().take(MAX_NAMES) {
            let addresses = self.counted(&name, self.family()).await?;
            if addresses.is_ok_and(|texts| parsed(&texts).contains(&self.client)) {
                names.push(name.strip_suffix('.').unwrap_or(&name).to_owned());
            }
        }
        Ok(self.validated.get_or_init(|| names))
    }

    /// A lookup that counts when it finds nothing. A name that cannot exist is not asked for.
    async fn counted(&self, name: &str, kind: Kind) -> Result<Answer, Stop> {
        if kind != Kind::Ptr && !is_name(name) {
            return Ok(Ok(Vec::new()));
        }
        let answer = self.desk.ask(Lookup { name: name.to_owned(), kind }).await;
        if answer.as_ref().is_ok_and(Vec::is_empty) {
            self.void.set(self.void.get() + 1);
        }
        match self.void.get() > MAX_VOID {
            true => Err(too_many(format!("more than {MAX_VOID} lookups found nothing"))),
            false => Ok(answer),
        }
    }

    fn family(&self) -> Kind {
        if self.client.is_ipv4() { Kind::A } else { Kind::Aaaa }
    }
}

/// Whether a name can be asked for: labels of 1 to 63 visible characters, 253 in all.
pub(super) fn is_name(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    let visible = |label: &str| label.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let fits = |label: &str| (1..=63).contains(&label.len()) && visible(label);
    name.len() <= 253 && name.split('.').all(fits)
}

fn parsed(texts: &[String]) -> Vec<IpAddr> {
    texts.iter().filter_map(|text| text.parse().ok()).collect()
}

fn too_many(reason: String) -> Stop {
    Stop { outcome: Outcome::PermError, reason }
}

fn unanswered(name: &str) -> Stop {
    Stop { outcome: Outcome::TempError, reason: format!("DNS did not answer about {name}") }
}
