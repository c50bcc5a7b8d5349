//! Every program of the language cases parses.

use std::fs;
use std::path::PathBuf;

use hsl_syntax::parse;

/// A fenced block: where it begins, its tag, its text.
struct Block {
    place: String,
    tag: String,
    text: String,
}

fn blocks() -> Vec<Block> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/language");
    let mut files: Vec<_> = fs::read_dir(folder)
        .expect("the cases")
        .map(|entry| entry.expect("a file").path())
        .collect();
    files.sort();
    let mut blocks = Vec::new();
    for file in files {
        let name = file.file_name().expect("a name").to_string_lossy().into_owned();
        let text = fs::read_to_string(&file).expect("text");
        let mut open: Option<Block> = None;
        for (number, line) in text.lines().enumerate() {
            match (&mut open, line.strip_prefix("```")) {
                (Some(_), Some("")) => blocks.extend(open.take()),
                (Some(block), _) => block.text.extend([line, "\n"]),
                (None, Some(tag)) => {
                    let place = format!("{name}:{}", number + 1);
                    open = Some(Block { place, tag: tag.to_owned(), text: String::new() });
                }
                (None, None) => {}
            }
        }
    }
    blocks
}

fn is_program(tag: &str) -> bool {
    matches!(tag, "hsl" | "hsl-inferred") || (tag.starts_with("hsl-file:") && tag.ends_with(".hsl"))
}

#[test]
fn every_program_parses() {
    let programs: Vec<_> = blocks().into_iter().filter(|block| is_program(&block.tag)).collect();
    assert!(programs.len() > 150, "only {} programs found", programs.len());
    for block in programs {
        let parse = parse(block.text.as_bytes());
        assert!(parse.errors.is_empty(), "{}: {:?}\n{}", block.place, parse.errors, block.text);
        assert!(!parse.tree.root_node().has_error(), "{}", block.place);
    }
}

/// Of the refused programs, those that break the grammar or a lexical rule; the others break rules
/// of names and types.
#[test]
fn broken_programs_are_refused_where_the_parser_can_tell() {
    let refused: Vec<_> = blocks()
        .into_iter()
        .filter(|block| block.tag == "hsl-compile-error")
        .filter(|block| !parse(block.text.as_bytes()).errors.is_empty())
        .map(|block| block.text)
        .collect();
    insta::assert_snapshot!(refused.concat(), @r#"
    echo 1.2.3;
    function new() { }
    switch (1) { echo "x"; case 1: break; }
    ["a" => $x, $y] = [1, 2];
    [$a, "k" => $b] = [1];
    [...$r, $a] = [1, 2];
    echo 1__0;
    echo 10_;
    echo 5x;
    $x = "m"; include "$x.hsl";
    "#);
}
