//! The oracle itself keeps to the language cases.

use std::path::Path;

use testkit::{Expect, cases};
use tests::oracle::{Outcome, run};

#[test]
fn the_oracle_agrees_with_every_case_that_it_can_run() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut agreed = 0;
    let mut left_out = Vec::new();
    let mut wrong = Vec::new();
    let cases = ["language", "tables"].into_iter().flat_map(|name| cases(&folder.join(name)));
    for case in cases {
        let (Expect::Output(expected) | Expect::OutputThenError(expected)) = &case.expect else {
            continue;
        };
        let fails = matches!(case.expect, Expect::OutputThenError(_));
        let files = case.files.iter().map(|(n, text)| (n.clone(), text.clone().into_bytes()));
        match run(case.source.as_bytes(), &files.collect()) {
            Outcome::Finished(output) if !fails && output == expected.as_bytes() => agreed += 1,
            Outcome::Threw(output) if fails && output == expected.as_bytes() => agreed += 1,
            Outcome::Unsupported(what) => left_out.push(format!("{}: {what}", case.place)),
            other => wrong.push(format!("{}: {other:?}\nexpected: {expected}", case.place)),
        }
    }
    println!("agreed on {agreed}; left out {}:\n{}", left_out.len(), left_out.join("\n"));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(agreed > 1200, "only {agreed} cases were run");
}
