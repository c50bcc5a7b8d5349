//! What `mailstop test` takes.

use std::path::PathBuf;
use std::time::Duration;

const EXAMPLES: &str = "\
Examples:
  mailstop test                        every test of the project
  mailstop test --filter blocked       those whose file or name has this text
  mailstop test --coverage             which lines they ran; lcov in .mailstop/lcov.info
  mailstop test --tap                  for a consumer of TAP
  mailstop test --junit report.xml     for continuous integration

A test file:
  import { is_local } from \"policy.hsl\";
  function test_domains_are_compared_without_case() {
      assert(is_local(\"EXAMPLE.com\"));
  }
  function test_strangers_are_refused() {
      mock(\"dns_query\", function ($host) { return [\"error\" => \"NXDOMAIN\"]; });
      $result = run_hook(\"rcptto\", [\"arguments\" => [\"recipient\" => \"a@example.org\"]]);
      assert_equal($result[\"verdict\"], \"Reject\");
  }

Exit codes: 0 all passed; 1 a test failed; 2 not a project, or no test; 3 the configuration, a hook
or a test file is invalid; 130 interrupted.";

/// Run the tests of a project
///
/// Runs every function whose name begins with `test_` of every `*.test.hsl` file, each in a fresh
/// script with empty shared memory. Inside, `assert`, `assert_equal`, `mock` and `run_hook` exist;
/// `mailstop doc run_hook` explains them.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Test {
    /// Folder of the project
    #[arg(value_name = "DIR")]
    pub(crate) folder: Option<PathBuf>,
    /// Only tests whose file or name has this text
    #[arg(short = 'k', long, value_name = "TEXT")]
    pub(crate) filter: Option<String>,
    /// Show which lines ran, and write them in the format of lcov
    #[arg(long)]
    pub(crate) coverage: bool,
    /// Where to write the lines that ran; .mailstop/lcov.info if left out
    #[arg(long, value_name = "FILE")]
    pub(crate) lcov: Option<PathBuf>,
    /// Print in the Test Anything Protocol
    #[arg(long)]
    pub(crate) tap: bool,
    /// Write a report in the format of JUnit too
    #[arg(long, value_name = "FILE")]
    pub(crate) junit: Option<PathBuf>,
    /// Tests that run at the same time; one for each core if left out
    #[arg(short = 'j', long, value_name = "N")]
    pub(crate) jobs: Option<usize>,
    /// Longest time for one test, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = super::hsh::seconds)]
    pub(crate) timeout: Duration,
    /// Only tests of the file with this name
    #[arg(long, value_name = "FILE", hide = true, conflicts_with = "filter")]
    pub(crate) file: Option<String>,
    /// Only the test of this name
    #[arg(long, value_name = "NAME", hide = true, requires = "file")]
    pub(crate) function: Option<String>,
    #[command(flatten)]
    pub(crate) debuggee: super::Debuggee,
}
