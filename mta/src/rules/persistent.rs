//! Suspensions and policies of operators that outlive a restart: one file, written whole.
//!
//! *Invariants.* The file is replaced in one step and flushed before the change is answered. What cannot be
//! read of it does not stop the server. What has ended meanwhile does not come back.
//!
//! *Not here.* What entries mean ([`super::operate`]).

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use mail_queue::UnixTime;
use mta_control::rules as api;
use serde::{Deserialize, Serialize};

use super::operate;
use crate::queue_runner::{Queue, now};

/// Name of the file in the folder of accepted mail.
pub const FILE: &str = "rules.json";

/// Where the entries are kept.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    /// Held from looking at the entries until they are written, so that the last ones win.
    writing: Mutex<()>,
}

/// What stands in the file.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    suspends: Vec<api::Suspend>,
    policies: Vec<api::Policy>,
}

impl Store {
    /// The store in a folder; its entries go to the queue.
    pub fn open(folder: &Path, queue: &Queue) -> Self {
        let store = Self { path: folder.join(FILE), writing: Mutex::new(()) };
        match store.read() {
            Ok(kept) => put_back(kept, queue),
            Err(error) => {
                let path = store.path.display();
                tracing::error!(%path, %error, "suspensions and policies cannot be read");
            }
        }
        store
    }

    /// Writes the entries that are to be kept.
    ///
    /// # Errors
    /// When they cannot be written; the file has what it had.
    pub fn save(&self, queue: &Queue) -> io::Result<()> {
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let suspends = queue.suspensions().into_iter().filter(|one| one.persist);
        let policies = queue.policies().into_iter().filter(|one| one.persist);
        let kept = Kept {
            suspends: suspends.map(|one| operate::suspend(&one)).collect(),
            policies: policies.map(|one| operate::policy(&one)).collect(),
        };
        let new = self.path.with_extension("new");
        let mut file = File::create(&new)?;
        file.write_all(&serde_json::to_vec_pretty(&kept)?)?;
        file.sync_all()?;
        fs::rename(&new, &self.path)?;
        File::open(self.path.parent().unwrap_or(Path::new("/")))?.sync_all()
    }

    fn read(&self) -> io::Result<Kept> {
        match fs::read(&self.path) {
            Ok(text) => Ok(serde_json::from_slice(&text)?),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Kept::default()),
            Err(error) => Err(error),
        }
    }
}

fn put_back(kept: Kept, queue: &Queue) {
    let lasts = |expires: Option<f64>| {
        let until = UnixTime::from_secs_f64(expires.unwrap_or_default());
        (until > now()).then_some(until)
    };
    for one in kept.suspends {
        let Some(until) = lasts(one.expires) else { continue };
        let suspension = operate::kept_suspension(&one, until, queue.lists());
        let done = suspension.and_then(|new| queue.suspend(new, false).map_err(Into::into));
        done.inspect_err(|why| tracing::error!(id = one.id, ?why, "a suspension is lost")).ok();
    }
    for one in kept.policies {
        let Some(until) = lasts(one.expires) else { continue };
        let policy = operate::kept_policy(&one, until, queue.lists());
        let done = policy.and_then(|new| queue.limit(new, false).map_err(Into::into));
        done.inspect_err(|why| tracing::error!(id = one.id, ?why, "a policy is lost")).ok();
    }
}
