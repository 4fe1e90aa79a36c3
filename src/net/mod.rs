//! The ways out over HTTP: which addresses may be reached, the one fetcher, and what is read from a
//! page that it fetched. Nothing else in the program opens an outgoing HTTP connection; `clippy.toml`
//! bans the calls with which one could. Called by `actions` and by the commands that check a blog.

pub mod admission;
pub mod dialer;
pub mod fetcher;
pub mod identity;
pub mod page;
pub mod picture;
pub mod resolver;
