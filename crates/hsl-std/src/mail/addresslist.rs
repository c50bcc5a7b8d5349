//! A forgiving reader of address headers.
//!
//! *Sources.* RFC 5322 §3.4 with the obsolete forms that real mail has: semicolons between
//! addresses, empty entries, routes.

/// A mailbox of a header.
pub(super) struct Mailbox {
    pub(super) name: Vec<u8>,
    pub(super) address: Vec<u8>,
}

/// What a header consists of once comments and folding are gone.
#[derive(Clone, Debug, PartialEq)]
enum Token {
    /// A run of characters without meaning to the list.
    Text(Vec<u8>),
    /// A quoted text: without its quotes and escapes, and as written.
    Quoted(Vec<u8>, Vec<u8>),
    /// What stands between angle brackets.
    Angle(Vec<u8>),
    /// The colon behind the name of a group.
    Colon,
    /// A comma or semicolon.
    Separator,
}

/// The mailboxes of a header value; none when it cannot be read.
pub(super) fn parse(text: &[u8]) -> Option<Vec<Mailbox>> {
    let mut found = Vec::new();
    let mut entry = Vec::new();
    for token in tokens(text)? {
        match token {
            Token::Separator => found.extend(close(&mut entry)?),
            // What came before named a group.
            Token::Colon => entry.clear(),
            token => entry.push(token),
        }
    }
    found.extend(close(&mut entry)?);
    Some(found)
}

/// The mailbox of an entry; none inside when the entry is empty.
fn close(entry: &mut Vec<Token>) -> Option<Option<Mailbox>> {
    let tokens = std::mem::take(entry);
    let Some(last) = tokens.last() else { return Some(None) };
    if let Token::Angle(address) = last {
        let names = tokens[..tokens.len() - 1].iter().map(|token| match token {
            Token::Text(text) | Token::Quoted(text, _) => Some(text.clone()),
            _ => None,
        });
        let names: Option<Vec<_>> = names.collect();
        return Some(Some(Mailbox { name: names?.join(&b' '), address: bare(address)? }));
    }
    let written = tokens.iter().map(|token| match token {
        Token::Text(text) => Some(text.clone()),
        Token::Quoted(_, written) => Some(written.clone()),
        _ => None,
    });
    let address = written.collect::<Option<Vec<_>>>()?.concat();
    address.contains(&b'@').then_some(Some(Mailbox { name: Vec::new(), address }))
}

/// The inside of angle brackets without comments, white space and a route before the address.
fn bare(written: &[u8]) -> Option<Vec<u8>> {
    let mut address = Vec::with_capacity(written.len());
    let mut at = 0;
    while let Some(byte) = written.get(at) {
        let end = match byte {
            b'"' => after_quote(written, at)?,
            b'(' => after_comment(written, at)?,
            _ => at + 1,
        };
        if !matches!(byte, b'(' | b' ' | b'\t' | b'\r' | b'\n') {
            address.extend_from_slice(&written[at..end]);
        }
        at = end;
    }
    let start = match address.first() {
        Some(b'@') => address.iter().position(|byte| *byte == b':').map_or(0, |at| at + 1),
        _ => 0,
    };
    Some(address.split_off(start))
}

fn tokens(text: &[u8]) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' => at += 1,
            b'(' => at = after_comment(text, at)?,
            b',' | b';' => {
                tokens.push(Token::Separator);
                at += 1;
            }
            b':' => {
                tokens.push(Token::Colon);
                at += 1;
            }
            b'"' => {
                let end = after_quote(text, at)?;
                let written = &text[at..end];
                tokens.push(Token::Quoted(unquote(written), written.to_vec()));
                at = end;
            }
            b'<' => {
                let end = after_angle(text, at)?;
                tokens.push(Token::Angle(text[at + 1..end - 1].to_vec()));
                at = end;
            }
            b'[' => {
                let end = after_literal(text, at)?;
                tokens.push(Token::Text(text[at..end].to_vec()));
                at = end;
            }
            b'>' | b')' => return None,
            _ => {
                let rest = &text[at..];
                let ends = |b: &u8| b" \t\r\n(),;:\"<>[".contains(b);
                let length = rest.iter().position(ends).unwrap_or(rest.len());
                tokens.push(Token::Text(rest[..length].to_vec()));
                at += length;
            }
        }
    }
    Some(tokens)
}

fn after_comment(text: &[u8], start: usize) -> Option<usize> {
    let mut depth = 0;
    let mut at = start;
    loop {
        match text.get(at)? {
            b'\\' => at += 1,
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        at += 1;
        if depth == 0 {
            return Some(at);
        }
    }
}

fn after_quote(text: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 1;
    loop {
        match text.get(at)? {
            b'\\' => at += 2,
            b'"' => return Some(at + 1),
            _ => at += 1,
        }
    }
}

/// Behind the address literal of a domain.
fn after_literal(text: &[u8], start: usize) -> Option<usize> {
    let length = text[start..].iter().position(|byte| *byte == b']')?;
    Some(start + length + 1)
}

/// Behind the closing bracket; a quoted local part or a comment may hold one.
fn after_angle(text: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 1;
    loop {
        match text.get(at)? {
            b'"' => at = after_quote(text, at)?,
            b'(' => at = after_comment(text, at)?,
            b'>' => return Some(at + 1),
            _ => at += 1,
        }
    }
}

fn unquote(written: &[u8]) -> Vec<u8> {
    let inner = written.get(1..written.len() - 1).unwrap_or_default();
    let mut out = Vec::with_capacity(inner.len());
    let mut bytes = inner.iter();
    while let Some(byte) = bytes.next() {
        out.push(if *byte == b'\\' { *bytes.next().unwrap_or(byte) } else { *byte });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &str) {
        let shown = parse(text.as_bytes()).map(|found| {
            let shown = found.iter().map(|mailbox| {
                let part = String::from_utf8_lossy;
                format!("{}|{}", part(&mailbox.name), part(&mailbox.address))
            });
            shown.collect::<Vec<_>>().join(" ; ")
        });
        assert_eq!(shown.as_deref().unwrap_or("none"), expect, "{text}");
    }

    #[test]
    fn real_headers() {
        check("a@b", "|a@b");
        check("John Doe <a@b>, c@d", "John Doe|a@b ; |c@d");
        check("\"Doe, \\\"J\\\"\" <a@b>; c@d,", "Doe, \"J\"|a@b ; |c@d");
        check("friends: a@b, c@d;, e@f", "|a@b ; |c@d ; |e@f");
        check("undisclosed-recipients:;", "");
        check("a@b (John (the first))", "|a@b");
        check("<@route,@two:a@b>", "|a@b");
        check("\"a b\"@c", "|\"a b\"@c");
        check("x <\"a>b\"@c>", "x|\"a>b\"@c");
        check("\r\n a@b,\r\n\tc@d", "|a@b ; |c@d");
    }

    #[test]
    fn what_is_no_list() {
        for text in ["a", "<a@b", "\"a", "(a", "a@b>", "<a@b> x"] {
            check(text, "none");
        }
    }
}
