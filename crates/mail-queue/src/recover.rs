//! Reading a spool at start: the queue as it was, and what could not be read.
//!
//! *Invariants.* Whatever the bytes on disk are, the answer is a queue, a refusal with a reason,
//! or both a queue and a list of what was set aside; never a crash. What is set aside is copied
//! to `corrupt/` before anything overwrites it. A segment that a crash left open is cut behind its
//! last record and sealed, so that the next start reads it quickly.
//!
//! *Not here.* Reading one segment ([`crate::scan`]).

use std::collections::{HashMap, HashSet};
use std::io;
use std::sync::Arc;

use uuid::Uuid;

use crate::body::{Body, Place, body_name};
use crate::disk::{Disk, DiskFile, read_exact_at};
use crate::envelope::{Envelope, MessageId};
use crate::index::{Index, Slot};
use crate::log::{Position, body_offset, segment_name, segment_number};
use crate::payload::{MessageMeta, decode_done, decode_update};
use crate::record::{
    HEADER, Header, Kind, SEGMENT_HEADER, SegmentHeader, VERSION, read_segment_header,
};
use crate::scan::{End, Found, Scan};

/// What a damaged record means at start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnDamage {
    /// Refuse to start.
    Abort,
    /// Copy it to `corrupt/`, report it, go on.
    #[default]
    Quarantine,
    /// Report it, leave it, go on.
    Ignore,
}

/// Something that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// The file it stands in.
    pub file: String,
    /// Where in the file.
    pub offset: u64,
    /// How many bytes.
    pub size: u64,
    /// What is wrong, as a phrase.
    pub cause: &'static str,
    /// Where the bytes were copied to.
    pub saved_as: Option<String>,
}

/// What a start found.
#[derive(Debug, Default)]
pub struct Recovered {
    /// Every queued message.
    pub messages: Vec<Arc<Envelope>>,
    /// What could not be read.
    pub damages: Vec<Damage>,
    /// Bytes of writes that a crash cut before they were acknowledged.
    pub discarded: u64,
    /// Files of long bodies whose message was never acknowledged, now removed.
    pub orphans: usize,
    pub(crate) unreadable: Vec<MessageId>,
    pub(crate) next_segment: u64,
}

/// Why a spool cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The disk refused.
    #[error("cannot read {name} in the spool: {source}")]
    Disk {
        /// The file or folder.
        name: String,
        /// What the disk answered.
        source: io::Error,
    },
    /// A newer program wrote this spool.
    #[error("{name} has spool format {found}, this program knows up to {VERSION}")]
    Newer {
        /// The segment.
        name: String,
        /// Its version.
        found: u32,
    },
    /// A record is damaged and the settings forbid to go on.
    #[error("{} is damaged at byte {}: {}", .0.file, .0.offset, .0.cause)]
    Damaged(Damage),
}

impl OpenError {
    pub(crate) fn disk(name: &str, source: io::Error) -> Self {
        Self::Disk { name: name.to_owned(), source }
    }
}

pub(crate) fn recover(
    disk: &Arc<dyn Disk>,
    on_damage: OnDamage,
) -> Result<(Index, Recovered), OpenError> {
    let mut replay = Replay::new(disk.clone(), on_damage);
    for number in replay.segment_numbers()? {
        replay.found.next_segment = number + 1;
        replay.segment(number)?;
    }
    replay.long_bodies()?;
    replay.finish()
}

/// The queue while its history is read.
struct Replay {
    disk: Arc<dyn Disk>,
    on_damage: OnDamage,
    bodies: HashMap<Uuid, Replayed>,
    sizes: Vec<(u64, u64)>,
    found: Recovered,
}

struct Replayed {
    facts: (Uuid, u64, u32),
    place: Place,
    slot: Slot,
    envelopes: Vec<Envelope>,
}

/// A region of a segment that is not a record.
struct Gap {
    offset: u64,
    size: u64,
}

impl Gap {
    /// Puts a header over the region that says to skip it.
    fn void(&self, file: &dyn DiskFile, salt: u64) -> io::Result<()> {
        let Some(rest) = self.size.checked_sub(HEADER) else { return Ok(()) };
        let mut void = Header::of(Kind::Void, b"", b"");
        void.body_size = rest as u32;
        file.write_at(self.offset, &void.encode(salt, self.offset, self.offset))
    }
}

impl Replay {
    fn new(disk: Arc<dyn Disk>, on_damage: OnDamage) -> Self {
        Self {
            disk,
            on_damage,
            bodies: HashMap::new(),
            sizes: Vec::new(),
            found: Recovered { next_segment: 1, ..Recovered::default() },
        }
    }

    fn segment_numbers(&self) -> Result<Vec<u64>, OpenError> {
        let files = self.disk.list("segments").map_err(|e| OpenError::disk("segments", e))?;
        let mut numbers: Vec<u64> =
            files.iter().filter_map(|file| segment_number(&file.name)).collect();
        numbers.sort_unstable();
        Ok(numbers)
    }

    fn segment(&mut self, number: u64) -> Result<(), OpenError> {
        let name = segment_name(number);
        let at = |source| OpenError::disk(&name, source);
        let file = self.disk.open(&name).map_err(at)?;
        let size = file.size().map_err(at)?;
        let mut head = vec![0; size.min(SEGMENT_HEADER) as usize];
        read_exact_at(&*file, 0, &mut head).map_err(at)?;
        let salt = match read_segment_header(&head, number) {
            SegmentHeader::Salt(salt) => salt,
            SegmentHeader::Newer(found) => return Err(OpenError::Newer { name, found }),
            SegmentHeader::Damaged => return self.headless(&name, size),
        };
        let mut scan = Scan::new(file, salt).map_err(at)?;
        let mut gaps: Vec<Gap> = Vec::new();
        let end = loop {
            match scan.next().map_err(at)? {
                Ok(Found::Record { offset, header, group, meta }) => {
                    // A later group was begun only after the earlier one was acknowledged.
                    for gap in gaps.extract_if(.., |gap| gap.offset < group) {
                        self.damaged(number, salt, gap)?;
                    }
                    self.record(Position { segment: number, offset }, &header, &meta)?;
                }
                Ok(Found::Gap { offset, size }) => gaps.push(Gap { offset, size }),
                Err(end) => break end,
            }
        };
        self.sizes.push((number, size));
        self.found.discarded += end.discarded + gaps.iter().map(|gap| gap.size).sum::<u64>();
        self.close(&name, salt, end, &gaps);
        Ok(())
    }

    /// A segment without a readable header: a crash before its first group, or damage.
    fn headless(&mut self, name: &str, size: u64) -> Result<(), OpenError> {
        if size > SEGMENT_HEADER {
            let damage = Damage {
                file: name.to_owned(),
                offset: 0,
                size,
                cause: "the segment header is unreadable",
                saved_as: None,
            };
            return self.report(damage, |disk, saved| disk.rename(name, saved));
        }
        self.found.discarded += size;
        self.disk.remove(name).map_err(|e| OpenError::disk(name, e))
    }

    fn record(&mut self, at: Position, header: &Header, meta: &[u8]) -> Result<(), OpenError> {
        let understood = match header.kind {
            Kind::Message => MessageMeta::decode(meta).map(|meta| self.message(at, header, meta)),
            Kind::Update => decode_update(meta).map(|(id, change)| {
                if let Some(envelope) = self.envelope(id) {
                    change.apply(envelope);
                }
            }),
            Kind::Done => decode_done(meta).map(|id| self.done(id)),
            Kind::Seal | Kind::Void => Ok(()),
        };
        let Err(_) = understood else { return Ok(()) };
        let damage = Damage {
            file: segment_name(at.segment),
            offset: at.offset,
            size: header.record_size(),
            cause: "the record says nothing that this program understands",
            saved_as: None,
        };
        self.save(damage)
    }

    /// A later record of a transaction is a copy that compaction made: it lists what lived then.
    fn message(&mut self, at: Position, header: &Header, meta: MessageMeta) {
        let place = match meta.external {
            true => Place::File,
            false => Place::Segment { number: at.segment, offset: body_offset(at.offset, header) },
        };
        let facts = (meta.transaction, meta.body_size, meta.body_crc);
        let slot = Slot { position: at, size: header.record_size() };
        let envelopes = meta.envelopes;
        self.bodies.insert(meta.transaction, Replayed { facts, place, slot, envelopes });
    }

    fn envelope(&mut self, id: MessageId) -> Option<&mut Envelope> {
        let body = self.bodies.get_mut(&id.transaction)?;
        body.envelopes.iter_mut().find(|envelope| envelope.id == id)
    }

    fn done(&mut self, id: MessageId) {
        if let Some(body) = self.bodies.get_mut(&id.transaction) {
            body.envelopes.retain(|envelope| envelope.id != id);
            if body.envelopes.is_empty() {
                self.bodies.remove(&id.transaction);
            }
        }
    }

    fn damaged(&mut self, number: u64, salt: u64, gap: Gap) -> Result<(), OpenError> {
        let file = segment_name(number);
        let Gap { offset, size } = gap;
        let cause = "the checksum does not match";
        self.save(Damage { file: file.clone(), offset, size, cause, saved_as: None })?;
        if self.on_damage == OnDamage::Quarantine {
            // So that the next start does not report it again; if this fails, it will.
            let _ = self.disk.modify(&file).and_then(|segment| {
                gap.void(&*segment, salt)?;
                segment.sync()
            });
        }
        Ok(())
    }

    /// Cuts an open segment behind its last record and seals it.
    fn close(&mut self, name: &str, salt: u64, end: End, gaps: &[Gap]) {
        if end.sealed && end.discarded == 0 {
            return;
        }
        let seal = Header::of(Kind::Seal, b"", b"").encode(salt, end.offset, end.offset);
        // Only saves work at the next start, which would find the same records again.
        let _ = self.disk.modify(name).and_then(|file| {
            gaps.iter().try_for_each(|gap| gap.void(&*file, salt))?;
            file.truncate(end.offset)?;
            file.sync()?;
            file.write_at(end.offset, &seal)?;
            file.sync()
        });
    }

    /// Compares the files of long bodies with those that messages need.
    fn long_bodies(&mut self) -> Result<(), OpenError> {
        let files = self.disk.list("bodies").map_err(|e| OpenError::disk("bodies", e))?;
        let sizes: HashMap<&str, u64> =
            files.iter().map(|file| (file.name.as_str(), file.size)).collect();
        let mut needed = HashSet::new();
        let mut lost = Vec::new();
        for body in self.bodies.values().filter(|body| body.place == Place::File) {
            let name = body_name(body.facts.0);
            match sizes.get(name.as_str()) {
                Some(size) if *size >= body.facts.1 => needed.insert(name),
                _ => {
                    lost.push((body.facts, name));
                    continue;
                }
            };
        }
        for ((transaction, size, _), file) in lost {
            self.lose(transaction, size, file)?;
        }
        for file in files.iter().filter(|file| !needed.contains(&file.name)) {
            self.orphan(&file.name)?;
        }
        Ok(())
    }

    fn lose(&mut self, transaction: Uuid, size: u64, file: String) -> Result<(), OpenError> {
        let ids = self.bodies.get(&transaction).map(|body| body.envelopes.iter().map(|e| e.id));
        self.found.unreadable.extend(ids.into_iter().flatten());
        let cause = "the body of a queued message is missing or too short";
        self.report(Damage { file, offset: 0, size, cause, saved_as: None }, |_, _| Ok(()))
    }

    /// A body file that no message needs: never acknowledged, unless records were damaged.
    fn orphan(&mut self, name: &str) -> Result<(), OpenError> {
        self.found.orphans += 1;
        let result = match self.found.damages.is_empty() {
            true => self.disk.remove(name),
            false => self.disk.rename(name, &saved_name(name, 0)),
        };
        result.map_err(|e| OpenError::disk(name, e))
    }

    fn save(&mut self, damage: Damage) -> Result<(), OpenError> {
        let (name, offset, size) = (damage.file.clone(), damage.offset, damage.size);
        self.report(damage, move |disk, saved| {
            let mut bytes = vec![0; size as usize];
            read_exact_at(&*disk.open(&name)?, offset, &mut bytes)?;
            let copy = match disk.create(saved) {
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => disk.modify(saved)?,
                created => created?,
            };
            copy.write_at(0, &bytes)?;
            copy.sync()?;
            disk.sync_folder("corrupt")
        })
    }

    fn report(
        &mut self,
        mut damage: Damage,
        set_aside: impl FnOnce(&dyn Disk, &str) -> io::Result<()>,
    ) -> Result<(), OpenError> {
        match self.on_damage {
            OnDamage::Abort => return Err(OpenError::Damaged(damage)),
            OnDamage::Quarantine => {
                let saved = saved_name(&damage.file, damage.offset);
                if set_aside(&*self.disk, &saved).is_ok() {
                    damage.saved_as = Some(saved);
                }
            }
            OnDamage::Ignore => {}
        }
        self.found.damages.push(damage);
        Ok(())
    }

    fn finish(self) -> Result<(Index, Recovered), OpenError> {
        let Self { disk, bodies, sizes, mut found, .. } = self;
        let mut index = Index::default();
        for (number, size) in sizes {
            index.set_segment_size(number, size);
        }
        for replayed in bodies.into_values() {
            let body = Body::new(disk.clone(), replayed.facts, replayed.place);
            found.messages.extend(index.insert(body, replayed.slot, replayed.envelopes));
        }
        let unreadable: HashSet<MessageId> = found.unreadable.iter().copied().collect();
        found.messages.retain(|envelope| !unreadable.contains(&envelope.id));
        Ok((index, found))
    }
}

fn saved_name(file: &str, offset: u64) -> String {
    let name = file.rsplit_once('/').map_or(file, |(_, name)| name);
    format!("corrupt/{name}-{offset:x}")
}
