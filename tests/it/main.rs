//! The integration tests, one binary: everything that needs sockets, a store or the whole program.
//! (`cfg(test)` tells clippy that helpers beside the test functions are tests too.)

#[cfg(test)]
mod account;
#[cfg(test)]
mod authentication;
#[cfg(test)]
mod avatars;
#[cfg(test)]
mod content_pairs;
#[cfg(test)]
mod desk;
#[cfg(test)]
mod embed;
#[cfg(test)]
mod error_pages;
#[cfg(test)]
mod feeds;
#[cfg(test)]
mod form;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod heads;
#[cfg(test)]
mod lifecycle;
#[cfg(test)]
mod login;
#[cfg(test)]
mod login_frame;
#[cfg(test)]
mod mail;
#[cfg(test)]
mod moderation;
#[cfg(test)]
mod net;
#[cfg(test)]
mod pingback;
#[cfg(test)]
mod program;
#[cfg(test)]
mod rest;
#[cfg(test)]
mod rules_of_direction;
#[cfg(test)]
mod store;
#[cfg(test)]
mod trackback;
#[cfg(test)]
mod trust;
#[cfg(test)]
mod xmlrpc;
