//! The style: cases as pairs of programs, and what must hold for every program of the suites.
//!
//! In `tests/cases/*.md` a block tagged `hsl` is followed by an `output` block, its formatted form.

use std::fs;
use std::path::{Path, PathBuf};

use hsl_fmt::{Indent, Refused, Style, edits, format};
use hsl_syntax::parse;
use testkit::blocks;

fn formatted(text: &[u8], style: &Style) -> Vec<u8> {
    let done = format(&parse(text), style);
    done.unwrap_or_else(|error| {
        panic!("{error}: {:?}\n{}", parse(text).errors.first(), String::from_utf8_lossy(text))
    })
}

/// Every program of a folder of Markdown suites that follows the grammar.
fn programs(folder: &str) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let files =
        fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let suites = files.filter(|path| path.extension().is_some_and(|end| end == "md"));
    let texts = suites.map(|path| fs::read_to_string(path).expect("a suite"));
    let all = texts
        .flat_map(|text| blocks(&text).into_iter().map(|block| block.text).collect::<Vec<_>>());
    all.filter(|text| parse(text.as_bytes()).errors.is_empty()).collect()
}

#[test]
fn every_program_keeps_its_tokens_and_a_second_time_changes_nothing() {
    let programs = programs("../../tests/language");
    assert!(programs.len() > 400, "{} programs", programs.len());
    for width in [20, 60, 100] {
        for indent in [Indent::Spaces(4), Indent::Tab] {
            let style = Style { width, indent };
            for program in &programs {
                let once = formatted(program.as_bytes(), &style);
                let twice = formatted(&once, &style);
                assert_eq!(
                    String::from_utf8_lossy(&once),
                    String::from_utf8_lossy(&twice),
                    "not idempotent at width {width}:\n{program}"
                );
            }
        }
    }
}

/// Programs with one more piece of trivia anywhere: each offset of each program, in turns.
#[test]
fn comments_and_line_ends_anywhere_stay_and_settle() {
    let trivia = ["// c\n", "/* c */", "\n", "\n\n", "\n// c\n", "\n/* c\n */\n", "\n\n// c\n\n"];
    let style = Style { width: 40, ..Style::default() };
    let mut count = 0;
    for (nth, program) in programs("../../tests/language").iter().enumerate() {
        for at in (nth % 3..program.len()).step_by(3).filter(|at| program.is_char_boundary(*at)) {
            let mut text = program.clone();
            text.insert_str(at, trivia[(nth + at) % trivia.len()]);
            if !parse(text.as_bytes()).errors.is_empty() {
                continue;
            }
            let once = formatted(text.as_bytes(), &style);
            let twice = formatted(&once, &style);
            let (once, twice) = (String::from_utf8_lossy(&once), String::from_utf8_lossy(&twice));
            assert_eq!(once, twice, "not idempotent:\n{text}");
            count += 1;
        }
    }
    assert!(count > 5_000, "{count} texts");
}

#[test]
fn edits_give_the_formatted_text() {
    for program in programs("../../tests/language") {
        let source = parse(program.as_bytes());
        let style = Style::default();
        let mut text = program.clone().into_bytes();
        for edit in edits(&source, &style).expect("a formatted program").into_iter().rev() {
            let range = edit.span.range(text.len());
            assert!(text[range.clone()].trim_ascii().is_empty(), "only whitespace is replaced");
            text.splice(range, edit.text);
        }
        assert_eq!(text, formatted(program.as_bytes(), &style));
    }
}

#[test]
fn cases_are_formatted_as_written() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).expect("cases").map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    for path in files {
        let text = fs::read_to_string(&path).expect("a file of cases");
        for pair in blocks(&text).chunks(2) {
            let [source, wanted] = pair else { panic!("a program without output in {path:?}") };
            let got = formatted(source.text.as_bytes(), &Style { width: 60, ..Style::default() });
            assert_eq!(String::from_utf8_lossy(&got), wanted.text, "{path:?}");
        }
    }
}

#[test]
fn line_ends_stay_those_of_the_file() {
    let text = formatted(b"// a \r\nif (1) {\r\necho 2 ;}", &Style::default());
    assert_eq!(text, b"// a\r\nif (1) {\r\n    echo 2;\r\n}\r\n");
}

#[test]
fn bytes_that_are_no_text_stay() {
    assert_eq!(formatted(b"echo\t\"\xFF\";", &Style::default()), b"echo \"\xFF\";\n");
}

#[test]
fn a_broken_file_is_left_alone() {
    assert_eq!(format(&parse(&b"if ("[..]), &Style::default()), Err(Refused::Syntax));
}

#[test]
fn an_empty_file_stays_empty() {
    assert_eq!(formatted(b"", &Style::default()), b"");
    assert_eq!(formatted(b" \n\n", &Style::default()), b"");
}
