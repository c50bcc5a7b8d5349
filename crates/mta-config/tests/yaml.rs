//! The YAML tree: limits against hostile input, and writing.

use std::sync::Arc;

use mta_config::yaml::{Entry, Kind, Limits, Node, Scalar, emit, parse};
use proptest::prelude::*;

fn read(text: &[u8]) -> Result<Node, String> {
    let mut findings = Vec::new();
    let tree = parse(&Arc::from("t.yaml"), text, Limits::default(), &mut findings);
    tree.ok_or_else(|| findings.first().map(|f| f.message.clone()).unwrap_or_default())
}

/// The tree without places.
fn bare(node: &Node) -> Node {
    let kind = match &node.kind {
        Kind::Scalar(scalar) => {
            Kind::Scalar(Scalar { plain: scalar.plain && node.is_null(), ..scalar.clone() })
        }
        Kind::List(items) => Kind::List(items.iter().map(bare).collect()),
        Kind::Map(entries) => Kind::Map(
            entries
                .iter()
                .map(|e| Entry {
                    key: e.key.clone(),
                    key_span: Default::default(),
                    value: bare(&e.value),
                })
                .collect(),
        ),
    };
    Node { span: Default::default(), tag: node.tag.clone(), kind }
}

#[test]
fn aliases_of_aliases_are_refused_early() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let name = format!("*a{}, ", level - 1).repeat(10);
        bomb.push_str(&format!("a{level}: &a{level} [{name}]\n"));
    }
    assert_eq!(read(bomb.as_bytes()).unwrap_err(), "the file has more than 1000000 values");
}

#[test]
fn a_long_text_behind_many_aliases_is_refused() {
    let mut bomb = format!("a: &a {}\nb: [", "x".repeat(1 << 20));
    bomb.push_str(&"*a,".repeat(1000));
    bomb.push_str("]\n");
    assert_eq!(read(bomb.as_bytes()).unwrap_err(), "the file has more than 1000000 values");
}

#[test]
fn deep_nesting_is_refused() {
    let message = "values are nested more than 64 deep";
    assert_eq!(read("[".repeat(100).as_bytes()).unwrap_err(), message);
    assert_eq!(read("[".repeat(100_000).as_bytes()).unwrap_err(), "recursion limit exceeded");
    let mut by_alias = String::from("a0: &a0 [x]\n");
    for level in 1..70 {
        by_alias.push_str(&format!("a{level}: &a{level} [*a{}]\n", level - 1));
    }
    assert_eq!(read(by_alias.as_bytes()).unwrap_err(), message);
}

#[test]
fn other_encodings_are_refused() {
    assert_eq!(read(b"a: \xff").unwrap_err(), "the file is not valid UTF-8");
}

#[test]
fn scripts_stay_readable() {
    let script = "if (1) {\n    echo \"x\"; // é\n\n    Accept();\n}\n";
    let tree = Node::map([
        ("version", Node::text("6.10")),
        ("none", Node::synthetic(Kind::List(Vec::new()))),
        (
            "hooks",
            Node::synthetic(Kind::List(vec![Node::map([
                ("id", Node::text("default")),
                ("data", Node::text(script)),
            ])])),
        ),
        ("binary", Node::plain("true")),
        ("word", Node::text("no")),
    ]);
    insta::assert_snapshot!(emit(&tree), @r#"
    version: "6.10"
    none: []
    hooks:
      - id: default
        data: |
          if (1) {
              echo "x"; // é

              Accept();
          }
    binary: true
    word: "no"
    "#);
    assert_eq!(emit(&read(emit(&tree).as_bytes()).expect("our own text")), emit(&tree));
}

fn trees() -> impl Strategy<Value = Node> {
    let text = prop_oneof![
        any::<String>(),
        "[ -~\n\t]{0,30}",
        "(yes|no|null|~|1e3|0x10|- a|a: b|# x|\\|\n|\u{feff}|\u{85}|\r\n| |\n)",
        "([a-z ]{0,8}\n){0,4}",
    ];
    let leaf = text.prop_map(Node::text);
    leaf.prop_recursive(4, 40, 6, |inner| {
        let list = prop::collection::vec(inner.clone(), 0..6);
        let map = prop::collection::btree_map(any::<String>(), inner, 0..6);
        let entry = |(key, value)| Entry { key, key_span: Default::default(), value };
        prop_oneof![
            list.prop_map(|items| Node::synthetic(Kind::List(items))),
            map.prop_map(move |entries| Node::synthetic(Kind::Map(
                entries.into_iter().map(entry).collect()
            ))),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_reads_back(tree in trees()) {
        let text = emit(&tree);
        let again = read(text.as_bytes());
        prop_assert_eq!(again.map(|node| bare(&node)), Ok(bare(&tree)), "{}", text);
    }

    #[test]
    fn any_bytes_give_a_tree_or_a_finding(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = read(&bytes);
    }

    #[test]
    fn any_yaml_like_text_gives_a_tree_or_a_finding(text in "([a-c:\\-\\[\\]{}&*!|>\"'#, é\n\r\t]|\n  ){0,80}") {
        let _ = read(text.as_bytes());
    }
}
