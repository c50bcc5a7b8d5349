//! Data imports (section 15.4): `json`, `csv` and `txt` in their plain forms.

use std::sync::Arc;

use hsl_syntax::ast::DataImport;

use super::module::path_of;
use super::scope::Env;
use super::value::{Array, Key, Value};
use super::{Stop, unsupported};

/// `import $v from "file" with [options];`
pub(super) fn import(env: &Arc<Env>, import: DataImport<'static>) -> Result<(), Stop> {
    let path = path_of(import.path().and_then(|path| path.value(&env.parse.text)));
    let (loader, name) = match path.split_once('!') {
        Some((loader, name)) => (loader, name),
        None => (path.rsplit('.').next().unwrap_or_default(), &path[..]),
    };
    let options = match import.options().map(|options| env.eval(options)).transpose()? {
        Some(Value::Array(options)) => options,
        _ => Array::default(),
    };
    let Some(bytes) = env.run.files.get(name) else { return unsupported(format!("file {name}")) };
    let text = String::from_utf8_lossy(bytes);
    let value = match loader {
        "json" => match serde_json::from_str(&text) {
            Ok(value) => from_json(&value),
            Err(_) => return unsupported("comments in JSON"),
        },
        "txt" if options.get(&Key::from_text(b"array")).is_some_and(Value::truthy) => {
            Value::list(text.lines().map(Value::text))
        }
        "txt" => Value::text(bytes.clone()),
        "csv" => csv(&text, &options)?,
        _ => return unsupported(format!("loader {loader}")),
    };
    if let Some(variable) = import.variable() {
        env.assign(&env.name(variable), value);
    }
    Ok(())
}

fn from_json(value: &serde_json::Value) -> Value {
    match value {
        serde_json::Value::Null => Value::None,
        serde_json::Value::Bool(flag) => Value::Boolean(*flag),
        serde_json::Value::Number(number) => Value::Number(number.as_f64().unwrap_or(0.0)),
        serde_json::Value::String(text) => Value::text(text.as_bytes()),
        serde_json::Value::Array(items) => Value::list(items.iter().map(from_json)),
        serde_json::Value::Object(members) => {
            let mut array = Array::default();
            for (name, value) in members {
                array.set(Key::from_text(name.as_bytes()), from_json(value));
            }
            Value::Array(array)
        }
    }
}

/// Rows without quotes.
fn csv(text: &str, options: &Array) -> Result<Value, Stop> {
    let option = |name: &str| options.get(&Key::from_text(name.as_bytes()));
    if option("schema").is_some() || text.contains('"') {
        return unsupported("quotes or a schema in CSV");
    }
    let delimiter = option("delimiter").map_or_else(|| b",".to_vec(), super::text::of);
    let delimiter = String::from_utf8_lossy(&delimiter).into_owned();
    let mut rows = text.lines().map(|line| line.split(&delimiter[..]).collect::<Vec<_>>());
    let has_header = option("header").is_none_or(Value::truthy);
    let header = if has_header { rows.next() } else { None };
    let row = |fields: Vec<&str>| {
        let mut array = Array::default();
        for (at, field) in fields.into_iter().enumerate() {
            let key = header.as_ref().and_then(|header| header.get(at));
            let key = key.map_or(Key::Integer(at as i64), |key| Key::from_text(key.as_bytes()));
            array.set(key, Value::text(field));
        }
        Value::Array(array)
    };
    Ok(Value::list(rows.map(row)))
}
