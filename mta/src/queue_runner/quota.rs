//! How much queued mail is charged to each quota.
//!
//! *Invariants.* What a message was charged at the start is given back at its end; a name that nothing
//! is charged to takes no memory.

use std::collections::HashMap;
use std::sync::Arc;

/// Queued copies and their bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Charged {
    /// Copies.
    pub count: u64,
    /// Bytes of their bodies.
    pub bytes: u64,
}

/// All quotas that something is charged to.
#[derive(Debug, Default)]
pub(super) struct Quotas(HashMap<Arc<str>, Charged>);

impl Quotas {
    pub(super) fn charge(&mut self, names: &[Arc<str>], size: u64) {
        for name in names {
            let charged = self.0.entry(name.clone()).or_default();
            charged.count += 1;
            charged.bytes += size;
        }
    }

    pub(super) fn discharge(&mut self, names: &[Arc<str>], size: u64) {
        for name in names {
            let Some(charged) = self.0.get_mut(name) else { continue };
            charged.count = charged.count.saturating_sub(1);
            charged.bytes = charged.bytes.saturating_sub(size);
            if charged.count == 0 {
                self.0.remove(name);
            }
        }
    }

    pub(super) fn get(&self, name: &str) -> Charged {
        self.0.get(name).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_counts_until_its_last_message_goes() {
        let mut quotas = Quotas::default();
        let (a, b): (Arc<str>, Arc<str>) = ("a".into(), "b".into());
        quotas.charge(&[a.clone(), b.clone()], 100);
        quotas.charge(std::slice::from_ref(&a), 10);
        assert_eq!(quotas.get("a"), Charged { count: 2, bytes: 110 });
        quotas.discharge(&[a, b], 100);
        assert_eq!(quotas.get("a"), Charged { count: 1, bytes: 10 });
        assert_eq!(quotas.get("b"), Charged::default());
        assert_eq!(quotas.0.len(), 1);
    }
}
