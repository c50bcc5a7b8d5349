//! A packed configuration file with the places that its parts come from.
//!
//! *Invariants.* A place leads to another only where both show the same: a key, a value, a line of a
//! script. What is escaped in one of them leads to the start of its file.
//!
//! *Not here.* Packing (`pack`).

use std::sync::Arc;

use diagnostics::{Diagnostic, Span};
use hsl_decl::Hook;
use mta_config::yaml::{Kind, Node, recover};

use crate::check::check;
use crate::layout;
use crate::pack::pack_checked;
use crate::snapshot::Snapshot;

/// Which of the two packed files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PackedFile {
    /// `smtpd.yaml`
    Startup,
    /// `smtpd-app.yaml`
    Running,
}

impl PackedFile {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Startup, Self::Running];

    /// The one that a file of the project is the source of.
    pub fn of_source(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|which| which.source() == name)
    }

    /// Name of its source in the project.
    pub fn source(self) -> &'static str {
        match self {
            Self::Startup => layout::STARTUP,
            Self::Running => layout::RUNNING,
        }
    }

    /// Its own name.
    pub fn name(self) -> &'static str {
        let source = self.source();
        source.rsplit_once('/').map_or(source, |(_, name)| name)
    }
}

/// A packed file.
#[derive(Clone, Debug)]
pub struct PackedView {
    /// What the server loads.
    pub text: String,
    parts: Vec<Part>,
}

/// The same thing in the packed file and in its source.
#[derive(Clone, Debug)]
struct Part {
    packed: Span,
    file: Arc<str>,
    source: Span,
}

impl PackedView {
    /// Packs a project, and remembers where each part comes from.
    ///
    /// # Errors
    /// The findings, if one of them is an error.
    pub fn of(snapshot: &Snapshot, which: PackedFile) -> Result<Self, Vec<Diagnostic>> {
        let checked = check(snapshot, false);
        let Some(bundle) = pack_checked(snapshot, &checked) else {
            return Err(checked.diagnostics);
        };
        let (text, source) = match which {
            PackedFile::Startup => (bundle.startup, checked.startup_tree),
            PackedFile::Running => (bundle.running, checked.running_tree),
        };
        let mut view = Self { text, parts: Vec::new() };
        if let Some(tree) = recover(view.text.as_bytes()) {
            if let Some(source) = source {
                view.config(&tree, &source, &which.source().into());
            }
            view.scripts(&tree, snapshot);
        }
        Ok(view)
    }

    /// Where an offset of the packed file comes from: the file, and the place in it.
    pub fn source(&self, offset: usize) -> Option<(&Arc<str>, Span)> {
        let part = innermost(&self.parts, |part| part.packed, offset)?;
        Some((&part.file, moved(offset, part.packed, part.source)))
    }

    /// Where a place of a source lies in the packed file.
    pub fn packed(&self, file: &str, offset: usize) -> Option<Span> {
        let of_file = self.parts.iter().filter(|part| *part.file == *file);
        let part = innermost(of_file, |part| part.source, offset)?;
        Some(moved(offset, part.source, part.packed))
    }

    fn add(&mut self, packed: Span, file: &Arc<str>, source: Span) {
        self.parts.push(Part { packed, file: Arc::clone(file), source });
    }

    /// Keys and values that stand in both trees.
    fn config(&mut self, packed: &Node, source: &Node, file: &Arc<str>) {
        match (&packed.kind, &source.kind) {
            (Kind::Map(entries), Kind::Map(before)) => {
                for entry in entries {
                    let Some(old) = before.iter().find(|old| old.key == entry.key) else {
                        continue;
                    };
                    self.add(entry.key_span, file, old.key_span);
                    self.config(&entry.value, &old.value, file);
                }
            }
            (Kind::List(items), Kind::List(before)) => {
                for (item, old) in items.iter().zip(before) {
                    self.config(item, old, file);
                }
            }
            (Kind::Scalar(_), Kind::Scalar(_)) => self.add(packed.span, file, source.span),
            _ => {}
        }
    }

    fn scripts(&mut self, tree: &Node, snapshot: &Snapshot) {
        let Some(scripting) = tree.get("scripting") else { return };
        let hooks = scripting.get("hooks");
        for hook in Hook::ALL {
            match hooks.and_then(|hooks| hooks.get(hook.as_str())) {
                Some(Node { kind: Kind::List(items), .. }) => {
                    for (id, data) in items.iter().filter_map(entry) {
                        self.script(data, &layout::hook_name(hook, id), snapshot);
                    }
                }
                Some(data) => self.script(data, &layout::hook_name(hook, ""), snapshot),
                None => {}
            }
        }
        if let Some(Node { kind: Kind::List(items), .. }) = scripting.get("files") {
            for (id, data) in items.iter().filter_map(entry) {
                self.script(data, &layout::file_name(id), snapshot);
            }
        }
    }

    /// The lines of a script, where they stand as they are; else the script as a whole.
    fn script(&mut self, data: &Node, file: &Arc<str>, snapshot: &Snapshot) {
        let Some(source) = snapshot.text(file) else { return };
        self.add(data.span, file, Span::default());
        let first = self.first_line(data.span.start as usize);
        for (packed, source) in same_lines(&self.text, first, source) {
            self.add(packed, file, source);
        }
    }

    /// Where the first line of a text begins, behind the line with its key.
    fn first_line(&self, start: usize) -> usize {
        let line = self.text[..start].rfind('\n').map_or(0, |newline| newline + 1);
        match self.text[line..].split_once('\n') {
            Some((head, _)) if head.ends_with('|') => line + head.len() + 1,
            _ => line,
        }
    }
}

/// The lines of a source with where they stand in a packed text, behind blanks; up to the first that
/// is written otherwise.
fn same_lines(text: &str, first: usize, source: &[u8]) -> Vec<(Span, Span)> {
    let (mut at, mut from) = (first, 0);
    let mut found = Vec::new();
    for line in source.split_inclusive(|byte| *byte == b'\n') {
        let packed = text.as_bytes()[at..].split(|byte| *byte == b'\n').next().unwrap_or_default();
        let bare = line.strip_suffix(b"\n").unwrap_or(line);
        let Some(indent) = packed.strip_suffix(bare) else { break };
        if !indent.iter().all(|byte| *byte == b' ') {
            break;
        }
        let start = at + indent.len();
        found.push((Span::new(start, start + bare.len()), Span::new(from, from + bare.len())));
        at = (at + packed.len() + 1).min(text.len());
        from += line.len();
    }
    found
}

/// The id of an element, and its text.
fn entry(item: &Node) -> Option<(&str, &Node)> {
    match &item.get("id")?.kind {
        Kind::Scalar(id) => Some((&id.text, item.get("data")?)),
        _ => None,
    }
}

/// The shortest part that touches an offset.
fn innermost<'p>(
    parts: impl IntoIterator<Item = &'p Part>,
    side: impl Fn(&Part) -> Span,
    offset: usize,
) -> Option<&'p Part> {
    let touching = parts.into_iter().filter(|part| side(part).touches(offset));
    touching.min_by_key(|part| side(part).end - side(part).start)
}

/// An offset of one span as a place in the other.
fn moved(offset: usize, from: Span, to: Span) -> Span {
    let inside = offset.saturating_sub(from.start as usize);
    let at = (to.start as usize + inside).min(to.end as usize);
    Span::new(at, at)
}
