//! A site's options under their WordPress names (WP 7.1 §4, Settings > Discussion), typed, with
//! WordPress's defaults and WordPress's cleaning of what is saved. The store keeps them as names and
//! strings; everything else reads the typed fields of [`SiteOptions`].

use std::collections::BTreeMap;

use url::Url;

use crate::model::locale::Locale;
use crate::model::text::names::is_email;
use crate::model::trust::Trust;

/// How one option's text is read, cleaned and worded in an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OptionKind {
    /// `1` or `0`.
    Switch,
    /// A whole number from the first to the second, inclusive.
    Number(i64, i64),
    /// One of these words.
    Choice(&'static [&'static str]),
    /// One line of text.
    Line,
    /// Nothing, or an address of the web without a query.
    Address,
    /// An e-mail address, or nothing.
    Email,
    /// A language as WordPress spells it, or nothing for English.
    Language,
    /// A list of keys, one a line: trimmed, without empty lines and repetitions.
    Lines,
}

/// One option: its name, how it is read, and its default as stored text.
#[derive(Clone, Copy, Debug)]
pub struct OptionSpec {
    /// WordPress's name where WordPress has the option.
    pub name: &'static str,
    /// How its text is read.
    pub kind: OptionKind,
    /// What it is until somebody sets it.
    pub default: &'static str,
    /// The words beside it in Settings > Discussion and in the documents.
    pub label: &'static str,
}

/// Why a value was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OptionError {
    /// No option has this name.
    #[error("there is no option named “{0}”; `rejoinder site set SITE` lists the options")]
    Unknown(String),
    /// The value does not fit the option.
    #[error("{name} takes {expected}, not “{value}”")]
    Value {
        /// The option.
        name: &'static str,
        /// What it takes, in words.
        expected: String,
        /// What was given.
        value: String,
    },
}

impl OptionSpec {
    /// The value as it is stored, or why it cannot be.
    pub fn clean(&self, value: &str) -> Result<String, OptionError> {
        let refuse = |expected: String| OptionError::Value { name: self.name, expected, value: value.to_owned() };
        match self.kind {
            OptionKind::Switch => match value.trim() {
                "1" | "true" | "on" | "yes" => Ok("1".into()),
                "" | "0" | "false" | "off" | "no" => Ok("0".into()),
                _ => Err(refuse("1 (on) or 0 (off)".into())),
            },
            OptionKind::Number(least, most) => match value.trim().parse::<i64>() {
                Ok(n) if (least..=most).contains(&n) => Ok(n.to_string()),
                _ => Err(refuse(format!("a whole number from {least} to {most}"))),
            },
            OptionKind::Choice(words) => {
                let word = value.trim();
                if words.contains(&word) {
                    Ok(word.into())
                } else {
                    Err(refuse(format!("one of {}", words.join(", "))))
                }
            }
            OptionKind::Address => clean_address(value.trim())
                .ok_or_else(|| refuse("nothing, or an address like https://example.org/path/".into())),
            OptionKind::Line => Ok(value.split_whitespace().collect::<Vec<_>>().join(" ")),
            OptionKind::Email => match value.trim() {
                email if email.is_empty() || is_email(email) => Ok(email.into()),
                _ => Err(refuse("an e-mail address, or nothing".into())),
            },
            OptionKind::Language => Locale::parse(value.trim())
                .map(|locale| locale.stored())
                .ok_or_else(|| refuse("a locale as WordPress spells it, such as de_DE, or nothing for English".into())),
            OptionKind::Lines => {
                let mut kept: Vec<&str> = Vec::new();
                for line in value.lines().map(str::trim).filter(|l| !l.is_empty()) {
                    if !kept.contains(&line) {
                        kept.push(line);
                    }
                }
                Ok(kept.join("\n"))
            }
        }
    }
}

/// An address as it is stored, empty for none.
fn clean_address(text: &str) -> Option<String> {
    if text.is_empty() {
        return Some(String::new());
    }
    let url = Url::parse(text).ok()?;
    let is_bare =
        url.query().is_none() && url.fragment().is_none() && url.username().is_empty() && url.password().is_none();
    (matches!(url.scheme(), "http" | "https") && url.has_host() && is_bare).then(|| url.into())
}

/// How an option's stored text becomes its field.
trait FromStored {
    fn from_stored(text: &str) -> Self;
}

impl FromStored for bool {
    fn from_stored(text: &str) -> Self {
        text == "1"
    }
}

impl FromStored for i64 {
    fn from_stored(text: &str) -> Self {
        text.parse().unwrap_or(0)
    }
}

impl FromStored for Trust {
    fn from_stored(text: &str) -> Self {
        Self::parse(text).unwrap_or_default()
    }
}

impl FromStored for Locale {
    fn from_stored(text: &str) -> Self {
        Self::parse(text).unwrap_or_default()
    }
}

impl FromStored for String {
    fn from_stored(text: &str) -> Self {
        text.to_owned()
    }
}

macro_rules! options {
    ($($name:ident: $type:ty = $default:literal, $kind:expr, $label:literal;)*) => {
        /// Every option, in the order of Settings > Discussion.
        pub const OPTIONS: &[OptionSpec] = &[$(
            OptionSpec { name: stringify!($name), kind: $kind, default: $default, label: $label },
        )*];

        /// The options of one site, typed. A field's meaning is its label in [`OPTIONS`].
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[expect(missing_docs, reason = "each field is documented by its label in the table it is made from")]
        #[expect(non_snake_case, reason = "WordPress calls the site's language WPLANG")]
        pub struct SiteOptions {
            $(pub $name: $type,)*
        }

        impl SiteOptions {
            /// The stored values over the defaults; names this version does not know are left alone.
            pub fn from_stored(stored: &BTreeMap<String, String>) -> Self {
                let text = |name: &str, default: &'static str| stored.get(name).map_or(default, String::as_str).to_owned();
                Self { $($name: <$type>::from_stored(&text(stringify!($name), $default)),)* }
            }
        }
    };
}

/// The choices of [`Trust`].
const TRUST: &[&str] = &["guests", "approved", "verified-email", "always"];

options! {
    default_ping_status: String = "open", OptionKind::Choice(&["open", "closed"]), "Allow link notifications from other blogs (pingbacks and trackbacks) on new posts";
    default_comment_status: String = "open", OptionKind::Choice(&["open", "closed"]), "Allow people to submit comments on new posts";
    require_name_email: bool = "1", OptionKind::Switch, "Comment author must fill out name and email";
    comment_registration: bool = "0", OptionKind::Switch, "Users must be registered and logged in to comment";
    users_can_register: bool = "0", OptionKind::Switch, "Anyone can register: readers make an account with a password, by their email address";
    close_comments_for_old_posts: bool = "0", OptionKind::Switch, "Automatically close comments on old posts";
    close_comments_days_old: i64 = "14", OptionKind::Number(0, 36_500), "Close comments when post is how many days old";
    show_comments_cookies_opt_in: bool = "1", OptionKind::Switch, "Show comments cookies opt-in checkbox, allowing comment author cookies to be set";
    thread_comments: bool = "1", OptionKind::Switch, "Enable threaded (nested) comments";
    thread_comments_depth: i64 = "5", OptionKind::Number(2, 10), "Number of levels for threaded (nested) comments";
    page_comments: bool = "0", OptionKind::Switch, "Break comments into pages";
    comments_per_page: i64 = "50", OptionKind::Number(1, 500), "Top level comments per page";
    default_comments_page: String = "newest", OptionKind::Choice(&["newest", "oldest"]), "Comments page to display by default";
    comment_order: String = "asc", OptionKind::Choice(&["asc", "desc"]), "Comments to display at the top of each page";
    comments_notify: bool = "1", OptionKind::Switch, "Email me whenever anyone posts a comment";
    moderation_notify: bool = "1", OptionKind::Switch, "Email me whenever a comment is held for moderation";
    admin_email: String = "", OptionKind::Email, "Administration Email Address: who is asked to moderate (empty: every administrator of the site)";
    moderation_links: bool = "0", OptionKind::Switch, "Let the links in these emails moderate without logging in: whoever has such a mail can, for seven days";
    stc_enabled: bool = "1", OptionKind::Switch, "Let readers ask to be told of new comments by email";
    comment_moderation: bool = "0", OptionKind::Switch, "Comment must be manually approved";
    comment_previously_approved: bool = "1", OptionKind::Switch, "Comment author must have a previously approved comment";
    trust_accounts: Trust = "guests", OptionKind::Choice(TRUST), "Who is logged in with an account here posts without moderation";
    trust_confirmed_guests: Trust = "guests", OptionKind::Choice(TRUST), "Guests who have confirmed their email address post without moderation";
    confirm_guest_email: bool = "0", OptionKind::Switch, "Comment author without an account must confirm the email address, once in each browser";
    comment_max_links: i64 = "2", OptionKind::Number(0, 1_000), "Hold a comment in the queue if it contains this many or more links (0: never)";
    moderation_keys: String = "", OptionKind::Lines, "Hold a comment when its content, author name, URL, email, IP address, or browser’s user agent string has any of these words, one a line";
    disallowed_keys: String = "", OptionKind::Lines, "Put a comment in the Trash when its content, author name, URL, email, IP address, or browser’s user agent string has any of these words, one a line";
    show_avatars: bool = "1", OptionKind::Switch, "Show Avatars";
    avatar_rating: String = "G", OptionKind::Choice(&["G", "PG", "R", "X"]), "Maximum Rating of fetched pictures";
    avatar_default: String = "initials", OptionKind::Choice(&["mystery", "blank", "gravatar_default", "identicon", "wavatar", "monsterid", "retro", "robohash", "initials", "color"]), "Default Avatar";
    avatar_server: String = "", OptionKind::Address, "Picture server that is asked for people’s own pictures by a hash of their e-mail, such as https://secure.gravatar.com/avatar/ (empty: nobody is asked)";
    use_smilies: bool = "1", OptionKind::Switch, "Convert emoticons like :-) and :-P to emoji on display";
    WPLANG: Locale = "", OptionKind::Language, "Site Language: what the blog and its comments are written in, such as de_DE (empty: English). The words of these pages are English";
    date_format: String = "F j, Y", OptionKind::Line, "Date format, in PHP’s letters";
    time_format: String = "g:i a", OptionKind::Line, "Time format, in PHP’s letters";
    timezone_string: String = "UTC", OptionKind::Line, "Time zone, by its name in the IANA database";
    empty_trash_days: i64 = "30", OptionKind::Number(0, 3_650), "Days after which the Trash is emptied (0: no Trash, deleting is final)";
    empty_spam_days: i64 = "15", OptionKind::Number(0, 3_650), "Days after which spam is deleted (0: never)";
    blogdescription: String = "", OptionKind::Line, "Tagline: in a few words, what the blog is about";
    posts_per_rss: i64 = "10", OptionKind::Number(1, 100), "Comments that a feed tells of, the newest";
    xmlrpc_pingback_error: String = "raw", OptionKind::Choice(&["raw", "masked"]), "Pingback faults: raw codes, or masked as 0 with no text as WordPress does";
    receive_trackbacks: bool = "0", OptionKind::Switch, "Take trackbacks too: a page that claims to link here is fetched, and has to";
    pingback_wait: i64 = "10", OptionKind::Number(0, 30), "Seconds that the sender of a pingback or trackback is kept waiting for the verification before it goes on in the background";
    discover_posts: bool = "1", OptionKind::Switch, "Make a post for a page of the blog that is not known yet, once the page was fetched and found";
    comment_flood_seconds: i64 = "15", OptionKind::Number(0, 3_600), "Seconds between two comments of one visitor (0: no limit)";
    comment_edit_minutes: i64 = "15", OptionKind::Number(0, 10_080), "Minutes in which who was logged in can change or delete their own comment (0: never)";
    rest_allow_anonymous_comments: bool = "0", OptionKind::Switch, "Let people comment over the REST API without logging in";
    form_min_seconds: i64 = "2", OptionKind::Number(0, 60), "Seconds below which a filled form is held as a robot’s (0: never)";
}

impl Default for SiteOptions {
    fn default() -> Self {
        Self::from_stored(&BTreeMap::new())
    }
}

/// The option of this name.
pub fn spec(name: &str) -> Result<&'static OptionSpec, OptionError> {
    OPTIONS.iter().find(|o| o.name == name).ok_or_else(|| OptionError::Unknown(name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_is_a_value_its_option_takes_unchanged() {
        for option in OPTIONS {
            assert_eq!(option.clean(option.default).as_deref(), Ok(option.default), "{}", option.name);
        }
    }

    #[test]
    fn values_are_cleaned_as_wordpress_cleans_them() {
        for (name, given, stored) in [
            ("comment_moderation", "on", "1"),
            ("comment_moderation", "", "0"),
            ("thread_comments_depth", " 10 ", "10"),
            ("moderation_keys", " casino \r\n\r\ncasino\npoker", "casino\npoker"),
            ("comment_order", "desc", "desc"),
            ("avatar_server", " https://Secure.gravatar.com/avatar ", "https://secure.gravatar.com/avatar"),
            ("avatar_server", "", ""),
            ("admin_email", " a@b.example ", "a@b.example"),
            ("admin_email", " ", ""),
            ("WPLANG", " de-de ", "de_DE"),
            ("WPLANG", "en_US", ""),
        ] {
            assert_eq!(spec(name).unwrap().clean(given).as_deref(), Ok(stored), "{name} {given:?}");
        }
    }

    #[test]
    fn values_out_of_bounds_are_refused_with_what_would_fit() {
        for (name, given) in [
            ("thread_comments_depth", "11"),
            ("thread_comments_depth", "1"),
            ("comment_max_links", "-1"),
            ("comment_order", "up"),
            ("require_name_email", "maybe"),
            ("avatar_default", "cat"),
            ("avatar_server", "secure.gravatar.com"),
            ("avatar_server", "javascript:alert(1)"),
            ("avatar_server", "https://ann:x@a.example/"),
            ("avatar_server", "https://a.example/?d=x"),
            ("admin_email", "nobody"),
            ("WPLANG", "Deutsch"),
        ] {
            assert!(spec(name).unwrap().clean(given).unwrap_err().to_string().starts_with(name), "{name} {given:?}");
        }
        assert_eq!(spec("nonsense").unwrap_err(), OptionError::Unknown("nonsense".into()));
    }
}
