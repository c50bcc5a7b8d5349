//! Checking a signature, with the record from DNS or from a function of the script.

use std::rc::Rc;
use std::time::Duration;

use hsl_macros::{Options, Record};
use hsl_vm::request::{DnsAnswer, DnsError, DnsRequest};
use hsl_vm::{
    Array, Cx, Input, Key, NativeFrame, NativeResult, NativeStep, Request, Response, Str, Thrown,
    Value,
};
use mail_message::dkim::{Tags, Verification};

use super::part::Mail;
use crate::binding::{Callback, record};

/// Options of `verifyDKIM`.
#[derive(Options)]
pub(super) struct VerifyOptions {
    /// Seconds per DNS query.
    #[option(default = 5, idle = ["dns_function"])]
    timeout: f64,
    /// Function(host) returning result => text or error => permerror / temperror (permfail
    /// accepted).
    #[option(shown = "built-in")]
    dns_function: Option<Callback>,
}

/// What a check gives.
#[derive(Record)]
pub(super) struct VerifyResult {
    /// `pass`, `permerror` or `temperror`.
    result: &'static str,
    /// Why it is not pass.
    error: Option<String>,
    /// Tags of the signature, when they can be read.
    tags: Option<Array>,
}

/// The step that gives the result for a signature field.
pub(super) fn step(
    mail: Rc<Mail>,
    field: &Str,
    options: VerifyOptions,
    now: f64,
) -> Result<NativeStep, Thrown> {
    let timeout = Duration::try_from_secs_f64(options.timeout)
        .map_err(|_| Thrown::error("verifyDKIM: option \"timeout\" must be seconds, 0 or more"))?;
    let colon = field.iter().position(|byte| *byte == b':').unwrap_or(field.len());
    let Some(tags) = Tags::parse(field.get(colon + 1..).unwrap_or_default()) else {
        return Ok(done("permerror", Some("the signature is no list of tags".to_owned()), None));
    };
    let shown: Array = tags.iter().map(|(name, value)| (Key::text(name), value.into())).collect();
    match Verification::new(field, &tags, now.max(0.0) as u64) {
        Err(failure) => Ok(done("permerror", Some(failure.to_string()), Some(shown))),
        Ok(signature) => Ok(NativeStep::enter(Checking {
            mail,
            signature,
            tags: shown,
            timeout,
            function: options.dns_function,
        })),
    }
}

fn done(result: &'static str, error: Option<String>, tags: Option<Array>) -> NativeStep {
    NativeStep::Return(record(VerifyResult { result, error, tags }))
}

/// Waits for the record.
struct Checking {
    mail: Rc<Mail>,
    signature: Verification,
    tags: Array,
    timeout: Duration,
    function: Option<Callback>,
}

/// Why there is no record.
struct NoRecord {
    result: &'static str,
    error: String,
}

impl NativeFrame for Checking {
    fn resume(&mut self, _: &mut Cx<'_>, input: Input) -> NativeResult {
        let found = match input {
            Input::Value(value) => given(&value),
            Input::Response(response) => answered(*response),
            Input::Start => return Ok(self.ask()),
        };
        let tags = Some(std::mem::take(&mut self.tags));
        let record = match found {
            Ok(record) => record,
            Err(NoRecord { result, error }) => return Ok(done(result, Some(error), tags)),
        };
        let checked = self.mail.message().borrow().verify(&self.signature, &record);
        match checked.map_err(|error| Thrown::error(format!("verifyDKIM: {error}")))? {
            Ok(()) => Ok(done("pass", None, tags)),
            Err(failure) => Ok(done("permerror", Some(failure.to_string()), tags)),
        }
    }
}

impl Checking {
    fn ask(&self) -> NativeStep {
        let name = self.signature.query();
        if let Some(function) = &self.function {
            return NativeStep::call(&function.0, [Value::string(name.as_str())]);
        }
        NativeStep::suspend(Request::Dns(DnsRequest {
            name,
            kind: "TXT".to_owned(),
            timeout: Some(self.timeout),
            retries: None,
            servers: Vec::new(),
            extended: false,
        }))
    }
}

/// The record that a function of the script gave.
fn given(value: &Value) -> Result<Vec<u8>, NoRecord> {
    let field = |name| value.as_array().and_then(|array| array.get_str(name));
    let error = field("error").filter(|error| !error.is_none()).map(Value::to_text);
    if let Some(error) = error {
        let result = if &error[..] == b"temperror" { "temperror" } else { "permerror" };
        return Err(NoRecord { result, error: "the key was not found".to_owned() });
    }
    let text = match field("result") {
        Some(Value::Array(list)) => list.values().next().and_then(Value::as_str),
        other => other.and_then(Value::as_str),
    };
    text.map(|text| text.to_vec()).ok_or_else(|| NoRecord {
        result: "permerror",
        error: "dns_function gave neither a result nor an error".to_owned(),
    })
}

/// The record that DNS gave.
fn answered(response: Response) -> Result<Vec<u8>, NoRecord> {
    let permanent = |error: &str| NoRecord { result: "permerror", error: error.to_owned() };
    let temporary = |error: String| NoRecord { result: "temperror", error };
    match response {
        Response::Dns(Ok(answer)) => {
            key_record(answer).ok_or_else(|| permanent("there is no key record"))
        }
        Response::Dns(Err(DnsError::NoSuchName)) => Err(permanent("there is no key record")),
        Response::Dns(Err(error)) => Err(temporary(format!("the key was not found: {error}"))),
        Response::Failed(error) => Err(temporary(error)),
        _ => Err(temporary("the key was not found".to_owned())),
    }
}

/// The first record that has a key.
fn key_record(answer: DnsAnswer) -> Option<Vec<u8>> {
    let mut records = answer.records.into_iter().map(|record| record.data.into_bytes());
    records.find(|text| Tags::parse(text).is_some_and(|tags| tags.get("p").is_some()))
}
