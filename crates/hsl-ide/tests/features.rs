//! Editor features on small files; `$0` is the cursor.

use std::sync::Arc;

use hsl_analysis::{MemorySources, Unit};
use hsl_decl::Hook;
use hsl_ide::{Alone, Completion, View, complete, definition, folds, hover, outline};

const FILE: &str = "src/hooks/eod/default.hsl";
const LIBRARY: &str = r#"// What is shared.
$limit = 5;
// Whether a domain is ours.
function is_local($domain, $strict = false) { return $domain; }
class Box { $v = 7; static $count = 3; private function open($key) { } static function make() { } }
"#;

fn view(hook: Option<Hook>, source: &str) -> (View, usize) {
    let offset = source.find("$0").expect("a cursor");
    let text = source.replacen("$0", "", 1);
    let sources = MemorySources::new().with(FILE, &text).with("lib.hsl", LIBRARY);
    let unit = Unit::new(hook, mta_hooks::catalog());
    let parse = hsl_syntax::parse(text.into_bytes());
    let paths = ["extras/ranks/by.hsl", "extras/ranks/main.hsl", "lib.hsl", "lists/domains.json"];
    let paths = paths.map(Arc::from).into();
    (View::new(&FILE.into(), parse, &sources, unit, paths), offset)
}

fn items(hook: Hook, source: &str) -> Vec<Completion> {
    let (view, offset) = view(Some(hook), source);
    complete(&view, &Alone, offset)
}

/// The labels, those of the library left out when there are many.
fn labels(hook: Hook, source: &str) -> String {
    let items = items(hook, source);
    items.iter().map(|item| item.label.as_str()).collect::<Vec<_>>().join(" ")
}

fn has(hook: Hook, source: &str, label: &str) -> bool {
    items(hook, source).iter().any(|item| item.label == label)
}

fn hovered(hook: Hook, source: &str) -> String {
    let (view, offset) = view(Some(hook), source);
    hover(&view, offset).map_or("nothing".into(), |hover| {
        let text = &view.parse.text[hover.span.range(view.parse.text.len())];
        format!("[{}]\n{}", String::from_utf8_lossy(text), hover.markdown)
    })
}

fn defined(source: &str) -> String {
    let (view, offset) = view(Some(Hook::Eod), source);
    definition(&view, offset)
        .map_or("nothing".into(), |t| format!("{} {}..{}", t.file, t.span.start, t.span.end))
}

#[test]
fn keys_of_hook_variables() {
    insta::assert_snapshot!(labels(Hook::Connect, r#"if ($arguments["re$0"]) {}"#), @"localip localport proxyip proxytlv remoteip remoteport remoteptr remoteptrresult remoteuid serverid");
    insta::assert_snapshot!(labels(Hook::Eod, r#"echo $connection["tls"]["$0"#), @"cipher keysize peercert protocol sni");
    insta::assert_snapshot!(labels(Hook::RcptTo, r#"$a = $arguments["$0"; echo 1;"#), @"address params recipient transportid");
    insta::assert_snapshot!(labels(Hook::Eod, r#"foreach ($transaction["recipients"] as $r) echo $r["$0"];"#), @"address params recipient transportid");
    assert!(has(Hook::Eod, "echo $connection[$0];", "\"remoteip\""));
    assert!(has(Hook::Eod, "$t = $connection[\"tls\"]; echo $t->$0;", "cipher"));
    assert!(!has(Hook::Connect, r#"echo $connection["$0"];"#, "helo"));
}

#[test]
fn a_key_replaces_the_whole_string() {
    let items = items(Hook::Connect, r#"echo $arguments["re$0mote"];"#);
    let item = items.iter().find(|item| item.label == "remoteip").expect("the key");
    assert_eq!((item.replace.start, item.replace.end), (17, 23));
    assert_eq!(item.detail.as_deref(), Some("string"));
}

#[test]
fn builtins_are_those_of_the_hook() {
    assert!(has(Hook::Eod, "$0", "Accept") && has(Hook::Eod, "$x = $0;", "length"));
    assert!(has(Hook::PreDelivery, "T$0", "Try"));
    let elsewhere = items(Hook::Eod, "T$0");
    let last = elsewhere.iter().find(|item| item.label == "Try").expect("the verdict");
    assert_eq!((last.deprecated, last.rank, last.note.as_deref()), (true, 9, Some("not in eod")));
    assert!(!items(Hook::PreDelivery, "T$0").iter().any(|i| i.label == "Try" && i.deprecated));
    assert!(has(Hook::Eod, "i$0", "if") && !has(Hook::Eod, "$x = i$0", "if"));
    let items = items(Hook::Eod, "dns_q$0");
    let item = items.iter().find(|item| item.label == "dns_query").expect("the function");
    assert_eq!((item.replace.start, item.replace.end), (0, 5));
    assert!(item.takes_arguments);
    assert!(item.docs.page().is_some_and(|docs| docs.contains("# Example")));
}

#[test]
fn variables_of_the_scope_and_the_hook() {
    let source = "$top = 1; function f($arg) { $inner = 2; echo $0 } $later = 3;";
    insta::assert_snapshot!(
        items(Hook::Eod, source).iter().map(|i| &*i.label).filter(|l| l.starts_with('$')).collect::<Vec<_>>().join(" "),
        @"$arg $inner"
    );
    assert!(has(Hook::Eod, "function f() { global $a$0; }", "$arguments"));
    insta::assert_snapshot!(labels(Hook::Connect, "$top = 1; echo $t$0;"), @"$top $arguments $connection $context $transaction");
    insta::assert_snapshot!(labels(Hook::Connect, r#"$top = 1; echo "a $to$0";"#), @"$top $arguments $connection $context $transaction");
    insta::assert_snapshot!(labels(Hook::Connect, r#"$top = 1; echo "a \$to$0";"#), @"");
    insta::assert_snapshot!(labels(Hook::Connect, "$top = 1; echo $$0"), @"$top $arguments $connection $context $transaction");
}

#[test]
fn names_of_the_script_come_first() {
    let source = r#"import { is_local, Box } from "lib.hsl"; import * as lib from "lib.hsl"; i$0"#;
    let first: Vec<_> =
        items(Hook::Eod, source).into_iter().filter(|item| item.rank == 0).collect();
    let shown: Vec<_> = first.iter().map(|i| format!("{} {:?}", i.label, i.detail)).collect();
    insta::assert_snapshot!(shown.join("\n"), @r#"
    Box Some("class Box")
    is_local Some("function is_local($domain, $strict = false)")
    lib Some("import * as lib from \"lib.hsl\"")
    "#);
}

#[test]
fn members() {
    let class = "class A { $v = 1; static $s = 2; function get($x) { return $this->$0; } static function of() { } } ";
    insta::assert_snapshot!(labels(Hook::Eod, class), @"get v");
    let class = class.replace("$0", "v");
    insta::assert_snapshot!(labels(Hook::Eod, &format!("{class} A::$0")), @"of s");
    insta::assert_snapshot!(labels(Hook::Eod, &format!("{class} $a = A(); $a->$0 echo 1;")), @"get v");
    insta::assert_snapshot!(labels(Hook::Eod, r#"import * as lib from "lib.hsl"; lib::$0"#), @"$limit Box is_local");
    assert!(has(Hook::Eod, r#"$mail = $arguments["mail"]; $mail->$0"#, "addHeader"));
    assert!(has(Hook::Eod, r#"$arguments["mail"]->add$0; echo 2;"#, "addHeader"));
}

#[test]
fn options_and_paths() {
    insta::assert_snapshot!(labels(Hook::Eod, r#"dns_query("a", ["$0"]);"#), @"extended_result servers timeout type");
    insta::assert_snapshot!(labels(Hook::Eod, r#"dns_query("a", ["timeout" => 1, "$0"]);"#), @"extended_result servers type");
    insta::assert_snapshot!(labels(Hook::Eod, r#"import { a } from "$0";"#), @"extras://ranks extras://ranks/by.hsl lib.hsl lists/domains.json");
    insta::assert_snapshot!(labels(Hook::Eod, r#"import { a } from "extras://$0";"#), @"extras://ranks extras://ranks/by.hsl");
    insta::assert_snapshot!(labels(Hook::Eod, r#"import { a } from "file://$0";"#), @"file://extras/ranks/by.hsl file://extras/ranks/main.hsl file://lib.hsl file://lists/domains.json");
}

#[test]
fn strings_of_closed_sets() {
    insta::assert_snapshot!(labels(Hook::Eod, r#"aes_encrypt($m, $k, "$0");"#), @"cbc ecb");
    insta::assert_snapshot!(labels(Hook::Eod, r#"$s = Socket("$0");"#), @"AF_INET AF_INET6 AF_UNIX");
    insta::assert_snapshot!(labels(Hook::Eod, r#"rsa_sign($m, $k, ["hash" => "$0"]);"#), @"md5 sha1 sha256 sha512");
    assert!(has(Hook::Eod, r#"dns_query("a", ["type" => "$0"]);"#, "mx"));
    assert!(has(Hook::Eod, r#"Map($0"#, "\"number\"") && has(Hook::Eod, "Map($0", "length"));
    let notify =
        r#"$arguments["mail"]->queue("", "a@b.example", "", ["dsn" => ["notify" => ["$0"]]]);"#;
    insta::assert_snapshot!(labels(Hook::Eod, notify), @"DELAY FAILURE NEVER SUCCESS");
    assert!(has(Hook::Eod, &notify.replace("\"$0\"", "\"NEVER\", $0"), "\"DELAY\""));
}

#[test]
fn keys_of_arrays_below_options() {
    insta::assert_snapshot!(labels(Hook::RcptTo, r#"Reject("no", ["reply_codes" => ["$0"]]);"#), @"code enhanced");
    insta::assert_snapshot!(labels(Hook::RcptTo, r#"Reject(["reply_codes" => ["code" => 550, "$0"#), @"enhanced");
    insta::assert_snapshot!(labels(Hook::Eod, r#"$arguments["mail"]->queue("", "", "", ["dsn" => ["ret" => "FULL", "$0"]]);"#), @"envid notify orcpt");
    insta::assert_snapshot!(labels(Hook::Eod, r#"smtp_lookup_rcpt(["tls" => "$0"], "", "");"#), @"dane dane_fallback_require_verify dane_require disabled optional optional_verify require require_verify");
    assert!(has(Hook::Eod, r#"smtp_lookup_rcpt(["$0"], "", "");"#, "saslusername"));
    assert!(has(Hook::PreDelivery, r#"Try(["timeout" => ["$0"]]);"#, "RCPT"));
    insta::assert_snapshot!(hovered(Hook::RcptTo, r#"Reject("no", ["reply_codes" => ["enh$0anced" => [5, 7, 1]]]);"#), @r#"
    ["enhanced"]
    ```hsl
    "enhanced" => array
    ```

    Enhanced status code: a list of three numbers, of which the first is the first digit of the code.
    "#);
}

#[test]
fn keys_of_the_queue() {
    let pre = |source: &str| labels(Hook::PreDelivery, source);
    insta::assert_snapshot!(pre(r#"queue_suspend(["$0"], 60);"#), @"grouping jobid localip recipientdomain remoteip remotemx tenantid transportid");
    insta::assert_snapshot!(pre(r#"queue_suspend(["jobid" => "a"], 60, ["$0"]);"#), @"id properties tag update");
    insta::assert_snapshot!(pre(r#"queue_policy(["$0"], [], [], 60);"#), @"grouping jobid localip recipientdomain remoteip remotemx tenantid transportid");
    insta::assert_snapshot!(pre(r#"queue_policy([], ["jobid" => "a", "$0"], [], 60);"#), @"grouping localip recipientdomain remoteip remotemx tenantid transportid");
    insta::assert_snapshot!(pre(r#"queue_policy([], [], ["rate" => [1, 2], "$0"], 60);"#), @"cluster concurrency connectinterval properties stop tag");
    insta::assert_snapshot!(pre(r#"Try(["sourceip" => ["a", ["$0"]]]);"#), @"address helo id");
    insta::assert_snapshot!(pre(r#"Try(["sourceip" => ["$0"]]);"#), @"");
    insta::assert_snapshot!(pre(r#"Try(["proxyprotocol" => ["$0"]]);"#), @"port server");
    insta::assert_snapshot!(pre(r#"Try(["plugin" => ["$0"]]);"#), @"arguments id");
    insta::assert_snapshot!(pre(r#"Try(["dsn" => ["$0"]]);"#), @"dkim from from_name headers jobid metadata original_headers original_message readable_mimepart recipient subject_prepend success tenantid transportid");
    insta::assert_snapshot!(pre(r#"Bounce(["dsn" => ["from" => "a@example.com", "$0"]]);"#), @"dkim from_name headers jobid metadata original_headers original_message readable_mimepart recipient subject_prepend tenantid transportid");
    insta::assert_snapshot!(pre(r#"Queue(["dsn" => ["dkim" => ["$0"]]]);"#), @"domain key selector");
    insta::assert_snapshot!(labels(Hook::PostDelivery, r#"echo $arguments["policy"]["policies"][0]["dynamic"][0]["$0"];"#), @"id tag");
    insta::assert_snapshot!(hovered(Hook::PreDelivery, r#"Try(["sourceip" => [["he$0lo" => "a"]]]);"#), @r#"
    ["helo"]
    ```hsl
    "helo" => string
    ```

    Name sent in EHLO from this address.
    "#);
    insta::assert_snapshot!(hovered(Hook::PreDelivery, r#"Try(["sour$0ceip" => []]);"#), @r#"
    ["sourceip"]
    ```hsl
    "sourceip" => array = transport setting
    ```

    Source addresses: ids, or arrays with id or address and optionally helo.

    Keys of each array in the list:

    | option | type | default | |
    |---|---|---|---|
    | `id` | string |  | Id of a configured address. |
    | `address` | string |  | The address itself, when it is not a configured one. |
    | `helo` | string |  | Name sent in EHLO from this address. |
    "#);
}

#[test]
fn what_a_key_may_be_is_offered_where_it_is_compared() {
    let post = |source: &str| labels(Hook::PostDelivery, source);
    insta::assert_snapshot!(post(r#"if ($arguments["action"] == "$0") Queue();"#), @"BOUNCE DELETE QUEUE");
    insta::assert_snapshot!(post(r#"if ($arguments["action"] !== "$0"#), @"BOUNCE DELETE QUEUE");
    insta::assert_snapshot!(post(r#"$a = $arguments; if (($a["dsn"]["action"] ?? "") == "$0") Queue();"#), @"delayed delivered failed relayed");
    insta::assert_snapshot!(post(r#"echo match ($arguments["attempt"]["error"]["type"]) { "dns", "$0" => 1 };"#), @"config dane dns network plugin protocol smtp tls");
    insta::assert_snapshot!(post(r#"switch ($arguments["action"]) { case "QUEUE": break; case "$0": break; }"#), @"BOUNCE DELETE QUEUE");
    insta::assert_snapshot!(post(r#"if (array_includes("$0", $message["dsn"]["notify"])) Queue();"#), @"DELAY FAILURE NEVER SUCCESS");
    insta::assert_snapshot!(post(r#"if ("$0" == "a") Queue();"#), @"");
    insta::assert_snapshot!(post(r#"if ($message["jobid"] == "$0") Queue();"#), @"");
    assert!(has(Hook::PostDelivery, r#"if ($arguments["action"] == $0) Queue();"#, "\"BOUNCE\""));
    assert!(has(Hook::PostDelivery, r#"if ($arguments["action"] == $0) Queue();"#, "none"));
    assert!(has(
        Hook::PostDelivery,
        r#"switch ($arguments["action"]) { case $0: break; }"#,
        "\"BOUNCE\""
    ));
}

#[test]
fn what_may_be_none_says_so() {
    let perhaps = |source: &str| {
        let items = items(Hook::Eod, source);
        let names = items.iter().filter(|item| item.may_be_none).map(|item| item.label.as_str());
        names.collect::<Vec<_>>().join(" ")
    };
    insta::assert_snapshot!(perhaps(r#"echo $connection["$0"];"#), @"auth helo remoteptr remoteuid tls");
    insta::assert_snapshot!(perhaps(r#"$arguments["mail"]->$0;"#), @"appendPart getBody getByID getEpilogue getFileName getHeader getPreamble getType getTypeParameter prependPart setBody setEpilogue setPreamble signDKIM");
    insta::assert_snapshot!(perhaps("$a = cache [] json_decode($x); $b = 1; $c = $connection[\"helo\"]; echo $$0;"), @"$c");
    let own = "function f($x) { if ($x) return none; return 1; } function g() { return 1; } ";
    assert!(perhaps(&format!("{own} $0")).split(' ').any(|name| name == "f"));
    assert!(!perhaps(&format!("{own} $0")).split(' ').any(|name| name == "g"));
    let library = perhaps("$x = $0;");
    let says = |name: &str| library.split(' ').any(|word| word == name);
    assert!(says("server_concurrency") && !says("dns_query") && !says("json_decode"));
    let class =
        "class A { constructor() { $this->v = json_encode(1); $this->w = 1; } } $a = A(); $a->$0";
    insta::assert_snapshot!(perhaps(class), @"v");
}

#[test]
fn variables_tell_what_they_held_last() {
    let shown = |source: &str| {
        let items = items(Hook::Eod, source);
        let own = items.iter().filter(|item| item.rank == 0 && item.label.starts_with('$'));
        let shown =
            own.map(|item| format!("{} {}", item.label, item.detail.as_deref().unwrap_or("?")));
        shown.collect::<Vec<_>>().join(", ")
    };
    insta::assert_snapshot!(shown("$a = 1; $b = [\"x\" => 1]; $a = \"s\"; $0 $a = none;"), @r#"$a string, $b ["x" => number]"#);
    insta::assert_snapshot!(shown("function f($p, $q = 2) { foreach ([1, 2] as $n) { echo $n; echo $0 } } f(\"x\");"), @"$n number, $p string, $q number");
    // Of a large program, only where nothing but a variable may stand.
    let large = format!("$a = 1;{}", " ".repeat(70_000));
    insta::assert_snapshot!(shown(&format!("{large} echo $0")), @"$a ?");
    insta::assert_snapshot!(shown(&format!("{large} echo $a . $$0")), @"$a number");
    insta::assert_snapshot!(shown("$a = 1; if ($a > 0) { $c = f($0"), @"$a number");
}

#[test]
fn options_that_another_excludes_are_left_out() {
    let all = |source: &str| labels(Hook::Eod, source);
    let names = all(r#"http("u", ["sourceip" => "192.0.2.1", "$0"]);"#);
    assert!(!names.contains("sourceip") && names.contains("timeout"), "{names}");
    let names = all(r#"http("u", ["tls_verify_peer" => false, "$0"]);"#);
    assert!(!names.contains("ssl_verify_peer") && names.contains("ssl_verify_host"), "{names}");
    let names = all(r#"dns_query("a", ["$0", "timeout" => 1, "type" => "mx"]);"#);
    insta::assert_snapshot!(names, @"extended_result servers");
}

#[test]
fn patterns_are_completed_where_one_is_written() {
    for source in [r"$x =~ #/a\$0/;", r"pcre_match(''a\$0'', $x);", r"$x =~ ''(?$0'';"] {
        assert!(has(Hook::Eod, source, "\\d") && has(Hook::Eod, source, "(?<"), "{source}");
    }
    for source in [r"$x =~ #/a\\$0/;", r"echo ''\$0'';", r"$x =~ #/a$0/;"] {
        insta::allow_duplicates! { insta::assert_snapshot!(labels(Hook::Eod, source), @""); }
    }
}

#[test]
fn nothing_in_comments_numbers_and_texts() {
    for source in
        ["// a $0", "/* a $0 */", "echo 1$0", "echo \"a$0\";", "echo ''a$0'';", "function f$0"]
    {
        insta::allow_duplicates! { insta::assert_snapshot!(labels(Hook::Eod, source), @""); }
    }
}

#[test]
fn keys_tell_since_when_they_are_there() {
    let docs = |key: &str| {
        let items = items(Hook::Helo, r#"echo $connection["$0"];"#);
        let item = items.into_iter().find(|item| item.label == key).expect("a key");
        item.docs.page().unwrap_or_default()
    };
    insta::assert_snapshot!(docs("priority"), @"Priority of the connection: 0 or 1. Since version 5.9 of the configuration.");
    insta::assert_snapshot!(docs("remoteptr"), @"Forward-confirmed reverse DNS name of the client, when known. May be missing.");
    insta::assert_snapshot!(docs("localip"), @"Local IP address.");
}

#[test]
fn hover_pages() {
    insta::assert_snapshot!(hovered(Hook::Connect, r#"echo $arguments["remote$0ip"];"#), @r#"
    ["remoteip"]
    ```hsl
    "remoteip": string
    ```

    Client IP address.
    "#);
    insta::assert_snapshot!(hovered(Hook::Helo, r#"echo $connection["prio$0rity"];"#), @r#"
    ["priority"]
    ```hsl
    "priority": number
    ```

    Priority of the connection: 0 or 1. Since version 5.9 of the configuration.
    "#);
    insta::assert_snapshot!(hovered(Hook::Connect, r#"echo $con$0text;"#), @r"
    [$context]
    ```hsl
    $context: any
    ```

    Free value carried between scripts.
    ");
    insta::assert_snapshot!(hovered(Hook::Eod, r#"import { is_local } from "lib.hsl"; is_lo$0cal("x");"#), @r"
    [is_local]
    ```hsl
    function is_local($domain, $strict = false): string
    ```

    Whether a domain is ours.
    ");
    insta::assert_snapshot!(hovered(Hook::Eod, "// Adds one.\nfunction add($n) { return $n + 1; }\necho add$0(1);"), @r"
    [add]
    ```hsl
    function add($n): number
    ```

    Adds one.
    ");
    insta::assert_snapshot!(hovered(Hook::Eod, "echo 1 +$0 2;"), @"nothing");
    let page = hovered(Hook::Eod, r#"echo dns_qu$0ery("a");"#);
    assert!(page.starts_with("[dns_query]\n```hsl\ndns_query("), "{page}");
    assert!(
        hovered(Hook::Eod, r#"$arguments["mail"]->addHe$0ader("a", "b");"#).contains("addHeader(")
    );
}

#[test]
fn definitions() {
    insta::assert_snapshot!(defined(r#"import { is_local } from "lib.hsl"; is_lo$0cal("x");"#), @"lib.hsl 69..77");
    insta::assert_snapshot!(defined(r#"import { is_local } from "lib.h$0sl";"#), @"lib.hsl 0..0");
    insta::assert_snapshot!(defined("function f() { } $0f();"), @"src/hooks/eod/default.hsl 9..10");
    insta::assert_snapshot!(defined("$a = 1; echo $a$0;"), @"src/hooks/eod/default.hsl 0..2");
    insta::assert_snapshot!(defined("leng$0th(1);"), @"nothing");
}

#[test]
fn diagnostics_are_those_of_the_file() {
    let (view, _) = view(Some(Hook::Eod), "no_such();$0 echo 1 2; ");
    let found = view.diagnostics();
    let shown: Vec<_> = found
        .iter()
        .map(|d| format!("{}..{} {} {}", d.span.start, d.span.end, d.code.name, d.message))
        .collect();
    insta::assert_snapshot!(shown.join("\n"), @r"
    0..7 unknown-function `no_such` is not defined
    18..19 syntax-error expected `;`, found `2`
    ");
}

#[test]
fn outlines_and_folds() {
    let source = "$0import { a } from \"x\";\nimport { b } from \"y\";\n\n// one\n// two\nfunction f() {\n    $in = 1;\n}\n\
        class A {\n    $v = 1;\n    constructor() { }\n    function g() {\n    }\n}\n$top = [\n    1,\n];\n$top = 2;\n";
    let (view, _) = view(Some(Hook::Eod), source);
    let shown: Vec<_> = outline(&view.parse)
        .iter()
        .map(|i| {
            let children: Vec<_> =
                i.children.iter().map(|c| format!("{:?} {}", c.kind, c.name)).collect();
            format!("{:?} {} [{}]", i.kind, i.name, children.join(", "))
        })
        .collect();
    insta::assert_snapshot!(shown.join("\n"), @r"
    Function f []
    Class A [Property $v, Constructor constructor, Method g]
    Variable $top []
    ");
    let shown: Vec<_> =
        folds(&view.parse).iter().map(|f| format!("{}-{} {:?}", f.first, f.last, f.kind)).collect();
    insta::assert_snapshot!(shown.join("\n"), @r"
    0-1 Imports
    3-4 Comment
    5-6 Region
    8-12 Region
    14-15 Region
    ");
}

#[test]
fn words_of_the_mail_standards_are_offered() {
    let eod = |text: &str, label: &str| has(Hook::Eod, text, label);
    assert!(eod(r#"$arguments["mail"]->addHeader("X-S$0", "1");"#, "X-Spam-Score"));
    assert!(eod(r#"$m->getHeader("$0");"#, "Message-ID"));
    assert!(!eod(r#"$arguments["mail"]->addHeader("X-A", "$0");"#, "X-Spam-Score"));
    assert!(eod(r#"echo strftime("%Y-%$0", 0);"#, "%m"));
    assert!(eod(r#"echo strptime("x", "$0");"#, "%m"));
    assert!(!eod(r#"echo strptime("$0", "%m");"#, "%m"));
    let codes = r#"Reject("no", ["reply_codes" => ["code" => 5$0, "enhanced" => [5, 1, 1]]]);"#;
    assert!(eod(codes, "550") && !eod(codes, "5.1.1"));
    let enhanced = r#"Reject("no", ["reply_codes" => ["enhanced" => $0]]);"#;
    assert!(eod(enhanced, "5.1.1") && !eod(enhanced, "550"));
    assert!(!eod(r#"http("u", ["code" => $0]);"#, "550"));
    let all = items(Hook::Eod, r#"echo strftime("%Y-%$0", 0);"#);
    let month = all.iter().find(|item| item.label == "%m").expect("the month");
    assert_eq!((month.replace.start, month.replace.end), (18, 19));
    let all = items(Hook::Eod, enhanced);
    let status = all.iter().find(|item| item.label == "4.2.2").expect("a full mailbox");
    assert_eq!(status.insert, "[4, 2, 2]");
}

#[test]
fn words_of_the_mail_standards_are_explained() {
    insta::assert_snapshot!(hovered(Hook::Eod, r#"$arguments["mail"]->delHeader("rec$0eived");"#), @r#"
    ["received"]
    **Received** One host on the way.

    Each host adds one on top; never change those of others.

    *RFC 5321 section 4.4*
    "#);
    insta::assert_snapshot!(hovered(Hook::Eod, r#"Reject("no", ["reply_codes" => ["code" => 55$00, "enhanced" => [5, 1, 1]]]);"#), @r"
    [550]
    **550** The mailbox is not available, or policy refuses it.

    The client returns the message to its sender and does not try again.

    *RFC 5321 section 4.2.3*
    ");
    insta::assert_snapshot!(hovered(Hook::Eod, r#"Reject("no", ["reply_codes" => ["enhanced" => [4, 7, $01]]]);"#), @r"
    [[4, 7, 1]]
    **4.7.1** A failure that may pass. Delivery is not allowed.

    Policy refuses this sender or message. The client tries again later.

    *RFC 3463 section 3.8*
    ");
    insta::assert_snapshot!(hovered(Hook::Eod, r#"echo strftime("a %$0Y", 0);"#), @r"
    [%Y]
    **%Y** Year.

    For example `2023`.

    *POSIX.1-2017, strftime*
    ");
    insta::assert_snapshot!(hovered(Hook::Eod, r#"echo "a" =~ #/^(?<x>$0a)/;"#), @r#"
    [#/^(?<x>a)/]
    Pattern

    - `^` the start
    - `(?<x>` group 1, `x`
      - `a` this text
    - `)` end of the group

    Keys of a match: `0` all of it, `1` and `"x"`.
    "#);
    let literal = hovered(Hook::Eod, r#"echo "a" =~ #/^(?<x>$0a)/i;"#);
    for text in [
        r#"pcre_match(''^(?<x>$0a)'', $x);"#,
        r#"pcre_match("/^(?<x>$0a)/i", $x);"#,
        r#"$x =~ "^(?<x>$0a)";"#,
    ] {
        let page = hovered(Hook::Eod, text);
        let meaning = |page: &str| {
            page.split_once("Pattern")
                .map(|(_, rest)| rest.replace("\n`i`: upper and lower case are the same.\n", ""))
        };
        assert!(meaning(&page).is_some() && meaning(&page) == meaning(&literal), "{text}\n{page}");
    }
    assert!(!hovered(Hook::Eod, r#"length("^(?<x>$0a)");"#).contains("Pattern"));
    insta::assert_snapshot!(hovered(Hook::Eod, r#"import { is_local } from "lib$0.hsl"; is_local("x");"#), @r#"
    ["lib.hsl"]
    ```hsl
    lib.hsl
    ```

    What is shared.
    "#);
    insta::assert_snapshot!(hovered(Hook::Eod, r#"$x = "192.0.2.0/2$04";"#), @r#"
    ["192.0.2.0/24"]
    12 bytes

    192.0.2.0 to 192.0.2.255: 256 addresses.
    "#);
    insta::assert_snapshot!(hovered(Hook::Eod, r#"strp$0time("", "");"#), @r#"
    [strptime]
    ```hsl
    strptime(string $datestring, string $format, [array $options]): number or none
    ```

    Parses a date text by the directives of `strptime` into a Unix time.

    Directives: those of `strftime` without flags and widths. Blanks of the format match any
    number of blanks, blanks before numbers are skipped, names are English in either case. Parts of
    the date that are missing are those of the current date, parts of the time are 0. `%z` and
    `%Z` name the zone; else the text is in local time, or in UTC with the option. A local time
    that the clock shows twice is the first of both. Text that does not match to its end, and
    dates that do not exist, give `none`.
    Reads time.

    # Errors

    Never.

    # Example

    ```hsl
    echo strptime("Tue, 14 Nov 2023 22:13:20 +0000", "%a, %d %b %Y %H:%M:%S %z"); // 1700000000
    echo strptime("1970-01-02", "%Y-%m-%d", ["local" => false]); // 86400
    echo [strptime("30 Feb 2024", "%d %b %Y") === none]; // [0=>true]
    ```

    Source: POSIX.1-2017, strptime. Since: 0.1. Compat: same.

    | option | type | default | |
    |---|---|---|---|
    | `local` | boolean | `true` | Treat the time as local time; false formats UTC. |

    *Returns none:* Text that does not match to its end, and
    dates that do not exist, give `none`.
    "#);
}

#[test]
fn secrets_are_told() {
    let told = |hook: Hook, text: &str| hovered(hook, text).contains("A secret");
    assert!(told(Hook::Eod, "$api_$0key = 1;") && !told(Hook::Eod, "$na$0me = 1;"));
    assert!(told(Hook::Auth, r#"echo $arguments["pass$0word"];"#));
}

#[test]
fn values_are_followed_by_templates() {
    let all = items(Hook::Eod, "$list[0].fo$0");
    let each = all.iter().find(|item| item.label == "foreach").expect("the template");
    assert_eq!(each.insert, "foreach ($list[0] as $value) {\n\t\n}");
    assert_eq!(each.snippet.as_deref(), Some("foreach (\\$list[0] as \\$${1:value}) {\n\t$0\n}"));
    assert_eq!((each.replace.start, each.replace.end), (9, 11));
    assert_eq!((each.extra[0].span.start, each.extra[0].span.end), (0, 9));
    assert!(has(Hook::Eod, "if (1) { f().$0 }", "foreach"));
    for text in ["echo $x.$0;", "$x . $0;", "$x = 1.$0"] {
        assert!(!has(Hook::Eod, text, "foreach"), "{text}");
    }
}
