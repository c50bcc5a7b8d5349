//! The built-in inbox of a local server: takes every delivery and shows it in a browser.
//!
//! *Invariants.* Both sockets are on loopback. What is kept is bounded; the oldest goes first. The
//! web page runs nothing that a message contains.
//!
//! *Not here.* Sending everything here ([`crate::route`]).

mod mailbox;
mod receive;
mod web;

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;

pub use mailbox::{Mailbox, Received};

/// The inbox cannot be opened.
#[derive(Debug, thiserror::Error)]
#[error("the inbox cannot listen on 127.0.0.1:{port}: {source}")]
pub struct SinkError {
    /// The port.
    pub port: u16,
    /// What the system said.
    pub source: io::Error,
}

/// Both sockets of an inbox, open, and what it holds.
#[derive(Debug)]
pub struct Sink {
    smtp: (TcpListener, SocketAddr),
    web: (TcpListener, SocketAddr),
    mailbox: Arc<Mailbox>,
}

impl Sink {
    /// Opens an empty inbox whose page is on this port of 127.0.0.1; 0 lets the system choose.
    ///
    /// # Errors
    /// A socket cannot be opened.
    pub fn open(port: u16) -> Result<Self, SinkError> {
        let open = |port| listen(port).map_err(|source| SinkError { port, source });
        Ok(Self { smtp: open(0)?, web: open(port)?, mailbox: Arc::default() })
    }

    /// Where it takes deliveries.
    pub fn smtp(&self) -> SocketAddr {
        self.smtp.1
    }

    /// Where its page is.
    pub fn web(&self) -> SocketAddr {
        self.web.1
    }

    /// Serves both until the future is dropped.
    pub async fn serve(self) {
        let smtp = receive::serve(self.smtp.0, Arc::clone(&self.mailbox));
        let web = web::serve(self.web.0, self.mailbox);
        match tokio::try_join!(smtp, web) {
            Ok(((), ())) => {}
            Err(error) => tracing::error!(%error, "the inbox ended"),
        }
    }
}

fn listen(port: u16) -> io::Result<(TcpListener, SocketAddr)> {
    let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    socket.set_nonblocking(true)?;
    let address = socket.local_addr()?;
    Ok((socket, address))
}
