//! Builtins that wait, call back or refuse, seen from a program.

mod support;

#[track_caller]
fn check(program: &str, expect: &[&str]) {
    assert_eq!(support::run(program).expect("runs"), expect);
}

#[track_caller]
fn refused(expression: &str, message: &str) {
    let program = format!("try {{ {expression}; }} catch ($e) {{ echo $e->message(); }}");
    check(&program, &[message]);
}

#[test]
fn wrong_types_name_function_parameter_and_types() {
    refused("str_repeat(5, 2)", "str_repeat: $string must be string, not number");
    refused("str_repeat(\"a\", none)", "str_repeat: $multiplier must be number, not none");
    refused("str_slice(\"a\", 0, none)", "str_slice: $length must be number, not none");
    refused("array_map(\"f\", [])", "array_map: $callback must be function, not string");
    refused("str_find(\"a\", 5)", "str_find: $substring must be string, not number");
    refused("str_strip(\"a\", [])", "str_strip: $characters must be string, not array");
    refused("pcre_match(5, \"a\")", "pcre_match: $pattern must be string or Regex, not number");
    refused("md5(\"a\", [\"binary\" => 1])", "md5: option \"binary\" must be boolean, not number");
    refused("Map(\"text\", \"any\")", "Map: type \"text\" is none of string, number, boolean");
    refused("Map(1, \"any\")", "Map: $keytype must be string, not number");
}

#[test]
fn results_beyond_the_memory_limit_are_refused() {
    for call in [
        "str_repeat(\"ab\", 10 ** 18)",
        "array_range(0, 10 ** 18)",
        "str_replace(\"a\", str_repeat(\"b\", 1000000), str_repeat(\"a\", 1000000))",
    ] {
        let error = support::run(&format!("{call};")).expect_err("refused");
        assert!(error.contains("too much memory"), "{call}: {error}");
    }
}

#[test]
fn lookups_give_results_errors_and_validation() {
    check(
        "echo dns_query(\"mail.example\");
         echo dns_query(\"mx.example\", [\"type\" => \"mx\"]);
         echo dns_query(\"mail.example\", [\"extended_result\" => true]);
         echo dns_query(\"nowhere.example\"); echo dns_query(\"empty.example\");
         echo dns_query(\"slow.example\", [\"timeout\" => 0.5]);",
        &[
            r#"["result"=>[0=>"192.0.2.25"],"dnssec"=>true]"#,
            r#"["result"=>[0=>["result"=>"mx1.example","preference"=>10]],"dnssec"=>true]"#,
            r#"["result"=>[0=>["result"=>"192.0.2.25","ttl"=>60]],"dnssec"=>true]"#,
            r#"["error"=>"NXDOMAIN","dnssec"=>false]"#,
            r#"["error"=>"NO_DATA","dnssec"=>false]"#,
            r#"["error"=>"TRY_AGAIN","dnssec"=>false]"#,
        ],
    );
    refused(
        "dns_query(\"a\", [\"timeout\" => -1])",
        "dns_query: option \"timeout\" must be seconds, 0 or more",
    );
}

#[test]
fn older_lookups_give_lists() {
    check(
        "echo dnstxt(\"mail.example\"); echo dns(\"mail.example\"); echo dns4(\"nowhere.example\");
         echo dnsns(\"mail.example\", [\"extended_result\" => true]);
         echo dns(\"nowhere.example\", [\"extended_result\" => true]);",
        &[
            r#"[0=>"192.0.2.25"]"#,
            r#"[0=>"192.0.2.25",1=>"192.0.2.25"]"#,
            "[]",
            r#"["result"=>[0=>"192.0.2.25"],"dnssec"=>true]"#,
            r#"["error"=>"NXDOMAIN","dnssec"=>false]"#,
        ],
    );
    refused(
        "dnsptr(\"192.0.2.1\", [\"timeout\" => -1])",
        "dnsptr: option \"timeout\" must be seconds, 0 or more",
    );
}

#[test]
fn a_callback_may_wait_and_throw() {
    check(
        "echo array_map(function ($s) { return sleep($s); }, [1, 0.5, -3]);
         try { array_filter(function ($x) { throw \"at $x\"; }, [7]); } catch ($e) { echo $e; }
         echo pcre_replace(#/\\d/, function ($g) { sleep(1); return number($g[0]) + 1; }, \"a1b2\");",
        &["[0=>1,1=>0.5,2=>0]", "at 7", "a2b3"],
    );
}

#[test]
fn sorting_keeps_keys_and_the_order_of_equals() {
    check(
        "$people = [[\"b\", 1], [\"a\", 2], [\"a\", 1], [\"c\", 1], [\"b\", 2]];
         $sorted = array_sort(function ($x, $y) { return $x[0] < $y[0]; }, $people);
         echo array_join(array_keys($sorted)); echo array_sort(function ($a, $b) { return true; }, []);
         $many = []; for ($i = 0; $i < 500; $i++) $many[] = ($i * 7919) % 500;
         $sorted = array_sort(function ($a, $b) { return $a < $b; }, $many); $last = -1; $right = true;
         foreach ($sorted as $k => $v) { $right = $right and $v > $last and $many[$k] == $v; $last = $v; }
         echo [$right, length($sorted)];
         echo length(array_sort(function ($a, $b) { return true; }, $many));",
        &["12043", "[]", "[0=>true,1=>500]", "500"],
    );
}

#[test]
fn memory_callbacks_run_under_the_key() {
    check(
        "echo memory_store(\"k\", 1, function ($k, $old) { echo \"never\"; });
         echo memory_store(\"k\", 2, function ($k, $old) { echo \"$k was $old\"; });
         echo memory_exists(\"k\", function ($k, $v) { echo \"$k is $v\"; });
         echo memory_delete(\"k\", function ($k, $v) { echo \"$k goes with $v\"; });
         echo memory_delete(\"k\", function ($k, $v) { echo \"never\"; });
         memory_inc(\"n\", 2); echo memory_dec(\"n\", 2, true); echo memory_exists(\"n\");
         memory_store(\"t\", \"text\"); echo [memory_dec(\"t\", 1, true) === none];",
        &[
            "false",
            "k was 1",
            "true",
            "k is 2",
            "true",
            "k goes with 2",
            "true",
            "false",
            "0",
            "false",
            "[0=>true]",
        ],
    );
}

#[test]
fn collections_are_shared_until_they_are_changed() {
    check(
        "$hosts = Set(\"string\"); $hosts->add(\"a\"); memory_store(\"s\", $hosts); $hosts->add(\"b\");
         $mine = memory_fetch(\"s\"); $yours = memory_fetch(\"s\"); $mine->delete(\"a\");
         echo [$mine->size(), $yours->has(\"a\"), $yours->has(\"b\"), $hosts->size()];
         $ports = Map(\"string\", \"any\"); $ports->set(\"smtp\", 25); $ports->set(\"list\", [1]);
         memory_store(\"m\", [\"ports\" => $ports]); $mine = memory_fetch(\"m\")[\"ports\"];
         $yours = memory_fetch(\"m\")[\"ports\"]; $mine->merge(\"smtp\", 1); $mine->delete(\"list\");
         echo [$mine->get(\"smtp\"), $mine->size(), $yours->get(\"smtp\"), $yours->get(\"list\")];
         foreach ($yours as $name => $port) echo \"$name $port\";",
        &["[0=>0,1=>true,2=>false,3=>2]", "[0=>26,1=>1,2=>25,3=>[0=>1]]", "list [0=>1]", "smtp 25"],
    );
}

#[test]
fn an_object_in_a_shared_map_is_one_object() {
    check(
        "$outer = Map(\"number\", \"object\"); $outer->set(1, Set(\"string\"));
         memory_store(\"m\", $outer); $mine = memory_fetch(\"m\"); $mine->get(1)->add(\"a\");
         echo [$mine->get(1)->has(\"a\"), memory_fetch(\"m\")->get(1)->has(\"a\")];",
        &["[0=>true,1=>false]"],
    );
}

#[test]
fn values_that_cannot_be_shared_are_refused() {
    let message = "memory_store: functions, and objects other than maps, sets and the like, \
                   cannot be shared";
    refused("memory_store(\"k\", [length])", message);
    refused("class C { } memory_store(\"k\", [C()])", message);
    let own = "$m = Map(\"number\", \"any\"); $m->set(1, $m); memory_store(\"k\", $m)";
    refused(own, message);
    let message = message.replace("store", "update");
    refused("memory_update(\"k\", 1, function ($k, $c, $v) { return length; }, 0)", &message);
}

#[test]
fn files_are_read_by_path_and_by_line() {
    check(
        "foreach (file(\"file://lists/domains.txt\") as $d) echo $d;
         $f = File(\"file://lists/domains.txt\"); echo $f->getPath(); echo $f->readline();
         echo $f->tell(); echo $f->read(7); echo $f->seek(0, \"SEEK_END\"); echo $f->readline();
         echo [$f->seek(1, \"SEEK_CUR\") === none, $f->seek(0, \"BEGIN\") === none];
         echo [File::read(\"nothing\") === none];",
        &[
            "example.com",
            "example.org",
            "file://lists/domains.txt",
            "example.com",
            "13",
            "example",
            "25",
            "false",
            "[0=>true,1=>true]",
            "[0=>true]",
        ],
    );
    refused("File(\"nothing\")", "no file nothing");
}

#[test]
fn iterators_are_consumed_once() {
    check(
        "$m = Map(\"number\", \"any\"); $m->set(2, \"b\"); $m->set(1.5, \"a\"); $i = $m->entries();
         echo $i->next(); foreach ($i as $k => $v) echo \"$k=$v\"; echo $i->next();
         $m->set(3, \"c\"); echo $m->size(); foreach ($m as $k => $v) echo \"$k$v\";",
        &[
            r#"["value"=>[0=>1.5,1=>"a"],"done"=>false]"#,
            "2=b",
            r#"["value"=>none,"done"=>true]"#,
            "3",
            "1.5a",
            "2b",
            "3c",
        ],
    );
}

#[test]
fn matches_advance_behind_empty_ones() {
    check(
        "echo pcre_match_all(\"/x*/\", \"axb\")[0]; echo pcre_replace(\"/(?=b)/\", \"-\", \"abb\");
         echo pcre_replace(\"/(?:)/u\", \".\", \"\\xc3\\xa9\") == \".\\xc3\\xa9.\";
         echo pcre_replace(\"/(a)(b)?/\", ''$2$1$9\\$$x$12'', \"a\");",
        &[r#"[0=>"",1=>"x",2=>"",3=>""]"#, "a-b-b", "true", "a\\$$x"],
    );
    let error = support::run("pcre_match(\"(\", \"a\");").expect_err("refused");
    assert!(error.contains("regular expression"), "{error}");
}

#[test]
fn a_pattern_may_be_used_again_while_it_replaces() {
    check(
        "echo pcre_replace(\"(a)(b)?\", function ($g) {
            $inner = pcre_match(\"(a)(b)?\", \"xab\");
            return \"<\" . $g[0] . \":\" . $inner[2] . \">\";
         }, \"a-ab-\");",
        &["<a:b>-<ab:b>-"],
    );
}

#[test]
fn empty_matches_are_found_once() {
    check(
        "echo pcre_match_all(\"x*\", \"axb\");
         echo pcre_replace(\"/b?/\", \"-\", \"ab\");
         echo pcre_replace(\"/\\xc3?/u\", \"-\", \"\\xc3\\xa9\");
         echo pcre_match_all('''', \"\");",
        &[r#"[0=>[0=>"",1=>"x",2=>"",3=>""]]"#, "-a--", "-\u{e9}-", r#"[0=>[0=>""]]"#],
    );
}

/// What the catalogue of directives says of each is what it gives.
#[test]
fn directives_of_dates_give_what_their_declarations_say() {
    for term in hsl_decl::terms::DIRECTIVES.iter().filter(|term| !term.more.is_empty()) {
        let name = term.name;
        let text = format!("echo strftime(\"[{name}]\", 1700000000, [\"local\" => false]);");
        let found = support::run(&text).expect("runs").concat();
        assert_eq!(found.replace("[ ", "["), format!("[{}]", term.more), "{name}");
    }
}
