//! The signed field of our forms: since when it has been open, for which post. It tells a person from a
//! robot that fills it in no time. Forms of WordPress themes have none, and are judged without it.

use std::time::Duration;

use crate::model::ids::SiteId;
use crate::model::time::Timestamp;
use crate::secret::Secret;

/// A form may be open for long; after this its token tells nothing.
const AGE_MAX: Duration = Duration::from_hours(48);

/// The field's value for a form that is shown now.
pub fn issue(secret: &Secret, site: SiteId, post_id: i64, now: Timestamp) -> String {
    let at = now.0.to_string();
    let signature = secret.sign("form", &[&site.to_string(), &post_id.to_string(), &at]);
    format!("{at}.{signature}")
}

/// How long the form has been open; `None` for a token that is not ours, another post's, or too old.
pub(super) fn age(secret: &Secret, site: SiteId, post_id: i64, token: &str, now: Timestamp) -> Option<Duration> {
    let (at, signature) = token.split_once('.')?;
    if !secret.verify("form", &[&site.to_string(), &post_id.to_string(), at], signature) {
        return None;
    }
    let age = now.since(Timestamp(at.parse().ok()?));
    (age <= AGE_MAX).then_some(age)
}
