//! DKIM between scripts and dkimpy, another implementation, in both directions.

use std::io::Write as _;
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hsl_host::{DnsOptions, Host, LocalRecord, ServiceOptions};
use serde_json::{Value as Json, json};

use crate::{host, on_worker, printed};

/// Spaces, folds, empty lines and repeated fields: what the forms treat differently.
const MESSAGE: &str = "Received: from a.example\r\n\tby b.example; Thu, 1 Jan 2026 00:00:00 +0000\r\n\
    From:  Jane  Doe <jane@example.com>\r\nTo: joe@example.org\r\nSubject: dinner\r\n  at  eight \r\n\
    Date: Thu, 1 Jan 2026 00:00:00 +0000\r\nMessage-ID: <1@example.com>\r\nX-Twice: one\r\nX-Twice: two\r\n\
    \r\nAre you hungry?  \r\n\r\n\t tabs \t and  spaces\r\n.\r\n\r\n\r\n";

/// RFC 8463 §A.2: the secret and the record.
const ED25519: (&str, &str) = (
    "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=",
    "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
);

/// Keys of both kinds, and where they are published.
struct Keys {
    rsa: String,
    records: [(&'static str, String); 2],
}

impl Keys {
    /// None, with a word about it, where openssl is not installed.
    fn new() -> Option<Self> {
        let openssl = testkit::program("openssl")?;
        let folder = tempfile::tempdir().expect("a folder");
        let run = |arguments: &[&str]| {
            let output = Command::new(&openssl).args(arguments).current_dir(&folder).output();
            let output = output.expect("it runs");
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            output.stdout
        };
        run(&["genrsa", "-traditional", "-out", "key", "2048"]);
        let public = STANDARD.encode(run(&["pkey", "-in", "key", "-pubout", "-outform", "DER"]));
        let rsa = std::fs::read_to_string(folder.path().join("key")).expect("a key");
        let records = [
            ("rsa._domainkey.example.com", format!("v=DKIM1; k=rsa; p={public}")),
            ("ed._domainkey.example.com", ED25519.1.to_owned()),
        ];
        Some(Self { rsa, records })
    }

    fn of(&self, algorithm: &str) -> (&'static str, &str) {
        if algorithm == "rsa-sha256" { ("rsa", &self.rsa) } else { ("ed", ED25519.0) }
    }

    /// A host whose resolver has the records.
    fn host(&self) -> Host {
        let local = self.records.iter().map(|(name, text)| {
            LocalRecord::new((name, "TXT", text), 60, false).expect("a record")
        });
        let dns = DnsOptions { local: local.collect(), only_local: true, ..DnsOptions::default() };
        host(ServiceOptions { dns, ..ServiceOptions::default() })
    }

    /// What dkimpy prints about a task, by line.
    fn dkimpy(&self, python: &std::path::Path, mut task: Json) -> Vec<String> {
        task["records"] = self.records.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/network/dkimpy.py");
        let mut child = Command::new(python)
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let text = task.to_string();
        child.stdin.take().expect("a pipe").write_all(text.as_bytes()).expect("it reads");
        let output = child.wait_with_output().expect("it ends");
        assert!(output.status.success(), "dkimpy failed");
        String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
    }
}

/// Both forms of header and body with both algorithms.
fn ways() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    let forms = ["simple", "relaxed"];
    ["rsa-sha256", "ed25519-sha256"].into_iter().flat_map(move |algorithm| {
        forms.into_iter().flat_map(move |header| forms.map(|body| (algorithm, header, body)))
    })
}

/// A text as a literal of the language, with nothing to interpolate.
fn literal(text: &str) -> String {
    format!("base64_decode(\"{}\")", STANDARD.encode(text))
}

/// Messages that a signature must not cover any more: by its body, its header, a field added.
fn tampered(signed: &str) -> [String; 3] {
    [
        signed.replace("hungry", "angry"),
        signed.replace("dinner", "supper"),
        format!("From: someone@else.example\r\n{signed}"),
    ]
}

#[test]
fn dkimpy_verifies_what_scripts_sign() {
    let (Some(python), Some(keys)) = (testkit::python(&["dkim", "nacl"]), Keys::new()) else {
        return;
    };
    let mut options: Vec<(&str, String)> = ways()
        .map(|(algorithm, header, body)| {
            let forms = format!(
                r#""canonicalization_header" => "{header}", "canonicalization_body" => "{body}""#
            );
            (algorithm, forms)
        })
        .collect();
    let more = [
        r#""oversign_headers" => ["from", "subject", "x-twice", "x-absent"]"#,
        r#""additional_headers" => ["X-Twice"], "timestamp" => true, "expiration_relative" => 3600"#,
        r#""headers" => ["From", "Subject", "X-Twice", "X-Twice"], "oversign_headers" => ["From"]"#,
        r#""identity" => "jane@mail.example.com", "timestamp" => 1700000000"#,
        r#""body_length" => 14, "canonicalization_body" => "simple""#,
    ];
    options.extend(more.iter().flat_map(|more| {
        ["rsa-sha256", "ed25519-sha256"].map(|algorithm| (algorithm, (*more).to_owned()))
    }));
    on_worker(async {
        let mut script = format!("$text = {};\n", literal(MESSAGE));
        for (algorithm, options) in &options {
            let (selector, key) = keys.of(algorithm);
            script += &format!(
                "echo base64_encode(MailMessage::String($text)->signDKIM(\"{selector}\", \"example.com\", \
                 {}, [\"algorithm\" => \"{algorithm}\", {options}])->toString());\n",
                literal(key)
            );
        }
        let signed = printed(&keys.host(), &script).await;
        assert_eq!(signed.len(), options.len(), "{signed:#?}");
        let changed: Vec<_> = signed
            .iter()
            .flat_map(|text| {
                let text = STANDARD.decode(text).expect("base64");
                tampered(&String::from_utf8(text).expect("text"))
            })
            .map(|text| STANDARD.encode(text))
            .collect();
        let good = keys.dkimpy(&python, json!({ "verify": signed }));
        for (found, (algorithm, options)) in good.iter().zip(&options) {
            assert_eq!(found, "pass", "{algorithm} {options}");
        }
        assert_eq!(good.len(), options.len());
        let bad = keys.dkimpy(&python, json!({ "verify": changed }));
        assert_eq!(bad.len(), 3 * options.len());
        for (at, found) in bad.iter().enumerate() {
            assert_eq!(found, "fail", "change {} of {:?}", at % 3, options[at / 3]);
        }
    });
}

#[test]
fn scripts_verify_what_dkimpy_signs() {
    let (Some(python), Some(keys)) = (testkit::python(&["dkim", "nacl"]), Keys::new()) else {
        return;
    };
    let all = ["from", "from", "subject", "to", "x-twice", "x-twice", "x-absent"];
    let signs: Vec<_> = ways()
        .flat_map(|(algorithm, header, body)| {
            let (selector, key) = keys.of(algorithm);
            [(&all[..], false), (&all[2..2], true)].map(|(headers, length)| {
                json!({ "algorithm": algorithm, "header": header, "body": body, "selector": selector,
                    "key": key, "headers": headers, "length": length })
            })
        })
        .collect();
    let task =
        json!({ "message": STANDARD.encode(MESSAGE), "domain": "example.com", "sign": signs });
    let signed = keys.dkimpy(&python, task);
    assert_eq!(signed.len(), signs.len());
    on_worker(async {
        let mut script = "function check($text) {
            $mail = MailMessage::String(base64_decode($text));
            $found = $mail->verifyDKIM($mail->getHeader(\"DKIM-Signature\", [\"field\" => true]));
            return $found[\"result\"] . \" \" . ($found[\"error\"] ?? \"\");
        }\n"
        .to_owned();
        for text in &signed {
            let plain = String::from_utf8(STANDARD.decode(text).expect("base64")).expect("text");
            let changed = tampered(&plain).map(|text| STANDARD.encode(text));
            for text in [text].into_iter().chain(&changed) {
                script += &format!("echo check(\"{text}\");\n");
            }
        }
        let found = printed(&keys.host(), &script).await;
        assert_eq!(found.len(), 4 * signs.len(), "{found:#?}");
        for (four, how) in found.chunks(4).zip(&signs) {
            assert_eq!(four[0], "pass ", "{how}");
            // dkimpy signs From once more than it occurs only where it is told to.
            assert!(
                four[1..3].iter().all(|found| found.starts_with("permerror ")),
                "{how}: {four:?}"
            );
            let oversigned = how["headers"].as_array().is_some_and(|names| !names.is_empty());
            assert!(!oversigned || four[3].starts_with("permerror "), "{how}: {four:?}");
        }
    });
}
