//! Extensions of certificates and revocation lists.

use x509_cert::ext::Extension as Parsed;

/// Names of extensions, as OpenSSL prints them.
const NAMES: &[(&str, &str)] = &[
    ("2.5.29.9", "subjectDirectoryAttributes"),
    ("2.5.29.14", "subjectKeyIdentifier"),
    ("2.5.29.15", "keyUsage"),
    ("2.5.29.16", "privateKeyUsagePeriod"),
    ("2.5.29.17", "subjectAltName"),
    ("2.5.29.18", "issuerAltName"),
    ("2.5.29.19", "basicConstraints"),
    ("2.5.29.20", "crlNumber"),
    ("2.5.29.21", "CRLReason"),
    ("2.5.29.24", "invalidityDate"),
    ("2.5.29.27", "deltaCRL"),
    ("2.5.29.28", "issuingDistributionPoint"),
    ("2.5.29.29", "certificateIssuer"),
    ("2.5.29.30", "nameConstraints"),
    ("2.5.29.31", "crlDistributionPoints"),
    ("2.5.29.32", "certificatePolicies"),
    ("2.5.29.33", "policyMappings"),
    ("2.5.29.35", "authorityKeyIdentifier"),
    ("2.5.29.36", "policyConstraints"),
    ("2.5.29.37", "extendedKeyUsage"),
    ("2.5.29.46", "freshestCRL"),
    ("2.5.29.54", "inhibitAnyPolicy"),
    ("1.3.6.1.5.5.7.1.1", "authorityInfoAccess"),
    ("1.3.6.1.5.5.7.1.3", "qcStatements"),
    ("1.3.6.1.5.5.7.1.11", "subjectInfoAccess"),
    ("1.3.6.1.5.5.7.1.24", "tlsfeature"),
    ("1.3.6.1.4.1.11129.2.4.2", "ct_precert_scts"),
    ("1.3.6.1.4.1.11129.2.4.3", "ct_precert_poison"),
    ("2.16.840.1.113730.1.1", "nsCertType"),
    ("2.16.840.1.113730.1.13", "nsComment"),
];

/// One extension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    /// Object identifier with dots.
    pub oid: String,
    /// Short name; the object identifier when there is none.
    pub name: String,
    /// Whether who does not know it must refuse.
    pub critical: bool,
    /// Its DER.
    pub value: Vec<u8>,
}

pub(crate) fn list(extensions: Option<&Vec<Parsed>>) -> Vec<Extension> {
    extensions.into_iter().flatten().map(read).collect()
}

fn read(extension: &Parsed) -> Extension {
    let oid = extension.extn_id.to_string();
    let name = NAMES.iter().find(|(known, _)| *known == oid).map(|(_, name)| *name);
    Extension {
        name: name.map_or(oid.clone(), str::to_owned),
        oid,
        critical: extension.critical,
        value: extension.extn_value.as_bytes().to_vec(),
    }
}
