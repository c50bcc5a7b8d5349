//! What others make of the declarations: JSON Schemas and the reference page.
//!
//! Both come from the structs of [`crate::schema`] and are the same bytes for the same structs, so
//! that a check can compare them with the committed files.

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value as Json};

use crate::kind::ConfigKind;
use crate::schema::{PolicyFile, Running, Startup, SuspendFile};
use crate::walk::kind;

/// The JSON Schema of a file; the title is its name.
pub fn schema(kind: ConfigKind) -> Json {
    let title = kind.file_name();
    match kind {
        ConfigKind::Startup => generate::<Startup>(title),
        ConfigKind::Running => generate::<Running>(title),
        ConfigKind::Policy => generate::<PolicyFile>(title),
        ConfigKind::Suspend => generate::<SuspendFile>(title),
    }
}

/// The schema of every file, in the order of [`ConfigKind::ALL`].
pub fn schemas() -> [Json; ConfigKind::ALL.len()] {
    ConfigKind::ALL.map(schema)
}

fn generate<T: schemars::JsonSchema>(title: &str) -> Json {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = generator.into_root_schema_for::<T>();
    schema.insert("title".to_owned(), title.into());
    schema.into()
}

/// The reference page of a schema, as Markdown: every key with type, default and meaning.
pub fn reference_page(schema: &Json) -> String {
    let title = schema["title"].as_str().unwrap_or_default();
    let about = schema["description"].as_str().unwrap_or_default();
    let mut page =
        format!("# {title}\n\n{about}\n\n| Key | Type | Default | Meaning |\n|---|---|---|---|\n");
    let none = Map::new();
    let definitions = schema["$defs"].as_object().unwrap_or(&none);
    rows(schema, "", definitions, &mut page);
    page
}

fn rows(section: &Json, prefix: &str, definitions: &Map<String, Json>, page: &mut String) {
    let Some(properties) = section["properties"].as_object() else { return };
    let required = section["required"].as_array().map(Vec::as_slice).unwrap_or_default();
    for (key, schema) in properties {
        let (inner, list) = resolve(schema, definitions);
        let path = format!("{prefix}{key}{}", if list { "[]" } else { "" });
        let default = match schema.get("default") {
            Some(value) => format!("`{value}`"),
            None if required.iter().any(|name| name == key) => "required".to_owned(),
            None => "–".to_owned(),
        };
        let meaning = schema["description"].as_str().unwrap_or_default().replace('\n', " ");
        page.push_str(&format!("| `{path}` | {} | {default} | {meaning} |\n", kind(inner)));
        rows(inner, &format!("{path}."), definitions, page);
    }
}

/// Follows references, "or nothing" and lists down to the schema that says what a value is.
fn resolve<'s>(schema: &'s Json, definitions: &'s Map<String, Json>) -> (&'s Json, bool) {
    if let Some(name) = schema["$ref"].as_str() {
        let target = name.strip_prefix("#/$defs/").and_then(|name| definitions.get(name));
        return target.map_or((schema, false), |target| resolve(target, definitions));
    }
    if let Some([first, Json::Object(null)]) = schema["anyOf"].as_array().map(Vec::as_slice)
        && null.get("type").is_some_and(|kind| kind == "null")
    {
        return resolve(first, definitions);
    }
    match schema.get("items") {
        Some(items) => (resolve(items, definitions).0, true),
        None => (schema, false),
    }
}
