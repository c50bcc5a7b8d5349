//! Waits that together take longer than clients wait.

use hsl_decl::Hook;

use crate::Pass;
use crate::lint::lint;
use crate::waits::Clock;

lint! {
    /// The calls on one way through a hook may wait for longer than the client does.
    ///
    /// # Why
    ///
    /// RFC 5321 section 4.5.3.2 lets clients give up after five minutes without a reply, ten at the
    /// end of the data. A message whose reply comes too late is sent again, and may arrive twice. The
    /// limits of all calls on a way are added; of branches the longest counts, and a loop counts as
    /// one round.
    ///
    /// # Bad
    ///
    /// ```hsl rcptto
    /// $a = http("https://a.example/", ["timeout" => 200]);
    /// $b = http("https://b.example/", ["timeout" => 200]);
    /// if ($a == $b) Reject("no");
    /// Accept();
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl rcptto
    /// $a = http("https://a.example/", ["timeout" => 20]);
    /// $b = http("https://b.example/", ["timeout" => 20]);
    /// if ($a == $b) Reject("no");
    /// Accept();
    /// ```
    ///
    /// Source: RFC 5321 section 4.5.3.2.
    TIME_BUDGET = "HSL2009" "time-budget" Warning
        "A hook may wait for longer than its client.", Program(check)
}

fn check(pass: &mut Pass<'_>) {
    let Some(hook) = pass.unit().hook.filter(|hook| hook.is_smtp()) else { return };
    let budget = match hook {
        Hook::Eod => 600.0,
        _ => 300.0,
    };
    let Some(entry) = pass.program.entry() else { return };
    let mut clock = Clock::new(pass);
    let total = clock.function(entry.top).most;
    let Some((_, call)) = clock.longest().filter(|_| total > budget) else { return };
    let message = format!(
        "calls on one way through `{hook}` may wait {total} seconds; clients wait {budget}"
    );
    let finding = pass.finding(&TIME_BUDGET, pass.expr(call).at, message);
    pass.push(finding.help("set `timeout` so that all together stay below"));
}
