//! Every error of the REST API, in WordPress's codes, words and statuses (WP 7.1 comments §8): the one place
//! where this door words them. A handler returns one; `respond` sends it as `{code, message, data: {status, …}}`.

use std::borrow::Cow;

use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::actions::{create_comment, edit_comment, submit_comment};
use crate::error::Error;

/// An error as WordPress has it: its status, or [`BY_WHO`], its code and its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Said(u16, &'static str, &'static str);

/// 401 for who is not logged in, 403 for who is: "auth status" in WP 7.1 §8.1.
const BY_WHO: u16 = 0;

pub(super) const NO_ROUTE: Said = Said(404, "rest_no_route", "No route was found matching the URL and request method.");
pub(super) const CALLBACK_DISABLED: Said =
    Said(400, "rest_callback_disabled", "JSONP support is disabled on this site.");
pub(super) const FORBIDDEN: Said = Said(BY_WHO, "rest_forbidden", "Sorry, you are not allowed to do that.");
pub(super) const COOKIE_INVALID_NONCE: Said = Said(403, "rest_cookie_invalid_nonce", "Cookie check failed");
pub(super) const INCORRECT_PASSWORD: Said =
    Said(401, "incorrect_password", "The provided password is an invalid application password.");
pub(super) const NOT_LOGGED_IN: Said = Said(401, "rest_not_logged_in", "You are not currently logged in.");
pub(super) const BATCH_NOT_ALLOWED: Said =
    Said(400, "rest_batch_not_allowed", "The requested route does not support batch requests.");

pub(super) const FORBIDDEN_CONTEXT: Said =
    Said(BY_WHO, "rest_forbidden_context", "Sorry, you are not allowed to edit comments.");
pub(super) const COMMENT_INVALID_ID: Said = Said(404, "rest_comment_invalid_id", "Invalid comment ID.");
pub(super) const CANNOT_READ: Said =
    Said(BY_WHO, "rest_cannot_read", "Sorry, you are not allowed to read this comment.");
pub(super) const CANNOT_READ_WITHOUT_POST: Said =
    Said(BY_WHO, "rest_cannot_read", "Sorry, you are not allowed to read comments without a post.");
pub(super) const CANNOT_EDIT: Said =
    Said(BY_WHO, "rest_cannot_edit", "Sorry, you are not allowed to edit this comment.");
pub(super) const CANNOT_DELETE: Said =
    Said(BY_WHO, "rest_cannot_delete", "Sorry, you are not allowed to delete this comment.");
pub(super) const CANNOT_CHANGE_TYPE: Said =
    Said(404, "rest_comment_invalid_type", "Sorry, you are not allowed to change the comment type.");
pub(super) const CANNOT_SET_META: Said =
    Said(BY_WHO, "rest_cannot_update", "Sorry, you are not allowed to edit the _wp_note_status custom field.");
pub(super) const CONTENT_INVALID: Said = Said(400, "rest_comment_content_invalid", "Invalid comment content.");
pub(super) const TRASH_NOT_SUPPORTED: Said =
    Said(501, "rest_trash_not_supported", "The comment does not support trashing. Set 'force=true' to delete.");
pub(super) const ALREADY_TRASHED: Said = Said(410, "rest_already_trashed", "The comment has already been trashed.");

pub(super) const POST_INVALID_ID: Said = Said(404, "rest_post_invalid_id", "Invalid post ID.");
pub(super) const POST_FORBIDDEN_CONTEXT: Said =
    Said(BY_WHO, "rest_forbidden_context", "Sorry, you are not allowed to edit posts in this post type.");
pub(super) const THIS_POST_FORBIDDEN_CONTEXT: Said =
    Said(BY_WHO, "rest_forbidden_context", "Sorry, you are not allowed to edit this post.");
pub(super) const POST_INVALID_PAGE: Said = Said(
    400,
    "rest_post_invalid_page_number",
    "The page number requested is larger than the number of pages available.",
);
pub(super) const CANNOT_CREATE_POST: Said = Said(
    BY_WHO,
    "rest_cannot_create",
    "This server keeps comments only: write posts on the blog itself, and `rejoinder post add` makes them known here.",
);
pub(super) const CANNOT_EDIT_POST: Said =
    Said(BY_WHO, "rest_cannot_edit", "Sorry, you are not allowed to edit this post.");
pub(super) const CANNOT_WRITE_POST: Said = Said(
    BY_WHO,
    "rest_cannot_edit",
    "This server keeps comments only: of a post, comment_status and ping_status can be changed here.",
);
pub(super) const CANNOT_DELETE_POST: Said =
    Said(BY_WHO, "rest_cannot_delete", "This server keeps comments only: delete the post on the blog itself.");

pub(super) const USER_INVALID_ID: Said = Said(404, "rest_user_invalid_id", "Invalid user ID.");
pub(super) const USER_CANNOT_VIEW: Said =
    Said(BY_WHO, "rest_user_cannot_view", "Sorry, you are not allowed to list users.");
pub(super) const USER_CANNOT_FILTER: Said =
    Said(BY_WHO, "rest_user_cannot_view", "Sorry, you are not allowed to filter users by role.");
pub(super) const USERS_FORBIDDEN_CONTEXT: Said =
    Said(BY_WHO, "rest_forbidden_context", "Sorry, you are not allowed to edit users.");
pub(super) const USER_FORBIDDEN_CONTEXT: Said =
    Said(BY_WHO, "rest_forbidden_context", "Sorry, you are not allowed to edit this user.");
pub(super) const USER_FORBIDDEN_ORDER: Said =
    Said(BY_WHO, "rest_forbidden_orderby", "Sorry, you are not allowed to order users by this parameter.");
pub(super) const USER_FORBIDDEN_WHO: Said =
    Said(BY_WHO, "rest_forbidden_who", "Sorry, you are not allowed to query users by this parameter.");

pub(super) const TYPE_INVALID: Said = Said(404, "rest_type_invalid", "Invalid post type.");
pub(super) const TYPES_CANNOT_VIEW: Said =
    Said(BY_WHO, "rest_cannot_view", "Sorry, you are not allowed to edit posts in this post type.");
pub(super) const STATUS_INVALID: Said = Said(404, "rest_status_invalid", "Invalid status.");
pub(super) const STATUSES_CANNOT_VIEW: Said =
    Said(BY_WHO, "rest_cannot_view", "Sorry, you are not allowed to manage post statuses.");
pub(super) const TAXONOMY_INVALID: Said = Said(404, "rest_taxonomy_invalid", "Invalid taxonomy.");

pub(super) const PASSWORDS_CANNOT_LIST: Said = Said(
    BY_WHO,
    "rest_cannot_list_application_passwords",
    "Sorry, you are not allowed to list application passwords for this user.",
);
pub(super) const PASSWORD_CANNOT_READ: Said = Said(
    BY_WHO,
    "rest_cannot_read_application_password",
    "Sorry, you are not allowed to read this application password.",
);
pub(super) const PASSWORDS_CANNOT_CREATE: Said = Said(
    BY_WHO,
    "rest_cannot_create_application_passwords",
    "Sorry, you are not allowed to create application passwords for this user.",
);
pub(super) const PASSWORD_CANNOT_EDIT: Said = Said(
    BY_WHO,
    "rest_cannot_edit_application_password",
    "Sorry, you are not allowed to edit this application password.",
);
pub(super) const PASSWORD_CANNOT_DELETE: Said = Said(
    BY_WHO,
    "rest_cannot_delete_application_password",
    "Sorry, you are not allowed to delete this application password.",
);
pub(super) const PASSWORDS_CANNOT_DELETE: Said = Said(
    BY_WHO,
    "rest_cannot_delete_application_passwords",
    "Sorry, you are not allowed to delete application passwords for this user.",
);
pub(super) const PASSWORD_CANNOT_INTROSPECT: Said = Said(
    BY_WHO,
    "rest_cannot_introspect_app_password_for_non_authenticated_user",
    "The authenticated application password can only be introspected for the current user.",
);
pub(super) const PASSWORD_NOT_FOUND: Said =
    Said(404, "rest_application_password_not_found", "Application password not found.");
pub(super) const PASSWORD_NOT_USED: Said =
    Said(404, "rest_no_authenticated_app_password", "Cannot introspect application password.");
pub(super) const PASSWORD_EMPTY_NAME: Said =
    Said(400, "application_password_empty_name", "An application name is required to create an application password.");

/// An error on its way to the client.
#[derive(Clone, Debug)]
pub(super) struct Problem {
    status: u16,
    code: Cow<'static, str>,
    message: Cow<'static, str>,
    more: Box<Map<String, Value>>,
    /// Seconds after which trying again makes sense.
    pub(super) retry_after: Option<u64>,
}

impl Problem {
    /// An error in words of its own.
    pub(super) fn new(status: u16, code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        let message = message.into();
        Self { status, code: code.into(), message, more: Box::default(), retry_after: None }
    }

    /// One that is 401 or 403, by who asks.
    pub(super) fn denied(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(BY_WHO, code, message)
    }

    /// The same with more for its `data`.
    pub(super) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.more.insert(name.to_owned(), value.into());
        self
    }

    /// Its status to this client.
    pub(super) fn status(&self, is_logged_in: bool) -> StatusCode {
        match self.status {
            BY_WHO if is_logged_in => StatusCode::FORBIDDEN,
            BY_WHO => StatusCode::UNAUTHORIZED,
            status => StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
        }
    }

    /// Whether it is about what the client may do.
    pub(super) fn is_denial(&self) -> bool {
        matches!(self.status, BY_WHO | 401 | 403)
    }

    /// As it is sent to this client.
    pub(super) fn body(&self, is_logged_in: bool) -> Value {
        let mut data = Map::new();
        data.insert("status".into(), self.status(is_logged_in).as_u16().into());
        data.extend(self.more.iter().map(|(name, value)| (name.clone(), value.clone())));
        json!({ "code": self.code, "message": self.message, "data": data })
    }
}

impl From<Said> for Problem {
    fn from(Said(status, code, message): Said) -> Self {
        Self::new(status, code, message)
    }
}

/// Failures that no handler has words of its own for.
impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        error.log();
        let message = error.to_string();
        let retry_after = error.retry_after().map(|wait| wait.as_secs().max(1));
        let status = error.status().as_u16();
        let problem = match error {
            Error::Invalid { field, .. } => super::args::Invalid::of(field, "rest_invalid_param", message).into(),
            Error::Unauthenticated(_) => Self::new(status, "rest_not_logged_in", message),
            Error::Forbidden(_) => Self::denied("rest_forbidden", message),
            Error::NotFound(_) => Self::new(status, "rest_not_found", message),
            Error::Conflict(_) => Self::new(status, "rest_conflict", message),
            Error::TooMany { .. } => Self::new(status, "rest_too_many_requests", message),
            Error::TooLarge(_) => Self::new(status, "rest_content_too_large", message),
            Error::Unavailable { .. } => Self::new(status, "rest_unavailable", message),
            Error::Internal(_) => Self::new(status, "internal_server_error", message),
        };
        Self { retry_after, ..problem }
    }
}

/// WP 7.1 §8.5.
impl From<create_comment::Refusal> for Problem {
    fn from(refusal: create_comment::Refusal) -> Self {
        use create_comment::Refusal;
        match refusal {
            Refusal::LoginRequired => {
                Self::new(401, "rest_comment_login_required", "Sorry, you must be logged in to comment.")
            }
            Refusal::NotAllowed(field) => {
                let code = match field {
                    "author" => "rest_comment_invalid_author",
                    "author_ip" => "rest_comment_invalid_author_ip",
                    "status" => "rest_comment_invalid_status",
                    _ => "rest_comment_invalid_date",
                };
                Self::denied(code, format!("Sorry, you are not allowed to edit '{field}' for comments."))
            }
            Refusal::NoPost => Self::new(
                403,
                "rest_comment_invalid_post_id",
                "Sorry, you are not allowed to create this comment without a post.",
            ),
            Refusal::Closed => Self::new(403, "rest_comment_closed", "Sorry, comments are closed for this item."),
            Refusal::Exists => Self::new(400, "rest_comment_exists", "Cannot create existing comment."),
            Refusal::Type => Self::new(400, "rest_invalid_comment_type", "Cannot create a comment with that type."),
            Refusal::NoSuchAccount => Self::new(400, "rest_comment_author_invalid", "Invalid comment author ID."),
            Refusal::NoContent => CONTENT_INVALID.into(),
            Refusal::AuthorDataRequired => Self::new(
                400,
                "rest_comment_author_data_required",
                "Creating a comment requires valid author name and email values.",
            ),
            Refusal::BadParent => bad_parent(),
            Refusal::Intake(refusal) => refusal.into(),
        }
    }
}

fn bad_parent() -> Problem {
    super::args::Invalid::of("parent", "rest_invalid_parent", "parent is not a comment on the same post.").into()
}

/// The intake's refusals over REST: a flood is 400 here (register §14 #14).
impl From<submit_comment::Refusal> for Problem {
    fn from(refusal: submit_comment::Refusal) -> Self {
        use submit_comment::Refusal;
        match refusal {
            Refusal::TooLong(field) => Self::new(400, field.code(), "Comment field exceeds maximum length allowed."),
            Refusal::RequireComment => CONTENT_INVALID.into(),
            Refusal::PostNotFound => create_comment::Refusal::NoPost.into(),
            Refusal::Closed => create_comment::Refusal::Closed.into(),
            Refusal::NotLoggedIn => create_comment::Refusal::LoginRequired.into(),
            Refusal::RequireNameEmail(_) => create_comment::Refusal::AuthorDataRequired.into(),
            Refusal::RequireValidEmail => {
                super::args::Invalid::of("author_email", "rest_invalid_email", "Invalid email address.").into()
            }
            Refusal::ReplyToUnapproved => Self::new(403, refusal.code(), refusal.text()),
            Refusal::Duplicate => Self::new(409, refusal.code(), refusal.text()),
            Refusal::Flood(wait) => {
                let retry_after = Some(wait.as_secs().max(1));
                Self { retry_after, ..Self::new(400, refusal.code(), refusal.text()) }
            }
        }
    }
}

/// WP 7.1 §8.6.
impl From<edit_comment::Refusal> for Problem {
    fn from(refusal: edit_comment::Refusal) -> Self {
        use edit_comment::Refusal;
        match refusal {
            Refusal::Missing => COMMENT_INVALID_ID.into(),
            Refusal::Forbidden => CANNOT_EDIT.into(),
            Refusal::InTrash => ALREADY_TRASHED.into(),
            Refusal::NoContent => CONTENT_INVALID.into(),
            Refusal::TooLong(field) => submit_comment::Refusal::TooLong(field).into(),
            Refusal::NoSuchPost => Self::new(403, "rest_comment_invalid_post_id", "Invalid post ID."),
            Refusal::NoSuchAccount => create_comment::Refusal::NoSuchAccount.into(),
            Refusal::BadParent => bad_parent(),
            Refusal::NoTrash => TRASH_NOT_SUPPORTED.into(),
        }
    }
}
