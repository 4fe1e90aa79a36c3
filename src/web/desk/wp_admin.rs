//! The addresses that WordPress's mails and bookmarks name: they lead to the same page of the desk. Nothing
//! is changed here: a link that moderates leads to a page that asks first.

use axum::extract::{OriginalUri, State};
use url::form_urlencoded::Serializer;

use crate::app::App;
use crate::error::Result;
use crate::web::desk::fields::{Fields, Query};
use crate::web::desk::login::lost_password;
use crate::web::desk::respond::{Answer, see};
use crate::web::site::Here;

/// `wp-login.php`, with the way back; with WordPress's names of its other pages, where a lost password is set and an
/// account is made, on the site that path or host mean.
pub(super) async fn login(State(app): State<App>, here: Result<Here>, Query(query): Query) -> Answer {
    let base = here.ok().map(|here| here.base);
    let other = match query.get("action") {
        "lostpassword" | "retrievepassword" => match base {
            Some(base) => Some(format!("{base}/login/lost")),
            None => lost_password(&app).await?,
        },
        "register" => base.map(|base| format!("{base}/login/register")),
        _ => None,
    };
    Ok(match (other, query.get("redirect_to")) {
        (Some(other), _) => see(&other),
        (None, "") => see("/desk/login"),
        (None, back) => {
            see(&format!("/desk/login?{}", Serializer::new(String::new()).append_pair("redirect_to", back).finish()))
        }
    })
}

/// `wp-admin/…`, and `wp-admin/` itself, which `wp.getOptions` names, of the site that path or host mean.
pub(super) async fn redirect(here: Result<Here>, OriginalUri(uri): OriginalUri, Query(query): Query) -> Answer {
    let (before, page) = uri.path().split_once("/wp-admin").unwrap_or_default();
    let site = match here {
        // At the root of the server of one site, the desk knows which.
        Ok(here) => Some(here.site).filter(|site| !before.is_empty() || site.siteurl.is_some()),
        Err(_no_site_at_the_root) if before.is_empty() => None,
        Err(error) => return Err(error.into()),
    };
    Ok(see(&target(page.trim_start_matches('/'), &query, site.as_deref().map(|site| site.slug.as_str()))))
}

fn target(page: &str, query: &Fields, site: Option<&str>) -> String {
    let mut kept = Serializer::new(String::new());
    if let Some(slug) = site {
        kept.append_pair("site", slug);
    }
    let path = match page {
        "" | "index.php" => "/desk".into(),
        "comment.php" => comment_path(query),
        "options-discussion.php" => "/desk/settings".into(),
        "edit.php" => "/desk/posts".into(),
        "users.php" => "/desk/members".into(),
        "profile.php" => "/desk/profile".into(),
        "authorize-application.php" => {
            for name in ["app_name", "app_id", "success_url", "reject_url"].into_iter().filter(|n| query.has(n)) {
                kept.append_pair(name, query.get(name));
            }
            "/desk/authorize-application".into()
        }
        _ => {
            for name in ["comment_status", "comment_type", "p", "s", "paged"].into_iter().filter(|n| query.has(n)) {
                kept.append_pair(name, query.get(name));
            }
            "/desk/comments".into()
        }
    };
    let kept = kept.finish();
    if kept.is_empty() { path } else { format!("{path}?{kept}") }
}

/// `comment.php?action=approve&c=1`, with WordPress's older names of the actions (WP 7.1 §10.3).
fn comment_path(query: &Fields) -> String {
    let verb = match query.get("action") {
        "mac" | "approve" | "approvecomment" => "approve",
        "unapprove" | "unapprovecomment" => "unapprove",
        "spam" | "spamcomment" => "spam",
        "unspamcomment" => "unspam",
        "trash" | "trashcomment" => "trash",
        "untrashcomment" => "untrash",
        "cdc" if query.get("dt") == "spam" => "spam",
        "cdc" if query.get("dt") == "trash" => "trash",
        "cdc" | "delete" | "deletecomment" => "delete",
        _ => "edit",
    };
    match query.get("c").parse::<i64>() {
        Ok(id) => format!("/desk/comments/{id}/{verb}"),
        Err(_no_number) => "/desk/comments".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wordpress_s_addresses_lead_to_the_same_page() {
        for (page, query, site, path) in [
            ("comment.php", "action=approve&c=7", None, "/desk/comments/7/approve"),
            ("comment.php", "action=cdc&dt=spam&c=7", None, "/desk/comments/7/spam"),
            ("comment.php", "action=trash&c=7", Some("blog"), "/desk/comments/7/trash?site=blog"),
            ("comment.php", "action=editcomment&c=7", None, "/desk/comments/7/edit"),
            ("comment.php", "action=approve&c=//evil.example", None, "/desk/comments"),
            (
                "edit-comments.php",
                "comment_status=moderated&p=3&x=y",
                None,
                "/desk/comments?comment_status=moderated&p=3",
            ),
            ("options-discussion.php", "", None, "/desk/settings"),
            (
                "authorize-application.php",
                "app_name=My+App&success_url=myapp%3A%2F%2Fback%3Fa%3D1&x=y",
                Some("blog"),
                "/desk/authorize-application?site=blog&app_name=My+App&success_url=myapp%3A%2F%2Fback%3Fa%3D1",
            ),
            ("", "", None, "/desk"),
            ("index.php", "", Some("blog"), "/desk?site=blog"),
            ("anything.php", "", None, "/desk/comments"),
        ] {
            assert_eq!(target(page, &Fields::parse(query.as_bytes()), site), path);
        }
    }
}
