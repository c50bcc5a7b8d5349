//! The way from the root of a configuration file down to a place in it.

use diagnostics::Span;
use mta_config::walk::Schema;
use mta_config::yaml::{Entry, Kind, Node};

/// A key or element on the way down.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step<'t> {
    /// The key and where it stands; none for an element of a list.
    pub(super) key: Option<(&'t str, Span)>,
    /// The value.
    pub(super) node: &'t Node,
    /// What the value may be; none below keys that are not known.
    pub(super) schema: Option<Schema<'static>>,
    /// Whether the key is free, as in a mapping by domain.
    pub(super) is_free: bool,
}

/// The steps to a place; the root is left out.
#[derive(Clone, Debug, Default)]
pub(super) struct Place<'t> {
    pub(super) steps: Vec<Step<'t>>,
}

impl<'t> Place<'t> {
    /// The innermost key or value at an offset.
    pub(super) fn at(root: &'t Node, schema: Schema<'static>, offset: usize) -> Self {
        let touches = |span: Span| (span.start as usize..=span.end as usize).contains(&offset);
        let holds = |step: &Step<'_>| {
            let on_key = step.key.is_some_and(|(_, span)| touches(span));
            on_key || touches(step.node.span)
        };
        let mut steps: Vec<Step<'t>> = Vec::new();
        let mut inside = children(root, Some(schema));
        while let Some(step) = inside.into_iter().rev().find(|step| holds(step)) {
            steps.push(step);
            if step.key.is_some_and(|(_, span)| touches(span)) {
                break;
            }
            inside = children(step.node, step.schema);
        }
        Self { steps }
    }

    /// The first place, in the order of the text, whose last step is the wanted one.
    pub(super) fn find(
        root: &'t Node,
        schema: Schema<'static>,
        wanted: &impl Fn(&Step<'t>) -> bool,
    ) -> Option<Self> {
        let mut steps = Vec::new();
        find(root, Some(schema), wanted, &mut steps).then_some(Self { steps })
    }

    /// The keys of the way as one: `servers[].phases.rcptto.hook.recipientdomains.*`.
    pub(super) fn path(&self) -> String {
        let mut path = String::new();
        for step in &self.steps {
            match step.key {
                None => path.push_str("[]"),
                Some(_) if step.is_free => path.push_str(".*"),
                Some((key, _)) => {
                    path.push('.');
                    path.push_str(key);
                }
            }
        }
        path.trim_start_matches('.').to_owned()
    }
}

/// Every step below a node, depth first, each with the way to it.
pub(super) fn each<'t>(root: &'t Node, schema: Schema<'static>, mut look: impl FnMut(&Place<'t>)) {
    let mut way = Place::default();
    visit(root, Some(schema), &mut way, &mut look);
}

/// Recursion is as deep as the parser lets values nest.
fn visit<'t>(
    node: &'t Node,
    schema: Option<Schema<'static>>,
    way: &mut Place<'t>,
    look: &mut impl FnMut(&Place<'t>),
) {
    for step in children(node, schema) {
        way.steps.push(step);
        look(way);
        visit(step.node, step.schema, way, look);
        way.steps.pop();
    }
}

fn find<'t>(
    node: &'t Node,
    schema: Option<Schema<'static>>,
    wanted: &impl Fn(&Step<'t>) -> bool,
    steps: &mut Vec<Step<'t>>,
) -> bool {
    for step in children(node, schema) {
        steps.push(step);
        if wanted(&step) || find(step.node, step.schema, wanted, steps) {
            return true;
        }
        steps.pop();
    }
    false
}

/// What is directly below a node.
pub(super) fn children<'t>(node: &'t Node, schema: Option<Schema<'static>>) -> Vec<Step<'t>> {
    match &node.kind {
        Kind::Scalar(_) => Vec::new(),
        Kind::List(items) => {
            let schema = schema.and_then(Schema::items);
            items.iter().map(|node| Step { key: None, node, schema, is_free: false }).collect()
        }
        Kind::Map(entries) => {
            let declared: Vec<_> = schema.map(Schema::keys).unwrap_or_default();
            let values = schema.and_then(Schema::values);
            entries.iter().map(|entry| step(entry, &declared, values)).collect()
        }
    }
}

fn step<'t>(
    entry: &'t Entry,
    declared: &[(&str, Schema<'static>)],
    values: Option<Schema<'static>>,
) -> Step<'t> {
    let own = declared.iter().find(|(key, _)| *key == entry.key).map(|(_, schema)| *schema);
    Step {
        key: Some((entry.key.as_str(), entry.key_span)),
        node: &entry.value,
        schema: own.or(values),
        is_free: own.is_none() && values.is_some(),
    }
}
