//! Making, renaming and revoking application passwords.

use http::{StatusCode, header};
use serde_json::{Map, Value, json};

use super::read::missing;
use super::{owner, show};
use crate::actions::application_passwords as kept;
use crate::model::application_password::in_groups;
use crate::web::rest::call::{Call, Outcome, Reply};
use crate::web::rest::error;

/// `POST …/application-passwords`.
pub(in crate::web::rest) async fn create(call: Call) -> Outcome {
    let (owner, by) = owner(&call, error::PASSWORDS_CANNOT_CREATE).await?;
    let (name, app_id) = (call.args.text("name").unwrap_or_default(), call.args.text("app_id").unwrap_or_default());
    let made = kept::create(&call.app, &by, &owner, name, app_id).await.map_err(missing)?;
    let mut shown = Map::new();
    for (field, value) in show(&call, &owner, &made.kept) {
        let is_last = field == "last_ip";
        shown.insert(field, value);
        if is_last {
            shown.insert("password".into(), in_groups(&made.password).into());
        }
    }
    let own = format!("/wp/v2/users/{}/application-passwords/{}", owner.id, made.kept.uuid);
    let headers = vec![(header::LOCATION, call.url(&own))];
    Ok(Reply { status: StatusCode::CREATED, headers, ..Reply::ok(Value::Object(shown)) })
}

/// `POST`, `PUT` and `PATCH …/application-passwords/{uuid}`.
pub(in crate::web::rest) async fn update(call: Call) -> Outcome {
    let (owner, by) = owner(&call, error::PASSWORD_CANNOT_EDIT).await?;
    let uuid = call.path("uuid");
    if let Some(name) = call.args.text("name") {
        kept::rename(&call.app, &by, &owner, uuid, name).await.map_err(missing)?;
    }
    let found = kept::find(&call.app, &by, &owner, uuid).await.map_err(missing)?;
    Ok(Reply::ok(Value::Object(show(&call, &owner, &found))))
}

/// `DELETE …/application-passwords/{uuid}`.
pub(in crate::web::rest) async fn delete(call: Call) -> Outcome {
    let (owner, by) = owner(&call, error::PASSWORD_CANNOT_DELETE).await?;
    let uuid = call.path("uuid");
    let found = kept::find(&call.app, &by, &owner, uuid).await.map_err(missing)?;
    kept::revoke(&call.app, &by, &owner, uuid).await.map_err(missing)?;
    let mut previous = show(&call, &owner, &found);
    previous.shift_remove("_links");
    Ok(Reply::ok(json!({ "deleted": true, "previous": previous })))
}

/// `DELETE …/application-passwords`.
pub(in crate::web::rest) async fn delete_all(call: Call) -> Outcome {
    let (owner, by) = owner(&call, error::PASSWORDS_CANNOT_DELETE).await?;
    let count = kept::revoke_all(&call.app, &by, &owner).await?;
    Ok(Reply::ok(json!({ "deleted": true, "count": count })))
}
