//! Names in certificates as texts.
//!
//! *Sources*: RFC 5280 §4.1.2.4, §4.2.1.6; short names as OpenSSL prints them.

use std::net::IpAddr;

use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::name::Name;

use der::asn1::Any;
use der::{Encode as _, Tag, Tagged as _};

/// Attributes of names by object identifier.
const ATTRIBUTES: &[(&str, &str)] = &[
    ("2.5.4.3", "CN"),
    ("2.5.4.4", "SN"),
    ("2.5.4.5", "serialNumber"),
    ("2.5.4.6", "C"),
    ("2.5.4.7", "L"),
    ("2.5.4.8", "ST"),
    ("2.5.4.9", "street"),
    ("2.5.4.10", "O"),
    ("2.5.4.11", "OU"),
    ("2.5.4.12", "title"),
    ("2.5.4.13", "description"),
    ("2.5.4.15", "businessCategory"),
    ("2.5.4.17", "postalCode"),
    ("2.5.4.41", "name"),
    ("2.5.4.42", "GN"),
    ("2.5.4.43", "initials"),
    ("2.5.4.44", "generationQualifier"),
    ("2.5.4.46", "dnQualifier"),
    ("2.5.4.65", "pseudonym"),
    ("2.5.4.97", "organizationIdentifier"),
    ("0.9.2342.19200300.100.1.1", "UID"),
    ("0.9.2342.19200300.100.1.25", "DC"),
    ("1.2.840.113549.1.9.1", "emailAddress"),
    ("1.2.840.113549.1.9.2", "unstructuredName"),
    ("1.3.6.1.4.1.311.60.2.1.1", "jurisdictionL"),
    ("1.3.6.1.4.1.311.60.2.1.2", "jurisdictionST"),
    ("1.3.6.1.4.1.311.60.2.1.3", "jurisdictionC"),
];

/// One alternative name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AltName {
    /// `DNS`, `email`, `URI`, `IP Address`, `DirName`, `Registered ID` or `othername`.
    pub kind: &'static str,
    /// The name; of a directory name its attributes as `CN=a, O=b`, of another name its bytes in
    /// hexadecimal.
    pub value: String,
}

/// Attributes of a name in order: short name (else the object identifier) and value.
pub(crate) fn pairs(name: &Name) -> Vec<(String, String)> {
    let attributes = name.iter();
    attributes
        .map(|attribute| {
            let oid = attribute.oid.to_string();
            let short = ATTRIBUTES.iter().find(|(known, _)| *known == oid);
            (short.map_or(oid.clone(), |(_, short)| (*short).to_owned()), text(&attribute.value))
        })
        .collect()
}

/// A name for comparison: its DER.
pub(crate) fn bytes(name: &Name) -> Vec<u8> {
    name.to_der().unwrap_or_default()
}

pub(crate) fn alternative(name: &GeneralName) -> AltName {
    let (kind, value) = match name {
        GeneralName::DnsName(text) => ("DNS", text.as_str().to_owned()),
        GeneralName::Rfc822Name(text) => ("email", text.as_str().to_owned()),
        GeneralName::UniformResourceIdentifier(text) => ("URI", text.as_str().to_owned()),
        GeneralName::IpAddress(bytes) => ("IP Address", address(bytes.as_bytes())),
        GeneralName::DirectoryName(name) => ("DirName", line(name)),
        GeneralName::RegisteredId(oid) => ("Registered ID", oid.to_string()),
        GeneralName::OtherName(name) => ("othername", hex(&name.to_der().unwrap_or_default())),
        GeneralName::EdiPartyName(name) => ("othername", hex(&name.to_der().unwrap_or_default())),
    };
    AltName { kind, value }
}

/// Bytes in capital hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

fn line(name: &Name) -> String {
    let parts = pairs(name).into_iter().map(|(name, value)| format!("{name}={value}"));
    parts.collect::<Vec<_>>().join(", ")
}

fn address(bytes: &[u8]) -> String {
    if let Ok(four) = <[u8; 4]>::try_from(bytes) {
        return IpAddr::from(four).to_string();
    }
    <[u8; 16]>::try_from(bytes).map_or_else(|_| hex(bytes), |six| IpAddr::from(six).to_string())
}

/// A value as UTF-8; what is no text in hexadecimal behind `#`.
fn text(value: &Any) -> String {
    let bytes = value.value();
    match value.tag() {
        Tag::Utf8String
        | Tag::PrintableString
        | Tag::Ia5String
        | Tag::NumericString
        | Tag::VisibleString => String::from_utf8_lossy(bytes).into_owned(),
        Tag::TeletexString => bytes.iter().map(|byte| char::from(*byte)).collect(),
        Tag::BmpString => {
            let units = bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
            char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
        }
        _ => format!("#{}", hex(bytes)),
    }
}
