//! Giving disk space back: dead segments are removed, sparse ones have their living records moved.
//!
//! *Invariants.* A segment is removed only when nothing in it lives and none older exists. A
//! record is durable in its new place before the old place may go. Copying pays: it starts when
//! more than half of the closed segments is dead weight, so a byte is copied at most once for
//! each byte that is given back.
//!
//! *Not here.* When to call it (the committer, between flushes).

use std::io;

use uuid::Uuid;

use crate::body::Place;
use crate::disk::read_exact_at;
use crate::envelope::Envelope;
use crate::index::{BodyUse, Index, Slot};
use crate::log::{Log, Record, body_offset, segment_name};
use crate::payload::MessageMeta;
use crate::record::Kind;
use crate::spool::{Spool, lock};

/// Most bytes that one step copies, so that commits do not wait for long.
const STEP: u64 = 1024 * 1024;

impl Spool {
    /// Does one bounded step of cleaning; answers whether another one has work.
    ///
    /// # Errors
    /// When the disk refuses; nothing is lost, and a later call tries again.
    pub fn tidy(&self) -> io::Result<bool> {
        let mut log = lock(&self.log);
        self.remove_dead(&log)?;
        let Some(oldest) = self.index().oldest_closed(&log) else { return Ok(false) };
        if !self.index().is_sparse(&log) {
            return Ok(false);
        }
        self.move_records(&mut log, oldest)?;
        self.remove_dead(&log)?;
        Ok(self.index().is_sparse(&log))
    }

    fn remove_dead(&self, log: &Log) -> io::Result<()> {
        loop {
            let oldest = {
                let index = self.index();
                index.oldest_closed(log).filter(|n| index.segments()[n].live == 0)
            };
            let Some(number) = oldest else { return Ok(()) };
            match log.remove(number) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => self.index().forget_segment(number),
            }
        }
    }

    /// Writes the first living records of `segment` anew at the end of the log.
    fn move_records(&self, log: &mut Log, segment: u64) -> io::Result<()> {
        let chosen = self.index().movable(segment);
        let mut moved = Vec::with_capacity(chosen.len());
        for moving in chosen {
            moved.push((moving.transaction, moving.external, self.record(segment, moving)?));
        }
        let records: Vec<&Record> = moved.iter().map(|(_, _, record)| record).collect();
        let appended = log.append(&records)?;
        let mut index = self.index();
        index.set_segment_size(appended.segment, appended.size);
        for ((transaction, external, record), position) in moved.iter().zip(appended.positions) {
            let slot = Slot { position, size: record.header.record_size() };
            let offset = body_offset(position.offset, &record.header);
            let place = match external {
                true => Place::File,
                false => Place::Segment { number: position.segment, offset },
            };
            index.relocate(*transaction, slot, place);
        }
        Ok(())
    }

    fn record(&self, segment: u64, moving: Moving) -> io::Result<Record> {
        let mut body = Vec::new();
        if let Place::Segment { offset, .. } = moving.place {
            // A damaged body moves as it is; its own checksum still tells at delivery.
            body.resize(moving.meta.body_size as usize, 0);
            read_exact_at(&*self.disk.open(&segment_name(segment))?, offset, &mut body)?;
        }
        Ok(Record::new(Kind::Message, moving.meta.encode(), body))
    }
}

/// A living record on its way to the end of the log.
struct Moving {
    transaction: Uuid,
    external: bool,
    place: Place,
    meta: MessageMeta,
}

impl Moving {
    fn new(used: &BodyUse, envelopes: Vec<Envelope>) -> Self {
        let stored = used.body.stored();
        let external = stored.place() == Place::File;
        let meta = MessageMeta {
            transaction: stored.transaction,
            body_size: stored.size,
            body_crc: stored.crc,
            external,
            envelopes,
        };
        Self { transaction: stored.transaction, external, place: stored.place(), meta }
    }
}

impl Index {
    /// The oldest segment, if it takes no more records.
    fn oldest_closed(&self, log: &Log) -> Option<u64> {
        let (number, _) = self.segments().first_key_value()?;
        (!log.is_active(*number)).then_some(*number)
    }

    /// Whether moving records pays: closed segments are mostly dead, or many and mostly empty.
    fn is_sparse(&self, log: &Log) -> bool {
        let (mut count, mut size, mut live) = (0, 0, 0);
        for (_, usage) in self.segments().iter().filter(|(number, _)| !log.is_active(**number)) {
            count += 1;
            size += usage.size;
            live += usage.live;
        }
        let dead = size.saturating_sub(live);
        (dead > live && dead > log.segment_size())
            || (count > 8 && size < count * log.segment_size() / 2)
    }

    /// The first living records of `segment`, up to one step.
    fn movable(&self, segment: u64) -> Vec<Moving> {
        let mut size = 0;
        self.in_segment(segment)
            .take_while(|(used, _)| {
                let first = size == 0;
                size += used.slot.size;
                first || size <= STEP
            })
            .map(|(used, copies)| Moving::new(used, copies.iter().map(|e| (**e).clone()).collect()))
            .collect()
    }
}
