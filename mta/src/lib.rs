//! The mail transfer agent.

pub mod telemetry;
