//! SARIF 2.1.0, which code hosts and editors read.
//!
//! *Sources.* OASIS "Static Analysis Results Interchange Format (SARIF) Version 2.1.0": sections
//! 3.14 (run), 3.19 (toolComponent), 3.27 (result), 3.30 (region), 3.49 (reportingDescriptor),
//! 3.55 (fix).

use serde_json::{Value, json};

use crate::{Code, Diagnostic, Edit, LineIndex, Severity, Span};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// All findings as one log with one run. `rules` are the codes that may appear.
pub fn to_sarif<'t>(
    findings: &[Diagnostic],
    rules: &[&Code],
    version: &str,
    text_of: impl Fn(&str) -> &'t [u8],
) -> Value {
    let results: Vec<_> = findings.iter().map(|finding| result(finding, rules, &text_of)).collect();
    let driver = json!({
        "name": "mailstop",
        "version": version,
        "rules": rules.iter().map(|code| rule(code)).collect::<Vec<_>>(),
    });
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": driver },
            "columnKind": "utf16CodeUnits",
            "results": results,
        }],
    })
}

fn rule(code: &Code) -> Value {
    json!({
        "id": code.id,
        "name": code.name,
        "shortDescription": { "text": code.summary },
        "help": { "text": code.page(), "markdown": code.page() },
        "defaultConfiguration": { "level": level(code.severity) },
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info | Severity::Hint => "note",
    }
}

fn result<'t>(finding: &Diagnostic, rules: &[&Code], text_of: &impl Fn(&str) -> &'t [u8]) -> Value {
    let text = text_of(&finding.file);
    let message = match &finding.help {
        Some(help) => format!("{}. {help}.", finding.message),
        None => format!("{}.", finding.message),
    };
    let related = finding.labels.iter().map(|label| {
        let mut place = location(&label.file, text_of(&label.file), label.span);
        place["message"] = json!({ "text": label.message });
        place
    });
    let mut result = json!({
        "ruleId": finding.code.id,
        "level": level(finding.severity),
        "message": { "text": message },
        "locations": [location(&finding.file, text, finding.span)],
        "relatedLocations": related.collect::<Vec<_>>(),
    });
    if let Some(index) = rules.iter().position(|code| code.id == finding.code.id) {
        result["ruleIndex"] = json!(index);
    }
    if let Some(fix) = &finding.fix {
        let replacements: Vec<_> = fix.edits.iter().map(|edit| replacement(text, edit)).collect();
        let change = json!({
            "artifactLocation": { "uri": uri(&finding.file) },
            "replacements": replacements,
        });
        result["fixes"] =
            json!([{ "description": { "text": fix.title }, "artifactChanges": [change] }]);
    }
    result
}

fn location(file: &str, text: &[u8], span: Span) -> Value {
    json!({
        "physicalLocation": {
            "artifactLocation": { "uri": uri(file) },
            "region": region(text, span),
        },
    })
}

fn replacement(text: &[u8], edit: &Edit) -> Value {
    json!({
        "deletedRegion": region(text, edit.span),
        "insertedContent": { "text": edit.text },
    })
}

/// Lines and columns begin at 1; the end column is the one behind the last character.
fn region(text: &[u8], span: Span) -> Value {
    let lines = LineIndex::new(text);
    let (start, end) = (lines.utf16(text, span.start), lines.utf16(text, span.end));
    json!({
        "startLine": start.line + 1,
        "startColumn": start.col + 1,
        "endLine": end.line + 1,
        "endColumn": end.col + 1,
    })
}

/// A relative reference (RFC 3986 section 4.2) of a file's name.
fn uri(file: &str) -> String {
    let mut out = String::with_capacity(file.len());
    for byte in file.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte));
            }
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes;

    #[test]
    fn places_and_fixes_are_regions() {
        let finding =
            Diagnostic::new(&codes::UNKNOWN_FUNCTION, &"a b.hsl".into(), Span::new(2, 3), "no")
                .replace("Change to `c`", "c");
        let log = to_sarif(&[finding], codes::ALL, "1.0", |_| b"a\nb");
        let result = &log["runs"][0]["results"][0];
        assert_eq!(result["level"], "error");
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "a%20b.hsl");
        let region = json!({ "startLine": 2, "startColumn": 1, "endLine": 2, "endColumn": 2 });
        assert_eq!(place["region"], region);
        let change = &result["fixes"][0]["artifactChanges"][0]["replacements"][0];
        assert_eq!(change["insertedContent"]["text"], "c");
        let index = result["ruleIndex"].as_u64().expect("an index") as usize;
        assert_eq!(log["runs"][0]["tool"]["driver"]["rules"][index]["id"], "HSL1002");
    }
}
