//! A log-in by any WordPress site: its page where a user lets a program in (`authorize-application.php`), and the one
//! question that the password from there is used for, before it is revoked. Called by `begin_log_in` and
//! `complete_log_in`.

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use url::Url;

use super::endpoints::{Endpoints, client_name};
use super::typed::{NOT_A_SERVER, site};
use crate::app::App;
use crate::model::provider::Provider;
use crate::net::identity::{Caller, ProviderError};
use crate::net::page::{first_of_rel, read_apart};
use crate::secret::hex;

/// Bytes of a user name or password that comes back.
const CREDENTIAL_BYTES_MAX: usize = 256;

/// Where a WordPress site is asked: its REST API, by the page's own word (WordPress REST API handbook, "Discovery"),
/// and its consent page, by the API's.
pub(super) async fn wordpress(caller: &Caller, typed: &str) -> Result<Endpoints, ProviderError> {
    let unusable = |detail: &str| ProviderError::Unusable(detail.to_owned());
    let typed = site(caller, typed).ok_or_else(|| unusable(NOT_A_SERVER))?;
    let page = caller.page("the site", typed.as_str()).await?;
    let here = page.url.clone();
    let root = read_apart(move || first_of_rel(&page, "https://api.w.org/")).await;
    let root = root.map_err(|e| ProviderError::Unusable(e.to_string()))?;
    let root = root.or_else(|| here.join("wp-json/").ok()).ok_or_else(|| unusable("it names no REST API"))?;
    let is_own = |url: &str| Url::parse(url).is_ok_and(|url| url.origin() == here.origin());
    let said = caller.get("the REST API", root.as_str(), None).await?;
    let consent = said["authentication"]["application-passwords"]["endpoints"]["authorization"].as_str();
    let consent = consent.ok_or_else(|| unusable("application passwords are switched off there"))?;
    let address = |name: &str| said[name].as_str().unwrap_or_default().trim_end_matches('/').to_owned();
    let (home, site_url) = (address("home"), address("url"));
    if ![root.as_str(), consent, site_url.as_str()].into_iter().all(is_own) {
        return Err(unusable("it names another server"));
    }
    // Who has a page on a server has not the others: the API must be of the very page that was named.
    if home != here.as_str().trim_end_matches('/') {
        return Err(unusable("this is not the front page of a WordPress site"));
    }
    Ok(Endpoints {
        named: site_url,
        authorization: consent.to_owned(),
        token: root.as_str().trim_end_matches('/').to_owned(),
        ..Endpoints::of_one_of_many(format!("wordpress:{home}"))
    })
}

/// The consent page, with where it sends people back to. The state is in that address: WordPress keeps none.
pub(in crate::actions) fn consent_url(
    app: &App,
    caller: &Caller,
    base: &str,
    provider: &Provider,
    endpoints: &Endpoints,
    state: &str,
) -> Result<Url, ProviderError> {
    let mut url = caller.url("the consent page", &endpoints.authorization)?;
    let back = format!("{}?state={state}", endpoints.redirect_uri(base, &provider.id));
    url.query_pairs_mut()
        .append_pair("app_name", &client_name(base))
        .append_pair("app_id", &app_id(app, base))
        .append_pair("success_url", &back)
        .append_pair("reject_url", &format!("{back}&error=access_denied"));
    Ok(url)
}

/// The UUID by which a site knows us again (RFC 9562 §5.8).
fn app_id(app: &App, base: &str) -> String {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&app.secret.digest("app_id", &[base])[..16]);
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let text = hex(&bytes);
    [&text[..8], &text[8..12], &text[12..16], &text[16..20], &text[20..]].join("-")
}

/// What came back from the consent page.
#[derive(Clone, Debug, Default)]
pub struct Granted {
    /// Which site says so.
    pub site_url: String,
    /// Whose password it is.
    pub user_login: String,
    /// The password.
    pub password: SecretString,
}

/// Who it is; the password is revoked before anybody is believed. The second value says why that failed, if it did.
pub(in crate::actions) async fn who(
    caller: &Caller,
    endpoints: &Endpoints,
    granted: &Granted,
) -> Result<(Value, Option<ProviderError>), ProviderError> {
    let unusable = |detail: &str| ProviderError::Unusable(detail.to_owned());
    let (login, password) = (granted.user_login.as_str(), granted.password.expose_secret());
    let is_fine = |text: &str| (1..=CREDENTIAL_BYTES_MAX).contains(&text.len()) && !text.chars().any(char::is_control);
    if granted.site_url.trim_end_matches('/') != endpoints.named {
        return Err(unusable("the answer is of another site"));
    }
    if !is_fine(login) || !is_fine(password) || login.contains(':') {
        return Err(unusable("the answer has no user and password"));
    }
    let users = format!("{}/wp/v2/users/me", endpoints.token);
    let user = caller.get_as("the user", &users, login, password).await;
    let revoked = revoke(caller, &users, login, password).await;
    Ok((user?, revoked.err()))
}

async fn revoke(caller: &Caller, users: &str, login: &str, password: &str) -> Result<(), ProviderError> {
    const WHAT: &str = "revoking the password";
    let said = caller.get_as(WHAT, &format!("{users}/application-passwords/introspect"), login, password).await?;
    let uuid = said["uuid"].as_str().filter(|uuid| uuid.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-'));
    let uuid = uuid.ok_or_else(|| ProviderError::Unusable(format!("{WHAT}: it does not say which it is")))?;
    caller.delete_as(WHAT, &format!("{users}/application-passwords/{uuid}"), login, password).await
}
