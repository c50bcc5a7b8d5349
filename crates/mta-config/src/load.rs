//! Text to typed configuration.

use std::sync::Arc;

use diagnostics::{Diagnostic, codes};

use crate::schema::{PolicyFile, Running, Startup, SuspendFile};
use crate::setting::{Report, Setting};
use crate::yaml::{self, Limits, Node};

/// A file with its tree, from which settings are read.
#[derive(Clone, Debug)]
pub struct Parsed {
    file: Arc<str>,
    /// Whether there is nothing but blanks and comments.
    is_empty: bool,
    tree: Option<Arc<Node>>,
    findings: Vec<Diagnostic>,
}

impl Parsed {
    /// Reads a text.
    pub fn new(file: &Arc<str>, text: &[u8]) -> Self {
        let mut findings = Vec::new();
        let mut lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
        let is_empty = lines.all(|line| line.is_empty() || line.starts_with(b"#"));
        let tree = yaml::parse(file, text, Limits::default(), &mut findings).map(Arc::new);
        Self { file: Arc::clone(file), is_empty, tree, findings }
    }

    /// The tree, if the text is well-formed.
    pub fn tree(&self) -> Option<&Arc<Node>> {
        self.tree.as_ref()
    }

    /// What `smtpd.yaml` says. In a strict reading an unknown key is an error.
    pub fn startup(&self, strict: bool) -> Loaded<Startup> {
        self.load(strict)
    }

    /// What `smtpd-app.yaml` says. In a strict reading an unknown key is an error.
    pub fn running(&self, strict: bool) -> Loaded<Running> {
        self.load(strict)
    }

    /// What `smtpd-policy.yaml` says; an empty file has no policies. In a strict reading an unknown key
    /// is an error.
    pub fn policies(&self, strict: bool) -> Loaded<PolicyFile> {
        self.load_unless_empty(strict)
    }

    /// What `smtpd-suspend.yaml` says; an empty file suspends nothing. In a strict reading an unknown
    /// key is an error.
    pub fn suspends(&self, strict: bool) -> Loaded<SuspendFile> {
        self.load_unless_empty(strict)
    }

    fn load_unless_empty<T: Setting + Default>(&self, strict: bool) -> Loaded<T> {
        match self.is_empty {
            true => Loaded { value: Some(T::default()), tree: None, diagnostics: Vec::new() },
            false => self.load(strict),
        }
    }

    fn load<T: Setting>(&self, strict: bool) -> Loaded<T> {
        let mut diagnostics = self.findings.clone();
        let tree = self.tree.clone();
        let mut report = Report::new(&self.file, strict);
        let value = tree.as_ref().and_then(|tree| {
            check_version(tree, &mut report);
            T::read(tree, &mut report)
        });
        diagnostics.extend(report.into_findings());
        diagnostics.sort_by_key(|finding| finding.span);
        let refused = diagnostics.iter().any(Diagnostic::is_error);
        Loaded { value: value.filter(|_| !refused), tree, diagnostics }
    }
}

/// What a file says, as far as it could be read.
#[derive(Clone, Debug)]
pub struct Loaded<T> {
    /// The typed configuration; `None` if there is an error.
    pub value: Option<T>,
    /// The tree it was read from; `None` if the text is not well-formed.
    pub tree: Option<Arc<Node>>,
    /// Every finding, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads `smtpd.yaml`. In a strict reading an unknown key is an error.
pub fn load_startup(file: &Arc<str>, text: &[u8], strict: bool) -> Loaded<Startup> {
    Parsed::new(file, text).startup(strict)
}

/// Reads `smtpd-app.yaml`. In a strict reading an unknown key is an error.
pub fn load_running(file: &Arc<str>, text: &[u8], strict: bool) -> Loaded<Running> {
    Parsed::new(file, text).running(strict)
}

/// Reads `smtpd-policy.yaml`; an empty file has no policies. In a strict reading an unknown key is an
/// error.
pub fn load_policies(file: &Arc<str>, text: &[u8], strict: bool) -> Loaded<PolicyFile> {
    Parsed::new(file, text).policies(strict)
}

/// Reads `smtpd-suspend.yaml`; an empty file suspends nothing. In a strict reading an unknown key is an
/// error.
pub fn load_suspends(file: &Arc<str>, text: &[u8], strict: bool) -> Loaded<SuspendFile> {
    Parsed::new(file, text).suspends(strict)
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
