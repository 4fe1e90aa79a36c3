//! A user as the REST API shows one, in WordPress's order of fields.
//!
//! Other than WordPress, the slug is made of the number: WordPress's is the login in most cases, and so half
//! of what a guesser needs.

use serde_json::{Map, Value, json};

use crate::actions::avatars::Avatars;
use crate::app::App;
use crate::model::date;
use crate::model::role::{Capability, Role};
use crate::store::users::User;
use crate::web::rest::avatars::by_size;
use crate::web::rest::call::{Context, url};
use crate::web::rest::fields::Fields;
use crate::web::site::Here;

/// What stands before the number in a slug.
const SLUG_PREFIX: &str = "user-";

/// The slug of a user.
fn slug(user: &User) -> String {
    format!("{SLUG_PREFIX}{}", user.account.id)
}

/// The number of the user with this slug.
pub(super) fn id_of_slug(slug: &str) -> Option<i64> {
    slug.strip_prefix(SLUG_PREFIX)?.parse().ok()
}

/// The user.
pub(in crate::web::rest) fn show(app: &App, here: &Here, user: &User, context: Context, fields: &Fields) -> Value {
    const ALL: &[&str] = &["view", "edit", "embed"];
    const NOT_EMBED: &[&str] = &["view", "edit"];
    const EDIT: &[&str] = &["edit"];
    let account = &user.account;
    let mut shown = Map::new();
    let mut put = |name: &str, contexts: &[&str], value: &dyn Fn() -> Value| {
        if context.is_in(contexts) && fields.want(name) {
            shown.insert(name.to_owned(), value());
        }
    };
    put("id", ALL, &|| account.id.0.into());
    put("username", EDIT, &|| account.login.as_str().into());
    put("name", ALL, &|| account.display_name.as_str().into());
    put("first_name", EDIT, &|| "".into());
    put("last_name", EDIT, &|| "".into());
    put("email", EDIT, &|| account.email.as_str().into());
    put("url", ALL, &|| account.url.as_str().into());
    put("description", ALL, &|| "".into());
    put("link", ALL, &|| here.site.home.as_str().into());
    put("locale", EDIT, &|| "en_US".into());
    put("nickname", EDIT, &|| account.display_name.as_str().into());
    put("slug", ALL, &|| slug(user).into());
    put("roles", EDIT, &|| json!([user.role.as_str()]));
    put("registered_date", EDIT, &|| date::machine(user.account.created_at, "UTC").into());
    put("capabilities", EDIT, &|| capabilities(user.role));
    put("extra_capabilities", EDIT, &|| json!({ user.role.as_str(): true }));
    if let Some(avatars) = Avatars::of_site(app, &here.site, &here.base) {
        put("avatar_urls", ALL, &|| by_size(avatars.avatar_urls(account)));
    }
    put("meta", NOT_EMBED, &|| json!({}));
    put("_links", ALL, &|| {
        json!({
            "self": [{ "href": url(here, &format!("/wp/v2/users/{}", account.id)) }],
            "collection": [{ "href": url(here, "/wp/v2/users") }],
        })
    });
    Value::Object(shown)
}

/// What the role may do, of what there is to do here, by WordPress's names (WP 7.1 §10.1).
fn capabilities(role: Role) -> Value {
    let named = [
        ("manage_options", Capability::ManageOptions),
        ("list_users", Capability::ManageOptions),
        ("moderate_comments", Capability::ModerateComments),
        ("edit_others_posts", Capability::EditOthersPosts),
        ("edit_published_posts", Capability::EditPublishedPosts),
        ("edit_posts", Capability::EditPosts),
    ];
    let mut all = Map::new();
    all.insert("read".into(), true.into());
    for (name, capability) in named {
        if role.can(capability) {
            all.insert(name.into(), true.into());
        }
    }
    all.insert(role.as_str().into(), true.into());
    Value::Object(all)
}
