//! Where an HTTP request goes: a URL in parts.
//!
//! Invariants: the host is not empty and in ASCII; nothing in it can break out of a line of the
//! request.
//!
//! Sources: RFC 3986, RFC 9110 §4.2; UTS 46 as the URL Standard §3.3 uses it (names beyond ASCII).

use std::borrow::Cow;

use hsl_vm::request::NetworkError;
use hyper::Uri;
use idna::AsciiDenyList;
use rustix::io::Errno;

use super::error;

/// A URL that can be requested.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) tls: bool,
    /// In ASCII, else as written: an IPv6 address stands in brackets.
    pub(super) host: String,
    pub(super) port: u16,
    /// Path and query.
    pub(super) path: String,
    /// User and password, still escaped.
    pub(super) user: Option<String>,
    /// Whether the port is not the one of the scheme.
    own_port: bool,
}

impl Target {
    pub(super) fn read(url: &str) -> Result<Self, NetworkError> {
        let wrong = |why: &str| error(Errno::INVAL, format!("`{url}` cannot be requested: {why}"));
        let ascii = with_ascii_host(url).ok_or_else(|| wrong("its host is no domain name"))?;
        let uri: Uri =
            ascii.parse().map_err(|e: hyper::http::uri::InvalidUri| wrong(&e.to_string()))?;
        let tls = match uri.scheme_str() {
            Some("http") => false,
            Some("https") => true,
            _ => return Err(wrong("it must begin with http:// or https://")),
        };
        let authority = uri.authority().ok_or_else(|| wrong("it names no host"))?;
        let user = authority.as_str().rsplit_once('@').map(|(user, _)| user.to_owned());
        if authority.host().is_empty() {
            return Err(wrong("it names no host"));
        }
        let usual = if tls { 443 } else { 80 };
        let after_host =
            authority.as_str().rsplit_once(authority.host()).map_or("", |(_, rest)| rest);
        let port = match (after_host.strip_prefix(':'), authority.port_u16()) {
            (Some(written), None) if !written.is_empty() => {
                return Err(wrong("its port is not a number up to 65535"));
            }
            (_, port) => port.unwrap_or(usual),
        };
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
        let host = authority.host().to_owned();
        Ok(Self { tls, host, port, path, user, own_port: port != usual })
    }

    /// The value of the `Host` field.
    pub(super) fn authority(&self) -> String {
        if self.own_port { format!("{}:{}", self.host, self.port) } else { self.host.clone() }
    }

    /// The whole URL without credentials, as a proxy wants it.
    pub(super) fn absolute(&self) -> String {
        let scheme = if self.tls { "https" } else { "http" };
        format!("{scheme}://{}{}", self.authority(), self.path)
    }

    /// Whether both are one origin: credentials for one may go to the other.
    pub(super) fn same_origin(&self, other: &Self) -> bool {
        (self.tls, self.port) == (other.tls, other.port)
            && self.host.eq_ignore_ascii_case(&other.host)
    }

    /// Where a `Location` leads from here (RFC 3986 §5.2, without dot segments).
    pub(super) fn join(&self, location: &str) -> Result<Self, NetworkError> {
        let location = location.split('#').next().unwrap_or_default();
        let scheme = if self.tls { "https" } else { "http" };
        let lower = location.get(..8).unwrap_or(location).to_ascii_lowercase();
        let url = if lower.starts_with("http://") || lower.starts_with("https://") {
            location.to_owned()
        } else if let Some(rest) = location.strip_prefix("//") {
            format!("{scheme}://{rest}")
        } else if location.split(['/', '?']).next().is_some_and(|first| first.contains(':')) {
            // Another scheme.
            location.to_owned()
        } else {
            let path = self.path.split('?').next().unwrap_or_default();
            let folder = path.rfind('/').map_or("/", |at| &path[..=at]);
            let joined = match location.as_bytes().first() {
                Some(b'/') => location.to_owned(),
                Some(b'?') => format!("{path}{location}"),
                Some(_) => format!("{folder}{location}"),
                None => self.path.clone(),
            };
            format!("{scheme}://{}{joined}", self.authority())
        };
        Self::read(&url)
    }
}

/// A URL whose host is in ASCII; none when the host can be no name in DNS.
fn with_ascii_host(url: &str) -> Option<Cow<'_, str>> {
    let start = url.find("://").map_or(0, |at| at + 3);
    let end = url[start..].find(['/', '?', '#']).map_or(url.len(), |at| start + at);
    let start = url[start..end].rfind('@').map_or(start, |at| start + at + 1);
    let end = url[start..end].find(':').map_or(end, |at| start + at);
    let host = &url[start..end];
    if host.is_ascii() {
        return Some(Cow::Borrowed(url));
    }
    let host = idna::domain_to_ascii_cow(host.as_bytes(), AsciiDenyList::URL).ok()?;
    Some(Cow::Owned([&url[..start], &host, &url[end..]].concat()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str) -> Option<(String, u16, String)> {
        let target = Target::read(url).ok()?;
        Some((target.absolute(), target.port, target.authority()))
    }

    #[test]
    fn urls_are_read() {
        let some = |a: &str, p, h: &str| Some((a.to_owned(), p, h.to_owned()));
        let plain = some("http://a.example/", 80, "a.example");
        assert_eq!(read("http://a.example"), plain);
        assert_eq!(read("http://user:pw@a.example:80/#x"), plain);
        let query = some("https://[::1]:8443/?q=1", 8443, "[::1]:8443");
        assert_eq!(read("https://[::1]:8443?q=1"), query);
        for wrong in [
            "",
            "/x",
            "ftp://a.example/",
            "http://",
            "http://a.example/\r\nX: y",
            "http://a b/",
            "http://a.example:99999/",
            "file:///etc/passwd",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn hosts_beyond_ascii_are_converted() {
        let absolute = |url: &str| read(url).map(|(absolute, ..)| absolute);
        for (url, expected) in [
            ("http://Bücher.example/ä?ö", "http://xn--bcher-kva.example/ä?ö"),
            ("https://u@xn--bcher-kva.example:8443/", "https://xn--bcher-kva.example:8443/"),
            ("http://user:p@mañana。example:81#é", "http://xn--maana-pta.example:81/"),
            ("http://faß.example?x", "http://xn--fa-hia.example/?x"),
            ("http://１２７．０．０．１/", "http://127.0.0.1/"),
        ] {
            assert_eq!(absolute(url).as_deref(), Some(expected), "{url}");
        }
        for wrong in
            ["http://a／b.example/", "http://é＠b.example/", "http://\u{200b}/", "http://é b/"]
        {
            assert_eq!(absolute(wrong), None, "{wrong}");
        }
        let from = Target::read("https://bücher.example/").expect("a target");
        assert!(from.same_origin(&from.join("https://BÜCHER.example/x").expect("a target")));
    }

    #[test]
    fn locations_are_joined() {
        let from = Target::read("https://a.example/x/y?z").expect("a target");
        let to = |location: &str| from.join(location).ok().map(|target| target.absolute());
        assert_eq!(to("/w").as_deref(), Some("https://a.example/w"));
        assert_eq!(to("w?q").as_deref(), Some("https://a.example/x/w?q"));
        assert_eq!(to("?q").as_deref(), Some("https://a.example/x/y?q"));
        assert_eq!(to("//b.example/w").as_deref(), Some("https://b.example/w"));
        assert_eq!(to("HTTP://b.example/#f").as_deref(), Some("http://b.example/"));
        assert_eq!(to("file:///etc/passwd"), None);
        assert!(!from.same_origin(&from.join("http://a.example/").expect("a target")));
    }
}
