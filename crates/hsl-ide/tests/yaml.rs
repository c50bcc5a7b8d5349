//! Editor features on configuration files; `$0` is the cursor.

use std::sync::Arc;

use hsl_ide::yaml::{self, ConfigItem, ConfigKind, ConfigView};
use mta_project::{Snapshot, layout};

const STARTUP: &str = "version: \"6.10\"\nservers:\n  - id: inbound\n  - id: outbound\n";
const RUNNING: &str = r#"version: "6.10"
# Two lines
# of comment.
servers:
  - id: inbound
    transport: mx
    phases:
      connect: {hook: first}
      rcptto:
        hook:
          id: other
          recipientdomains:
            example.com: gone
      data:
        maxsize: 50MiB
transportgroups:
  - id: out
    retry:
      intervals:
        - interval: 60
    transports:
      - id: mx
      - id: smart
"#;

/// A file of the project, and where the cursor is.
fn view(kind: ConfigKind, text: &str) -> (ConfigView, usize) {
    let offset = text.find("$0").unwrap_or_default();
    let text = text.replacen("$0", "", 1);
    let name = match kind {
        ConfigKind::Startup => layout::STARTUP,
        ConfigKind::Running => layout::RUNNING,
        ConfigKind::Policy => layout::POLICY,
        ConfigKind::Suspend => layout::SUSPEND,
    };
    let mut texts = Snapshot::new();
    texts.insert(layout::STARTUP, STARTUP.as_bytes());
    // The graph keeps what a file said before it was broken.
    texts.insert(layout::RUNNING, RUNNING.as_bytes());
    for script in ["connect/first", "connect/second", "rcptto/other"] {
        texts.insert(format!("src/hooks/{script}.hsl"), *b"Accept();\n");
    }
    let before = mta_project::graph(None, &texts, |_| None);
    texts.insert(name, text.as_bytes());
    let graph = mta_project::graph(Some(&before), &texts, |_| None);
    let tree = mta_config::yaml::recover(text.as_bytes()).map(Arc::new);
    let view = ConfigView::new(&name.into(), kind, text.into_bytes().into(), tree);
    let script_name = Some(layout::hook_name as fn(_, &str) -> _);
    (ConfigView { graph: Arc::new(graph), script_name, ..view }, offset)
}

fn items(text: &str) -> Vec<ConfigItem> {
    let (view, offset) = view(ConfigKind::Running, text);
    yaml::complete(&view, offset)
}

/// The labels and what they replace.
fn labels(text: &str) -> String {
    let items = items(text);
    let plain = text.replacen("$0", "", 1);
    let labels: Vec<_> = items.iter().map(|item| item.label.as_str()).collect();
    match items.first() {
        Some(first) => {
            format!("{} | {}", &plain[first.replace.range(plain.len())], labels.join(" "))
        }
        None => "nothing".to_owned(),
    }
}

fn hovered(text: &str) -> String {
    let (view, offset) = view(ConfigKind::Running, text);
    yaml::hover(&view, offset).map_or("nothing".to_owned(), |hover| {
        let text = &view.text[hover.span.range(view.text.len())];
        format!("[{}]\n{}", String::from_utf8_lossy(text), hover.markdown)
    })
}

#[test]
fn missing_keys_of_the_section_are_offered() {
    let before = "version: \"6.10\"\nservers:\n  - id: a\n";
    let key = |line: &str| labels(&format!("{before}{line}"));
    insta::assert_snapshot!(key("    $0\n"), @" | type transport phases timeout tls concurrency");
    insta::assert_snapshot!(key("    ti$0\n    transport: mx\n"), @"ti | type phases timeout tls concurrency");
    insta::assert_snapshot!(key("    phases:\n      $0\n      connect: {hook: first}\n"), @" | proxy helo auth mailfrom rcptto data eod disconnect");
    insta::assert_snapshot!(key("    phases: {connect: {hook: a}, da$0"), @"da | proxy helo auth mailfrom rcptto data eod disconnect");
    insta::assert_snapshot!(key("  - $0"), @" | id type transport phases timeout tls concurrency");
    insta::assert_snapshot!(key("$0"), @" | transportgroups addresses resolver queues lists pki monitor plugins scripting");
    insta::assert_snapshot!(key("    ti$0meout: {idle: 5m}\n"), @"timeout | type transport phases timeout tls concurrency");
    // A line that is broken elsewhere takes nothing away.
    insta::assert_snapshot!(key("    phases:\n      con\n      data:\n        $0\n"), @" | maxsize maxhops multipart lineendings");
}

#[test]
fn keys_bring_room_for_their_values() {
    let shown = |text: &str, label: &str| {
        let items = items(text);
        let item = items.iter().find(|item| item.label == label).expect("the key");
        let detail = item.detail.as_deref().unwrap_or_default();
        format!("{:?} {:?} {detail}", item.insert, item.snippet.as_deref().unwrap_or_default())
    };
    let server = "servers:\n  - id: a\n    $0";
    insta::assert_snapshot!(shown(server, "transport"), @r#""transport: " "transport: $1" string"#);
    insta::assert_snapshot!(shown(server, "type"), @r#""type: " "type: ${1|smtp,http,https,plugin|}" `smtp`, `http`, `https`, `plugin`"#);
    insta::assert_snapshot!(shown(server, "phases"), @r#""phases:\n      " "phases:\n      $0" section"#);
    insta::assert_snapshot!(shown("$0", "servers"), @r#""servers:\n  - " "servers:\n  - $0" list of section"#);
    insta::assert_snapshot!(shown("servers:\n  - {id: a, $0}", "phases"), @r#""phases: " "phases: {$0\\}" section"#);
    insta::assert_snapshot!(shown("servers:\n  - timeout: {$0", "idle"), @r#""idle: " "idle: ${1:30s}" string or number, such as 30s, 5m, 1h30m"#);
    insta::assert_snapshot!(shown("servers:\n  - phases: {connect: {$0}}", "hook"), @r#""hook: " "hook: $1" string"#);
    insta::assert_snapshot!(shown("servers:\n  - ti$0me: 1", "timeout"), @r#""timeout" "" section"#);
}

#[test]
fn values_are_words_flags_ids_and_scripts() {
    let value = |line: &str| {
        let groups = "transportgroups: [{id: out, transports: [{id: mx}, {id: smart}]}]";
        labels(&format!("{groups}\nservers:\n  - id: a\n    {line}\n"))
    };
    insta::assert_snapshot!(value("type: $0"), @" | smtp http https plugin");
    insta::assert_snapshot!(value("type: ht$0tp"), @"http | smtp http https plugin");
    insta::assert_snapshot!(value("transport: \"$0\""), @r#""" | mx smart"#);
    insta::assert_snapshot!(value("transport:\n      $0"), @" | mx smart");
    insta::assert_snapshot!(value("phases: {connect: {hook: $0}}"), @" | first second");
    insta::assert_snapshot!(value("phases: {rcptto: {hook: {recipientdomains: {a.example: $0"), @" | other");
    insta::assert_snapshot!(value("phases:\n      data:\n        lineendings: $0"), @" | normalize reject reject-unauthenticated keep");
    insta::assert_snapshot!(labels("servers:\n  - id: $0"), @" | inbound outbound");
    insta::assert_snapshot!(labels("version: $0\n"), @" | 5.8 5.9 5.10 5.11 5.12 6.0 6.1 6.2 6.3 6.4 6.5 6.6 6.7 6.8 6.9 6.10");
    assert_eq!(
        items("version: $0\n").last().map(|item| item.insert.clone()),
        Some("\"6.10\"".into())
    );
    insta::assert_snapshot!(value("# type: $0"), @"nothing");
    insta::assert_snapshot!(value("tls: {implicit: $0}"), @" | true false");
}

#[test]
fn keys_and_scripts_explain_themselves() {
    let text = |from: &str, to: &str| RUNNING.replacen(from, to, 1);
    insta::assert_snapshot!(hovered(&text("maxsize", "max$0size")), @r"
    [maxsize]
    `servers[].phases.data.maxsize`: string or integer, such as 50MiB, 1GiB

    Largest message.

    Bytes, or multiples of 1024 of them by their unit.

    Default: `50MiB`
    ");
    insta::assert_snapshot!(hovered(&text("phases", "phas$0es")), @r"
    [phases]
    `servers[].phases`: section

    Hooks and limits by phase.
    ");
    insta::assert_snapshot!(hovered(&text("first", "fi$0rst")), @r"
    [first]
    Script of the connect hook: `src/hooks/connect/first.hsl`
    ");
    insta::assert_snapshot!(hovered(&text("gone", "go$0ne")), @r"
    [gone]
    Script of the rcptto hook: `src/hooks/rcptto/gone.hsl`, which does not exist
    ");
    insta::assert_snapshot!(hovered(&text("# Two", "# T$0wo")), @"nothing");
    // Where another line is broken, this one is still there.
    insta::assert_snapshot!(hovered(&text("maxsize", "broken\n        max$0size")), @r"
    [maxsize]
    `servers[].phases.data.maxsize`: string or integer, such as 50MiB, 1GiB

    Largest message.

    Bytes, or multiples of 1024 of them by their unit.

    Default: `50MiB`
    ");
}

#[test]
fn values_tell_what_they_name() {
    let text = |from: &str, to: &str| RUNNING.replacen(from, to, 1);
    insta::assert_snapshot!(hovered(&text("transport: mx", "transport: m$0x")), @r"
    [mx]
    Id `mx` of a transport

    Defined in:
    - `src/config/smtpd-app.yaml:22`

    ---
    `servers[].transport`: string

    Transport of a recipient unless a script names another.
    ");
    insta::assert_snapshot!(hovered(&text("maxsize: 50", "maxsize: 5$00")), @r"
    [50MiB]
    `servers[].phases.data.maxsize`: string or integer, such as 50MiB, 1GiB

    Largest message.

    Bytes, or multiples of 1024 of them by their unit.

    Default: `50MiB`
    ");
}

#[test]
fn conditions_name_ids_and_lists() {
    let of = |kind: ConfigKind, text: &str| {
        let (view, offset) = view(kind, text);
        let items = yaml::complete(&view, offset).into_iter();
        items.map(|item| format!("{} {}", item.label, item.insert)).collect::<Vec<_>>().join(", ")
    };
    let policy = |condition: &str| {
        let head = "lists: [{id: slow}]\npolicies:\n  - fields: [jobid]\n    conditions:\n";
        let text = format!("{head}      - if: {{{condition}}}\n        then: {{tag: careful}}\n");
        of(ConfigKind::Policy, &text)
    };
    insta::assert_snapshot!(policy("transportid: $0"), @"mx mx, smart smart");
    insta::assert_snapshot!(policy("jobid: $0"), @r#"@slow "@slow""#);
    insta::assert_snapshot!(policy("jobid: \"@$0\""), @r#"@slow "@slow""#);
    insta::assert_snapshot!(of(ConfigKind::Suspend, "suspends:\n  - transportid: $0\n"), @"mx mx, smart smart");
    let tags = "policies:\n  - default: {tag: careful}\n  - default: {tag: $0}\n";
    insta::assert_snapshot!(of(ConfigKind::Policy, tags), @"careful careful");
}

#[test]
fn sections_and_elements_make_the_outline() {
    fn show(items: &[hsl_ide::OutlineItem], depth: usize, out: &mut String) {
        for item in items {
            out.push_str(&format!("{}{} {:?}\n", "  ".repeat(depth), item.name, item.kind));
            show(&item.children, depth + 1, out);
        }
    }
    let (view, _) = view(ConfigKind::Running, RUNNING);
    let mut out = String::new();
    show(&yaml::outline(&view), 0, &mut out);
    insta::assert_snapshot!(out, @r"
    version Setting
    servers Section
      inbound Element
        id Setting
        transport Setting
        phases Section
          connect Section
            hook Setting
          rcptto Section
            hook Section
              id Setting
              recipientdomains Section
                example.com Setting
          data Section
            maxsize Setting
    transportgroups Section
      out Element
        id Setting
        retry Section
          intervals Section
            60 Element
              interval Setting
        transports Section
          mx Element
            id Setting
          smart Element
            id Setting
    ");
}

#[test]
fn sections_and_comments_fold() {
    let (view, _) = view(ConfigKind::Running, RUNNING);
    let folds = yaml::folds(&view);
    let shown: Vec<_> =
        folds.iter().map(|f| format!("{}-{} {:?}", f.first, f.last, f.kind)).collect();
    insta::assert_snapshot!(shown.join("\n"), @r"
    1-2 Comment
    3-14 Region
    4-14 Region
    6-14 Region
    8-12 Region
    9-12 Region
    11-12 Region
    13-14 Region
    15-22 Region
    16-22 Region
    17-19 Region
    18-19 Region
    20-22 Region
    ");
}

#[test]
fn selections_grow_by_section() {
    let (view, offset) = view(ConfigKind::Running, &RUNNING.replacen("60", "6$00", 1));
    let grown: Vec<_> = yaml::selections(&view, offset)
        .into_iter()
        .map(|span| String::from_utf8_lossy(&view.text[span.range(view.text.len())]).into_owned())
        .collect();
    let first: Vec<_> = grown.iter().map(|text| text.lines().next().unwrap_or_default()).collect();
    insta::assert_snapshot!(first.join("\n"), @r#"
    60
    interval: 60
    - interval: 60
    intervals:
    retry:
    id: out
    - id: out
    transportgroups:
    version: "6.10"
    "#);
}

#[test]
fn links_and_lenses_stand_at_scripts() {
    let (view, _) = view(ConfigKind::Running, RUNNING);
    let text = |span: diagnostics::Span| {
        String::from_utf8_lossy(&view.text[span.range(view.text.len())]).into_owned()
    };
    let links = yaml::links(&view).into_iter();
    let links: Vec<_> =
        links.map(|link| format!("{} {:?}", text(link.span), link.target)).collect();
    insta::assert_snapshot!(links.join("\n"), @r#"
    first File("src/hooks/connect/first.hsl")
    other File("src/hooks/rcptto/other.hsl")
    "#);
    let lenses = yaml::lenses(&view).into_iter();
    let lenses: Vec<_> =
        lenses.map(|lens| format!("{} {:?}", text(lens.span), lens.action)).collect();
    insta::assert_snapshot!(lenses.join("\n"), @r#"
    inbound References
    first Open("src/hooks/connect/first.hsl")
    first Run("src/hooks/connect/first.hsl")
    first Debug("src/hooks/connect/first.hsl")
    other Open("src/hooks/rcptto/other.hsl")
    other Run("src/hooks/rcptto/other.hsl")
    other Debug("src/hooks/rcptto/other.hsl")
    gone Create("src/hooks/rcptto/gone.hsl")
    out References
    mx References
    smart References
    "#);
}
