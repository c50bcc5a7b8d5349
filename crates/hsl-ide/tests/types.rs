//! Features that need types; `$0` is the cursor.

use std::sync::Arc;

use diagnostics::Span;
use hsl_analysis::{MemorySources, Unit};
use hsl_decl::{Hook, HookSet};
use hsl_ide::{Alone, View, complete, hints, hover, signatures, type_definition};

const FILE: &str = "src/hooks/eod/default.hsl";

fn view(hook: Hook, source: &str) -> (View, usize) {
    let offset = source.find("$0").expect("a cursor");
    let text = source.replacen("$0", "", 1);
    let library = "function relay($domain) { return [\"host\" => $domain, \"port\" => 25]; }\nclass Route { }\n";
    let sources = MemorySources::new().with(FILE, &text).with("lib.hsl", library);
    let unit = Unit::new(Some(hook), mta_hooks::catalog());
    let parse = hsl_syntax::parse(text.into_bytes());
    (View::new(&FILE.into(), parse, &sources, unit, [Arc::from("lib.hsl")].into()), offset)
}

fn items(source: &str) -> String {
    let (view, offset) = view(Hook::PostDelivery, source);
    let items = complete(&view, &Alone, offset);
    let shown = items.iter().filter(|item| item.rank <= 1).take(12);
    let shown = shown.map(|i| format!("{}: {}", i.label, i.detail.as_deref().unwrap_or("")));
    shown.collect::<Vec<_>>().join("\n")
}

fn first_line(source: &str) -> String {
    let (view, offset) = view(Hook::Eod, source);
    let page = hover(&view, offset).map_or("nothing".to_owned(), |hover| hover.markdown);
    page.lines()
        .filter(|line| !line.starts_with("```") && !line.is_empty())
        .collect::<Vec<_>>()
        .join(" / ")
}

fn signed(source: &str) -> String {
    let (view, offset) = view(Hook::Eod, source);
    let Some(found) = signatures(&view, offset).into_iter().next() else {
        return "nothing".to_owned();
    };
    let active = found.active.map(|at| &found.parameters[at].label);
    let active = active.map(|label| &found.label[label.range(found.label.len())]);
    format!("{} <{}>", found.label, active.unwrap_or("none"))
}

fn hinted(source: &str) -> String {
    let (view, _) = view(Hook::Eod, source);
    let mut text = String::from_utf8_lossy(&view.parse.text).into_owned();
    let all = Span::new(0, text.len());
    for hint in hints(&view, all).iter().rev() {
        text.insert_str(hint.offset, &format!("«{}»", hint.label));
    }
    text
}

#[test]
fn json_that_stands_in_the_script_has_a_shape() {
    let source =
        r#"$j = json_decode(''{ "size": 3, "tls": { "mode": "dane" } }''); echo $j["$0"];"#;
    insta::assert_snapshot!(items(source), @r#"
    size: number
    tls: ["mode" => string]
    "#);
    let broken = r#"$j = json_decode(''{ "size": 3, // no''); echo $j["$0"];"#;
    insta::assert_snapshot!(items(broken), @"");
}

#[test]
fn arrays_with_known_keys_lead_to_where_they_are_made() {
    let made = |source: &str| {
        let (view, offset) = view(Hook::Eod, source);
        let found = type_definition(&view, offset);
        let places =
            found.iter().map(|target| format!("{} {:?}", target.file, target.span.range(999)));
        places.collect::<Vec<_>>().join("; ")
    };
    assert_eq!(
        made(r#"$o = ["size" => 3]; echo $$0o["size"];"#),
        "src/hooks/eod/default.hsl 5..18"
    );
    let called = r#"import { relay } from "lib.hsl"; $r = relay("x"); echo $$0r["host"];"#;
    assert_eq!(made(called), "lib.hsl 33..66");
    assert_eq!(made(r#"$o = 3; echo $$0o;"#), "");
    let imported = r#"import { Route } from "lib.hsl"; $r = Route(); echo $$0r;"#;
    assert_eq!(made(imported), "lib.hsl 76..81");
}

fn class_of(source: &str) -> String {
    let (view, offset) = view(Hook::Eod, source);
    let found = type_definition(&view, offset);
    let text = |span: Span| String::from_utf8_lossy(&view.parse.text[span.range(999)]).into_owned();
    found.iter().map(|target| format!("{} {}", target.span.start, text(target.span))).collect()
}

#[test]
fn keys_by_shape() {
    insta::assert_snapshot!(items(r#"$o = ["size" => 3, "tls" => ["mode" => "dane"]]; echo $o["$0"];"#), @r#"
    size: number
    tls: ["mode" => string]
    "#);
    insta::assert_snapshot!(items(r#"import { relay } from "lib.hsl"; $r = relay("x"); echo $r["$0"];"#), @"
    host: string
    port: number
    ");
    insta::assert_snapshot!(items(r#"["$0" => $x] = ["host" => "a", "port" => 1];"#), @"
    host: string
    port: number
    ");
    insta::assert_snapshot!(items(r#"["host" => $h, "$0" => $x] = ["host" => "a", "port" => 1];"#), @"port: number");
    insta::assert_snapshot!(items(r#"foreach ([["k" => 1]] as $row) { echo $row["$0"]; }"#), @"k: number");
    insta::assert_snapshot!(items(r#"array_map(function ($row) { return $row["$0"]; }, [["k" => 1]]);"#), @"k: number");
}

#[test]
fn keys_in_texts_that_are_not_finished() {
    insta::assert_snapshot!(items("function f() { $o = [\"k\" => 1];\n foreach ([$o] as $x) {\n echo $x[\"$0\n }\n }\n echo 1;\n"), @"k: number");
    insta::assert_snapshot!(items("$o = [\"k\" => [\"deep\" => 1]];\nif ($o[\"k\"][\"$0\n"), @"deep: number");
    insta::assert_snapshot!(items(r#"$t = $arguments["attempt"]["connection"]["tls"]; echo $t["ciph$0"#), @r#"
    cipher: string | none
    keysize: number | none
    peercert: ["x509" => X509Resource, "chain" => array, "error" => number] | none
    protocol: string | none
    started: boolean
    tlsa: ["error"? => array, "records"? => list of array] | none
    tlsrpt: string | none
    "#);
}

#[test]
fn members_of_own_classes() {
    let class = "class Box { private $v = 1; constructor() { $this->size = 2; } function get() { return $this->v; } }\n";
    insta::assert_snapshot!(items(&format!("{class}$b = Box(); $b->$0")), @"
    get: function get()
    size: number
    v: private $v = 1
    ");
    insta::assert_snapshot!(class_of(&format!("{class}$b = Box(); echo $$0b;")), @"6 Box");
}

#[test]
fn options_with_values() {
    let (view, offset) = view(Hook::Eod, r#"dns_query("a", [$0]);"#);
    let items = complete(&view, &Alone, offset);
    let snippets = items.iter().filter_map(|item| item.snippet.as_deref());
    insta::assert_snapshot!(snippets.collect::<Vec<_>>().join("\n"), @r#"
    "extended_result" => ${1|true,false|}
    "servers" => [$1]
    "timeout" => ${1:5}
    "type" => "${1|a,aaaa,mx,txt,cname,ns,ptr,soa,srv,tlsa,caa,naptr,ds|}"
    "#);
}

#[test]
fn values_of_options() {
    let (view, offset) =
        view(Hook::Eod, r#"$arguments["mail"]->signDKIM("s", "d", "k", ["algorithm" => $0]);"#);
    let items = complete(&view, &Alone, offset);
    let values = items.iter().filter(|item| item.rank == 0 && item.label.starts_with('"'));
    let values: Vec<_> = values.map(|item| item.label.as_str()).collect();
    insta::assert_snapshot!(values.join(" "), @r#""ed25519-sha256" "rsa-sha1" "rsa-sha256""#);
    insta::assert_snapshot!(first_line(r#"dns_query("a", ["time$0out" => 1]);"#), @r#""timeout" => number = 5 / Seconds."#);
}

#[test]
fn hovers_tell_types() {
    insta::assert_snapshot!(first_line("$a = 1;\n$a = [\"k\" => \"v\"];\necho $$0a;"), @r#"$a: ["k" => string] / Set in line 2."#);
    insta::assert_snapshot!(first_line("$a = [\"k\" => \"v\"];\necho $a[\"$0k\"];"), @r#""k": string"#);
    insta::assert_snapshot!(first_line("function f($x) { return [$x$0]; } f(\"a\");"), @"$x: string / Set in line 1.");
    insta::assert_snapshot!(first_line("foreach ([1, 2] as $i => $v$0) echo $v;"), @"$v: number");
    insta::assert_snapshot!(first_line("foreach ([1, 2] as $i$0 => $v) echo $v;"), @"$i: number");
}

#[test]
fn calls_have_signatures() {
    insta::assert_snapshot!(signed("str_find(\"a\", $0"), @"str_find(string $string, string $substring, [number $offset]): number <string $substring>");
    insta::assert_snapshot!(signed("function f($a, $b = [1, 2], ...$c) { } f(1, 2, 3, $0"), @"function f($a, $b = [1, 2], ...$c) <...$c>");
    insta::assert_snapshot!(signed("echo length(str_lower($0));"), @"str_lower(string $string): string <string $string>");
    insta::assert_snapshot!(signed("dns_query(\"a\", [\"type\" => $0"), @r#"["type" => string = a, "timeout" => number = 5, "servers" => array = system resolvers, "extended_result" => boolean = false] <"type" => string = a>"#);
    insta::assert_snapshot!(signed("$arguments[\"mail\"]->addHeader(\"a\", $0"), @"addHeader(string $name, string $value, [array $options]): none <string $value>");
    insta::assert_snapshot!(signed("Reject(\"no\", [\"disconnect\" => true, \"reply_codes\" => [$0"), @r#"["code" => number, "enhanced" => array] <none>"#);
    insta::assert_snapshot!(signed("Reject(\"no\", [\"reply_codes\" => [\"enhanced\" => [5, $0]]]);"), @r#"["code" => number, "enhanced" => array] <"enhanced" => array>"#);
    insta::assert_snapshot!(signed("Accept([\"reason\" => [\"a\", $0"), @r#"["reason" => string or array = system text, "reply_codes" => array = predefined] <"reason" => string or array = system text>"#);
    insta::assert_snapshot!(signed("echo 1;$0"), @"nothing");
}

#[test]
fn hints_between_the_words() {
    insta::assert_snapshot!(hinted("$0str_find($a, \"x\", 3); length(\"x\");"), @r#"str_find($a, «substring:»"x", «offset:»3); length("x");"#);
    insta::assert_snapshot!(hinted("$0foreach ([\"a\"] as $x) echo $x;"), @r#"foreach (["a"] as $x«: string») echo $x;"#);
    insta::assert_snapshot!(hinted("$0$u = url_parse(\"x\");"), @r#"$u = url_parse("x")«| none»;"#);
}

#[test]
fn a_verdict_takes_other_arguments_in_another_hook() {
    let text = "function f() { Accept($0); }";
    let offset = text.find("$0").expect("a cursor");
    let text = text.replacen("$0", "", 1);
    let sources = MemorySources::new().with("lib.hsl", &text);
    let reached = HookSet::of(&[Hook::Connect, Hook::RcptTo]);
    let unit = Unit::reached_from(mta_hooks::catalog(), reached);
    let parse = hsl_syntax::parse(text.into_bytes());
    let view = View::new(&"lib.hsl".into(), parse, &sources, unit, Arc::default());
    let found = signatures(&view, offset);
    let shown = found.iter().map(|way| {
        let docs = way.docs.as_deref().and_then(|docs| docs.lines().next());
        format!("{} {}\n", docs.unwrap_or_default(), way.label)
    });
    insta::assert_snapshot!(shown.collect::<String>(), @"
    In connect. Accept([array $options]): never
    In rcptto. Accept([array $options]): never
    ");
}
