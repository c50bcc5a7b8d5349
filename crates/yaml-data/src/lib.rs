//! YAML text to plain data: one document in postfix order, its scalars by the core schema.
//!
//! A collection stands behind its items, so that a reader keeps one stack of finished values, needs
//! no recursion, and may stop at any step (a tag may be a function of the script).
//!
//! *Invariants.* Any bytes give steps or a fault that has a place. The steps of one document leave
//! exactly one value, or none at all when the text is empty. An alias names an anchor whose value is
//! complete.
//!
//! *Not here.* Configuration files, which keep the places of all values (`mta-config`); what an alias
//! costs is the reader's to count.
//!
//! *Sources.* YAML 1.2.2, chapters 3.1 and 10.3.

mod schema;

use std::borrow::Cow;
use std::collections::HashSet;

use saphyr_parser::{Event, Parser, ScalarStyle, Tag};

pub use schema::{Scalar, plain};

/// Beginning of the tags that YAML itself defines.
const CORE: &str = "tag:yaml.org,2002:";

/// One step of a document in postfix order.
#[derive(Clone, Debug, PartialEq)]
pub struct Step<'t> {
    /// What the step does to the stack of finished values.
    pub kind: Kind<'t>,
    /// The tag, in full, unless it is one that the core schema took care of: `!name` or a URI.
    pub tag: Option<String>,
    /// Under which number aliases name the value.
    pub anchor: Option<usize>,
    /// Where it stands, in characters.
    pub at: usize,
}

/// What a step does.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind<'t> {
    /// A new value.
    Scalar(Scalar<'t>),
    /// The last values, so many, become a list.
    List(usize),
    /// The last values, so many pairs of key and value, become a mapping.
    Map(usize),
    /// The value of an anchor again.
    Alias(usize),
}

/// Why a text is no YAML.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Fault {
    /// Where, in bytes.
    pub at: usize,
    /// What is wrong.
    pub message: String,
    /// Whether the document only has more steps than the reader takes.
    pub excess: bool,
}

/// How much a document may ask for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Limits {
    /// Deepest nesting of collections.
    pub depth: usize,
    /// Most steps.
    pub steps: usize,
}

/// The steps of the first document of a text.
///
/// # Errors
/// A fault when the text is not UTF-8, does not follow the grammar or exceeds a limit.
pub fn steps(text: &[u8], limits: Limits) -> Result<Vec<Step<'_>>, Fault> {
    let text = std::str::from_utf8(text).map_err(|error| Fault {
        at: error.valid_up_to(),
        message: "the text is not valid UTF-8".to_owned(),
        excess: false,
    })?;
    let mut reader = Reader { text, limits, ..Reader::default() };
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            let message = error.info().trim_end_matches('.').to_owned();
            Fault { at: byte_of(text, error.marker().index()), message, excess: false }
        })?;
        if matches!(event, Event::DocumentEnd) {
            break;
        }
        reader.event(event, span.start.index())?;
        if reader.steps.len() > limits.steps {
            let fault = reader.fault(span.start.index(), "the document has too many values");
            return Err(Fault { excess: true, ..fault });
        }
    }
    Ok(reader.steps)
}

/// Bytes before so many characters.
pub fn byte_of(text: &str, characters: usize) -> usize {
    text.char_indices().nth(characters).map_or(text.len(), |(at, _)| at)
}

/// A collection that is not closed yet.
struct Open<'t> {
    values: usize,
    anchor: Option<usize>,
    tag: Option<Cow<'t, Tag>>,
    at: usize,
}

#[derive(Default)]
struct Reader<'t> {
    text: &'t str,
    limits: Limits,
    open: Vec<Open<'t>>,
    /// Anchors whose values are complete.
    anchors: HashSet<usize>,
    steps: Vec<Step<'t>>,
}

impl<'t> Reader<'t> {
    fn event(&mut self, event: Event<'t>, at: usize) -> Result<(), Fault> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let whole = tag.as_deref().map(whole);
                let scalar = match whole.as_deref().and_then(|tag| tag.strip_prefix(CORE)) {
                    Some(name) => Scalar::tagged(name, text),
                    None if style == ScalarStyle::Plain && !is_text(tag.as_deref()) => plain(text),
                    None => Scalar::Text(text),
                };
                let tag = full(tag.as_deref());
                self.step(Kind::Scalar(scalar), tag, (anchor > 0).then_some(anchor), at);
            }
            Event::SequenceStart(anchor, tag) | Event::MappingStart(anchor, tag) => {
                if self.open.len() >= self.limits.depth {
                    return Err(self.fault(at, "the data is nested too deeply"));
                }
                self.open.push(Open { values: 0, anchor: (anchor > 0).then_some(anchor), tag, at });
            }
            Event::SequenceEnd => self.close(Kind::List),
            Event::MappingEnd => self.close(|values| Kind::Map(values / 2)),
            Event::Alias(anchor) if self.anchors.contains(&anchor) => {
                self.step(Kind::Alias(anchor), None, None, at);
            }
            Event::Alias(_) => {
                return Err(self.fault(at, "an alias stands inside the value that it names"));
            }
            _ => {}
        }
        Ok(())
    }

    fn close(&mut self, kind: impl FnOnce(usize) -> Kind<'t>) {
        if let Some(open) = self.open.pop() {
            self.step(kind(open.values), full(open.tag.as_deref()), open.anchor, open.at);
        }
    }

    fn step(&mut self, kind: Kind<'t>, tag: Option<String>, anchor: Option<usize>, at: usize) {
        self.anchors.extend(anchor);
        self.steps.push(Step { kind, tag, anchor, at });
        if let Some(open) = self.open.last_mut() {
            open.values += 1;
        }
    }

    fn fault(&self, at: usize, message: &str) -> Fault {
        Fault { at: byte_of(self.text, at), message: message.to_owned(), excess: false }
    }
}

/// Whether the tag is `!`, which makes a plain scalar a text.
fn is_text(tag: Option<&Tag>) -> bool {
    tag.is_some_and(|tag| whole(tag) == "!")
}

/// The tag in full, however it is written.
fn whole(tag: &Tag) -> String {
    format!("{}{}", tag.handle, tag.suffix)
}

/// The whole tag, unless the core schema defines what it means.
fn full(tag: Option<&Tag>) -> Option<String> {
    let tag = tag?;
    let whole = whole(tag);
    let known = ["str", "int", "float", "bool", "null", "seq", "map"];
    let core = whole.strip_prefix(CORE).is_some_and(|name| known.contains(&name));
    (!core && whole != "!").then_some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { depth: 4, steps: 9 };

    #[track_caller]
    fn check(text: &str, expect: &str) {
        let shown = match steps(text.as_bytes(), LIMITS) {
            Ok(steps) => steps.iter().map(show).collect::<Vec<_>>().join(" "),
            Err(fault) => format!("{}: {fault}", fault.at),
        };
        assert_eq!(shown, expect, "{text}");
    }

    fn show(step: &Step<'_>) -> String {
        let anchor = step.anchor.map(|anchor| format!("&{anchor}")).unwrap_or_default();
        let kind = match &step.kind {
            Kind::Scalar(Scalar::None) => "~".to_owned(),
            Kind::Scalar(Scalar::Boolean(flag)) => flag.to_string(),
            Kind::Scalar(Scalar::Number(number)) => number.to_string(),
            Kind::Scalar(Scalar::Text(text)) => format!("{text:?}"),
            Kind::List(items) => format!("list{items}"),
            Kind::Map(pairs) => format!("map{pairs}"),
            Kind::Alias(anchor) => format!("*{anchor}"),
        };
        format!("{}{anchor}{kind}", step.tag.clone().unwrap_or_default())
    }

    #[test]
    fn collections_stand_behind_their_items() {
        check("", "");
        check("a: [1, {b: x}]", r#""a" 1 "b" "x" map1 list2 map1"#);
        check("- &k [y]\n- *k", r#""y" &1list1 *1 list2"#);
        check("[]\n---\nb", "list0");
    }

    #[test]
    fn tags() {
        check("!!str 5", r#""5""#);
        check("! 5", r#""5""#);
        check("!!int \"5\"", "5");
        check("!<tag:yaml.org,2002:str> 5", r#""5""#);
        check("!ip [!x a]", r#"!x"a" !iplist1"#);
        check("!<tag:example.com,2000:x> 1", "tag:example.com,2000:x1");
        check("!!binary aGk=", r#"tag:yaml.org,2002:binary"aGk=""#);
    }

    #[test]
    fn faults() {
        check("&a [*a]", "4: an alias stands inside the value that it names");
        check("[1,2,3,4,5,6,7,8,9,10]", "19: the document has too many values");
        check("[[[[[]]]]]", "4: the data is nested too deeply");
        assert_eq!(steps(b"a\xff", LIMITS).map_err(|fault| fault.at), Err(1));
        assert!(steps(b"a: [1", LIMITS).is_err());
        assert!(steps(b"*a", LIMITS).is_err());
    }
}
