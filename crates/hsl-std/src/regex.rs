//! Regular expressions: match data and replacement.
//!
//! *Not here.* Compilation and limits (`hsl_vm::Regex`).
//!
//! *Sources.* The language reference, section 9.

use std::rc::Rc;

use hsl_macros::library;
use hsl_vm::{
    Array, Cx, Groups, Input, NativeFrame, NativeResult, NativeStep, Regex, Str, Tally, Thrown,
    Value,
};

use crate::binding::Pattern;

/// Matches between two looks at the limits.
const PART: usize = 100;

/// Builtins of this topic.
#[library(topic = "regex")]
pub(crate) mod functions {
    use super::*;

    /// Searches once and returns the groups of the match.
    ///
    /// The whole match is at 0, every group at its number (unmatched: empty), and each named group
    /// also under its name. Without a match the array is empty.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Raises an exception for an invalid pattern and for a match that takes too many steps.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo pcre_match(''(\w+)@(?<domain>\S+)'', "to: a@b.example"); // [0=>"a@b.example",1=>"a",2=>"b.example","domain"=>"b.example"]
    /// echo pcre_match("x", "abc"); // []
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = pure, elements = "string", follows = Groups, keeps = [])]
    fn pcre_match(
        cx: &mut Cx<'_>,
        #[sink(Pattern)] pattern: Pattern<'_>,
        #[sink(Subject)] subject: &Str,
    ) -> Result<Array, Thrown> {
        cx.charge(subject.len());
        match pattern {
            Pattern::Compiled(regex) => first_match(regex, subject),
            text @ Pattern::Text(_) => first_match(&*compile(text)?, subject),
        }
    }

    /// Searches repeatedly and returns the texts of each group.
    ///
    /// Under each group number stands the list of its texts, one per match. Without a match the
    /// array is empty.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Raises an exception for an invalid pattern and for a match that takes too many steps.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo pcre_match_all(''(\w)=\d'', "a=1,b=2"); // [0=>[0=>"a=1",1=>"b=2"],1=>[0=>"a",1=>"b"]]
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = pure, returns = "array", elements = "array")]
    fn pcre_match_all(
        #[sink(Pattern)] pattern: Pattern<'_>,
        #[sink(Subject)] subject: Str,
    ) -> Result<NativeStep, Thrown> {
        let matches = Matches::new(compile(pattern)?, subject);
        Ok(NativeStep::enter(All { matches, lists: Vec::new() }))
    }

    /// Escapes the metacharacters of regular expressions.
    ///
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo pcre_quote("1+1=2?"); // 1\+1\=2\?
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(cleans = [Pattern])]
    fn pcre_quote(string: Str) -> Str {
        let mut out = Vec::with_capacity(string.len());
        for byte in string.iter() {
            match byte {
                0 => out.extend_from_slice(b"\\000"),
                byte if b".\\+*?[^]$(){}=!<>|:-#/".contains(byte) => out.extend([b'\\', *byte]),
                byte => out.push(*byte),
            }
        }
        Str::from(out)
    }

    /// Compiles a pattern.
    ///
    /// A text of the form `/body/modifiers` is split, any other is the body.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Raises an exception for an invalid pattern.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $re = pcre_compile("/^mx[0-9]+/i");
    /// echo "MX7.example.com" =~ $re; // true
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(returns = "Regex")]
    fn pcre_compile(#[sink(Pattern)] string: Str) -> Result<Value, Thrown> {
        let regex = Regex::from_text(&string).map_err(|error| Thrown::error(error.to_string()))?;
        Ok(Value::Regex(Rc::new(regex)))
    }

    /// Replaces matches, all unless `limit` is greater than 0.
    ///
    /// In a template `$0` to `$99` stand for groups, and a backslash for itself. A function gets
    /// the list of groups and returns the text.
    /// Calls functions.
    ///
    /// # Errors
    ///
    /// Raises an exception for an invalid pattern and for a match that takes too many steps; what
    /// the function throws.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo pcre_replace("([a-z])([0-9])", "$2$1", "a1-b2"); // 1a-2b
    /// echo pcre_replace("x", "-", "xxx", 2); // --x
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = callback, returns = "string")]
    fn pcre_replace(
        #[sink(Pattern)] pattern: Pattern<'_>,
        #[ty("function or string")] replace: Value,
        #[sink(Subject)] subject: Str,
        #[default(0)] limit: f64,
    ) -> Result<NativeStep, Thrown> {
        let replacement = Replacement {
            matches: Matches::new(compile(pattern)?, subject),
            replace,
            left: if limit >= 1.0 { limit as usize } else { usize::MAX },
            out: Vec::new(),
            tally: Tally::default(),
            copied: 0,
        };
        match &replacement.replace {
            Value::String(_) | Value::Function(_) => Ok(NativeStep::enter(replacement)),
            other => Err(Thrown::error(format!(
                "pcre_replace: $replace must be string or function, not {}",
                other.type_name()
            ))),
        }
    }
}

fn compile(pattern: Pattern<'_>) -> Result<Rc<Regex>, Thrown> {
    match pattern {
        Pattern::Compiled(regex) => Ok(Rc::clone(regex)),
        Pattern::Text(text) => {
            Regex::lately_used(text).map_err(|error| Thrown::error(error.to_string()))
        }
    }
}

/// The groups of the first match.
fn first_match(regex: &Regex, subject: &Str) -> Result<Array, Thrown> {
    match regex.find_at(subject, 0, |groups| with_names(regex, groups)) {
        Ok(found) => Ok(found.unwrap_or_default()),
        Err(error) => Err(Thrown::error(error.to_string())),
    }
}

/// The texts of all groups, and those with a name once more under it.
fn with_names(regex: &Regex, groups: &Groups<'_>) -> Array {
    let mut array = texts(groups);
    for (number, name) in regex.names() {
        array.set(name.clone(), Value::string(groups.text(*number)));
    }
    array
}

/// The texts of all groups.
fn texts(groups: &Groups<'_>) -> Array {
    Array::list((0..groups.count()).map(|number| groups.text(number)))
}

/// The matches of a pattern, one after the other.
struct Matches {
    regex: Rc<Regex>,
    subject: Str,
    /// Where the next search starts.
    next: usize,
}

impl Matches {
    fn new(regex: Rc<Regex>, subject: Str) -> Self {
        Self { regex, subject, next: 0 }
    }

    /// What `read` makes of the next match.
    fn advance<R>(&mut self, read: impl FnOnce(&Groups<'_>) -> R) -> Result<Option<R>, Thrown> {
        let found = self.regex.find_at(&self.subject, self.next, |groups| {
            (groups.span(0).unwrap_or_default(), read(groups))
        });
        let found = found.map_err(|error| Thrown::error(error.to_string()))?;
        Ok(found.map(|((from, to), made)| {
            // After an empty match the search goes on behind it, else it would be found for ever.
            let further = to > from.max(self.next);
            self.next = if further { to } else { self.behind(to.max(self.next)) };
            made
        }))
    }

    /// The start of the character after a position: with the modifier `u` not inside one.
    fn behind(&self, at: usize) -> usize {
        let inside = |at: &usize| self.subject.get(*at).is_some_and(|byte| byte & 0xc0 == 0x80);
        (at + 1..).find(|at| !self.regex.is_unicode() || !inside(at)).unwrap_or(at + 1)
    }
}

/// A running replacement.
struct Replacement {
    matches: Matches,
    replace: Value,
    left: usize,
    out: Vec<u8>,
    tally: Tally,
    copied: usize,
}

impl Replacement {
    /// Finds the next match, copies the text before it, and gives what `read` makes of it.
    fn advance<R>(
        &mut self,
        read: impl FnOnce(&Groups<'_>, &mut Vec<u8>) -> R,
    ) -> Result<Option<R>, Thrown> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        let (out, copied) = (&mut self.out, &mut self.copied);
        self.matches.advance(|groups| {
            let (from, to) = groups.span(0).unwrap_or_default();
            out.extend_from_slice(groups.subject().get(*copied..from).unwrap_or_default());
            *copied = to;
            read(groups, out)
        })
    }

    fn finish(&mut self) -> NativeStep {
        self.out.extend_from_slice(&self.matches.subject[self.copied..]);
        NativeStep::Return(Value::string(std::mem::take(&mut self.out)))
    }

    /// Replaces some matches by the template.
    fn with_template(&mut self, cx: &mut Cx<'_>, template: &[u8]) -> NativeResult {
        for _ in 0..PART {
            let before = self.out.len();
            if self.advance(|groups, out| expand(template, groups, out))?.is_none() {
                return Ok(self.finish());
            }
            self.made(cx, before)?;
        }
        Ok(NativeStep::Again)
    }

    /// Counts what was added to the result.
    fn made(&mut self, cx: &mut Cx<'_>, before: usize) -> Result<(), Thrown> {
        self.tally.set(self.out.capacity());
        cx.charge(self.out.len() - before);
        cx.reserve(0)
    }
}

impl NativeFrame for Replacement {
    fn resume(&mut self, cx: &mut Cx<'_>, input: Input) -> NativeResult {
        if let Value::String(template) = &self.replace {
            let template = template.clone();
            return self.with_template(cx, &template);
        }
        let before = self.out.len();
        if let Input::Value(text) = input {
            self.out.extend_from_slice(&text.to_text());
        }
        let Some(groups) = self.advance(|groups, _| texts(groups))? else {
            return Ok(self.finish());
        };
        self.made(cx, before)?;
        Ok(NativeStep::call(&self.replace, [Value::array(groups)]))
    }
}

/// A running search for all matches.
struct All {
    matches: Matches,
    lists: Vec<Array>,
}

impl NativeFrame for All {
    fn resume(&mut self, cx: &mut Cx<'_>, _: Input) -> NativeResult {
        for _ in 0..PART {
            let lists = &mut self.lists;
            let found = self.matches.advance(|groups| {
                lists.resize_with(groups.count(), Array::new);
                let texts = lists.iter_mut().enumerate();
                texts.for_each(|(number, list)| list.push(Value::string(groups.text(number))));
            })?;
            if found.is_none() {
                let lists = std::mem::take(&mut self.lists);
                return Ok(NativeStep::Return(Array::list(lists).into()));
            }
            cx.charge(self.lists.len() * size_of::<Value>());
        }
        cx.reserve(0)?;
        Ok(NativeStep::Again)
    }
}

/// Writes a template with its group references; one or two digits belong to a reference.
fn expand(template: &[u8], groups: &Groups<'_>, out: &mut Vec<u8>) {
    let mut rest = template;
    while let Some((byte, after)) = rest.split_first() {
        let digits = after.iter().take(2).take_while(|b| b.is_ascii_digit()).count();
        rest = after;
        if *byte != b'$' || digits == 0 {
            out.push(*byte);
            continue;
        }
        let number = after[..digits].iter().fold(0, |n, b| n * 10 + usize::from(b - b'0'));
        out.extend_from_slice(groups.text(number));
        rest = &after[digits..];
    }
}
