//! From bytes to the tree of parts.
//!
//! *Sources.* RFC 2046 §5.1.1: a boundary line is two hyphens, the boundary, two more at the end,
//! and blanks. The line break before it belongs to it.

use std::io;

use memchr::memmem;

use super::parameters::{self, Parameterized};
use super::reader::Reader;
use super::{Fault, MAX_DEPTH, MAX_PARTS, Multipart, Node};
use crate::Source;
use crate::header::{MAX_HEADER, fields};

/// Longest boundary that is looked for. RFC 2046 allows 70.
const MAX_BOUNDARY: usize = 250;
/// Longest line that may be a boundary: blanks may follow it.
const MAX_LINE: usize = MAX_BOUNDARY + 250;

/// The parts of a message; the first is the message itself.
///
/// # Errors
/// The source failed.
pub(crate) fn parse(source: &dyn Source) -> io::Result<Vec<Node>> {
    let mut parser = Parser { reader: Reader::new(source), nodes: Vec::new(), open: Vec::new() };
    parser.run()?;
    Ok(parser.nodes)
}

/// Whether a line, with or without line break, is the boundary line of `boundary`; true in it when
/// it closes.
pub(crate) fn boundary_line(line: &[u8], boundary: &[u8]) -> Option<bool> {
    let rest = line.strip_prefix(b"--")?.strip_prefix(boundary)?;
    let (rest, closes) = match rest.strip_prefix(b"--") {
        Some(rest) => (rest, true),
        None => (rest, false),
    };
    rest.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')).then_some(closes)
}

struct Parser<'s> {
    reader: Reader<'s>,
    nodes: Vec<Node>,
    /// Parts that have not ended, each inside the one before it.
    open: Vec<usize>,
}

/// A boundary line.
struct Line {
    start: u64,
    /// Without line break.
    text_end: u64,
    end: u64,
    /// The line break before it.
    before: u64,
    /// Which of the open parts it belongs to.
    level: usize,
    closes: bool,
}

/// End of a header.
struct HeaderEnd {
    fields: usize,
    body: usize,
    blank: bool,
}

impl Parser<'_> {
    fn run(&mut self) -> io::Result<()> {
        let mut at = self.part(0, 0)?;
        while let Some(line) = self.boundary(at)? {
            self.end_parts(line.level + 1, line.start - line.before, line.start);
            let of = self.open[line.level];
            if let Some(multipart) = &mut self.nodes[of].multipart {
                multipart.first.get_or_insert((line.start, line.start - line.before));
                if line.closes {
                    multipart.close = Some((line.start, line.text_end, line.end));
                }
            }
            at = match line.closes {
                true => line.end,
                false => self.part(line.start, line.end)?,
            };
        }
        let size = self.reader.size();
        self.end_parts(0, size, size);
        Ok(())
    }

    /// Reads the header of a part; answers where its body begins.
    fn part(&mut self, line: u64, start: u64) -> io::Result<u64> {
        let (header, kind, bad) = self.header(start)?;
        let body = start + header.body as u64;
        let mut node = Node { line, start, body, blank: header.blank, kind, ..Node::default() };
        node.parent = self.open.last().copied();
        if bad {
            node.faults.push(Fault::BadHeader);
        }
        node.multipart = node.kind.as_ref().and_then(multipart);
        if node.multipart.is_some()
            && (self.open.len() >= MAX_DEPTH || self.nodes.len() >= MAX_PARTS)
        {
            node.multipart = None;
            node.faults.push(Fault::Limit);
        }
        self.open.push(self.nodes.len());
        self.nodes.push(node);
        Ok(body)
    }

    fn header(&mut self, start: u64) -> io::Result<(HeaderEnd, Option<Parameterized>, bool)> {
        let size = self.reader.size();
        let mut want = 8 * 1024;
        loop {
            let boundaries = self.boundaries();
            let window = self.reader.window(start, want)?;
            let window = &window[..window.len().min(MAX_HEADER)];
            let whole = start + window.len() as u64 == size || window.len() == MAX_HEADER;
            if let Some(end) = header_end(window, whole, &boundaries) {
                let (mut kind, mut bad) = (None, false);
                for field in fields(&window[..end.fields]) {
                    bad |= field.name.is_empty();
                    if kind.is_none() && field.is("Content-Type") {
                        kind = Some(parameters::parse(field.value));
                    }
                }
                return Ok((end, kind, bad));
            }
            want = window.len().max(want) * 2;
        }
    }

    /// Boundaries of the open multiparts, the innermost first.
    fn boundaries(&self) -> Vec<Vec<u8>> {
        let open = self.open.iter().rev().map(|&at| &self.nodes[at]);
        let open = open.filter(|node| node.takes_parts()).filter_map(|n| n.multipart.as_ref());
        open.map(|multipart| multipart.boundary.clone()).collect()
    }

    /// The next boundary line, from the beginning of a line on.
    fn boundary(&mut self, mut at: u64) -> io::Result<Option<Line>> {
        if !self.open.iter().any(|&at| self.nodes[at].takes_parts()) {
            return Ok(None);
        }
        if self.nodes.len() >= MAX_PARTS {
            self.give_up();
            return Ok(None);
        }
        let finder = memmem::Finder::new("\n--");
        let mut begins_line = true;
        loop {
            let size = self.reader.size();
            let window = self.reader.window(at, 4 * MAX_LINE)?;
            let last = at + window.len() as u64 == size;
            let found = match begins_line && window.starts_with(b"--") {
                true => Some(0),
                false => finder.find(window).map(|found| found + 1),
            };
            begins_line = false;
            // What is kept of the window lets a line break before a boundary be seen whole.
            let Some(found) = found else {
                if last {
                    return Ok(None);
                }
                at += window.len().saturating_sub(3) as u64;
                continue;
            };
            if window.len() - found < MAX_LINE && !last {
                at += found.saturating_sub(2) as u64;
                continue;
            }
            let line = &window[found..window.len().min(found + MAX_LINE)];
            let end = memchr::memchr(b'\n', line).map(|end| end + 1);
            let ends_here = last && found + line.len() == window.len();
            let Some(length) = end.or(ends_here.then_some(line.len())) else {
                at += found as u64 + 2;
                continue;
            };
            let line = &line[..length];
            // A line that ends with the message opens no part: nothing could stand in it.
            let owner = owner(&self.open, &self.nodes, line);
            if let Some((level, closes)) = owner.filter(|(_, closes)| end.is_some() || *closes) {
                let text = line.strip_suffix(b"\n").unwrap_or(line);
                let text = text.strip_suffix(b"\r").unwrap_or(text).len() as u64;
                let start = at + found as u64;
                let most = start - self.innermost_body();
                let before = match window_break(self.reader.window(at, 4 * MAX_LINE)?, found) {
                    Some(before) => before.min(most),
                    None => most,
                };
                let (text_end, end) = (start + text, start + length as u64);
                return Ok(Some(Line { start, text_end, end, before, level, closes }));
            }
            at += (found + length).saturating_sub(2) as u64;
        }
    }

    /// Where the newest content begins: a line break before that belongs to something else.
    fn innermost_body(&self) -> u64 {
        let node = self.open.last().map(|&at| &self.nodes[at]);
        node.map_or(0, |node| match node.multipart.as_ref().and_then(|m| m.close) {
            Some((_, text_end, _)) => text_end,
            None => node.body,
        })
    }

    /// Notes that there may be parts that were not looked at.
    fn give_up(&mut self) {
        if let Some(&at) = self.open.last() {
            self.nodes[at].faults.push(Fault::Limit);
        }
    }

    /// Ends the open parts from a level on.
    fn end_parts(&mut self, level: usize, end: u64, next: u64) {
        let (last, size) = (self.nodes.len(), self.reader.size());
        for at in self.open.drain(level.min(self.open.len())..) {
            let node = &mut self.nodes[at];
            (node.end, node.next, node.last) = (end.max(node.body), next, last);
            node.followed = next < size;
            if node.takes_parts() {
                node.faults.push(Fault::UnclosedBoundary);
            }
        }
    }
}

/// The innermost open part whose boundary a line is, and whether it closes.
fn owner(open: &[usize], nodes: &[Node], line: &[u8]) -> Option<(usize, bool)> {
    open.iter().enumerate().rev().find_map(|(level, &at)| {
        let node = &nodes[at];
        let boundary = &node.multipart.as_ref().filter(|_| node.takes_parts())?.boundary;
        Some((level, boundary_line(line, boundary)?))
    })
}

/// Length of the line break before a line; none when the line begins the window.
fn window_break(window: &[u8], line: usize) -> Option<u64> {
    let before = &window[..line];
    (line > 0).then(|| if before.ends_with(b"\r\n") { 2 } else { 1 })
}

fn multipart(kind: &Parameterized) -> Option<Multipart> {
    if !kind.value.starts_with(b"multipart/") {
        return None;
    }
    // Blanks at the end of a boundary cannot be told from those after it.
    let boundary = kind.parameter("boundary")?.trim_ascii_end();
    let usable = (1..=MAX_BOUNDARY).contains(&boundary.len());
    usable.then(|| Multipart { boundary: boundary.to_vec(), ..Multipart::default() })
}

/// Finds the blank line or the boundary that ends a header; none when more bytes are needed.
fn header_end(bytes: &[u8], whole: bool, boundaries: &[Vec<u8>]) -> Option<HeaderEnd> {
    let mut at = 0;
    loop {
        let rest = &bytes[at..];
        let end = match memchr::memchr(b'\n', rest) {
            Some(end) => at + end + 1,
            None if !whole => return None,
            None => bytes.len(),
        };
        let line = &bytes[at..end];
        if matches!(line, b"\r\n" | b"\n") {
            return Some(HeaderEnd { fields: at, body: end, blank: true });
        }
        let is_boundary = line.starts_with(b"--")
            && boundaries.iter().any(|boundary| boundary_line(line, boundary).is_some());
        if is_boundary || line.is_empty() {
            return Some(HeaderEnd { fields: at, body: at, blank: false });
        }
        at = end;
    }
}
