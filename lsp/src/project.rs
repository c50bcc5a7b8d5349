//! A document in the graph of its project: from the editor's places to those of the graph and back.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use diagnostics::Span;
use gen_lsp_types as lsp;
use hsl_graph::{FileNo, Graph};
use hsl_ide::project::Place;
use mta_project::ToolSettings;

use crate::position::Lines;
use crate::uri;
use crate::world::World;

/// A graph with the folder that its names begin in.
pub(crate) struct ProjectGraph<'w> {
    world: &'w World,
    pub(crate) graph: Arc<Graph>,
    /// Empty outside of projects, where names are paths.
    root: PathBuf,
}

/// A place that the editor asked about.
pub(crate) struct Asked<'w> {
    pub(crate) project: ProjectGraph<'w>,
    pub(crate) file: FileNo,
    pub(crate) offset: usize,
}

impl<'w> ProjectGraph<'w> {
    /// The graphs of all projects.
    pub(crate) fn all(world: &'w World) -> Vec<Self> {
        let projects = world.projects.iter();
        projects
            .map(|(root, texts)| {
                let graph = world.graphs.of(root, texts);
                Self { world, graph, root: root.clone() }
            })
            .collect()
    }

    /// The graph that a document belongs to, with its number there.
    pub(crate) fn of(world: &'w World, uri: &str) -> Option<(Self, FileNo)> {
        let path = uri::to_path(uri);
        let home = world.documents.get(uri).map(|(_, home)| home);
        let path = home.map_or(path, |home| Some(home.path.clone()))?;
        for (root, texts) in &world.projects {
            let Ok(name) = path.strip_prefix(root) else { continue };
            let graph = world.graphs.of(root, texts);
            if let Some(file) = graph.file_named(&name.to_string_lossy()) {
                return Some((Self { world, graph, root: root.clone() }, file));
            }
        }
        let (graph, file) = world.graphs.loose(world, uri)?;
        Some((Self { world, graph, root: PathBuf::new() }, file))
    }

    /// The settings of its tools.
    pub(crate) fn tools(&self) -> Arc<ToolSettings> {
        let known = self.world.tools.get(&self.root).cloned();
        known.unwrap_or_else(|| Arc::new(ToolSettings::of_user(&self.world.user)))
    }

    /// The URI of a file, the editor's own when it is open.
    pub(crate) fn uri(&self, file: FileNo) -> lsp::Uri {
        self.uri_of_name(&self.graph.file(file).name).into()
    }

    /// The URI of a name, whether such a file is there or not.
    pub(crate) fn uri_of_name(&self, name: &str) -> String {
        let path = self.root.join(name);
        let open = self.world.documents.values().find(|(_, home)| home.path == path);
        open.map_or_else(|| uri::from_path(&path), |(document, _)| document.uri.to_string())
    }

    /// The editor's version of a file, when it is open.
    pub(crate) fn version(&self, file: FileNo) -> Option<i32> {
        let path = self.root.join(&*self.graph.file(file).name);
        let mut open = self.world.documents.values();
        open.find(|(_, home)| home.path == path).map(|(document, _)| document.version)
    }

    /// The name of a path inside the project.
    pub(crate) fn name_of(&self, path: &Path) -> Option<String> {
        let name = path.strip_prefix(&self.root).ok()?;
        Some(name.to_string_lossy().into_owned())
    }

    /// The lines of a file, to convert several places of it.
    pub(crate) fn lines(&self, file: FileNo) -> Lines<'_> {
        Lines::new(&self.graph.file(file).text, self.world.client.encoding)
    }

    /// The ranges of spans of one file.
    pub(crate) fn ranges(&self, file: FileNo, spans: &[Span]) -> Vec<lsp::Range> {
        let lines = self.lines(file);
        spans.iter().map(|span| lines.range(*span)).collect()
    }

    /// Places as the editor names them; files come one after the other.
    pub(crate) fn locations(&self, places: impl IntoIterator<Item = Place>) -> Vec<lsp::Location> {
        let mut locations = Vec::new();
        let mut open: Option<(FileNo, lsp::Uri, Lines<'_>)> = None;
        for place in places {
            if open.as_ref().is_none_or(|(file, ..)| *file != place.file) {
                open = Some((place.file, self.uri(place.file), self.lines(place.file)));
            }
            if let Some((_, uri, lines)) = &open {
                locations.push(lsp::Location { uri: uri.clone(), range: lines.range(place.span) });
            }
        }
        locations
    }
}

impl<'w> Asked<'w> {
    /// The place of a request.
    pub(crate) fn at(world: &'w World, at: &lsp::TextDocumentPositionParams) -> Option<Self> {
        let (project, file) = ProjectGraph::of(world, at.text_document.uri.as_ref())?;
        let offset = project.lines(file).offset(at.position);
        Some(Self { project, file, offset })
    }
}
