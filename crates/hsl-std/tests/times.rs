//! `strftime` and `strptime` against those of Python, in several time zones.

use std::process::Command;

use hsl_vm::{Array, Cx, Key, Library, LocalOffset, NativeStep, Value, World};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value as Json;

/// Rules that need no data of the system: Berlin, New York, Lord Howe (half an hour of summer
/// time, on the southern half), Kathmandu, UTC.
const ZONES: [&str; 5] = [
    "CET-1CEST,M3.5.0,M10.5.0/3",
    "EST5EDT,M3.2.0,M11.1.0",
    "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0",
    "<+0545>-5:45",
    "UTC0",
];

/// A clock on a wall in this zone.
struct Place(TimeZone);

impl World for Place {
    fn now(&self) -> f64 {
        1_700_000_000.0
    }
    fn elapsed(&self) -> f64 {
        0.0
    }
    fn local_offset(&self, unix: i64) -> LocalOffset {
        let time = Timestamp::from_second(unix).expect("is in reach");
        let info = self.0.to_offset_info(time);
        LocalOffset { seconds: info.offset().seconds(), name: info.abbreviation().to_owned() }
    }
    fn random(&self) -> u64 {
        0
    }
    fn echo(&self, _: &[u8]) {}
    fn hostname(&self) -> String {
        String::new()
    }
}

struct Calls {
    library: Library,
    place: Place,
}

impl Calls {
    fn call(&self, name: &str, mut args: Vec<Value>) -> Value {
        let native = self.library.find(name).and_then(|id| self.library.native(id));
        match native.expect("is bound")(&mut Cx::new(&self.place), &mut args) {
            Ok(NativeStep::Return(value)) => value,
            _ => panic!("{name} does not return"),
        }
    }

    /// The difference of a case, if there is one.
    fn difference(&self, case: &Json) -> Option<String> {
        let text = |key: &str| case[key].as_str().expect("a text");
        let time = Value::from(case["time"].as_f64().expect("a number"));
        let local = case["local"].as_bool().expect("a flag");
        let options: Array = [(Key::from("local"), Value::from(local))].into_iter().collect();
        let (found, expect) = match text("call") {
            "strftime" => {
                let args = vec![text("format").into(), time, options.into()];
                (self.call("strftime", args), Value::from(text("text")))
            }
            _ => {
                let args = vec![text("text").into(), text("format").into(), options.into()];
                (self.call("strptime", args), time)
            }
        };
        (!found.strict_eq(&expect)).then(|| format!("{case}\n    gives {:?}", found.to_text()))
    }
}

/// The cases of a zone; none where there is no Python.
fn cases(zone: &str) -> Option<Vec<Json>> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/times.py");
    let output =
        Command::new("python3").arg(script).env("TZ", zone).env("LC_ALL", "C").output().ok()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("is text");
    Some(text.lines().map(|line| serde_json::from_str(line).expect("is JSON")).collect())
}

#[test]
fn python_agrees() {
    for zone in ZONES {
        let Some(cases) = cases(zone) else {
            eprintln!("skipped: python_agrees needs python3");
            return;
        };
        assert!(cases.len() > 3000, "{zone}: {} cases", cases.len());
        let mut library = Library::new();
        hsl_std::bind(&mut library);
        let calls = Calls { library, place: Place(TimeZone::posix(zone).expect("is a zone")) };
        let found: Vec<_> = cases.iter().filter_map(|case| calls.difference(case)).collect();
        let shown = found.iter().take(20).cloned().collect::<Vec<_>>().join("\n");
        assert!(found.is_empty(), "{zone}: {} of {} differ\n{shown}", found.len(), cases.len());
    }
}
