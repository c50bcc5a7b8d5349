//! Keys, certificates and lists, made once by the `openssl` command in a folder that goes with the
//! process.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, LazyLock};

use mail_crypto::{Certificate, Crl, Identity};

const SETTINGS: &str = "
[req]
distinguished_name = dn
[dn]
[root]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[middle]
basicConstraints = critical, CA:true, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[narrow]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign, cRLSign
nameConstraints = critical, permitted;DNS:allowed.example, excluded;DNS:not.allowed.example
[leaf]
basicConstraints = CA:false
keyUsage = digitalSignature, keyEncipherment
extendedKeyUsage = emailProtection
subjectAltName = email:a@mail.example, DNS:mail.example, DNS:*.mail.example, IP:192.0.2.1, URI:https://mail.example/x
authorityKeyIdentifier = keyid
[server]
extendedKeyUsage = serverAuth
subjectAltName = DNS:mail.example
[inside]
subjectAltName = DNS:a.allowed.example
[outside]
subjectAltName = DNS:a.other.example
[excluded]
subjectAltName = DNS:not.allowed.example
[strange]
1.2.3.4 = critical, ASN1:NULL
[ca]
default_ca = list
[list]
database = index.txt
crlnumber = crlnumber
default_md = sha256
default_crl_days = 30
";

/// Name, key, extensions, issuer, days.
const CERTIFICATES: &[(&str, &str, &str, &str, &str)] = &[
    ("root", "rsa:2048", "root", "", "3650"),
    ("other", "rsa:2048", "root", "", "3650"),
    ("middle", "rsa:2048", "middle", "root", "3000"),
    ("below", "ec:P-256", "root", "middle", "3000"),
    ("narrow", "ec:P-384", "narrow", "root", "3000"),
    ("rsa", "rsa:2048", "leaf", "middle", "1000"),
    ("big", "rsa:4096", "leaf", "middle", "1000"),
    ("small", "rsa:1024", "leaf", "middle", "1000"),
    ("p256", "ec:P-256", "leaf", "middle", "1000"),
    ("p384", "ec:P-384", "leaf", "middle", "1000"),
    ("p521", "ec:P-521", "leaf", "middle", "1000"),
    ("ed25519", "ed25519", "leaf", "root", "1000"),
    ("server", "ec:P-256", "server", "middle", "1000"),
    ("deep", "ec:P-256", "leaf", "below", "1000"),
    ("inside", "ec:P-256", "inside", "narrow", "1000"),
    ("outside", "ec:P-256", "outside", "narrow", "1000"),
    ("excluded", "ec:P-256", "excluded", "narrow", "1000"),
    ("strange", "ec:P-256", "strange", "root", "1000"),
    ("byleaf", "ec:P-256", "leaf", "rsa", "1000"),
    ("revoked", "ec:P-256", "leaf", "middle", "1000"),
];

/// The folder.
pub(crate) struct Lab(tempfile::TempDir);

/// The lab; none, with a line that says so, on machines without the command.
pub(crate) fn lab() -> Option<&'static Lab> {
    static LAB: LazyLock<Option<Lab>> = LazyLock::new(|| {
        Command::new("openssl").arg("version").stdout(Stdio::null()).status().ok()?;
        Some(Lab::build())
    });
    if LAB.is_none() {
        let test = std::thread::current();
        eprintln!("skipped {}: there is no openssl", test.name().unwrap_or("a test"));
    }
    LAB.as_ref()
}

impl Lab {
    fn build() -> Self {
        let lab = Self(tempfile::tempdir().expect("a folder"));
        lab.write("settings", SETTINGS.as_bytes());
        lab.write("index.txt", b"");
        lab.write("crlnumber", b"1000\n");
        for (serial, (name, key, extensions, issuer, days)) in CERTIFICATES.iter().enumerate() {
            lab.key(name, key);
            lab.certificate(name, extensions, issuer, days, 0x1000 + serial);
        }
        lab.revocations();
        lab
    }

    fn key(&self, name: &str, kind: &str) {
        let algorithm = match kind.split_once(':') {
            Some(("rsa", bits)) => format!("-algorithm RSA -pkeyopt rsa_keygen_bits:{bits}"),
            Some((_, curve)) => format!("-algorithm EC -pkeyopt ec_paramgen_curve:{curve}"),
            None => "-algorithm ed25519".to_owned(),
        };
        self.run(&format!("genpkey {algorithm} -out {name}.key"));
    }

    fn certificate(&self, name: &str, extensions: &str, issuer: &str, days: &str, serial: usize) {
        let subject = format!("/C=SE/O=Mail Ltd/CN={name}");
        self.run_with(
            &format!("req -new -config settings -key {name}.key -out {name}.csr -subj"),
            &[&subject],
        );
        let signer = match issuer {
            "" => format!("-signkey {name}.key"),
            issuer => format!("-CA {issuer}.crt -CAkey {issuer}.key"),
        };
        self.run(&format!(
            "x509 -req -in {name}.csr {signer} -extfile settings -extensions {extensions} \
             -days {days} -set_serial {serial} -out {name}.crt"
        ));
    }

    fn revocations(&self) {
        let ca = "ca -config settings -keyfile middle.key -cert middle.crt";
        self.run(&format!("{ca} -gencrl -out empty.crl"));
        self.run(&format!("{ca} -revoke revoked.crt -crl_reason keyCompromise"));
        self.run(&format!("{ca} -gencrl -out middle.crl"));
    }

    /// Runs a command whose words are split at spaces; gives what it printed.
    pub(crate) fn run(&self, words: &str) -> Vec<u8> {
        self.run_with(words, &[])
    }

    pub(crate) fn run_with(&self, words: &str, more: &[&str]) -> Vec<u8> {
        self.try_run(words, more).unwrap_or_else(|error| panic!("openssl {words}: {error}"))
    }

    /// The same, with what it complained about when it fails.
    pub(crate) fn try_run(&self, words: &str, more: &[&str]) -> Result<Vec<u8>, String> {
        let mut command = Command::new("openssl");
        command.args(words.split_whitespace()).args(more).current_dir(self.path());
        let output = command.stdin(Stdio::null()).output().expect("openssl runs");
        match output.status.success() {
            true => Ok(output.stdout),
            false => Err(String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into()),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub(crate) fn write(&self, name: &str, content: &[u8]) {
        std::fs::write(self.path().join(name), content).expect("the folder is writable");
    }

    pub(crate) fn certificate_of(&self, name: &str) -> Arc<Certificate> {
        let mut all = Certificate::all(&self.read(&format!("{name}.crt")), true).expect("PEM");
        Arc::new(all.remove(0))
    }

    pub(crate) fn crl(&self, name: &str) -> Arc<Crl> {
        Arc::new(Crl::from_pem(&self.read(&format!("{name}.crl"))).expect("a list"))
    }

    pub(crate) fn identity(&self, name: &str) -> Identity {
        let (key, own) = (self.read(&format!("{name}.key")), self.read(&format!("{name}.crt")));
        let chain = [own, self.read("middle.crt")].concat();
        Identity::from_pem(&key, Some(&chain)).expect("key and certificate")
    }
}

/// Now, as the certificates see it.
pub(crate) fn now() -> f64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.expect("after 1970").as_secs_f64()
}
