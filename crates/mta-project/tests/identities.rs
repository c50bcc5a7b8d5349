//! Which keys of a configuration can be used, and what is said of the others.

use std::io;
use std::path::Path;
use std::sync::Arc;

use mta_config::{load_running, load_startup};
use mta_project::identities;

const KEY: &str = include_str!("../../hsl-std/tests/data/rsa.key");
const CERTIFICATE: &str = include_str!("../../hsl-std/tests/data/rsa.crt");

/// The certificate and the key lie on a disk that has nothing else.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    match path.to_str() {
        Some("/key") => Ok(KEY.into()),
        Some("/certificate") => Ok(CERTIFICATE.into()),
        _ => Err(io::ErrorKind::NotFound.into()),
    }
}

/// Each id of the running file with what is said of it; nothing for one that can be used.
#[track_caller]
fn check(startup: &str, running: &str, expect: &[(&str, &str)]) {
    let names: [Arc<str>; 2] = ["smtpd.yaml".into(), "smtpd-app.yaml".into()];
    let startup = format!("version: \"6.10\"\npki: {{private: [{startup}]}}\n");
    let running = format!("version: \"6.10\"\npki: {{private: [{running}]}}\n");
    let startup = load_startup(&names[0], startup.as_bytes(), true).value.expect("a startup file");
    let text = running.as_bytes();
    let running = load_running(&names[1], text, true).value.expect("a running file");
    let (found, findings) = identities(Some((&names[0], &startup)), (&names[1], &running), read);
    for (id, why) in expect {
        let said = findings.iter().find(|finding| finding.message.starts_with(&format!("`{id}`")));
        let fits =
            said.map_or(why.is_empty(), |said| !why.is_empty() && said.message.contains(why));
        assert!(fits, "{id}: {said:?}");
        assert_eq!(found.get(id).is_some(), said.is_none(), "{id}");
        if let Some(said) = said {
            assert_eq!(&text[said.span.start as usize..said.span.end as usize], id.as_bytes());
        }
    }
    assert_eq!(findings.len(), expect.iter().filter(|(_, why)| !why.is_empty()).count());
    assert!(findings.iter().all(|finding| !finding.message.contains("secret")));
}

#[test]
fn certificates_take_their_key_from_the_startup_file() {
    let certificate = "{id: mx, certificate: {path: /certificate}}";
    check("{id: mx, privatekey: {path: /key}}", certificate, &[("mx", "")]);
    check("", certificate, &[("mx", "no `privatekey`")]);
}

#[test]
fn what_cannot_be_used_is_named_and_not_shown() {
    check(
        "",
        "{id: gone, privatekey: {path: /nothing}}, {id: none, privatekey: {}},
         {id: both, privatekey: {path: /key, data: secret}},
         {id: broken, privatekey: {data: secret}},
         {id: bare, certificate: {data: secret}, privatekey: {path: /key}}",
        &[
            ("gone", "/nothing cannot be read"),
            ("none", "needs a `path` or `data`"),
            ("both", "needs a `path` or `data`"),
            ("broken", "no usable private key"),
            ("bare", "no readable certificate"),
        ],
    );
}
