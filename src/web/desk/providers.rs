//! Settings > Log-in: by which providers one can log in on the site. Switch one on, copy its redirect URI, give it what
//! it needs, test it, see its last error. A secret is never shown again.

use askama::Template;
use axum::extract::Path;
use http::StatusCode;

use crate::actions::ask_provider::redirect_uri;
use crate::actions::set_provider::{
    ProviderChange, Way, add_provider, list_providers, make_secret, move_provider, remove_provider, set_provider,
    test_provider,
};
use crate::error::Error;
use crate::model::provider::{KINDS, Kind, Needs, Provider, TRUST};
use crate::model::role::Capability;
use crate::model::trust::Trust;
use crate::web::desk::chrome::{Chrome, Desk};
use crate::web::desk::comment::FieldError;
use crate::web::desk::fields::{Fields, Form, Query};
use crate::web::desk::respond::{Answer, page, see};
use crate::web::desk::show::{When, when};

/// Most providers of one kind that get an id by themselves.
const SAME_KIND_MAX: usize = 50;

/// A provider as a form.
#[expect(clippy::struct_excessive_bools, reason = "what a template asks, each by itself")]
struct Row {
    id: String,
    name: String,
    kind: &'static str,
    enabled: bool,
    action: String,
    redirect_uri: String,
    /// Whether somebody must be told the redirect URI.
    needs_client: bool,
    /// Whether the site itself signs tokens; for whom.
    audience: Option<String>,
    needs_key: bool,
    takes_issuer: bool,
    issuer: String,
    client_id: String,
    has_secret: bool,
    /// Name, value.
    settings: Vec<(&'static str, String)>,
    trust: Trust,
    lacks: Option<&'static str>,
    /// Whether it can move up, and down.
    up: bool,
    down: bool,
    /// The button to move it that was pressed just now: whoever works by keyboard presses it again.
    pressed: &'static str,
    last_error: String,
    last_error_at: Option<When>,
    last_used: Option<When>,
}

#[derive(Template)]
#[template(path = "web/desk/providers.html")]
struct ProvidersPage {
    chrome: Chrome,
    told: Option<String>,
    error: Option<FieldError>,
    rows: Vec<Row>,
    add_action: String,
    /// Name, label, what it needs.
    kinds: Vec<(&'static str, &'static str, &'static str)>,
}

/// `GET /desk/log-in`.
pub(super) async fn show(desk: Desk, Query(query): Query) -> Answer {
    desk.require(Capability::ManageOptions)?;
    let told = match query.get("done") {
        "added" => Some("Added. It is offered once it has what it needs and is switched on."),
        "saved" => Some("Saved."),
        "removed" => Some("Removed. Nobody logs in with it any more; accounts stay."),
        "moved" => Some("Moved."),
        "tested" => Some("It answers as it should."),
        _ => None,
    };
    let pressed = (query.get("moved").to_owned(), if query.get("way") == "up" { "up" } else { "down" });
    providers_page(&desk, told.map(str::to_owned), None, &pressed).await
}

/// `POST /desk/log-in`: adds a provider of this `kind`. One that needs nothing is offered at once.
pub(super) async fn add(desk: Desk, Form(form): Form) -> Answer {
    let known = list_providers(&desk.app, &desk.site, &desk.actor).await?;
    let kind = form.get("kind");
    let needs_nothing = Kind::named(kind)
        .is_some_and(|kind| kind.needs == Needs::Nothing || (kind.needs == Needs::Mail && desk.app.mail.is_some()));
    let ids = (1..=SAME_KIND_MAX).map(|n| if n == 1 { kind.to_owned() } else { format!("{kind}-{n}") });
    let id = ids.into_iter().find(|id| known.iter().all(|provider| provider.id != *id));
    let change = ProviderChange {
        enabled: Some(needs_nothing),
        position: i64::try_from(known.len()).ok(),
        ..ProviderChange::default()
    };
    add_provider(&desk.app, &desk.site, &desk.actor, (kind, id.as_deref()), change).await?;
    Ok(see(&desk.path("/desk/log-in", &[("done", "added")])))
}

/// `POST /desk/log-in/{id}`: `action` is `save`, `test`, `secret`, `remove`, `up` or `down`.
pub(super) async fn change(desk: Desk, Path(id): Path<String>, Form(form): Form) -> Answer {
    let done = match form.get("action") {
        "save" => match save(&desk, &id, &form).await {
            Ok(()) => "saved",
            Err(error) => return providers_page(&desk, None, Some(FieldError::of(error)?), &Pressed::default()).await,
        },
        "test" => {
            let base = desk.app.sites.base(&desk.app.db, &desk.app.config, &desk.site).await?;
            match test_provider(&desk.app, &desk.site, &base, &desk.actor, &id).await? {
                Ok(()) => "tested",
                Err(message) => {
                    let error = FieldError { field: "test", message };
                    return providers_page(&desk, None, Some(error), &Pressed::default()).await;
                }
            }
        }
        "secret" => {
            let secret = make_secret(&desk.app, &desk.site, &desk.actor, &id).await?;
            let told = format!("The new secret, shown only now: {secret}");
            return providers_page(&desk, Some(told), None, &Pressed::default()).await;
        }
        way @ ("up" | "down") => {
            let to = if way == "up" { Way::Up } else { Way::Down };
            move_provider(&desk.app, &desk.site, &desk.actor, &id, to).await?;
            return Ok(see(&desk.path("/desk/log-in", &[("done", "moved"), ("moved", &id), ("way", way)])));
        }
        "remove" => {
            remove_provider(&desk.app, &desk.site, &desk.actor, &id).await?;
            "removed"
        }
        _ => return Err(Error::invalid("action", "There is no such action.").into()),
    };
    Ok(see(&desk.path("/desk/log-in", &[("done", done)])))
}

async fn save(desk: &Desk, id: &str, form: &Fields) -> Result<(), Error> {
    let given = |name: &str| form.has(name).then(|| form.get(name).to_owned());
    let known = list_providers(&desk.app, &desk.site, &desk.actor).await?;
    let kind = known.iter().find(|provider| provider.id == id).and_then(Provider::kind);
    let names = kind.map_or(&[][..], |kind| kind.settings).iter().map(|(name, _)| *name);
    let change = ProviderChange {
        name: given("name"),
        issuer: given("issuer"),
        client_id: given("client_id"),
        // An empty field: the secret stays.
        client_secret: given("client_secret").filter(|secret| !secret.trim().is_empty()).map(Into::into),
        settings: names
            .chain([TRUST])
            .filter_map(|name| Some((name.to_owned(), given(&format!("set-{name}"))?)))
            .collect(),
        enabled: Some(form.has("enabled")),
        position: None,
    };
    set_provider(&desk.app, &desk.site, &desk.actor, id, change).await.map(|_| ())
}

/// Which provider was moved just now, and which way.
type Pressed = (String, &'static str);

async fn providers_page(desk: &Desk, told: Option<String>, error: Option<FieldError>, pressed: &Pressed) -> Answer {
    let known = list_providers(&desk.app, &desk.site, &desk.actor).await?;
    let base = desk.app.sites.base(&desk.app.db, &desk.app.config, &desk.site).await?;
    let mut rows: Vec<Row> = known.into_iter().filter_map(|provider| row(desk, &base, provider)).collect();
    let last = rows.len().saturating_sub(1);
    for (at, row) in rows.iter_mut().enumerate() {
        (row.up, row.down) = (at > 0, at < last);
        // At an end the other button is there to be pressed.
        let way = if at == 0 {
            "down"
        } else if at == last {
            "up"
        } else {
            pressed.1
        };
        row.pressed = if row.id == pressed.0 { way } else { "" };
    }
    let template = ProvidersPage {
        rows,
        chrome: desk.chrome("Log-in", "log-in").await?,
        told,
        add_action: desk.path("/desk/log-in", &[]),
        kinds: KINDS.iter().map(|kind| (kind.name, kind.label, needs(kind))).collect(),
        error,
    };
    page(if template.error.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK }, &template)
}

fn needs(kind: &Kind) -> &'static str {
    match kind.needs {
        Needs::Nothing => "needs nothing",
        Needs::Mail => "needs nothing but that mail is set up",
        Needs::Client => "client ID and secret",
        Needs::ClientAndIssuer => "issuer, client ID and secret",
        Needs::SharedSecret => "a secret that is made here, or the address of your keys",
        Needs::SigningKey => "Services ID, Team ID, Key ID and key",
    }
}

fn row(desk: &Desk, base: &str, provider: Provider) -> Option<Row> {
    let kind = provider.kind()?;
    let moment = |at: Option<_>| at.map(|at| when(at, &desk.site.options.timezone_string));
    Some(Row {
        action: desk.path(&format!("/desk/log-in/{}", provider.id), &[]),
        redirect_uri: redirect_uri(base, &provider.id),
        kind: kind.label,
        needs_client: kind.needs.has_client() && kind.needs != Needs::SharedSecret,
        audience: (kind.needs == Needs::SharedSecret).then(|| base.to_owned()),
        needs_key: kind.needs == Needs::SigningKey,
        takes_issuer: kind.takes_issuer,
        has_secret: !provider.secret().is_empty(),
        settings: kind
            .settings
            .iter()
            .map(|(name, _)| (*name, provider.setting(name).unwrap_or_default().to_owned()))
            .collect(),
        trust: provider.trust(),
        lacks: provider.lacks(desk.app.mail.is_some()),
        up: false,
        down: false,
        pressed: "",
        last_error_at: moment(provider.last_error_at),
        last_used: moment(provider.last_used_at),
        id: provider.id,
        name: provider.name,
        enabled: provider.enabled,
        issuer: provider.issuer,
        client_id: provider.client_id,
        last_error: provider.last_error,
    })
}
