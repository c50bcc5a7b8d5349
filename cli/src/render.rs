//! Findings for people and for programs.

use std::io::Write as _;
use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};
use diagnostics::{Diagnostic, Label, Severity, Span};
use mta_project::Snapshot;

use crate::secrets;

/// Shows findings with the lines in question. `snapshot` has the texts.
pub(crate) fn text(findings: &[Diagnostic], snapshot: &Snapshot) {
    let renderer = Renderer::styled().decor_style(DecorStyle::Ascii);
    let mut out = anstream::stderr().lock();
    for finding in findings {
        let file = Shown::new(&finding.file, snapshot);
        let group = group(finding, &file, snapshot);
        // A closed pipe ends the output, not the command.
        let _ = writeln!(out, "{}\n", renderer.render(&[group]));
    }
}

/// Shows one JSON object per finding and line.
pub(crate) fn json(findings: &[Diagnostic], snapshot: &Snapshot) {
    let mut out = std::io::stdout().lock();
    for finding in findings {
        let text_of = |name: &str| snapshot.text(name).map_or(&b""[..], |text| text);
        let _ = writeln!(out, "{}", diagnostics::to_json(finding, text_of));
    }
}

/// "2 errors, 1 warning"; notices are not counted.
pub(crate) fn summary(findings: &[Diagnostic]) -> String {
    let count = |severity, name: &str| {
        let count = findings.iter().filter(|finding| finding.severity == severity).count();
        match count {
            0 => None,
            1 => Some(format!("1 {name}")),
            _ => Some(format!("{count} {name}s")),
        }
    };
    let counts = [count(Severity::Error, "error"), count(Severity::Warning, "warning")];
    match counts.into_iter().flatten().collect::<Vec<_>>() {
        none if none.is_empty() => "no problems found".to_owned(),
        some => some.join(", "),
    }
}

/// A file whose text can be shown: private keys are masked, and bytes that are no UTF-8 become question
/// marks, one each, so that offsets stay what they are.
struct Shown {
    name: String,
    text: String,
}

impl Shown {
    fn new(name: &str, snapshot: &Snapshot) -> Self {
        let bytes = snapshot.text(name).map_or(&b""[..], |text| text);
        let bytes = &*secrets::masked(bytes);
        let mut text = String::with_capacity(bytes.len());
        for chunk in bytes.utf8_chunks() {
            text.push_str(chunk.valid());
            text.extend(chunk.invalid().iter().map(|_| '?'));
        }
        Self { name: name.to_owned(), text }
    }

    fn range(&self, span: Span) -> Range<usize> {
        let range = span.range(self.text.len());
        self.text.floor_char_boundary(range.start)..self.text.ceil_char_boundary(range.end)
    }

    fn snippet<'a>(&'a self, annotations: Vec<Annotation<'a>>) -> Snippet<'a, Annotation<'a>> {
        Snippet::source(&self.text).path(&self.name).annotations(annotations)
    }
}

fn group<'a>(finding: &'a Diagnostic, file: &'a Shown, snapshot: &Snapshot) -> Group<'a> {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
        Severity::Hint => Level::HELP,
    };
    let (here, elsewhere): (Vec<_>, Vec<_>) =
        finding.labels.iter().partition(|label| label.file == finding.file);
    let mut marks = vec![AnnotationKind::Primary.span(file.range(finding.span))];
    marks.extend(here.iter().map(|label| mark(label, file)));
    let title = level.primary_title(&finding.message).id(finding.code.id);
    let mut group = Group::with_title(title).element(file.snippet(marks));
    for label in elsewhere {
        group = group.element(Level::NOTE.message(elsewhere_text(label, snapshot)));
    }
    if let Some(help) = &finding.help {
        group = group.element(Level::HELP.message(help));
    }
    // "Did you mean" says the same as its change.
    let told = finding.help.as_deref().is_some_and(|help| help.starts_with("did you mean"));
    if let Some(fix) = finding.fix.as_ref().filter(|_| !told) {
        group = group.element(Level::HELP.message(&fix.title));
    }
    group
}

fn mark<'a>(label: &'a Label, file: &Shown) -> Annotation<'a> {
    AnnotationKind::Context.span(file.range(label.span)).label(&label.message)
}

/// "defined here: src/files/a.hsl:3:1".
fn elsewhere_text(label: &Label, snapshot: &Snapshot) -> String {
    let bytes = snapshot.text(&label.file).map_or(&b""[..], |text| text);
    let at = diagnostics::LineIndex::new(bytes).line_col(label.span.start);
    format!("{}: {}:{}:{}", label.message, label.file, at.line + 1, at.col + 1)
}
