//! Group commit for engines that have none: one thread writes what has gathered.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use uuid::Uuid;

/// A change, and who waits for it.
pub enum Step {
    Accept { id: Uuid, body: Vec<u8>, done: Sender<()> },
    End(Uuid),
}

/// A thread that hands groups to `write`, which must make them durable.
pub struct Group {
    steps: Mutex<Option<Sender<Step>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Group {
    pub fn start(write: impl FnMut(&[Step]) + Send + 'static) -> Arc<Self> {
        let (steps, queue) = channel();
        let thread = std::thread::spawn(move || work(&queue, write));
        Arc::new(Self { steps: Mutex::new(Some(steps)), thread: Mutex::new(Some(thread)) })
    }

    pub fn accept(&self, id: Uuid, body: Vec<u8>) {
        let (done, wait) = channel();
        self.send(Step::Accept { id, body, done });
        wait.recv().expect("the group was written");
    }

    pub fn send(&self, step: Step) {
        let steps = self.steps.lock().expect("not poisoned");
        steps.as_ref().expect("not finished").send(step).expect("the thread lives");
    }

    pub fn finish(&self) {
        self.steps.lock().expect("not poisoned").take();
        if let Some(thread) = self.thread.lock().expect("not poisoned").take() {
            thread.join().expect("the thread ended well");
        }
    }
}

fn work(queue: &Receiver<Step>, mut write: impl FnMut(&[Step])) {
    while let Ok(first) = queue.recv() {
        let mut group = vec![first];
        group.extend(queue.try_iter().take(1000));
        write(&group);
        for step in group {
            if let Step::Accept { done, .. } = step {
                // A connection that is gone waits for nothing.
                let _ = done.send(());
            }
        }
    }
}
