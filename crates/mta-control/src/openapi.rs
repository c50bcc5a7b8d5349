//! The control API described for machines, generated from its types.

use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Value, json};

use crate::api::{Problem, Queue, Status};
use crate::debug::{Call, Event, Reply};

/// OpenAPI 3.1 document of the HTTP paths, with the frames of the debug WebSocket as components.
pub fn document() -> Value {
    let mut schemas = SchemaGenerator::new(
        schemars::generate::SchemaSettings::draft2020_12()
            .with(|s| s.definitions_path = "/components/schemas".into()),
    );
    let paths = json!({
        "/v1/status": get("What the server does", body::<Status>(&mut schemas)),
        "/v1/queue": get("Queued messages by the time of their next attempt", body::<Queue>(&mut schemas)),
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

fn body<T: JsonSchema>(schemas: &mut SchemaGenerator) -> Value {
    schemas.subschema_for::<T>().to_value()
}
