//! `GET wp/v2/users/{id}` and `GET wp/v2/users/me`.

use super::object::show;
use crate::model::role::{Capability, Role};
use crate::store::users::{self, User};
use crate::web::rest::call::{Call, Context, Outcome, Reply};
use crate::web::rest::error::{self, Problem};
use crate::web::rest::who::Who;

/// Shows who is logged in.
pub(in crate::web::rest) async fn me(call: Call) -> Outcome {
    let Some(authenticated) = call.who.account.clone() else { return Err(error::NOT_LOGGED_IN.into()) };
    let id = authenticated.account.id.0;
    let found = users::find_many(&call.app.db, call.here.site.id, &[id]).await?.pop();
    // Who is no member of the site is still somebody.
    let user = found.unwrap_or_else(|| User {
        account: authenticated.account.clone(),
        role: Role::Subscriber,
        has_posts: false,
    });
    Ok(Reply::ok(show(&call.app, &call.here, &user, call.context(), &call.fields)))
}

/// Shows a user.
pub(in crate::web::rest) async fn user(call: Call) -> Outcome {
    let found = users::find_many(&call.app.db, call.here.site.id, &[call.id()]).await?.pop();
    let user = found.ok_or_else(|| Problem::from(error::USER_INVALID_ID))?;
    let is_own = call.who.id() == Some(user.account.id);
    let is_administrator = call.who.can(Capability::ManageOptions);
    if call.context() == Context::Edit && !is_own && !is_administrator {
        return Err(error::USER_FORBIDDEN_CONTEXT.into());
    }
    if !may_see(&call.who, &user) {
        return Err(error::USER_CANNOT_VIEW.into());
    }
    Ok(Reply::ok(show(&call.app, &call.here, &user, call.context(), &call.fields)))
}

/// Whether the client may see the user: anybody sees who has posts.
pub(in crate::web::rest) fn may_see(who: &Who, user: &User) -> bool {
    user.has_posts || who.id() == Some(user.account.id) || who.can(Capability::ManageOptions)
}
