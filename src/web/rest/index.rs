//! The index of the API, by which clients find everything else, and how to log in (WP 7.1 comments §8.1).

use serde_json::{Map, Value, json};

use super::args::{Arg, Kind, Preset};
use super::call::{Call, Outcome, Reply, url};
use super::options::summary;
use super::table::ROUTES;
use crate::model::date;
use crate::web::site::Here;

pub(super) const ARGS: &[Arg] =
    &[Arg::new("context", Kind::Text, "Shows the same, whatever it is.").or(Preset::Text("view"))];
pub(super) const NAMESPACE_ARGS: &[Arg] = &[
    Arg::new("namespace", Kind::Text, "The version of the API.").or(Preset::Text("wp/v2")),
    Arg::new("context", Kind::Text, "Shows the same, whatever it is.").or(Preset::Text("view")),
];

/// `GET /`.
pub(super) async fn root(call: Call) -> Outcome {
    let (here, site) = (&call.here, &call.here.site);
    let home = site.home.as_str().trim_end_matches('/');
    let authorize = format!("{}/wp-admin/authorize-application.php", here.base);
    Ok(Reply::ok(json!({
        "name": site.title,
        "description": site.options.blogdescription,
        "url": here.base,
        "home": home,
        "gmt_offset": gmt_offset(&call),
        "timezone_string": call.zone(),
        "page_for_posts": 0,
        "page_on_front": 0,
        "show_on_front": "posts",
        "namespaces": ["wp/v2"],
        "authentication": { "application-passwords": { "endpoints": { "authorization": authorize } } },
        "routes": routes(here, None),
        "site_logo": 0,
        "site_icon": 0,
        "site_icon_url": "",
        "_links": {
            "help": [{ "href": "https://developer.wordpress.org/rest-api/" }],
            "describedby": [{ "href": format!("{}/openapi.json", here.base), "type": "application/openapi+json" }],
        },
    })))
}

/// WordPress has a number where a time zone is named, and the text of an option where none is.
fn gmt_offset(call: &Call) -> Value {
    let hours = date::gmt_offset(call.app.clock.now(), call.zone());
    if call.zone().is_empty() {
        return hours.into();
    }
    hours.parse::<i64>().map(Value::from).or_else(|_| hours.parse::<f64>().map(Value::from)).unwrap_or(Value::Null)
}

/// `GET /wp/v2`.
pub(super) async fn namespace(call: Call) -> Outcome {
    Ok(Reply::ok(json!({
        "namespace": "wp/v2",
        "routes": routes(&call.here, Some("wp/v2")),
        "_links": { "up": [{ "href": url(&call.here, "/") }] },
    })))
}

fn routes(here: &Here, namespace: Option<&str>) -> Map<String, Value> {
    let wanted = ROUTES.iter().filter(|route| namespace.is_none_or(|n| route.namespace == n));
    wanted.map(|route| (route.pattern(), Value::Object(summary(here, route)))).collect()
}
