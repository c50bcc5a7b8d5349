//! Places in a configuration file that lead to a script, a file or a page.

use std::sync::Arc;

use mta_config::yaml::Kind;

use super::ConfigView;
use super::place::Place;
use super::script::scripts;
use crate::{Link, LinkTarget, text_links};

/// Scripts of hooks and files that exist, addresses, numbers of RFCs.
pub fn links(view: &ConfigView) -> Vec<Link> {
    let named = scripts(view).into_iter().filter(|script| script.exists);
    let mut links: Vec<_> = named
        .map(|script| Link { span: script.span, target: LinkTarget::File(script.file) })
        .collect();
    view.each(|place| links.extend(file(view, place)));
    links.extend(text_links(&view.text));
    links.sort_by_key(|link| link.span);
    links
}

/// A path of a file in the project, as the configuration writes it: from its own folder on.
fn file(view: &ConfigView, place: &Place<'_>) -> Option<Link> {
    let step = place.steps.last().filter(|step| step.schema.is_some_and(|s| s.is_path()))?;
    let Kind::Scalar(path) = &step.node.kind else { return None };
    let folder = view.file.rsplit_once('/').map_or("", |(folder, _)| folder);
    let name = hsl_analysis::path::normalize(folder, &path.text)?;
    let exists = view.graph.file_named(&name).is_some();
    let target = LinkTarget::File(Arc::from(name));
    exists.then_some(Link { span: step.node.span, target })
}
