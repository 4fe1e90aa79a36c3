//! The REST API: `B/wp-json/…` and `B/?rest_route=/…` (WP 7.1 comments §8). Comments with everything that
//! WordPress's clients do to them, and of posts, users and settings what such clients read. Called by the
//! router.
//!
//! A request is read (`asked`), its sender found out (`who`), its route found in one list (`table`,
//! `routes`), its parameters checked (`args`), and carried out by one file a verb in the folder of its noun.
//! What comes back is worded in `error` and sent by `respond`.

mod application_passwords;
mod args;
mod asked;
mod avatars;
mod batch;
mod call;
mod comments;
mod embedded;
mod error;
mod fields;
mod index;
mod json;
mod openapi;
mod options;
mod paging;
mod posts;
mod respond;
mod routes;
mod settings;
mod statuses;
mod table;
mod taxonomies;
mod types;
mod users;
mod values;
mod who;

use crate::app::App;
use crate::error::Error;
use crate::limits::Limit;
use crate::model::client::Client;
use crate::web::form;
use crate::web::site::Here;
use asked::{Asked, ROUTE_PARAMETER};
use axum::extract::{Request, State};
use axum::response::Response;
use call::{Call, url};
use error::Problem;
use fields::Fields;
use http::Method;
use respond::{Answer, failed, send};
use routes::Endpoint;
use who::Who;

pub use openapi::get as description;
pub(in crate::web) use respond::discovery_links;
pub(in crate::web) use who::fresh_nonce;

/// Where the API stands.
const PREFIX: &str = "/wp-json";

/// Whether a request to `B/` or `B/index.php` is one to the API.
pub(in crate::web) fn is_named_by(query: &str) -> bool {
    url::form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == ROUTE_PARAMETER)
}

/// `B/wp-json`, whatever the method.
pub async fn by_path(State(app): State<App>, here: Result<Here, Error>, client: Client, request: Request) -> Response {
    let path = request.uri().path().strip_prefix(PREFIX).unwrap_or_default().to_owned();
    answer(&app, here, client, Some(&path), request).await
}

/// `B/?rest_route=/…` and `B/index.php?rest_route=/…`.
pub(in crate::web) async fn by_query(
    app: &App,
    here: Result<Here, Error>,
    client: Client,
    request: Request,
) -> Response {
    answer(app, here, client, None, request).await
}

async fn answer(
    app: &App,
    here: Result<Here, Error>,
    client: Client,
    path: Option<&str>,
    request: Request,
) -> Response {
    let mut who = Who::default();
    let here = match here {
        Ok(here) => here,
        Err(error) => return send(failed(&error.into(), &who, &[]), None, None, &who),
    };
    let asked = match Asked::read(path, request).await {
        Ok(asked) => asked,
        Err(problem) => return send(failed(&problem, &who, &[]), Some(&here), None, &who),
    };
    let answer = match prepare(app, &here, &client, &asked, &mut who).await {
        Ok(()) => dispatch(app, &here, client, &asked, &who).await,
        Err(problem) => failed(&problem, &who, &[]),
    };
    send(answer, Some(&here), Some(&asked), &who)
}

/// What comes before any route (WP 7.1 §8.1): no JSONP, not too often, and who it is.
async fn prepare(app: &App, here: &Here, client: &Client, asked: &Asked, who: &mut Who) -> Result<(), Problem> {
    if asked.of_query("_jsonp").is_some() {
        return Err(error::CALLBACK_DISABLED.into());
    }
    app.limits.check_client(Limit::Readings, client.ip)?;
    *who = who::find(app, here, client, asked).await?;
    Ok(())
}

async fn dispatch(app: &App, here: &Here, client: Client, asked: &Asked, who: &Who) -> Answer {
    let found = routes::find(&asked.route);
    if asked.method == Method::OPTIONS {
        return options::answer(app, here, who, found).await;
    }
    let endpoint = found.as_ref().and_then(|(route, _)| route.endpoint(asked.method.as_str()));
    let (Some((route, path)), Some(endpoint)) = (found, endpoint) else {
        return failed(&error::NO_ROUTE.into(), who, &[]);
    };
    let fields = Fields::read(asked.of_query("_fields"));
    let outcome = match call(app, here, client, asked, who, endpoint, path, fields.clone()) {
        Ok(call) => (endpoint.run)(call).await,
        Err(problem) => Err(problem),
    };
    let (address, allow) = (url(here, &asked.route), route.allowed(who));
    let mut answer = respond::answer(outcome, who, (&address, &asked.query), &allow, endpoint.methods);
    if !answer.is_error {
        let rels = embedded::Wanted::read(asked.of_query("_embed")).filter(|_| fields.want("_links"));
        if let Some(rels) = rels
            && let Err(problem) = embedded::embed(app, here, who, &rels, &mut answer.body).await
        {
            return failed(&problem, who, &[]);
        }
        answer.body = fields.select(answer.body);
    }
    answer
}

#[expect(clippy::too_many_arguments, reason = "the parts of a call, put together in this one place")]
fn call(
    app: &App,
    here: &Here,
    client: Client,
    asked: &Asked,
    who: &Who,
    endpoint: &Endpoint,
    path: Vec<(&'static str, String)>,
    fields: Fields,
) -> Result<Call, Problem> {
    let sent = asked.parameters()?;
    let args = args::check(endpoint.args, &sent)?;
    let idempotency_key = form::idempotency_key(&asked.headers)?;
    let (app, here, who) = (app.clone(), here.clone(), who.clone());
    Ok(Call { app, here, client, who, args, sent, path, fields, idempotency_key })
}
