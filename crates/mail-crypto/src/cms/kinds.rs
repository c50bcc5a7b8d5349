//! Kinds of content.

pub(super) const DATA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01";
pub(super) const SIGNED: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02";
pub(super) const ENVELOPED: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03";

/// Object identifiers, OpenSSL's names, short names.
const KINDS: &[(&[u8], &str, &str)] = &[
    (DATA, "pkcs7-data", "data"),
    (SIGNED, "pkcs7-signedData", "signed"),
    (ENVELOPED, "pkcs7-envelopedData", "enveloped"),
    (b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x04", "pkcs7-signedAndEnvelopedData", "signedenveloped"),
    (b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x05", "pkcs7-digestData", "digest"),
    (b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x06", "pkcs7-encryptedData", "encrypted"),
    (b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x02", "id-smime-ct-authData", "authenticated"),
    (b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x09", "id-smime-ct-compressedData", "compressed"),
    (
        b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17",
        "id-smime-ct-authEnvelopedData",
        "authenveloped",
    ),
];

/// The kind of a CMS structure, by OpenSSL's name (`pkcs7-signedData`); none for what is none.
pub fn kind(input: &[u8]) -> Option<&'static str> {
    let der = super::der(input)?;
    let (oid, _) = super::open(&der)?;
    KINDS.iter().find(|(known, _, _)| *known == oid).map(|(_, name, _)| *name)
}

/// The short name of a kind other than data.
pub(super) fn short(oid: &[u8]) -> Option<&'static str> {
    let found = KINDS.iter().find(|(known, _, _)| *known == oid);
    found.map(|(_, _, name)| *name).filter(|name| *name != "data")
}
