//! Scripts sign with the keys of the configuration.

use super::facilities::check;
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
