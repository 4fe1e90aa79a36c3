//! What things are: plain types and pure functions. No async, no input or output, no SQL. Every other
//! ring imports this one; this one imports none.

pub mod account;
pub mod agent;
pub mod application_password;
pub mod avatar;
pub mod client;
pub mod comment;
pub mod date;
pub mod feed;
pub mod form_fields;
pub mod identity;
pub mod ids;
pub mod job;
pub mod letter;
pub mod linkback;
pub mod locale;
pub mod look_alike;
pub mod mail;
pub mod mailed_code;
pub mod moderation;
pub mod options;
pub mod own_comment;
pub mod password;
pub mod permalink;
pub mod post;
pub mod privacy;
pub mod provider;
pub mod reader;
pub mod role;
pub mod session;
pub mod site;
pub mod subscription;
pub mod text;
pub mod thread;
pub mod time;
pub mod trust;
