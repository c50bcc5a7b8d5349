//! Files that are replaced as a whole.

use std::io::Write as _;
use std::path::Path;

/// Writes a whole new file beside the old one and puts it in its place, so that a full disk or a
/// signal cannot leave half a script.
pub(crate) fn replace(path: &Path, text: &[u8]) -> std::io::Result<()> {
    // A link stays a link: its target is replaced.
    let path = path.canonicalize()?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text)?;
    file.as_file().set_permissions(std::fs::metadata(&path)?.permissions())?;
    file.persist(&path)?;
    Ok(())
}
