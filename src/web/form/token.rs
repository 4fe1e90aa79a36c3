//! The signed field of our forms: since when it has been open, for which post, and to whom it was shown. It tells a
//! person from a robot that fills it in no time; and nothing is posted in a member's name but from a form that
//! was shown to that member's very session (S-CSRF). Forms of WordPress themes have none, and are a guest's.

use std::time::Duration;

use crate::model::ids::SiteId;
use crate::model::time::Timestamp;
use crate::secret::Secret;

/// A form may be open for long; after this its token tells nothing.
const AGE_MAX: Duration = Duration::from_hours(48);
/// What the token of a member's form begins with.
const MEMBERS: &str = "member.";

/// The field's value for a form that is shown to a guest now.
pub fn issue(secret: &Secret, site: SiteId, post_id: i64, now: Timestamp) -> String {
    made(secret, site, post_id, None, now)
}

/// The same for a form that is shown to a member; `session` is the token that every form of theirs carries.
pub fn issue_to_member(secret: &Secret, site: SiteId, post_id: i64, session: &str, now: Timestamp) -> String {
    format!("{MEMBERS}{}", made(secret, site, post_id, Some(session), now))
}

/// Whether the form says that it was shown to a member, which [`age`] proves or not.
pub(super) fn is_members(token: &str) -> bool {
    token.starts_with(MEMBERS)
}

/// How long the form has been open; `None` for a token that is not ours, another post's, too old, or of a form
/// that was not shown to this member's session, or not to a guest where there is none.
pub(super) fn age(
    secret: &Secret,
    site: SiteId,
    post_id: i64,
    session: Option<&str>,
    token: &str,
    now: Timestamp,
) -> Option<Duration> {
    let bare = if session.is_some() { token.strip_prefix(MEMBERS)? } else { token };
    let (at, signature) = bare.split_once('.')?;
    let parts = signed(site, post_id, at, session);
    if !secret.verify(purpose(session), &parts.each_ref().map(String::as_str), signature) {
        return None;
    }
    let age = now.since(Timestamp(at.parse().ok()?));
    (age <= AGE_MAX).then_some(age)
}

fn made(secret: &Secret, site: SiteId, post_id: i64, session: Option<&str>, now: Timestamp) -> String {
    let at = now.0.to_string();
    let parts = signed(site, post_id, &at, session);
    format!("{at}.{}", secret.sign(purpose(session), &parts.each_ref().map(String::as_str)))
}

fn purpose(session: Option<&str>) -> &'static str {
    if session.is_some() { "member form" } else { "form" }
}

fn signed(site: SiteId, post_id: i64, at: &str, session: Option<&str>) -> [String; 4] {
    [site.to_string(), post_id.to_string(), at.to_owned(), session.unwrap_or_default().to_owned()]
}
