//! How things are kept: the only SQL in the program. Each file is a noun; its functions take a [`Db`] to
//! read or a [`Tx`] to write, never open a transaction and never decide what may be done. Actions call
//! them; ways in may read through them.

pub mod accounts;
pub mod application_passwords;
pub mod audit;
pub mod avatars;
pub mod client_registrations;
pub mod comments;
pub mod consistency;
pub mod db;
pub mod handovers;
pub mod identities;
pub mod instance;
pub mod jobs;
pub mod linkbacks;
pub mod log_ins;
pub mod mailed_codes;
mod migrate;
pub mod posts;
pub mod providers;
pub mod sessions;
pub mod sites;
pub mod sso_tokens;
pub mod subscriptions;
pub mod users;

pub use db::{Change, Db, Tx};
