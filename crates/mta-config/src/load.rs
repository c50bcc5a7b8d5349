//! Text to typed configuration.

use std::sync::Arc;

use diagnostics::{Diagnostic, codes};

use crate::schema::{PolicyFile, Running, Startup, SuspendFile};
use crate::setting::{Report, Setting};
use crate::yaml::{self, Limits, Node};

/// What a file says, as far as it could be read.
#[derive(Clone, Debug)]
pub struct Loaded<T> {
    /// The typed configuration; `None` if there is an error.
    pub value: Option<T>,
    /// The tree it was read from; `None` if the text is not well-formed.
    pub tree: Option<Node>,
    /// Every finding, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads `smtpd.yaml`. In a strict reading an unknown key is an error.
pub fn load_startup(file: &Arc<str>, text: &[u8], strict: bool) -> Loaded<Startup> {
    load(file, text, strict)
}

/// Reads `smtpd-app.yaml`. In a strict reading an unknown key is an error.
pub fn load_running(file: &Arc<str>, text: &[u8], strict: bool) -> Loaded<Running> {
    load(file, text, strict)
}

/// Reads `smtpd-policy.yaml`; an empty file has no policies. In a strict reading an unknown key is an
/// error.
pub fn load_policies(file: &Arc<str>, text: &[u8], strict: bool) -> Loaded<PolicyFile> {
    load_unless_empty(file, text, strict)
}

/// Reads `smtpd-suspend.yaml`; an empty file suspends nothing. In a strict reading an unknown key is an
/// error.
pub fn load_suspends(file: &Arc<str>, text: &[u8], strict: bool) -> Loaded<SuspendFile> {
    load_unless_empty(file, text, strict)
}

fn load_unless_empty<T: Setting + Default>(
    file: &Arc<str>,
    text: &[u8],
    strict: bool,
) -> Loaded<T> {
    let mut lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    match lines.all(|line| line.is_empty() || line.starts_with(b"#")) {
        true => Loaded { value: Some(T::default()), tree: None, diagnostics: Vec::new() },
        false => load(file, text, strict),
    }
}

fn load<T: Setting>(file: &Arc<str>, text: &[u8], strict: bool) -> Loaded<T> {
    let mut diagnostics = Vec::new();
    let tree = yaml::parse(file, text, Limits::default(), &mut diagnostics);
    let mut report = Report::new(file, strict);
    let value = tree.as_ref().and_then(|tree| {
        check_version(tree, &mut report);
        T::read(tree, &mut report)
    });
    diagnostics.extend(report.into_findings());
    diagnostics.sort_by_key(|finding| finding.span);
    let refused = diagnostics.iter().any(Diagnostic::is_error);
    Loaded { value: value.filter(|_| !refused), tree, diagnostics }
}

/// A missing version has a code of its own; it also stands in for "is this our file at all".
fn check_version(tree: &Node, report: &mut Report) {
    if tree.get("version").is_none_or(Node::is_null) {
        let at = diagnostics::Span::new(tree.span.start as usize, tree.span.start as usize);
        let finding =
            report.add(&codes::UNSUPPORTED_VERSION, at, "the file has no `version`".to_owned());
        finding.help = Some("begin the file with `version: \"6.10\"`".to_owned());
    }
}
