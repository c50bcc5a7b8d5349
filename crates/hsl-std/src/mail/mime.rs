//! `MIME`: new messages and parts.
//!
//! *Not here.* Rendering (`mail-message`).

use std::cell::RefCell;
use std::rc::Rc;

use hsl_decl::Ty;
use hsl_macros::class;
use hsl_vm::{
    Array, Cx, FromValue, NativeObject, NativeRef, NativeStep, Str, Tally, Thrown, Value,
};
use mail_message::{BuildError, Builder, MemorySource, Message, RenderedPart};

use super::copy::{CopyOptions, QueuedId};
use super::envelope::GivenAddress;
use super::options::{AddOptions, written};
use super::part::this;
use super::queueing;
use super::sending::{self, SendResult};
use super::signing::{GivenKey, Signing};
use crate::binding::TextOrArray;
use crate::compute::try_compute;
use crate::files::File;
use crate::lookups::ServerOptions;
use crate::random;

/// A new message or part that is being built; setters return it, so that calls can be chained.
#[class(name = "MIME", topic = "mail")]
impl Mime {
    /// Starts a part or message.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo MIME()->setBody("hi")->toString();
    /// ```
    ///
    /// Source: RFC 2045. Since: 0.1. Compat: same.
    #[builtin(constructor, effect = reads)]
    fn make() -> Result<Self, Thrown> {
        Ok(Self::default())
    }

    /// Adds a header field after those that are there; returns the builder.
    ///
    /// Changes the builder.
    ///
    /// # Errors
    ///
    /// Raises an exception for a name that is no field name, and for a verbatim value whose line
    /// breaks are no folds.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo str_find(MIME()->addHeader("Subject", "hi")->toString(), "Subject: hi"); // 0
    /// ```
    ///
    /// Source: RFC 5322 §2.2. Since: 0.1. Compat: same.
    #[builtin(name = "addHeader", effect = mutates, returns = "MIME")]
    fn add_header(
        &self,
        itself: &Rc<dyn NativeObject>,
        name: String,
        #[sink(Output)] value: Str,
        options: AddOptions,
    ) -> Result<Value, Thrown> {
        let written = written(options.encode);
        self.edit("addHeader", |mime| mime.add(&name, &value, written))?;
        self.count();
        Ok(this(itself))
    }

    /// Adds a part, as it is now; returns the builder.
    ///
    /// The type is multipart/mixed unless set.
    /// Changes the builder. Reads random.
    ///
    /// # Errors
    ///
    /// Raises an exception for parts that lie more than 64 deep.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $mail = MIME()->setType("multipart/alternative")->appendPart(MIME()->setBody("hi"));
    /// echo MailMessage::String($mail->toString())->getParts()[0]->getBody(); // hi
    /// ```
    ///
    /// Source: RFC 2046 §5.1. Since: 0.1. Compat: same.
    #[builtin(name = "appendPart", effect = mutates, returns = "MIME")]
    fn append_part(
        &self,
        itself: &Rc<dyn NativeObject>,
        cx: &mut Cx<'_>,
        #[ty("MIME")] part: GivenMime,
    ) -> Result<Value, Thrown> {
        let boundary = random::uuid(cx);
        self.edit("appendPart", |mime| {
            mime.append(part.builder())?;
            if mime.needs_boundary() { mime.set_boundary(&boundary) } else { Ok(()) }
        })?;
        self.count();
        Ok(this(itself))
    }

    /// Sets the content, or the text before the parts; returns the builder.
    ///
    /// The transfer encoding is chosen unless the field Content-Transfer-Encoding was added, which then is
    /// used to encode.
    /// Changes the builder.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo str_find(MIME()->setBody("hi")->toString(), "hi") > 0; // true
    /// ```
    ///
    /// Source: RFC 2045 §6. Since: 0.1. Compat: same.
    #[builtin(name = "setBody", effect = mutates, returns = "MIME")]
    fn set_body(&self, itself: &Rc<dyn NativeObject>, body: Str) -> Result<Value, Thrown> {
        self.builder.borrow_mut().set_body(&body);
        self.count();
        Ok(this(itself))
    }

    /// Sets the content type, which may have parameters; returns the builder.
    ///
    /// Text without `charset` gets `utf-8`. Without a type it is text/plain.
    /// Changes the builder.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo str_find(MIME()->setType("text/html")->toString(), "text/html; charset=utf-8") > 0; // true
    /// ```
    ///
    /// Source: RFC 2045 §5. Since: 0.1. Compat: same.
    #[builtin(name = "setType", effect = mutates, returns = "MIME")]
    fn set_type(&self, itself: &Rc<dyn NativeObject>, r#type: Str) -> Result<Value, Thrown> {
        self.builder.borrow_mut().set_kind(&r#type);
        self.count();
        Ok(this(itself))
    }

    /// Sets the boundary between parts, by default a UUID; returns the builder.
    ///
    /// Changes the builder.
    ///
    /// # Errors
    ///
    /// Raises an exception for text that cannot be a boundary.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $mail = MIME()->setBoundary("b")->appendPart(MIME());
    /// echo str_find($mail->toString(), "--b--") > 0; // true
    /// ```
    ///
    /// Source: RFC 2046 §5.1.1. Since: 0.1. Compat: the reference accepts any text.
    #[builtin(name = "setBoundary", effect = mutates, returns = "MIME")]
    fn set_boundary(
        &self,
        itself: &Rc<dyn NativeObject>,
        boundary: String,
    ) -> Result<Value, Thrown> {
        self.edit("setBoundary", |mime| mime.set_boundary(&boundary))?;
        self.count();
        Ok(this(itself))
    }

    /// Adds the field Date with the time now, or with a time in seconds since 1970; returns the builder.
    ///
    /// Changes the builder. Reads the clock.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo str_find(MIME()->setDate(0)->toString(), "Date: Thu, 1 Jan 1970 00:00:00 +0000"); // 0
    /// ```
    ///
    /// Source: RFC 5322 §3.3. Since: 0.1. Compat: same.
    #[builtin(name = "setDate", effect = mutates, returns = "MIME")]
    fn set_date(
        &self,
        itself: &Rc<dyn NativeObject>,
        cx: &mut Cx<'_>,
        timestamp: Option<f64>,
    ) -> Result<Value, Thrown> {
        let time = timestamp.unwrap_or_else(|| cx.world().now());
        self.builder.borrow_mut().set_date(time.clamp(0.0, 253_402_300_799.0) as u64);
        self.count();
        Ok(this(itself))
    }

    /// Sets the file name; returns the builder.
    ///
    /// The disposition is `attachment` unless set.
    /// Changes the builder.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo str_find(MIME()->setFileName("a.txt")->toString(), "attachment; filename=a.txt") > 0; // true
    /// ```
    ///
    /// Source: RFC 2183, RFC 2231. Since: 0.1. Compat: same.
    #[builtin(name = "setFileName", effect = mutates, returns = "MIME")]
    fn set_file_name(&self, itself: &Rc<dyn NativeObject>, filename: Str) -> Result<Value, Thrown> {
        self.builder.borrow_mut().set_file_name(&filename);
        self.count();
        Ok(this(itself))
    }

    /// Sets the type of the disposition; returns the builder.
    ///
    /// Changes the builder.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo str_find(MIME()->setDisposition("inline")->toString(), "Disposition: inline") > 0; // true
    /// ```
    ///
    /// Source: RFC 2183. Since: 0.1. Compat: same.
    #[builtin(name = "setDisposition", effect = mutates, returns = "MIME")]
    fn set_disposition(
        &self,
        itself: &Rc<dyn NativeObject>,
        #[values("inline", "attachment")]
        #[open]
        r#type: Str,
    ) -> Result<Value, Thrown> {
        self.builder.borrow_mut().set_disposition(&r#type);
        self.count();
        Ok(this(itself))
    }

    /// Signs the message as it is now and puts the signature on top; returns the builder.
    ///
    /// `key` is a key resource, the id of a configured key, PEM text, or the base64 of a key. Signatures with rsa-sha1 are not made.
    /// Changes the builder.
    ///
    /// # Errors
    ///
    /// Raises an exception for a key that cannot be used, and when the field From is missing.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $mail = MIME()->addHeader("From", "a@example.com")->setBody("hi");
    /// $key = "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g";
    /// $mail->signDKIM("sel", "example.com", $key, ["algorithm" => "ed25519-sha256"]);
    /// echo str_find($mail->toString(), "DKIM-Signature: v=1;"); // 0
    /// ```
    ///
    /// Source: RFC 6376, RFC 8463. Since: 0.1. Compat: no rsa-sha1.
    #[builtin(name = "signDKIM", effect = mutates, returns = "MIME")]
    fn sign_dkim(
        &self,
        itself: &Rc<dyn NativeObject>,
        cx: &mut Cx<'_>,
        selector: Str,
        domain: Str,
        key: GivenKey,
        options: Signing,
    ) -> Result<NativeStep, Thrown> {
        let failed = |error: &dyn std::error::Error| Thrown::error(format!("signDKIM: {error}"));
        let key = key.find(cx, options.id).map_err(|error| failed(&error))?;
        let sign = options.options(cx, &selector, &domain, None)?;
        let text = self.builder.borrow().render();
        cx.charge(text.len());
        let message = Message::read(Rc::new(MemorySource(text)));
        let unsigned = message.and_then(|message| message.unsigned(&sign));
        let unsigned = unsigned.map_err(|error| failed(&error))?;
        let unsigned = unsigned.map_err(|error| failed(&error))?;
        let (itself, slow) = (this(itself), key.is_slow());
        try_compute(
            slow,
            move || unsigned.sign(&key),
            move |signed| {
                let signed = signed.map_err(|error| failed(&error))?;
                if let Value::Native(object) = &itself
                    && let Some(mime) = object.downcast::<Self>()
                {
                    mime.edit("signDKIM", |mime| mime.sign(signed.name, &signed.value))?;
                    mime.count();
                }
                Ok(itself)
            },
        )
    }

    /// Puts the message into the queue for one recipient, as it is now.
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
    /// if (false) MIME()->setBody("hi")->queue("", "jane@example.com", "outbound", ["jobid" => "notices"]);
    /// ```
    ///
    /// Source: RFC 5321 §4.1.1.4. Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "array", result = QueuedId)]
    fn queue(
        &self,
        cx: &mut Cx<'_>,
        sender: GivenAddress,
        recipient: GivenAddress,
        transportid: String,
        options: CopyOptions,
    ) -> Result<NativeStep, Thrown> {
        let content = Rc::new(MemorySource(self.render(cx)?));
        queueing::step(content, (&sender, &recipient), transportid, options)
    }

    /// Sends the message, as it is now, to a server at once and returns what the server said.
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
    /// $sent = MIME()->setBody("hi")->send("", ["jane@example.com"], ["host" => "127.0.0.1", "port" => 1]);
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
        let message = self.render(cx)?;
        Ok(sending::step(sending::question(&sender, &recipients, &server.0, message)?))
    }

    /// Returns the message.
    ///
    /// Reads the builder.
    ///
    /// # Errors
    ///
    /// A message that does not fit the memory limit ends the script.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo str_find(MIME()->toString(), "MIME-Version: 1.0"); // 0
    /// ```
    ///
    /// Source: RFC 2045. Since: 0.1. Compat: same.
    #[builtin(name = "toString", effect = reads)]
    fn as_text(&self, cx: &mut Cx<'_>) -> Result<Str, Thrown> {
        self.render(cx).map(Str::from)
    }

    /// Returns the message as a file.
    ///
    /// Reads the builder.
    ///
    /// # Errors
    ///
    /// A message that does not fit the memory limit ends the script.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo MIME()->toFile()->readline(); // MIME-Version: 1.0
    /// ```
    ///
    /// Source: RFC 2045. Since: 0.1. Compat: same.
    #[builtin(name = "toFile", effect = reads, returns = "File")]
    fn as_file(&self, cx: &mut Cx<'_>) -> Result<Value, Thrown> {
        Ok(File::of_source(None, Rc::new(MemorySource(self.render(cx)?))))
    }
}

/// A message or part that is being built.
#[derive(Default)]
pub(crate) struct Mime {
    builder: RefCell<Builder>,
    tally: Tally,
}

impl Mime {
    fn edit<T>(
        &self,
        method: &str,
        change: impl FnOnce(&mut Builder) -> Result<T, BuildError>,
    ) -> Result<T, Thrown> {
        let done = change(&mut self.builder.borrow_mut());
        done.map_err(|error| Thrown::error(format!("{method}: {error}")))
    }

    /// The text of the message, charged to the script.
    fn render(&self, cx: &mut Cx<'_>) -> Result<Vec<u8>, Thrown> {
        let text = self.builder.borrow().render();
        cx.reserve(text.len())?;
        Ok(text)
    }

    fn count(&self) {
        self.tally.set(self.builder.borrow().bytes());
    }
}

/// A part that a script passes in.
pub(super) struct GivenMime(NativeRef);

impl FromValue for GivenMime {
    const TY: Ty = Ty::instance(&["MIME"]);

    fn from_value(value: Value) -> Result<Self, Value> {
        match value {
            Value::Native(object) if object.downcast::<Mime>().is_some() => Ok(Self(object)),
            other => Err(other),
        }
    }
}

impl GivenMime {
    /// The part as it is now.
    pub(super) fn builder(&self) -> Builder {
        let mime = self.0.downcast::<Mime>();
        mime.map(|mime| mime.builder.borrow().clone()).unwrap_or_default()
    }

    /// The part for use in a message.
    pub(super) fn render_part(&self) -> RenderedPart {
        self.builder().render_part()
    }
}
