//! What the editor is asked: to watch files, for its settings, for a bar of progress.

use std::collections::HashMap;
use std::sync::Arc;

use gen_lsp_types as lsp;
use lsp_server::{RequestId, Response};
use mta_project::{SECTION, UserSettings};
use serde_json::{Value, json};

use super::Server;
use crate::index;
use crate::jobs::Urgency;
use crate::outbox::Stop;

/// What to do with an answer.
enum Question {
    Settings,
    /// Whether a bar may be shown for the work that begins then.
    Bar(lsp::ProgressToken),
}

/// Questions without an answer, and bars that somebody may cancel.
#[derive(Default)]
pub(super) struct Asked {
    questions: HashMap<RequestId, Question>,
    bars: HashMap<lsp::ProgressToken, Stop>,
    bars_made: i32,
}

impl Server {
    /// What happens once, when the editor is ready.
    pub(super) fn begin(&mut self) {
        let wanted = [
            self.client.watches_files.then(watched_files),
            self.client.tells_settings.then(told_settings),
        ];
        let wanted: Vec<_> = wanted.into_iter().flatten().collect();
        if !wanted.is_empty() {
            let params = json!({ "registrations": wanted });
            self.out.request("client/registerCapability", params);
        }
        self.ask_settings();
        self.index();
    }

    /// Asks for the user's settings.
    pub(super) fn ask_settings(&mut self) {
        if self.client.configures {
            let params = json!({ "items": [{ "section": SECTION }] });
            let id = self.out.request("workspace/configuration", params);
            self.asked.questions.insert(id, Question::Settings);
        }
    }

    /// Finds the projects of the editor's folders, with a bar if the editor shows one.
    pub(super) fn index(&mut self) {
        if self.folders.is_empty() {
            return;
        }
        if !self.client.shows_progress {
            return self.index_with(None);
        }
        self.asked.bars_made += 1;
        let token = lsp::ProgressToken::from(format!("mailstop-index-{}", self.asked.bars_made));
        let params = json!({ "token": token });
        let id = self.out.request("window/workDoneProgress/create", params);
        self.asked.questions.insert(id, Question::Bar(token));
    }

    fn index_with(&mut self, token: Option<lsp::ProgressToken>) {
        let stop = Stop { newest: Arc::clone(&self.newest), ..Stop::default() };
        if let Some(token) = &token {
            self.asked.bars.insert(token.clone(), stop.clone());
        }
        let (folders, world) = (self.folders.clone(), Arc::clone(&self.world));
        let out = self.out.clone();
        self.jobs
            .run(Urgency::Background, move || index::run(&folders, &world, &out, &stop, token));
    }

    pub(super) fn response(&mut self, response: Response) {
        let result = response.response_result;
        match self.asked.questions.remove(&response.id) {
            Some(Question::Settings) => {
                let section = result.ok().and_then(|all| all.get(0).cloned());
                self.configure(UserSettings::of_section(&section.unwrap_or_default()));
            }
            Some(Question::Bar(token)) => self.index_with(result.is_ok().then_some(token)),
            None => {}
        }
    }

    /// Somebody pressed the cross beside a bar.
    pub(super) fn cancel_bar(&mut self, token: &lsp::ProgressToken) {
        if let Some(stop) = self.asked.bars.remove(token) {
            stop.canceled.store(true, std::sync::atomic::Ordering::Relaxed);
        }
    }
}

/// Files whose change on disk changes what scripts mean.
fn watched_files() -> Value {
    let globs = ["**/src/{config,hooks,files}/**", "**/*.hsl", "**/mailstop.toml"];
    let watchers = globs.map(|glob| json!({ "globPattern": glob }));
    json!({
        "id": "files",
        "method": "workspace/didChangeWatchedFiles",
        "registerOptions": { "watchers": watchers },
    })
}

/// That the user has other settings.
fn told_settings() -> Value {
    json!({
        "id": "settings",
        "method": "workspace/didChangeConfiguration",
        "registerOptions": { "section": SECTION },
    })
}
