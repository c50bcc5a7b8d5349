//! Every example of a doc comment runs, and prints what its comments say.

mod support;

use hsl_decl::Function;

/// The texts after `// ` on lines that print; none when a printing line has no such comment.
fn expected(example: &str) -> Option<Vec<&str>> {
    let printing = example.lines().filter(|line| line.contains("echo "));
    printing.map(|line| line.rsplit_once(" // ").map(|(_, text)| text)).collect()
}

fn check(name: &str, example: &str) -> Result<(), String> {
    let printed = support::run(example).map_err(|error| format!("{name}: {error}"))?;
    match expected(example) {
        Some(expected) if printed != expected => {
            Err(format!("{name}: expected {expected:#?}, printed {printed:#?}"))
        }
        _ => Ok(()),
    }
}

#[test]
fn examples_print_what_they_say() {
    let of_classes = hsl_std::classes().flat_map(|class| {
        let own = [(class.decl.name, class.decl.docs)];
        let methods = class.decl.constructor.into_iter().chain(class.decl.methods.iter().copied());
        own.into_iter().chain(methods.map(|method| (method.name, method.docs)))
    });
    let documented = hsl_std::functions().map(|function| (function.name, function.docs));
    let failures: Vec<String> = documented
        .chain(of_classes)
        .flat_map(|(name, docs)| docs.examples().map(move |example| (name, example)))
        .filter_map(|(name, example)| check(name, example).err())
        .collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn every_function_is_documented_in_full() {
    let of_classes = hsl_std::classes().flat_map(|class| {
        class.decl.constructor.into_iter().chain(class.decl.methods.iter().copied())
    });
    let incomplete = |function: &&Function| {
        let docs = function.docs;
        docs.section("Errors").is_none() || docs.examples().next().is_none()
    };
    let names: Vec<_> =
        hsl_std::functions().chain(of_classes).filter(incomplete).map(|f| f.name).collect();
    assert!(names.is_empty(), "without errors or example: {names:?}");
}

#[test]
fn functions_of_tests_are_documented_in_full_and_their_examples_pass() {
    for function in hsl_std::testing::declarations() {
        assert!(function.docs.section("Errors").is_some(), "{}", function.name);
        assert!(function.docs.examples().count() > 0, "{}", function.name);
        for example in function.docs.examples() {
            let printed = support::run_as_test(example).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(Some(printed), expected(example).map(owned), "{}", function.name);
        }
    }
}

fn owned(lines: Vec<&str>) -> Vec<String> {
    lines.into_iter().map(str::to_owned).collect()
}
