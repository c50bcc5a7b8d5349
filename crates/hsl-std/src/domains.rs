//! Names of domains: internationalized forms and public suffixes.
//!
//! The public suffix list is the one that the configuration names, else the one that the crate `psl` was
//! built with. Both have the Unicode and the ASCII form of each name.
//!
//! *Not here.* Lookups (`dns`), addresses (`mail`).
//!
//! *Sources.* RFC 5890 to 5893, UTS 46 (non-transitional), publicsuffix.org.

mod suffixes;

use std::sync::Arc;

use hsl_macros::library;
use hsl_vm::{Cx, Str};
use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
pub use suffixes::{SuffixError, SuffixList};

/// Longest name that is looked at; RFC 1035 allows 253 ASCII characters, and Unicode takes more.
const LONGEST: usize = 4096;

/// Builtins of this topic.
#[library(topic = "domains")]
pub(crate) mod functions {
    use super::*;

    /// Returns the public suffix of a domain name: the part under which anyone can register.
    ///
    /// Both sections of the public suffix list count, and its wildcards and exceptions. The list is the one
    /// of `environment.publicsuffix`, else a built-in one. Upper case and one dot at the end are accepted; the result is as written, without that dot. A name whose
    /// top-level domain is not in the list, an empty label, and an address give `none`.
    /// Reads the list.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo domain_publicsuffix("mail.example.co.uk"); // co.uk
    /// echo [domain_publicsuffix("host.invalid") === none]; // [0=>true]
    /// ```
    ///
    /// Source: publicsuffix.org. Since: 0.1. Compat: same.
    #[builtin(effect = reads)]
    fn domain_publicsuffix(cx: &mut Cx<'_>, domain: Str) -> Option<Str> {
        cx.charge(domain.len());
        public_suffix(&domain, cx.data::<Arc<SuffixList>>().map(|list| &**list)).map(Str::from)
    }

    /// Converts a Unicode domain to its ASCII form.
    ///
    /// Labels beyond ASCII become `xn--` and Punycode, all others are lowered; underscores are
    /// allowed. Labels longer than 63 and names longer than 253 characters give `none`, and so does
    /// what IDNA does not allow.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo idna_encode("www.Gr\xc3\xbcn.example"); // www.xn--grn-ioa.example
    /// echo [idna_encode("a..b") === none]; // [0=>true]
    /// ```
    ///
    /// Source: UTS 46, RFC 5891, RFC 3492. Since: 0.1. Compat: same.
    #[builtin(effect = pure)]
    fn idna_encode(cx: &mut Cx<'_>, domain: Str) -> Option<Str> {
        cx.charge(domain.len());
        ascii_name(&domain).map(Str::from)
    }

    /// Converts a domain in its ASCII form to Unicode, in UTF-8.
    ///
    /// Labels in Unicode stay, in lower case. Labels with `xn--` that are no Punycode, and what IDNA
    /// does not allow, give `none`.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo idna_decode("xn--grn-ioa.example") == "gr\xc3\xbcn.example"; // true
    /// echo [idna_decode("xn--\x7f") === none]; // [0=>true]
    /// ```
    ///
    /// Source: UTS 46, RFC 5891, RFC 3492. Since: 0.1. Compat: same.
    #[builtin(effect = pure)]
    fn idna_decode(cx: &mut Cx<'_>, domain: Str) -> Option<Str> {
        cx.charge(domain.len());
        let domain = Some(&domain[..]).filter(|domain| domain.len() <= LONGEST)?;
        let domain = Some(domain).filter(|domain| !domain.is_empty())?;
        let (name, valid) = Uts46::new().to_unicode(domain, AsciiDenyList::URL, Hyphens::Allow);
        valid.ok().map(|()| Str::from(&*name))
    }
}

/// A domain in its ASCII form.
pub(crate) fn ascii_name(domain: &[u8]) -> Option<String> {
    let (deny, hyphens) = (AsciiDenyList::URL, Hyphens::Allow);
    let domain = Some(domain).filter(|domain| domain.len() <= LONGEST)?;
    let found = Uts46::new().to_ascii(domain, deny, hyphens, DnsLength::VerifyAllowRootDot);
    found.ok().map(std::borrow::Cow::into_owned)
}

fn public_suffix<'a>(domain: &'a [u8], list: Option<&SuffixList>) -> Option<&'a [u8]> {
    let domain = domain.strip_suffix(b".").unwrap_or(domain);
    if domain.len() > LONGEST || domain.split(|byte| *byte == b'.').any(<[u8]>::is_empty) {
        return None;
    }
    // The list is in lower case. Beyond ASCII, lowering may change the length: such a label is
    // compared as it is.
    let lowered = domain.to_ascii_lowercase();
    let length = match list {
        Some(list) => list.suffix(&lowered)?.len(),
        None => psl::suffix(&lowered).filter(psl::Suffix::is_known)?.as_bytes().len(),
    };
    Some(&domain[domain.len() - length..])
}
