//! The control API described for machines, generated from its types.

use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Value, json};

use crate::api::{Problem, Queue, Status};
use crate::debug::{Call, Event, Reply};
use crate::rules::{
    Named, NewPolicy, NewSuspend, Policies, PolicyChange, Reloaded, SuspendChange, Suspends,
};

/// OpenAPI 3.1 document of the HTTP paths, with the frames of the debug WebSocket as components.
pub fn document() -> Value {
    let mut schemas = SchemaGenerator::new(
        schemars::generate::SchemaSettings::draft2020_12()
            .with(|s| s.definitions_path = "/components/schemas".into()),
    );
    let paths = json!({
        "/v1/status": get("What the server does", body::<Status>(&mut schemas)),
        "/v1/queue": get("Queued messages by the time of their next attempt", body::<Queue>(&mut schemas)),
        "/v1/suspends": merge([
            get("Mail that waits", body::<Suspends>(&mut schemas)),
            change::<NewSuspend, Named>("post", "Keep mail back", &mut schemas),
        ]),
        "/v1/suspends/{id}": merge([
            change::<SuspendChange, Named>("patch", "Change a suspension", &mut schemas),
            change::<(), Named>("delete", "End a suspension", &mut schemas),
        ]),
        "/v1/policies": merge([
            get("Limits of queued mail", body::<Policies>(&mut schemas)),
            change::<NewPolicy, Named>("post", "Limit mail", &mut schemas),
        ]),
        "/v1/policies/{id}": merge([
            change::<PolicyChange, Named>("patch", "Change a policy", &mut schemas),
            change::<(), Named>("delete", "End a policy", &mut schemas),
        ]),
        "/v1/reload/suspends": change::<(), Reloaded>("post", "Read the suspend file again", &mut schemas),
        "/v1/reload/policies": change::<(), Reloaded>("post", "Read the policy file again", &mut schemas),
        "/v1/metrics": { "get": {
            "summary": "What the server and its scripts count, in the OpenMetrics text format",
            "responses": { "200": { "description": "OK", "content": {
                "application/openmetrics-text": { "schema": { "type": "string" } },
            } } },
        } },
        "/v1/debug": { "get": {
            "summary": "WebSocket: calls from the client, replies and events from the server",
            "responses": { "101": { "description": "One JSON object per text frame" } },
        } },
    });
    schemas.subschema_for::<Problem>();
    schemas.subschema_for::<Call>();
    schemas.subschema_for::<Reply>();
    schemas.subschema_for::<Event>();
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Mailstop control API", "version": env!("CARGO_PKG_VERSION") },
        "paths": paths,
        "components": { "schemas": schemas.take_definitions(true) },
    })
}

fn get(summary: &str, schema: Value) -> Value {
    let ok =
        json!({ "description": "OK", "content": { "application/json": { "schema": schema } } });
    json!({ "get": { "summary": summary, "responses": { "200": ok } } })
}

/// A method that takes `Q`, if that is not nothing, and answers `A`.
fn change<Q: JsonSchema, A: JsonSchema>(
    method: &str,
    summary: &str,
    schemas: &mut SchemaGenerator,
) -> Value {
    let content = |schema: Value| json!({ "application/json": { "schema": schema } });
    let refused = content(body::<Problem>(schemas));
    let mut operation = json!({
        "summary": summary,
        "responses": {
            "200": { "description": "OK", "content": content(body::<A>(schemas)) },
            "default": { "description": "Refused; nothing changed", "content": refused },
        },
    });
    if Q::schema_name() != <()>::schema_name() {
        operation["requestBody"] =
            json!({ "required": true, "content": content(body::<Q>(schemas)) });
    }
    json!({ method: operation })
}

/// The methods of one path.
fn merge<const N: usize>(methods: [Value; N]) -> Value {
    let methods = methods.into_iter().filter_map(|one| match one {
        Value::Object(entries) => Some(entries),
        _ => None,
    });
    methods.flatten().collect::<serde_json::Map<_, _>>().into()
}

fn body<T: JsonSchema>(schemas: &mut SchemaGenerator) -> Value {
    schemas.subschema_for::<T>().to_value()
}
