//! From a packed configuration to a running server, and back to nothing.
//!
//! *Invariant.* Whatever can be wrong is found before the first connection is accepted: the
//! configuration, the scripts, the spool, the sockets.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use mta_project::Bundle;

use crate::program::Invalid;
use crate::sockets::{Reach, SocketError};

/// The texts of a configuration and what they are called in findings.
#[derive(Clone, Debug)]
pub struct Texts {
    /// Name of the startup file.
    pub startup_name: Arc<str>,
    /// Name of the running file.
    pub running_name: Arc<str>,
    /// Both texts and their digest.
    pub bundle: Bundle,
}

/// How a server runs.
#[derive(Clone, Debug)]
pub struct Options {
    /// Folder of accepted mail.
    pub spool: PathBuf,
    /// The control socket.
    pub socket: PathBuf,
    /// Where it may be reached.
    pub reach: Reach,
    /// Whether every delivery goes to the built-in inbox.
    pub inbox: bool,
}

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
pub enum BootError {
    /// The configuration or a script has an error.
    #[error("the configuration is not valid")]
    Invalid(Box<Invalid>),
    /// A listener cannot be opened.
    #[error(transparent)]
    Socket(#[from] SocketError),
    /// Another server uses the spool.
    #[error("the spool {0} is in use by another server")]
    SpoolInUse(PathBuf),
    /// The spool cannot be opened.
    #[error("cannot open the spool {path}: {source}")]
    Spool {
        /// Its folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// What is in the spool cannot be read.
    #[error("cannot read the spool {path}: {source}")]
    SpoolContent {
        /// Its folder.
        path: PathBuf,
        /// Why.
        source: mail_queue::OpenError,
    },
    /// A thread cannot be started.
    #[error("cannot start a thread: {0}")]
    Thread(io::Error),
}
