//! The helo hook: the client says who it is.

use hsl_decl::{Docs, Hook, HookDecl};
use hsl_macros::{Options, Record, Variables, library};
use hsl_vm::{Array, Str, Thrown, Value};

use crate::connection::HeloConnection;
use crate::phase::phase;
use crate::refusal::{Refusal, RefuseOptions};
use crate::reply::{Classes, Reason, Reply, ReplyCodes};
use crate::transaction::TransactionId;

/// Variables of the helo hook.
#[derive(Variables)]
pub struct Helo {
    /// Input of this hook.
    pub arguments: HeloArguments,
    /// Facts about the SMTP connection.
    pub connection: HeloConnection,
    /// Facts about the mail transaction so far.
    pub transaction: TransactionId,
    /// Free value carried between scripts.
    #[variable(writable)]
    pub context: Value,
}

/// `$arguments` of the helo hook.
#[derive(Record)]
pub struct HeloArguments {
    /// Command that it was said with.
    #[field(values = ["HELO", "EHLO"])]
    pub verb: Str,
    /// Host name given by the client.
    #[field(origin = Word)]
    pub host: Str,
    /// EHLO extensions about to be announced, for EHLO.
    pub extensions: Option<Vec<Str>>,
}

/// What the helo hook decides.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    /// Greet the client.
    Accept {
        /// First line of the reply.
        reply: Reply,
        /// Extensions to announce, when changed.
        extensions: Option<Vec<Str>>,
        /// Host name to record, when changed.
        host: Option<Str>,
    },
    /// Refuse the greeting; the client may try again.
    Reject(Refusal),
    /// Refuse the greeting for now.
    Defer(Refusal),
}

/// The hook.
pub static DECL: HookDecl = HookDecl {
    hook: Hook::Helo,
    event: "HELO or EHLO",
    variables: Helo::VARIABLES,
    verdicts: functions::DECLS,
    implicit: "Accept",
    on_error: "Defer",
    docs: Docs(
        "Runs for each HELO and EHLO, also after STARTTLS.\n\n\
         Without a verdict the client is greeted; when the script fails it gets 450.",
    ),
};

phase!(Helo, Helo, Decision, DECL);

fn implicit() -> Decision {
    Decision::Accept { reply: greeting(), extensions: None, host: None }
}

fn on_error() -> Decision {
    Decision::Defer(Refusal::keep(deferral()))
}

// Answers to HELO and EHLO carry no enhanced code: RFC 2034 §4.
fn greeting() -> Reply {
    Reply::new(250, None)
}

fn rejection() -> Reply {
    Reply::new(554, None).text("Host name rejected")
}

fn deferral() -> Reply {
    Reply::new(450, None).text("Temporary failure, try again later")
}

/// Options of `Accept`.
#[derive(Options)]
struct AcceptOptions {
    /// Extensions to announce after EHLO.
    #[option(shown = "arguments list")]
    extensions: Option<Array>,
    /// Host name to record for the client.
    #[option(shown = "as given")]
    host: Option<Str>,
    /// First line of the reply.
    #[option(shown = "system host name")]
    reason: Option<Reason>,
    /// Other codes than those of the verdict.
    #[option(shown = "predefined", keys = ReplyCodes)]
    reply_codes: Option<Array>,
}

fn keywords(list: &Array) -> Result<Vec<Str>, Thrown> {
    let words = list.iter().map(|(_, word)| word.as_str().filter(|word| is_line(word)).cloned());
    words.collect::<Option<_>>().ok_or_else(|| {
        Thrown::Error("Accept: option \"extensions\" must be a list of keyword lines".into())
    })
}

fn is_line(word: &[u8]) -> bool {
    !word.is_empty() && word.len() <= 500 && word.iter().all(|byte| (b' '..=b'~').contains(byte))
}

/// Verdicts.
#[library(topic = "helo", contexts = [helo], decision = Decision)]
pub mod functions {
    use super::*;

    /// Accepts HELO or EHLO.
    ///
    /// The reply is 250 with the extension list (EHLO); a changed `host` is stored in
    /// `$connection`. An extension is a keyword with its parameters, as EHLO announces it.
    /// Ends the hook.
    ///
    /// # Errors
    ///
    /// Raises an exception for a code that is not 2xx or 3xx, and for an extension that is no line
    /// of printable ASCII.
    ///
    /// # Example
    ///
    /// ```hsl
    /// Accept(["extensions" => array_filter(function ($e) { return $e != "DSN"; },
    ///     $arguments["extensions"] ?? [])]);
    /// ```
    ///
    /// Source: RFC 5321 §4.1.1.1. Since: 0.1. Compat: same.
    #[verdict(name = "Accept")]
    fn accept(options: AcceptOptions) -> Result<Decision, Thrown> {
        let AcceptOptions { extensions, host, reason, reply_codes } = options;
        let extensions = extensions.as_ref().map(keywords).transpose()?;
        let reply = greeting().with(reason, reply_codes.as_ref(), &Classes::ACCEPT)?;
        Ok(Decision::Accept { reply, extensions, host })
    }

    /// Refuses HELO or EHLO.
    ///
    /// `reason` is a string or a list of lines; a line feed or a list makes a multi-line reply,
    /// each line at most 500 bytes. The refusal (554) is permanent; the client may try again on the
    /// same connection.
    /// Ends the hook.
    ///
    /// # Errors
    ///
    /// Raises an exception for a code that is not 5xx.
    ///
    /// # Example
    ///
    /// ```hsl
    /// if ($arguments["host"] == gethostname()) Reject("That is my name");
    /// ```
    ///
    /// Source: RFC 5321 §4.1.4. Since: 0.1. Compat: same.
    #[verdict(name = "Reject")]
    fn reject(
        #[sink(Output)] reason: Option<Reason>,
        options: RefuseOptions,
    ) -> Result<Decision, Thrown> {
        Refusal::build(rejection(), reason, options, &Classes::REJECT).map(Decision::Reject)
    }

    /// Refuses HELO or EHLO for now.
    ///
    /// `reason` is a string or a list of lines; a line feed or a list makes a multi-line reply,
    /// each line at most 500 bytes. The reply is 450.
    /// Ends the hook.
    ///
    /// # Errors
    ///
    /// Raises an exception for a code that is not 4xx.
    ///
    /// # Example
    ///
    /// ```hsl
    /// Defer("Come back later", ["disconnect" => true]);
    /// ```
    ///
    /// Source: RFC 5321 §4.2.1. Since: 0.1. Compat: same.
    #[verdict(name = "Defer")]
    fn defer(reason: Option<Reason>, options: RefuseOptions) -> Result<Decision, Thrown> {
        Refusal::build(deferral(), reason, options, &Classes::DEFER).map(Decision::Defer)
    }
}
