//! The declarations as something to walk: which keys a section has, and what a value may be.
//!
//! Made from the JSON Schemas of [`crate::export`], so that an editor, the reference page and the
//! schema files say the same.
//!
//! *Invariants.* A walk goes one key or element down at a time. Only choices are followed further, and
//! the declarations have no choice that holds itself.

use std::sync::LazyLock;

use serde_json::Value as Json;

use crate::kind::ConfigKind;

/// A place of the configuration: a key with its documentation, and what its value may be.
#[derive(Clone, Copy, Debug)]
pub struct Schema<'s> {
    own: &'s Json,
    whole: &'s Json,
}

/// The root of a file.
pub(crate) fn of(kind: ConfigKind) -> Schema<'static> {
    static WHOLE: LazyLock<[Json; ConfigKind::ALL.len()]> = LazyLock::new(crate::export::schemas);
    Schema::root(&WHOLE[kind as usize])
}

impl<'s> Schema<'s> {
    /// The root of a JSON Schema that [`crate::export`] made.
    pub fn root(whole: &'s Json) -> Self {
        Self { own: whole, whole }
    }

    /// What the key means, else what its section is; empty if nothing is said.
    pub fn docs(self) -> &'s str {
        let said = |schema: Self| schema.own["description"].as_str();
        said(self).or_else(|| said(self.target())).unwrap_or_default()
    }

    /// The value where the key is left out.
    pub fn default(self) -> Option<&'s Json> {
        self.own.get("default")
    }

    /// What the value may be: references followed, "or nothing" left out.
    pub fn shapes(self) -> Vec<Self> {
        let target = self.target();
        let Some(choices) = target.own["anyOf"].as_array() else { return vec![target] };
        let shapes = choices.iter().flat_map(|choice| self.at(choice).shapes());
        shapes.filter(|shape| shape.own["type"] != "null").collect()
    }

    /// The keys of the section, in the order of their declaration.
    pub fn keys(self) -> Vec<(&'s str, Self)> {
        let sections = self.shapes().into_iter().filter_map(|s| s.own["properties"].as_object());
        sections.flatten().map(|(key, schema)| (key.as_str(), self.at(schema))).collect()
    }

    /// Whether a section must have the key.
    pub fn requires(self, key: &str) -> bool {
        let lists = self.shapes().into_iter().filter_map(|s| s.own["required"].as_array());
        lists.flatten().any(|name| name == key)
    }

    /// What stands behind every key of a mapping whose keys are free.
    pub fn values(self) -> Option<Self> {
        let values = |shape: Self| shape.own.get("additionalProperties").filter(|v| v.is_object());
        self.shapes().into_iter().find_map(values).map(|schema| self.at(schema))
    }

    /// What the elements of a list are.
    pub fn items(self) -> Option<Self> {
        let items = |shape: Self| shape.own.get("items");
        self.shapes().into_iter().find_map(items).map(|schema| self.at(schema))
    }

    /// The words that the value may be; none if it is not one of a fixed set.
    pub fn words(self) -> Vec<&'s str> {
        let sets = self.shapes().into_iter().filter_map(|shape| shape.own["enum"].as_array());
        sets.flatten().filter_map(Json::as_str).collect()
    }

    /// Whether the value may be `true` or `false`.
    pub fn is_flag(self) -> bool {
        self.shapes().into_iter().any(|shape| shape.own["type"] == "boolean")
    }

    /// How values are written, for types with a unit.
    pub fn examples(self) -> Vec<&'s str> {
        let lists = self.shapes().into_iter().filter_map(|shape| shape.own["examples"].as_array());
        lists.flatten().filter_map(Json::as_str).collect()
    }

    /// What the type of the value means, such as the unit of a number; empty if nothing is said.
    pub fn unit(self) -> &'s str {
        let said = |shape: Self| shape.own["description"].as_str().filter(|_| !shape.is_section());
        let docs = self.docs();
        self.shapes().into_iter().find_map(said).filter(|said| *said != docs).unwrap_or_default()
    }

    /// Whether the value is a path of the file system.
    pub fn is_path(self) -> bool {
        self.own["format"] == "path"
    }

    fn is_section(self) -> bool {
        self.own["properties"].is_object()
    }

    /// What the value may be, for people: "integer", "`a`, `b`", "list of section".
    pub fn type_name(self) -> String {
        let names: Vec<_> = self.shapes().into_iter().map(Self::shape_name).collect();
        names.join(" or ")
    }

    fn shape_name(self) -> String {
        if let Some(items) = self.own.get("items") {
            return format!("list of {}", self.at(items).type_name());
        }
        if self.is_section() {
            return "section".to_owned();
        }
        if self.values().is_some() {
            return "mapping".to_owned();
        }
        let examples = self.examples();
        match examples.is_empty() {
            true => kind(self.own),
            false => format!("{}, such as {}", kind(self.own), examples.join(", ")),
        }
    }

    /// Follows a reference.
    fn target(self) -> Self {
        let name = self.own["$ref"].as_str().and_then(|name| name.strip_prefix("#/$defs/"));
        match name.and_then(|name| self.whole["$defs"].get(name)) {
            Some(target) => self.at(target),
            None => self,
        }
    }

    fn at(self, own: &'s Json) -> Self {
        Self { own, ..self }
    }
}

/// The words or type of a schema that is no reference.
pub(crate) fn kind(schema: &Json) -> String {
    if let Some(words) = schema["enum"].as_array() {
        let quoted: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
        return quoted.join(", ").replace('"', "");
    }
    match &schema["type"] {
        Json::String(name) => name.clone(),
        Json::Array(names) => {
            let named = names.iter().filter_map(Json::as_str).filter(|name| *name != "null");
            named.collect::<Vec<_>>().join(" or ")
        }
        _ => "any".to_owned(),
    }
}
