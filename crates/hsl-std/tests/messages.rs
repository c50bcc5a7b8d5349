//! Messages that programs import: the constant is the text, the object is each run's own.

mod support;

use hsl_vm::{Limits, Loaded};

const MAIL: &[u8] = b"Subject: first\r\nTo: a@example.com\r\nX: 1\r\n\r\ntext \xff\r\n";
const OTHER: &[u8] = b"import $mail from \"note.eml\";
    function subject() { global $mail; return $mail->getHeader(\"Subject\") . length($mail->toString()); }";
const FILES: &[(&str, &[u8])] = &[
    ("note.eml", MAIL),
    ("note.txt", MAIL),
    ("empty.eml", b""),
    (
        "broken.eml",
        b"no field\r\n: \r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nend",
    ),
    ("other.hsl", OTHER),
];
/// Shows the message and changes it.
const CHANGE: &str = "import $mail from \"note.eml\";
    echo [$mail->getHeader(\"X\"), length($mail->toString())];
    $mail->setHeader(\"X\", \"changed\"); $mail->addHeader(\"Y\", \"2\");
    echo length($mail->toString());";

#[track_caller]
fn check(program: &str, expect: &[&str]) {
    assert_eq!(support::run_with(FILES, program).expect("runs"), expect);
}

#[test]
fn an_imported_message_is_an_object_with_all_its_bytes() {
    check(
        "import $mail from \"note.eml\"; import $text from \"txt!note.eml\";
         import $named from \"eml!note.txt\";
         echo $mail; echo $mail->getHeader(\"subject\"); echo $mail->toString() === $text;
         echo $named->getHeader(\"To\"); echo $mail->getSize();",
        &["<MailMessage>", "first", "true", "a@example.com", "51"],
    );
}

#[test]
fn each_import_and_each_module_has_a_message_of_its_own() {
    check(
        "import $mail from \"note.eml\"; import $again from \"note.eml\";
         import { subject } from \"other.hsl\";
         $same = $mail; $mail->setHeader(\"Subject\", \"other\"); $again->delHeader(\"X\");
         echo [length($mail->toString()), length($same->toString()), length($again->toString())];
         echo subject(); echo $same->reset(); echo length($mail->toString());",
        &["[0=>51,1=>51,2=>45]", "first51", "1", "51"],
    );
}

#[test]
fn each_run_begins_with_the_message_of_the_file() {
    let (program, library) = support::build(FILES, CHANGE).expect("compiles");
    let loaded = Loaded::new(program, &library).expect("compiled here");
    for _ in 0..3 {
        let printed = support::execute(&loaded, Limits::default().memory).expect("runs");
        assert_eq!(printed, ["[0=>\"1\",1=>51]", "63"]);
    }
}

#[test]
fn one_program_serves_several_threads() {
    let (program, _) = support::build(FILES, CHANGE).expect("compiles");
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let mut library = hsl_vm::Library::new();
                    hsl_std::bind(&mut library);
                    let loaded = Loaded::new(program.clone(), &library).expect("compiled here");
                    support::execute(&loaded, Limits::default().memory).expect("runs")
                })
            })
            .collect();
        for thread in threads {
            assert_eq!(thread.join().expect("no panic"), ["[0=>\"1\",1=>51]", "63"]);
        }
    });
}

#[test]
fn broken_text_is_a_message_with_faults() {
    check(
        "import $empty from \"empty.eml\"; import $broken from \"broken.eml\";
         echo [$empty->getSize(), $empty->getHeader(\"Subject\") === none];
         echo $broken->getErrors(); echo $broken->getType();",
        &["[0=>0,1=>true]", "[0=>\"bad_header\",1=>\"unclosed_boundary\"]", "multipart/mixed"],
    );
}

#[test]
fn the_loader_takes_no_options() {
    let program = "import $mail from \"note.eml\" with [\"resource\" => true];";
    let findings = support::run_with(FILES, program).expect_err("an option");
    assert!(findings.contains("unknown option \\\"resource\\\""), "{findings}");
}
