//! What stands under a post: a comment or a linkback, its status, and what arrives at the intake
//! before it has one. WordPress's words throughout (WP 7.1 §1.1 to §1.4 of the data model).

use serde::{Deserialize, Serialize};

use crate::model::ids::{AccountId, CommentId, PostId, SiteId};
use crate::model::time::Timestamp;

/// What kind of thing a row under a post is; WordPress's `comment_type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CommentType {
    /// Written by a person.
    Comment,
    /// A page that links here told us so by XML-RPC.
    Pingback,
    /// The same by a trackback.
    Trackback,
    /// The same by a webmention.
    Webmention,
}

impl CommentType {
    /// Every type.
    pub const ALL: [Self; 4] = [Self::Comment, Self::Pingback, Self::Trackback, Self::Webmention];

    /// The stored and wire name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Comment => "comment",
            Self::Pingback => "pingback",
            Self::Trackback => "trackback",
            Self::Webmention => "webmention",
        }
    }

    /// Reads the stored name; the empty string is a comment, as rows of WordPress before 5.5 have it.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "comment" | "" => Self::Comment,
            "pingback" => Self::Pingback,
            "trackback" => Self::Trackback,
            "webmention" => Self::Webmention,
            _ => return None,
        })
    }

    /// Whether it came from a page, not from a person at a form.
    pub fn is_linkback(self) -> bool {
        self != Self::Comment
    }
}

/// WordPress's `comment_approved` (WP 7.1 §1.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Shown to readers; stored as `1` by WordPress.
    Approved,
    /// Held for moderation, "Pending" on the desk; stored as `0` by WordPress.
    Hold,
    /// Judged spam.
    Spam,
    /// In the trash.
    Trash,
}

impl Status {
    /// Every status, in the order of the desk's views.
    pub const ALL: [Self; 4] = [Self::Hold, Self::Approved, Self::Spam, Self::Trash];

    /// Our stored name, which is the REST API's.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Hold => "hold",
            Self::Spam => "spam",
            Self::Trash => "trash",
        }
    }

    /// Reads any of WordPress's spellings of a status.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "approved" | "approve" | "1" => Self::Approved,
            "hold" | "unapproved" | "moderated" | "0" => Self::Hold,
            "spam" => Self::Spam,
            "trash" => Self::Trash,
            _ => return None,
        })
    }
}

/// A stored comment or linkback. Author name and URL are stored HTML-escaped, the content as filtered
/// HTML, as WordPress stores them (WP 7.1 §5.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Site and id are the key.
    pub site_id: SiteId,
    /// Counted per site.
    pub id: CommentId,
    /// The post it stands under.
    pub post_id: PostId,
    /// The comment it answers, if any.
    pub parent_id: Option<CommentId>,
    /// What kind of row it is.
    pub kind: CommentType,
    /// Where it stands in moderation.
    pub status: Status,
    /// HTML-escaped name; for a linkback the source's title.
    pub author_name: String,
    /// Never shown to readers; empty for a linkback.
    pub author_email: String,
    /// Cleaned URL with `&amp;`; for a linkback its source. At most 200 characters.
    pub author_url: String,
    /// The client's address, after trusted proxies.
    pub author_ip: String,
    /// The client's user agent, at most 254 bytes.
    pub agent: String,
    /// The local account that wrote it, if one did.
    pub account_id: Option<AccountId>,
    /// By whose word its author was logged in when it was written, as shown then: `GitHub`, or the site for an account
    /// with a password here. Empty for a guest, a linkback, and a name that is not the account's.
    pub proven_by: String,
    /// Filtered HTML, at most 65,535 bytes.
    pub content: String,
    /// When it was received, UTC.
    pub created_at: Timestamp,
    /// When its own author last changed its text, if they did.
    pub edited_at: Option<Timestamp>,
    /// The rule that decided its first status, for the moderator ("held: 3 links, limit 2").
    pub reason: String,
}

/// A comment as a door read it: raw, unfiltered, not yet judged. What every door hands to the one intake.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewComment {
    /// WordPress's `comment_post_ID`; 0 when absent or not a number.
    pub post_id: i64,
    /// WordPress's `comment_parent`; 0 for none.
    pub parent_id: i64,
    /// Name as typed.
    pub author: String,
    /// E-mail as typed.
    pub email: String,
    /// Website as typed.
    pub url: String,
    /// The text as typed.
    pub content: String,
}
