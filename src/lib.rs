//! Rejoinder: the comment section and the pingback endpoint of a blog, as one program.

pub mod app;
pub mod bell;
pub mod cache;
pub mod config;
pub mod error;
pub mod limits;
pub mod model;
pub mod net;
pub mod passwords;
pub mod secret;
pub mod sites;
pub mod store;
pub mod web;
pub mod xmlrpc;
