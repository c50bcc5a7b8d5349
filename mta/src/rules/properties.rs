//! Values that are kept with suspensions and policies: JSON for files and operators, frozen for scripts.

use std::sync::Arc;

use hsl_vm::{Array, Frozen, FrozenKey, Value};
use mail_queue::Properties;
use serde_json::{Map, Value as Json};

/// Properties as scripts see them.
pub(super) fn of(given: &Json) -> Option<Properties> {
    let frozen: Frozen = value(given).freeze()?;
    Some(Arc::new(frozen))
}

/// Properties as operators see them. What JSON cannot say is left out.
pub(super) fn shown(kept: &Properties) -> Option<Map<String, Json>> {
    let Frozen::Array(pairs) = kept.downcast_ref::<Frozen>()? else { return None };
    let pair = |(key, value): &(FrozenKey, Frozen)| Some((text_of_key(key)?, json(value)?));
    Some(pairs.iter().filter_map(pair).collect())
}

fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::none(),
        Json::Bool(flag) => Value::boolean(*flag),
        Json::Number(number) => Value::number(number.as_f64().unwrap_or_default()),
        Json::String(text) => Value::string(text.as_str()),
        Json::Array(items) => Value::array(items.iter().map(value).collect()),
        Json::Object(entries) => {
            let pairs = entries.iter().map(|(key, json)| (key.as_str(), value(json)));
            Value::array(Array::record(pairs))
        }
    }
}

fn json(frozen: &Frozen) -> Option<Json> {
    Some(match frozen {
        Frozen::None => Json::Null,
        Frozen::Boolean(flag) => (*flag).into(),
        Frozen::Number(number) => (*number).into(),
        Frozen::String(text) => String::from_utf8_lossy(text).into(),
        Frozen::Array(pairs) => {
            let pair = |(key, value): &(FrozenKey, Frozen)| Some((text_of_key(key)?, json(value)?));
            Json::Object(pairs.iter().filter_map(pair).collect())
        }
        Frozen::Regex(_) | Frozen::Object(_) => return None,
    })
}

fn text_of_key(key: &FrozenKey) -> Option<String> {
    match key {
        FrozenKey::Int(number) => Some(number.to_string()),
        FrozenKey::String(text) => Some(String::from_utf8_lossy(text).into_owned()),
        FrozenKey::Other(_) => None,
    }
}
