//! The link by which a guest sees their own held comment: WordPress's `unapproved` and
//! `moderation-hash`, of the same shape, but the hash is of this one comment and of our key
//! (WP 7.1 §2.9, §2.11; register §14 #10).

use std::time::Duration;

use crate::model::comment::{Comment, Status};
use crate::model::ids::SiteId;
use crate::model::time::Timestamp;
use crate::secret::Secret;

/// How long the link works.
const VALID_FOR: Duration = Duration::from_mins(10);
/// WordPress's hash is an MD5: 32 hexadecimal characters.
const HASH_CHARS: usize = 32;

/// The hash of a comment.
pub fn hash(secret: &Secret, comment: &Comment) -> String {
    let mut hash = secret.sign("preview", &parts(comment.site_id, comment).each_ref().map(String::as_str));
    hash.truncate(HASH_CHARS);
    hash
}

/// Whether `given` opens this held comment now.
pub fn opens(secret: &Secret, comment: &Comment, given: &str, now: Timestamp) -> bool {
    comment.status == Status::Hold
        && now.since(comment.created_at) < VALID_FOR
        && given.len() == HASH_CHARS
        && secret.verify("preview", &parts(comment.site_id, comment).each_ref().map(String::as_str), given)
}

fn parts(site: SiteId, comment: &Comment) -> [String; 3] {
    [site.to_string(), comment.id.to_string(), comment.created_at.0.to_string()]
}
