//! A disk in memory that forgets what was not flushed, for tests of everything that stores mail.
//!
//! A test runs its work, cuts the power at any write ([`MemoryDisk::cut_after`]) and looks at what
//! a machine would find after the restart ([`MemoryDisk::restart`]): nothing unflushed, all of it,
//! or any mixture of 512-byte sectors and directory entries.
//!
//! *Invariants.* The same seed gives the same loss. After the cut every call fails.
//!
//! *Not here.* Real files (crate `mta`).

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::disk::{Disk, DiskFile, Entry, Free};

/// What a disk writes at once or not at all.
const SECTOR: usize = 512;

/// What survives a power cut of the writes that were not flushed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Nothing.
    Lost,
    /// Everything, as after the death of the process alone.
    Kept,
    /// Some sectors and some names, chosen by this seed.
    Torn(u64),
}

/// A folder tree in memory; clones share it.
#[derive(Clone, Default)]
pub struct MemoryDisk(Arc<Mutex<Tree>>);

#[derive(Default)]
struct Tree {
    names: BTreeMap<String, u64>,
    durable_names: BTreeMap<String, u64>,
    contents: BTreeMap<u64, Content>,
    steps: u64,
    cut: Option<u64>,
    refuse: Option<(u64, io::ErrorKind)>,
    free: Option<Free>,
}

#[derive(Default, Clone)]
struct Content {
    now: Vec<u8>,
    durable: Vec<u8>,
    unflushed: Vec<Write>,
}

#[derive(Clone)]
enum Write {
    Bytes { offset: usize, data: Vec<u8> },
    Size(usize),
}

impl MemoryDisk {
    /// An empty disk.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many changes were asked for so far.
    pub fn steps(&self) -> u64 {
        self.tree().steps
    }

    /// Lets `steps` more changes pass and cuts the power in the one after them.
    pub fn cut_after(&self, steps: u64) {
        let mut tree = self.tree();
        tree.cut = Some(tree.steps + steps);
    }

    /// Lets `steps` more changes pass and answers the one after them with `kind`, once.
    pub fn refuse_after(&self, steps: u64, kind: io::ErrorKind) {
        let mut tree = self.tree();
        tree.refuse = Some((tree.steps + steps, kind));
    }

    /// Says from now on that this much is left.
    pub fn set_free(&self, free: Free) {
        self.tree().free = Some(free);
    }

    /// Changes a byte behind the back of whoever owns the file.
    pub fn flip(&self, name: &str, offset: usize) {
        let mut tree = self.tree();
        let Some(id) = tree.names.get(name).copied() else { return };
        if let Some(content) = tree.contents.get_mut(&id) {
            for bytes in [&mut content.now, &mut content.durable] {
                if let Some(byte) = bytes.get_mut(offset) {
                    *byte ^= 0x55;
                }
            }
        }
    }

    /// The names and contents of all files, as the running machine sees them.
    pub fn files(&self) -> Vec<(String, Vec<u8>)> {
        let tree = self.tree();
        let content = |id: &u64| tree.contents.get(id).map(|c| c.now.clone()).unwrap_or_default();
        tree.names.iter().map(|(name, id)| (name.clone(), content(id))).collect()
    }

    /// The disk that a machine finds after the power came back.
    pub fn restart(&self, fate: Fate) -> Self {
        let tree = self.tree();
        let mut dice = Dice::new(fate);
        let mut after = Tree::default();
        for (name, id) in surviving_names(&tree, &mut dice) {
            let content = tree.contents.get(&id).cloned().unwrap_or_default();
            let bytes = content.surviving(&mut dice);
            let kept = Content { now: bytes.clone(), durable: bytes, unflushed: Vec::new() };
            after.contents.insert(id, kept);
            after.names.insert(name.clone(), id);
            after.durable_names.insert(name, id);
        }
        Self(Arc::new(Mutex::new(after)))
    }

    fn tree(&self) -> MutexGuard<'_, Tree> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn handle(&self, name: &str) -> io::Result<Arc<dyn DiskFile>> {
        let tree = self.tree();
        tree.check_power()?;
        let id = *tree.names.get(name).ok_or(io::ErrorKind::NotFound)?;
        Ok(Arc::new(MemoryFile { disk: self.clone(), id }))
    }
}

impl Tree {
    fn check_power(&self) -> io::Result<()> {
        match self.cut.is_some_and(|cut| self.steps > cut) {
            true => Err(io::Error::other("the power is gone")),
            false => Ok(()),
        }
    }

    /// Counts a change; answers whether it still happens.
    fn step(&mut self) -> io::Result<()> {
        self.check_power()?;
        self.steps += 1;
        if let Some((_, kind)) = self.refuse.take_if(|(at, _)| *at < self.steps) {
            return Err(kind.into());
        }
        self.check_power()
    }

    fn next_id(&self) -> u64 {
        self.contents.last_key_value().map_or(1, |(id, _)| id + 1)
    }
}

fn surviving_names(tree: &Tree, dice: &mut Dice) -> Vec<(String, u64)> {
    let mut names = Vec::new();
    for name in tree.names.keys().chain(tree.durable_names.keys()) {
        let (now, durable) = (tree.names.get(name), tree.durable_names.get(name));
        let id = match now == durable || dice.keeps() {
            true => now,
            false => durable,
        };
        names.extend(id.map(|id| (name.clone(), *id)));
    }
    names.sort();
    names.dedup_by(|a, b| a.0 == b.0);
    names
}

impl Content {
    fn surviving(&self, dice: &mut Dice) -> Vec<u8> {
        let mut bytes = self.durable.clone();
        for write in &self.unflushed {
            match write {
                Write::Size(size) => {
                    if dice.keeps() {
                        bytes.resize(*size, 0);
                    }
                }
                Write::Bytes { offset, data } => tear(&mut bytes, *offset, data, dice),
            }
        }
        bytes
    }
}

/// Writes those sectors of `data` that the dice keep.
fn tear(bytes: &mut Vec<u8>, offset: usize, data: &[u8], dice: &mut Dice) {
    let mut at = offset;
    while at < offset + data.len() {
        let end = ((at / SECTOR + 1) * SECTOR).min(offset + data.len());
        if dice.keeps() {
            put(bytes, at, &data[at - offset..end - offset]);
        }
        at = end;
    }
}

fn put(bytes: &mut Vec<u8>, offset: usize, data: &[u8]) {
    if bytes.len() < offset + data.len() {
        bytes.resize(offset + data.len(), 0);
    }
    bytes[offset..offset + data.len()].copy_from_slice(data);
}

/// Decides what survives, the same way for the same seed.
struct Dice {
    fate: Fate,
    state: u64,
}

impl Dice {
    fn new(fate: Fate) -> Self {
        let state = match fate {
            Fate::Torn(seed) => seed.wrapping_mul(2).wrapping_add(1),
            _ => 1,
        };
        Self { fate, state }
    }

    fn keeps(&mut self) -> bool {
        // A step of a 64-bit linear congruential generator; its top bit is fair enough.
        self.state = self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        match self.fate {
            Fate::Lost => false,
            Fate::Kept => true,
            Fate::Torn(_) => self.state >> 63 == 1,
        }
    }
}

impl Disk for MemoryDisk {
    fn create_folder(&self, _folder: &str) -> io::Result<()> {
        self.tree().check_power()
    }

    fn list(&self, folder: &str) -> io::Result<Vec<Entry>> {
        let tree = self.tree();
        tree.check_power()?;
        let inside = |name: &str| name.strip_prefix(folder).is_some_and(|n| n.starts_with('/'));
        let size = |id: &u64| tree.contents.get(id).map_or(0, |c| c.now.len() as u64);
        let names = tree.names.iter().filter(|(name, _)| inside(name));
        Ok(names.map(|(name, id)| Entry { name: name.clone(), size: size(id) }).collect())
    }

    fn create(&self, name: &str) -> io::Result<Arc<dyn DiskFile>> {
        {
            let mut tree = self.tree();
            tree.step()?;
            if tree.names.contains_key(name) {
                return Err(io::ErrorKind::AlreadyExists.into());
            }
            let id = tree.next_id();
            tree.contents.insert(id, Content::default());
            tree.names.insert(name.to_owned(), id);
        }
        self.handle(name)
    }

    fn open(&self, name: &str) -> io::Result<Arc<dyn DiskFile>> {
        self.handle(name)
    }

    fn modify(&self, name: &str) -> io::Result<Arc<dyn DiskFile>> {
        self.handle(name)
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        let mut tree = self.tree();
        tree.step()?;
        tree.names.remove(name).map(|_| ()).ok_or(io::ErrorKind::NotFound.into())
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let mut tree = self.tree();
        tree.step()?;
        let id = tree.names.remove(from).ok_or(io::ErrorKind::NotFound)?;
        tree.names.insert(to.to_owned(), id);
        Ok(())
    }

    fn sync_folder(&self, folder: &str) -> io::Result<()> {
        let mut tree = self.tree();
        tree.step()?;
        let inside = |name: &str| name.rsplit_once('/').is_some_and(|(parent, _)| parent == folder);
        let Tree { names, durable_names, .. } = &mut *tree;
        durable_names.retain(|name, _| !inside(name));
        durable_names.extend(
            names.iter().filter(|(name, _)| inside(name)).map(|(name, id)| (name.clone(), *id)),
        );
        Ok(())
    }

    fn free(&self) -> io::Result<Free> {
        Ok(self.tree().free.unwrap_or(Free { bytes: u64::MAX, inodes: u64::MAX }))
    }
}

struct MemoryFile {
    disk: MemoryDisk,
    id: u64,
}

impl MemoryFile {
    fn change(&self, change: impl FnOnce(&mut Content)) -> io::Result<()> {
        let mut tree = self.disk.tree();
        tree.check_power()?;
        let result = tree.step();
        // The write in which the power goes is cut like those before it that were not flushed.
        if let Some(content) = tree.contents.get_mut(&self.id) {
            change(content);
        }
        result
    }
}

impl DiskFile for MemoryFile {
    fn write_at(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.change(|content| {
            put(&mut content.now, offset as usize, data);
            content.unflushed.push(Write::Bytes { offset: offset as usize, data: data.to_vec() });
        })
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let tree = self.disk.tree();
        tree.check_power()?;
        let bytes = tree.contents.get(&self.id).map_or(&[][..], |content| &content.now);
        let rest = bytes.get(offset as usize..).unwrap_or_default();
        let size = rest.len().min(buffer.len());
        buffer[..size].copy_from_slice(&rest[..size]);
        Ok(size)
    }

    fn sync(&self) -> io::Result<()> {
        let mut tree = self.disk.tree();
        tree.step()?;
        if let Some(content) = tree.contents.get_mut(&self.id) {
            content.durable.clone_from(&content.now);
            content.unflushed.clear();
        }
        Ok(())
    }

    fn truncate(&self, size: u64) -> io::Result<()> {
        self.change(|content| {
            content.now.resize(size as usize, 0);
            content.unflushed.push(Write::Size(size as usize));
        })
    }

    fn size(&self) -> io::Result<u64> {
        let tree = self.disk.tree();
        tree.check_power()?;
        Ok(tree.contents.get(&self.id).map_or(0, |content| content.now.len() as u64))
    }
}
