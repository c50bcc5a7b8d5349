//! The log of the server.
//!
//! *Not here.* Where lines go: that is the host's. A line that `echo` prints is in `hsl-vm`.

use hsl_decl::Ty;
use hsl_macros::library;
use hsl_vm::request::LogLine;
use hsl_vm::{
    Cx, FromValue, Input, NativeFrame, NativeResult, NativeStep, Request, Response, Str, Thrown,
    Value,
};

/// Facilities that syslog knows.
const FACILITIES: u32 = 24;

/// Builtins of this topic.
#[library(topic = "log")]
pub(crate) mod functions {
    use super::*;

    /// Writes a line to the log.
    ///
    /// `priority` is `emerg`, `alert`, `crit`, `err`, `warning`, `notice`, `info` or `debug`, or their
    /// number from 0 to 7, to which a facility may be added that is shifted left by 3. Control
    /// characters are shown as escapes, so that one call is one line. On the command line the line goes
    /// to standard error.
    ///
    /// # Errors
    ///
    /// Raises an exception for a priority that does not exist.
    ///
    /// # Example
    ///
    /// ```hsl
    /// syslog("warning", "no MX for example.com");
    /// syslog(6 | (2 << 3), "a line of the mail facility");
    /// ```
    ///
    /// Source: RFC 5424, section 6.2.1. Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "none")]
    fn syslog(priority: Priority, #[sink(Output)] message: Str) -> Result<NativeStep, Thrown> {
        let (severity, facility) = priority.parts()?;
        let line = LogLine { severity, facility, message: message.to_vec() };
        Ok(NativeStep::enter(Write(Some(line))))
    }
}

/// A severity by name, or with a facility as a number.
enum Priority {
    Name(Str),
    Number(f64),
}

impl FromValue for Priority {
    const TY: Ty = Ty::STRING.or(Ty::NUMBER);

    fn from_value(value: Value) -> Result<Self, Value> {
        match value {
            Value::String(name) => Ok(Self::Name(name)),
            Value::Number(number) => Ok(Self::Number(number)),
            other => Err(other),
        }
    }
}

impl Priority {
    /// Severity and facility.
    fn parts(&self) -> Result<(u8, u8), Thrown> {
        match self {
            Self::Name(name) => {
                let known =
                    LogLine::SEVERITIES.iter().position(|known| known.as_bytes() == &name[..]);
                known.map(|severity| (severity as u8, 0)).ok_or_else(|| {
                    Thrown::Error(format!(
                        "syslog: priority \"{}\" is none of {}",
                        name.to_lossy(),
                        LogLine::SEVERITIES.join(", ")
                    ))
                })
            }
            Self::Number(number) => {
                let whole = *number as u32;
                if f64::from(whole) != *number || whole >> 3 >= FACILITIES {
                    return Err(Thrown::error(
                        "syslog: a priority is a number from 0 to 7 and 8 times a facility below 24",
                    ));
                }
                Ok(((whole & 7) as u8, (whole >> 3) as u8))
            }
        }
    }
}

/// Waits until the line is taken.
struct Write(Option<LogLine>);

impl NativeFrame for Write {
    fn resume(&mut self, _: &mut Cx<'_>, input: Input) -> NativeResult {
        if let Some(line) = self.0.take() {
            return Ok(NativeStep::suspend(Request::Log(line)));
        }
        match input.into_response() {
            Some(Response::Failed(message)) => Err(Thrown::Error(format!("syslog: {message}"))),
            _ => Ok(NativeStep::Return(Value::none())),
        }
    }
}
