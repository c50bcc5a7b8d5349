//! Generators (section 13), each on a thread of its own that runs only in its turn.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use super::statement::Flow;
use super::value::Value;
use super::{STACK, Stop, lock};

/// Generators nest less deeply than the program.
const ROOM: usize = STACK / 16;

/// What a generator hands out.
pub(super) enum Item {
    Yield(Value),
    Return(Value),
    Stop(Stop),
}

/// The generator's end: where `yield` gives a value and waits to be resumed.
pub(super) struct Turn {
    items: SyncSender<Item>,
    resumes: std::sync::Mutex<Receiver<Value>>,
}

/// The consumer's end.
pub(super) struct Generator {
    items: Receiver<Item>,
    resumes: SyncSender<Value>,
    finished: bool,
    /// Whether each item is a key and a value, which `foreach` takes apart.
    pub(super) pairs: bool,
}

impl Turn {
    /// The value of a `yield` expression; none of it when the generator was abandoned.
    pub(super) fn give(&self, value: Value) -> Result<Value, Stop> {
        let gone = || Stop::Unsupported("abandoned generator".into());
        self.items.send(Item::Yield(value)).map_err(|_| gone())?;
        lock(&self.resumes).recv().map_err(|_| gone())
    }
}

impl Generator {
    /// Starts a thread that waits for its first turn before it runs the body.
    pub(super) fn start(
        body: impl FnOnce(Arc<Turn>) -> Result<Flow, Stop> + Send + 'static,
    ) -> Self {
        let (give_item, items) = sync_channel(0);
        let (resumes, take_resume) = sync_channel(0);
        let turn = Arc::new(Turn { items: give_item, resumes: take_resume.into() });
        let work = move || {
            if lock(&turn.resumes).recv().is_err() {
                return;
            }
            let last = match body(Arc::clone(&turn)) {
                Ok(Flow::Return(value)) => Item::Return(value),
                Ok(_) => Item::Return(Value::None),
                Err(stop) => Item::Stop(stop),
            };
            // Nobody may be listening any more; then the result is of no interest.
            let _ = turn.items.send(last);
        };
        std::thread::Builder::new().stack_size(ROOM).spawn(work).expect("a thread");
        Self { items, resumes, finished: false, pairs: false }
    }

    pub(super) fn of_pairs(self, pairs: bool) -> Self {
        Self { pairs, ..self }
    }

    /// Runs it to its next `yield`: the value and whether it is finished.
    pub(super) fn next(&mut self, value: Value) -> Result<(Value, bool), Stop> {
        if self.finished || self.resumes.send(value).is_err() {
            self.finished = true;
            return Ok((Value::None, true));
        }
        match self.items.recv() {
            Ok(Item::Yield(value)) => return Ok((value, false)),
            Ok(Item::Return(value)) => {
                self.finished = true;
                return Ok((value, true));
            }
            Ok(Item::Stop(stop)) => {
                self.finished = true;
                return Err(stop);
            }
            Err(_) => self.finished = true,
        }
        Ok((Value::None, true))
    }
}
