//! A post as the REST API shows it, in WordPress's order of fields.

use serde_json::{Map, Value, json};

use super::base_of;
use crate::model::post::Post;
use crate::model::text::escape::esc_text;
use crate::model::{date, text};
use crate::web::rest::call::{Context, url};
use crate::web::rest::fields::Fields;
use crate::web::site::Here;

/// The post.
pub(in crate::web::rest) fn show(here: &Here, post: &Post, context: Context, fields: &Fields) -> Value {
    const ALL: &[&str] = &["view", "edit", "embed"];
    const NOT_EMBED: &[&str] = &["view", "edit"];
    let (zone, is_page) = (&here.site.options.timezone_string, post.kind == "page");
    let is_edit = context == Context::Edit;
    let text = |raw: &str, rendered: String| {
        if is_edit { json!({ "raw": raw, "rendered": rendered }) } else { json!({ "rendered": rendered }) }
    };
    let open = |is_open: bool| Value::from(if is_open { "open" } else { "closed" });
    let nothing = || json!({ "rendered": "", "protected": false });
    let mut shown = Map::new();
    let mut put = |name: &str, contexts: &[&str], value: &dyn Fn() -> Value| {
        if context.is_in(contexts) && fields.want(name) {
            shown.insert(name.to_owned(), value());
        }
    };
    put("id", ALL, &|| post.id.0.into());
    put("date", ALL, &|| date::rest(post.date(), zone).into());
    put("date_gmt", NOT_EMBED, &|| date::rest(post.date(), "UTC").into());
    put("guid", NOT_EMBED, &|| text(&post.url, text::escape::esc_html(&post.url)));
    put("modified", NOT_EMBED, &|| date::rest(post.date(), zone).into());
    put("modified_gmt", NOT_EMBED, &|| date::rest(post.date(), "UTC").into());
    put("password", &["edit"], &|| "".into());
    put("slug", ALL, &|| post.slug().into());
    put("status", NOT_EMBED, &|| "publish".into());
    put("type", ALL, &|| post.kind.as_str().into());
    put("link", ALL, &|| post.url.as_str().into());
    put("title", ALL, &|| text(&post.title, esc_text(&post.title)));
    put("content", NOT_EMBED, &nothing);
    put("excerpt", ALL, &nothing);
    put("author", ALL, &|| post.account_id.map_or(0, |id| id.0).into());
    put("featured_media", ALL, &|| 0.into());
    if is_page {
        put("parent", NOT_EMBED, &|| 0.into());
        put("menu_order", NOT_EMBED, &|| 0.into());
    }
    put("comment_status", NOT_EMBED, &|| open(post.comments_open));
    put("ping_status", NOT_EMBED, &|| open(post.pings_open));
    if !is_page {
        put("sticky", NOT_EMBED, &|| false.into());
    }
    put("template", NOT_EMBED, &|| "".into());
    if !is_page {
        put("format", NOT_EMBED, &|| "standard".into());
    }
    put("meta", NOT_EMBED, &|| json!({}));
    if !is_page {
        put("categories", NOT_EMBED, &|| json!([]));
        put("tags", NOT_EMBED, &|| json!([]));
    }
    put("_links", ALL, &|| links(here, post));
    Value::Object(shown)
}

fn links(here: &Here, post: &Post) -> Value {
    let base = base_of(&post.kind);
    let to = |route: String| url(here, &route);
    let mut links = Map::new();
    links.insert("self".into(), json!([{ "href": to(format!("/wp/v2/{base}/{}", post.id)) }]));
    links.insert("collection".into(), json!([{ "href": to(format!("/wp/v2/{base}")) }]));
    links.insert("about".into(), json!([{ "href": to(format!("/wp/v2/types/{}", post.kind)) }]));
    if let Some(author) = post.account_id {
        links.insert("author".into(), json!([{ "embeddable": true, "href": to(format!("/wp/v2/users/{author}")) }]));
    }
    let replies = to(format!("/wp/v2/comments?post={}", post.id));
    links.insert("replies".into(), json!([{ "embeddable": true, "href": replies }]));
    Value::Object(links)
}
