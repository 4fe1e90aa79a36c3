//! The ways in over HTTP: every route in one list, requests read, answers worded. No rule and no SQL.

pub mod account;
pub mod avatar;
pub mod client;
pub mod content_lang;
pub mod desk;
pub mod embed;
pub mod feeds;
pub mod form;
pub mod login;
pub mod mail_links;
pub mod operation;
mod posted;
pub mod prepared;
mod query;
pub mod respond;
pub mod rest;
pub mod root;
pub mod router;
pub mod server;
mod session;
mod session_list;
pub mod site;
pub mod trackback;
mod xml;
pub mod xmlrpc;
