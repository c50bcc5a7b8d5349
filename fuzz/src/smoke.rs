//! The driver of the test command: seeds, mutations, a time limit per input.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::Target;
use crate::mutate::{Random, mutate};

/// An input that takes longer than this on any machine has found a cost that grows too fast.
const SLOW: Duration = Duration::from_secs(5);

/// What went wrong, and where the input was kept.
#[derive(Debug)]
pub struct Failure {
    /// Sentence for the user.
    pub message: String,
    /// The input, for a debugger or as a new regression test.
    pub input: PathBuf,
}

/// Runs the target on its seeds and then on mutations of them until the time is over; gives the
/// number of inputs.
pub fn run(target: &Target, time: Duration, seed: u64, keep: &Path) -> Result<u64, Failure> {
    let seeds = seeds(target.name);
    let mut random = Random::new(seed);
    let start = Instant::now();
    let mut count = 0;
    for input in &seeds {
        check(target, input, keep)?;
        count += 1;
    }
    while start.elapsed() < time {
        let mut input = seeds[random.below(seeds.len())].clone();
        let other = &seeds[random.below(seeds.len())];
        mutate(&mut input, other, target.words, &mut random);
        check(target, &input, keep)?;
        count += 1;
    }
    Ok(count)
}

fn check(target: &Target, input: &[u8], keep: &Path) -> Result<(), Failure> {
    let start = Instant::now();
    let outcome = catch_unwind(AssertUnwindSafe(|| (target.run)(input)));
    let took = start.elapsed();
    let problem = match outcome {
        Err(_) => "panicked".to_owned(),
        Ok(()) if took > SLOW => format!("took {:.1} s", took.as_secs_f64()),
        Ok(()) => return Ok(()),
    };
    let message = format!("{} {problem} on an input of {} bytes", target.name, input.len());
    Err(Failure { message, input: save(target.name, input, keep) })
}

fn save(name: &str, input: &[u8], keep: &Path) -> PathBuf {
    let path = keep.join(format!("{name}-{}", input.len()));
    let written = fs::create_dir_all(keep).and_then(|()| fs::write(&path, input));
    if let Err(error) = written {
        eprintln!("cannot keep the input at {}: {error}", path.display());
    }
    path
}

/// The files below `tests/corpus/<name>`; an empty input when there are none.
fn seeds(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/corpus").join(name);
    let mut paths: Vec<_> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let mut seeds: Vec<_> = paths.iter().filter_map(|path| fs::read(path).ok()).collect();
    seeds.push(Vec::new());
    seeds
}
