//! Findings for people and for programs.
//!
//! *Not here.* Which lines of a file a finding shows (`window`).

mod window;

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Write as _;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use diagnostics::{Diagnostic, Label, Severity};
use mta_project::Snapshot;
use window::Window;

use crate::secrets;

/// Shows findings with the lines in question, private keys and other secrets masked. `snapshot` has the texts.
pub(crate) fn text(findings: &[Diagnostic], snapshot: &Snapshot) {
    let renderer = Renderer::styled().decor_style(DecorStyle::Ascii);
    let mut out = anstream::stderr().lock();
    // A key may begin far above the lines of a finding, so that whole files are masked, each once.
    let mut masked = HashMap::<&str, Cow<'_, [u8]>>::new();
    for finding in findings {
        let text = text_of(&finding.file, snapshot);
        let shown = masked.entry(&finding.file);
        let shown = shown.or_insert_with_key(|file| mask(file, text, findings));
        let finding = secrets::veiled(finding, text, shown);
        let window = Window::around(&finding, shown);
        let group = group(&finding, window.as_ref(), snapshot);
        // A closed pipe ends the output, not the command.
        let _ = writeln!(out, "{}\n", renderer.render(&[group]));
    }
}

/// The findings without what is masked, for formats that show no lines.
pub(crate) fn veiled(findings: &[Diagnostic], snapshot: &Snapshot) -> Vec<Diagnostic> {
    let mut masked = HashMap::<&str, Cow<'_, [u8]>>::new();
    let mut veiled = Vec::with_capacity(findings.len());
    for finding in findings {
        let text = text_of(&finding.file, snapshot);
        let shown = masked.entry(&finding.file);
        let shown = shown.or_insert_with_key(|file| mask(file, text, findings));
        veiled.push(secrets::veiled(finding, text, shown).into_owned());
    }
    veiled
}

/// A text as it may be shown, without what findings call a secret.
fn mask<'t>(file: &str, text: &'t [u8], findings: &[Diagnostic]) -> Cow<'t, [u8]> {
    let secret = findings.iter().filter(|finding| finding.secret && *finding.file == *file);
    secrets::masked(text, secret.map(|finding| finding.span))
}

/// Shows one JSON object per finding and line.
pub(crate) fn json(findings: &[Diagnostic], snapshot: &Snapshot) {
    let mut out = std::io::stdout().lock();
    for finding in findings {
        let _ = writeln!(out, "{}", diagnostics::to_json(finding, |name| text_of(name, snapshot)));
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

fn group<'a>(
    finding: &'a Diagnostic,
    window: Option<&'a Window>,
    snapshot: &Snapshot,
) -> Group<'a> {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
        Severity::Hint => Level::HELP,
    };
    let title = level.primary_title(&finding.message).id(finding.code.id);
    let group = Group::with_title(title);
    let mut group = match window {
        Some(window) => group.element(snippet(finding, window)),
        None => group.element(place(finding, snapshot)),
    };
    let is_shown = |label: &&Label| window.is_some() && window::is_near(label, finding);
    for label in finding.labels.iter().filter(|label| !is_shown(label)) {
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

/// The lines of a finding with their marks.
fn snippet<'a>(finding: &'a Diagnostic, window: &'a Window) -> Snippet<'a, Annotation<'a>> {
    let primary = AnnotationKind::Primary.span(window.primary.clone());
    let near = finding.labels.iter().filter(|label| window::is_near(label, finding));
    let mark = |label: &'a Label| {
        AnnotationKind::Context.span(window.range(label.span)).label(&label.message)
    };
    Snippet::source(&window.text)
        .path(&*finding.file)
        .line_start(window.first_line)
        .annotations(std::iter::once(primary).chain(near.map(mark)))
}

/// Where a finding is, in place of lines that are too long.
fn place<'a>(finding: &'a Diagnostic, snapshot: &Snapshot) -> Origin<'a> {
    let at = window::line_col(text_of(&finding.file, snapshot), finding.span.start);
    Origin::path(&*finding.file).line(at.line as usize + 1).char_column(at.col as usize + 1)
}

/// "defined here: src/files/a.hsl:3:1".
fn elsewhere_text(label: &Label, snapshot: &Snapshot) -> String {
    let at = window::line_col(text_of(&label.file, snapshot), label.span.start);
    format!("{}: {}:{}:{}", label.message, label.file, at.line + 1, at.col + 1)
}

fn text_of<'a>(name: &str, snapshot: &'a Snapshot) -> &'a [u8] {
    snapshot.text(name).map_or(&b""[..], |text| text)
}

#[cfg(test)]
mod tests {
    use diagnostics::{Span, codes};

    use super::*;

    const NAME: &str = "a.hsl";

    fn finding(span: Span) -> Diagnostic {
        Diagnostic::new(&codes::SYNTAX_ERROR, &NAME.into(), span, "it is wrong")
    }

    fn rendered(group: Group<'_>) -> String {
        Renderer::plain().decor_style(DecorStyle::Ascii).render(&[group])
    }

    fn shown(finding: &Diagnostic, file: &[u8]) -> String {
        let mut snapshot = Snapshot::new();
        snapshot.insert(NAME, file);
        let window = Window::around(finding, file);
        rendered(group(finding, window.as_ref(), &snapshot))
    }

    /// The same with the whole file.
    fn shown_whole(finding: &Diagnostic, file: &str) -> String {
        let cut = |span: Span| {
            let range = span.range(file.len());
            file.floor_char_boundary(range.start)..file.ceil_char_boundary(range.end)
        };
        let mut marks = vec![AnnotationKind::Primary.span(cut(finding.span))];
        marks.extend(
            finding
                .labels
                .iter()
                .map(|label| AnnotationKind::Context.span(cut(label.span)).label(&label.message)),
        );
        let title = Level::ERROR.primary_title(&finding.message).id(finding.code.id);
        let snippet = Snippet::source(file).path(NAME).annotations(marks);
        rendered(Group::with_title(title).element(snippet))
    }

    #[test]
    fn a_window_shows_what_the_whole_file_shows() {
        let file = "ab\n\nåb\r\n\n  c𝄞 d\ne";
        for start in 0..=file.len() {
            for end in start..=file.len() {
                let plain = finding(Span::new(start, end));
                assert_eq!(
                    shown(&plain, file.as_bytes()),
                    shown_whole(&plain, file),
                    "{start} {end}"
                );
                let labelled = plain.label(Span::new(3, 4), "opened here");
                let whole = shown_whole(&labelled, file);
                assert_eq!(shown(&labelled, file.as_bytes()), whole, "{start} {end}");
            }
        }
    }

    #[test]
    fn far_labels_are_notes_and_long_lines_are_places() {
        let line = "$a = 1;\n";
        let file = line.repeat(10_000);
        let at = 9_999 * line.len();
        let far = finding(Span::new(at, at + 2)).label(Span::new(8, 10), "opened here");
        insta::assert_snapshot!(shown(&far, file.as_bytes()), @r"
        error[HSL1001]: it is wrong
             --> a.hsl:10000:1
              |
        10000 | $a = 1;
              | ^^
              |
              = note: opened here: a.hsl:2:1
        ");
        let whole = finding(Span::new(8, file.len()));
        insta::assert_snapshot!(shown(&whole, file.as_bytes()), @r"
        error[HSL1001]: it is wrong
         --> a.hsl:2:1
          |
        2 | $a = 1;
          | ^^^^^^^
        ");
        let long = ["\n", &"x".repeat(1 << 20)].concat();
        let middle = finding(Span::new(1 << 19, 1 << 19)).label(Span::new(1, 2), "begins here");
        insta::assert_snapshot!(shown(&middle, long.as_bytes()), @r"
        error[HSL1001]: it is wrong
        --> a.hsl:2:524288
         = note: begins here: a.hsl:2:1
        ");
    }

    #[test]
    fn bytes_that_are_no_text_are_question_marks() {
        let bytes = b"a\n\xff\xfeb\n";
        insta::assert_snapshot!(shown(&finding(Span::new(3, 4)), bytes), @r"
        error[HSL1001]: it is wrong
         --> a.hsl:2:2
          |
        2 | ??b
          |  ^
        ");
    }
}
