//! `json_encode` and `json_decode` on the texts of RFC 8259 and on what is nearly one.

mod support;

use std::sync::LazyLock;

use hsl_vm::{Array, Cx, Key, Library, Value};
use proptest::prelude::*;

fn call(name: &str, mut args: Vec<Value>) -> Value {
    static LIBRARY: LazyLock<Library> = LazyLock::new(|| {
        let mut library = Library::new();
        hsl_std::bind(&mut library);
        library
    });
    let native = LIBRARY.find(name).and_then(|id| LIBRARY.native(id)).expect("is bound");
    match native(&mut Cx::new(&support::Stage::default()), &mut args) {
        Ok(hsl_vm::NativeStep::Return(value)) => value,
        _ => panic!("{name} does not return"),
    }
}

fn decode(text: &[u8]) -> Value {
    call("json_decode", vec![text.into()])
}

fn encode(value: Value, options: &[(&str, bool)]) -> String {
    let options: Array =
        options.iter().map(|(name, on)| (Key::from(*name), Value::from(*on))).collect();
    let text = call("json_encode", vec![value, options.into()]);
    String::from_utf8(text.to_text().to_vec()).expect("text")
}

#[track_caller]
fn round(text: &str, expect: &str) {
    assert_eq!(encode(decode(text.as_bytes()), &[]), expect);
}

/// The bytes of a line of the corpus, in which `<hh>` stands for a byte.
fn bytes_of(line: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('<') {
        let (digits, behind) = after.split_once('>').expect("a byte has an end");
        out.extend_from_slice(before.as_bytes());
        out.push(u8::from_str_radix(digits, 16).expect("hexadecimal digits"));
        rest = behind;
    }
    out.extend_from_slice(rest.as_bytes());
    out
}

/// What a line of the corpus says that the reader does not do.
fn difference(line: &str) -> Option<String> {
    let (kind, text) = line.split_once(' ').expect("a kind and a text");
    let (text, expect) = text.split_once(" => ").unwrap_or((text, ""));
    let value = decode(&bytes_of(text));
    let again = if value.is_none() { "none".to_owned() } else { encode(value.clone(), &[]) };
    let right = match kind {
        "y" => !value.is_none() || text == "null",
        "n" => value.is_none(),
        "i" => again == expect,
        _ => false,
    };
    (!right).then(|| format!("{line}\n    {again}"))
}

#[test]
fn texts_of_the_corpus() {
    let corpus = include_str!("vectors/json.txt");
    let lines = corpus.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let found: Vec<_> = lines.filter_map(difference).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn values_survive() {
    round(r#" {"a":[1,-2.5e2,"x"],"b":{"c":null}} "#, r#"{"a":[1,-250,"x"],"b":{"c":null}}"#);
    round(r#""\u00e9\ud83d\ude00\n\/\"""#, r#""\u00e9\ud83d\ude00\n/\"""#);
    round("[]", "[]");
    round("{}", "[]");
    round(r#"{"1":"a"}"#, r#"{"1":"a"}"#);
    round(r#"{"0":"a","1":"b"}"#, r#"["a","b"]"#);
    round(r#"{"a":1,"b":2,"a":3}"#, r#"{"a":3,"b":2}"#);
    round(r#"[[[]],{"a":[{}]},[],"",{"":""}]"#, r#"[[[]],{"a":[[]]},[],"",{"":""}]"#);
    round("1e300", "1e300");
    round("[ 1 , 2 ]\r\n\t", "[1,2]");
}

#[test]
fn malformed_text_is_refused() {
    for text in [
        "",
        "{bad",
        "[1,]",
        "{\"a\":1,}",
        "01",
        "1.",
        ".5",
        "+1",
        "nul",
        "\"\t\"",
        "\"\\x\"",
        "\"\\ud800\"",
        "[1] 2",
        "\"a",
        "[",
        "{\"a\"}",
        "1e",
        "1e+",
        "-",
        "\"\u{1}\"",
        "// x\n1",
        "/",
        "[1 2]",
        "[1}",
        "{\"a\":1]",
        "{\"a\" 1}",
        "{1:2}",
        "\"\\",
        "\"\\u12",
        "\"aaaaaaaa",
        "\"aaaaaaaa\u{1f}\"",
        "[,1]",
        "{,}",
        "--1",
        "1.e1",
        "\"\\udc00\"",
        "\"\\ud800\\u0041\"",
    ] {
        assert!(decode(text.as_bytes()).is_none(), "{text}");
    }
}

#[test]
fn nesting_has_an_end() {
    let nested = |depth| ["[".repeat(depth), "]".repeat(depth)].concat();
    assert!(!decode(nested(512).as_bytes()).is_none());
    assert!(decode(nested(513).as_bytes()).is_none());
    assert!(decode("[".repeat(100_000).as_bytes()).is_none());
    assert!(decode("{\"a\":".repeat(100_000).as_bytes()).is_none());
}

#[test]
fn comments_are_skipped_when_allowed() {
    let text = "// one\n[1, /* two */ 2] // end";
    let allow: Array = [(Key::from("allow_comments"), Value::from(true))].into_iter().collect();
    let value = call("json_decode", vec![text.into(), allow.into()]);
    assert_eq!(&value.to_text()[..], b"[0=>1,1=>2]");
}

#[test]
fn numbers_are_those_of_the_text() {
    for text in [
        "0",
        "-0",
        "1",
        "-1",
        "1.5",
        "-0.25",
        "1e0",
        "1E+2",
        "1e-2",
        "123456789012345678",
        "9007199254740993",
        "18446744073709551616",
        "99999999999999999999",
        "0.1",
        "1e22",
        "1e23",
        "123456789.123456789e-10",
        "4.9e-324",
        "1e-999",
        "2.2250738585072011e-308",
        "1e-99999999999999999999",
        "0.000000000000000000000000000000001",
        "0e99999999999999999999",
        "5e-4294967296",
    ] {
        let expect: f64 = text.parse().expect("number");
        let given = decode(text.as_bytes()).as_number().expect("number");
        assert_eq!(given.to_bits(), expect.to_bits(), "{text}");
    }
    for text in ["1e999", "-1e999", "1e99999999999999999999", "5e4294967296"] {
        assert!(decode(text.as_bytes()).is_none(), "{text}");
    }
}

#[test]
fn bytes_that_are_no_text_are_refused_and_written_as_characters() {
    assert!(decode(b"\"a\xffb\x7f\"").is_none());
    assert_eq!(decode("\"aé\x7f\"".as_bytes()).to_text().to_vec(), "aé\x7f".as_bytes());
    let plain = [("ensure_ascii", false)];
    assert_eq!(encode("\0\u{8}\u{c}\u{1f}\x7f".into(), &[]), "\"\\u0000\\b\\f\\u001f\x7f\"");
    assert_eq!(encode("na\u{ef}ve \u{1f600}!".into(), &[]), r#""na\u00efve \ud83d\ude00!""#);
    assert_eq!(encode("na\u{ef}ve \u{1f600}!".into(), &plain), "\"na\u{ef}ve \u{1f600}!\"");
    assert_eq!(
        encode(b"\xc3(\xff\xf0\x9f".as_slice().into(), &plain),
        "\"\u{fffd}(\u{fffd}\u{fffd}\""
    );
    assert_eq!(encode(Value::number(f64::NAN), &[]), "none");
}

#[test]
fn pretty_text_is_indented() {
    let value = decode(br#"{"a":[1,[]],"b":{"c":2}}"#);
    let expect =
        "{\n    \"a\": [\n        1,\n        []\n    ],\n    \"b\": {\n        \"c\": 2\n    }\n}";
    assert_eq!(encode(value, &[("pretty_print", true)]), expect);
}

#[test]
fn an_endless_text_is_refused() {
    let program = "$a = [str_repeat(\"x\", 1000000)]; for ($i = 0; $i < 60; $i++) $a = [$a, $a];
        json_encode($a);";
    let error = support::run(program).expect_err("refused");
    assert!(error.contains("memory"), "{error}");
}

/// Texts like JSON, of which many are not. Numbers are short: the other reader is not exact for long
/// ones.
fn texts() -> impl Strategy<Value = String> {
    let token = prop_oneof![
        "[\\[\\]{},: \n]",
        r#""(a|\\n|\\u00e9|\\|\\u|é|b{0,9})*""#,
        r#""[a-z]{0,12}": ?"#,
        "0|-1|2.5|-0|1e|e\\+",
        "true|false|null|nul",
    ];
    let loose = prop::collection::vec(token, 0..12).prop_map(|tokens| tokens.concat());
    let leaf = prop_oneof![
        r#""[ -!#-\[\]-~é]{0,20}""#,
        "-?(0|[1-9][0-9]{0,7})(\\.[0-9]{1,6})?(e-?[0-9])?",
        Just("null".to_owned()),
        Just("true".to_owned()),
    ];
    let well = leaf.prop_recursive(4, 40, 6, |inner| {
        let key = r#""[a-c]{0,3}""#;
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6)
                .prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::vec((key, inner), 0..6).prop_map(|pairs| {
                let pairs: Vec<_> =
                    pairs.iter().map(|(key, value)| format!("{key} : {value}")).collect();
                format!("{{{}}}", pairs.join(","))
            }),
        ]
    });
    prop_oneof![loose, well]
}

/// The value as another reader of JSON sees it.
fn value_of(json: &serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::None,
        serde_json::Value::Bool(flag) => (*flag).into(),
        serde_json::Value::Number(number) => {
            number.to_string().parse::<f64>().expect("number").into()
        }
        serde_json::Value::String(text) => text.as_str().into(),
        serde_json::Value::Array(items) => Array::list(items.iter().map(value_of)).into(),
        serde_json::Value::Object(pairs) => {
            let pairs = pairs.iter().map(|(key, value)| (Key::from(key.as_str()), value_of(value)));
            pairs.collect::<Array>().into()
        }
    }
}

/// Bytes of which some have to be escaped and some are no text: pieces of characters, characters longer
/// than they have to be, halves of pairs.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        "[a-z]{1,17}".prop_map(String::into_bytes),
        "\\PC{1,3}".prop_map(String::into_bytes),
        prop::collection::vec(any::<u8>(), 1..4),
        prop::collection::vec(0..b'0', 1..3),
        Just(b"\xe0\x80\x80".to_vec()),
        Just(b"\xed\xa0\x80".to_vec()),
        Just(b"\xf0\x9f\x98".to_vec()),
        Just("größe Ωμέγα 配信 📬".as_bytes().to_vec()),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn another_reader_agrees(text in texts()) {
        let expect = serde_json::from_str(&text).ok();
        let expect = expect.as_ref().map_or(Value::None, value_of);
        prop_assert_eq!(decode(text.as_bytes()).to_text(), expect.to_text());
    }

    /// As values and as keys.
    #[test]
    fn bytes_are_written_as_the_text_that_they_are(bytes in bytes()) {
        let text = String::from_utf8_lossy(&bytes);
        let pairs: Array = [(Key::Str(bytes[..].into()), Value::from(&bytes[..]))].into_iter().collect();
        for ascii in [true, false] {
            let written = encode(pairs.clone().into(), &[("ensure_ascii", ascii)]);
            prop_assert!(!ascii || written.is_ascii(), "{written}");
            let read: serde_json::Value = serde_json::from_str(&written).expect("JSON");
            prop_assert_eq!(read, serde_json::json!({ &*text: &*text }));
        }
    }

    #[test]
    fn what_was_written_is_read_again(text in texts()) {
        let value = decode(text.as_bytes());
        for options in [&[][..], &[("pretty_print", true)], &[("ensure_ascii", false)]] {
            let again = decode(encode(value.clone(), options).as_bytes());
            prop_assert_eq!(again.to_text(), value.to_text());
        }
    }
}

#[test]
fn every_character_survives_in_both_forms() {
    let all: Vec<char> = ('\0'..'\u{30000}').chain('\u{10fff0}'..=char::MAX).collect();
    // Each at the start, behind ASCII, and in front of it.
    for text in all.chunks(997).flat_map(|some| {
        let row: String = some.iter().collect();
        let apart: String = some.iter().flat_map(|c| ['a', *c]).collect();
        [row, apart]
    }) {
        let escaped = encode(text.as_str().into(), &[]);
        assert!(escaped.is_ascii(), "{escaped}");
        let plain = encode(text.as_str().into(), &[("ensure_ascii", false)]);
        for written in [escaped, plain] {
            let read: String = serde_json::from_str(&written).expect("is JSON");
            assert!(read == text, "{written}");
            assert!(decode(written.as_bytes()).to_text()[..] == *text.as_bytes(), "{written}");
        }
    }
}

proptest! {
    #[test]
    fn what_is_no_text_becomes_replacement_characters(
        bytes in proptest::collection::vec(prop_oneof![
            Just(0x61u8), Just(0xc3), Just(0xa9), Just(0xe0), Just(0xed), Just(0xa0), Just(0x80),
            Just(0xf0), Just(0x9f), Just(0xf4), Just(0xff), Just(0xbf), Just(0x22), any::<u8>(),
        ], 0..24),
    ) {
        let expect = String::from_utf8_lossy(&bytes);
        for ascii in [true, false] {
            let written = encode(bytes.as_slice().into(), &[("ensure_ascii", ascii)]);
            let read: String = serde_json::from_str(&written).expect("is JSON");
            prop_assert_eq!(&read, &expect);
        }
    }

    #[test]
    fn escapes_are_read_as_serde_reads_them(
        units in proptest::collection::vec(prop_oneof![
            any::<u16>(), 0xd7f0u16..0xe010, 0u16..0x900,
        ], 0..12),
        upper in any::<bool>(),
    ) {
        let escape = |unit: &u16| if upper { format!("\\u{unit:04X}") } else { format!("\\u{unit:04x}") };
        let text = format!("\"{}\"", units.iter().map(escape).collect::<String>());
        let expect: Option<String> = serde_json::from_str(&text).ok();
        let read = decode(text.as_bytes());
        let read = (!read.is_none()).then(|| read.to_text().to_vec());
        prop_assert_eq!(read, expect.map(String::into_bytes));
    }
}
