//! What a hook is run on: files and words of the command line.

use std::path::Path;

use hsl_decl::{Hook as Kind, HookDecl};
use hsl_std::binding::Shape as _;
use hsl_vm::{Array, Key, Value};
use mta_config::Running;
use mta_hooks::transaction::{Address, Params, Recipient};
use serde_json::{Map, Value as Json};

use crate::args::Hook;
use crate::cmd::test::hooks::MESSAGE;
use crate::exit::{Exit, Failure};
use crate::out::remark;

/// What a hook is run on.
pub(super) struct Sample {
    /// Its variables, without `$`.
    pub(super) variables: Array,
    /// The message, for hooks that see one.
    pub(super) message: Vec<u8>,
}

impl Sample {
    /// Reads the samples, in order, and what is set over them.
    pub(super) fn read(
        args: &Hook,
        decl: &HookDecl,
        running: Option<&Running>,
    ) -> Result<Self, Failure> {
        let mut object = Map::new();
        let mut message = None;
        for file in &args.samples {
            let text = std::fs::read(file).map_err(|error| unusable(file, error))?;
            match file.extension().is_some_and(|end| end == "json") {
                true => {
                    let read = serde_json::from_slice(&text).map_err(|e| malformed(file, &e))?;
                    merge(&mut object, read);
                }
                false if decl.hook == Kind::Eod => message = Some(text),
                false => {
                    let file = file.display();
                    remark!("the {} hook sees no message: {file} is not used", decl.hook);
                }
            }
        }
        for (key, value) in &args.set {
            merge(&mut object, assigned(key, value));
        }
        let mut variables = array(&object);
        if decl.hook == Kind::Eod {
            complete(&mut variables, message.as_deref(), running);
        }
        let message = text_of_mail(&variables).unwrap_or_else(|| MESSAGE.as_bytes().to_vec());
        Ok(Self { variables, message })
    }
}

fn unusable(file: &Path, error: impl std::fmt::Display) -> Failure {
    Failure::new(Exit::Usage, format!("cannot use {}: {error}", file.display()))
}

/// Says where a file is no JSON, or not what is wanted.
fn malformed(file: &Path, error: &serde_json::Error) -> Failure {
    let (line, column, whole) = (error.line(), error.column().max(1), error.to_string());
    let message = whole.rsplit_once(" at line ").map_or(&*whole, |(message, _)| message);
    let place = format!("{}:{line}:{column}", file.display());
    Failure::new(Exit::Usage, format!("{place}: {message}; a sample is an object of variables"))
}

/// Objects within each other are merged, anything else is replaced.
fn merge(into: &mut Map<String, Json>, from: Map<String, Json>) {
    for (key, value) in from {
        match (into.get_mut(&key), value) {
            (Some(Json::Object(old)), Json::Object(new)) => merge(old, new),
            (_, value) => {
                into.insert(key, value);
            }
        }
    }
}

/// The object in which only the key at a path has a value.
fn assigned(path: &str, text: &str) -> Map<String, Json> {
    let value = serde_json::from_str(text).unwrap_or_else(|_| Json::from(text));
    let (variable, keys) = path.split_once('.').unwrap_or((path, ""));
    let keys = keys.rsplit('.').filter(|key| !key.is_empty());
    let value = keys.fold(value, |inner, key| Json::Object(one(key, inner)));
    one(variable, value)
}

fn one(key: &str, value: Json) -> Map<String, Json> {
    Map::from_iter([(key.to_owned(), value)])
}

fn array(object: &Map<String, Json>) -> Array {
    object.iter().map(|(key, json)| (Key::from(key.as_str()), value(json))).collect()
}

fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::none(),
        Json::Bool(flag) => Value::boolean(*flag),
        Json::Number(number) => Value::number(number.as_f64().unwrap_or_default()),
        Json::String(text) => Value::string(text.as_str()),
        Json::Array(items) => Value::array(Array::list(items.iter().map(value))),
        Json::Object(object) => Value::array(array(object)),
    }
}

/// A message that nobody receives makes most hooks do nothing, so somebody does.
fn complete(variables: &mut Array, message: Option<&[u8]>, running: Option<&Running>) {
    if let Some(message) = message {
        put(variables, "arguments", "mail", Value::string(message));
    }
    let given = variables.get_str("transaction").and_then(Value::as_array);
    if given.is_some_and(|given| given.get_str("recipients").is_some()) {
        return;
    }
    let transports = running.into_iter().flat_map(|running| &running.transportgroups);
    let first = transports.flat_map(|group| &group.transports).next();
    let recipient = Recipient {
        recipient: "recipient@example.com".into(),
        address: Address { localpart: "recipient".into(), domain: "example.com".into() },
        params: Params::default(),
        transportid: first.map_or("", |transport| &*transport.id.value).into(),
    };
    let all = Value::array(Array::list([recipient.into_value()]));
    put(variables, "transaction", "recipients", all);
}

/// Sets a key of a variable; a variable that is no array is refused when the hook is run.
fn put(variables: &mut Array, variable: &str, key: &str, value: Value) {
    let mut inner = match variables.get_str(variable) {
        Some(Value::Array(inner)) => inner.clone(),
        Some(_) => return,
        None => Array::new(),
    };
    inner.set(Key::from(key), value);
    variables.set(Key::from(variable), Value::array(inner));
}

fn text_of_mail(variables: &Array) -> Option<Vec<u8>> {
    let mail = variables.get_str("arguments")?.as_array()?.get_str("mail")?;
    mail.as_str().map(|text| text.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(text: &str) -> Map<String, Json> {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn later_samples_and_settings_win_key_by_key() {
        let mut all = object(r#"{ "arguments": { "a": 1, "b": 2 }, "context": [1] }"#);
        merge(&mut all, object(r#"{ "arguments": { "b": 3 }, "context": { "c": 4 } }"#));
        merge(&mut all, assigned("arguments.d.e", "x@y.example"));
        merge(&mut all, assigned("arguments", r#"{ "a": [true] }"#));
        let text = String::from_utf8(Value::array(array(&all)).dump()).unwrap();
        insta::assert_snapshot!(text, @r#"["arguments"=>["a"=>[0=>true],"b"=>3,"d"=>["e"=>"x@y.example"]],"context"=>["c"=>4]]"#);
    }
}
