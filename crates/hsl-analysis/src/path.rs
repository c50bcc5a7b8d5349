//! Paths as scripts write them: `[loader "!"] [scheme] name`.
//!
//! *Sources.* Language reference 15.1 and 15.4.

/// Folder of the script root that holds the packages: `extras://name` is its folder `name`.
pub const PACKAGES: &str = "extras";

/// Where the name of a path is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// No scheme: the script store of the configuration.
    Store,
    /// `file://`, or the old `file:`: below the script root.
    File,
    /// `extras://`: a package, in its folder of [`PACKAGES`].
    Extras,
    /// `./`: beside the current file.
    Relative,
}

/// A path taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScriptPath<'a> {
    /// Explicit loader of a data import (`txt!`).
    pub loader: Option<&'a str>,
    /// Where to look.
    pub scheme: Scheme,
    /// What to look for, without loader and scheme.
    pub name: &'a str,
}

impl<'a> ScriptPath<'a> {
    /// Takes a path apart; every text is some path.
    pub fn parse(path: &'a str) -> Self {
        let (loader, rest) = match path.split_once('!') {
            Some((loader, rest)) if is_word(loader) => (Some(loader), rest),
            _ => (None, path),
        };
        let (scheme, name) = split_scheme(rest);
        Self { loader, scheme, name }
    }

    /// The name below the script root, of any path that does not begin with `./`; none when it climbs
    /// above the root, or out of the packages.
    pub fn rooted(&self) -> Option<String> {
        let name = normalize("", self.name)?;
        match self.scheme {
            Scheme::Extras => Some(format!("{PACKAGES}/{name}")),
            Scheme::Store | Scheme::File | Scheme::Relative => Some(name),
        }
    }

    /// The loader of a data import: the explicit one, else the extension in lower case.
    pub fn data_loader(&self) -> Option<String> {
        let extension = || {
            let file = self.name.rsplit('/').next().unwrap_or_default();
            file.rsplit_once('.').map(|(_, ext)| ext)
        };
        self.loader.or_else(extension).map(str::to_ascii_lowercase)
    }
}

fn split_scheme(path: &str) -> (Scheme, &str) {
    let schemes = [
        ("extras://", Scheme::Extras),
        ("file://", Scheme::File),
        ("file:", Scheme::File),
        ("./", Scheme::Relative),
    ];
    let found = schemes
        .into_iter()
        .find_map(|(prefix, scheme)| path.strip_prefix(prefix).map(|name| (scheme, name)));
    found.unwrap_or((Scheme::Store, path))
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// The `extras://` path of a file of a package, by its name below the script root.
pub fn package_path(name: &str) -> Option<String> {
    let inner = name.strip_prefix(PACKAGES)?.strip_prefix('/')?;
    let (package, _) = inner.split_once('/')?;
    let is_main = inner.strip_prefix(package) == Some("/main.hsl");
    Some(format!("extras://{}", if is_main { package } else { inner }))
}

/// The directory of a file name, without trailing slash.
pub fn directory(name: &str) -> &str {
    name.rsplit_once('/').map_or("", |(directory, _)| directory)
}

/// Joins and removes `.` and `..`; none when the path climbs above the root.
pub fn normalize(directory: &str, name: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in directory.split('/').chain(name.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loader_scheme_and_name() {
        let parse = ScriptPath::parse;
        assert_eq!(
            parse("txt!file://a.eml"),
            ScriptPath { loader: Some("txt"), scheme: Scheme::File, name: "a.eml" }
        );
        assert_eq!(parse("file:old").scheme, Scheme::File);
        assert_eq!(package_path("extras/ranks/main.hsl").as_deref(), Some("extras://ranks"));
        assert_eq!(package_path("extras/ranks/by.hsl").as_deref(), Some("extras://ranks/by.hsl"));
        assert_eq!(package_path("extra.hsl"), None);
        assert_eq!(parse("./x/y.JSON").data_loader().as_deref(), Some("json"));
        assert_eq!(parse("./x.d/y").data_loader(), None);
        assert_eq!(parse("extras://dmarc").name, "dmarc");
    }

    #[test]
    fn packages_have_their_folder() {
        let rooted = |path| ScriptPath::parse(path).rooted();
        assert_eq!(rooted("extras://ranks/by.hsl").as_deref(), Some("extras/ranks/by.hsl"));
        assert_eq!(rooted("txt!lists//a.csv").as_deref(), Some("lists/a.csv"));
        assert_eq!(rooted("extras://../a.hsl"), None);
    }

    #[test]
    fn climbing_out_is_refused() {
        assert_eq!(normalize("a/b", "../c.hsl").as_deref(), Some("a/c.hsl"));
        assert_eq!(normalize("a", "../../c"), None);
    }
}
