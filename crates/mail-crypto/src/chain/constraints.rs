//! Name constraints of issuers on the names below them.
//!
//! *Sources*: RFC 5280 §4.2.1.10.

use std::sync::Arc;

use x509_cert::ext::pkix::constraints::name::GeneralSubtrees;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{NameConstraints, SubjectAltName};
use x509_cert::name::Name;

use super::ChainError;
use crate::Certificate;
use crate::names::pairs;

/// Holds the names of every certificate against the constraints of all above it. Issuers in the
/// middle that issued themselves are left out, as the section says.
pub(super) fn check(chain: &[Arc<Certificate>]) -> Result<(), ChainError> {
    for (above, issuer) in chain.iter().enumerate().skip(1) {
        let constraints = issuer.extension::<NameConstraints>();
        let Some(constraints) = constraints.map_err(|_| ChainError::Extension)? else { continue };
        for (place, certificate) in chain[..above].iter().enumerate() {
            if place == 0 || certificate.subject_der() != certificate.issuer_der() {
                hold(certificate, &constraints)?;
            }
        }
    }
    Ok(())
}

fn hold(certificate: &Certificate, constraints: &NameConstraints) -> Result<(), ChainError> {
    let alternative = certificate.extension::<SubjectAltName>();
    let alternative = alternative.map_err(|_| ChainError::Extension)?;
    let subject = certificate.parsed().tbs_certificate().subject();
    let mut names = alternative.map(|names| names.0).unwrap_or_default();
    let has_mail = names.iter().any(|name| matches!(name, GeneralName::Rfc822Name(_)));
    if !subject.is_empty() {
        names.push(GeneralName::DirectoryName(subject.clone()));
    }
    for name in &names {
        hold_name(name, constraints)?;
    }
    if has_mail { Ok(()) } else { hold_subject_mail(subject, constraints) }
}

/// Addresses in the subject count when the alternative names have none.
fn hold_subject_mail(subject: &Name, constraints: &NameConstraints) -> Result<(), ChainError> {
    let mails = pairs(subject).into_iter().filter(|(kind, _)| kind == "emailAddress");
    for (_, mail) in mails {
        let text = der::asn1::Ia5String::new(&mail).map_err(|_| ChainError::Extension)?;
        hold_name(&GeneralName::Rfc822Name(text), constraints)?;
    }
    Ok(())
}

fn hold_name(name: &GeneralName, constraints: &NameConstraints) -> Result<(), ChainError> {
    let matching = |trees: &Option<GeneralSubtrees>| -> Result<Option<bool>, ChainError> {
        let bases = trees.iter().flatten().map(|tree| &tree.base);
        let same =
            bases.filter(|base| std::mem::discriminant(*base) == std::mem::discriminant(name));
        let mut any = None;
        for base in same {
            let within = is_within(name, base).ok_or(ChainError::ConstraintKind)?;
            any = Some(any.unwrap_or(false) || within);
        }
        Ok(any)
    };
    if matching(&constraints.excluded_subtrees)? == Some(true) {
        return Err(ChainError::Excluded);
    }
    match matching(&constraints.permitted_subtrees)? {
        Some(false) => Err(ChainError::NotPermitted),
        _ => Ok(()),
    }
}

/// None for kinds of names that are not understood.
fn is_within(name: &GeneralName, base: &GeneralName) -> Option<bool> {
    match (name, base) {
        (GeneralName::DnsName(name), GeneralName::DnsName(base)) => {
            Some(is_host_within(name.as_str(), base.as_str()))
        }
        (GeneralName::Rfc822Name(name), GeneralName::Rfc822Name(base)) => {
            Some(is_mail_within(name.as_str(), base.as_str()))
        }
        (GeneralName::IpAddress(name), GeneralName::IpAddress(base)) => {
            is_address_within(name.as_bytes(), base.as_bytes())
        }
        (GeneralName::DirectoryName(name), GeneralName::DirectoryName(base)) => {
            let (mut name, mut base) = (name.iter_rdn(), base.iter_rdn());
            Some(base.all(|part| name.next() == Some(part)))
        }
        (
            GeneralName::UniformResourceIdentifier(name),
            GeneralName::UniformResourceIdentifier(base),
        ) => Some(is_uri_within(name.as_str(), base.as_str())?),
        _ => None,
    }
}

fn is_host_within(name: &str, base: &str) -> bool {
    let (name, base) = (name.to_ascii_lowercase(), base.to_ascii_lowercase());
    let base = base.strip_prefix('.').unwrap_or(&base);
    let below = name.strip_suffix(base);
    base.is_empty() || below.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

fn is_mail_within(name: &str, base: &str) -> bool {
    let Some((local, host)) = name.rsplit_once('@') else { return false };
    match base.rsplit_once('@') {
        Some((wanted, at)) => local == wanted && host.eq_ignore_ascii_case(at),
        None if base.starts_with('.') => {
            host.to_ascii_lowercase().ends_with(&base.to_ascii_lowercase())
        }
        None => base.is_empty() || host.eq_ignore_ascii_case(base),
    }
}

fn is_address_within(address: &[u8], base: &[u8]) -> Option<bool> {
    let (network, mask) = base.split_at_checked(base.len() / 2)?;
    if network.len() != mask.len() || !matches!(network.len(), 4 | 16) {
        return None;
    }
    if address.len() != network.len() {
        return Some(false);
    }
    let mut bytes = address.iter().zip(network).zip(mask);
    Some(bytes.all(|((byte, net), mask)| byte & mask == net & mask))
}

fn is_uri_within(uri: &str, base: &str) -> Option<bool> {
    let (_, rest) = uri.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = host.split(':').next()?.to_ascii_lowercase();
    let base = base.to_ascii_lowercase();
    Some(if base.starts_with('.') { host.ends_with(&base) } else { host == base })
}
