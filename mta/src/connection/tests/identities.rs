//! Scripts sign with the keys of the configuration.

use super::facilities::{check, check_with};
use super::server::json;

const KEY: &str = include_str!("../../../../crates/hsl-std/tests/data/rsa.key");
const CERTIFICATE: &str = include_str!("../../../../crates/hsl-std/tests/data/rsa.crt");

#[test]
fn keys_of_the_configuration_have_names() {
    let (key, certificate) = (json(KEY), json(CERTIFICATE));
    let settings = format!(
        "pki:\n  private:\n    - id: alone\n      privatekey: {{data: {key}}}\n    - id: mx\n      \
         certificate: {{data: {certificate}}}\n      privatekey: {{data: {key}}}\n"
    );
    let by_name = "[\"id\" => true]";
    let same =
        format!("rsa_sign(\"a\", \"mx\", {by_name}) === rsa_sign(\"a\", \"alone\", {by_name})");
    check(
        &settings,
        &[
            (
                &format!(
                    "rsa_verify(\"a\", rsa_sign(\"a\", \"mx\", {by_name}), \"mx\", {by_name})"
                ),
                "true",
            ),
            (
                &format!(
                    "rsa_verify(\"b\", rsa_sign(\"a\", \"mx\", {by_name}), \"mx\", {by_name})"
                ),
                "false",
            ),
            (&same, "true"),
            (&format!("rsa_sign(\"a\", \"other\", {by_name}) === none"), "true"),
        ],
    );
}

#[test]
fn keys_of_the_startup_file_are_overlaid_by_the_running_file() {
    let (key, certificate) = (json(KEY), json(CERTIFICATE));
    let startup = format!(
        "version: \"6.10\"\nservers: [{{id: inbound, listeners: [{{port: 25}}]}}]\npki:\n  private:\n    \
         - id: start\n      privatekey: {{data: {key}}}\n    - id: both\n      privatekey: {{data: {key}}}\n"
    );
    let startup = mta_config::load_startup(&"smtpd.yaml".into(), startup.as_bytes(), true);
    let startup = startup.value.expect("a startup file");
    // The certificate here has its key there.
    let settings =
        format!("pki:\n  private:\n    - id: both\n      certificate: {{data: {certificate}}}\n");
    let sign = |id: &str| {
        format!(
            "length(MailMessage::String(\"From: a@b.example\\r\\n\\r\\nx\\r\\n\")->signDKIM(\"s\", \
             \"b.example\", \"{id}\", [\"id\" => true, \"return_header\" => true]) ?? \"\") > 400"
        )
    };
    let (start, both, other) = (sign("start"), sign("both"), sign("other"));
    check_with(&startup, &settings, &[(&start, "true"), (&both, "true"), (&other, "false")]);
}

#[test]
fn a_missing_key_is_told_by_its_name() {
    let settings =
        format!("pki:\n  private:\n    - id: mx-2026\n      privatekey: {{data: {}}}\n", json(KEY));
    let sign = |key: &str, options: &str| {
        format!(
            "MIME()->addHeader(\"From\", \"a@b.example\")->signDKIM(\"s\", \"b.example\", \"{key}\", {options})->toString()"
        )
    };
    let unreadable = "signDKIM: the key is neither PEM text nor base64 of an RSA key of 2048 bits or more \
                      or an Ed25519 key";
    let id = "[\"id\" => true]";
    check(
        &settings,
        &[
            (
                &sign("mx-2025", id),
                "signDKIM: no key of the configuration has the id \"mx-2025\"; did you mean \"mx-2026\"?",
            ),
            (&sign("other", id), "signDKIM: no key of the configuration has the id \"other\""),
            (&sign(&"k".repeat(44), id), "signDKIM: no key of the configuration has this id"),
            (
                &sign("mx-2025", "[]"),
                &format!("{unreadable}; did you mean the configured key \"mx-2026\"?"),
            ),
            (&sign("mx-2025", "[\"id\" => false]"), unreadable),
        ],
    );
}
