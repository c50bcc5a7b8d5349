//! Schema and reference page come from the declarations.

use mta_config::ConfigKind;
use mta_config::export::{reference_page, schema, schemas};

#[test]
fn the_reference_page_shows_type_default_and_meaning() {
    let page = reference_page(&schema(ConfigKind::Startup));
    insta::assert_snapshot!(page.lines().take(16).collect::<Vec<_>>().join("\n"), @r#"
    # smtpd.yaml

    The startup file, `smtpd.yaml`. Changes take effect at the next start.

    | Key | Type | Default | Meaning |
    |---|---|---|---|
    | `version` | `5.8`, `5.9`, `5.10`, `5.11`, `5.12`, `6.0`, `6.1`, `6.2`, `6.3`, `6.4`, `6.5`, `6.6`, `6.7`, `6.8`, `6.9`, `6.10` | `"6.10"` | Version of the format, in quotes: `"5.8"` to `"6.10"`. |
    | `servers[]` | object | – | Servers that receive mail, each with its listeners. |
    | `servers[].id` | string | required | Name of the server. |
    | `servers[].type` | `smtp`, `http`, `https`, `plugin` | `"smtp"` | What the server speaks. |
    | `servers[].listeners[]` | object | – | Sockets on which the server waits for connections. |
    | `servers[].listeners[].id` | string | – | Name, by which the running file turns on TLS from the first byte. |
    | `servers[].listeners[].port` | integer | – | TCP port. Port 0 lets the system choose. |
    | `servers[].listeners[].address` | string | – | Address to bind; all of them if left out. |
    | `servers[].listeners[].path` | string | – | UNIX socket instead of a TCP port. |
    | `servers[].listeners[].backlog` | integer | – | Connections that may wait to be accepted. |
    "#);
}

#[test]
fn the_schema_describes_every_key() {
    fn undescribed(schema: &serde_json::Value, path: &str, found: &mut Vec<String>) {
        for (key, inner) in schema["properties"].as_object().into_iter().flatten() {
            if inner["description"].as_str().is_none_or(str::is_empty) {
                found.push(format!("{path}.{key}"));
            }
        }
    }
    let mut found = Vec::new();
    for schema in schemas() {
        undescribed(&schema, "", &mut found);
        for (name, inner) in schema["$defs"].as_object().into_iter().flatten() {
            undescribed(inner, name, &mut found);
        }
    }
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn the_schema_knows_words_defaults_and_required_keys() {
    let schema = schema(ConfigKind::Running);
    let retry = &schema["$defs"]["RetryStep"];
    assert_eq!(retry["required"], serde_json::json!(["interval"]));
    assert_eq!(retry["properties"]["notify"]["default"], serde_json::json!(false));
    let words = &schema["$defs"]["LineEndings"]["enum"];
    assert!(words.as_array().is_some_and(|w| w.contains(&"reject-unauthenticated".into())));
}
