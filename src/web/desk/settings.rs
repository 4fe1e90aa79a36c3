//! Settings > Discussion: a site's options under WordPress's labels and in its groups, with those that
//! WordPress has elsewhere or not at all below.

use std::collections::BTreeMap;

use askama::Template;
use http::StatusCode;

use crate::actions::set_site_option::set_site_options;
use crate::model::options::{OPTIONS, OptionKind, OptionSpec};
use crate::model::role::Capability;
use crate::web::desk::chrome::{Chrome, Desk};
use crate::web::desk::comment::FieldError;
use crate::web::desk::fields::{Fields, Form, Query};
use crate::web::desk::respond::{Answer, page, see};

/// WordPress's groups, and the options in each.
const GROUPS: &[(&str, &[&str])] = &[
    ("Default post settings", &["default_ping_status", "default_comment_status"]),
    (
        "Other comment settings",
        &[
            "require_name_email",
            "comment_registration",
            "users_can_register",
            "close_comments_for_old_posts",
            "close_comments_days_old",
            "show_comments_cookies_opt_in",
            "thread_comments",
            "thread_comments_depth",
        ],
    ),
    ("Comment Pagination", &["page_comments", "comments_per_page", "default_comments_page", "comment_order"]),
    (EMAIL, &["comments_notify", "moderation_notify", "admin_email", "moderation_links", "stc_enabled"]),
    (
        "Before a comment appears",
        &[
            "comment_moderation",
            "comment_previously_approved",
            "confirm_guest_email",
            "trust_accounts",
            "trust_confirmed_guests",
        ],
    ),
    ("Comment Moderation", &["comment_max_links", "moderation_keys"]),
    ("Disallowed Comment Keys", &["disallowed_keys"]),
    ("Formatting", &["use_smilies"]),
    ("Avatars", &["show_avatars", "avatar_rating", "avatar_default", "avatar_server"]),
];

/// The group that does nothing where no mail is sent.
const EMAIL: &str = "Email";

/// The last group: what is in no other.
const MORE: &str = "More";

/// What the group of mail says where there is none.
const NO_MAIL: &str = "This server sends no mail, so none of this has an effect. Whoever runs it can change that: \
    smtp-url or sendmail in rejoinder.toml.";

/// An option as a field.
struct Field {
    name: &'static str,
    label: &'static str,
    shape: Shape,
    value: String,
    error: Option<String>,
}

/// How a field looks.
enum Shape {
    /// A box; its value when ticked.
    Box(&'static str),
    Number(i64, i64),
    /// Values and their words.
    Choice(Vec<(&'static str, &'static str)>),
    Line,
    Lines,
}

struct Group {
    legend: &'static str,
    note: Option<&'static str>,
    fields: Vec<Field>,
}

#[derive(Template)]
#[template(path = "web/desk/settings.html")]
struct SettingsPage {
    chrome: Chrome,
    told: Option<&'static str>,
    has_error: bool,
    action: String,
    groups: Vec<Group>,
}

/// `GET /desk/settings`.
pub(super) async fn show(desk: Desk, Query(query): Query) -> Answer {
    desk.require(Capability::ManageOptions)?;
    let told = (query.get("done") == "saved").then_some("Settings saved.");
    settings_page(&desk, &desk.site.stored_options, told, None).await
}

/// `POST /desk/settings`: a field for each option, by its name; a box that is not ticked is absent.
pub(super) async fn save(desk: Desk, Form(form): Form) -> Answer {
    let values: Vec<(&str, &str)> = OPTIONS.iter().map(|option| (option.name, sent(option, &form))).collect();
    match set_site_options(&desk.app, &desk.site, &desk.actor, &values).await {
        Ok(_changed) => Ok(see(&desk.path("/desk/settings", &[("done", "saved")]))),
        Err(error) => {
            let error = FieldError::of(error)?;
            let typed = values.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
            settings_page(&desk, &typed, None, Some(&error)).await
        }
    }
}

fn sent<'a>(option: &OptionSpec, form: &'a Fields) -> &'a str {
    match shape(option) {
        Shape::Box("open") if !form.has(option.name) => "closed",
        Shape::Box(_) if !form.has(option.name) => "0",
        _ => form.get(option.name),
    }
}

async fn settings_page(
    desk: &Desk,
    values: &BTreeMap<String, String>,
    told: Option<&'static str>,
    error: Option<&FieldError>,
) -> Answer {
    let field = |option: &OptionSpec| Field {
        name: option.name,
        label: option.label,
        shape: shape(option),
        value: values.get(option.name).map_or(option.default, String::as_str).to_owned(),
        error: error.filter(|e| e.field == option.name).map(|e| e.message.clone()),
    };
    let named = |names: &[&str]| OPTIONS.iter().filter(|o| names.contains(&o.name)).map(field).collect();
    let note = |legend: &str| (legend == EMAIL && desk.app.mail.is_none()).then_some(NO_MAIL);
    let group = |(legend, names): &(&'static str, &[&str])| Group { legend, note: note(legend), fields: named(names) };
    let mut groups: Vec<Group> = GROUPS.iter().map(group).collect();
    let is_grouped = |option: &OptionSpec| GROUPS.iter().any(|(_, names)| names.contains(&option.name));
    groups.push(Group {
        legend: MORE,
        note: None,
        fields: OPTIONS.iter().filter(|o| !is_grouped(o)).map(field).collect(),
    });
    let template = SettingsPage {
        chrome: desk.chrome("Discussion Settings", "settings").await?,
        told,
        has_error: error.is_some(),
        action: desk.path("/desk/settings", &[]),
        groups,
    };
    page(if error.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK }, &template)
}

fn shape(option: &OptionSpec) -> Shape {
    match option.kind {
        OptionKind::Switch => Shape::Box("1"),
        OptionKind::Choice(["open", "closed"]) => Shape::Box("open"),
        OptionKind::Choice(words) => Shape::Choice(words.iter().map(|word| (*word, choice_label(word))).collect()),
        OptionKind::Number(least, most) => Shape::Number(least, most),
        OptionKind::Line | OptionKind::Address | OptionKind::Email | OptionKind::Language => Shape::Line,
        OptionKind::Lines => Shape::Lines,
    }
}

/// WordPress's words for the values of its choices (WP 7.1 §4.1).
fn choice_label(value: &'static str) -> &'static str {
    match value {
        "newest" => "last page",
        "oldest" => "first page",
        "asc" => "older comments",
        "desc" => "newer comments",
        "guests" => "as guests",
        "approved" => "after one approved comment",
        "verified-email" => "with a verified email address",
        "always" => "always",
        "raw" => "raw codes",
        "masked" => "masked",
        "G" => "G — Suitable for all audiences",
        "PG" => "PG — Possibly offensive, usually for audiences 13 and above",
        "R" => "R — Intended for adult audiences above 17",
        "X" => "X — Even more mature than above",
        "mystery" => "Mystery Person",
        "blank" => "Blank",
        "gravatar_default" => "Logo (of the picture server)",
        "identicon" => "Identicon",
        "wavatar" => "Wavatar (by the picture server)",
        "monsterid" => "MonsterID (by the picture server)",
        "retro" => "Retro",
        "robohash" => "RoboHash (by the picture server)",
        "initials" => "Initials",
        "color" => "Color",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_grouped_option_is_one() {
        for name in GROUPS.iter().flat_map(|(_, names)| *names) {
            assert!(OPTIONS.iter().any(|o| o.name == *name), "{name}");
        }
    }
}
