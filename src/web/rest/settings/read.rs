//! `GET wp/v2/settings`.

use serde_json::{Map, Value};

use super::{UPDATE, option_of};
use crate::actions::set_site_option;
use crate::model::role::Capability;
use crate::model::site::Site;
use crate::web::rest::args::Kind;
use crate::web::rest::call::{Call, Outcome, Reply};
use crate::web::rest::error::{self, Problem};

/// Shows the settings.
pub(in crate::web::rest) async fn read(call: Call) -> Outcome {
    if !call.who.can(Capability::ManageOptions) {
        return Err(error::FORBIDDEN.into());
    }
    shown(&call, &call.here.site)
}

/// The settings as they are answered.
pub(super) fn shown(call: &Call, site: &Site) -> Outcome {
    let mut shown = Map::new();
    for arg in UPDATE {
        let value = set_site_option::current(site, option_of(arg.name)).map_err(Problem::from)?;
        let value = if arg.name == "language" { site.options.WPLANG.name() } else { value };
        let value = if matches!(arg.kind, Kind::Boolean) { (value == "1").into() } else { value.into() };
        shown.insert(arg.name.to_owned(), value);
    }
    shown.insert("url".into(), call.here.base.as_str().into());
    Ok(Reply::ok(Value::Object(shown)))
}
