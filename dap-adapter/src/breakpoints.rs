//! What the user set, per file, kept to set it again.
//!
//! Invariants: numbers are unique in the session; the list of a file is replaced as a whole.

use std::collections::BTreeMap;

use mta_control::debug::{self, Placed};

use crate::protocol::{Breakpoint, Source, SourceBreakpoint};
use crate::workspace::{Counting, Local};

/// Every breakpoint of the session.
#[derive(Debug, Default)]
pub(crate) struct Breakpoints {
    next: u32,
    files: BTreeMap<String, Vec<debug::Breakpoint>>,
}

impl Breakpoints {
    /// Numbers that are in no file of the project, one for each breakpoint asked for.
    pub(crate) fn refuse(&mut self, asked: &[SourceBreakpoint], why: &str) -> Vec<Breakpoint> {
        let mut refuse = |_: &SourceBreakpoint| Breakpoint {
            id: self.number(),
            message: Some(why.to_owned()),
            reason: Some("failed"),
            ..Breakpoint::default()
        };
        asked.iter().map(&mut refuse).collect()
    }

    /// Replaces the breakpoints of a file.
    pub(crate) fn set(
        &mut self,
        file: &str,
        asked: &[SourceBreakpoint],
        counting: Counting,
        local: Option<&Local>,
    ) {
        let mut list = Vec::with_capacity(asked.len());
        for breakpoint in asked {
            let line = counting.line(breakpoint.line);
            let col = breakpoint.column.map(|column| counting.column(line, column, local));
            list.push(debug::Breakpoint {
                id: self.number(),
                line,
                col,
                cond: breakpoint.condition.as_deref().map(Into::into),
                hit: breakpoint.hit_condition.clone(),
                log: breakpoint.log_message.as_deref().map(Into::into),
            });
        }
        self.files.insert(file.to_owned(), list);
    }

    /// The request that makes the server agree with the present list of a file.
    pub(crate) fn request(&self, file: &str, local: Option<&Local>) -> debug::Request {
        debug::Request::Breakpoints {
            file: file.to_owned(),
            digest: local.map(Local::digest),
            breakpoints: self.files.get(file).cloned().unwrap_or_default(),
        }
    }

    /// Files that have had breakpoints.
    pub(crate) fn files(&self) -> Vec<String> {
        self.files.keys().cloned().collect()
    }

    /// The list of a file while no server has placed it.
    pub(crate) fn pending(&self, file: &str) -> Vec<Breakpoint> {
        let message = || Some("not attached yet".to_owned());
        let list = self.files.get(file).into_iter().flatten();
        list.map(|b| Breakpoint { id: b.id, message: message(), ..Breakpoint::default() }).collect()
    }

    fn number(&mut self) -> u32 {
        self.next += 1;
        self.next
    }
}

/// A breakpoint as the server placed it.
pub(crate) fn placed(
    placed: Placed,
    source: &Source,
    counting: Counting,
    local: Option<&Local>,
) -> Breakpoint {
    Breakpoint {
        id: placed.id,
        verified: placed.verified,
        message: placed.message,
        source: Some(source.clone()),
        range: placed.range.map(|range| counting.range(range, local)),
        reason: (!placed.verified).then_some("failed"),
    }
}
