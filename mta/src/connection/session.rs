//! What is known of a connection, as hooks see it.

use std::rc::Rc;
use std::sync::Arc;

use hsl_host::Cache;
use hsl_vm::{Heap, Str, Value};
use mail_message::Protocol;
use mta_hooks::connection::{Connection, Helo, Peer};
use mta_hooks::transaction::{self as hooks, AnyTransaction, ReceivedTransaction, TransactionId};
use smtp_proto::server::{Machine, Transaction};
use smtp_proto::{Address, Parameters};
use uuid::Uuid;

use crate::hooks::message_cache;
use crate::listener::Socket;

/// Facts of one connection that outlive a hook.
pub(super) struct Session {
    /// Name in logs and for scripts.
    pub(super) id: String,
    /// The server that it came to.
    pub(super) serverid: Arc<str>,
    /// Identity and addresses, as scripts may have changed them.
    pub(super) peer: Peer,
    /// `$context`.
    pub(super) context: Value,
    /// Objects of the scripts, which `$context` may hold.
    pub(super) heap: Rc<Heap>,
    transaction: Uuid,
    /// Results that scripts cache for that transaction.
    pub(super) cache: Rc<Cache>,
    /// The machine's number of that transaction.
    serial: u64,
}

impl Session {
    pub(super) fn new(server: &Arc<str>, socket: &Socket) -> Self {
        let id = Uuid::new_v4().to_string();
        let (remote, local, remoteuid) = match socket {
            Socket::Tcp { remote, local, .. } => (Some(*remote), Some(*local), None),
            Socket::Unix { uid, .. } => (None, None, *uid),
        };
        let ip = |address: Option<std::net::SocketAddr>| {
            Str::from(address.map(|address| address.ip().to_string()).unwrap_or_default().as_str())
        };
        let port = |address: Option<std::net::SocketAddr>| address.map_or(0, |a| a.port());
        let peer = Peer {
            id: id.as_str().into(),
            priority: 0,
            remoteip: ip(remote),
            remoteport: port(remote),
            remoteptr: None,
            remoteuid,
            localip: ip(local),
            localport: port(local),
            serverid: (&**server).into(),
        };
        Self {
            id,
            serverid: server.clone(),
            peer,
            context: Value::none(),
            heap: Heap::new(),
            transaction: Uuid::new_v4(),
            cache: message_cache(),
            serial: 0,
        }
    }

    /// Id of the transaction that the machine is in; a new one when the machine began one.
    pub(super) fn transaction(&mut self, machine: &Machine) -> Uuid {
        let serial = machine.transaction().serial;
        if serial != self.serial {
            self.serial = serial;
            self.transaction = Uuid::new_v4();
            self.cache = message_cache();
        }
        self.transaction
    }

    /// `$transaction` before MAIL.
    pub(super) fn transaction_id(&mut self, machine: &Machine) -> TransactionId {
        TransactionId { id: self.transaction(machine).to_string().as_str().into() }
    }

    /// `$transaction` after MAIL.
    pub(super) fn open_transaction(&mut self, machine: &Machine) -> hooks::Transaction {
        let TransactionId { id } = self.transaction_id(machine);
        let transaction = machine.transaction();
        hooks::Transaction {
            id,
            sender: lower(transaction.sender.as_ref()),
            senderaddress: parts(transaction.sender.as_ref()),
            senderparams: params(&transaction.params),
            recipients: recipients(transaction),
        }
    }

    /// `$transaction` at the end of the data.
    pub(super) fn received_transaction(
        &mut self,
        machine: &Machine,
        ts: f64,
    ) -> ReceivedTransaction {
        let hooks::Transaction { id, sender, senderaddress, senderparams, recipients } =
            self.open_transaction(machine);
        ReceivedTransaction { id, ts, sender, senderaddress, senderparams, recipients }
    }

    /// `$transaction` after the connection.
    pub(super) fn any_transaction(&mut self, machine: &Machine) -> AnyTransaction {
        if !machine.transaction().open {
            let TransactionId { id } = self.transaction_id(machine);
            return AnyTransaction {
                id,
                sender: None,
                senderaddress: None,
                senderparams: None,
                recipients: None,
            };
        }
        let open = self.open_transaction(machine);
        AnyTransaction {
            id: open.id,
            sender: Some(open.sender),
            senderaddress: Some(open.senderaddress),
            senderparams: Some(open.senderparams),
            recipients: Some(open.recipients),
        }
    }

    /// `$connection`.
    pub(super) fn connection(&self, machine: &Machine) -> Connection {
        let helo = machine.helo();
        let helo = helo.map(|(verb, host)| Helo { verb: verb.into(), host: host.into() });
        Connection { peer: self.peer.clone(), helo, tls: None, auth: None }
    }
}

/// How the message came in, for the trace field.
pub(super) fn protocol(machine: &Machine) -> Protocol {
    match machine.helo() {
        Some(("EHLO", _)) => Protocol::Esmtp,
        _ => Protocol::Smtp,
    }
}

/// An address in lower case; empty for the null path.
pub(super) fn lower(address: Option<&Address>) -> Str {
    Str::from(address.map(Address::to_lowercase).unwrap_or_default().as_str())
}

/// An address in parts; empty for the null path.
pub(super) fn parts(address: Option<&Address>) -> hooks::Address {
    address.map_or_else(hooks::Address::default, |address| hooks::Address {
        localpart: address.local().into(),
        domain: address.domain().into(),
    })
}

/// Parameters of MAIL or RCPT.
pub(super) fn params(params: &Parameters) -> hooks::Params {
    let pair = |(name, value): (&str, Option<&str>)| (name.into(), value.map(Str::from));
    hooks::Params(params.iter().map(pair).collect())
}

fn recipients(transaction: &Transaction) -> Vec<hooks::Recipient> {
    let recipient = |recipient: &smtp_proto::server::Recipient| hooks::Recipient {
        recipient: lower(Some(&recipient.address)),
        address: parts(Some(&recipient.address)),
        params: params(&recipient.params),
        transportid: recipient.tag.as_deref().unwrap_or_default().into(),
    };
    transaction.recipients.iter().map(recipient).collect()
}
