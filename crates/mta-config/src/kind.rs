//! Which configuration files there are.
//!
//! *Not here.* What stands in them ([`crate::schema`]); where they lie in a project (crate `mta-project`).

use crate::walk::{self, Schema};

/// A configuration file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ConfigKind {
    /// The startup file, read when the server starts.
    Startup,
    /// The running file, which a project must have as well.
    Running,
    /// The policy file: how fast queued mail may leave.
    Policy,
    /// The suspend file: which queued mail waits.
    Suspend,
}

impl ConfigKind {
    /// Every file.
    pub const ALL: [Self; 4] = [Self::Startup, Self::Running, Self::Policy, Self::Suspend];

    /// Name of the file.
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Startup => "smtpd.yaml",
            Self::Running => "smtpd-app.yaml",
            Self::Policy => "smtpd-policy.yaml",
            Self::Suspend => "smtpd-suspend.yaml",
        }
    }

    /// The declarations of its keys.
    pub fn schema(self) -> Schema<'static> {
        walk::of(self)
    }

    /// By the name of the file, with or without folders, else by its keys.
    pub fn of(name: &str, text: &[u8]) -> Option<Self> {
        let name = name.rsplit(['/', '\\']).next()?;
        let stem =
            |name: &str| name.strip_suffix(".yaml").or(name.strip_suffix(".yml")).map(str::len);
        let is_same = |kind: &Self| {
            let own = kind.file_name();
            stem(name).zip(stem(own)).is_some_and(|(a, b)| name[..a] == own[..b])
        };
        Self::ALL.into_iter().find(is_same).or_else(|| Self::by_keys(text))
    }

    /// By keys of the top level that no other file has.
    fn by_keys(text: &[u8]) -> Option<Self> {
        let keys: Vec<_> = text.split(|byte| *byte == b'\n').filter_map(top_key).collect();
        if !keys.contains(&"version") {
            return None;
        }
        let has = |kind: Self, key: &str| kind.schema().keys().iter().any(|(own, _)| *own == key);
        let owner = |key: &&str| {
            let mut all = Self::ALL.into_iter().filter(|kind| has(*kind, key));
            all.next().filter(|_| all.next().is_none())
        };
        let mut owners = keys.iter().filter_map(owner);
        let first = owners.next()?;
        owners.all(|other| other == first).then_some(first)
    }
}

/// The key that a line of the top level begins with.
fn top_key(line: &[u8]) -> Option<&str> {
    let line = std::str::from_utf8(line).ok()?;
    let (key, _) = line.split_once(':')?;
    (!key.is_empty() && key.bytes().all(|byte| byte.is_ascii_lowercase())).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_name_and_by_keys() {
        for kind in ConfigKind::ALL {
            assert_eq!(ConfigKind::of(&format!("a/b/{}", kind.file_name()), b""), Some(kind));
        }
        let by_keys =
            |keys: &str| ConfigKind::of("x", format!("version: \"6.10\"\n{keys}").as_bytes());
        assert_eq!(by_keys("policies: []\n"), Some(ConfigKind::Policy));
        assert_eq!(by_keys("suspends: []\nlists: []\n"), Some(ConfigKind::Suspend));
        assert_eq!(by_keys("transportgroups: []\n"), Some(ConfigKind::Running));
        assert_eq!(by_keys("environment: {}\n"), Some(ConfigKind::Startup));
        assert_eq!(by_keys("policies: []\nsuspends: []\n"), None, "two files at once");
        assert_eq!(by_keys("lists: []\n"), None, "no file's own key");
        assert_eq!(ConfigKind::of("x", b"suspends: []\n"), None, "no version");
    }
}
