//! Lists of values that conditions name as `@id`.
//!
//! *Invariants.* The lists of one file are replaced together. A file sees its own lists, then those of the
//! running file, so that no other file can take a list away from it; scripts see the lists of all files:
//! of two with the same name that of the policy file, then of the suspend file.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use diagnostics::Span;
use mta_config::{Network, schema};

/// Which file a list is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// `smtpd-policy.yaml`.
    Policy,
    /// `smtpd-suspend.yaml`.
    Suspend,
    /// `smtpd-app.yaml`.
    Running,
}

const ORIGINS: [Origin; 3] = [Origin::Policy, Origin::Suspend, Origin::Running];

/// The lists of all files, or of those that one file sees.
#[derive(Clone, Debug, Default)]
pub struct Lists {
    all: Arc<RwLock<[HashMap<String, List>; ORIGINS.len()]>>,
    /// The file; none for scripts.
    seen_by: Option<Origin>,
}

/// The values of a list.
#[derive(Debug, Default)]
struct List {
    values: HashSet<String>,
    /// The values in lower case, as domains are compared.
    domains: HashSet<String>,
    networks: Vec<Network>,
}

impl Lists {
    /// Puts the lists of a file in place of those that it had.
    ///
    /// # Errors
    /// Where and why the values of a list cannot be read; nothing changes then.
    pub fn replace(
        &self,
        origin: Origin,
        new: &[schema::Lists],
        folder: &Path,
    ) -> Result<(), (Span, String)> {
        let mut lists = HashMap::new();
        for list in new {
            let values = read(list, folder).map_err(|why| (list.id.span, why))?;
            lists.insert(list.id.value.clone(), values);
        }
        self.all.write().unwrap_or_else(PoisonError::into_inner)[origin as usize] = lists;
        Ok(())
    }

    /// The lists that a file sees, also when they are replaced later.
    pub fn seen_by(&self, file: Origin) -> Self {
        Self { all: Arc::clone(&self.all), seen_by: Some(file) }
    }

    /// Whether there is a list of this name.
    pub fn knows(&self, name: &str) -> bool {
        self.find(name, |_| ()).is_some()
    }

    /// Whether a list has a value: itself, a domain above it as `*.domain`, or a network that holds it.
    /// Domains are given in lower case.
    pub fn has(&self, name: &str, value: &str, is_domain: bool) -> bool {
        self.find(name, |list| list.has(value, is_domain)).unwrap_or(false)
    }

    fn find<T>(&self, name: &str, look: impl Fn(&List) -> T) -> Option<T> {
        let all = self.all.read().unwrap_or_else(PoisonError::into_inner);
        let is_seen = |origin: &Origin| {
            *origin == Origin::Running || self.seen_by.is_none_or(|file| file == *origin)
        };
        let mut seen = ORIGINS.into_iter().filter(is_seen);
        seen.find_map(|origin| all[origin as usize].get(name).map(&look))
    }
}

impl List {
    fn add(&mut self, value: &str) {
        match (value.parse::<IpAddr>(), Network::parse(value)) {
            (Ok(address), _) => drop(self.values.insert(address.to_string())),
            (_, Some(network)) => self.networks.push(network),
            _ => {
                self.domains.insert(value.trim_end_matches('.').to_ascii_lowercase());
                self.values.insert(value.to_owned());
            }
        }
    }

    fn has(&self, value: &str, is_domain: bool) -> bool {
        if is_domain {
            let above = |(at, _)| self.domains.contains(&format!("*{}", &value[at..]));
            return self.domains.contains(value) || value.match_indices('.').any(above);
        }
        self.values.contains(value)
            || value.parse().is_ok_and(|ip| self.networks.iter().any(|net| net.contains(ip)))
    }
}

fn read(list: &schema::Lists, folder: &Path) -> Result<List, String> {
    let mut read = List::default();
    list.values.iter().for_each(|value| read.add(value));
    if let Some(path) = &list.path {
        let path = folder.join(path);
        let text = std::fs::read_to_string(&path)
            .map_err(|error| format!("the list cannot be read from {}: {error}", path.display()))?;
        let lines = text.lines().map(str::trim);
        lines.filter(|line| !line.is_empty() && !line.starts_with('#')).for_each(|v| read.add(v));
    }
    Ok(read)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(id: &str, values: &[&str]) -> schema::Lists {
        let values = values.iter().map(|value| (*value).to_owned()).collect();
        schema::Lists { id: id.to_owned().into(), values, path: None }
    }

    #[test]
    fn a_file_sees_its_own_lists_and_those_of_the_running_file() {
        let lists = Lists::default();
        let folder = Path::new("/");
        lists.replace(Origin::Policy, &[list("a", &["policy"])], folder).expect("read");
        lists.replace(Origin::Running, &[list("b", &["running"])], folder).expect("read");
        let (policy, suspend) = (lists.seen_by(Origin::Policy), lists.seen_by(Origin::Suspend));
        assert!(policy.has("a", "policy", false) && policy.has("b", "running", false));
        assert!(!suspend.knows("a") && suspend.knows("b"));
        assert!(lists.knows("a") && lists.knows("b"));
    }

    #[test]
    fn domains_are_compared_without_case_and_texts_with() {
        let lists = Lists::default();
        let values = ["Big.Example", "*.Far.example", "Bulk", "192.0.2.0/24"];
        lists.replace(Origin::Running, &[list("l", &values)], Path::new("/")).expect("read");
        assert!(lists.has("l", "big.example", true) && lists.has("l", "a.far.example", true));
        assert!(!lists.has("l", "far.example", true) && !lists.has("l", "a.big.example", true));
        assert!(lists.has("l", "Bulk", false) && !lists.has("l", "bulk", false));
        assert!(lists.has("l", "192.0.2.7", false) && !lists.has("l", "192.0.3.7", false));
    }
}
