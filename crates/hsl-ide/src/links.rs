//! Places in a text that lead to a file or a page.

use std::sync::Arc;

use diagnostics::Span;
use hsl_analysis::Meaning;

use crate::View;

/// A place that leads somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// What is clicked.
    pub span: Span,
    /// Where it leads.
    pub target: LinkTarget,
}

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkTarget {
    /// A file, by its name in the project.
    File(Arc<str>),
    /// An address of the web.
    Url(String),
    /// An RFC, by its number.
    Rfc(u32),
}

/// The links of a script: files that it imports, addresses, numbers of RFCs.
pub fn links(view: &View) -> Vec<Link> {
    let mut links: Vec<Link> = Vec::new();
    let files = &view.resolved.program.files;
    let references = view.id().into_iter().flat_map(|id| view.facts().references_in(id));
    for reference in references {
        if let Meaning::File(file) = reference.meaning
            && let Some(file) = files.get(file.index())
        {
            let target = LinkTarget::File(Arc::clone(&file.name));
            links.push(Link { span: reference.at.span, target });
        }
    }
    links.extend(text_links(view.text()));
    links.sort_by_key(|link| link.span);
    links
}

/// The links that any text has: addresses and numbers of RFCs.
pub fn text_links(text: &[u8]) -> Vec<Link> {
    let mut links = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let found = url(text, at).or_else(|| rfc(text, at));
        at = found.as_ref().map_or(at + 1, |link| link.span.end as usize);
        links.extend(found);
    }
    links
}

/// An address of the web that begins here; what cannot end one (`.`, `)`) is left out.
fn url(text: &[u8], at: usize) -> Option<Link> {
    let rest = &text[at..];
    let scheme = ["https://", "http://"].into_iter().find(|s| rest.starts_with(s.as_bytes()))?;
    let may_stand = |byte: &&u8| byte.is_ascii_graphic() && !br#""'<>`{}\^|$"#.contains(byte);
    let length = rest.iter().take_while(may_stand).count();
    let mut url = &rest[..length];
    while let Some(shorter) = url.strip_suffix(b".").or(url.strip_suffix(b",")).or(closing(url)) {
        url = shorter;
    }
    let target = LinkTarget::Url(std::str::from_utf8(url).ok()?.to_owned());
    let span = Span::new(at, at + url.len());
    (url.len() > scheme.len()).then_some(Link { span, target })
}

/// An address without the bracket, colon or semicolon of the sentence around it.
fn closing(url: &[u8]) -> Option<&[u8]> {
    let opens = |bracket: u8| url.contains(&bracket);
    match url.last()? {
        b')' if !opens(b'(') => url.strip_suffix(b")"),
        b']' if !opens(b'[') => url.strip_suffix(b"]"),
        b';' => url.strip_suffix(b";"),
        b':' => url.strip_suffix(b":"),
        _ => None,
    }
}

/// `RFC 5321`, `RFC5321` or `rfc-5321`, as a word of its own.
fn rfc(text: &[u8], at: usize) -> Option<Link> {
    let begins = at == 0 || !text[at - 1].is_ascii_alphanumeric();
    let rest = text.get(at..at + 3).filter(|word| begins && word.eq_ignore_ascii_case(b"RFC"));
    rest?;
    let gap = usize::from(matches!(text.get(at + 3), Some(b' ' | b'-')));
    let digits = text[at + 3 + gap..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let end = at + 3 + gap + digits;
    let is_word = text.get(end).is_none_or(|byte| !byte.is_ascii_alphanumeric());
    let number = std::str::from_utf8(&text[end - digits..end]).ok()?.parse().ok()?;
    let span = Span::new(at, end);
    (is_word && digits <= 5).then_some(Link { span, target: LinkTarget::Rfc(number) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &[&str]) {
        let found = text_links(text.as_bytes());
        let show =
            |link: &Link| format!("{} {:?}", &text[link.span.range(text.len())], link.target);
        assert_eq!(found.iter().map(show).collect::<Vec<_>>(), expect);
    }

    #[test]
    fn addresses_end_where_their_sentence_goes_on() {
        check(
            "// see https://a.example/x(1), or",
            &["https://a.example/x(1) Url(\"https://a.example/x(1)\")"],
        );
        check("(http://a.example).", &["http://a.example Url(\"http://a.example\")"]);
        check(
            "http(\"https://a.example/?q=$x\");",
            &["https://a.example/?q= Url(\"https://a.example/?q=\")"],
        );
        check("https://", &[]);
    }

    #[test]
    fn numbers_of_rfcs_are_words() {
        check("// RFC 5321 §4, rfc2045", &["RFC 5321 Rfc(5321)", "rfc2045 Rfc(2045)"]);
        check("XRFC 1 RFC RFC5321b RFC 999999", &[]);
    }
}
