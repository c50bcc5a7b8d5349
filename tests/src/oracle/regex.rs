//! Regular expressions (section 9). The engine is the same library that the machine uses; which
//! texts and modifiers reach it is decided here a second time.

use std::sync::Arc;

use pcre2::bytes::{Captures, Regex, RegexBuilder};

use super::value::{Array, Key, Value};
use super::{Stop, text, thrown};

/// What ends a match that takes too long.
const LIMITS: &str = "(*LIMIT_MATCH=10000000)(*LIMIT_DEPTH=100000)";

/// A pattern as it stands in a string: `/body/modifiers`, or all of it.
pub(super) fn compile(pattern: &[u8]) -> Result<Arc<Regex>, Stop> {
    let Ok(pattern) = std::str::from_utf8(pattern) else { return super::unsupported("bytes") };
    let delimited = pattern.strip_prefix('/').and_then(|rest| rest.rsplit_once('/'));
    let known = delimited.filter(|(_, modifiers)| modifiers.chars().all(|m| "imusxUX".contains(m)));
    let (body, modifiers) = known.unwrap_or((pattern, ""));
    let has = |modifier| modifiers.contains(modifier);
    let mut builder = RegexBuilder::new();
    builder.caseless(has('i')).multi_line(has('m')).utf(has('u')).ucp(has('u'));
    builder.dotall(has('s')).extended(has('x'));
    let greed = if has('U') { "(?U)" } else { "" };
    let regex = builder.build(&format!("{LIMITS}{greed}{body}"));
    regex.map(Arc::new).map_err(|_| thrown("invalid regular expression"))
}

/// The expression that a value stands for.
pub(super) fn of(value: &Value) -> Result<Arc<Regex>, Stop> {
    match value {
        Value::Regex(regex) => Ok(Arc::clone(regex)),
        Value::Text(pattern) => compile(pattern),
        _ => Err(thrown("not a pattern")),
    }
}

/// `subject =~ pattern`
pub(super) fn matches(subject: &Value, pattern: &Value) -> Result<bool, Stop> {
    if matches!(subject, Value::None) {
        return Ok(false);
    }
    of(pattern)?.is_match(&text::of(subject)).map_err(|_| thrown("the match gave up"))
}

/// The groups of a match; none means that it took no part.
fn groups(captures: &Captures<'_>) -> Vec<Value> {
    let group = |at| captures.get(at).map_or(&b""[..], |group| group.as_bytes());
    (0..captures.len()).map(|at| Value::text(group(at))).collect()
}

/// `pcre_match`
pub(super) fn first(pattern: &Value, subject: &[u8]) -> Result<Value, Stop> {
    let regex = of(pattern)?;
    let mut found = Array::default();
    let captures = regex.captures(subject).map_err(|_| thrown("the match gave up"))?;
    if let Some(captures) = captures {
        let groups = groups(&captures);
        groups.iter().for_each(|group| found.push(group.clone()));
        for (name, group) in regex.capture_names().iter().zip(groups) {
            if let Some(name) = name {
                found.set(Key::from_text(name.as_bytes()), group);
            }
        }
    }
    Ok(Value::Array(found))
}

/// Every match: its groups and where it stands. Behind an empty one the search goes on a byte later.
fn all(pattern: &Value, subject: &[u8]) -> Result<Vec<(Vec<Value>, usize, usize)>, Stop> {
    let regex = of(pattern)?;
    let mut found = Vec::new();
    let mut at = 0;
    while at <= subject.len() {
        let mut locations = regex.capture_locations();
        let whole = regex.captures_read_at(&mut locations, subject, at);
        let Some(whole) = whole.map_err(|_| thrown("the match gave up"))? else { break };
        let group = |at| locations.get(at).map_or(&b""[..], |(start, end)| &subject[start..end]);
        let groups = (0..locations.len()).map(|at| Value::text(group(at))).collect();
        found.push((groups, whole.start(), whole.end()));
        at = whole.end() + usize::from(whole.start() == whole.end());
    }
    Ok(found)
}

/// `pcre_match_all`
pub(super) fn lists(pattern: &Value, subject: &[u8]) -> Result<Value, Stop> {
    let mut lists: Vec<Vec<Value>> = Vec::new();
    for (groups, _, _) in all(pattern, subject)? {
        lists.resize_with(groups.len(), Vec::new);
        lists.iter_mut().zip(groups).for_each(|(list, group)| list.push(group));
    }
    Ok(Value::list(lists.into_iter().map(Value::list)))
}

/// `pcre_replace`, with a function from the groups to the new text.
pub(super) fn replace(
    pattern: &Value,
    subject: &[u8],
    limit: usize,
    mut with: impl FnMut(Vec<Value>) -> Result<Vec<u8>, Stop>,
) -> Result<Value, Stop> {
    let mut out = Vec::new();
    let mut done = 0;
    let matches = all(pattern, subject)?.into_iter();
    for (groups, start, end) in matches.take(if limit == 0 { usize::MAX } else { limit }) {
        out.extend_from_slice(&subject[done..start]);
        out.extend(with(groups)?);
        done = end;
    }
    out.extend_from_slice(&subject[done..]);
    Ok(Value::text(out))
}

/// A template with `$0` to `$99` replaced by groups.
pub(super) fn template(template: &[u8], groups: &[Value]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = template;
    while let Some((byte, tail)) = rest.split_first() {
        rest = tail;
        let digits = tail.iter().take(2).take_while(|byte| byte.is_ascii_digit()).count();
        if *byte != b'$' || digits == 0 {
            out.push(*byte);
            continue;
        }
        let number = std::str::from_utf8(&tail[..digits]).ok().and_then(|n| n.parse().ok());
        out.extend(number.and_then(|at: usize| groups.get(at)).map(text::of).unwrap_or_default());
        rest = &tail[digits..];
    }
    out
}
