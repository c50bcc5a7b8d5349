//! What library functions and hook variables mean for untrusted values.
//!
//! *Invariants.* Each name exists in the library (a test looks them all up).

use hsl_analysis::Unit;
use hsl_decl::{Effect, Function, Key, Ty};

use super::flow::{Open, Sink};

/// Keys of hook variables that hold what the client said, one word or line each: the parser of the
/// protocol lets no line break through.
const CLIENT: [&str; 10] = [
    "recipient",
    "recipients",
    "recipientaddress",
    "sender",
    "senderaddress",
    "address",
    "host",
    "username",
    "remoteptr",
    "sni",
];

/// Keys below these that the server sets itself.
const OWN: [&str; 2] = ["transportid", "id"];

/// Methods that give text of a message or of a peer.
const READS: [&str; 8] = [
    "getHeader",
    "getHeaders",
    "getHeaderNames",
    "getBody",
    "getFileName",
    "getPreamble",
    "getEpilogue",
    "recv",
];

/// Library functions that give what a peer answered.
const ANSWERS: [&str; 2] = ["http", "dns_query"];

/// Parameters where a value does harm: function, position, how.
const SINKS: [(&str, usize, Sink); 17] = [
    ("http", 0, Sink::Host),
    ("http", 0, Sink::Query),
    ("http", 0, Sink::Output),
    ("File", 0, Sink::Path),
    ("File::read", 0, Sink::Path),
    ("pcre_match", 0, Sink::Pattern),
    ("pcre_match_all", 0, Sink::Pattern),
    ("pcre_replace", 0, Sink::Pattern),
    ("pcre_compile", 0, Sink::Pattern),
    ("pcre_match", 1, Sink::Subject),
    ("pcre_match_all", 1, Sink::Subject),
    ("pcre_replace", 2, Sink::Subject),
    ("memory_store", 0, Sink::Key),
    ("memory_add", 0, Sink::Key),
    ("MailMessage::String", 0, Sink::Header),
    ("syslog", 1, Sink::Output),
    ("Reject", 0, Sink::Output),
];

/// Methods that show a value to others: name and position.
pub(super) const SHOWS: [(&str, usize); 2] = [("addHeader", 1), ("setHeader", 1)];

/// Library functions whose result does less harm than what they are given.
const CLEANS: [(&str, Open); 9] = [
    ("url_encode", Open::of(&[Sink::Query, Sink::Lines, Sink::Header])),
    ("pcre_quote", Open::of(&[Sink::Pattern])),
    ("mimeword_encode", Open::of(&[Sink::Lines, Sink::Header])),
    ("md5", Open::ALL.without(Open::of(&[Sink::Key]))),
    ("sha1", Open::ALL.without(Open::of(&[Sink::Key]))),
    ("sha2", Open::ALL.without(Open::of(&[Sink::Key]))),
    ("hmac_sha2", Open::ALL.without(Open::of(&[Sink::Key]))),
    ("base64_encode", Open::ALL.without(Open::of(&[Sink::Key, Sink::Output, Sink::Query]))),
    ("pcre_match", Open::ALL),
];

/// What a key of a hook variable lets in.
pub(super) fn of_key(key: &[u8]) -> Option<Open> {
    CLIENT.iter().any(|name| name.as_bytes() == key).then_some(Open::WORD)
}

/// Whether the server sets what stands under a key.
pub(super) fn is_own(key: &[u8]) -> bool {
    OWN.iter().any(|name| name.as_bytes() == key)
}

/// Whether a method gives text of a message or of a peer.
pub(super) fn reads(method: &str) -> bool {
    READS.contains(&method)
}

/// Whether a library function gives what a peer answered.
pub(super) fn answers(function: &str) -> bool {
    ANSWERS.contains(&function)
}

/// Keys of hook variables that the catalogue declares as secret.
pub(super) fn secret_keys(unit: &Unit<'_>) -> Vec<&'static [u8]> {
    let mut found = Vec::new();
    let mut todo: Vec<&[Key]> = unit.variables().iter().map(|variable| variable.keys).collect();
    while let Some(keys) = todo.pop() {
        found.extend(keys.iter().filter(|key| key.secret).map(|key| key.name.as_bytes()));
        todo.extend(keys.iter().map(|key| key.keys));
    }
    found
}

/// Where the arguments of a library function do harm.
pub(super) fn sinks(function: &str) -> impl Iterator<Item = (usize, Sink)> {
    SINKS.iter().filter(move |(name, ..)| *name == function).map(|(_, at, sink)| (*at, *sink))
}

/// What the result of a library function lets through of its arguments; none when it is the answer of
/// a peer.
pub(super) fn result(name: &str, function: &Function) -> Option<Open> {
    if answers(name) {
        return None;
    }
    let computes = matches!(function.effect, Effect::Pure | Effect::Callback);
    let carries = function.returns.overlaps(Ty::STRING) || function.returns.overlaps(Ty::ARRAY);
    let removed = CLEANS.iter().find(|(clean, _)| *clean == name).map(|(_, removed)| *removed);
    Some(match computes && carries {
        true => Open::ALL.without(removed.unwrap_or_default()),
        false => Open::NONE,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exists(name: &str) -> bool {
        let (catalog, hook) = (mta_hooks::catalog(), Some(hsl_decl::Hook::RcptTo));
        match name.split_once("::") {
            Some((class, function)) => {
                let class = catalog.class(class, hook);
                class.is_some_and(|class| class.static_function(function).is_some())
            }
            None => catalog.function(name, hook).is_some() || catalog.class(name, hook).is_some(),
        }
    }

    #[test]
    fn each_name_exists() {
        let names = SINKS.iter().map(|(name, ..)| *name).chain(ANSWERS);
        for name in names.chain(CLEANS.iter().map(|(name, _)| *name)) {
            assert!(exists(name), "{name}");
        }
        let classes = ["MailMessage", "MIMEPart", "Socket"];
        let classes =
            classes.map(|class| mta_hooks::catalog().class(class, None).expect("a class"));
        for name in READS.into_iter().chain(SHOWS.iter().map(|(name, _)| *name)) {
            assert!(classes.iter().any(|class| class.method(name).is_some()), "{name}");
        }
    }
}
