//! Documentation text in the shape of the doc comment template.

/// A doc comment in Markdown: first a sentence, then details, then `# Errors`, `# Example` and a
/// last paragraph that begins with `Source:`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Docs(pub &'static str);

impl Docs {
    /// The first paragraph.
    pub fn summary(self) -> &'static str {
        self.0.trim_start().split("\n\n").next().unwrap_or_default().trim()
    }

    /// The text under a heading of the first level, without the heading.
    pub fn section(self, heading: &str) -> Option<&'static str> {
        let title = format!("# {heading}\n");
        let at = match self.0.find(&format!("\n{title}")) {
            Some(at) => at + 1 + title.len(),
            None if self.0.starts_with(&title) => title.len(),
            None => return None,
        };
        let text = &self.0[at..];
        let end = ["\n# ", "\nSource:"].iter().filter_map(|mark| text.find(mark)).min();
        Some(text[..end.unwrap_or(text.len())].trim())
    }

    /// The sentence that says when the result is `none`.
    pub fn none_when(self) -> Option<&'static str> {
        let prose = self.0.split("\n# ").next().unwrap_or_default().trim();
        let mut rest = prose;
        while !rest.is_empty() {
            let ends = [". ", ".\n"].into_iter().filter_map(|end| rest.find(end));
            let end = ends.min().map_or(rest.len(), |at| at + 1);
            let (sentence, more) = rest.split_at(end);
            if sentence.contains("`none`") {
                return Some(sentence.trim());
            }
            rest = more.trim_start();
        }
        None
    }

    /// The programs under `# Example`: the text of each `hsl` block.
    pub fn examples(self) -> impl Iterator<Item = &'static str> {
        let text = self.section("Example").unwrap_or_default();
        text.split("```hsl\n").skip(1).filter_map(|rest| rest.split("```").next())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_about_none_is_found() {
        let docs = Docs(
            "Finds a key.\n\nKeys are texts. Gives `none`\nwhen there is no key. More.\n\n# Errors\n\n`none`.",
        );
        assert_eq!(docs.none_when(), Some("Gives `none`\nwhen there is no key."));
        assert_eq!(Docs("Adds.").none_when(), None);
    }

    #[test]
    fn sections_are_found() {
        let docs = Docs(
            "Repeats a text.\n\nMore.\n\n# Errors\n\nNever.\n\n# Example\n\n```hsl\necho 1;\n```\n\nSource: x.",
        );
        assert_eq!(docs.summary(), "Repeats a text.");
        assert_eq!(docs.section("Errors"), Some("Never."));
        assert_eq!(docs.examples().collect::<Vec<_>>(), ["echo 1;\n"]);
    }
}
