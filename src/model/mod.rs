//! What things are: plain types and pure functions. No async, no input or output, no SQL. Every other
//! ring imports this one; this one imports none.

pub mod comment;
pub mod ids;
pub mod moderation;
pub mod options;
pub mod permalink;
pub mod text;
pub mod time;
