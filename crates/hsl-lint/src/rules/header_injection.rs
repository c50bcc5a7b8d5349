//! Messages put together from text that may hold line breaks.

use crate::Pass;
use crate::lint::lint;
use crate::taint::{self, Sink};

lint! {
    /// Text that may hold line breaks is put into the text of a message.
    ///
    /// # Why
    ///
    /// A line break in the text begins a new field, or the body: whoever wrote it chooses recipients,
    /// the subject or the whole message. `addHeader` and `setHeader` write exactly one field, whatever
    /// the value is, so they are not reported; neither are replies, which cannot hold line breaks, nor
    /// `syslog`, which escapes them, nor what the SMTP parser gives (`$arguments["recipient"]`), which
    /// has none.
    ///
    /// # Bad
    ///
    /// ```hsl eod
    /// $subject = $arguments["mail"]->getHeader("Subject") ?? "";
    /// $copy = MailMessage::String("Subject: copy of $subject\r\n\r\nhello");
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl eod
    /// $subject = $arguments["mail"]->getHeader("Subject") ?? "";
    /// $copy = MIME()->addHeader("Subject", "copy of $subject")->setBody("hello");
    /// ```
    ///
    /// Source: CWE-93.
    HEADER_INJECTION = "HSL4001" "header-injection" Warning
        "Text from outside can add header fields to a message.", Program(check)
}

fn check(pass: &mut Pass<'_>) {
    let message = "text with line breaks from outside becomes part of a header";
    taint::report(pass, &HEADER_INJECTION, Sink::Header, message, "set the field with `addHeader`, or encode it with `mimeword_encode`");
}
