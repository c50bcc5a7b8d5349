//! `MailMessage`: a whole message.
//!
//! *Not here.* What it shares with its parts (`part`), queueing a received one (`mta-hooks`).

use std::rc::Rc;

use hsl_macros::class;
use hsl_vm::{Cx, NativeObject, NativeStep, Str, Thrown, Value};
use mail_message::{MAX_HEADER, MemorySource, Message, Occurrence, Written, dkim};

use super::options::occurrence;
use super::part::{Mail, MimePart, this};
use super::signing::{GivenKey, MessageSigning};
use super::verify::{self, VerifyOptions, VerifyResult};
use crate::binding::object;
use crate::files::{File, GivenFile};

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
        let message = self.mail().message().borrow();
        let size = usize::try_from(message.rendered_size()).unwrap_or(usize::MAX);
        cx.reserve(size)?;
        let mut text = Vec::with_capacity(size);
        message.render(&mut text).map_err(|error| Thrown::error(format!("toString: {error}")))?;
        Ok(Str::from(text))
    }

    /// Signs the message as changed so far and adds the signature on top.
    ///
    /// `key` is a key resource, the id of a configured key, PEM text, or the base64 of a key. With `return_header` the value of the field is returned
    /// instead, with its folds. A key that cannot be used, and what receivers would refuse (From is not
    /// signed, an expiration that is over), give `none`. Signatures with rsa-sha1 are not made.
    /// Changes the message.
    ///
    /// # Errors
    ///
    /// Raises an exception for options of the wrong type or value.
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
    ) -> Result<Option<Value>, Thrown> {
        let Ok(key) = key.find(cx, options.signing.id) else { return Ok(None) };
        let arc = options.arc.instance(|| self.next_instance());
        let sign = options.signing.options(cx, &selector, &domain, arc)?;
        cx.charge(
            usize::try_from(self.mail().message().borrow().rendered_size()).unwrap_or_default(),
        );
        let signed = self.part.read("signDKIM", |message, _| message.sign(&sign, &key))?;
        let Ok(signed) = signed else { return Ok(None) };
        if options.return_header {
            return Ok(Some(Value::string(signed.value)));
        }
        self.part.edit("signDKIM", |message, _| {
            message.add(0, signed.name, &signed.value, Written::Verbatim)
        })?;
        Ok(Some(this(itself)))
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
    #[builtin(name = "String", effect = reads, returns = "MailMessage or none")]
    fn of_text(cx: &mut Cx<'_>, data: Str) -> Option<Value> {
        cx.charge(data.len().min(MAX_HEADER));
        let message = Message::read(Rc::new(MemorySource(data))).ok()?;
        Some(object(Self::new(message)))
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
