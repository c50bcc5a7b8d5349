//! The queue in memory: every message, where its body stands, how much of each segment lives.
//!
//! *Invariants.* A body is present as long as one of its copies is; a segment's live bytes are
//! the sizes of the message records in it that a present body points to. Repeated strings are
//! shared.
//!
//! *Not here.* The disk ([`crate::log`]), the order of delivery ([`crate::Scheduler`]).

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use uuid::Uuid;

use crate::body::{Body, Place};
use crate::envelope::{Change, Envelope, MessageId};
use crate::log::Position;

/// A segment on disk and how much of it is still needed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Bytes on disk.
    pub size: u64,
    /// Bytes of records that queued messages still need.
    pub live: u64,
}

/// A message record in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Slot {
    pub(crate) position: Position,
    pub(crate) size: u64,
}

/// A body and the copies that need it.
pub(crate) struct BodyUse {
    pub(crate) body: Body,
    pub(crate) slot: Slot,
    pub(crate) copies: Vec<u32>,
}

#[derive(Default)]
pub(crate) struct Index {
    messages: HashMap<MessageId, Arc<Envelope>>,
    bodies: HashMap<Uuid, BodyUse>,
    places: BTreeMap<Position, Uuid>,
    segments: BTreeMap<u64, Usage>,
    names: Names,
}

impl Index {
    pub(crate) fn get(&self, id: MessageId) -> Option<(Arc<Envelope>, Body)> {
        let envelope = self.messages.get(&id)?;
        let used = self.bodies.get(&id.transaction)?;
        Some((envelope.clone(), used.body.clone()))
    }

    pub(crate) fn envelopes(&self) -> impl Iterator<Item = &Arc<Envelope>> {
        self.messages.values()
    }

    pub(crate) fn len(&self) -> usize {
        self.messages.len()
    }

    pub(crate) fn contains(&self, transaction: Uuid) -> bool {
        self.bodies.contains_key(&transaction)
    }

    /// Takes a body and its copies in; answers the copies as they are kept.
    pub(crate) fn insert(
        &mut self,
        body: Body,
        slot: Slot,
        envelopes: Vec<Envelope>,
    ) -> Vec<Arc<Envelope>> {
        let transaction = body.stored().transaction;
        let copies = envelopes.iter().map(|envelope| envelope.id.queue).collect();
        self.place(transaction, slot);
        self.bodies.insert(transaction, BodyUse { body, slot, copies });
        envelopes.into_iter().map(|envelope| self.keep(envelope)).collect()
    }

    pub(crate) fn update(&mut self, id: MessageId, change: &Change) -> Option<Arc<Envelope>> {
        let kept = self.messages.get_mut(&id)?;
        let mut envelope = Envelope::clone(kept);
        change.apply(&mut envelope);
        self.names.intern(&mut envelope.transport);
        *kept = Arc::new(envelope);
        Some(kept.clone())
    }

    /// Forgets a copy; answers its body if this was the last one.
    pub(crate) fn remove(&mut self, id: MessageId) -> Option<Option<Body>> {
        self.messages.remove(&id)?;
        let used = self.bodies.get_mut(&id.transaction)?;
        used.copies.retain(|copy| *copy != id.queue);
        if !used.copies.is_empty() {
            return Some(None);
        }
        let used = self.bodies.remove(&id.transaction)?;
        self.unplace(used.slot);
        Some(Some(used.body))
    }

    /// The record of `transaction` was written anew at `slot`; forgets it if nobody needs it.
    pub(crate) fn relocate(&mut self, transaction: Uuid, slot: Slot, place: Place) {
        let Some(used) = self.bodies.get_mut(&transaction) else { return };
        let old = std::mem::replace(&mut used.slot, slot);
        used.body.stored().move_to(place);
        self.unplace(old);
        self.place(transaction, slot);
    }

    /// The bodies whose records stand in `segment`, by offset, with their living copies.
    pub(crate) fn in_segment(
        &self,
        segment: u64,
    ) -> impl Iterator<Item = (&BodyUse, Vec<Arc<Envelope>>)> {
        let first = Position { segment, offset: 0 };
        let last = Position { segment, offset: u64::MAX };
        let used = self.places.range(first..=last).filter_map(|(_, id)| self.bodies.get(id));
        used.map(|used| (used, self.copies_of(used)))
    }

    pub(crate) fn set_segment_size(&mut self, segment: u64, size: u64) {
        self.segments.entry(segment).or_default().size = size;
    }

    pub(crate) fn forget_segment(&mut self, segment: u64) {
        self.segments.remove(&segment);
    }

    pub(crate) fn segments(&self) -> &BTreeMap<u64, Usage> {
        &self.segments
    }

    fn copies_of(&self, used: &BodyUse) -> Vec<Arc<Envelope>> {
        let transaction = used.body.stored().transaction;
        let ids = used.copies.iter().map(|queue| MessageId { transaction, queue: *queue });
        ids.filter_map(|id| self.messages.get(&id).cloned()).collect()
    }

    fn keep(&mut self, mut envelope: Envelope) -> Arc<Envelope> {
        for name in [
            &mut envelope.server,
            &mut envelope.sender.domain,
            &mut envelope.recipient.domain,
            &mut envelope.transport,
            &mut envelope.tenant,
            &mut envelope.job,
        ] {
            self.names.intern(name);
        }
        let envelope = Arc::new(envelope);
        self.messages.insert(envelope.id, envelope.clone());
        envelope
    }

    fn place(&mut self, transaction: Uuid, slot: Slot) {
        self.places.insert(slot.position, transaction);
        self.segments.entry(slot.position.segment).or_default().live += slot.size;
    }

    fn unplace(&mut self, slot: Slot) {
        self.places.remove(&slot.position);
        if let Some(usage) = self.segments.get_mut(&slot.position.segment) {
            usage.live = usage.live.saturating_sub(slot.size);
        }
    }
}

/// Strings that many messages share.
#[derive(Default)]
struct Names {
    known: HashSet<Arc<str>>,
    swept: usize,
}

impl Names {
    fn intern(&mut self, name: &mut Arc<str>) {
        match self.known.get(&**name) {
            Some(known) => *name = known.clone(),
            None => {
                self.sweep();
                self.known.insert(name.clone());
            }
        }
    }

    /// Drops names that no message uses once the set has doubled.
    fn sweep(&mut self) {
        if self.known.len() > 2 * self.swept + 1024 {
            self.known.retain(|name| Arc::strong_count(name) > 1);
            self.swept = self.known.len();
        }
    }
}
