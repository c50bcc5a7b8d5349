//! What pages about scripts say of the machine: the clock of a time zone, the introduction of a package
//! on the disk.
//!
//! *Not here.* What the script itself says (`hsl-ide`).

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use mta_project::layout;

/// Name of the introduction of a package, in its folder.
const README: &str = "README.md";

/// As much of an introduction is read.
const MOST: u64 = 8 * 1024;

/// Longer texts name no zone.
const LONGEST_ZONE: usize = 64;

/// What the clocks of a zone show now, when a text is the name of one. A name without `/` may be any
/// word (`Cuba`).
pub(super) fn zone(name: &[u8]) -> Option<String> {
    let name = std::str::from_utf8(name).ok().filter(|name| name.len() <= LONGEST_ZONE)?;
    let zone = name.contains('/').then(|| TimeZone::get(name).ok()).flatten()?;
    let now = Timestamp::now().to_zoned_datetime(zone);
    Some(format!("\nTime zone, now {} (UTC{}).\n", now.strftime("%Z"), now.strftime("%:z")))
}

/// The introduction of the package that a file of a project belongs to.
pub(super) fn package(root: &Path, file: &str) -> Option<String> {
    let (package, _) = file.strip_prefix(layout::PACKAGES)?.strip_prefix('/')?.split_once('/')?;
    let path = root.join(layout::PACKAGES).join(package).join(README);
    let mut text = Vec::new();
    File::open(path).ok()?.take(MOST).read_to_end(&mut text).ok()?;
    let head = head(&String::from_utf8_lossy(&text));
    (!head.is_empty()).then(|| format!("\n---\n{head}\n"))
}

/// The part of an introduction before its first section.
fn head(text: &str) -> String {
    let lines = text.trim_start().lines().enumerate();
    let head = lines.take_while(|(at, line)| *at == 0 || !line.starts_with('#'));
    head.map(|(_, line)| line).collect::<Vec<_>>().join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_introduction_ends_where_its_sections_begin() {
        assert_eq!(head("# Ranks\n\nSorts.\n\n## Use\n\nx"), "# Ranks\n\nSorts.");
        assert_eq!(head("\n\n"), "");
    }

    #[test]
    fn only_zones_are_zones() {
        assert_eq!(zone(b"Etc/UTC").as_deref(), Some("\nTime zone, now UTC (UTC+00:00).\n"));
        for text in [&b"text/plain"[..], b"Cuba", b"", b"\xff/\xff", b"Europe/"] {
            assert_eq!(zone(text), None, "{text:?}");
        }
    }
}
