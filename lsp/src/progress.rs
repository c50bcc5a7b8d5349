//! How far a long piece of work is.
//!
//! *Invariants.* Nothing is shown of what takes less than [`SILENCE`]. What was begun is ended.

use std::time::{Duration, Instant};

use gen_lsp_types as lsp;
use serde_json::json;

use crate::outbox::Outbox;

/// What is done sooner needs no bar.
const SILENCE: Duration = Duration::from_millis(300);
/// Nobody reads faster.
const PACE: Duration = Duration::from_millis(100);

/// A bar in the editor.
pub(crate) struct Progress {
    out: Outbox,
    /// The editor's name for the bar; none when it shows none.
    token: Option<lsp::ProgressToken>,
    title: &'static str,
    since: Instant,
    shown: Option<Instant>,
}

impl Progress {
    pub(crate) fn new(
        out: &Outbox,
        token: Option<lsp::ProgressToken>,
        title: &'static str,
    ) -> Self {
        Self { out: out.clone(), token, title, since: Instant::now(), shown: None }
    }

    /// So many of so many are done.
    pub(crate) fn report(&mut self, done: usize, all: usize) {
        let percentage = (100 * done / all.max(1)) as u32;
        let message = format!("{done}/{all}");
        match self.shown {
            None if self.since.elapsed() >= SILENCE => {
                let title = self.title;
                self.send(json!({
                    "kind": "begin", "title": title, "cancellable": true,
                    "message": message, "percentage": percentage,
                }));
            }
            Some(shown) if shown.elapsed() >= PACE => {
                self.send(json!({
                    "kind": "report", "message": message, "percentage": percentage,
                }));
            }
            _ => {}
        }
    }

    fn send(&mut self, value: serde_json::Value) {
        let Some(token) = self.token.clone() else { return };
        self.shown = Some(Instant::now());
        self.out.notify("$/progress", lsp::ProgressParams { token, value });
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.shown.is_some() {
            self.send(json!({ "kind": "end" }));
        }
    }
}
