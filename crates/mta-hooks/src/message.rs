//! `EODMailMessage`: the received message in the eod hook.
//!
//! Getters show the message as received; changes show in `toString` and in what `queue` hands
//! over. Each queued copy keeps the changes of the moment it was queued.
//!
//! *Invariants.* Nothing queued is kept unless the hook accepts: the server takes the copies with
//! [`EodMessage::close`], and a script that kept the object can queue nothing afterwards.
//!
//! *Not here.* Headers and edits themselves (`mail-message`), the queue (`mail-queue`).

mod copy;
mod options;

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use std::sync::Arc;

use hsl_macros::class;
use hsl_vm::{Cx, NativeObject, Str, Thrown, Value};
use mail_message::{Message, Occurrence, Patch};

use crate::address::GivenAddress;
pub use copy::{CopyDsn, CopyOptions, QueuedCopy, QueuedId};
use options::{
    AddOptions, DeleteOptions, GetAllOptions, GetOptions, SetOptions, occurrence, shown, written,
};

/// The message object of one run of the eod hook.
pub struct EodMessage {
    me: Weak<Self>,
    transaction: Str,
    message: RefCell<Message>,
    copies: RefCell<Vec<QueuedCopy>>,
    transports: Transports,
    open: Cell<bool>,
}

/// Tells whether a transport exists.
pub type Transports = Box<dyn Fn(&str) -> bool>;

impl EodMessage {
    /// The object of a received message. Copies are numbered within the transaction.
    pub fn new(transaction: Str, message: Message, transports: Transports) -> Rc<Self> {
        Rc::new_cyclic(|me| Self {
            me: me.clone(),
            transaction,
            message: RefCell::new(message),
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
        let patches = self.message.borrow().patches();
        match self.copies.borrow().last() {
            Some(copy) if *copy.patches == *patches => Arc::clone(&copy.patches),
            _ => patches.into(),
        }
    }

    fn this(&self) -> Value {
        self.me.upgrade().map_or_else(Value::none, |me| Value::from(me as Rc<dyn NativeObject>))
    }
}

/// The received message. Scripts get it as `$arguments["mail"]`; it cannot be made by a call.
///
/// Getters show the message as it was received. Changes take effect in `toString` and for copies
/// queued afterwards.
#[class(name = "EODMailMessage", topic = "mail", contexts = [eod])]
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
        transportid: String,
        options: CopyOptions,
    ) -> Result<QueuedId, Thrown> {
        if !self.open.get() {
            return Err(Thrown::error("queue: the message was already accepted or refused"));
        }
        if !(self.transports)(&transportid) {
            return Err(Thrown::error(format!("queue: transport \"{transportid}\" is unknown")));
        }
        let sender = sender.check("sender")?;
        let recipient = recipient.check("recipient")?;
        let number = self.copies.borrow().len() as u32 + 1;
        let patches = self.patches();
        let copy = QueuedCopy::new(number, sender, recipient, transportid, options, patches)?;
        self.copies.borrow_mut().push(copy);
        Ok(QueuedId { transaction: self.transaction.clone(), queue: number })
    }

    /// Returns the identifier of the top-level part.
    ///
    /// It is "0" for the message itself.
    /// Reads the message.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo $arguments["mail"]->getID(); // 0
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(name = "getID", effect = reads)]
    fn get_id(&self) -> &'static str {
        "0"
    }

    /// Returns the size of the message as received, in bytes.
    ///
    /// Reads the message.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// if ($arguments["mail"]->getSize() > 10 * 1024 * 1024) Reject("Too large");
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(name = "getSize", effect = reads)]
    fn get_size(&self) -> f64 {
        self.message.borrow().size() as f64
    }

    /// Returns the value of a header field as received, or none.
    ///
    /// Names ignore case; without `index` the first field counts. Folds are undone.
    /// Reads the message.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo $arguments["mail"]->getHeader("Subject");
    /// echo $arguments["mail"]->getHeader("Received", ["index" => 1, "field" => true]);
    /// ```
    ///
    /// Source: RFC 5322 §2.2.3, RFC 2047. Since: 0.1. Compat: same.
    #[builtin(name = "getHeader", effect = reads)]
    fn get_header(&self, name: String, options: GetOptions) -> Option<Str> {
        let Occurrence::At(index) = occurrence(Some(options.index)) else { return None };
        let message = self.message.borrow();
        let field = message.named(&name).nth(index)?;
        Some(shown(&message, &field, options.field, options.decode))
    }

    /// Returns the values of all header fields of a name as received.
    ///
    /// The list goes from the top; it is empty when there is none.
    /// Reads the message.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo length($arguments["mail"]->getHeaders("Received"));
    /// ```
    ///
    /// Source: RFC 5322 §2.2.3, RFC 2047. Since: 0.1. Compat: same.
    #[builtin(name = "getHeaders", effect = reads)]
    fn get_headers(&self, name: String, options: GetAllOptions) -> Vec<Str> {
        let message = self.message.borrow();
        let fields = message.named(&name);
        fields.map(|field| shown(&message, &field, options.field, options.decode)).collect()
    }

    /// Returns the names of all header fields as received, in lower case.
    ///
    /// The list goes from the top; repeated names are repeated.
    /// Reads the message.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// if (!in_array("date", $arguments["mail"]->getHeaderNames())) Reject("No date");
    /// ```
    ///
    /// Source: RFC 5322 §2.2. Since: 0.1. Compat: same.
    #[builtin(name = "getHeaderNames", effect = reads)]
    fn get_header_names(&self) -> Vec<Str> {
        let message = self.message.borrow();
        let named = message.fields().filter(|field| !field.name.is_empty());
        named.map(|field| Str::from(field.name.to_ascii_lowercase())).collect()
    }

    /// Replaces all header fields of a name, or adds one on top; returns how many were written.
    ///
    /// With `index` only that occurrence is replaced, and nothing is added.
    /// Changes the message.
    ///
    /// # Errors
    ///
    /// Raises an exception for a name that is no field name, and for a verbatim value whose line
    /// breaks are no folds.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $arguments["mail"]->setHeader("Subject", "[ext] " . $arguments["mail"]->getHeader("Subject"));
    /// ```
    ///
    /// Source: RFC 5322 §2.2. Since: 0.1. Compat: same.
    #[builtin(name = "setHeader", effect = mutates)]
    fn set_header(&self, name: String, value: Str, options: SetOptions) -> Result<f64, Thrown> {
        let which = occurrence(options.index);
        let written = written(options.encode);
        let count = self.message.borrow_mut().set(&name, &value, which, written);
        count.map(|count| count as f64).map_err(|e| Thrown::error(format!("setHeader: {e}")))
    }

    /// Adds a header field on top.
    ///
    /// Changes the message.
    ///
    /// # Errors
    ///
    /// Raises an exception for a name that is no field name, and for a verbatim value whose line
    /// breaks are no folds.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $arguments["mail"]->addHeader("X-Spam-Score", "0.1");
    /// ```
    ///
    /// Source: RFC 5322 §2.2. Since: 0.1. Compat: same.
    #[builtin(name = "addHeader", effect = mutates)]
    fn add_header(&self, name: String, value: Str, options: AddOptions) -> Result<(), Thrown> {
        let added = self.message.borrow_mut().add(&name, &value, written(options.encode));
        added.map_err(|e| Thrown::error(format!("addHeader: {e}")))
    }

    /// Removes all header fields of a name; returns how many.
    ///
    /// With `index` only that occurrence is removed.
    /// Changes the message.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $arguments["mail"]->delHeader("X-Internal");
    /// ```
    ///
    /// Source: RFC 5322 §2.2. Since: 0.1. Compat: same.
    #[builtin(name = "delHeader", effect = mutates)]
    fn del_header(&self, name: String, options: DeleteOptions) -> f64 {
        self.message.borrow_mut().delete(&name, occurrence(options.index)) as f64
    }

    /// Renames all header fields of a name; returns how many.
    ///
    /// Changes the message.
    ///
    /// # Errors
    ///
    /// Raises an exception for a new name that is no field name.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $arguments["mail"]->renameHeader("X-Spam", "X-Original-Spam");
    /// ```
    ///
    /// Source: RFC 5322 §2.2. Since: 0.1. Compat: same.
    #[builtin(name = "renameHeader", effect = mutates)]
    fn rename_header(&self, name: String, newname: String) -> Result<f64, Thrown> {
        let count = self.message.borrow_mut().rename(&name, &newname);
        count.map(|count| count as f64).map_err(|e| Thrown::error(format!("renameHeader: {e}")))
    }

    /// Replaces `count` bytes at `start` of the message as changed so far.
    ///
    /// Positions are bytes from 0. Returns the message.
    /// Changes the message.
    ///
    /// # Errors
    ///
    /// Raises an exception when the range is outside the message.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $arguments["mail"]->modifyContent(0, 0, "X-First: 1\r\n");
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(name = "modifyContent", effect = mutates, returns = "EODMailMessage")]
    fn modify_content(&self, start: f64, count: f64, data: Str) -> Result<Value, Thrown> {
        if !(start >= 0.0 && count >= 0.0) {
            return Err(Thrown::error("modifyContent: positions cannot be negative"));
        }
        let changed = self.message.borrow_mut().modify(start as u64, count as u64, &data);
        changed.map_err(|error| Thrown::error(format!("modifyContent: {error}")))?;
        Ok(self.this())
    }

    /// Remembers the changes so far and returns an id for `restore`.
    ///
    /// Reads the message.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $clean = $arguments["mail"]->snapshot();
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = mutates)]
    fn snapshot(&self) -> f64 {
        self.message.borrow_mut().snapshot() as f64
    }

    /// Returns to a snapshot; false when there is none of this id.
    ///
    /// Changes the message.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $mail = $arguments["mail"];
    /// $clean = $mail->snapshot();
    /// $mail->addHeader("X-For", "first");
    /// $mail->queue("", "first@example.com", "outbound");
    /// $mail->restore($clean);
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = mutates)]
    fn restore(&self, id: f64) -> bool {
        match occurrence(Some(id)) {
            Occurrence::At(id) => self.message.borrow_mut().restore(id),
            Occurrence::All => false,
        }
    }

    /// Discards all changes and returns how many there were.
    ///
    /// Changes the message.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $arguments["mail"]->reset();
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = mutates)]
    fn reset(&self) -> f64 {
        self.message.borrow_mut().reset() as f64
    }

    /// Returns the message with all changes.
    ///
    /// Reads the message.
    ///
    /// # Errors
    ///
    /// Raises an exception when the message is larger than the memory limit, cannot be read, or
    /// was handed over to the queue.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo length($arguments["mail"]->toString());
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(name = "toString", effect = reads)]
    fn as_text(&self, cx: &mut Cx<'_>) -> Result<Str, Thrown> {
        let message = self.message.borrow();
        let size = usize::try_from(message.rendered_size()).unwrap_or(usize::MAX);
        cx.reserve(size)?;
        let mut text = Vec::with_capacity(size);
        message.render(&mut text).map_err(|error| Thrown::error(format!("toString: {error}")))?;
        Ok(Str::from(text))
    }
}
