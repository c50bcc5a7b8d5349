//! Files as users write them, right and wrong.

use std::sync::Arc;

use diagnostics::{Diagnostic, LineIndex};
use mta_config::{Running, check_pair, check_running, check_startup, load_running, load_startup};

/// One line per finding: place, severity, code, message, help.
fn shown(text: &str, findings: &[Diagnostic]) -> String {
    let index = LineIndex::new(text.as_bytes());
    let place = |offset| {
        let at = index.line_col(offset);
        format!("{}:{}", at.line + 1, at.col + 1)
    };
    let line = |finding: &Diagnostic| {
        let covered = &text.as_bytes()[finding.span.range(text.len())];
        let help = finding.help.as_ref().map(|help| format!(" ({help})")).unwrap_or_default();
        format!(
            "{} {} {} [{}] {}{help}\n",
            place(finding.span.start),
            finding.severity.as_str(),
            finding.code.id,
            String::from_utf8_lossy(covered).lines().next().unwrap_or_default(),
            finding.message,
        )
    };
    findings.iter().map(line).collect()
}

fn startup(text: &str) -> String {
    let file = Arc::from("smtpd.yaml");
    let loaded = load_startup(&file, text.as_bytes(), false);
    let mut findings = loaded.diagnostics;
    findings.extend(loaded.value.iter().flat_map(|value| check_startup(&file, value)));
    shown(text, &findings)
}

fn running(text: &str) -> String {
    let file = Arc::from("smtpd-app.yaml");
    let loaded = load_running(&file, text.as_bytes(), false);
    let mut findings = loaded.diagnostics;
    findings.extend(loaded.value.iter().flat_map(|value| check_running(&file, value)));
    shown(text, &findings)
}

const RUNNING: &str = r#"version: "6.10"
servers:
  - id: inbound
    transport: mx
    tls: {implicit: [smtps], certs: {cert: main}}
    phases:
      connect: {hook: default}
      rcptto: {hook: {id: default, recipientdomains: {example.com: vip}}}
      eod: {hook: default}
transportgroups:
  - id: default
    connection: {sourceip: {ipv6: false}, port: 2525}
    retry: {count: 30, intervals: [{interval: 60}, {interval: 1h, notify: true}]}
    dsn: {transport: mx}
    transports:
      - {id: mx, connection: {server: mx.example}, session: {tls: {mode: dane}}}
resolver: {cache: {size: 10000}}
x-team: {anything: [goes, here]}
"#;

fn read(text: &str) -> Running {
    let loaded = load_running(&Arc::from("a.yaml"), text.as_bytes(), true);
    assert_eq!(loaded.diagnostics.iter().filter(|d| d.is_error()).count(), 0);
    loaded.value.expect("a file without errors has a value")
}

#[test]
fn the_published_running_file_is_read() {
    let config = read(RUNNING);
    let named: Vec<_> = config.hooks().iter().map(|(p, id)| format!("{p}/{}", id.value)).collect();
    assert_eq!(named, ["connect/default", "rcptto/default", "rcptto/vip", "eod/default"]);
    let hook = config.servers[0].phases.rcptto.hook.clone().expect("an rcptto hook");
    assert_eq!(hook.for_domain("EXAMPLE.com"), Some("vip"));
    assert_eq!(hook.for_domain("example.org"), Some("default"));
    assert_eq!(*config.servers[0].phases.data.maxsize, 50 << 20);
    assert_eq!(config.servers[0].timeout.idle.as_secs(), 300);
    assert!(config.server("outbound").is_none());
}

#[test]
fn a_transport_inherits_from_its_group_key_by_key() {
    let transport = read(RUNNING).transport("mx").expect("the transport");
    let connection = transport.connection.expect("a connection");
    assert_eq!(connection.server.as_deref(), Some("mx.example"));
    assert_eq!(connection.port, Some(2525));
    assert_eq!(transport.retry.map(|r| r.intervals.len()), Some(2));
}

#[test]
fn keys_without_effect_are_noted() {
    insta::assert_snapshot!(running(RUNNING), @r"
    5:10 info MS6013 [{implicit: [smtps], certs: {cert: main}}] `servers[0].tls` is accepted and has no effect
    16:67 info MS6013 [{mode: dane}] `transportgroups[0].transports[0].session.tls` is accepted and has no effect
    ");
}

#[test]
fn every_wrong_value_is_found_in_one_run() {
    insta::assert_snapshot!(startup(r#"version: "6.10"
servers:
  - id: inbound
    type: smpt
    listeners: [{port: 70000}, {port: x}, {prot: 25}, {address: "::", backlog: -1}, {}]
    proxyprotocol: [10.0.0.5, 10.0.0.0/33]
  - id: [a]
  - lisseners: 5
environment:
  umask: "0o27"
  controlsocket: "/run/x"
spool: {fsync: "yes", minfree: {bytes: 1GB}}
x-mine: {any: thing}
"#), @r#"
    4:11 error MS6001 [smpt] `servers[0].type` must be `smtp`, `http`, `https` or `plugin`, not `smpt` (did you mean `smtp`?)
    5:24 error MS6001 [70000] `servers[0].listeners[0].port` must be a whole number from 0 to 65535, not `70000`
    5:39 error MS6001 [x] `servers[0].listeners[1].port` must be a whole number from 0 to 65535, not `x`
    5:44 warning MS6012 [prot] unknown key `prot` in `servers[0].listeners[2]` (did you mean `port`?)
    5:80 error MS6001 [-1] `servers[0].listeners[3].backlog` must be a whole number from 0 to 4294967295, not `-1`
    6:31 error MS6001 [10.0.0.0/33] `servers[0].proxyprotocol[1]` must be an address or a network such as `192.0.2.0/24`, not `10.0.0.0/33`
    7:9 error MS6001 [[a]] `servers[1].id` must be text, not a list
    8:5 warning MS6012 [lisseners] unknown key `lisseners` in `servers[2]` (did you mean `listeners`?)
    8:5 error MS6001 [lisseners] `servers[2]` needs the key `id`
    10:10 error MS6001 ["0o27"] `environment.umask` must be permission bits in octal such as `"0660"`, not `0o27`
    11:18 error MS6001 ["/run/x"] `environment.controlsocket` must be a mapping, not `/run/x`
    12:16 error MS6001 ["yes"] `spool.fsync` must be `true` or `false`, not `yes`
    12:40 error MS6001 [1GB] `spool.minfree.bytes` must be a size such as `50MiB`, `1GiB` or a number of bytes, not `1GB`
    "#);
}

#[test]
fn places_count_bytes_even_after_other_scripts() {
    insta::assert_snapshot!(running("# ünïcödé 𝄞\nversion: \"6.10\"\nservers:\n  - {id: \"é𝄞\", konkurrenz: 1, concurrency: ö}\n"), @r"
    4:20 warning MS6012 [konkurrenz] unknown key `konkurrenz` in `servers[0]` (known keys are `id`, `type`, `transport`, `phases`, `timeout`, `tls`, `concurrency`)
    4:48 error MS6001 [ö] `servers[0].concurrency` must be a whole number from 0 to 4294967295, not `ö`
    ");
}

#[test]
fn versions_are_checked() {
    insta::assert_snapshot!(running("servers: []\n"), @r#"1:1 error MS6014 [] the file has no `version` (begin the file with `version: "6.10"`)"#);
    insta::assert_snapshot!(running("version: \"4.9\"\n"), @r#"1:10 error MS6014 ["4.9"] `4.9` is not a version of the format (versions are "5.8" to "6.10", in quotes)"#);
    insta::assert_snapshot!(running("version: \"5.6\"\n"), @r#"1:10 warning MS6014 ["5.6"] `5.6` is read as `5.8`, the oldest version known"#);
    assert_eq!(running("version: 6.10\n"), "");
    assert_eq!(running("version: \"5.8\"\nservers: []\ntransportgroups: []\n"), "");
}

#[test]
fn malformed_text_is_one_finding() {
    insta::assert_snapshot!(running("version: \"6.10\"\nservers: [1, 2\n"), @"3:1 error MS6011 [] while parsing a flow sequence, expected ',' or ']'");
    insta::assert_snapshot!(running("version: \"6.10\"\n\tservers: 1\n"), @"2:2 error MS6011 [] tabs disallowed within this context (block indentation)");
    insta::assert_snapshot!(running("version: \"6.10\"\nservers: []\nservers: []\n"), @"3:1 error MS6011 [servers] the key `servers` is given twice");
    insta::assert_snapshot!(running("a: &a [*a]\n"), @"1:8 error MS6011 [*a] an alias stands inside the value that it names");
    insta::assert_snapshot!(running("version: \"6.10\"\n---\nversion: \"6.10\"\n"), @"2:1 error MS6011 [---] a configuration file holds one document only");
}

#[test]
fn ids_are_unique_and_defined() {
    insta::assert_snapshot!(running(r#"version: "6.10"
servers:
  - {id: in, transport: mxx}
  - {id: in}
transportgroups:
  - {id: g, dsn: {transport: none}, transports: [{id: mx}, {id: mx}]}
"#), @r"
    4:10 error MS6008 [in] the server `in` is defined twice
    6:65 error MS6008 [mx] the transport `mx` is defined twice
    3:25 warning MS6002 [mxx] no transport has the id `mxx` (did you mean `mx`?)
    6:30 warning MS6002 [none] no transport has the id `none` (mail for it waits in the queue until the transport exists)
    ");
}

#[test]
fn limits_of_scripts_are_within_what_the_machine_keeps() {
    let with = |limits: &str| {
        running(&format!("version: \"6.10\"\nscripting: {{limits: {{{limits}}}}}\n"))
    };
    assert_eq!(with("time: 5s, eodtime: 1m, memory: 64MiB, fuel: 9, calls: 50, regex: 1000"), "");
    insta::assert_snapshot!(with("memory: 1KiB, calls: 5, regex: 20000000"), @r"
    2:30 error MS6001 [1KiB] `scripting.limits.memory` must be from 65536 to 1099511627776
    2:43 error MS6001 [5] `scripting.limits.calls` must be from 10 to 100000
    2:53 error MS6001 [20000000] `scripting.limits.regex` must be from 1000 to 10000000
    ");
}

#[test]
fn both_files_speak_of_the_same_servers() {
    let (one, two): (Arc<str>, Arc<str>) = (Arc::from("smtpd.yaml"), Arc::from("smtpd-app.yaml"));
    let startup = "version: \"6.10\"\nservers: [{id: a}, {id: b, type: http}]\n";
    let running = "version: \"6.10\"\nservers: [{id: b}, {id: c}]\n";
    let first = load_startup(&one, startup.as_bytes(), false).value.expect("startup");
    let second = load_running(&two, running.as_bytes(), false).value.expect("running");
    let messages: Vec<_> = check_pair((&one, &first), (&two, &second))
        .into_iter()
        .map(|finding| format!("{} {}", finding.file, finding.message))
        .collect();
    assert_eq!(
        messages,
        [
            "smtpd.yaml server `a` has no settings in smtpd-app.yaml",
            "smtpd-app.yaml server `b` is of type `smtp` here and `http` in smtpd.yaml",
            "smtpd-app.yaml server `c` has no listeners in smtpd.yaml",
        ]
    );
}

#[test]
fn a_strict_reading_refuses_unknown_keys() {
    let text = b"version: \"6.10\"\nserverz: []\n";
    let file = Arc::from("smtpd-app.yaml");
    assert!(load_running(&file, text, false).value.is_some());
    assert!(load_running(&file, text, true).value.is_none());
}
