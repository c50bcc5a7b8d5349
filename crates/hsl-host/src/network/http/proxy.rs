//! Proxies of the system's setting.
//!
//! Invariants: read once, at the start.
//!
//! Sources: the variables `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy` as other programs
//! read them. `HTTP_PROXY` in capitals is not read: a CGI gateway fills it from a request.

use super::Target;

/// What the system says.
#[derive(Debug, Default)]
pub(super) struct Proxies {
    http: Option<String>,
    https: Option<String>,
    none: Vec<String>,
}

impl Proxies {
    pub(super) fn of_system() -> Self {
        let read = |names: &[&str]| {
            names.iter().find_map(|name| std::env::var(name).ok()).filter(|text| !text.is_empty())
        };
        let all = read(&["all_proxy", "ALL_PROXY"]);
        let none = read(&["no_proxy", "NO_PROXY"]).unwrap_or_default();
        Self {
            http: read(&["http_proxy"]).or_else(|| all.clone()),
            https: read(&["https_proxy", "HTTPS_PROXY"]).or(all),
            none: none.split(',').map(|host| host.trim().to_ascii_lowercase()).collect(),
        }
    }

    /// The proxy for a target, if one is set.
    pub(super) fn of(&self, target: &Target) -> Option<&str> {
        let host = target.host.to_ascii_lowercase();
        let excepted = self.none.iter().any(|none| {
            let none = none.trim_start_matches('.');
            let below = || host.strip_suffix(none).is_some_and(|rest| rest.ends_with('.'));
            none == "*" || (!none.is_empty() && (host == none || below()))
        });
        let set = if target.tls { &self.https } else { &self.http };
        set.as_deref().filter(|_| !excepted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_excepted_with_what_lies_below_them() {
        let proxies = Proxies {
            http: Some("p:1".into()),
            https: None,
            none: vec![".example.com".into(), "localhost".into()],
        };
        let of = |url: &str| proxies.of(&Target::read(url).expect("a target")).is_some();
        assert!(of("http://a.example/") && of("http://badexample.com/"));
        assert!(!of("http://x.example.com/") && !of("http://LOCALHOST:80/"));
        assert!(!of("https://a.example/"));
    }
}
