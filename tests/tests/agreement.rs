//! The virtual machine and the oracle agree.

#[path = "../../crates/hsl-compile/tests/support/mod.rs"]
#[allow(dead_code, reason = "the suites of the compiler use more of it")]
mod support;

use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use hsl_compile::MemorySources;
use tests::oracle::{self, Outcome};
use tests::{matrices, programs};

/// What became of a program.
enum Comparison {
    Same,
    /// The oracle cannot run it, for this reason.
    LeftOut(String),
    Different(String),
}

fn compare(name: &str, text: &str) -> Comparison {
    let expected = match oracle::run(text.as_bytes(), &HashMap::new()) {
        Outcome::Unsupported(reason) => return Comparison::LeftOut(reason),
        Outcome::Finished(output) => (output, false),
        Outcome::Threw(output) => (output, true),
    };
    let sources = MemorySources::new().with("main.hsl", text);
    let built = support::compile(&sources, "main.hsl");
    let Some(program) = &built.program else {
        let findings = support::render(&sources, &built.diagnostics);
        return Comparison::Different(format!("{name}: refused\n{findings}"));
    };
    let run = support::run(program);
    let oracle = String::from_utf8_lossy(&expected.0).into_owned();
    if (&run.output, run.failure.is_some()) == (&oracle, expected.1) {
        return Comparison::Same;
    }
    let pairs = oracle.lines().zip(run.output.lines());
    let at = pairs.clone().position(|(a, b)| a != b).unwrap_or_else(|| pairs.count());
    let line = |text: &str| text.lines().nth(at).unwrap_or("(nothing)").to_owned();
    Comparison::Different(format!(
        "{name}: line {} of the output: oracle {:?}, machine {:?} {}",
        at + 1,
        line(&oracle),
        line(&run.output),
        run.failure.unwrap_or_default()
    ))
}

#[test]
fn on_every_operator_with_every_pair_of_types() {
    for (name, text) in matrices::programs() {
        match compare(&name, &text) {
            Comparison::Same => {}
            Comparison::LeftOut(reason) => panic!("{name}: left out: {reason}"),
            Comparison::Different(how) => panic!("{how}"),
        }
    }
}

/// The shortest form of a difference.
fn describe(seed: u64) -> String {
    let name = format!("seed {seed}");
    let differs = |text: &str| {
        let follows_grammar = hsl_syntax::parse(text.as_bytes()).errors.is_empty();
        follows_grammar
            && matches!(compare(&name, text), Comparison::Different(how) if !how.contains("refused"))
    };
    let text = programs::reduce(&programs::program(seed), differs);
    match compare(&name, &text) {
        Comparison::Different(how) => format!("{how}\n{text}"),
        _ => format!("{name}: refused"),
    }
}

/// A number from the environment.
fn setting(name: &str, default: u64) -> u64 {
    let given = std::env::var(name).ok();
    given.map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{name} is no number")))
}

/// Seeds from `MAILSTOP_AGREE_SEED` on, as many as `MAILSTOP_AGREE_PROGRAMS` says.
#[test]
fn on_generated_programs() {
    let count = setting("MAILSTOP_AGREE_PROGRAMS", 2_000);
    let first = setting("MAILSTOP_AGREE_SEED", 1);
    let next = AtomicU64::new(0);
    let found = Mutex::new(Vec::new());
    let left_out = Mutex::new(BTreeMap::<String, u64>::new());
    let work = || {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at >= count {
                return;
            }
            let seed = first.wrapping_add(at);
            match compare(&format!("seed {seed}"), &programs::program(seed)) {
                Comparison::Same => {}
                Comparison::LeftOut(reason) => {
                    *left_out.lock().expect("a count").entry(reason).or_default() += 1;
                }
                Comparison::Different(_) => found.lock().expect("a list").push(seed),
            }
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
    let (mut found, left_out) = (found.into_inner().expect("a list"), left_out.into_inner());
    let left_out = left_out.expect("counts");
    let missing: u64 = left_out.values().sum();
    println!("{} of {count} programs compared; left out: {left_out:?}", count - missing);
    let different = found.len();
    found.truncate(setting("MAILSTOP_AGREE_SHOWN", 3) as usize);
    let shown: Vec<_> = found.iter().map(|seed| describe(*seed)).collect();
    assert!(different == 0, "{different} programs differ\n{}", shown.join("\n"));
    assert!(missing * 4 <= count, "the oracle cannot run {missing} of {count} programs");
}
