//! The names of the fields that our comment forms have beside WordPress's. The forms are written by
//! `web/embed` and read by `web/form`; here they agree.

/// The field that people do not see and robots fill in. The name sounds like a field of a form, and is
/// none that browsers fill in by themselves.
pub const HONEYPOT: &str = "subject";
/// The signed proof that the form was shown, when, and for which post.
pub const TOKEN: &str = "rejoinder_token";
/// Ticked by who wants to be told of every new comment by mail; WordPress.com's name.
pub const SUBSCRIBE: &str = "subscribe";
/// Ticked by who wants to be told of answers to their comment only.
pub const SUBSCRIBE_REPLIES: &str = "subscribe_replies";
