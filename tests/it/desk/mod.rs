//! The desk, as a browser meets it: the real program on a database of its own, behind the desk's routes.

mod application_passwords;
mod bench;
pub(crate) mod csrf;
mod log_in;
mod moderation;
mod own_account;
mod pages;
mod permissions;
mod providers;
