//! Comments that allow a finding: `// hsl:allow NAME reason`.
//!
//! A comment behind code is about its line; one on a line of its own is about the next line that has
//! code; `hsl:allow-file` is about the whole file. Names are separated by commas; ids serve as well.
//!
//! *Invariants.* What refuses a program cannot be allowed. An allowance that nothing needs, or that
//! gives no reason, is a finding itself, so that they do not outlive their cause.

use std::cell::Cell;
use std::sync::Arc;

use diagnostics::{Code, Diagnostic, Edit, Fix, LineIndex, Span, codes};
use hsl_syntax::tree_sitter::Node;
use memchr::memmem;

use crate::refuses;

const MARK: &[u8] = b"hsl:allow";
const WHOLE: &str = "-file";

/// The allowances of one file.
#[derive(Debug)]
pub(crate) struct Allowances {
    file: Arc<str>,
    lines: LineIndex,
    list: Vec<Allowance>,
}

#[derive(Debug)]
struct Allowance {
    comment: Span,
    /// The line it is about; none for the whole file.
    line: Option<u32>,
    names: Vec<Name>,
    reasoned: bool,
}

#[derive(Debug)]
struct Name {
    written: String,
    code: Option<&'static Code>,
    used: Cell<bool>,
}

impl Allowances {
    /// Reads the comments of a file; most have none that matter and are not parsed.
    pub(crate) fn of(file: &Arc<str>, text: &[u8]) -> Option<Self> {
        memmem::find(text, MARK)?;
        let parse = hsl_syntax::parse(text);
        let lines = LineIndex::new(text);
        let mut list = Vec::new();
        for comment in comments(parse.tree.root_node()) {
            list.extend(allowance(text, comment, &lines));
        }
        Some(Self { file: Arc::clone(file), lines, list })
    }

    /// Whether a comment allows a finding of this file.
    pub(crate) fn allows(&self, finding: &Diagnostic) -> bool {
        let line = self.lines.line_col(finding.span.start).line;
        let about = self.list.iter().filter(|one| one.line.is_none_or(|about| about == line));
        let mut names = about.flat_map(|one| &one.names);
        let named = names.find(|name| name.code.is_some_and(|code| code.id == finding.code.id));
        named.inspect(|name| name.used.set(true)).is_some()
    }

    /// What is wrong with the comments, once every finding was asked about.
    pub(crate) fn findings(&self) -> impl Iterator<Item = Diagnostic> {
        self.list.iter().filter_map(|one| self.finding(one))
    }

    fn finding(&self, one: &Allowance) -> Option<Diagnostic> {
        let finding = |message: String| {
            Diagnostic::new(&codes::UNUSED_ALLOW, &self.file, one.comment, message)
        };
        if let Some(name) = one.names.iter().find(|name| name.code.is_none()) {
            let names = crate::table().into_iter().map(|code| code.name);
            let near = diagnostics::nearest(&name.written, names);
            let finding = finding(format!("there is no rule `{}`", name.written));
            return Some(match near {
                Some(near) => finding.help(format!("did you mean `{near}`?")),
                None => finding,
            });
        }
        let unused: Vec<_> = one.names.iter().filter(|name| !name.used.get()).collect();
        if let Some(first) = unused.first() {
            let mut finding = finding(format!("`{}` is not found here", first.written));
            if unused.len() == one.names.len() {
                let edits = vec![Edit { span: one.comment, text: String::new() }];
                let title = "Remove the comment".to_owned();
                finding.fix = Some(Fix { title, edits, safe: true });
            }
            return Some(finding);
        }
        let help = "write the reason behind the name";
        (!one.reasoned).then(|| finding("this does not say why".to_owned()).help(help))
    }
}

/// Every comment below a node.
pub(crate) fn comments(root: Node<'_>) -> Vec<Node<'_>> {
    let (mut found, mut cursor) = (Vec::new(), root.walk());
    let mut todo = vec![root];
    while let Some(node) = todo.pop() {
        match node.kind() {
            "comment" => found.push(node),
            _ => todo.extend(node.children(&mut cursor)),
        }
    }
    found.sort_by_key(Node::start_byte);
    found
}

fn allowance(text: &[u8], comment: Node<'_>, lines: &LineIndex) -> Option<Allowance> {
    let span = Span::new(comment.start_byte(), comment.end_byte());
    let written = String::from_utf8_lossy(&text[span.range(text.len())]).into_owned();
    let (_, rest) = written.split_once("hsl:allow")?;
    let (whole, rest) = match rest.strip_prefix(WHOLE) {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let rest = rest.strip_suffix("*/").unwrap_or(rest);
    let (names, reason) = names(rest.strip_prefix(|c: char| c.is_ascii_whitespace())?);
    let line = (!whole).then(|| about(text, span, lines));
    Some(Allowance { comment: span, line, names, reasoned: !reason.trim().is_empty() })
}

/// The names at the beginning of a text, and what follows them.
fn names(text: &str) -> (Vec<Name>, &str) {
    let (mut names, mut rest) = (Vec::new(), text.trim_start());
    loop {
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        let name = |code| Name { written: word.to_owned(), code, used: Cell::new(false) };
        names.push(name(crate::find(word).filter(|code| !refuses(code))));
        match after.trim_start().strip_prefix(',') {
            Some(more) => rest = more.trim_start(),
            None => return (names, after),
        }
    }
}

/// The line that a comment is about.
fn about(text: &[u8], comment: Span, lines: &LineIndex) -> u32 {
    let own = lines.line_col(comment.start);
    let start = comment.start as usize - own.col as usize;
    let is_blank = |line: &[u8]| line.iter().all(u8::is_ascii_whitespace);
    if !is_blank(&text[start..comment.start as usize]) {
        return own.line;
    }
    let last = lines.line_col(comment.end).line;
    let after = &text[(comment.end as usize).min(text.len())..];
    let skipped = after.split(|byte| *byte == b'\n').skip(1).take_while(|line| {
        let line = line.trim_ascii_start();
        line.is_empty() || line.starts_with(b"//") || line.starts_with(b"#!")
    });
    last + 1 + skipped.count() as u32
}
