//! Events of the YAML scanner to one tree.

use std::collections::HashMap;
use std::sync::Arc;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span as ScannerSpan, StrInput, Tag};

use diagnostics::{Diagnostic, Label, Span, codes};

use super::place::Places;
use super::{Entry, Kind, Node, Scalar};

/// How much a document may ask for.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Longest text in bytes. A packed configuration holds whole block lists, so this is generous.
    pub bytes: usize,
    /// Most nodes after aliases are expanded.
    pub nodes: usize,
    /// Deepest nesting.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 256 << 20, nodes: 1_000_000, depth: 64 }
    }
}

/// Reads one document. An empty text is an empty mapping. What is malformed is reported, and there
/// is a tree only if nothing was.
pub fn parse(
    file: &Arc<str>,
    text: &[u8],
    limits: Limits,
    findings: &mut Vec<Diagnostic>,
) -> Option<Node> {
    let problem = |span, message: String| Diagnostic::new(&codes::YAML_SYNTAX, file, span, message);
    if text.len() > limits.bytes {
        let message = format!("the file is longer than {} bytes", limits.bytes);
        findings.push(problem(Span::default(), message));
        return None;
    }
    let text = match std::str::from_utf8(text) {
        Ok(text) => text,
        Err(e) => {
            let at = Span::new(e.valid_up_to(), e.valid_up_to() + 1);
            findings.push(problem(at, "the file is not valid UTF-8".to_owned()));
            return None;
        }
    };
    let mut composer = Composer::new(file, text, limits);
    let root = composer.document();
    let broken = !composer.findings.is_empty();
    findings.append(&mut composer.findings);
    root.filter(|_| !broken)
}

/// A collection that is not closed yet.
struct Open {
    node: Node,
    anchor: usize,
    /// A mapping's key that waits for its value.
    key: Option<(String, Span)>,
    /// Where the keys stand, once there are many.
    keys: HashMap<String, Span>,
}

/// Keys of a mapping that are looked through one by one.
const FEW: usize = 16;

impl Open {
    /// Where a key was given before, if it was; notes that it is given now.
    fn given(&mut self, key: &str, at: Span) -> Option<Span> {
        let Kind::Map(entries) = &self.node.kind else { return None };
        if entries.len() < FEW {
            return entries.iter().find(|entry| entry.key == key).map(|entry| entry.key_span);
        }
        if self.keys.is_empty() {
            self.keys = entries.iter().rev().map(|e| (e.key.clone(), e.key_span)).collect();
        }
        let first = self.keys.get(key).copied();
        if first.is_none() {
            self.keys.insert(key.to_owned(), at);
        }
        first
    }
}

struct Composer<'t> {
    file: Arc<str>,
    places: Places<'t>,
    parser: Parser<'t, StrInput<'t>>,
    limits: Limits,
    nodes: usize,
    stack: Vec<Open>,
    anchors: HashMap<usize, Node>,
    findings: Vec<Diagnostic>,
}

impl<'t> Composer<'t> {
    fn new(file: &Arc<str>, text: &'t str, limits: Limits) -> Self {
        Self {
            file: Arc::clone(file),
            places: Places::new(text),
            parser: Parser::new_from_str(text),
            limits,
            nodes: 0,
            stack: Vec::new(),
            anchors: HashMap::new(),
            findings: Vec::new(),
        }
    }

    /// The first document; a second one is an error.
    fn document(&mut self) -> Option<Node> {
        let mut root = None;
        while let Some(event) = self.parser.next_event() {
            let (event, span) = match event {
                Ok(event) => event,
                Err(error) => {
                    self.scan_error(&error);
                    return None;
                }
            };
            if root.is_some() && matches!(event, Event::DocumentStart(_)) {
                let at = self.places.span(&span);
                self.problem(at, "a configuration file holds one document only");
                return None;
            }
            if let Some(done) = self.event(event, &span)? {
                root = Some(done);
            }
        }
        Some(root.unwrap_or_else(|| Node::map([])))
    }

    /// Takes one event; the finished root, if this was its end. `None` when a limit was hit.
    fn event(&mut self, event: Event<'t>, span: &ScannerSpan) -> Option<Option<Node>> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain;
                let kind = Kind::Scalar(Scalar { text: text.into_owned(), plain });
                let node = self.node(kind, span, tag.as_deref())?;
                Some(self.attach(node, anchor))
            }
            Event::SequenceStart(anchor, tag) => {
                let node = self.node(Kind::List(Vec::new()), span, tag.as_deref())?;
                self.open(node, anchor)
            }
            Event::MappingStart(anchor, tag) => {
                let node = self.node(Kind::Map(Vec::new()), span, tag.as_deref())?;
                self.open(node, anchor)
            }
            Event::SequenceEnd | Event::MappingEnd => Some(self.close(span)),
            Event::Alias(anchor) => self.alias(anchor, span),
            _ => Some(None),
        }
    }

    fn node(&mut self, kind: Kind, span: &ScannerSpan, tag: Option<&Tag>) -> Option<Node> {
        let span = self.places.span(span);
        self.count(1, span)?;
        // Core tags (`!!str`) say what the reader finds out itself.
        let tag = tag.filter(|t| !t.is_yaml_core_schema()).map(|t| t.suffix.clone());
        Some(Node { span, tag, kind })
    }

    /// Counts nodes against the limit, so that aliases of aliases cannot fill the memory.
    fn count(&mut self, more: usize, at: Span) -> Option<()> {
        self.nodes = self.nodes.saturating_add(more);
        if self.nodes <= self.limits.nodes {
            return Some(());
        }
        self.problem(at, format!("the file has more than {} values", self.limits.nodes));
        None
    }

    fn open(&mut self, node: Node, anchor: usize) -> Option<Option<Node>> {
        if self.stack.len() >= self.limits.depth {
            let message = format!("values are nested more than {} deep", self.limits.depth);
            self.problem(node.span, message);
            return None;
        }
        self.stack.push(Open { node, anchor, key: None, keys: HashMap::new() });
        Some(None)
    }

    fn close(&mut self, span: &ScannerSpan) -> Option<Node> {
        let mut open = self.stack.pop()?;
        open.node.span = self.close_span(&open.node, span);
        self.attach(open.node, open.anchor)
    }

    /// From the opening to the closing bracket, or to the last item of a block collection (whose
    /// end event stands at the next token).
    fn close_span(&self, node: &Node, end: &ScannerSpan) -> Span {
        let end = self.places.span(end);
        let last = match &node.kind {
            Kind::List(items) => items.last().map(|item| item.span),
            Kind::Map(entries) => entries.last().map(|e| e.key_span.cover(e.value.span)),
            Kind::Scalar(_) => None,
        };
        let closed = if end.start < end.end { Some(end) } else { last };
        closed.map_or(node.span, |end| node.span.cover(end))
    }

    fn alias(&mut self, anchor: usize, span: &ScannerSpan) -> Option<Option<Node>> {
        let at = self.places.span(span);
        let Some(target) = self.anchors.get(&anchor) else {
            self.problem(at, "an alias stands inside the value that it names");
            return None;
        };
        let extent = Extent::of(target);
        if self.stack.len() + extent.depth > self.limits.depth {
            self.problem(at, format!("values are nested more than {} deep", self.limits.depth));
            return None;
        }
        self.count(extent.weight, at)?;
        let node = self.anchors.get(&anchor)?.clone();
        Some(self.attach(node, 0))
    }

    /// Puts a finished node into its collection; gives it back if it is the root.
    fn attach(&mut self, node: Node, anchor: usize) -> Option<Node> {
        if anchor > 0 && self.count(Extent::of(&node).weight, node.span).is_some() {
            self.anchors.insert(anchor, node.clone());
        }
        let Some(open) = self.stack.last_mut() else { return Some(node) };
        match &mut open.node.kind {
            Kind::List(items) => items.push(node),
            Kind::Map(entries) => match open.key.take() {
                Some((key, key_span)) => entries.push(Entry { key, key_span, value: node }),
                None => self.key(node),
            },
            Kind::Scalar(_) => {}
        }
        None
    }

    fn key(&mut self, node: Node) {
        let Kind::Scalar(scalar) = node.kind else {
            self.problem(node.span, "a key must be text");
            if let Some(open) = self.stack.last_mut() {
                open.key = Some((String::new(), node.span));
            }
            return;
        };
        let Some(open) = self.stack.last_mut() else { return };
        if let Some(first) = open.given(&scalar.text, node.span) {
            let message = format!("the key `{}` is given twice", scalar.text);
            let finding = Diagnostic::new(&codes::YAML_SYNTAX, &self.file, node.span, message);
            self.findings.push(finding.label(first, "first given here"));
        }
        open.key = Some((scalar.text, node.span));
    }

    fn scan_error(&mut self, error: &ScanError) {
        let at = self.places.offset(error.marker());
        let at = Span::new(at, at);
        self.problem(at, error.info().trim_end_matches('.').to_owned());
        let open = self.stack.last().map(|open| open.node.span);
        if let (Some(open), Some(finding)) = (open, self.findings.last_mut())
            && self.places.is_bracket(open)
        {
            finding.labels.push(Label {
                file: Arc::clone(&self.file),
                span: open,
                message: "opened here".to_owned(),
            });
        }
    }

    fn problem(&mut self, at: Span, message: impl Into<String>) {
        self.findings.push(Diagnostic::new(&codes::YAML_SYNTAX, &self.file, at, message));
    }
}

/// What a copy of a tree costs.
struct Extent {
    /// Nodes, and one more for every 64 bytes of text.
    weight: usize,
    depth: usize,
}

impl Extent {
    fn of(node: &Node) -> Self {
        match &node.kind {
            Kind::Scalar(scalar) => Self { weight: 1 + scalar.text.len() / 64, depth: 0 },
            Kind::List(items) => items.iter().map(Self::of).fold(Self::ONE, Self::holding),
            Kind::Map(entries) => {
                entries.iter().map(|e| Self::of(&e.value)).fold(Self::ONE, Self::holding)
            }
        }
    }

    const ONE: Self = Self { weight: 1, depth: 1 };

    fn holding(self, part: Self) -> Self {
        Self { weight: self.weight + part.weight, depth: self.depth.max(part.depth + 1) }
    }
}
