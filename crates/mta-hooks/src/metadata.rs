//! Metadata that travels with a queued message.

use std::cell::RefCell;

use hsl_macros::library;
use hsl_vm::{Array, Cx, Key, Str, Thrown, Value};

/// Host data of the queue hooks: the metadata of the message. The server attaches it before the
/// script runs and stores what it finds afterwards.
#[derive(Debug, Default)]
pub struct Metadata {
    pairs: RefCell<Vec<(Str, Str)>>,
}

impl Metadata {
    /// The metadata that a message has.
    #[must_use]
    pub fn new(pairs: Vec<(Str, Str)>) -> Self {
        Self { pairs: RefCell::new(pairs) }
    }

    /// The metadata that the message has now.
    #[must_use]
    pub fn pairs(&self) -> Vec<(Str, Str)> {
        self.pairs.borrow().clone()
    }
}

fn missing() -> Thrown {
    Thrown::error("no message to keep metadata with")
}

fn text_pair(key: &Key, value: &Value) -> Option<(Str, Str)> {
    Some((key.to_value().to_text(), value.as_str()?.clone()))
}

/// Functions of the queue hooks that do not end the script.
#[library(topic = "queue", contexts = [predelivery, postdelivery])]
pub mod functions {
    use super::*;

    /// Replaces the metadata stored with the queued message.
    ///
    /// Keys and values are strings. The metadata is durable and seen in later attempts.
    /// Changes the queued message.
    ///
    /// # Errors
    ///
    /// Raises an exception for a value that is not a string.
    ///
    /// # Example
    ///
    /// ```hsl
    /// SetMetaData(["campaign" => "spring", "tries" => string($arguments["retry"])]);
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(name = "SetMetaData", effect = mutates)]
    fn set_metadata(cx: &mut Cx<'_>, metadata: Array) -> Result<(), Thrown> {
        let pairs = metadata.iter().map(|(key, value)| text_pair(&key, value));
        let pairs: Option<Vec<_>> = pairs.collect();
        let pairs = pairs.ok_or_else(|| Thrown::error("SetMetaData: values must be strings"))?;
        *cx.data::<Metadata>().ok_or_else(missing)?.pairs.borrow_mut() = pairs;
        Ok(())
    }

    /// Returns the metadata stored with the queued message.
    ///
    /// The result is an array of strings, empty when there is none.
    /// Reads state of the queue.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo GetMetaData()["campaign"] ?? "unknown";
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(name = "GetMetaData", effect = reads)]
    fn get_metadata(cx: &mut Cx<'_>) -> Array {
        let pairs = cx.data::<Metadata>().map(Metadata::pairs).unwrap_or_default();
        pairs.into_iter().map(|(key, value)| (Key::from(key), Value::string(value))).collect()
    }
}
