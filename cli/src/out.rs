//! Printing that a reader may stop reading: `mailstop queue list | head` ends quietly, and a server
//! whose terminal is gone goes on.

/// Prints a line to standard output.
macro_rules! say {
    ($($arg:tt)*) => {{
        use std::io::Write as _;
        // Nobody reads any more, which is no failure of the command.
        let _ = writeln!(anstream::stdout(), $($arg)*);
    }};
}
pub(crate) use say;

/// Prints a line to standard error.
macro_rules! remark {
    ($($arg:tt)*) => {{
        use std::io::Write as _;
        // As above.
        let _ = writeln!(anstream::stderr(), $($arg)*);
    }};
}
pub(crate) use remark;
