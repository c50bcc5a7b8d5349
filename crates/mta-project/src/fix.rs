//! Safe changes, applied until nothing is left to change.
//!
//! *Invariants.* A change that a text with more syntax errors comes from is not taken. The number of
//! rounds is bounded, so that two rules that contradict each other end.

use std::collections::BTreeMap;
use std::sync::Arc;

use diagnostics::{Diagnostic, Fix};

use crate::tests::TestSources;

/// Rounds after which what is left is left: a change may make room for another.
const ROUNDS: usize = 10;

/// What was changed.
#[derive(Clone, Debug, Default)]
pub struct Fixed {
    /// New texts by the name of their file.
    pub files: BTreeMap<Arc<str>, Arc<[u8]>>,
    /// How many findings were fixed.
    pub count: usize,
}

/// Applies the safe fixes of what `check` finds, checks again, and goes on until nothing changes.
/// `sources` then have the new texts.
pub fn fix(sources: &mut TestSources, check: impl Fn(&TestSources) -> Vec<Diagnostic>) -> Fixed {
    let mut fixed = Fixed::default();
    for _ in 0..ROUNDS {
        let findings = check(sources);
        let changed = round(sources, &findings);
        if changed.is_empty() {
            break;
        }
        for (file, text, count) in changed {
            sources.replace(Arc::clone(&file), Arc::clone(&text));
            fixed.files.insert(file, text);
            fixed.count += count;
        }
    }
    fixed
}

fn round(sources: &TestSources, findings: &[Diagnostic]) -> Vec<(Arc<str>, Arc<[u8]>, usize)> {
    let mut by_file: BTreeMap<&Arc<str>, Vec<&Fix>> = BTreeMap::new();
    for finding in findings {
        if let Some(fix) = finding.fix.as_ref().filter(|fix| fix.safe) {
            by_file.entry(&finding.file).or_default().push(fix);
        }
    }
    let of_file = |(file, fixes): (&Arc<str>, Vec<&Fix>)| {
        let old = sources.text(file)?;
        let (text, count) = diagnostics::apply(old, fixes);
        let is_sound = !file.ends_with(".hsl") || faults(&text) <= faults(old);
        (count > 0 && is_sound && text != **old).then(|| (Arc::clone(file), text.into(), count))
    };
    by_file.into_iter().filter_map(of_file).collect()
}

fn faults(text: &[u8]) -> usize {
    hsl_syntax::parse(text).errors.len()
}
