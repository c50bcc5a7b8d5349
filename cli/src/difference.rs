//! Two texts, and where they differ.

/// The lines that differ and those around them, in the unified format; nothing when none does.
pub(crate) fn unified(name: &str, old: &str, new: &str) -> String {
    let diff = similar::TextDiff::from_lines(old, new);
    diff.unified_diff().header(name, name).to_string().trim_end().to_owned()
}
