//! `wp/v2/users/{id}/application-passwords` (WP 7.1 comments §8.10): how a program's password is made, named and
//! revoked. `actions/application_passwords` says who may.

pub(super) mod read;
pub(super) mod write;

use serde_json::{Map, Value, json};

use super::args::{Arg, Kind};
use super::call::{Call, url};
use super::error::{self, Problem, Said};
use super::options::{CONTEXT, property, schema_of};
use crate::actions::application_passwords::Manager;
use crate::model::account::Account;
use crate::model::application_password::ApplicationPassword;
use crate::model::date;
use crate::store::users;

/// What reading takes.
pub(super) const READ: &[Arg] = &[CONTEXT];

/// What making one takes.
pub(super) const CREATE: &[Arg] = &[
    Arg::new("app_id", Kind::UuidOrNone, "The UUID that a program gave itself; may be empty."),
    Arg::new("name", Kind::Name, "What its owner calls it.").required(),
];

/// What changing one takes.
pub(super) const UPDATE: &[Arg] = &[Arg::new("name", Kind::Name, "What its owner calls it.")];

/// The schema.
pub(super) fn schema() -> Value {
    const ALL: &[&str] = &["view", "edit", "embed"];
    let (string, time) = (json!("string"), json!({ "type": ["string", "null"], "format": "date-time" }));
    let fields = [
        ("uuid", property(&json!({ "type": "string", "format": "uuid" }), "By which it is named.", ALL)),
        ("app_id", property(&string, "The UUID that a program gave itself; may be empty.", ALL)),
        ("name", property(&string, "What its owner calls it.", ALL)),
        ("password", property(&string, "The password, told this once.", &["edit"])),
        ("created", property(&json!({ "type": "string", "format": "date-time" }), "When it was made, in UTC.", ALL)),
        ("last_used", property(&time, "When it was last used, in UTC.", ALL)),
        ("last_ip", property(&json!({ "type": ["string", "null"] }), "From which address.", ALL)),
    ];
    schema_of("application-password", fields)
}

/// Whose they are, and who asks; `denied` is what is said to who may not.
async fn owner(call: &Call, denied: Said) -> Result<(Account, Manager), Problem> {
    let me = call.who.account.as_ref();
    let owner = match (call.path("user"), me) {
        ("me", Some(me)) => me.account.clone(),
        ("me", None) => return Err(error::NOT_LOGGED_IN.into()),
        (id, Some(me)) if id.parse() == Ok(me.account.id.0) => me.account.clone(),
        (id, _) => {
            let id = id.parse().unwrap_or(i64::MAX);
            let found = users::find_many(&call.app.db, call.here.site.id, &[id]).await?.pop();
            found.ok_or_else(|| Problem::from(error::USER_INVALID_ID))?.account
        }
    };
    let manager = me.map(|me| Manager::account(&me.account)).filter(|manager| manager.may_manage(&owner));
    match manager {
        Some(manager) => Ok((owner, manager)),
        None => Err(denied.into()),
    }
}

/// One as it is shown.
fn show(call: &Call, owner: &Account, kept: &ApplicationPassword) -> Map<String, Value> {
    let time = |at| Value::from(date::rest(at, "UTC"));
    let own = url(&call.here, &format!("/wp/v2/users/{}/application-passwords/{}", owner.id, kept.uuid));
    let mut shown = Map::new();
    for (name, value) in [
        ("uuid", kept.uuid.as_str().into()),
        ("app_id", kept.app_id.as_str().into()),
        ("name", kept.name.as_str().into()),
        ("created", time(kept.created_at)),
        ("last_used", kept.last_used_at.map_or(Value::Null, time)),
        ("last_ip", kept.last_ip.clone().into()),
        ("_links", json!({ "self": [{ "href": own }] })),
    ] {
        shown.insert(name.to_owned(), value);
    }
    shown
}
