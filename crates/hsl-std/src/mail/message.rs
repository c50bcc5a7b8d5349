//! `MailMessage`: a whole message.
//!
//! *Not here.* What it shares with its parts (`part`), queueing a received one (`mta-hooks`).

use std::rc::Rc;

use hsl_macros::class;
use hsl_vm::{Array, Cx, NativeObject, NativeStep, Str, Thrown, Value};
use mail_message::{MAX_HEADER, MemorySource, Message, Occurrence, Written, dkim};

use super::copy::{CopyOptions, QueuedId};
use super::envelope::GivenAddress;
use super::options::occurrence;
use super::part::{Mail, MimePart, this};
use super::queueing;
use super::sending::{self, SendResult};
use super::signing::{GivenKey, MessageSigning, NoKey};
use super::verify::{self, VerifyOptions, VerifyResult};
use crate::binding::{TextOrArray, object};
use crate::compute::try_compute;
use crate::files::{File, GivenFile};
use crate::keys::NoIdentity;
use crate::lookups::ServerOptions;

/// A received or loaded message, which is also its top-level part.
///
/// Getters show the message as it was received. Changes take effect in `toString`, `toFile` and in
/// what is signed or queued afterwards. It is made by `MailMessage::String` and `MailMessage::File`.
///
/// # Example
///
/// ```hsl
/// $mail = MailMessage::String("Subject: hi\r\n\r\ntext");
/// $mail->setHeader("Subject", "hello");
/// echo str_find($mail->toString(), "Subject: hello"); // 0
/// ```
#[class(name = "MailMessage", topic = "mail", extends = MimePart, base = MailMessage::part)]
impl MailMessage {
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
    /// $mail = MailMessage::String("Subject: hi\r\nX: 1\r\n\r\ntext\r\n");
    /// $mail->addHeader("Y", "2");
    /// echo $mail->reset(); // 1
    /// ```
    ///
    /// Source: RFC 5322 §2.1. Since: 0.1. Compat: same.
    #[builtin(effect = mutates)]
    fn reset(&self) -> f64 {
        let count = self.mail().message().borrow_mut().reset();
        self.mail().count();
        count as f64
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
    /// $mail = MailMessage::String("Subject: hi\r\nX: 1\r\n\r\ntext\r\n");
    /// echo $mail->snapshot(); // 0
    /// ```
    ///
    /// Source: RFC 5322 §2.1. Since: 0.1. Compat: same.
    #[builtin(effect = mutates)]
    fn snapshot(&self) -> f64 {
        let id = self.mail().message().borrow_mut().snapshot();
        self.mail().count();
        id as f64
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
    /// $mail = MailMessage::String("Subject: hi\r\nX: 1\r\n\r\ntext\r\n");
    /// $clean = $mail->snapshot();
    /// $mail->delHeader("X");
    /// echo $mail->restore($clean); // true
    /// ```
    ///
    /// Source: RFC 5322 §2.1. Since: 0.1. Compat: same.
    #[builtin(effect = mutates)]
    fn restore(&self, id: f64) -> bool {
        let Occurrence::At(id) = occurrence(Some(id)) else { return false };
        let done = self.mail().message().borrow_mut().restore(id);
        self.mail().count();
        done
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
    /// $mail = MailMessage::String("Subject: hi\r\nX: 1\r\n\r\ntext\r\n");
    /// $mail->modifyContent(0, 0, "First: 1\r\n");
    /// echo str_find($mail->toString(), "First: 1"); // 0
    /// ```
    ///
    /// Source: RFC 5322 §2.1. Since: 0.1. Compat: same.
    #[builtin(name = "modifyContent", effect = mutates, returns = "MailMessage")]
    fn modify_content(
        &self,
        itself: &Rc<dyn NativeObject>,
        start: f64,
        count: f64,
        data: Str,
    ) -> Result<Value, Thrown> {
        if !(start >= 0.0 && count >= 0.0) {
            return Err(Thrown::error("modifyContent: positions cannot be negative"));
        }
        let done = self.mail().message().borrow_mut().modify(start as u64, count as u64, &data);
        self.mail().count();
        done.map_err(|error| Thrown::error(format!("modifyContent: {error}")))?;
        Ok(this(itself))
    }

    /// Returns the message with all changes as a file.
    ///
    /// Nothing is copied: the file puts the message together while it is read.
    /// Reads the message.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $mail = MailMessage::String("Subject: hi\r\nX: 1\r\n\r\ntext\r\n");
    /// echo $mail->toFile()->readline(); // Subject: hi
    /// ```
    ///
    /// Source: RFC 5322 §2.1. Since: 0.1. Compat: same.
    #[builtin(name = "toFile", effect = reads, returns = "File")]
    fn as_file(&self) -> Value {
        File::of_source(None, Rc::new(self.mail().message().borrow().changed()))
    }

    /// Returns the message with all changes.
    ///
    /// Reads the message.
    ///
    /// # Errors
    ///
    /// Raises an exception when the message cannot be read. One that does not fit the memory limit ends
    /// the script.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $mail = MailMessage::String("Subject: hi\r\nX: 1\r\n\r\ntext\r\n");
    /// echo length($mail->toString()); // 27
    /// ```
    ///
    /// Source: RFC 5322 §2.1. Since: 0.1. Compat: same.
    #[builtin(name = "toString", effect = reads)]
    fn as_text(&self, cx: &mut Cx<'_>) -> Result<Str, Thrown> {
        self.render(cx, "toString").map(Str::from)
    }

    /// Signs the message as changed so far and adds the signature on top.
    ///
    /// `key` is a key resource, the id of a configured key, PEM text, or the base64 of a key. With `return_header` the value of the field is returned
    /// instead, with its folds. A key that cannot be used, and what receivers would refuse (From is not
    /// signed, an expiration that is over), give `none`. Signatures with rsa-sha1 are not made. RSA of 3,072
    /// bits and more is computed on another thread.
    /// Changes the message.
    ///
    /// # Errors
    ///
    /// Raises an exception for options of the wrong type or value, and for `id` where no configuration is.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $mail = MailMessage::String("From: a@example.com\r\n\r\ntext\r\n");
    /// $key = "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g";
    /// $mail->signDKIM("sel", "example.com", $key, ["algorithm" => "ed25519-sha256"]);
    /// echo str_find($mail->toString(), "DKIM-Signature: v=1; a=ed25519-sha256;"); // 0
    /// ```
    ///
    /// Source: RFC 6376, RFC 8463, RFC 8617 §4.1.2. Since: 0.1. Compat: no rsa-sha1.
    #[builtin(name = "signDKIM", effect = mutates, returns = "MailMessage, string or none")]
    fn sign_dkim(
        &self,
        itself: &Rc<dyn NativeObject>,
        cx: &mut Cx<'_>,
        selector: Str,
        domain: Str,
        key: GivenKey,
        options: MessageSigning,
    ) -> Result<NativeStep, Thrown> {
        let none = || Ok(NativeStep::Return(Value::none()));
        let key = match key.find(cx, options.signing.id) {
            Ok(key) => key,
            Err(error @ NoKey::Unnamed(NoIdentity::NoConfiguration)) => {
                return Err(Thrown::error(format!("signDKIM: {error}")));
            }
            Err(_) => return none(),
        };
        let arc = options.arc.instance(|| self.next_instance());
        let sign = options.signing.options(cx, &selector, &domain, arc)?;
        cx.charge(
            usize::try_from(self.mail().message().borrow().rendered_size()).unwrap_or_default(),
        );
        let unsigned = self.part.read("signDKIM", |message, _| message.unsigned(&sign))?;
        let Ok(unsigned) = unsigned else { return none() };
        let (mail, itself, return_header) =
            (Rc::clone(self.mail()), Rc::clone(itself), options.return_header);
        let slow = key.is_slow();
        try_compute(
            slow,
            move || unsigned.sign(&key),
            move |signed| match signed {
                Err(_) => Ok(Value::none()),
                Ok(signed) if return_header => Ok(Value::string(signed.value)),
                Ok(signed) => {
                    let part = MimePart::of(mail);
                    part.edit("signDKIM", |message, _| {
                        message.add(0, signed.name, &signed.value, Written::Verbatim)
                    })?;
                    Ok(this(&itself))
                }
            },
        )
    }

    /// Puts the message into the queue for one recipient, with the changes made so far.
    ///
    /// `sender` and `recipient` are addresses as text or as arrays of `localpart` and `domain`; an empty
    /// sender is the null path. The message is durable when the call returns, whatever becomes of the
    /// script; the result names it. Nothing is added to it.
    /// Suspends on the queue.
    ///
    /// # Errors
    ///
    /// Raises an exception for an invalid address, for a transport that is not configured, when the spool
    /// cannot take the message, and where no mail server runs.
    ///
    /// # Example
    ///
    /// ```hsl
    /// if (false) MailMessage::String("Subject: hi\r\n\r\n")->queue("", "jane@example.com", "outbound", ["jobid" => "notices"]);
    /// ```
    ///
    /// Source: RFC 5321 §4.1.1.4. Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "array", result = QueuedId)]
    fn queue(
        &self,
        sender: GivenAddress,
        recipient: GivenAddress,
        transportid: String,
        options: CopyOptions,
    ) -> Result<NativeStep, Thrown> {
        let content = Rc::new(self.mail().message().borrow().changed());
        queueing::step(content, (&sender, &recipient), transportid, options)
    }

    /// Sends the message, with the changes made so far, to a server at once and returns what the server said.
    ///
    /// `server` is a name or address, or an array as `smtp_lookup_rcpt` takes it; without `host` the mail
    /// servers of the recipients' domain are tried. `sender` and each of `recipients` are addresses, or
    /// arrays with `localpart` and `domain`. The array holds `result`, the reply that decided, with `state`,
    /// `code`, `enhanced` and `reason`; or `error` with `temporary` and `message`; `connection` with
    /// `localip`, `remoteip` and `remotemx`, when there was one; and `tls` with `started`. When the server
    /// refuses a recipient, the message goes to none. An LMTP server answers for each recipient after the
    /// data; the first refusal is told.
    /// Suspends on the network.
    ///
    /// # Errors
    ///
    /// Raises an exception for an invalid address, for recipients of several domains without `host`, and for
    /// settings of the server that do not exist or cannot be had here.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $sent = MailMessage::String("Subject: hi\r\n\r\n")->send("", ["jane@example.com"], ["host" => "127.0.0.1", "port" => 1]);
    /// echo $sent["error"]["temporary"]; // true
    /// ```
    ///
    /// Source: RFC 5321 §3.3. Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "array", result = SendResult)]
    fn send(
        &self,
        cx: &mut Cx<'_>,
        sender: GivenAddress,
        recipients: Array,
        #[keys(ServerOptions)] server: TextOrArray,
    ) -> Result<NativeStep, Thrown> {
        let message = self.render(cx, "send")?;
        Ok(sending::step(sending::question(&sender, &recipients, &server.0, message)?))
    }

    /// Checks a signature field, given unmodified with its name, against the message as received.
    ///
    /// It is a DKIM-Signature or an ARC-Message-Signature. `dns_function` gets the name whose TXT record
    /// holds the key, and returns an array with the text under `result`, or `permerror` or `temperror`
    /// under `error`.
    /// Suspends on DNS. Calls functions.
    ///
    /// # Errors
    ///
    /// Raises an exception when the message cannot be read, and what the function throws.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $mail = MailMessage::String("From: a@example.com\r\n\r\ntext\r\n");
    /// $r = $mail->verifyDKIM("DKIM-Signature: v=1");
    /// echo $r["result"]; // permerror
    /// ```
    ///
    /// Source: RFC 6376 §6.1, RFC 8463. Since: 0.1. Compat: same.
    #[builtin(name = "verifyDKIM", effect = external, returns = "array", result = VerifyResult)]
    fn verify_dkim(
        &self,
        cx: &mut Cx<'_>,
        headerfield: Str,
        options: VerifyOptions,
    ) -> Result<NativeStep, Thrown> {
        cx.charge(usize::try_from(self.mail().message().borrow().size()).unwrap_or_default());
        verify::step(Rc::clone(self.mail()), &headerfield, options, cx.world().now())
    }

    /// Makes a message of text.
    ///
    /// The text is not copied. Any text is a message.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo MailMessage::String("Subject: hi\r\n\r\n")->getHeader("Subject"); // hi
    /// ```
    ///
    /// Source: RFC 5322 §2.1. Since: 0.1. Compat: same.
    #[builtin(name = "String", effect = reads, returns = "MailMessage")]
    fn of_text(cx: &mut Cx<'_>, #[sink(Header)] data: Str) -> Result<Value, Thrown> {
        cx.charge(data.len().min(MAX_HEADER));
        let message = Message::read(Rc::new(MemorySource(data)));
        // Memory does not fail.
        let message = message.map_err(|error| Thrown::error(error.to_string()))?;
        Ok(object(Self::new(message)))
    }

    /// Makes a message of a file.
    ///
    /// The content is not copied. A file that was closed or cannot be read gives `none`.
    /// Reads the file.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo MailMessage::File(File::String("Subject: hi\r\n\r\n"))->getHeader("Subject"); // hi
    /// ```
    ///
    /// Source: RFC 5322 §2.1. Since: 0.1. Compat: same.
    #[builtin(name = "File", effect = reads, returns = "MailMessage or none")]
    fn of_file(#[ty("File")] file: GivenFile) -> Option<Value> {
        let message = Message::read(file.0?).ok()?;
        Some(object(Self::new(message)))
    }
}

/// The function that makes a message of its text, as programs call it.
pub const MESSAGE_OF_TEXT: &str = "MailMessage::String";

/// A whole message.
pub struct MailMessage {
    part: MimePart,
}

impl MailMessage {
    /// The object of a message.
    pub fn new(message: Message) -> Self {
        Self { part: MimePart::whole(message) }
    }

    /// The message behind it.
    pub fn mail(&self) -> &Rc<Mail> {
        self.part.mail()
    }

    fn part(&self) -> &dyn NativeObject {
        &self.part
    }

    /// The text of the message with its changes, for a method.
    fn render(&self, cx: &mut Cx<'_>, method: &str) -> Result<Vec<u8>, Thrown> {
        let message = self.mail().message().borrow();
        let size = usize::try_from(message.rendered_size()).unwrap_or(usize::MAX);
        cx.reserve(size)?;
        let mut text = Vec::with_capacity(size);
        message.render(&mut text).map_err(|error| Thrown::error(format!("{method}: {error}")))?;
        Ok(text)
    }

    /// The instance of ARC after those that the message has.
    fn next_instance(&self) -> u32 {
        let message = self.mail().message().borrow();
        let instances = message.named("ARC-Seal").filter_map(|field| {
            let tags = dkim::Tags::parse(field.value)?;
            std::str::from_utf8(tags.get("i")?).ok()?.parse::<u32>().ok()
        });
        instances.max().unwrap_or_default().saturating_add(1)
    }
}
