//! Scripts under the driver: what they cost, how they end, how they share a thread and a store.

mod circles;
mod ends;
mod footprint;
mod locks;
mod script;
mod sharing;
mod turns;
