//! One finding.

use std::sync::Arc;

use crate::{Code, Severity};

/// A half-open range of byte offsets into a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte; equal to `start` for a position.
    pub end: u32,
}

impl Span {
    /// The bytes from `start` up to `end`. Offsets beyond 4 GiB are clamped.
    pub fn new(start: usize, end: usize) -> Self {
        let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self { start: clamp(start), end: clamp(end) }
    }

    /// The span as a range for slicing, cut to a text of `len` bytes.
    pub fn range(self, len: usize) -> std::ops::Range<usize> {
        let start = (self.start as usize).min(len);
        start..(self.end as usize).clamp(start, len)
    }

    /// The smallest span that holds both.
    pub fn cover(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// Whether `offset` lies inside, or at the end.
    pub fn touches(self, offset: usize) -> bool {
        (self.start as usize) <= offset && offset <= (self.end as usize)
    }
}

/// A second place that explains the first ("opened here", "defined here").
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// File the span belongs to, as in [`Diagnostic::file`].
    pub file: Arc<str>,
    /// Where.
    pub span: Span,
    /// What there is to see.
    pub message: String,
}

/// Replacement of a span of the diagnostic's own file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What to replace; empty to insert.
    pub span: Span,
    /// The new text.
    pub text: String,
}

/// A change that removes the finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What the change does, in the imperative ("Change to `dns_query`").
    pub title: String,
    /// Edits, in ascending order, not overlapping.
    pub edits: Vec<Edit>,
    /// Whether `check --fix` may apply it without being asked.
    pub safe: bool,
}

/// A finding: which rule, where, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The row of the table of codes.
    pub code: &'static Code,
    /// Severity; the code's own unless configured.
    pub severity: Severity,
    /// Name of the file, relative to the project (`src/hooks/eod/default.hsl`).
    pub file: Arc<str>,
    /// Where.
    pub span: Span,
    /// One sentence, without file and position, without a final dot.
    pub message: String,
    /// Further places.
    pub labels: Vec<Label>,
    /// What to do, when the message alone does not say it.
    pub help: Option<String>,
    /// A change that removes the finding.
    pub fix: Option<Fix>,
    /// Whether what stands at the span is a secret, which nobody who reads findings should see.
    pub secret: bool,
}

impl Diagnostic {
    /// A finding with the code's own severity and nothing more.
    pub fn new(
        code: &'static Code,
        file: &Arc<str>,
        span: Span,
        message: impl Into<String>,
    ) -> Self {
        Self {
            code,
            severity: code.severity,
            file: Arc::clone(file),
            span,
            message: message.into(),
            labels: Vec::new(),
            help: None,
            fix: None,
            secret: false,
        }
    }

    /// Adds a place in the same file that explains the finding.
    #[must_use]
    pub fn label(self, span: Span, message: impl Into<String>) -> Self {
        let file = Arc::clone(&self.file);
        self.label_in(file, span, message)
    }

    /// Adds a place in any file that explains the finding.
    #[must_use]
    pub fn label_in(mut self, file: Arc<str>, span: Span, message: impl Into<String>) -> Self {
        self.labels.push(Label { file, span, message: message.into() });
        self
    }

    /// Adds a sentence that says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Marks what stands at the span as a secret.
    #[must_use]
    pub fn secret(self) -> Self {
        Self { secret: true, ..self }
    }

    /// Adds a replacement of the finding's own span.
    #[must_use]
    pub fn replace(mut self, title: impl Into<String>, text: impl Into<String>) -> Self {
        let edits = vec![Edit { span: self.span, text: text.into() }];
        self.fix = Some(Fix { title: title.into(), edits, safe: false });
        self
    }

    /// Whether the finding refuses the program or configuration.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}
