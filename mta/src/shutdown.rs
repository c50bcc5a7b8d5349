//! The wish to stop, heard by every thread.

use std::sync::Arc;

use tokio::sync::watch;

/// Shared by everything that runs until the server stops. Cloning gives another ear.
#[derive(Clone, Debug)]
pub struct Shutdown {
    sender: Arc<watch::Sender<bool>>,
}

impl Shutdown {
    /// A server that runs.
    pub fn new() -> Self {
        Self { sender: Arc::new(watch::Sender::new(false)) }
    }

    /// Asks everybody to finish. Later calls have no effect.
    pub fn begin(&self) {
        self.sender.send_replace(true);
    }

    /// Whether the server should stop.
    pub fn is_begun(&self) -> bool {
        *self.sender.borrow()
    }

    /// Waits until the server should stop; works on any runtime.
    pub async fn begun(&self) {
        // The sender lives in self, so that waiting cannot fail.
        let _ = self.sender.subscribe().wait_for(|begun| *begun).await;
    }
}

impl Default for Shutdown {
    fn default() -> Self {
        Self::new()
    }
}
