//! Schemas and reference pages, from the declarations of configuration keys.

use anyhow::Context;
use mta_config::export::{reference_page, running_schema, startup_schema};

use super::files::File;

/// `docs/reference/` and the schemas that editors use.
pub(super) fn files() -> anyhow::Result<Vec<File>> {
    let mut files = Vec::new();
    for (name, schema) in [("smtpd", startup_schema()), ("smtpd-app", running_schema())] {
        let text = serde_json::to_string_pretty(&schema).context("the schema is not JSON")?;
        files.push(File { path: format!("docs/reference/{name}.schema.json"), text: text + "\n" });
        files.push(File {
            path: format!("docs/reference/{name}.md"),
            text: reference_page(&schema),
        });
    }
    Ok(files)
}
