//! Schemas and reference pages, from the declarations of configuration keys.

use anyhow::Context;
use mta_config::export::{reference_page, schemas};

use super::files::File;

/// `docs/reference/` and the schemas that editors use.
pub(super) fn files() -> anyhow::Result<Vec<File>> {
    let mut files = Vec::new();
    for schema in schemas() {
        let title = schema["title"].as_str().context("a schema has no title")?;
        let name = title.trim_end_matches(".yaml");
        let text = serde_json::to_string_pretty(&schema).context("the schema is not JSON")?;
        files.push(File { path: format!("docs/reference/{name}.schema.json"), text: text + "\n" });
        files.push(File {
            path: format!("docs/reference/{name}.md"),
            text: reference_page(&schema),
        });
    }
    Ok(files)
}
