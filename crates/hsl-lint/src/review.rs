//! What is shown of the findings: levels and allowances applied.

use std::collections::BTreeMap;
use std::sync::Arc;

use diagnostics::{Diagnostic, Severity, codes};
use rustc_hash::FxHashMap;

use crate::allow::Allowances;
use crate::levels::{InFile, Levels};

/// Drops what comments allow and what is off, sets severities, and adds findings about comments that
/// allow nothing. `scripts` are the files whose comments count; findings are of any origin.
pub fn review<'t>(
    findings: Vec<Diagnostic>,
    scripts: impl IntoIterator<Item = (&'t Arc<str>, &'t [u8])>,
    levels: &Levels,
) -> Vec<Diagnostic> {
    let allowances: BTreeMap<_, _> = scripts
        .into_iter()
        .filter_map(|(file, text)| Some((file, Allowances::of(file, text)?)))
        .collect();
    let kept = findings.into_iter().filter(|finding| {
        is_fixed(finding) || !allowances.get(&finding.file).is_some_and(|a| a.allows(finding))
    });
    let kept: Vec<_> = kept.collect();
    let own = allowances.values().flat_map(Allowances::findings);
    let mut of_files: FxHashMap<Arc<str>, InFile<'_>> = FxHashMap::default();
    let mut apply = |finding: Diagnostic| {
        let file = Arc::clone(&finding.file);
        of_files.entry(file).or_insert_with_key(|file| levels.in_file(file)).apply(finding)
    };
    let mut shown: Vec<_> = kept.into_iter().chain(own).filter_map(&mut apply).collect();
    shown.sort_by(|a, b| (&a.file, a.span).cmp(&(&b.file, b.span)));
    shown
}

/// Whether a finding refuses its program, as an error of the compiler or of the configuration.
fn is_fixed(finding: &Diagnostic) -> bool {
    finding.severity == Severity::Error && codes::ALL.contains(&finding.code)
}
