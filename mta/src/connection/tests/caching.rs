//! Options of `cache` across hooks, messages and connections.

use super::server::Running;

/// Connects, sends transactions of recipients, and gives the text of each refusal.
fn refusals(script: &str, transactions: &[&[&str]]) -> Vec<String> {
    let server = Running::start("", &[("rcptto", script)]);
    let mut all = Vec::new();
    for recipients in transactions {
        let mut client = server.connect().greeted();
        client.say("MAIL FROM:<a@b.example>", "250");
        for recipient in *recipients {
            let reply = client.say(&format!("RCPT TO:<{recipient}@c.example>"), "554 5.7.1 ");
            all.push(reply["554 5.7.1 ".len()..].to_owned());
        }
    }
    all
}

/// Counts how often `f` runs, and caches it with these options.
fn script(options: &str) -> String {
    format!(
        "function f($x) {{ return memory_inc(\"calls\"); }}
         $x = $arguments[\"address\"][\"localpart\"];
         Reject(string(cache [{options}] f($x)));"
    )
}

#[test]
fn a_result_is_kept_for_all_connections() {
    let twice = [&["x", "y", "x"][..], &["x", "z"]];
    assert_eq!(refusals(&script(""), &twice), ["1", "2", "1", "1", "3"]);
    assert_eq!(refusals(&script("\"ttl\" => 0"), &twice), ["1", "2", "3", "4", "5"]);
    assert_eq!(refusals(&script("\"force\" => true"), &twice), ["1", "2", "3", "4", "5"]);
    assert_eq!(refusals(&script("\"namespace\" => $x . \"n\""), &twice), ["1", "2", "1", "1", "3"]);
}

#[test]
fn a_time_that_has_passed_ends_a_result() {
    let script = script("\"ttl\" => 0.02") + "\n";
    let script = script.replace("Reject(", "if ($x == \"later\") sleep(0.05); Reject(");
    let script = script.replace("f($x))", "f(\"same\"))");
    assert_eq!(refusals(&script, &[&["later", "later"]]), ["1", "2"]);
}

#[test]
fn a_result_of_a_message_ends_with_it() {
    let messages = [&["x", "x", "y"][..], &["x", "x"]];
    assert_eq!(refusals(&script("\"per_message\" => true"), &messages), ["1", "1", "2", "3", "3"]);
}

#[test]
fn a_full_bucket_drops_the_least_recently_used_or_stays_as_it_is() {
    let order = [&["x", "y", "x", "z", "x", "y"][..]];
    assert_eq!(refusals(&script("\"size\" => 2"), &order), ["1", "2", "1", "3", "1", "4"]);
    let stays = script("\"size\" => 2, \"lru\" => false");
    assert_eq!(refusals(&stays, &order), ["1", "2", "1", "3", "1", "2"]);
}
