//! Messages that scripts queue outside the end of data.
//!
//! *Invariants.* The script hears the id of a message only after its flush; whatever fails before
//! leaves nothing in the queue.
//!
//! *Not here.* Copies of a received message, which share its commit (`connection`).

use std::any::Any;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;

use hsl_host::HookService;
use hsl_std::{QueuedId, Submission};
use hsl_vm::request::Response;
use mail_message::Source;
use mail_queue::{CommitError, NewBody, Transaction};
use uuid::Uuid;

use crate::connection::envelope::envelope;
use crate::queue_runner::{Queue, now};
use crate::server::Server;

/// How much is copied at once.
const BLOCK: usize = 64 << 10;

/// The way into the queue for the scripts of one connection or worker.
pub(crate) struct Submissions(Arc<Server>);

/// Why a message is not queued.
#[derive(Debug, thiserror::Error)]
enum Refused {
    #[error("transport \"{0}\" is unknown")]
    Transport(String),
    #[error("the spool has no room for new messages")]
    Full,
    #[error("the message cannot be stored: {0}")]
    Store(#[from] io::Error),
    #[error("the message cannot be stored: {0}")]
    Commit(#[from] CommitError),
}

impl Submissions {
    /// The way into the queue of a server.
    pub(crate) fn new(server: Arc<Server>) -> Self {
        Self(server)
    }

    async fn accept(&self, submission: Submission) -> Result<QueuedId, Refused> {
        let Submission { copy, content } = submission;
        let queue = &self.0.queue;
        if self.0.generation().transport(&copy.transportid).is_none() {
            return Err(Refused::Transport(copy.transportid));
        }
        if !queue.has_room() {
            return Err(Refused::Full);
        }
        let transaction = Uuid::new_v4();
        let body = store(queue, transaction, &*content)?;
        let (number, bytes) = (copy.number, body.size());
        // No virtual server received it.
        let envelopes = vec![envelope(copy, transaction, &Arc::from(""), now())];
        queue.commit(Transaction { body, envelopes }).await?;
        tracing::info!(%transaction, bytes, "a script queued a message");
        Ok(QueuedId { transaction: transaction.to_string().as_str().into(), queue: number })
    }
}

impl HookService for Submissions {
    fn serve(&self, request: Box<dyn Any>) -> Pin<Box<dyn Future<Output = Response> + '_>> {
        Box::pin(async move {
            let Ok(submission) = request.downcast::<Submission>() else {
                return Response::Failed("not available here".into());
            };
            match self.accept(*submission).await {
                Ok(id) => Response::Hook(Box::new(id)),
                Err(refused) => Response::Failed(refused.to_string()),
            }
        })
    }
}

fn store(queue: &Queue, transaction: Uuid, content: &dyn Source) -> io::Result<NewBody> {
    let mut writer = queue.body(transaction);
    let (mut block, mut at) = (vec![0; BLOCK], 0);
    while at < content.size() {
        let left = usize::try_from(content.size() - at).unwrap_or(BLOCK).min(BLOCK);
        content.read_at(at, &mut block[..left])?;
        writer.write(&block[..left])?;
        at += left as u64;
    }
    writer.finish()
}
