//! Fenced blocks of a Markdown text.

/// A fenced block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// What stands after the opening fence.
    pub tag: String,
    /// The lines between the fences, each with its line feed.
    pub text: String,
    /// One-based line of the first line of the text.
    pub line: usize,
}

/// Every fenced block, in order. Fences are three backticks at the start of a line.
pub fn blocks(markdown: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for (at, line) in markdown.split_inclusive('\n').enumerate() {
        let fence = line.strip_prefix("```").map(str::trim_end);
        match (&mut open, fence) {
            (None, Some(tag)) => {
                open = Some(Block { tag: tag.to_owned(), text: String::new(), line: at + 2 });
            }
            (Some(_), Some("")) => blocks.extend(open.take()),
            (Some(block), _) => block.text.push_str(line),
            (None, None) => {}
        }
    }
    blocks
}
