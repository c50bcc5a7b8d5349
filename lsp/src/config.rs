//! Configuration files: what features read of them, and their findings.

use std::sync::Arc;

use diagnostics::Diagnostic;
use gen_lsp_types as lsp;
use hsl_ide::yaml::ConfigView;
use mta_config::ConfigKind;
use mta_project::layout;

use crate::proto;
use crate::reports::{Ground, Report};
use crate::world::{Home, World};

/// Whether this is the name of a configuration file in its project.
pub(crate) fn is_config(name: &str) -> bool {
    layout::config_of(name).is_some()
}

impl Home {
    /// The name in the project, if it is one of the project's configuration files.
    fn config_name(&self) -> Option<&Arc<str>> {
        self.project.as_ref().map(|(_, name)| name).filter(|name| is_config(name))
    }
}

impl World {
    /// Everything known about an open configuration file.
    pub(crate) fn config(&self, uri: &str) -> Option<ConfigView> {
        let (document, home) = self.documents.get(uri).filter(|(found, _)| found.is_yaml)?;
        let text = &document.parse.text;
        let name = home.config_name().cloned();
        let name = name.unwrap_or_else(|| home.path.to_string_lossy().into());
        let kind = ConfigKind::of(&name, text)?;
        let tree = self.cache.tree(uri, text);
        let mut view = ConfigView::new(&name, kind, Arc::clone(text), tree);
        if let Some((root, _)) = home.project.as_ref().filter(|_| home.config_name().is_some())
            && let Some(texts) = self.projects.get(root)
        {
            view.graph = self.graphs.of(root, texts);
            view.script_name = Some(layout::hook_name);
        }
        Some(view)
    }

    /// The findings of a configuration file, open or not.
    pub(crate) fn config_report(&self, uri: &str) -> Option<Arc<Report>> {
        let open = self.documents.get(uri).map(|(_, home)| Arc::clone(home));
        let home = open.or_else(|| self.home_of(uri).map(Arc::new))?;
        match home.config_name() {
            Some(name) => self.report_in_project(uri, &home, name),
            None => self.report_alone(uri, &home),
        }
    }

    /// What makes the script of a hook that is not there, for editors that make files.
    pub(crate) fn creation(&self, uri: &str) -> Option<lsp::WorkspaceEdit> {
        let home = self.home_of(uri).filter(|_| self.client.edits.creates_files)?;
        let (root, name) = home.project.as_ref()?;
        let (hook, _) = layout::hook_of(name)?;
        if self.projects.get(root)?.has(name) {
            return None;
        }
        Some(proto::new_file(uri, format!("// Script of the {hook} hook.\n")))
    }

    fn report_in_project(&self, uri: &str, home: &Home, name: &Arc<str>) -> Option<Arc<Report>> {
        let (root, _) = home.project.as_ref()?;
        let texts = self.projects.get(root)?;
        let text = texts.text(name)?;
        let make = || {
            let mut findings = mta_project::check_config(texts, false);
            findings.retain(|finding| finding.file == *name);
            let across = self.findings_across(home);
            findings.extend(across.iter().flatten().cloned());
            let findings = hsl_lint::review(findings, [], &self.tools(home).shown_levels());
            let text_of = |file: &str| texts.text(file).cloned();
            let items = proto::diagnostics(self, home, text, &text_of, &findings);
            let names = ConfigKind::ALL.map(layout::config_name);
            let files = names.iter().filter_map(|name| Some(((*name).into(), text_of(name)?)));
            let ground = Ground::of_files(self, home, files.collect()).with_across(home, across);
            Some(Report::of(findings, items, Arc::clone(text), ground))
        };
        self.cache.report(self, uri, make)
    }

    /// A file that belongs to no project is right or wrong by itself.
    fn report_alone(&self, uri: &str, home: &Home) -> Option<Arc<Report>> {
        let view = self.config(uri)?;
        let findings = findings_alone(&view);
        let text_of = |file: &str| (*file == *view.file).then(|| Arc::clone(&view.text));
        let items = proto::diagnostics(self, home, &view.text, &text_of, &findings);
        let files = vec![(Arc::clone(&view.file), Arc::clone(&view.text))];
        let ground = Ground::of_files(self, home, files);
        Some(Arc::new(Report::of(findings, items, Arc::clone(&view.text), ground)))
    }
}

fn findings_alone(view: &ConfigView) -> Vec<Diagnostic> {
    let (file, text) = (&view.file, &view.text);
    match view.kind {
        ConfigKind::Startup => {
            let loaded = mta_config::load_startup(file, text, false);
            let more = loaded.value.iter().flat_map(|v| mta_config::check_startup(file, v));
            loaded.diagnostics.into_iter().chain(more).collect()
        }
        ConfigKind::Running => {
            let loaded = mta_config::load_running(file, text, false);
            let more = loaded.value.iter().flat_map(|v| mta_config::check_running(file, v));
            loaded.diagnostics.into_iter().chain(more).collect()
        }
        ConfigKind::Policy => {
            let loaded = mta_config::load_policies(file, text, false);
            let more = loaded.value.iter().flat_map(|v| mta_config::check_policies(file, v, None));
            loaded.diagnostics.into_iter().chain(more).collect()
        }
        ConfigKind::Suspend => {
            let loaded = mta_config::load_suspends(file, text, false);
            let more = loaded.value.iter().flat_map(|v| mta_config::check_suspends(file, v, None));
            loaded.diagnostics.into_iter().chain(more).collect()
        }
    }
}
