//! Variables of a hook for a run without a server: what a test gives, and values that fit for the
//! rest.
//!
//! *Invariants.* Every variable and key that a server always fills is there. A name that the hook
//! does not have is refused, so that a test cannot pass because of a misspelt key.

use hsl_decl::{HookDecl, Key as KeyDecl, Ty, Variable};
use hsl_vm::{Array, Key, Str, Value};

/// What a key holds unless the test says otherwise; other numbers are 0, other texts empty.
const TEXTS: &[(&str, &str)] = &[
    ("id", "018f0000-0000-7000-8000-000000000001"),
    ("transaction", "018f0000-0000-7000-8000-000000000002"),
    ("remoteip", "192.0.2.1"),
    ("localip", "192.0.2.25"),
    ("serverid", "inbound"),
    ("verb", "EHLO"),
    ("host", "client.example.net"),
    ("sender", "sender@example.net"),
    ("recipient", "recipient@example.com"),
    ("close", "remote"),
];
const NUMBERS: &[(&str, f64)] = &[("remoteport", 49152.0), ("localport", 25.0), ("queue", 1.0)];

/// Lists whose declared keys are those of their elements.
const LISTS: &[&str] = &["recipients", "policies"];

/// Keys that a server may leave out and nearly always fills.
const USUAL: &[&str] = &["helo"];

/// An address as text, and the key that has it in parts.
const ADDRESSES: &[(&str, &str)] = &[
    ("recipient", "address"),
    ("sender", "address"),
    ("sender", "senderaddress"),
    ("recipient", "recipientaddress"),
];

/// The variables of a run of a hook, with `$`. Names in `given` are without.
///
/// # Errors
/// A sentence about the first name that the hook does not have.
pub fn variables(decl: &HookDecl, given: &Array) -> Result<Vec<(&'static str, Value)>, String> {
    let names = || decl.variables.iter().map(|variable| plain(variable));
    for (key, _) in given.iter() {
        known(&key, names(), &format!("the {} hook", decl.hook))?;
    }
    decl.variables
        .iter()
        .map(|variable| {
            let name = plain(variable);
            let given = given.get_str(name);
            let usual = match variable.ty == Ty::ANY {
                true => Value::none(),
                false => sample(name, variable.ty, variable.keys),
            };
            Ok((variable.name, merged(variable.name, usual, given, variable.keys)?))
        })
        .collect()
}

/// A message as a test gives it.
const MESSAGE: &str = "\"Subject: Test\\r\\n\\r\\nText.\\r\\n\"";

/// The keys of a variable that a test is likely to give, with values that fit, as a script writes them.
pub fn likely(variable: &Variable) -> Vec<(&'static str, String)> {
    let there = variable.keys.iter().filter(|key| !key.optional || USUAL.contains(&key.name));
    let written = there.filter_map(|key| {
        let text = TEXTS.iter().find(|(known, _)| *known == key.name);
        let number = NUMBERS.iter().find(|(known, _)| *known == key.name);
        let value = match (text, number) {
            _ if key.ty.contains(Ty::OBJECT) => MESSAGE.to_owned(),
            (Some((_, text)), _) if key.ty.contains(Ty::STRING) => format!("{text:?}"),
            (_, Some((_, number))) if key.ty.contains(Ty::NUMBER) => number.to_string(),
            _ => return None,
        };
        Some((key.name, value))
    });
    written.collect()
}

fn plain(variable: &Variable) -> &'static str {
    variable.name.trim_start_matches('$')
}

fn known<'n>(
    key: &Key,
    names: impl Iterator<Item = &'n str> + Clone,
    holder: &str,
) -> Result<(), String> {
    let text = key.to_value().to_text();
    let text = text.to_lossy();
    if names.clone().any(|name| name == text) {
        return Ok(());
    }
    let hint = diagnostics::nearest(&text, names);
    let hint = hint.map(|near| format!("; did you mean \"{near}\"?")).unwrap_or_default();
    Err(format!("{holder} has no \"{text}\"{hint}"))
}

fn sample(name: &str, ty: Ty, keys: &[KeyDecl]) -> Value {
    let number = NUMBERS.iter().find(|(known, _)| *known == name).map_or(0.0, |(_, n)| *n);
    let text = TEXTS.iter().find(|(known, _)| *known == name).map_or("", |(_, text)| *text);
    match ty {
        ty if ty.contains(Ty::STRING) => Value::string(text),
        ty if ty.contains(Ty::NUMBER) => Value::number(number),
        ty if ty.contains(Ty::BOOLEAN) => Value::boolean(false),
        ty if ty.contains(Ty::ARRAY) && LISTS.contains(&name) => Value::array(Array::new()),
        ty if ty.contains(Ty::ARRAY) => Value::array(filled(keys)),
        _ => Value::none(),
    }
}

fn filled(keys: &[KeyDecl]) -> Array {
    let there = keys.iter().filter(|key| !key.optional || USUAL.contains(&key.name));
    let mut array: Array =
        there.map(|key| (Key::from(key.name), sample(key.name, key.ty, key.keys))).collect();
    let has = |name: &str| keys.iter().any(|key| key.name == name);
    for (text, parts) in ADDRESSES.iter().filter(|(text, parts)| has(text) && has(parts)) {
        if let Some(address) = array.get_str(text).cloned() {
            array.set(Key::from(*parts), in_parts(&address));
        }
    }
    array
}

/// What is given, over the usual.
fn merged(
    place: &str,
    usual: Value,
    given: Option<&Value>,
    keys: &[KeyDecl],
) -> Result<Value, String> {
    let Some(given) = given else { return Ok(usual) };
    let (Value::Array(usual), Value::Array(array)) = (&usual, given) else {
        return Ok(given.clone());
    };
    let is_list = LISTS.iter().any(|list| place.ends_with(&format!("[{list}]")));
    if keys.is_empty() || is_list {
        return Ok(given.clone());
    }
    let mut result = usual.clone();
    for (key, value) in array.iter() {
        known(&key, keys.iter().map(|key| key.name), place)?;
        let Some(decl) = keys.iter().find(|decl| key == Key::from(decl.name)) else { continue };
        let place = format!("{place}[{}]", decl.name);
        let usual = match usual.get_str(decl.name) {
            Some(usual) => usual.clone(),
            None => sample(decl.name, decl.ty, decl.keys),
        };
        result.set(key, merged(&place, usual, Some(value), decl.keys)?);
    }
    agree(&mut result, array);
    Ok(Value::array(result))
}

/// An address that is given as text shows in its parts too, and the other way round.
fn agree(result: &mut Array, given: &Array) {
    for (text, parts) in ADDRESSES {
        if result.get_str(text).is_none() || result.get_str(parts).is_none() {
            continue;
        }
        match (given.get_str(text), given.get_str(parts)) {
            (Some(address), None) => {
                let address = in_parts(address);
                result.set(Key::from(*parts), address);
            }
            (None, Some(_)) => {
                let whole = result.get_str(parts).and_then(Value::as_array).map(whole);
                result.set(Key::from(*text), whole.unwrap_or_default());
            }
            _ => {}
        }
    }
}

fn in_parts(address: &Value) -> Value {
    let text = address.to_text();
    let at = text.iter().rposition(|byte| *byte == b'@');
    let (local, domain) = at.map_or((&text[..], &b""[..]), |at| (&text[..at], &text[at + 1..]));
    let parts = [("localpart", Value::string(local)), ("domain", Value::string(domain))];
    Value::array(Array::record(parts))
}

/// The address in lower case, as a server shows it.
fn whole(parts: &Array) -> Value {
    let part = |name: &str| parts.get_str(name).map(Value::to_text).unwrap_or_default();
    let (local, domain): (Str, Str) = (part("localpart"), part("domain"));
    if local.is_empty() && domain.is_empty() {
        return Value::string("");
    }
    Value::string([&local[..], b"@", &domain[..]].concat().to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(variables: &[(&'static str, Value)], path: &[&str]) -> String {
        let value = variables.iter().find(|(name, _)| *name == path[0]).map(|(_, value)| value);
        let value = path[1..].iter().try_fold(value.expect("a variable").clone(), |value, key| {
            value.as_array().and_then(|array| array.get_str(key)).cloned()
        });
        value.expect("a value").to_text().to_lossy().into_owned()
    }

    #[test]
    fn what_is_not_given_has_a_value_that_fits() {
        for decl in crate::HOOKS {
            let all = variables(decl, &Array::new()).expect("nothing is wrong");
            assert_eq!(all.len(), decl.variables.len());
        }
        let all = variables(&crate::rcptto::DECL, &Array::new()).expect("nothing is wrong");
        assert_eq!(found(&all, &["$connection", "remoteip"]), "192.0.2.1");
        assert_eq!(found(&all, &["$arguments", "address", "domain"]), "example.com");
        assert_eq!(found(&all, &["$transaction", "senderaddress", "localpart"]), "sender");
    }

    #[test]
    fn addresses_agree_with_their_parts() {
        let arguments = |key: &str, value: Value| {
            Array::record([("arguments", Value::array(Array::record([(key, value)])))])
        };
        let given = arguments("recipient", Value::string("a@b.example"));
        let all = variables(&crate::rcptto::DECL, &given).expect("nothing is wrong");
        assert_eq!(found(&all, &["$arguments", "address", "domain"]), "b.example");
        let parts = Value::array(Array::record([("domain", Value::string("B.example"))]));
        let given = arguments("address", parts);
        let all = variables(&crate::rcptto::DECL, &given).expect("nothing is wrong");
        assert_eq!(found(&all, &["$arguments", "recipient"]), "recipient@b.example");
    }

    #[test]
    fn names_that_do_not_exist_are_refused() {
        let given = Array::record([("argument", Value::array(Array::new()))]);
        let error = variables(&crate::rcptto::DECL, &given).expect_err("a wrong name");
        assert_eq!(error, "the rcptto hook has no \"argument\"; did you mean \"arguments\"?");
        let inner = Value::array(Array::record([("recipent", Value::string("a"))]));
        let given = Array::record([("arguments", inner)]);
        let error = variables(&crate::rcptto::DECL, &given).expect_err("a wrong key");
        assert_eq!(error, "$arguments has no \"recipent\"; did you mean \"recipient\"?");
    }
}
