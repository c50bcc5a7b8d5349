//! The SMTP side of the inbox: accepts everything.

use std::io;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use smtp_proto::body::LineEndings;
use smtp_proto::server::{Action, Config, Decision, Machine};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::{Mailbox, Received};

/// Longest silence of a client.
const PATIENCE: Duration = Duration::from_secs(300);
/// Pause after an error of accept.
const PAUSE: Duration = Duration::from_millis(100);

/// Accepts connections until the future is dropped.
pub(super) async fn serve(socket: TcpListener, mailbox: Arc<Mailbox>) -> io::Result<()> {
    let socket = tokio::net::TcpListener::from_std(socket)?;
    let config = Arc::new(Config {
        hostname: "inbox.mailstop".to_owned(),
        max_size: 1 << 30,
        // What the server sends is what shall be seen.
        line_endings: LineEndings::Keep,
        ..Config::default()
    });
    let mut connections = tokio::task::JoinSet::new();
    loop {
        match socket.accept().await {
            Ok((stream, _)) => {
                let machine = Machine::new(Arc::clone(&config));
                connections.spawn(talk(stream, machine, Arc::clone(&mailbox)));
            }
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
        // Those that ended need not be kept.
        while connections.try_join_next().is_some() {}
    }
}

async fn talk(mut stream: TcpStream, mut machine: Machine, mailbox: Arc<Mailbox>) {
    let mut message = Vec::new();
    let mut buffer = vec![0; 16 * 1024];
    loop {
        while let Some(action) = machine.poll() {
            match action {
                Action::Send(bytes) if stream.write_all(&bytes).await.is_err() => return,
                Action::Send(_) => {}
                Action::Hook(_) => machine.hook_done(Decision::accept()),
                Action::OpenBody => {
                    message.clear();
                    machine.body_opened(Ok(()));
                }
                Action::Body(bytes) => message.extend_from_slice(&bytes),
                Action::Discard => message.clear(),
                Action::Commit => {
                    mailbox.add(received(&machine, std::mem::take(&mut message)));
                    machine.committed(Ok(()));
                }
                Action::Close => return,
            }
        }
        match tokio::time::timeout(PATIENCE, stream.read(&mut buffer)).await {
            Ok(Ok(count)) if count > 0 => machine.receive(&buffer[..count]),
            _ => return,
        }
    }
}

fn received(machine: &Machine, source: Vec<u8>) -> Received {
    let transaction = machine.transaction();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let recipients = transaction.recipients.iter();
    Received {
        id: 0,
        at: u64::try_from(now.as_millis()).unwrap_or(u64::MAX),
        sender: transaction.sender.as_ref().map(ToString::to_string).unwrap_or_default(),
        recipients: recipients.map(|recipient| recipient.address.to_string()).collect(),
        source: source.into(),
    }
}
