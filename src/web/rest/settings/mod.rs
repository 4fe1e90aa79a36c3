//! `wp/v2/settings` (WP 7.1 comments §8.9): the few settings that WordPress's REST API tells of, as far as this
//! server has them.

pub(super) mod read;
pub(super) mod update;

use serde_json::{Value, json};

use super::args::{Arg, Kind};
use super::options::{property, schema_of};

const OPEN_OR_CLOSED: Kind = Kind::OneOf(&["open", "closed"]);

/// What changing them takes; other names are left out, as in WordPress.
pub(super) const UPDATE: &[Arg] = &[
    Arg::new("title", Kind::Text, "The blog’s title."),
    Arg::new("description", Kind::Text, "The blog’s tagline."),
    Arg::new("timezone", Kind::Text, "The time zone, by its name in the IANA database."),
    Arg::new("date_format", Kind::Text, "How dates are written, in PHP’s letters."),
    Arg::new("time_format", Kind::Text, "How times are written, in PHP’s letters."),
    Arg::new("language", Kind::Text, "The site’s language as WordPress spells it, such as de_DE."),
    Arg::new("use_smilies", Kind::Boolean, "Whether emoticons are shown as emoji."),
    Arg::new("default_ping_status", OPEN_OR_CLOSED, "Whether new posts take linkbacks."),
    Arg::new("default_comment_status", OPEN_OR_CLOSED, "Whether new posts take comments."),
];

/// The site's name of a setting.
fn option_of(setting: &str) -> &str {
    match setting {
        "title" => "blogname",
        "description" => "blogdescription",
        "timezone" => "timezone_string",
        "language" => "WPLANG",
        other => other,
    }
}

/// The schema.
pub(super) fn schema() -> Value {
    let address = json!({ "type": "string", "format": "uri" });
    let url = property(&address, "Where this server’s doors for the site are.", &["view"]);
    let settable = UPDATE.iter().map(|arg| (arg.name, property(&arg.kind.schema(), arg.about, &["view", "edit"])));
    schema_of("settings", settable.chain([("url", url)]))
}
