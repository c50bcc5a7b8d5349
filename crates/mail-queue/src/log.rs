//! The segment log: one file that is appended to, older ones that wait until nothing in them lives.
//!
//! *Invariants.* Segments are numbered upwards and removed only from the oldest end, so a record
//! that ends a message never disappears before the record that began it. A failed write closes
//! the segment: the next group goes to a new one.
//!
//! *Not here.* What the records mean ([`crate::payload`]), reading them back ([`crate::recover`]),
//! moving live records forward ([`crate::compact`]).

use std::io;
use std::sync::Arc;

use crate::disk::{Disk, DiskFile};
use crate::record::{HEADER, Header, Kind, SEGMENT_HEADER, salt, segment_header};

/// A record that waits to be appended.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) header: Header,
    pub(crate) meta: Vec<u8>,
    pub(crate) body: Vec<u8>,
}

impl Record {
    pub(crate) fn new(kind: Kind, meta: Vec<u8>, body: Vec<u8>) -> Self {
        Self { header: Header::of(kind, &meta, &body), meta, body }
    }
}

/// Where a record was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Position {
    pub(crate) segment: u64,
    pub(crate) offset: u64,
}

pub(crate) struct Log {
    disk: Arc<dyn Disk>,
    seed: u64,
    segment_size: u64,
    fsync: bool,
    next: u64,
    active: Option<Active>,
}

struct Active {
    number: u64,
    salt: u64,
    file: Arc<dyn DiskFile>,
    end: u64,
}

/// Where a group went.
pub(crate) struct Appended {
    /// One for each record of the group.
    pub(crate) positions: Vec<Position>,
    /// The segment that took the group.
    pub(crate) segment: u64,
    /// Its size now.
    pub(crate) size: u64,
}

impl Log {
    /// A log that appends to a new segment `next`, created with the first group.
    pub(crate) fn new(
        disk: Arc<dyn Disk>,
        (seed, segment_size, fsync): (u64, u64, bool),
        next: u64,
    ) -> Self {
        Self { disk, seed, segment_size, fsync, next, active: None }
    }

    /// Appends `records` as one group and flushes it; answers where each stands.
    ///
    /// After an error none of the records counts, and the next group starts a new segment.
    pub(crate) fn append(&mut self, records: &[&Record]) -> io::Result<Appended> {
        let mut active = match self.active.take() {
            Some(active) => active,
            None => self.start_segment()?,
        };
        match write_group(&active, records).and_then(|written| self.sync(&active).map(|()| written))
        {
            Ok((positions, end)) => {
                active.end = end;
                let segment = active.number;
                let size = self.keep_or_seal(active);
                Ok(Appended { positions, segment, size })
            }
            Err(error) => {
                // What was written of a refused group must not come back at the next start. If
                // the cut fails as well, the worst case is a message delivered although its
                // sender was told to come back.
                let _ = active.file.truncate(active.end).and_then(|()| self.sync(&active));
                Err(error)
            }
        }
    }

    /// The size from which a segment is closed.
    pub(crate) fn segment_size(&self) -> u64 {
        self.segment_size
    }

    /// Whether `segment` may still take records.
    pub(crate) fn is_active(&self, segment: u64) -> bool {
        self.active.as_ref().is_some_and(|active| active.number == segment)
    }

    /// Removes `segment`; nothing in it may be needed, and none may be older.
    pub(crate) fn remove(&self, segment: u64) -> io::Result<()> {
        self.disk.remove(&segment_name(segment))?;
        // The order of removals must survive a crash, or an ended message could come back.
        match self.fsync {
            true => self.disk.sync_folder("segments"),
            false => Ok(()),
        }
    }

    /// Closes the active segment so that the next start need not prove its bodies.
    pub(crate) fn seal(&mut self) {
        if let Some(active) = self.active.take() {
            self.write_seal(&active);
        }
    }

    fn start_segment(&mut self) -> io::Result<Active> {
        let number = self.next;
        self.next += 1;
        let salt = salt(self.seed, number);
        let file = self.disk.create(&segment_name(number))?;
        file.write_at(0, &segment_header(number, salt))?;
        if self.fsync {
            // Before the first group, so that a damaged header never hides acknowledged records.
            file.sync()?;
            self.disk.sync_folder("segments")?;
        }
        Ok(Active { number, salt, file, end: SEGMENT_HEADER })
    }

    fn sync(&self, active: &Active) -> io::Result<()> {
        match self.fsync {
            true => active.file.sync(),
            false => Ok(()),
        }
    }

    fn keep_or_seal(&mut self, active: Active) -> u64 {
        if active.end < self.segment_size {
            let end = active.end;
            self.active = Some(active);
            return end;
        }
        self.write_seal(&active)
    }

    /// Writes the seal; answers the size of the segment.
    fn write_seal(&self, active: &Active) -> u64 {
        // A seal only saves work at the next start; without it the segment is proved in full.
        let seal = Record::new(Kind::Seal, Vec::new(), Vec::new());
        match write_group(active, &[&seal]).and_then(|(_, end)| self.sync(active).map(|()| end)) {
            Ok(end) => end,
            Err(_) => active.end,
        }
    }
}

/// Writes `records` behind the end of the segment in one piece.
fn write_group(active: &Active, records: &[&Record]) -> io::Result<(Vec<Position>, u64)> {
    let size: u64 = records.iter().map(|record| record.header.record_size()).sum();
    let mut group = Vec::with_capacity(size as usize);
    let mut positions = Vec::with_capacity(records.len());
    for record in records {
        let offset = active.end + group.len() as u64;
        positions.push(Position { segment: active.number, offset });
        put_record(&mut group, record, (active.salt, offset, active.end));
    }
    active.file.write_at(active.end, &group)?;
    Ok((positions, active.end + group.len() as u64))
}

fn put_record(group: &mut Vec<u8>, record: &Record, (salt, offset, first): (u64, u64, u64)) {
    let start = group.len();
    group.extend_from_slice(&record.header.encode(salt, offset, first));
    group.extend_from_slice(&record.meta);
    group.extend_from_slice(&record.body);
    group.resize(start + record.header.record_size() as usize, 0);
}

/// The name of segment `number`.
pub(crate) fn segment_name(number: u64) -> String {
    format!("segments/{number:016x}.seg")
}

/// The number in the name of a segment.
pub(crate) fn segment_number(name: &str) -> Option<u64> {
    let hex = name.strip_prefix("segments/")?.strip_suffix(".seg")?;
    (hex.len() == 16).then(|| u64::from_str_radix(hex, 16).ok()).flatten()
}

/// Where the body of a message record at `offset` begins.
pub(crate) fn body_offset(offset: u64, header: &Header) -> u64 {
    offset + HEADER + u64::from(header.meta_size)
}
