//! The public suffix list that the startup file names.
//!
//! *Not here.* The format of a list and how names are found in it (`hsl_std::SuffixList`).

use std::io;
use std::path::Path;
use std::sync::Arc;

use diagnostics::{Diagnostic, Span, codes};
use hsl_std::SuffixList;
use mta_config::Startup;

use crate::snapshot::Snapshot;

/// The list of `environment.publicsuffix`, or none where scripts have the built-in one, or what is wrong.
/// The list is read with `read`; when it has an error its text goes into `sources`, where the finding
/// points.
///
/// # Errors
/// One finding.
pub fn suffix_list(
    (file, startup): (&Arc<str>, &Startup),
    read: impl Fn(&Path) -> io::Result<Vec<u8>>,
    sources: &mut Snapshot,
) -> Result<Option<Arc<SuffixList>>, Box<Diagnostic>> {
    let Some(path) = &startup.environment.publicsuffix else { return Ok(None) };
    let text = read(&path.value).map_err(|error| {
        let message = format!("{} cannot be read: {error}", path.value.display());
        Box::new(Diagnostic::new(&codes::UNREADABLE_FILE, file, path.span, message))
    })?;
    SuffixList::parse(&text).map(|list| Some(Arc::new(list))).map_err(|error| {
        let name = Arc::from(path.value.display().to_string());
        sources.insert(Arc::clone(&name), text.as_slice());
        let at = Span::new(error.offset, error.offset + error.length);
        let message = format!("no public suffix list: {error}");
        Box::new(Diagnostic::new(&codes::SCHEMA, &name, at, message))
    })
}
