//! Rejoinder: the comment section and the pingback endpoint of a blog, as one program.
//!
//! Four rings; imports point inwards only (`tests/it/rules_of_direction.rs` reads them).
//!
//! - [`model`]: what things are. Plain types and pure functions.
//! - [`store`]: how they are kept. The only SQL. Beside it the ways out: [`net`], the only outgoing HTTP, and
//!   [`mail`].
//! - [`actions`]: what may be done, one file for each verb. Rules, transactions, the jobs that follow.
//! - The ways in translate: [`web`] (HTTP), [`xmlrpc`] (what is inside `xmlrpc.php`), [`jobs`] (work that was
//!   written down), [`cli`] (commands).
//!
//! [`app`] ties them together: [`config`] is what the operator decided, [`sites`], [`providers`], [`moderators`] and [`cache`] are what is
//! kept in memory and told of every commit, [`limits`] is how often who may do what, [`bell`] wakes the jobs,
//! [`secret`] signs, [`passwords`] hashes, [`credentials`] remembers whose were right a moment ago, [`error`] is what can go wrong, [`telemetry`] logs and counts.

pub mod actions;
pub mod app;
pub mod bell;
pub mod cache;
pub mod cli;
pub mod config;
pub mod credentials;
pub mod error;
mod in_memory;
pub mod jobs;
pub mod limits;
pub mod mail;
pub mod model;
pub mod moderators;
pub mod net;
pub mod passwords;
pub mod providers;
pub mod secret;
pub mod sites;
pub mod store;
pub mod telemetry;
pub mod web;
pub mod xmlrpc;
