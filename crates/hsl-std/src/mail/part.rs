//! `MIMEPart`: a part of a message.
//!
//! *Invariants.* Getters show what was received; changes show in the rendered message only.
//!
//! *Not here.* Parsing and editing (`mail-message`).

use std::cell::RefCell;
use std::io;
use std::rc::Rc;

use hsl_macros::class;
use hsl_vm::{Cx, NativeObject, Str, Tally, Thrown, Value};
use mail_message::{
    EditError, Encoding, Message, Occurrence, PartIndex, Side, Written, fields, format_date,
};

use super::mime::GivenMime;
use super::options::{
    AddOptions, BesideOptions, BodyOptions, DeleteOptions, GetAllOptions, GetOptions,
    SetBodyOptions, SetOptions, occurrence, shown, written,
};
use crate::binding::{Pattern, object};
use crate::random;

/// A part of a received message. It cannot be made by a call.
///
/// Getters show the part as it was received. Changes take effect in the rendered message and for
/// copies that are queued afterwards.
#[class(name = "MIMEPart", topic = "mail")]
impl MimePart {
    /// Returns the identifier of the part within its message.
    ///
    /// It is "0" for the message, "0.0" for its first part, "0.0.1" for the second part of that.
    /// Reads the message.
    ///
    /// # Errors
    ///
    /// Raises an exception when the message cannot be read.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $mail = MailMessage::String("Content-Type: multipart/mixed; boundary=b\r\n\r\npre\r\n--b\r\nContent-Type: text/plain; name=a.txt\r\n\r\none\r\n--b--\r\nend");
    /// echo $mail->getID() . " " . $mail->getParts()[0]->getID(); // 0 0.0
    /// ```
    ///
    /// Source: RFC 2046 §5.1. Since: 0.1. Compat: same.
    #[builtin(name = "getID", effect = reads)]
    fn get_id(&self) -> Result<String, Thrown> {
        self.read("getID", |message, part| message.id(part))
    }

    /// Returns the size of the part as received, in bytes, with its header.
    ///
    /// Reads the message.
    ///
    /// # Errors
    ///
    /// Raises an exception when the message cannot be read.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $mail = MailMessage::String("Subject: hi\r\nX: 1\r\n\r\ntext\r\n");
    /// echo $mail->getSize(); // 27
    /// ```
    ///
    /// Source: RFC 2046 §5.1. Since: 0.1. Compat: same.
    #[builtin(name = "getSize", effect = reads)]
    fn get_size(&self) -> Result<f64, Thrown> {
        let size = self.read("getSize", |message, part| message.part_size(part))?;
        Ok(size as f64)
    }

    /// Returns the file name that the part gives itself, decoded, or none.
    ///
    /// It is the `filename` of Content-Disposition, else the `name` of Content-Type.
    /// Reads the message.
    ///
    /// # Errors
    ///
    /// Raises an exception when the message cannot be read.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $mail = MailMessage::String("Content-Type: multipart/mixed; boundary=b\r\n\r\npre\r\n--b\r\nContent-Type: text/plain; name=a.txt\r\n\r\none\r\n--b--\r\nend");
    /// echo $mail->getParts()[0]->getFileName(); // a.txt
    /// ```
    ///
    /// Source: RFC 2183, RFC 2231. Since: 0.1. Compat: same.
    #[builtin(name = "getFileName", effect = reads, origin = Text)]
    fn get_file_name(&self) -> Result<Option<Str>, Thrown> {
        self.text("getFileName", |message, part| message.file_name(part))
    }

    /// Returns the content type in lower case, without parameters, or none.
    ///
    /// Reads the message.
    ///
    /// # Errors
    ///
    /// Raises an exception when the message cannot be read.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $mail = MailMessage::String("Content-Type: multipart/mixed; boundary=b\r\n\r\npre\r\n--b\r\nContent-Type: text/plain; name=a.txt\r\n\r\none\r\n--b--\r\nend");
    /// echo $mail->getType(); // multipart/mixed
    /// ```
    ///
    /// Source: RFC 2045 §5. Since: 0.1. Compat: same.
    #[builtin(name = "getType", effect = reads)]
    fn get_type(&self) -> Result<Option<Str>, Thrown> {
        self.text("getType", |message, part| message.kind(part))
    }

    /// Returns a parameter of the content type, or none.
    ///
    /// Names ignore case; split and encoded values are put together.
    /// Reads the message.
    ///
    /// # Errors
    ///
    /// Raises an exception when the message cannot be read.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $mail = MailMessage::String("Content-Type: multipart/mixed; boundary=b\r\n\r\npre\r\n--b\r\nContent-Type: text/plain; name=a.txt\r\n\r\none\r\n--b--\r\nend");
    /// echo $mail->getTypeParameter("boundary"); // b
    /// ```
    ///
    /// Source: RFC 2045 §5, RFC 2231. Since: 0.1. Compat: same.
    #[builtin(name = "getTypeParameter", effect = reads)]
    fn get_type_parameter(&self, name: String) -> Result<Option<Str>, Thrown> {
        self.text("getTypeParameter", |message, part| message.kind_parameter(part, &name))
    }

    /// Returns the value of a header field as received, or none.
    ///
    /// Names ignore case; without `index` the first field counts. Folds are undone.
    /// Reads the message.
    ///
    /// # Errors
    ///
    /// Raises an exception when the message cannot be read.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $mail = MailMessage::String("Subject: hi\r\nX: 1\r\n\r\ntext\r\n");
    /// echo $mail->getHeader("subject"); // hi
    /// ```
    ///
    /// Source: RFC 5322 §2.2.3, RFC 2047. Since: 0.1. Compat: same.
    #[builtin(name = "getHeader", effect = reads, origin = Text)]
    fn get_header(&self, name: String, options: GetOptions) -> Result<Option<Str>, Thrown> {
        let Occurrence::At(index) = occurrence(Some(options.index)) else { return Ok(None) };
        self.read("getHeader", |message, part| {
            let block = message.header(part)?;
            let field = fields(&block).filter(|field| field.is(&name)).nth(index);
            Ok(field.map(|field| shown(&block, &field, options.field, options.decode)))
        })
    }

    /// Returns the values of all header fields of a name as received.
    ///
    /// The list goes from the top; it is empty when there is none.
    /// Reads the message.
    ///
    /// # Errors
    ///
    /// Raises an exception when the message cannot be read.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $mail = MailMessage::String("Subject: hi\r\nX: 1\r\n\r\ntext\r\n");
    /// echo $mail->getHeaders("X"); // [0=>"1"]
    /// ```
    ///
    /// Source: RFC 5322 §2.2.3, RFC 2047. Since: 0.1. Compat: same.
    #[builtin(name = "getHeaders", effect = reads, origin = Text)]
    fn get_headers(&self, name: String, options: GetAllOptions) -> Result<Vec<Str>, Thrown> {
        self.read("getHeaders", |message, part| {
            let block = message.header(part)?;
            let named = fields(&block).filter(|field| field.is(&name));
            Ok(named.map(|f| shown(&block, &f, options.field, options.decode)).collect())
        })
    }

    /// Returns the names of all header fields as received, in lower case.
    ///
    /// The list goes from the top; repeated names are repeated.
    /// Reads the message.
    ///
    /// # Errors
    ///
    /// Raises an exception when the message cannot be read.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $mail = MailMessage::String("Subject: hi\r\nX: 1\r\n\r\ntext\r\n");
    /// echo $mail->getHeaderNames(); // [0=>"subject",1=>"x"]
    /// ```
    ///
    /// Source: RFC 5322 §2.2. Since: 0.1. Compat: same.
    #[builtin(name = "getHeaderNames", effect = reads, origin = Text)]
    fn get_header_names(&self) -> Result<Vec<Str>, Thrown> {
        self.read("getHeaderNames", |message, part| {
            let block = message.header(part)?;
            let named = fields(&block).filter(|field| !field.name.is_empty());
            Ok(named.map(|field| Str::from(field.name.to_ascii_lowercase())).collect())
        })
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
    /// $mail = MailMessage::String("Subject: hi\r\nX: 1\r\n\r\ntext\r\n");
    /// $mail->setHeader("Subject", "[ext] " . $mail->getHeader("Subject"));
    /// echo str_find($mail->toString(), "Subject: [ext] hi"); // 0
    /// ```
    ///
    /// Source: RFC 5322 §2.2. Since: 0.1. Compat: same.
    #[builtin(name = "setHeader", effect = mutates)]
    fn set_header(
        &self,
        name: String,
        #[sink(Output)] value: Str,
        options: SetOptions,
    ) -> Result<f64, Thrown> {
        let (which, written) = (occurrence(options.index), written(options.encode));
        self.edit("setHeader", |message, part| message.set(part, &name, &value, which, written))
            .map(|count| count as f64)
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
    /// $mail = MailMessage::String("Subject: hi\r\nX: 1\r\n\r\ntext\r\n");
    /// $mail->addHeader("X-Spam-Score", "0.1");
    /// ```
    ///
    /// Source: RFC 5322 §2.2. Since: 0.1. Compat: same.
    #[builtin(name = "addHeader", effect = mutates)]
    fn add_header(
        &self,
        name: String,
        #[sink(Output)] value: Str,
        options: AddOptions,
    ) -> Result<(), Thrown> {
        let written = written(options.encode);
        self.edit("addHeader", |message, part| message.add(part, &name, &value, written))
    }

    /// Removes all header fields of a name; returns how many.
    ///
    /// With `index` only that occurrence is removed.
    /// Changes the message.
    ///
    /// # Errors
    ///
    /// Raises an exception when the message cannot be read.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $mail = MailMessage::String("Subject: hi\r\nX: 1\r\n\r\ntext\r\n");
    /// echo $mail->delHeader("X"); // 1
    /// ```
    ///
    /// Source: RFC 2046 §5.1. Since: 0.1. Compat: same.
    #[builtin(name = "delHeader", effect = mutates)]
    fn del_header(&self, name: String, options: DeleteOptions) -> Result<f64, Thrown> {
        let which = occurrence(options.index);
        self.edit("delHeader", |message, part| message.delete(part, &name, which))
            .map(|count| count as f64)
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
    /// $mail = MailMessage::String("Subject: hi\r\nX: 1\r\n\r\ntext\r\n");
    /// echo $mail->renameHeader("X", "X-Original"); // 1
    /// ```
    ///
    /// Source: RFC 2046 §5.1. Since: 0.1. Compat: same.
    #[builtin(name = "renameHeader", effect = mutates)]
    fn rename_header(&self, name: String, newname: String) -> Result<f64, Thrown> {
        self.edit("renameHeader", |message, part| message.rename(part, &name, &newname))
            .map(|count| count as f64)
    }

    /// Sets the Date field to the time of this call; returns how many fields were written.
    ///
    /// Changes the message.
    ///
    /// # Errors
    ///
    /// Raises an exception when the message cannot be read.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $mail = MailMessage::String("Subject: hi\r\nX: 1\r\n\r\ntext\r\n");
    /// echo $mail->setDateLater(); // 1
    /// ```
    ///
    /// Source: RFC 5322 §3.6.1. Since: 0.1. Compat: the reference sets the time of delivery.
    #[builtin(name = "setDateLater", effect = mutates)]
    fn set_date_later(&self, cx: &mut Cx<'_>) -> Result<f64, Thrown> {
        let date = format_date(cx.world().now().max(0.0) as u64);
        self.edit("setDateLater", |message, part| {
            message.set(part, "Date", date.as_bytes(), Occurrence::All, Written::Verbatim)
        })
        .map(|count| count as f64)
    }

    /// Removes the part; nothing happens to the message itself.
    ///
    /// Later changes of a part that was removed are ignored.
    /// Changes the message.
    ///
    /// # Errors
    ///
    /// Raises an exception when the message cannot be read.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $mail = MailMessage::String("Content-Type: multipart/mixed; boundary=b\r\n\r\npre\r\n--b\r\nContent-Type: text/plain; name=a.txt\r\n\r\none\r\n--b--\r\nend");
    /// $mail->getParts()[0]->remove();
    /// echo length($mail->getParts()); // 1
    /// ```
    ///
    /// Source: RFC 2046 §5.1. Since: 0.1. Compat: same.
    #[builtin(effect = mutates)]
    fn remove(&self) -> Result<(), Thrown> {
        self.edit("remove", |message, part| Ok(message.remove(part)?))
    }

    /// Returns the content as received, with its transfer encoding undone.
    ///
    /// Characters are not converted. An unknown encoding gives `none`. The content of a multipart is the
    /// text of all its parts.
    /// Reads the message.
    ///
    /// # Errors
    ///
    /// Raises an exception when the message cannot be read.
    /// Content that does not fit the memory limit ends the script.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $mail = MailMessage::String("Subject: hi\r\nX: 1\r\n\r\ntext\r\n");
    /// echo $mail->getBody() == "text\r\n"; // true
    /// ```
    ///
    /// Source: RFC 2045 §6. Since: 0.1. Compat: same.
    #[builtin(name = "getBody", effect = reads, origin = Text)]
    fn get_body(&self, cx: &mut Cx<'_>, options: BodyOptions) -> Result<Option<Str>, Thrown> {
        let size = self.read("getBody", |message, part| message.part_size(part))?;
        cx.reserve(usize::try_from(size).unwrap_or(usize::MAX))?;
        self.text("getBody", |message, part| message.body(part, options.decode))
    }

    /// Replaces the content and returns the part.
    ///
    /// Without `encoding` one that suits is chosen, and text gets whole line breaks. With 7bit, 8bit or
    /// binary the data is written as it is; so is that of a multipart, whose parts are gone. Gives `none`
    /// for an unknown encoding, and for data that holds the boundary of a part around it.
    /// Changes the message.
    ///
    /// # Errors
    ///
    /// Raises an exception when the message cannot be read.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $mail = MailMessage::String("Subject: hi\r\nX: 1\r\n\r\ntext\r\n");
    /// $mail->setBody("new");
    /// echo str_find($mail->toString(), "\r\n\r\nnew") > 0; // true
    /// ```
    ///
    /// Source: RFC 2045 §6. Since: 0.1. Compat: same.
    #[builtin(name = "setBody", effect = mutates, returns = "MIMEPart or none")]
    fn set_body(
        &self,
        itself: &Rc<dyn NativeObject>,
        data: Str,
        options: SetBodyOptions,
    ) -> Result<Option<Value>, Thrown> {
        let encoding = match &options.encoding {
            None => None,
            Some(name) => match Encoding::find(name) {
                None => return Ok(None),
                known => known,
            },
        };
        let done =
            self.edit("setBody", |message, part| Ok(message.set_body(part, &data, encoding)?))?;
        Ok(done.then(|| this(itself)))
    }

    /// Returns the text before the first boundary of a multipart; none of other parts.
    ///
    /// Reads the message.
    ///
    /// # Errors
    ///
    /// Raises an exception when the message cannot be read.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $mail = MailMessage::String("Content-Type: multipart/mixed; boundary=b\r\n\r\npre\r\n--b\r\nContent-Type: text/plain; name=a.txt\r\n\r\none\r\n--b--\r\nend");
    /// echo $mail->getPreamble(); // pre
    /// ```
    ///
    /// Source: RFC 2046 §5.1. Since: 0.1. Compat: same.
    #[builtin(name = "getPreamble", effect = reads, origin = Text)]
    fn get_preamble(&self) -> Result<Option<Str>, Thrown> {
        self.text("getPreamble", |message, part| message.preamble(part))
    }

    /// Replaces the text before the first boundary of a multipart and returns the part.
    ///
    /// Gives `none` where there is no such boundary, and for text that holds one.
    /// Changes the message.
    ///
    /// # Errors
    ///
    /// Raises an exception when the message cannot be read.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $mail = MailMessage::String("Content-Type: multipart/mixed; boundary=b\r\n\r\npre\r\n--b\r\nContent-Type: text/plain; name=a.txt\r\n\r\none\r\n--b--\r\nend");
    /// $mail->setPreamble("other");
    /// ```
    ///
    /// Source: RFC 2046 §5.1. Since: 0.1. Compat: same.
    #[builtin(name = "setPreamble", effect = mutates, returns = "MIMEPart or none")]
    fn set_preamble(
        &self,
        itself: &Rc<dyn NativeObject>,
        data: Str,
    ) -> Result<Option<Value>, Thrown> {
        let done =
            self.edit("setPreamble", |message, part| Ok(message.set_preamble(part, &data)?))?;
        Ok(done.then(|| this(itself)))
    }

    /// Returns the text after the last boundary of a multipart; none of other parts.
    ///
    /// Reads the message.
    ///
    /// # Errors
    ///
    /// Raises an exception when the message cannot be read.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $mail = MailMessage::String("Content-Type: multipart/mixed; boundary=b\r\n\r\npre\r\n--b\r\nContent-Type: text/plain; name=a.txt\r\n\r\none\r\n--b--\r\nend");
    /// echo $mail->getEpilogue(); // end
    /// ```
    ///
    /// Source: RFC 2046 §5.1. Since: 0.1. Compat: same.
    #[builtin(name = "getEpilogue", effect = reads, origin = Text)]
    fn get_epilogue(&self) -> Result<Option<Str>, Thrown> {
        self.text("getEpilogue", |message, part| message.epilogue(part))
    }

    /// Replaces the text after the last boundary of a multipart and returns the part.
    ///
    /// Gives `none` where there is no such boundary, and for text that holds one.
    /// Changes the message.
    ///
    /// # Errors
    ///
    /// Raises an exception when the message cannot be read.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $mail = MailMessage::String("Content-Type: multipart/mixed; boundary=b\r\n\r\npre\r\n--b\r\nContent-Type: text/plain; name=a.txt\r\n\r\none\r\n--b--\r\nend");
    /// $mail->setEpilogue("other");
    /// ```
    ///
    /// Source: RFC 2046 §5.1. Since: 0.1. Compat: same.
    #[builtin(name = "setEpilogue", effect = mutates, returns = "MIMEPart or none")]
    fn set_epilogue(
        &self,
        itself: &Rc<dyn NativeObject>,
        data: Str,
    ) -> Result<Option<Value>, Thrown> {
        let done =
            self.edit("setEpilogue", |message, part| Ok(message.set_epilogue(part, &data)?))?;
        Ok(done.then(|| this(itself)))
    }

    /// Inserts a part before this one and returns this one.
    ///
    /// Beside the message itself it becomes a part of it: a multipart of the given type is put around
    /// the content, unless it is of that type already. Gives `none` beside a part that was removed.
    /// Changes the message.
    ///
    /// # Errors
    ///
    /// Raises an exception for a type that is no multipart.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $mail = MailMessage::String("Subject: hi\r\nX: 1\r\n\r\ntext\r\n");
    /// $mail->prependPart(MIME()->setBody("more"));
    /// echo length(MailMessage::String($mail->toString())->getParts()); // 2
    /// ```
    ///
    /// Source: RFC 2046 §5.1. Since: 0.1. Compat: same.
    #[builtin(name = "prependPart", effect = mutates, returns = "MIMEPart or none")]
    fn prepend_part(
        &self,
        cx: &mut Cx<'_>,
        itself: &Rc<dyn NativeObject>,
        #[ty("MIME")] part: GivenMime,
        options: BesideOptions,
    ) -> Result<Option<Value>, Thrown> {
        let done = self.beside("prependPart", cx, Side::Before, &part, &options)?;
        Ok(done.then(|| this(itself)))
    }

    /// Inserts a part after this one and returns this one.
    ///
    /// Beside the message itself it becomes a part of it: a multipart of the given type is put around
    /// the content, unless it is of that type already. Gives `none` beside a part that was removed.
    /// Changes the message.
    ///
    /// # Errors
    ///
    /// Raises an exception for a type that is no multipart.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $mail = MailMessage::String("Subject: hi\r\nX: 1\r\n\r\ntext\r\n");
    /// $mail->appendPart(MIME()->setBody("more"));
    /// echo length(MailMessage::String($mail->toString())->getParts()); // 2
    /// ```
    ///
    /// Source: RFC 2046 §5.1. Since: 0.1. Compat: same.
    #[builtin(name = "appendPart", effect = mutates, returns = "MIMEPart or none")]
    fn append_part(
        &self,
        cx: &mut Cx<'_>,
        itself: &Rc<dyn NativeObject>,
        #[ty("MIME")] part: GivenMime,
        options: BesideOptions,
    ) -> Result<Option<Value>, Thrown> {
        let done = self.beside("appendPart", cx, Side::After, &part, &options)?;
        Ok(done.then(|| this(itself)))
    }

    /// Replaces the part by another.
    ///
    /// Of the message itself the content and the fields that describe it are replaced. Later changes of a
    /// part that was replaced are ignored.
    /// Changes the message.
    ///
    /// # Errors
    ///
    /// Raises an exception when the message cannot be read.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $mail = MailMessage::String("Content-Type: multipart/mixed; boundary=b\r\n\r\npre\r\n--b\r\nContent-Type: text/plain; name=a.txt\r\n\r\none\r\n--b--\r\nend");
    /// $mail->getParts()[0]->replacePart(MIME()->setBody("other"));
    /// echo MailMessage::String($mail->toString())->getParts()[0]->getBody(); // other
    /// ```
    ///
    /// Source: RFC 2046 §5.1. Since: 0.1. Compat: same.
    #[builtin(name = "replacePart", effect = mutates)]
    fn replace_part(&self, #[ty("MIME")] part: GivenMime) -> Result<(), Thrown> {
        let rendered = part.render_part();
        self.edit("replacePart", |message, part| Ok(message.replace(part, &rendered)?))
    }

    /// Returns the parts at any depth inside this one whose content type matches.
    ///
    /// Text matches anywhere, in any case.
    /// Reads the message.
    ///
    /// # Errors
    ///
    /// Raises an exception when the message cannot be read.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $mail = MailMessage::String("Content-Type: multipart/mixed; boundary=b\r\n\r\npre\r\n--b\r\nContent-Type: text/plain; name=a.txt\r\n\r\none\r\n--b--\r\nend");
    /// echo length($mail->findByType("text/")); // 1
    /// ```
    ///
    /// Source: RFC 2046 §5.1. Since: 0.1. Compat: same.
    #[builtin(name = "findByType", effect = reads)]
    fn find_by_type(&self, r#type: Pattern<'_>) -> Result<Vec<Value>, Thrown> {
        self.find("findByType", &r#type, |message, part| message.kind(part))
    }

    /// Returns the parts at any depth inside this one whose file name matches.
    ///
    /// Text matches anywhere, in any case.
    /// Reads the message.
    ///
    /// # Errors
    ///
    /// Raises an exception when the message cannot be read.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $mail = MailMessage::String("Content-Type: multipart/mixed; boundary=b\r\n\r\npre\r\n--b\r\nContent-Type: text/plain; name=a.txt\r\n\r\none\r\n--b--\r\nend");
    /// echo length($mail->findByFileName(#/\.TXT$/i)); // 1
    /// ```
    ///
    /// Source: RFC 2046 §5.1. Since: 0.1. Compat: same.
    #[builtin(name = "findByFileName", effect = reads)]
    fn find_by_file_name(&self, filename: Pattern<'_>) -> Result<Vec<Value>, Thrown> {
        self.find("findByFileName", &filename, |message, part| message.file_name(part))
    }

    /// Returns the part of an identifier inside this one, this one included, or none.
    ///
    /// Reads the message.
    ///
    /// # Errors
    ///
    /// Raises an exception when the message cannot be read.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $mail = MailMessage::String("Content-Type: multipart/mixed; boundary=b\r\n\r\npre\r\n--b\r\nContent-Type: text/plain; name=a.txt\r\n\r\none\r\n--b--\r\nend");
    /// echo $mail->getByID("0.0")->getBody(); // one
    /// ```
    ///
    /// Source: RFC 2046 §5.1. Since: 0.1. Compat: same.
    #[builtin(name = "getByID", effect = reads, returns = "MIMEPart or none")]
    fn get_by_id(
        &self,
        itself: &Rc<dyn NativeObject>,
        id: String,
    ) -> Result<Option<Value>, Thrown> {
        let found = self.read("getByID", |message, part| message.find_id(part, &id))?;
        Ok(found.map(|part| if part == self.part { this(itself) } else { self.value(part) }))
    }

    /// Returns the direct parts as received.
    ///
    /// The list is empty for what is no multipart.
    /// Reads the message.
    ///
    /// # Errors
    ///
    /// Raises an exception when the message cannot be read.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $mail = MailMessage::String("Content-Type: multipart/mixed; boundary=b\r\n\r\npre\r\n--b\r\nContent-Type: text/plain; name=a.txt\r\n\r\none\r\n--b--\r\nend");
    /// echo length($mail->getParts()); // 1
    /// ```
    ///
    /// Source: RFC 2046 §5.1. Since: 0.1. Compat: same.
    #[builtin(name = "getParts", effect = reads)]
    fn get_parts(&self) -> Result<Vec<Value>, Thrown> {
        let parts = self.read("getParts", |message, part| message.children(part))?;
        Ok(parts.into_iter().map(|part| self.value(part)).collect())
    }

    /// Returns what is wrong with the part.
    ///
    /// The list holds `bad_header`, `unclosed_boundary`, or `part_limit` when parts were not looked at
    /// because there are more than 10,000 or they lie more than 64 deep.
    /// Reads the message.
    ///
    /// # Errors
    ///
    /// Raises an exception when the message cannot be read.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $mail = MailMessage::String("Content-Type: multipart/mixed; boundary=b\r\n\r\npre\r\n--b\r\nContent-Type: text/plain; name=a.txt\r\n\r\none\r\n--b--\r\nend");
    /// echo length($mail->getErrors()); // 0
    /// ```
    ///
    /// Source: RFC 2046 §5.1. Since: 0.1. Compat: same.
    #[builtin(name = "getErrors", effect = reads)]
    fn get_errors(&self) -> Result<Vec<Str>, Thrown> {
        self.read("getErrors", |message, part| {
            Ok(message.faults(part)?.iter().map(|fault| Str::from(fault.name())).collect())
        })
    }
}

/// A part of a message.
pub struct MimePart {
    mail: Rc<Mail>,
    part: PartIndex,
}

/// A message that its parts share.
pub struct Mail {
    message: RefCell<Message>,
    tally: Tally,
}

impl Mail {
    /// The message.
    pub fn message(&self) -> &RefCell<Message> {
        &self.message
    }

    /// Counts what the message holds besides the received bytes.
    pub(super) fn count(&self) {
        let bytes = self.message.borrow().overhead();
        self.tally.set(usize::try_from(bytes).unwrap_or(usize::MAX));
    }
}

impl MimePart {
    pub(super) fn whole(message: Message) -> Self {
        let mail = Mail { message: RefCell::new(message), tally: Tally::default() };
        mail.count();
        Self::of(Rc::new(mail))
    }

    /// The top-level part of a message.
    pub(super) fn of(mail: Rc<Mail>) -> Self {
        Self { mail, part: 0 }
    }

    pub(super) fn mail(&self) -> &Rc<Mail> {
        &self.mail
    }

    fn value(&self, part: PartIndex) -> Value {
        object(Self { mail: Rc::clone(&self.mail), part })
    }

    /// What the message tells of the part.
    pub(super) fn read<T>(
        &self,
        method: &str,
        ask: impl FnOnce(&Message, PartIndex) -> io::Result<T>,
    ) -> Result<T, Thrown> {
        let told = ask(&self.mail.message.borrow(), self.part);
        told.map_err(|error| Thrown::error(format!("{method}: {error}")))
    }

    fn text(
        &self,
        method: &str,
        ask: impl FnOnce(&Message, PartIndex) -> io::Result<Option<Vec<u8>>>,
    ) -> Result<Option<Str>, Thrown> {
        Ok(self.read(method, ask)?.map(Str::from))
    }

    /// Changes the message.
    pub(super) fn edit<T>(
        &self,
        method: &str,
        change: impl FnOnce(&mut Message, PartIndex) -> Result<T, EditError>,
    ) -> Result<T, Thrown> {
        let done = change(&mut self.mail.message.borrow_mut(), self.part);
        self.mail.count();
        done.map_err(|error| Thrown::error(format!("{method}: {error}")))
    }

    fn beside(
        &self,
        method: &str,
        cx: &mut Cx<'_>,
        side: Side,
        part: &GivenMime,
        options: &BesideOptions,
    ) -> Result<bool, Thrown> {
        let kind = options.kind().ok_or_else(|| {
            Thrown::error(format!("{method}: option \"type\" must be a multipart type"))
        })?;
        let (part, boundary) = (part.render_part(), random::uuid(cx));
        self.edit(method, |message, beside| {
            Ok(message.insert(beside, side, &part, &kind, &boundary)?)
        })
    }

    fn find(
        &self,
        method: &str,
        pattern: &Pattern<'_>,
        ask: impl Fn(&Message, PartIndex) -> io::Result<Option<Vec<u8>>>,
    ) -> Result<Vec<Value>, Thrown> {
        let mut found = Vec::new();
        for part in self.read(method, |message, part| message.descendants(part))? {
            let text = self.read(method, |message, _| ask(message, part))?;
            if let Some(text) = text
                && matches(pattern, &text)?
            {
                found.push(self.value(part));
            }
        }
        Ok(found)
    }
}

/// The object that a method was called on.
pub(super) fn this(itself: &Rc<dyn NativeObject>) -> Value {
    Value::from(Rc::clone(itself))
}

fn matches(pattern: &Pattern<'_>, text: &[u8]) -> Result<bool, Thrown> {
    match pattern {
        Pattern::Compiled(regex) => {
            regex.is_match(text).map_err(|error| Thrown::error(error.to_string()))
        }
        Pattern::Text(wanted) if wanted.is_empty() => Ok(true),
        Pattern::Text(wanted) => {
            Ok(text.windows(wanted.len()).any(|part| part.eq_ignore_ascii_case(wanted)))
        }
    }
}
