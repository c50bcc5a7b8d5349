//! Everything may wait: each place of `waiting/places.md` goes on rightly after each deed.
//!
//! A cell of the matrix is a place and what `deed()` does there. Its output must be that of the same
//! program in which `deed()` does nothing.

mod deeds;
mod place;

use std::collections::BTreeSet;

use deeds::{Ending, Journey};
use hsl_decl::{Effect, Function, Ty};
use place::{Place, places};

/// What goes wrong at a place.
type Problems = Vec<String>;

#[test]
fn every_builtin_that_takes_a_function_has_a_place() {
    let named: BTreeSet<String> = places().into_iter().flat_map(|place| place.builtins).collect();
    let classes = hsl_std::classes().flat_map(|class| {
        let members = class.decl.methods.iter().chain(&class.decl.constructor);
        members.map(|member| (format!("{}::{}", class.decl.name, member.name), *member))
    });
    let functions = hsl_std::functions().map(|function| (function.name.to_owned(), function));
    let missing: Vec<_> = functions
        .chain(classes)
        .filter(|(name, function)| takes_function(function) && !named.contains(name))
        .map(|(name, _)| name)
        .collect();
    assert!(missing.is_empty(), "no section of waiting/places.md names {missing:?}");
}

fn takes_function(function: &Function) -> bool {
    let wants = |ty: Ty| ty.overlaps(Ty::FUNCTION) && ty != Ty::ANY;
    function.effect == Effect::Callback || function.params.iter().any(|param| wants(param.ty))
}

#[test]
fn a_request_is_answered_later() {
    every(|place| {
        let program = place.compile("waits");
        // Two at a time, step by step, so that nothing of the one rests in the thread.
        let mut journeys = [Journey::new(&program), Journey::new(&program)];
        while journeys.iter().any(|journey| journey.ending().is_none()) {
            journeys.iter_mut().for_each(|journey| journey.step(10_000));
        }
        let [first, second] = &journeys;
        let mut problems = same(place, first);
        problems.extend(same(place, second));
        if first.suspended() == 0 {
            problems.push("it never waited".to_owned());
        }
        problems
    });
}

#[test]
fn a_slice_is_one_unit_of_fuel() {
    every(|place| {
        let mut idle = Journey::new(&place.compile("nothing"));
        idle.run(1);
        let mut waiting = Journey::new(&place.compile("waits"));
        waiting.run(1);
        let mut problems = same(place, &idle);
        problems.extend(same(place, &waiting));
        if idle.yielded() < 5 {
            problems.push(format!("it yielded {} times only", idle.yielded()));
        }
        problems
    });
}

#[test]
fn a_breakpoint_stands_at_every_statement() {
    every(|place| {
        let mut journey = Journey::new(&place.compile("waits"));
        journey.break_everywhere();
        journey.run(3);
        let mut problems = same(place, &journey);
        if journey.paused() < journey.suspended() {
            problems.push(format!("it stood still {} times only", journey.paused()));
        }
        problems
    });
}

#[test]
fn each_deed_in_turn_throws() {
    every(|place| {
        let mut problems = Problems::new();
        let expected = place.plain_output();
        for nth in 1..=place.deeds() {
            let mut journey = Journey::new(&place.compile(&format!("throws {nth}")));
            journey.run(7);
            let problem = match journey.ending() {
                Some(Ending::Done) if place.repeats => thrown_once(&expected, &journey.output()),
                Some(Ending::Failed(message)) if !place.repeats => {
                    let begun = expected.starts_with(&journey.output());
                    let told = message.contains("uncaught deed");
                    (!begun || !told).then(|| format!("{message}\n{}", journey.output()))
                }
                other => Some(format!("it ended with {other:?}\n{}", journey.output())),
            };
            let locked = (journey.locks() > 0).then(|| "a lock is left".to_owned());
            let found = problem.into_iter().chain(locked);
            problems.extend(found.map(|problem| format!("deed {nth}: {problem}")));
        }
        problems
    });
}

/// Checks that a throw cut the first run short and left nothing behind for the second.
fn thrown_once(expected: &str, output: &str) -> Option<String> {
    let (once, _) = expected.split_once("--\n")?;
    let found = output.split_once("caught deed\n");
    let right = found
        .is_some_and(|(begun, rest)| once.starts_with(begun) && rest == format!("--\n{once}--\n"));
    (!right).then(|| format!("expected a part of\n{once}then\n{once}printed\n{output}"))
}

#[test]
fn a_script_that_is_dropped_while_it_waits_leaves_no_lock() {
    every(|place| {
        let program = place.compile("waits");
        let mut problems = Problems::new();
        for waits in 1.. {
            let mut journey = Journey::new(&program);
            while journey.suspended() < waits && journey.ending().is_none() {
                journey.step(10_000);
            }
            if journey.ending().is_some() {
                break;
            }
            journey.abandon();
            if journey.locks() > 0 {
                problems.push(format!("a lock is left after {waits} suspensions"));
            }
        }
        problems
    });
}

/// Whether a journey came to the same end as without any deed.
fn same(place: &Place, journey: &Journey) -> Problems {
    let mut problems = Problems::new();
    let (expected, output) = (place.plain_output(), journey.output());
    if journey.ending() != Some(&Ending::Done) {
        problems.push(format!("it ended with {:?}", journey.ending()));
    }
    if expected != output {
        problems.push(format!("expected:\n{expected}printed:\n{output}"));
    }
    if journey.locks() > 0 {
        problems.push("a lock is left".to_owned());
    }
    problems
}

/// Checks every place and reports all that fail.
#[track_caller]
fn every(check: impl Fn(&Place) -> Problems) {
    let places = places();
    assert!(places.len() > 30, "the places are missing");
    let failed: Vec<_> = places
        .iter()
        .flat_map(|place| {
            let problems = check(place).into_iter();
            problems.map(|problem| format!("--- {}: {problem}", place.name))
        })
        .collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
