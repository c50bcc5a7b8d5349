//! Wrong calls of every function: counts, types, options.

use hsl_decl::{Function, Ty};

use crate::{Callee, callees, none, scripts};

/// A literal of each type, and the name that messages give it.
const LITERALS: &[(Ty, &str, &str)] = &[
    (Ty::STRING, "\"text\"", "string"),
    (Ty::NUMBER, "1", "number"),
    (Ty::ARRAY, "[]", "array"),
    (Ty::BOOLEAN, "true", "boolean"),
    (Ty::FUNCTION, "length", "function"),
    (Ty::NONE, "none", "none"),
];

/// A literal that a parameter takes; none when it wants an object or a resource.
fn fitting(ty: Ty) -> Option<&'static str> {
    LITERALS.iter().find(|(one, ..)| ty.overlaps(*one)).map(|(_, text, _)| *text)
}

/// A literal that it does not take, with the name of its type.
fn wrong_for(ty: Ty) -> Option<(&'static str, &'static str)> {
    let found = LITERALS.iter().find(|(one, ..)| !ty.overlaps(*one));
    found.map(|(_, text, name)| (*text, *name))
}

fn before(decl: &Function, position: usize) -> Option<Vec<&'static str>> {
    decl.params[..position].iter().map(|param| fitting(param.ty)).collect()
}

/// What a call throws.
fn thrown(callee: &Callee, arguments: &[&str]) -> Result<String, String> {
    let call = format!("{}({})", callee.name, arguments.join(", "));
    let text = format!("try {{ {call}; echo \"nothing\"; }} catch ($e) {{ echo $e->message(); }}");
    let printed = scripts::run(callee.hook, &text).map_err(|error| format!("{call}: {error}"))?;
    Ok(printed.first().cloned().unwrap_or_else(|| "the script ended".to_owned()))
}

#[test]
fn wrong_types_are_exceptions_that_name_the_parameter() {
    let mut wrong = Vec::new();
    for callee in callees() {
        for (position, param) in callee.decl.params.iter().enumerate() {
            let Some((literal, name)) = wrong_for(param.ty) else { continue };
            let Some(mut arguments) = before(callee.decl, position) else { break };
            arguments.push(literal);
            let rest = callee.decl.params[position + 1..].iter().filter(|param| param.required);
            let Some(rest) = rest.map(|param| fitting(param.ty)).collect::<Option<Vec<_>>>() else {
                continue;
            };
            arguments.extend(rest);
            let expected = format!("${} must be {}, not {name}", param.name, param.ty);
            match thrown(&callee, &arguments) {
                Ok(message) if words(&message).ends_with(&words(&expected)) => {}
                Ok(message) => wrong.push(format!("{}: {expected:?} but {message:?}", callee.name)),
                Err(error) => wrong.push(error),
            }
        }
    }
    none(wrong);
}

/// The words of a message, the types of a union in the order of the alphabet: a message names those
/// of a key before others.
fn words(message: &str) -> Vec<&str> {
    let mut words: Vec<_> =
        message.split([' ', ',']).filter(|w| !matches!(*w, "" | "or")).collect();
    let is_at = |word: &str| words.iter().position(|one| *one == word);
    if let (Some(be), Some(not)) = (is_at("be"), is_at("not"))
        && be < not
    {
        words[be + 1..not].sort_unstable();
    }
    words
}

#[test]
fn unknown_options_are_exceptions_that_name_the_nearest() {
    let mut wrong = Vec::new();
    for callee in callees() {
        let Some(position) = callee.decl.options_at() else { continue };
        let Some(arguments) = before(callee.decl, position) else { continue };
        // Behind a variable, the compiler cannot see the key.
        let name = callee.decl.options[0].name;
        let text = format!(
            "$options = [\"{name}x\" => 1];
             try {{ {}({}$options); echo \"nothing\"; }} catch ($e) {{ echo $e->message(); }}",
            callee.name,
            arguments.iter().map(|text| format!("{text}, ")).collect::<String>(),
        );
        let expected = format!("there is no option \"{name}x\"; did you mean \"");
        match scripts::run(callee.hook, &text) {
            Ok(printed) if printed.iter().any(|line| line.contains(&expected)) => {}
            other => wrong.push(format!("{}: {expected:?} but {other:?}", callee.name)),
        }
    }
    none(wrong);
}

#[test]
fn unknown_options_that_are_written_out_do_not_compile() {
    let mut wrong = Vec::new();
    for callee in callees() {
        let Some(position) = callee.decl.options_at() else { continue };
        let Some(arguments) = before(callee.decl, position) else { continue };
        let name = callee.decl.options[0].name;
        let arguments: String = arguments.iter().map(|text| format!("{text}, ")).collect();
        let text = format!("{}({arguments}[\"{name}x\" => 1]);", callee.name);
        match scripts::run(callee.hook, &text) {
            Err(error) if error.contains("HSL3016") => {}
            other => wrong.push(format!("{text}: {other:?}")),
        }
    }
    none(wrong);
}

#[test]
fn options_of_the_wrong_type_are_exceptions() {
    let mut wrong = Vec::new();
    for callee in callees() {
        let Some(position) = callee.decl.options_at() else { continue };
        for option in callee.decl.options {
            let wanted = option.ty.or(Ty::NONE);
            let Some((literal, name)) = wrong_for(wanted) else { continue };
            let Some(mut arguments) = before(callee.decl, position) else { break };
            let options = format!("[\"{}\" => {literal}]", option.name);
            arguments.push(&options);
            let expected = format!("option \"{}\" must be {}, not {name}", option.name, option.ty);
            match thrown(&callee, &arguments) {
                Ok(message) if message.ends_with(&expected) => {}
                other => wrong.push(format!("{}: {expected:?} but {other:?}", callee.name)),
            }
        }
    }
    none(wrong);
}

/// Argument lists that are one too short and one too long.
fn wrong_counts(decl: &Function) -> Vec<Vec<&'static str>> {
    let fewer = decl.min_args().checked_sub(1).map(|count| vec!["1"; count]);
    let more = decl.max_args().map(|count| vec!["1"; count + 1]);
    fewer.into_iter().chain(more).collect()
}

#[test]
fn wrong_counts_do_not_compile_and_throw_through_a_value() {
    let mut wrong = Vec::new();
    for callee in callees() {
        for arguments in wrong_counts(callee.decl) {
            let list = arguments.join(", ");
            match scripts::run(callee.hook, &format!("{}({list});", callee.name)) {
                Err(error) if error.contains("HSL1007") => {}
                other => wrong.push(format!("{}({list}): {other:?}", callee.name)),
            }
            let text = format!(
                "try {{ {}(...[{list}]); echo \"nothing\"; }} catch ($e) {{ echo $e->message(); }}",
                callee.name
            );
            match scripts::run(callee.hook, &text) {
                Ok(printed) if printed.iter().any(|line| line.contains("argument")) => {}
                other => wrong.push(format!("{}(...[{list}]): {other:?}", callee.name)),
            }
        }
    }
    none(wrong);
}
