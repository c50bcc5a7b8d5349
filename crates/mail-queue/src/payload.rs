//! What stands in the meta part of a record: transactions, changes, ends.
//!
//! *Invariants.* Decoding what was encoded gives the same values; decoding anything else gives an
//! error, never a panic. Tags are never given a new meaning.
//!
//! *Not here.* The field layout ([`crate::codec`]), the frame around it ([`crate::record`]).

use std::collections::HashMap;
use std::sync::Arc;

use mail_message::Patch;
use uuid::Uuid;

use crate::codec::{FieldReader, FieldWriter, Malformed, number, shared, small, text};
use crate::envelope::{Change, DsnOptions, Envelope, Mailbox, MessageId, Metadata, State};
use crate::time::UnixTime;

/// A body and its copies, as one record says it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct MessageMeta {
    pub(crate) transaction: Uuid,
    pub(crate) body_size: u64,
    pub(crate) body_crc: u32,
    /// The body stands in a file of its own instead of behind the meta part.
    pub(crate) external: bool,
    pub(crate) envelopes: Vec<Envelope>,
}

impl MessageMeta {
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = FieldWriter::default();
        out.bytes(1, self.transaction.as_bytes());
        out.number(2, self.body_size);
        out.number(3, self.body_crc.into());
        out.number(4, self.external.into());
        // Copies that were queued with the same edits write the list once.
        let mut lists = HashMap::new();
        for envelope in &self.envelopes {
            let next = lists.len();
            let list = (!envelope.edits.is_empty()).then(|| {
                *lists.entry(Arc::as_ptr(&envelope.edits).cast::<u8>()).or_insert_with(|| {
                    out.bytes(5, &encode_edits(&envelope.edits));
                    next
                })
            });
            out.bytes(6, &encode_envelope(envelope, list));
        }
        out.into_bytes()
    }

    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut fields = FieldReader::new(bytes);
        let mut meta = Self {
            transaction: Uuid::nil(),
            body_size: 0,
            body_crc: 0,
            external: false,
            envelopes: Vec::new(),
        };
        let mut lists = Vec::new();
        while let Some((tag, value)) = fields.next()? {
            match tag {
                1 => meta.transaction = Uuid::from_slice(value).map_err(|_| Malformed)?,
                2 => meta.body_size = number(value)?,
                3 => meta.body_crc = small(value)?,
                4 => meta.external = number(value)? != 0,
                5 => lists.push(decode_edits(value)?),
                6 => meta.envelopes.push(decode_envelope(value, meta.transaction, &lists)?),
                _ => {}
            }
        }
        Ok(meta)
    }
}

pub(crate) fn encode_update(id: MessageId, change: &Change) -> Vec<u8> {
    let mut out = FieldWriter::default();
    write_id(&mut out, id);
    if let Some(state) = change.state {
        out.number(3, state_number(state));
    }
    if let Some(retry) = change.retry {
        out.number(4, retry.into());
    }
    if let Some(next) = change.next {
        out.number(5, next.as_millis());
    }
    if let Some(transport) = &change.transport {
        out.bytes(6, transport.as_bytes());
    }
    if let Some(metadata) = &change.metadata {
        out.bytes(7, &encode_pairs(metadata));
    }
    if let Some(told) = change.told {
        out.number(8, told.into());
    }
    out.into_bytes()
}

pub(crate) fn decode_update(bytes: &[u8]) -> Result<(MessageId, Change), Malformed> {
    let mut fields = FieldReader::new(bytes);
    let (mut id, mut change) = (IdParts::default(), Change::default());
    while let Some((tag, value)) = fields.next()? {
        match tag {
            1 | 2 => id.read(tag, value)?,
            3 => change.state = Some(read_state(value)?),
            4 => change.retry = Some(small(value)?),
            5 => change.next = Some(UnixTime::from_millis(number(value)?)),
            6 => change.transport = Some(shared(value)?),
            7 => change.metadata = Some(decode_pairs(value)?),
            8 => change.told = Some(small(value)?),
            _ => {}
        }
    }
    Ok((id.finish()?, change))
}

pub(crate) fn encode_done(id: MessageId) -> Vec<u8> {
    let mut out = FieldWriter::default();
    write_id(&mut out, id);
    out.into_bytes()
}

pub(crate) fn decode_done(bytes: &[u8]) -> Result<MessageId, Malformed> {
    let mut fields = FieldReader::new(bytes);
    let mut id = IdParts::default();
    while let Some((tag, value)) = fields.next()? {
        id.read(tag, value)?;
    }
    id.finish()
}

#[derive(Default)]
struct IdParts {
    transaction: Option<Uuid>,
    queue: u32,
}

impl IdParts {
    fn read(&mut self, tag: u8, value: &[u8]) -> Result<(), Malformed> {
        match tag {
            1 => self.transaction = Some(Uuid::from_slice(value).map_err(|_| Malformed)?),
            2 => self.queue = small(value)?,
            _ => {}
        }
        Ok(())
    }

    fn finish(self) -> Result<MessageId, Malformed> {
        Ok(MessageId { transaction: self.transaction.ok_or(Malformed)?, queue: self.queue })
    }
}

fn write_id(out: &mut FieldWriter, id: MessageId) {
    out.bytes(1, id.transaction.as_bytes());
    out.number(2, id.queue.into());
}

fn encode_envelope(envelope: &Envelope, edits: Option<usize>) -> Vec<u8> {
    let mut out = FieldWriter::default();
    out.number(1, envelope.id.queue.into());
    out.number(2, envelope.received.as_millis());
    out.text(3, &envelope.server);
    out.text(4, &envelope.sender.localpart);
    out.text(5, &envelope.sender.domain);
    out.text(6, &envelope.recipient.localpart);
    out.text(7, &envelope.recipient.domain);
    out.text(8, &envelope.transport);
    out.text(9, &envelope.tenant);
    out.text(10, &envelope.job);
    out.number(11, envelope.priority.into());
    for quota in envelope.quotas.iter() {
        out.bytes(12, quota.as_bytes());
    }
    if !envelope.metadata.is_empty() {
        out.bytes(13, &encode_pairs(&envelope.metadata));
    }
    if let Some(dsn) = &envelope.dsn {
        out.bytes(14, &encode_dsn(dsn));
    }
    if let Some(list) = edits {
        out.number(15, list as u64);
    }
    out.number(16, state_number(envelope.state));
    out.number(17, envelope.retry.into());
    out.number(18, envelope.next.as_millis());
    if envelope.told > 0 {
        out.number(19, envelope.told.into());
    }
    out.into_bytes()
}

fn decode_envelope(
    bytes: &[u8],
    transaction: Uuid,
    lists: &[Arc<[Patch]>],
) -> Result<Envelope, Malformed> {
    let id = MessageId { transaction, queue: 0 };
    let nobody = Mailbox::default();
    let mut envelope = Envelope::new(id, UnixTime::default(), nobody.clone(), nobody);
    let mut quotas: Vec<Arc<str>> = Vec::new();
    let mut fields = FieldReader::new(bytes);
    while let Some((tag, value)) = fields.next()? {
        match tag {
            1 => envelope.id.queue = small(value)?,
            2 => envelope.received = UnixTime::from_millis(number(value)?),
            3 => envelope.server = shared(value)?,
            4 => envelope.sender.localpart = text(value)?.into(),
            5 => envelope.sender.domain = shared(value)?,
            6 => envelope.recipient.localpart = text(value)?.into(),
            7 => envelope.recipient.domain = shared(value)?,
            8 => envelope.transport = shared(value)?,
            9 => envelope.tenant = shared(value)?,
            10 => envelope.job = shared(value)?,
            11 => envelope.priority = small(value)?.try_into().map_err(|_| Malformed)?,
            12 => quotas.push(shared(value)?),
            13 => envelope.metadata = decode_pairs(value)?,
            14 => envelope.dsn = Some(Box::new(decode_dsn(value)?)),
            15 => {
                let list = usize::try_from(number(value)?).map_err(|_| Malformed)?;
                envelope.edits = lists.get(list).ok_or(Malformed)?.clone();
            }
            16 => envelope.state = read_state(value)?,
            17 => envelope.retry = small(value)?,
            18 => envelope.next = UnixTime::from_millis(number(value)?),
            19 => envelope.told = small(value)?,
            _ => {}
        }
    }
    envelope.quotas = quotas.into();
    Ok(envelope)
}

fn encode_dsn(dsn: &DsnOptions) -> Vec<u8> {
    let mut out = FieldWriter::default();
    let mut option = |tag, value: &Option<String>| {
        if let Some(value) = value {
            out.bytes(tag, value.as_bytes());
        }
    };
    option(1, &dsn.envid);
    option(2, &dsn.ret);
    option(3, &dsn.orcpt);
    for keyword in &dsn.notify {
        out.bytes(4, keyword.as_bytes());
    }
    out.into_bytes()
}

fn decode_dsn(bytes: &[u8]) -> Result<DsnOptions, Malformed> {
    let mut dsn = DsnOptions::default();
    let mut fields = FieldReader::new(bytes);
    while let Some((tag, value)) = fields.next()? {
        let value = text(value)?.to_owned();
        match tag {
            1 => dsn.envid = Some(value),
            2 => dsn.ret = Some(value),
            3 => dsn.orcpt = Some(value),
            4 => dsn.notify.push(value),
            _ => {}
        }
    }
    Ok(dsn)
}

fn encode_edits(edits: &[Patch]) -> Vec<u8> {
    let mut out = FieldWriter::default();
    for edit in edits {
        out.number(1, edit.offset);
        out.number(2, edit.delete);
        out.bytes(3, &edit.insert);
    }
    out.into_bytes()
}

fn decode_edits(bytes: &[u8]) -> Result<Arc<[Patch]>, Malformed> {
    let mut edits = Vec::new();
    let (mut offset, mut delete) = (0, 0);
    let mut fields = FieldReader::new(bytes);
    while let Some((tag, value)) = fields.next()? {
        match tag {
            1 => offset = number(value)?,
            2 => delete = number(value)?,
            3 => edits.push(Patch { offset, delete, insert: value.into() }),
            _ => {}
        }
    }
    Ok(edits.into())
}

fn encode_pairs(pairs: &[(Arc<str>, Arc<str>)]) -> Vec<u8> {
    let mut out = FieldWriter::default();
    for (key, value) in pairs {
        out.bytes(1, key.as_bytes());
        out.bytes(2, value.as_bytes());
    }
    out.into_bytes()
}

fn decode_pairs(bytes: &[u8]) -> Result<Metadata, Malformed> {
    let mut pairs: Vec<(Arc<str>, Arc<str>)> = Vec::new();
    let mut key: Arc<str> = Arc::from("");
    let mut fields = FieldReader::new(bytes);
    while let Some((tag, value)) = fields.next()? {
        match tag {
            1 => key = shared(value)?,
            2 => pairs.push((key.clone(), shared(value)?)),
            _ => {}
        }
    }
    Ok(pairs.into())
}

fn state_number(state: State) -> u64 {
    match state {
        State::Queued => 0,
        State::Held => 1,
    }
}

fn read_state(value: &[u8]) -> Result<State, Malformed> {
    match number(value)? {
        0 => Ok(State::Queued),
        1 => Ok(State::Held),
        _ => Err(Malformed),
    }
}
