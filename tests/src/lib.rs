//! Suites that drive the product through its public doors.
