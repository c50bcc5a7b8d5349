//! Lists of values that conditions name as `@id`.
//!
//! *Invariants.* The lists of one file are replaced together. Of two files with a list of the same name
//! the policy file comes first, then the suspend file, then the running file.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

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

/// The lists of all files.
#[derive(Clone, Debug, Default)]
pub struct Lists(Arc<RwLock<[HashMap<String, List>; ORIGINS.len()]>>);

/// The values of a list.
#[derive(Debug, Default)]
struct List {
    values: HashSet<String>,
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
        self.0.write().unwrap_or_else(PoisonError::into_inner)[origin as usize] = lists;
        Ok(())
    }

    /// Whether there is a list of this name.
    pub fn knows(&self, name: &str) -> bool {
        self.all().iter().any(|lists| lists.contains_key(name))
    }

    /// Names of the lists of other files.
    pub fn names(&self, but: Origin) -> HashSet<String> {
        let others = ORIGINS.into_iter().filter(|origin| *origin != but);
        let all = self.all();
        others.flat_map(|origin| all[origin as usize].keys().cloned()).collect()
    }

    /// Whether a list has a value: itself, a domain above it as `*.domain`, or a network that holds it.
    pub fn has(&self, name: &str, value: &str) -> bool {
        self.all().iter().find_map(|lists| lists.get(name)).is_some_and(|list| list.has(value))
    }

    fn all(&self) -> RwLockReadGuard<'_, [HashMap<String, List>; ORIGINS.len()]> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl List {
    fn add(&mut self, value: &str) {
        match (value.parse::<IpAddr>(), Network::parse(value)) {
            (Ok(address), _) => drop(self.values.insert(address.to_string())),
            (_, Some(network)) => self.networks.push(network),
            _ => drop(self.values.insert(value.to_owned())),
        }
    }

    fn has(&self, value: &str) -> bool {
        let above = |(at, _)| self.values.contains(&format!("*{}", &value[at..]));
        self.values.contains(value)
            || value.match_indices('.').any(above)
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
