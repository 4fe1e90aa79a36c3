//! The moderation decision (WP 7.1 comments §3), as one pure function: options and facts in, a
//! [`Verdict`] with the rule that decided out. Called by the intake only.

/// What the intake does with a new comment, and the words that tell a moderator why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The status it gets.
    pub status: crate::model::comment::Status,
    /// The rule that decided, e.g. `held: 3 links, limit 2`.
    pub reason: String,
}
