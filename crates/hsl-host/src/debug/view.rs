//! A stopped fiber in the words of the control protocol.
//!
//! Invariants: nothing that the mask hides is shown; an answer is bounded whatever the script holds:
//! children come in pages, texts are cut, nesting ends at depth 2.
//!
//! Not here: which values are secret (`secrets`), parking (`park`).

use hsl_vm::code::Program;
use hsl_vm::debug::FrameView;
use hsl_vm::{Array, Fiber, Key, Value};
use mta_control::Text;
use mta_control::debug::{self as wire, Failure, FailureCode, ScopeId, ScopeInfo};

use super::code::Generation;
use super::place;
use super::secrets::{Mask, SecretKeys};

/// Most children in one answer.
const MAX_PAGE: usize = 100;
/// Children of a child, as a preview.
const PREVIEW: usize = 10;
/// Longest text of a child.
const MAX_TEXT: usize = 8 << 10;
/// Longest text of a preview.
const MAX_PREVIEW_TEXT: usize = 128;

/// Scopes that are variables of the hook.
const HOOK_SCOPES: [(ScopeId, &str); 5] = [
    (ScopeId::Arguments, "$arguments"),
    (ScopeId::Connection, "$connection"),
    (ScopeId::Transaction, "$transaction"),
    (ScopeId::Message, "$message"),
    (ScopeId::Context, "$context"),
];

/// Looks at one fiber.
pub(crate) struct View<'a> {
    fiber: &'a Fiber,
    generation: &'a Generation,
    results: &'a [Value],
    mask: Mask<'a>,
}

/// Names and values, in order.
type Named = Vec<(Key, Value)>;

impl<'a> View<'a> {
    pub(crate) fn new(
        fiber: &'a Fiber,
        generation: &'a Generation,
        results: &'a [Value],
        secrets: &'a SecretKeys,
    ) -> Self {
        let hook = HOOK_SCOPES.iter().filter_map(|(_, name)| fiber.variable(name));
        let mut mask = Mask::new(secrets, &hook.collect::<Vec<_>>());
        for frame in fiber.frames() {
            let all = fiber.locals(frame.index).into_iter().chain(fiber.globals(frame.index));
            all.for_each(|v| mask.note(&Key::text(v.name.as_bytes()), &v.value));
        }
        Self { fiber, generation, results, mask }
    }

    /// Frames of scripts, innermost first, and how many there are.
    pub(crate) fn stack(&self, start: u32, count: u32) -> (Vec<wire::Frame>, u32) {
        let loaded = self.fiber.loaded();
        let is_shown = |frame: &FrameView| {
            frame.location.as_ref().is_some_and(|location| self.generation.shows(location))
        };
        let frames: Vec<FrameView> = self.fiber.frames().into_iter().filter(is_shown).collect();
        let total = u32::try_from(frames.len()).unwrap_or(u32::MAX);
        let count = if count == 0 { usize::MAX } else { count as usize };
        let shown = frames.iter().skip(start as usize).take(count);
        (shown.filter_map(|frame| self.frame(frame, loaded.program())).collect(), total)
    }

    fn frame(&self, frame: &FrameView, program: &Program) -> Option<wire::Frame> {
        let location = frame.location.as_ref()?;
        let source = program.files.iter().find(|file| file.name == location.file);
        let here = wire::Range {
            line: location.line,
            col: location.column,
            end_line: location.line,
            end_col: location.column,
        };
        Some(wire::Frame {
            frame: u32::try_from(frame.index).ok()?,
            function: Text::from(&*frame.name),
            file: location.file.to_string(),
            digest: self.generation.file_digest(&location.file),
            range: source.map_or(here, |source| place::range(source, location.span)),
            scopes: self.scopes(frame.index),
        })
    }

    fn scopes(&self, frame: usize) -> Vec<ScopeInfo> {
        let mut scopes = vec![self.scope(frame, ScopeId::Locals)];
        for (scope, name) in HOOK_SCOPES {
            if self.fiber.variable(name).is_some() {
                scopes.push(self.scope(frame, scope));
            }
        }
        if !self.is_module(frame) {
            scopes.push(self.scope(frame, ScopeId::Globals));
        }
        scopes
    }

    fn scope(&self, frame: usize, scope: ScopeId) -> ScopeInfo {
        let length = self.roots(frame, scope).len() as u64;
        ScopeInfo { scope, length }
    }

    /// Variables of a scope.
    fn roots(&self, frame: usize, scope: ScopeId) -> Named {
        let variables = |list: Vec<hsl_vm::debug::Variable>| -> Named {
            list.into_iter().map(|v| (Key::text(v.name.as_bytes()), v.value)).collect()
        };
        let own_globals = || {
            let globals = self.fiber.globals(frame).into_iter();
            variables(globals.filter(|v| !is_hook_variable(&v.name)).collect())
        };
        match scope {
            // Variables of a module's own code are its globals.
            ScopeId::Locals if self.is_module(frame) => {
                let mut locals = variables(self.fiber.locals(frame));
                locals.extend(own_globals());
                locals
            }
            ScopeId::Locals => variables(self.fiber.locals(frame)),
            ScopeId::Globals => own_globals(),
            ScopeId::Results => (0..).map(Key::Int).zip(self.results.iter().cloned()).collect(),
            hook => {
                let name = HOOK_SCOPES.iter().find(|(scope, _)| *scope == hook);
                let value = name.and_then(|(_, name)| self.fiber.variable(name));
                value.map(|value| children(&value)).unwrap_or_default()
            }
        }
    }

    /// Whether the frame runs the code of a file outside its functions.
    fn is_module(&self, frame: usize) -> bool {
        let frames = self.fiber.frames();
        let function = frames.get(frame).and_then(|frame| frame.function);
        let loaded = self.fiber.loaded();
        let modules = &loaded.program().modules;
        function.is_some_and(|function| modules.iter().any(|module| module.main == function))
    }

    /// Every variable that an expression in this frame may name.
    pub(crate) fn names(&self, frame: usize) -> Vec<(String, Value)> {
        let locals = self.fiber.locals(frame).into_iter();
        let all = locals.chain(self.fiber.globals(frame)).map(|v| (v.name.to_string(), v.value));
        let mut names: Vec<(String, Value)> = Vec::new();
        for (name, value) in all {
            // A local hides the global of its name.
            if !names.iter().any(|(known, _)| *known == name) {
                names.push((name, value));
            }
        }
        names
    }

    /// Children of a scope or of a value below it.
    pub(crate) fn variables(
        &self,
        vars: &wire::Vars,
    ) -> Result<(Vec<wire::Variable>, u64), Failure> {
        let mut named = self.roots(vars.frame as usize, vars.scope);
        for (at, step) in vars.path.iter().enumerate() {
            let key = key_of(step);
            // The number of a result is no key of the script.
            let hidden = self.mask.hides_key(&key) && !(at == 0 && vars.scope == ScopeId::Results);
            let found = named.into_iter().find(|(name, _)| same_key(name, &key));
            let value = found.filter(|_| !hidden).map(|(_, value)| value);
            let missing = || Failure::new(FailureCode::Missing, "no such variable");
            named = children(&value.ok_or_else(missing)?);
        }
        let total = named.len() as u64;
        let count = if vars.count == 0 { MAX_PAGE } else { (vars.count as usize).min(MAX_PAGE) };
        let page = named.iter().skip(vars.start as usize).take(count);
        let nested = vars.depth > 1;
        Ok((page.map(|(key, value)| self.variable(key, value, nested)).collect(), total))
    }

    /// The result of an expression.
    pub(crate) fn result(&self, number: usize) -> wire::Variable {
        let value = self.results.get(number).cloned().unwrap_or_default();
        self.variable(&Key::Int(number as i64), &value, true)
    }

    /// A text of the script, unless it holds a secret.
    pub(crate) fn masked(&self, text: Vec<u8>) -> Text {
        if self.mask.hides_text(&text) { Text::from("‹redacted›") } else { Text::from(text) }
    }

    fn variable(&self, key: &Key, value: &Value, nested: bool) -> wire::Variable {
        let shown = self.shown(key, value, MAX_TEXT);
        let visible = !matches!(shown, wire::Value::Redacted { .. });
        let inner = if nested && visible { children(value) } else { Named::new() };
        let inner = inner.iter().take(PREVIEW).map(|(key, value)| wire::Variable {
            key: wire_key(key),
            value: self.shown(key, value, MAX_PREVIEW_TEXT),
            children: Vec::new(),
        });
        wire::Variable { key: wire_key(key), value: shown, children: inner.collect() }
    }

    fn shown(&self, key: &Key, value: &Value, longest: usize) -> wire::Value {
        if self.mask.hides_key(key) && !value.is_none() {
            return redacted(key);
        }
        match value {
            Value::Boolean(value) => wire::Value::Boolean { value: *value },
            Value::Number(value) => wire::Value::Number { value: wire::Number(*value) },
            Value::String(text) if self.mask.hides_text(text) => redacted(key),
            Value::String(text) => wire::Value::String {
                value: Text::from(&text[..text.len().min(longest)]),
                length: text.len() as u64,
            },
            Value::Array(array) => {
                wire::Value::Array { length: array.len() as u64, list: array.is_list() }
            }
            Value::Function(_) => wire::Value::Function { name: text_of(value) },
            Value::Object(instance) => wire::Value::Object {
                class: Text::from(&*instance.class().name),
                length: instance.properties().len() as u64,
            },
            Value::Native(object) => {
                wire::Value::Object { class: Text::from(object.class().decl.name), length: 0 }
            }
            Value::Regex(_) => wire::Value::Object { class: text_of(value), length: 0 },
            _ => wire::Value::None {},
        }
    }
}

fn is_hook_variable(name: &str) -> bool {
    HOOK_SCOPES.iter().any(|(_, hook)| *hook == name)
}

/// What is below a value.
fn children(value: &Value) -> Named {
    let pairs = |array: &Array| array.iter().map(|(key, value)| (key, value.clone())).collect();
    match value {
        Value::Array(array) => pairs(array),
        Value::Object(instance) => pairs(&instance.properties()),
        _ => Named::new(),
    }
}

fn text_of(value: &Value) -> Text {
    let text = value.to_text();
    Text::from(&text[..text.len().min(MAX_PREVIEW_TEXT)])
}

fn redacted(key: &Key) -> wire::Value {
    let label = match key {
        Key::Str(name) => Text::from(&name[..]),
        _ => Text::from("secret"),
    };
    wire::Value::Redacted { label }
}

fn wire_key(key: &Key) -> wire::Key {
    match key {
        Key::Int(number) => wire::Key::Int(*number),
        Key::Str(text) => wire::Key::Text(Text::from(&text[..])),
        Key::Other(value) => wire::Key::Text(text_of(value)),
    }
}

fn key_of(key: &wire::Key) -> Key {
    match key {
        wire::Key::Int(number) => Key::Int(*number),
        wire::Key::Text(text) => Key::Str(text.as_bytes().into()),
    }
}

fn same_key(a: &Key, b: &Key) -> bool {
    match (a, b) {
        (Key::Int(a), Key::Int(b)) => a == b,
        (Key::Str(a), Key::Str(b)) => a == b,
        (Key::Other(a), Key::Str(b)) => text_of(a).as_bytes() == &b[..],
        _ => false,
    }
}
