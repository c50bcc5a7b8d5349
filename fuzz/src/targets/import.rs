//! Imported data files: any bytes give a value or an error with a place inside the file.

use hsl_analysis::data::{DataError, Datum, Loader};

use crate::Target;

pub(super) const TARGET: Target = Target {
    name: "import",
    run,
    words: &[
        b"{\"a\": [1, 2.5e-3, true, null]}",
        b"\"\\ud83d\\ude00\"",
        b"// comment\n",
        b"/*",
        b"[[[[[[[[",
        b"- a: &x [1]\n  b: *x\n",
        b"? [a]\n: |2-\n  text\n",
        b"!!binary aGk=\n",
        b"0x1f",
        b"a,b,c\r\n",
        b"\"quoted \"\"text\"\"\r\n\"",
        b"\xef\xbb\xbf",
        b"-----BEGIN CERTIFICATE-----\n",
        b"-----BEGIN PRIVATE KEY-----\n",
    ],
};

fn run(bytes: &[u8]) {
    let named = |name: &str, value| Datum::Array(vec![(Some(name.as_bytes().into()), value)]);
    let none = Datum::Array(Vec::new());
    for loader in ["json", "yaml", "csv", "txt", "crt", "key"] {
        load(loader, bytes, &none);
    }
    load("csv", bytes, &named("header", Datum::Boolean(false)));
    load("csv", bytes, &named("delimiter", Datum::text(";")));
    load("txt", bytes, &named("array", Datum::Boolean(true)));
}

fn load(loader: &str, bytes: &[u8], options: &Datum) {
    let loader = Loader::find(loader).expect("a loader of this name");
    if let Err(DataError::Content { at, message }) = loader.load(bytes, options) {
        assert!(
            at.start <= at.end && at.end as usize <= bytes.len(),
            "{loader:?}: {message} {at:?}"
        );
    }
}
