//! Indentation of what is moved.

use hsl_syntax::tree_sitter::Node;

use super::Place;

impl Place<'_> {
    /// Where the line of an offset begins.
    pub(crate) fn line_start(&self, offset: usize) -> usize {
        let before = &self.view.text()[..offset];
        before.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1)
    }

    /// The space that the line of an offset begins with.
    pub(crate) fn indent(&self, offset: usize) -> String {
        let line = &self.view.text()[self.line_start(offset)..];
        line.iter().take_while(|b| matches!(b, b' ' | b'\t')).map(|b| char::from(*b)).collect()
    }

    /// One step of indentation, as the first line that has one shows it; four spaces without one.
    pub(crate) fn step(&self) -> String {
        let lines = self.view.text().split(|byte| *byte == b'\n');
        let indented = lines.map(|line| {
            let space = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
            &line[..if space < line.len() { space } else { 0 }]
        });
        match indented.filter(|space| !space.is_empty()).min_by_key(|space| space.len()) {
            Some(space) if space[0] == b'\t' => "\t".to_owned(),
            Some(space) if space.len() <= 8 => " ".repeat(space.len()),
            _ => "    ".to_owned(),
        }
    }

    /// The text from the start of one node to the end of another, its lines but the first moved from
    /// one indentation to another. Lines inside of strings stay.
    pub(crate) fn moved(&self, first: Node<'_>, last: Node<'_>, to: &str) -> Option<String> {
        let (start, end) = (first.start_byte(), last.end_byte());
        let from = self.indent(start);
        let text = std::str::from_utf8(&self.view.text()[start..end]).ok()?;
        let mut out = String::new();
        let mut at = start;
        for (number, line) in text.split_inclusive('\n').enumerate() {
            if number == 0 || self.is_in_string(at) {
                out += line;
            } else {
                let inner = line
                    .strip_prefix(&*from)
                    .unwrap_or_else(|| line.trim_start_matches([' ', '\t']));
                if !inner.trim().is_empty() {
                    out += to;
                }
                out += inner;
            }
            at += line.len();
        }
        Some(out)
    }

    fn is_in_string(&self, offset: usize) -> bool {
        let Some(node) = self.root().descendant_for_byte_range(offset, offset) else {
            return false;
        };
        let around = std::iter::successors(Some(node), |node| node.parent());
        let mut strings = around.filter(|node| matches!(node.kind(), "string" | "raw_string"));
        strings.any(|node| node.start_byte() < offset && offset < node.end_byte())
    }
}
