//! The extensions in force on a connection: what the server announced after EHLO.

use super::{Extension, find};

/// Keywords with their arguments.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Announced(Vec<(String, String)>);

impl Announced {
    /// Reads the lines of an EHLO reply after its first, or the list a script made.
    pub fn parse<T: AsRef<[u8]>>(lines: impl IntoIterator<Item = T>) -> Self {
        let mut list = Vec::new();
        for line in lines {
            let text = String::from_utf8_lossy(line.as_ref()).into_owned();
            let mut words = text.split([' ', '=']);
            let keyword = words.next().unwrap_or_default().to_ascii_uppercase();
            if !keyword.is_empty() {
                list.push((keyword, words.collect::<Vec<_>>().join(" ")));
            }
        }
        Self(list)
    }

    /// Whether the keyword, in upper case, was announced.
    pub fn has(&self, keyword: &str) -> bool {
        self.0.iter().any(|(name, _)| name == keyword)
    }

    /// The arguments of a keyword.
    pub fn arguments(&self, keyword: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| name == keyword).map(|(_, text)| text.as_str())
    }

    /// The largest message the server takes, when it says so (RFC 1870 §4: zero says nothing).
    pub fn max_size(&self) -> Option<u64> {
        self.arguments("SIZE")?.trim().parse().ok().filter(|&size| size > 0)
    }

    /// The known extensions among them.
    pub fn known(&self) -> impl Iterator<Item = &'static dyn Extension> {
        self.0.iter().filter_map(|(keyword, _)| find(keyword))
    }

    /// The extension that allows a parameter on MAIL, see [`Announced::allows`].
    pub fn mail_parameter(&self, name: &str) -> Allowed {
        self.allows(name, |extension| extension.mail_parameters())
    }

    /// The extension that allows a parameter on RCPT, see [`Announced::allows`].
    pub fn rcpt_parameter(&self, name: &str) -> Allowed {
        self.allows(name, |extension| extension.rcpt_parameters())
    }

    /// A keyword that we do not know was announced by a script, which then reads the parameter of
    /// that name itself.
    fn allows(&self, name: &str, list: fn(&dyn Extension) -> &'static [&'static str]) -> Allowed {
        match self.known().find(|extension| list(*extension).contains(&name)) {
            Some(extension) => Allowed::Known(extension),
            None if self.has(name) && find(name).is_none() => Allowed::Unchecked,
            None => Allowed::No,
        }
    }
}

/// Whether a parameter may be given.
pub enum Allowed {
    /// No announced extension has it.
    No,
    /// A script announced it and checks it.
    Unchecked,
    /// This extension checks it.
    Known(&'static dyn Extension),
}
