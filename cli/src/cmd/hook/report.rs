//! What a hook decided and changed, for people.

use hsl_vm::{Array, Value};

use crate::cmd::test::case::printable;
use crate::difference;
use crate::exit::{Exit, Failure};
use crate::out::say;

/// Shows what came of a run; an error of the script is the failure of the command.
pub(super) fn show(result: &Array, message: &[u8]) -> Result<Exit, Failure> {
    say!("{}", decision(result));
    match result.get_str("context") {
        None | Some(Value::None | Value::Unset) => {}
        Some(context) => say!("$context is {}", shown(context)),
    }
    let queued = result.get_str("queued").and_then(Value::as_array);
    for copy in queued.into_iter().flat_map(Array::values).filter_map(Value::as_array) {
        show_copy(copy, message);
    }
    match result.get_str("error") {
        Some(error) => Err(Failure::new(Exit::Findings, printable(&error.to_text().to_lossy()))),
        None => Ok(Exit::Done),
    }
}

/// The call that ended the hook, or what happens without one.
fn decision(result: &Array) -> String {
    let verdict = text(result, "verdict");
    let is_implicit = result.get_str("implicit").is_some_and(Value::truthy);
    match (is_implicit, result.get_str("error")) {
        (true, Some(_)) => format!("{verdict}, because the script failed"),
        (true, None) => format!("{verdict}, because nothing ended the hook"),
        (false, _) => {
            let arguments = result.get_str("arguments").and_then(Value::as_array);
            let arguments: Vec<_> =
                arguments.into_iter().flat_map(Array::values).map(shown).collect();
            format!("{verdict}({})", arguments.join(", "))
        }
    }
}

fn show_copy(copy: &Array, message: &[u8]) {
    let (recipient, transport) = (text(copy, "recipient"), text(copy, "transportid"));
    say!("queued for {recipient} by {transport}");
    let changed = copy.get_str("message").map(Value::to_text).unwrap_or_default();
    let difference = difference::unified("message", &lines(message), &lines(&changed));
    if !difference.is_empty() {
        say!("{difference}");
    }
}

/// A message with the ends of lines that a terminal has.
fn lines(message: &[u8]) -> String {
    printable(&String::from_utf8_lossy(message).replace("\r\n", "\n"))
}

fn text(array: &Array, key: &str) -> String {
    let text = array.get_str(key).map(Value::to_text).unwrap_or_default();
    printable(&text.to_lossy())
}

fn shown(value: &Value) -> String {
    printable(&String::from_utf8_lossy(&value.dump()))
}
