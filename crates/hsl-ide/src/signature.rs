//! The parameters of the call that is being written.

use diagnostics::Span;
use hsl_analysis::Symbol;
use hsl_decl::{Effect, Function, Hook};
use hsl_syntax::tree_sitter::Node;

use crate::View;
use crate::called::{Called, called};
use crate::declared::{self, DeclaredArray};
use crate::docs;
use crate::tokens::{before, commas, open_bracket};

/// One way to call what is being called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The whole signature.
    pub label: String,
    /// Documentation, in Markdown.
    pub docs: Option<String>,
    /// Its parameters, in order.
    pub parameters: Vec<SignatureParameter>,
    /// The parameter that is being written.
    pub active: Option<usize>,
}

/// A parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureParameter {
    /// Where it stands in the label, in bytes.
    pub label: Span,
    /// One sentence.
    pub docs: Option<String>,
}

/// The ways to make the call around an offset, that of the first hook which comes here first; inside
/// its options array, the keys.
pub fn signatures(view: &View, offset: usize) -> Vec<Signature> {
    find(view, offset).unwrap_or_default()
}

fn find(view: &View, offset: usize) -> Option<Vec<Signature>> {
    let tokens = before(&view.parse, offset);
    let mut inside = &tokens[..];
    loop {
        let at = open_bracket(inside)?;
        match inside[at].kind() {
            "(" => return of_call(view, &inside[..at], &tokens[at + 1..]),
            "[" => {
                let array = declared::array(view, inside).filter(|array| !array.keys.is_empty());
                if let Some(array) = array {
                    return Some(vec![of_keys(view, &array, &tokens[at + 1..])]);
                }
            }
            _ => return None,
        }
        inside = &inside[..at];
    }
}

/// The call of what stands before a parenthesis, with what was written behind it.
fn of_call(view: &View, tokens: &[Node<'_>], written: &[Node<'_>]) -> Option<Vec<Signature>> {
    let argument = commas(written);
    match called(view, tokens)? {
        Called::Library(function) => Some(of_hooks(view, function, argument)),
        Called::Own(symbol) => Some(vec![of_own(view.facts().symbol(symbol), argument)?]),
    }
}

/// What a name of the library means in each hook that comes here: a verdict takes other arguments in
/// another hook.
fn of_hooks(view: &View, function: &'static Function, argument: usize) -> Vec<Signature> {
    let mut ways: Vec<(&'static Function, Vec<Hook>)> = Vec::new();
    let hooks = view.unit.reached.iter().filter(|_| view.unit.library);
    for hook in hooks.filter(|_| function.effect == Effect::Terminates) {
        let Some(found) = view.unit.catalog.function(function.name, Some(hook)) else { continue };
        let is_same = |(known, _): &&mut (&'static Function, Vec<Hook>)| {
            known.params == found.params && known.options == found.options
        };
        match ways.iter_mut().find(is_same) {
            Some((_, hooks)) => hooks.push(hook),
            None => ways.push((found, vec![hook])),
        }
    }
    if ways.len() < 2 {
        return vec![of_library(function, argument)];
    }
    let way = |(function, hooks): (&'static Function, Vec<Hook>)| {
        let signature = of_library(function, argument);
        let hooks: Vec<_> = hooks.into_iter().map(Hook::as_str).collect();
        let docs = signature.docs.map(|docs| format!("In {}.\n\n{docs}", hooks.join(", ")));
        Signature { docs, ..signature }
    };
    ways.into_iter().map(way).collect()
}

fn of_library(function: &'static Function, argument: usize) -> Signature {
    let mut label = format!("{}(", function.name);
    let mut parameters = Vec::new();
    for (at, param) in function.params.iter().enumerate() {
        if at > 0 {
            label += ", ";
        }
        let start = label.len();
        let dots = if param.rest { "..." } else { "" };
        let text = format!("{} {dots}${}", param.ty, param.name);
        label += &if param.required { text } else { format!("[{text}]") };
        parameters.push(SignatureParameter { label: Span::new(start, label.len()), docs: None });
    }
    label += &format!("): {}", function.returns);
    let active = active(&parameters, argument, function.params.last().is_some_and(|p| p.rest));
    Signature { label, docs: Some(docs::function(function)), parameters, active }
}

fn active(parameters: &[SignatureParameter], argument: usize, rest: bool) -> Option<usize> {
    match argument < parameters.len() {
        true => Some(argument),
        false => parameters.len().checked_sub(1).filter(|_| rest),
    }
}

/// The keys of an array that is declared; the active one is that before the last `=>`.
fn of_keys(view: &View, array: &DeclaredArray, written: &[Node<'_>]) -> Signature {
    let mut label = "[".to_owned();
    let mut parameters = Vec::new();
    for (at, option) in array.keys.iter().enumerate() {
        if at > 0 {
            label += ", ";
        }
        let start = label.len();
        label += &format!("{:?} => {}", option.name, option.ty);
        if let Some(default) = option.default {
            label += &format!(" = {default}");
        }
        let docs = Some(option.doc.to_owned());
        parameters.push(SignatureParameter { label: Span::new(start, label.len()), docs });
    }
    label += "]";
    let key = key_being_written(view, written);
    let named = |key: &[u8]| array.keys.iter().position(|o| o.name.as_bytes() == key);
    let active = key.and_then(named);
    let docs = Some(format!("Options of `{}`.", array.function.name));
    Signature { label, docs, parameters, active }
}

fn key_being_written<'v>(view: &'v View, written: &[Node<'_>]) -> Option<&'v [u8]> {
    let mut depth = 0usize;
    let mut last = 0;
    for (at, token) in written.iter().enumerate() {
        match token.kind() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            "," if depth == 0 => last = at + 1,
            _ => {}
        }
    }
    let string = written[last..].iter().find_map(|token| {
        let node = token.parent().filter(|node| node.kind() == "string")?;
        Some(node.byte_range())
    })?;
    let text = view.text().get(string.start + 1..string.end)?;
    Some(text.strip_suffix(b"\"").unwrap_or(text))
}

/// The signature of a function of the script, as it is written.
fn of_own(symbol: &Symbol, argument: usize) -> Option<Signature> {
    let label = symbol.signature.clone()?;
    let open = label.find('(')?;
    let close = label.rfind(')')?;
    let mut parameters = Vec::new();
    let mut start = open + 1;
    let mut depth = 0;
    let mut rest = false;
    for (at, byte) in label.bytes().enumerate().take(close + 1).skip(open + 1) {
        match byte {
            b'[' | b'(' => depth += 1,
            b',' | b')' if depth == 0 => {
                let text = label[start..at].trim_start();
                let from = at - text.len();
                rest = text.starts_with("...");
                if !text.is_empty() {
                    let label = Span::new(from, at);
                    parameters.push(SignatureParameter { label, docs: None });
                }
                start = at + 1;
            }
            b']' | b')' => depth -= 1,
            _ => {}
        }
    }
    let active = active(&parameters, argument, rest);
    Some(Signature { label, docs: symbol.docs.clone(), parameters, active })
}
