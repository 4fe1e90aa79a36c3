//! The way in that nobody waits at: work that was written down, done one lease at a time.

pub mod runner;
mod upkeep;
