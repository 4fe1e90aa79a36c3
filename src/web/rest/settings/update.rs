//! `POST`, `PUT` and `PATCH wp/v2/settings`.

use super::read::shown;
use super::{UPDATE, option_of};
use crate::actions::set_site_option::{set_site_option, set_site_options};
use crate::error::Error;
use crate::model::role::Capability;
use crate::web::rest::call::{Call, Outcome};
use crate::web::rest::error;

/// Changes the settings that are given.
pub(in crate::web::rest) async fn update(call: Call) -> Outcome {
    let Some(actor) = call.who.actor().filter(|actor| actor.can(Capability::ManageOptions)) else {
        return Err(error::FORBIDDEN.into());
    };
    let (app, site) = (&call.app, &call.here.site);
    let truth = |name| call.args.truth(name).map(|is_on| if is_on { "1" } else { "0" });
    let given = |name| call.args.text(name).or_else(|| truth(name)).map(|value| (option_of(name), value));
    let options: Vec<_> = UPDATE.iter().map(|arg| arg.name).filter(|name| *name != "title").filter_map(given).collect();
    set_site_options(app, site, &actor, &options).await.map_err(by_setting)?;
    if let Some((name, title)) = given("title") {
        set_site_option(app, site, &actor, name, title).await?;
    }
    let site = app.sites.find(&app.db, site.id).await?;
    let site = site.ok_or_else(|| Error::internal("a site that was changed is gone"))?;
    shown(&call, &site)
}

/// A refusal that names the setting which was sent, not the option that it is kept as.
fn by_setting(error: Error) -> Error {
    match error {
        Error::Invalid { field, message } => {
            let setting = UPDATE.iter().map(|arg| arg.name).find(|name| option_of(name) == field).unwrap_or(field);
            Error::Invalid { field: setting, message: message.replacen(field, setting, 1) }
        }
        other => other,
    }
}
