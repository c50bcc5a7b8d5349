//! Signed zones, served by nsd.

use std::process::Command;

use hsl_host::TrustAnchors;
use testkit::program;

use crate::peers::{Program, free_port, start};

/// The zone `example`, signed with a key of its own.
pub(crate) struct Signed {
    folder: tempfile::TempDir,
    nsd: std::path::PathBuf,
    key: String,
}

impl Signed {
    /// Signs a zone; none, with a word about it, without the programs for it.
    pub(crate) fn new(zone: &str) -> Option<Self> {
        let nsd = program("nsd")?;
        let (keygen, signer) = (program("ldns-keygen")?, program("ldns-signzone")?);
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("zone"), zone).expect("a zone");
        let run = |program: &std::path::Path, arguments: &[&str]| {
            let output = Command::new(program).args(arguments).current_dir(&folder).output();
            let output = output.expect("it runs");
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            String::from_utf8_lossy(&output.stdout).trim().to_owned()
        };
        let key = run(&keygen, &["-k", "-a", "ECDSAP256SHA256", "example"]);
        run(&signer, &["-n", "zone", &key]);
        Some(Self { folder, nsd, key })
    }

    /// The signed zone.
    pub(crate) fn text(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("zone.signed")).expect("a zone")
    }

    /// What has to be trusted.
    pub(crate) fn anchors(&self) -> TrustAnchors {
        let path = self.folder.path().join(format!("{}.key", self.key));
        TrustAnchors::read(&std::fs::read_to_string(path).expect("a key")).expect("a key")
    }

    /// A server of this text of the zone, and of another zone, and its port.
    pub(crate) fn serve(&self, text: &str, other: Option<(&str, &str)>) -> (u16, Program) {
        let (port, at) = (free_port(), self.folder.path().display());
        let mut config = format!(
            "server:\n ip-address: 127.0.0.1\n port: {port}\n username: \"\"\n zonesdir: \"{at}\"\n \
             pidfile: \"\"\n database: \"\"\n xfrdfile: \"{at}/xfrd{port}\"\n zonelistfile: \"{at}/list{port}\"\n \
             xfrdir: \"{at}\"\n logfile: \"{at}/log{port}\"\nremote-control:\n control-enable: no\n\
             zone:\n name: example\n zonefile: zone{port}\n"
        );
        let write = |name: &str, text: &str| {
            std::fs::write(self.folder.path().join(name), text).expect("a file");
        };
        write(&format!("zone{port}"), text);
        if let Some((name, text)) = other {
            write(&format!("other{port}"), text);
            config += &format!("zone:\n name: {name}\n zonefile: other{port}\n");
        }
        write(&format!("nsd{port}"), &config);
        let path = self.folder.path().join(format!("nsd{port}"));
        (port, start(Command::new(&self.nsd).arg("-d").arg("-c").arg(&path)))
    }
}
