//! Listing and showing application passwords, never what they are.

use serde_json::Value;

use super::{owner, show};
use crate::actions::application_passwords as kept;
use crate::error::Error;
use crate::web::rest::call::{Call, Outcome, Reply};
use crate::web::rest::error::{self, Problem};

/// `GET …/application-passwords`.
pub(in crate::web::rest) async fn list(call: Call) -> Outcome {
    let (owner, by) = owner(&call, error::PASSWORDS_CANNOT_LIST).await?;
    let all = kept::list(&call.app, &by, &owner).await?;
    Ok(Reply::ok(all.iter().map(|one| Value::Object(show(&call, &owner, one))).collect()))
}

/// `GET …/application-passwords/{uuid}`.
pub(in crate::web::rest) async fn one(call: Call) -> Outcome {
    let (owner, by) = owner(&call, error::PASSWORD_CANNOT_READ).await?;
    let found = kept::find(&call.app, &by, &owner, call.path("uuid")).await.map_err(missing)?;
    Ok(Reply::ok(Value::Object(show(&call, &owner, &found))))
}

/// `GET …/application-passwords/introspect`: the one that came with the request.
pub(in crate::web::rest) async fn introspect(call: Call) -> Outcome {
    let (owner, by) = owner(&call, error::PASSWORD_CANNOT_INTROSPECT).await?;
    if call.who.id() != Some(owner.id) {
        return Err(error::PASSWORD_CANNOT_INTROSPECT.into());
    }
    let used = call.who.account.as_ref().and_then(|account| account.application_password.clone());
    let uuid = used.ok_or_else(|| Problem::from(error::PASSWORD_NOT_USED))?;
    let found = kept::find(&call.app, &by, &owner, &uuid).await.map_err(missing)?;
    Ok(Reply::ok(Value::Object(show(&call, &owner, &found))))
}

/// Not found, in the words of this noun.
pub(super) fn missing(error: Error) -> Problem {
    match error {
        Error::NotFound(_) => error::PASSWORD_NOT_FOUND.into(),
        Error::Invalid { field: "name", .. } => error::PASSWORD_EMPTY_NAME.into(),
        other => other.into(),
    }
}
