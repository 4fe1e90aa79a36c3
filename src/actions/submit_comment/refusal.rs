//! Why the intake does not take a submission, in WordPress's words. Doors word their answer with it.

use std::time::Duration;

use crate::model::text::lengths;

/// Why a submission is not taken. WordPress's codes and words (WP 7.1 §2.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The parent is missing or not approved (check 1).
    ReplyToUnapproved,
    /// There is no such post (check 2).
    PostNotFound,
    /// The post takes no comments (check 4).
    Closed,
    /// The site wants people logged in (check 8).
    NotLoggedIn,
    /// Name or e-mail is missing (check 9); which one.
    RequireNameEmail(&'static str),
    /// The e-mail is none (check 10).
    RequireValidEmail,
    /// There is no text (check 11).
    RequireComment,
    /// A field has too many bytes (check 12).
    TooLong(lengths::TooLong),
    /// The same words stand there already (check 13).
    Duplicate,
    /// Too soon after the last one (check 14); how long to wait.
    Flood(Duration),
}

impl Refusal {
    /// WordPress's error code.
    pub fn code(self) -> &'static str {
        match self {
            Self::ReplyToUnapproved => "comment_reply_to_unapproved_comment",
            Self::PostNotFound => "comment_id_not_found",
            Self::Closed => "comment_closed",
            Self::NotLoggedIn => "not_logged_in",
            Self::RequireNameEmail(_) => "require_name_email",
            Self::RequireValidEmail => "require_valid_email",
            Self::RequireComment => "require_valid_comment",
            Self::TooLong(field) => field.code(),
            Self::Duplicate => "comment_duplicate",
            Self::Flood(_) => "comment_flood",
        }
    }

    /// WordPress's words, without mark-up.
    pub fn text(self) -> &'static str {
        match self {
            Self::ReplyToUnapproved => "Sorry, replies to unapproved comments are not allowed.",
            Self::PostNotFound => "",
            Self::Closed => "Sorry, comments are closed for this item.",
            Self::NotLoggedIn => "Sorry, you must be logged in to comment.",
            Self::RequireNameEmail(_) => "Please fill the required fields.",
            Self::RequireValidEmail => "Please enter a valid email address.",
            Self::RequireComment => "Please type your comment text.",
            Self::TooLong(field) => field.message(),
            Self::Duplicate => "Duplicate comment detected; it looks as though you’ve already said that!",
            Self::Flood(_) => "You are posting comments too quickly. Slow down.",
        }
    }

    /// The form field it is about, if it is about one.
    pub fn field(self) -> Option<&'static str> {
        match self {
            Self::RequireNameEmail(field) => Some(field),
            Self::RequireValidEmail => Some("email"),
            Self::RequireComment | Self::Duplicate => Some("comment"),
            Self::TooLong(field) => Some(field.field()),
            _ => None,
        }
    }
}
