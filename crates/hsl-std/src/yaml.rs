//! YAML.
//!
//! *Not here.* The grammar and the core schema (`yaml-data`), which the loader of imports uses too.
//!
//! *Sources.* YAML 1.2.2.

use std::collections::HashMap;
use std::vec;

use hsl_macros::{Options, library};
use hsl_vm::{Array, Cx, Input, Key, NativeFrame, NativeResult, NativeStep, Str, Thrown, Value};
use yaml_data::{Kind, Limits, Scalar};

/// Deepest nesting that is read.
const DEPTH_LIMIT: usize = 512;
/// Bytes that a value takes while it is read, besides its text.
const VALUE: usize = 200;

/// Builtins of this topic.
#[library(topic = "yaml")]
pub(crate) mod functions {
    use super::*;

    /// Reads a YAML document.
    ///
    /// Mappings and lists become arrays, `null` becomes `none`; scalars without quotes follow the core
    /// schema. Of several documents the first is read, and of a key that is given twice the last. The
    /// option `tags` is an array from tags (`!name`, `!!name` or a URI) to functions: each gets the value
    /// with that tag and returns the one to use, inner values first; other tags are ignored. An alias
    /// stands for the value of its anchor. Malformed text, keys that are collections, and nesting
    /// deeper than 512 give `none`.
    /// Calls functions.
    ///
    /// # Errors
    ///
    /// Raises an exception when `tags` holds what is no function; what a function throws. Ends the
    /// script when the values would exceed the memory limit.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo yaml_decode("a: [1, yes, ~]"); // ["a"=>[0=>1,1=>"yes",2=>none]]
    /// echo yaml_decode("- !twice 21", ["tags" => ["!twice" => function ($x) { return $x * 2; }]]); // [0=>42]
    /// echo [yaml_decode("a: [1") === none]; // [0=>true]
    /// ```
    ///
    /// Source: YAML 1.2.2. Since: 0.1. Compat: same.
    #[builtin(effect = callback, returns = "any")]
    fn yaml_decode(
        cx: &mut Cx<'_>,
        string: Str,
        options: DecodeOptions,
    ) -> Result<NativeStep, Thrown> {
        let functions = functions_of(options.tags.as_ref())?;
        // Reading costs some hundred nanoseconds for each value.
        cx.charge(string.len().saturating_mul(16));
        cx.reserve(string.len())?;
        let limits = Limits { depth: DEPTH_LIMIT, steps: cx.room() / VALUE };
        let steps = match yaml_data::steps(&string, limits) {
            Ok(steps) => steps,
            Err(fault) if fault.excess => {
                return Err(cx.reserve(usize::MAX).err().unwrap_or_else(too_many));
            }
            Err(_) => return Ok(NativeStep::Return(Value::none())),
        };
        let steps: Vec<Step> = steps.into_iter().map(|step| Step::new(step, &functions)).collect();
        Ok(NativeStep::enter(Reader {
            steps: steps.into_iter(),
            values: Vec::new(),
            anchors: HashMap::new(),
            anchor: None,
        }))
    }
}

/// Options of `yaml_decode`.
#[derive(Options)]
struct DecodeOptions {
    /// Custom tag => function(data) returning the value.
    tags: Option<Array>,
}

fn too_many() -> Thrown {
    Thrown::error("yaml_decode: the document has too many values")
}

/// The functions by full tag.
fn functions_of(tags: Option<&Array>) -> Result<HashMap<Vec<u8>, Value>, Thrown> {
    let pairs = tags.into_iter().flat_map(Array::iter);
    let pairs = pairs.map(|(tag, function)| {
        if !function.is_function() {
            return Err(Thrown::error("yaml_decode: option \"tags\" must hold functions"));
        }
        let tag = tag.to_value().to_text().to_vec();
        let full = match tag.strip_prefix(b"!!") {
            Some(name) => [b"tag:yaml.org,2002:", name].concat(),
            None => tag,
        };
        Ok((full, function.clone()))
    });
    pairs.collect()
}

/// A step that owns its text.
struct Step {
    action: Action,
    function: Option<Value>,
    anchor: Option<usize>,
}

enum Action {
    Push(Value),
    List(usize),
    Map(usize),
    Alias(usize),
}

impl Step {
    fn new(step: yaml_data::Step<'_>, functions: &HashMap<Vec<u8>, Value>) -> Self {
        let action = match step.kind {
            Kind::Scalar(Scalar::None) => Action::Push(Value::none()),
            Kind::Scalar(Scalar::Boolean(flag)) => Action::Push(Value::boolean(flag)),
            Kind::Scalar(Scalar::Number(number)) => Action::Push(Value::number(number)),
            Kind::Scalar(Scalar::Text(text)) => Action::Push(Value::from(text.as_bytes())),
            Kind::List(items) => Action::List(items),
            Kind::Map(pairs) => Action::Map(pairs),
            Kind::Alias(anchor) => Action::Alias(anchor),
        };
        let function = step.tag.and_then(|tag| functions.get(tag.as_bytes()).cloned());
        Self { action, function, anchor: step.anchor }
    }
}

/// A document that becomes a value; aliases share what they stand for.
struct Reader {
    steps: vec::IntoIter<Step>,
    values: Vec<Value>,
    anchors: HashMap<usize, Value>,
    /// The anchor of the value that a function makes.
    anchor: Option<usize>,
}

impl NativeFrame for Reader {
    fn resume(&mut self, _: &mut Cx<'_>, input: Input) -> NativeResult {
        if let Input::Value(made) = input {
            let anchor = self.anchor.take();
            self.push(made, anchor);
        }
        while let Some(step) = self.steps.next() {
            let Some(value) = self.value(step.action) else {
                return Ok(NativeStep::Return(Value::none()));
            };
            if let Some(function) = step.function {
                self.anchor = step.anchor;
                return Ok(NativeStep::call(&function, [value]));
            }
            self.push(value, step.anchor);
        }
        Ok(NativeStep::Return(self.values.pop().unwrap_or_default()))
    }
}

impl Reader {
    fn push(&mut self, value: Value, anchor: Option<usize>) {
        if let Some(anchor) = anchor {
            self.anchors.insert(anchor, value.clone());
        }
        self.values.push(value);
    }

    /// None for a mapping with a key that is a collection.
    fn value(&mut self, action: Action) -> Option<Value> {
        Some(match action {
            Action::Push(value) => value,
            Action::List(items) => {
                let start = self.values.len().checked_sub(items)?;
                Value::array(self.values.drain(start..).collect::<Array>())
            }
            Action::Map(pairs) => {
                let start = self.values.len().checked_sub(2 * pairs)?;
                let mut values = self.values.drain(start..);
                let mut array = Array::new();
                while let (Some(name), Some(value)) = (values.next(), values.next()) {
                    array.set(key(&name)?, value);
                }
                drop(values);
                Value::array(array)
            }
            Action::Alias(anchor) => self.anchors.get(&anchor)?.clone(),
        })
    }
}

/// Keys are texts, as those of JSON: a number or boolean counts as its text.
fn key(value: &Value) -> Option<Key> {
    match value {
        Value::String(text) => Some(Key::text(text)),
        Value::Number(_) | Value::Boolean(_) => Some(Key::text(&value.to_text())),
        _ => None,
    }
}
