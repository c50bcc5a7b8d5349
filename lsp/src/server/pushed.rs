//! Findings for editors that do not ask for them.
//!
//! A document that was edited has its syntax errors at once, and with them what else was found
//! before, moved to where it stands now. Everything is looked at again right away when nobody has
//! typed for a moment, and else when nobody types any more.
//!
//! *Invariants.* The old findings stay until the new ones are there. What was published last for a
//! document is from the newest snapshot that was looked at.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use diagnostics::{Diagnostic, codes};
use gen_lsp_types as lsp;

use super::{News, Server};
use crate::document::{Document, Kept};
use crate::jobs::{Urgency, guarded};
use crate::proto;
use crate::reports::Report;
use crate::world::Home;

/// What the editor shows.
#[derive(Default)]
pub(super) struct Pushed {
    /// When to look at all open documents.
    due: Option<Instant>,
    edited: Option<Instant>,
    shown: HashMap<Arc<str>, Shown>,
}

/// What it shows for a document.
struct Shown {
    revision: u64,
    version: i32,
    /// The last full report.
    report: Arc<Report>,
    /// Whether only syntax errors were sent since.
    is_partial: bool,
}

impl Pushed {
    /// How long to wait until documents are to be looked at.
    pub(super) fn wait(&self) -> Option<Duration> {
        self.due.map(|due| due.saturating_duration_since(Instant::now()))
    }
}

impl Server {
    /// A document has another text.
    pub(super) fn edited(&mut self, uri: &str) {
        if self.client.pulls_diagnostics {
            return;
        }
        self.publish_syntax(uri);
        let idle = self.world.tools_of(uri).editor.diagnostics.idle;
        let (now, idle) = (Instant::now(), Duration::from_millis(idle.0));
        let before = self.pushed.edited.replace(now);
        if before.is_none_or(|before| now - before >= idle) {
            self.pushed.due = None;
            self.look_at(uri, Urgency::Awaited);
            self.look_at_others(uri);
        } else {
            self.pushed.due = Some(now + idle);
        }
    }

    /// Looks at what else may have other findings after an edit.
    fn look_at_others(&self, uri: &str) {
        self.world.documents.keys().filter(|other| ***other != *uri).for_each(|other| {
            self.look_at(other, Urgency::Background);
        });
    }

    /// Looks at every open document; those that mean the same as before cost nothing.
    pub(super) fn look_at_all(&mut self) {
        self.pushed.due = None;
        if self.client.pulls_diagnostics {
            return;
        }
        let all: Vec<_> = self.world.documents.keys().cloned().collect();
        for uri in all {
            self.look_at(&uri, Urgency::Background);
        }
    }

    fn look_at(&self, uri: &str, urgency: Urgency) {
        let is_checked = |found: &&Arc<Document>| found.is_script || found.is_yaml;
        let Some(document) = self.world.document(uri).filter(is_checked) else {
            return;
        };
        let (uri, version) = (Arc::clone(&document.uri), document.version);
        let (world, out) = (Arc::clone(&self.world), self.out.clone());
        let newest = Arc::clone(&self.newest);
        self.jobs.run(urgency, move || {
            if newest.load(std::sync::atomic::Ordering::Relaxed) != world.revision {
                return;
            }
            let report = || match urgency {
                Urgency::Awaited => world.report(&uri),
                _ => world.report_in_passing(&uri),
            };
            match guarded(report) {
                Ok(Some(report)) => {
                    out.tell(News::Findings { revision: world.revision, uri, version, report });
                }
                Ok(None) => {}
                Err(panic) => out.log(lsp::MessageType::Error, format!("{uri}: {panic}")),
            }
        });
    }

    /// A document was looked at.
    pub(super) fn found(&mut self, revision: u64, uri: &str, version: i32, report: &Arc<Report>) {
        let Some(document) = self.world.document(uri).filter(|now| now.version == version) else {
            return;
        };
        let uri = Arc::clone(&document.uri);
        let known = self.pushed.shown.get(&uri);
        let is_older = |known: &Shown| {
            let lacks = known.report.ground.is_whole() && !report.ground.is_whole();
            known.revision > revision || lacks
        };
        if known.is_some_and(is_older) {
            return;
        }
        let is_shown = known.is_some_and(|known| {
            !known.is_partial && known.version == version && known.report.id == report.id
        });
        let report = Arc::clone(report);
        if !is_shown {
            self.publish(&uri, Some(version), report.items.clone());
        }
        let shown = Shown { revision, version, report, is_partial: false };
        self.pushed.shown.insert(uri, shown);
    }

    /// A document was closed: nobody sees its findings any more.
    pub(super) fn unpublish(&mut self, uri: lsp::Uri) {
        if self.client.pulls_diagnostics {
            return;
        }
        self.pushed.shown.remove(uri.as_ref());
        self.publish(uri.as_ref(), None, Vec::new());
        self.look_at_all();
    }

    /// Shows the syntax errors of a document, if they are not those that are shown.
    fn publish_syntax(&mut self, uri: &str) {
        let Some((document, home)) = self.world.documents.get(uri) else { return };
        let Some(shown) = self.pushed.shown.get_mut(uri).filter(|_| document.is_script) else {
            return;
        };
        let (old, rest) = moved(&shown.report, document);
        let new = document.parse.syntax_diagnostics(&name_of(home));
        if old == new {
            return;
        }
        shown.is_partial = true;
        let findings: Vec<_> = new.into_iter().chain(rest).collect();
        let text = &document.parse.text;
        let items = proto::own_diagnostics(self.client, uri, text, &findings);
        self.publish(uri, Some(document.version), items);
    }

    fn publish(&self, uri: &str, version: Option<i32>, diagnostics: Vec<lsp::Diagnostic>) {
        let params = lsp::PublishDiagnosticsParams { uri: uri.into(), version, diagnostics };
        self.out.notify("textDocument/publishDiagnostics", params);
    }
}

/// The findings of a report where they stand in the text of now: syntax errors, and the rest.
fn moved(report: &Report, document: &Document) -> (Vec<Diagnostic>, Vec<Diagnostic>) {
    let (old, new) = (&report.text, &document.parse.text);
    let kept = Kept::of(old, new);
    let move_to = |span| kept.moved(span, old.len(), new.len());
    let here = report.findings.iter().filter_map(|finding| {
        let mut finding = finding.clone();
        finding.span = move_to(finding.span)?;
        finding.labels.retain_mut(|label| {
            let place = if label.file == finding.file { move_to(label.span) } else { None };
            label.span = place.unwrap_or_default();
            place.is_some()
        });
        Some(finding)
    });
    here.partition(|finding| finding.code == &codes::SYNTAX_ERROR)
}

/// The name of a document in its findings.
fn name_of(home: &Home) -> Arc<str> {
    match &home.project {
        Some((_, name)) => Arc::clone(name),
        None => home.path.to_string_lossy().into(),
    }
}
