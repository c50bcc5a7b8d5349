//! `EODMailMessage`: the received message in the eod hook.
//!
//! It is a `MailMessage` that can be queued. Each queued copy keeps the changes of the moment it was
//! queued.
//!
//! *Invariants.* Nothing queued is kept unless the hook accepts: the server takes the copies with
//! [`EodMessage::close`], and a script that kept the object can queue nothing afterwards.
//!
//! *Not here.* Everything that any message can do (`hsl-std`), the queue (`mail-queue`).

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use hsl_macros::class;
use hsl_std::{CopyOptions, GivenAddress, MailMessage, QueuedCopy, QueuedId};
use hsl_vm::{NativeObject, Str, Thrown};
use mail_message::{Message, Patch};

/// The message object of one run of the eod hook.
pub struct EodMessage {
    mail: MailMessage,
    transaction: Str,
    copies: RefCell<Vec<QueuedCopy>>,
    transports: Transports,
    open: Cell<bool>,
}

/// Tells whether a transport exists.
pub type Transports = Box<dyn Fn(&str) -> bool>;

impl EodMessage {
    /// The object of a received message. Copies are numbered within the transaction.
    pub fn new(transaction: Str, message: Message, transports: Transports) -> Rc<Self> {
        Rc::new(Self {
            mail: MailMessage::new(message),
            transaction,
            copies: RefCell::default(),
            transports,
            open: Cell::new(true),
        })
    }

    /// Ends the hook: answers what was queued, and refuses to queue more.
    pub fn close(&self) -> Vec<QueuedCopy> {
        self.open.set(false);
        self.copies.take()
    }

    /// The changes so far; copies that were queued with the same ones share them.
    fn patches(&self) -> Arc<[Patch]> {
        let patches = self.mail.mail().message().borrow().patches();
        match self.copies.borrow().last() {
            Some(copy) if *copy.patches == *patches => Arc::clone(&copy.patches),
            _ => patches.into(),
        }
    }

    fn base(&self) -> &dyn NativeObject {
        &self.mail
    }
}

/// The received message. Scripts get it as `$arguments["mail"]`; it cannot be made by a call.
///
/// It has every method of `MailMessage` and `MIMEPart`. Getters show the message as it was received.
/// Changes take effect in `toString` and for copies queued afterwards.
#[class(name = "EODMailMessage", topic = "mail", contexts = [eod], extends = MailMessage, base = EodMessage::base)]
impl EodMessage {
    /// Queues the message for one recipient, with the changes made so far.
    ///
    /// `sender` and `recipient` are addresses as text or as arrays of `localpart`, `domain` and
    /// `params`; an empty sender is the null path. The result names the copy. Nothing is delivered
    /// unless the script then accepts.
    /// Changes the queue.
    ///
    /// # Errors
    ///
    /// Raises an exception for an invalid address and for a transport that is not configured.
    ///
    /// # Example
    ///
    /// ```hsl
    /// foreach ($transaction["recipients"] as $r)
    ///     $arguments["mail"]->queue($transaction["senderaddress"], $r["address"], $r["transportid"]);
    /// Accept();
    /// ```
    ///
    /// Source: RFC 5321 §4.1.1.4. Since: 0.1. Compat: same.
    #[builtin(effect = mutates)]
    fn queue(
        &self,
        sender: GivenAddress,
        recipient: GivenAddress,
        #[id(Transport)] transportid: String,
        options: CopyOptions,
    ) -> Result<QueuedId, Thrown> {
        if !self.open.get() {
            return Err(Thrown::error("queue: the message was already accepted or refused"));
        }
        if !(self.transports)(&transportid) {
            return Err(Thrown::error(format!("queue: transport \"{transportid}\" is unknown")));
        }
        let number = self.copies.borrow().len() as u32 + 1;
        let patches = self.patches();
        let copy = QueuedCopy::new(number, (&sender, &recipient), transportid, options, patches)?;
        self.copies.borrow_mut().push(copy);
        Ok(QueuedId { transaction: self.transaction.clone(), queue: number })
    }
}
