//! Messages whose owner wants to look at them although they are kept back: they expire, or their sender is
//! told that they wait.
//!
//! *Not here.* What happens to them then.

use super::{BATCH, Entry, Scheduler, Sending};
use crate::envelope::MessageId;
use crate::time::UnixTime;

impl Scheduler {
    /// Whether a message that is handed out was kept back until its deadline: no attempt is wanted.
    pub fn is_overdue(&self, id: MessageId) -> bool {
        let sending = self.entries.get(&id).and_then(|waiting| waiting.sending.as_ref());
        sending.is_some_and(|sending| sending.overdue)
    }

    /// Changes the deadline of a message that is handed out; it holds once it waits again.
    pub fn set_deadline(&mut self, id: MessageId, deadline: Option<UnixTime>) {
        let out = self.entries.get_mut(&id).filter(|waiting| waiting.sending.is_some());
        if let Some(waiting) = out {
            waiting.entry.deadline = deadline;
        }
    }

    /// Takes messages that are still kept back at their deadline, after those that may go had their turn.
    pub(super) fn pick_overdue(&mut self, batch: &mut Vec<MessageId>, now: UnixTime) {
        while batch.len() < BATCH && self.sending < self.limits.sending {
            let Some((time, id)) = self.deadlines.first().copied() else { return };
            if time > now {
                return;
            }
            self.deadlines.pop_first();
            let Some(waiting) = self.entries.get(&id) else { continue };
            let (entry, sequence, name) = (&waiting.entry, waiting.sequence, waiting.lane.clone());
            if let Some(lane) = self.lanes.get_mut(&name) {
                lane.leave(entry, sequence);
            }
            self.hand_out(id, &name.0, Sending { overdue: true, ..Sending::default() });
            self.settle(&name, now);
            batch.push(id);
        }
    }

    pub(super) fn forget_deadline(&mut self, entry: &Entry) {
        if let Some(time) = deadline(entry) {
            self.deadlines.remove(&(time, entry.id));
        }
    }
}

/// Before it is due, nobody looks at a message: a script may have asked for more time.
pub(super) fn deadline(entry: &Entry) -> Option<UnixTime> {
    entry.deadline.map(|time| time.max(entry.next))
}
