//! JSON, CSV and YAML against Python's `json` and `csv`, and against ruamel.yaml: what they write is
//! read, what is nearly JSON is refused where they refuse it, and they read what is written here.

mod support;

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use hsl_vm::{Array, Cx, Key, Library, NativeStep, Value};
use serde_json::{Value as Json, json};

struct Calls(Library);

impl Calls {
    fn new() -> Self {
        let mut library = Library::new();
        hsl_std::bind(&mut library);
        Self(library)
    }

    fn call(&self, name: &str, mut args: Vec<Value>) -> Value {
        let native = self.0.find(name).and_then(|id| self.0.native(id)).expect("is bound");
        match native(&mut Cx::new(&support::Stage::default()), &mut args) {
            Ok(NativeStep::Return(value)) => value,
            _ => panic!("{name} does not return"),
        }
    }
}

/// A value as JSON tells it; an array whose keys count from 0 is a list.
fn shown(value: &Value) -> Json {
    match value {
        Value::Boolean(flag) => json!(flag),
        Value::Number(number) => json!(number),
        Value::String(text) => json!(text.to_lossy()),
        Value::Array(array) if array.keys().enumerate().all(|(at, key)| key == Key::from(at)) => {
            array.values().map(shown).collect()
        }
        Value::Array(array) => Json::Object(
            array
                .iter()
                .map(|(key, value)| {
                    (key.to_value().to_text().to_lossy().into_owned(), shown(value))
                })
                .collect(),
        ),
        _ => Json::Null,
    }
}

/// Runs the script of the other side; none without a Python that has these modules.
fn python(module: &str, arguments: [&str; 2], input: &str) -> Option<Vec<Json>> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats.py");
    let mut command = Command::new(testkit::python(&[module])?);
    command.arg(script).args(arguments).env("PYTHONUTF8", "1").env("PYTHONHASHSEED", "0");
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts");
    let mut stdin = child.stdin.take().expect("is piped");
    let input = input.to_owned();
    // Who only writes does not read.
    let writing = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "the script failed");
    let _ = writing.join();
    let text = String::from_utf8(output.stdout).expect("text");
    Some(text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect())
}

/// Reads all that the other side writes, and lets it look at what was read and written again.
#[track_caller]
fn agrees(kind: &str, module: &str, least: usize, read: impl Fn(&[Json]) -> Vec<String>) {
    let Some(cases) = python(module, ["write", kind], "") else { return };
    assert!(cases.len() >= least, "{} cases", cases.len());
    let lines = read(&cases).join("\n");
    let differences = python(module, ["compare", kind], &lines).expect("it was there before");
    let shown: Vec<_> = differences.iter().take(5).map(Json::to_string).collect();
    assert!(shown.is_empty(), "{} of {}:\n{}", differences.len(), cases.len(), shown.join("\n"));
}

#[test]
fn json_is_read_and_written_as_by_python() {
    let calls = Calls::new();
    agrees("json", "json", 7000, |texts| {
        let read = texts.iter().map(|text| {
            let value = calls.call("json_decode", vec![text.as_str().expect("a text").into()]);
            json!([shown(&value), shown(&calls.call("json_encode", vec![value]))]).to_string()
        });
        read.collect()
    });
}

#[test]
fn csv_is_read_and_written_as_by_python() {
    let calls = Calls::new();
    agrees("csv", "csv", 3000, |cases| {
        let read = cases.iter().map(|case| {
            let text = |at: usize| Value::from(case[at].as_str().expect("a text"));
            let delimiter = || (Key::from("delimiter"), text(1));
            let reading: Array =
                [delimiter(), (Key::from("header"), Value::from(false))].into_iter().collect();
            let writing = Value::from([delimiter()].into_iter().collect::<Array>());
            let rows = calls.call("csv_decode", vec![text(0), reading.into()]);
            let lines = rows.as_array().into_iter().flat_map(Array::values).map(|row| {
                let line = calls.call("csv_encode", vec![row.clone(), writing.clone()]);
                line.to_text().to_lossy().into_owned() + "\r\n"
            });
            json!([shown(&rows), lines.collect::<String>()]).to_string()
        });
        read.collect()
    });
}

#[test]
fn yaml_is_read_as_it_was_written() {
    agrees("yaml", "ruamel.yaml", 400, |texts| {
        let program = "import $texts from \"texts.json\";
            foreach ($texts as $text) echo json_encode(yaml_decode($text));";
        let texts = json!(texts).to_string();
        let printed = support::run_with(&[("texts.json", texts.as_bytes())], program);
        // As they are: numbers keep all their digits.
        printed.expect("runs").iter().map(|line| format!("[{line}, null]")).collect()
    });
}
