//! What was received of a part.

use std::borrow::Cow;
use std::io;

use super::{Message, PartIndex};
use crate::header::fields;
use crate::mime::parameters::{self, Parameterized};
use crate::mime::{Encoding, Fault, children};
use crate::source::bytes;

impl Message {
    /// The received header of a part, with the blank line that ends it.
    ///
    /// # Errors
    /// The message cannot be read.
    pub fn header(&self, part: PartIndex) -> io::Result<Cow<'_, [u8]>> {
        if part == 0 {
            return Ok(Cow::Borrowed(&self.header));
        }
        let node = self.node(part)?;
        bytes(&*self.source, node.start..node.body)
    }

    /// Indexes of the direct parts of a part.
    ///
    /// # Errors
    /// The message cannot be read.
    pub fn children(&self, part: PartIndex) -> io::Result<Vec<PartIndex>> {
        Ok(children(self.nodes()?, part).collect())
    }

    /// Indexes of all parts inside a part, from the top.
    ///
    /// # Errors
    /// The message cannot be read.
    pub fn descendants(&self, part: PartIndex) -> io::Result<std::ops::Range<PartIndex>> {
        Ok(part + 1..self.node(part)?.last)
    }

    /// Identifier of a part: `0` for the message, `0.0` for its first part, `0.0.1` for the second
    /// part of that.
    ///
    /// # Errors
    /// The message cannot be read.
    pub fn id(&self, part: PartIndex) -> io::Result<String> {
        let mut numbers = Vec::new();
        let mut at = part;
        while let Some(parent) = if at == 0 { None } else { self.node(at)?.parent } {
            let number = children(self.nodes()?, parent).take_while(|&child| child < at).count();
            numbers.push(format!(".{number}"));
            at = parent;
        }
        numbers.reverse();
        Ok(format!("0{}", numbers.concat()))
    }

    /// The part of an identifier, within a part.
    ///
    /// # Errors
    /// The message cannot be read.
    pub fn find_id(&self, within: PartIndex, id: &str) -> io::Result<Option<PartIndex>> {
        let mut numbers = id.split('.');
        if numbers.next() != Some("0") {
            return Ok(None);
        }
        let mut at = 0;
        for number in numbers {
            let canonical = number == "0" || !number.starts_with('0');
            let number = number.parse::<usize>().ok().filter(|_| canonical);
            match number.and_then(|n| children(self.nodes().ok()?, at).nth(n)) {
                Some(child) => at = child,
                None => return Ok(None),
            }
        }
        let last = if within == 0 { usize::MAX } else { self.node(within)?.last };
        Ok((within..last).contains(&at).then_some(at))
    }

    /// Size of a part with its header, in bytes.
    ///
    /// # Errors
    /// The message cannot be read.
    pub fn part_size(&self, part: PartIndex) -> io::Result<u64> {
        if part == 0 {
            return Ok(self.size());
        }
        let node = self.node(part)?;
        Ok(node.end - node.start)
    }

    /// Content type of a part in lower case.
    ///
    /// # Errors
    /// The message cannot be read.
    pub fn kind(&self, part: PartIndex) -> io::Result<Option<Vec<u8>>> {
        Ok(self.parameterized(part, "Content-Type")?.map(|kind| kind.value))
    }

    /// A parameter of the content type of a part.
    ///
    /// # Errors
    /// The message cannot be read.
    pub fn kind_parameter(&self, part: PartIndex, name: &str) -> io::Result<Option<Vec<u8>>> {
        let kind = self.parameterized(part, "Content-Type")?;
        Ok(kind.and_then(|kind| kind.parameter(name).map(<[u8]>::to_vec)))
    }

    /// The file name that a part gives itself, as UTF-8 where its character set is known.
    ///
    /// # Errors
    /// The message cannot be read.
    pub fn file_name(&self, part: PartIndex) -> io::Result<Option<Vec<u8>>> {
        let disposition = self.parameterized(part, "Content-Disposition")?;
        if let Some(name) = disposition.and_then(|value| value.text("filename")) {
            return Ok(Some(name));
        }
        Ok(self.parameterized(part, "Content-Type")?.and_then(|kind| kind.text("name")))
    }

    fn parameterized(&self, part: PartIndex, name: &str) -> io::Result<Option<Parameterized>> {
        let header = self.header(part)?;
        let field = fields(&header).find(|field| field.is(name));
        Ok(field.map(|field| parameters::parse(field.value)))
    }

    /// The body of a part; decoded on request, none when its encoding is unknown.
    ///
    /// # Errors
    /// The message cannot be read.
    pub fn body(&self, part: PartIndex, decode: bool) -> io::Result<Option<Vec<u8>>> {
        let range = match part {
            // The parts do not matter here, and finding them takes time.
            0 => self.header.len() as u64..self.size(),
            part => self.node(part).map(|node| node.body..node.end)?,
        };
        let encoding = if decode { self.encoding(part)? } else { Some(Encoding::Binary) };
        let Some(encoding) = encoding else { return Ok(None) };
        Ok(Some(encoding.decode(bytes(&*self.source, range)?)))
    }

    /// The transfer encoding that a part names; none for one that is unknown.
    fn encoding(&self, part: PartIndex) -> io::Result<Option<Encoding>> {
        let header = self.header(part)?;
        let named = fields(&header).find(|field| field.is("Content-Transfer-Encoding"));
        Ok(match named {
            None => Some(Encoding::Binary),
            Some(field) => Encoding::find(&parameters::parse(field.value).value),
        })
    }

    /// The text before the first boundary of a multipart.
    ///
    /// # Errors
    /// The message cannot be read.
    pub fn preamble(&self, part: PartIndex) -> io::Result<Option<Vec<u8>>> {
        let node = self.node(part)?;
        let Some(multipart) = &node.multipart else { return Ok(None) };
        let end = multipart.first.map_or(node.end, |(_, end)| end);
        bytes(&*self.source, node.body..end).map(|text| Some(text.into_owned()))
    }

    /// The text after the last boundary of a multipart; empty when that is missing.
    ///
    /// # Errors
    /// The message cannot be read.
    pub fn epilogue(&self, part: PartIndex) -> io::Result<Option<Vec<u8>>> {
        let node = self.node(part)?;
        let Some(multipart) = &node.multipart else { return Ok(None) };
        let start = multipart.close.map_or(node.end, |(_, _, end)| end.min(node.end));
        bytes(&*self.source, start..node.end).map(|text| Some(text.into_owned()))
    }

    /// What is wrong with a part.
    ///
    /// # Errors
    /// The message cannot be read.
    pub fn faults(&self, part: PartIndex) -> io::Result<&[Fault]> {
        Ok(&self.node(part)?.faults)
    }
}
