//! A route of the REST API: its methods, their parameters, who may use them, what they answer; and how an
//! address finds its route in `table`. `OPTIONS`, the index and `/openapi.json` are made of the same, so they
//! say what is so.

use std::pin::Pin;

use super::args::Arg;
use super::call::{Call, Outcome};
use super::table::ROUTES;
use super::who::Who;
use super::{application_passwords, comments, openapi, posts, settings, statuses, types, users};

/// What carries a call out.
pub(super) type Handler = fn(Call) -> Pin<Box<dyn Future<Output = Outcome> + Send>>;

/// Which of a noun's things a response holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// One thing.
    One(&'static str),
    /// A list of things.
    Many(&'static str),
    /// An object with a thing under each key.
    Keyed(&'static str),
    /// What was deleted, or trashed.
    Deleted(&'static str),
    /// Any object.
    Any,
}

/// Some methods of a route.
pub(super) struct Endpoint {
    pub(super) methods: &'static [&'static str],
    pub(super) args: &'static [Arg],
    /// Whether `Allow` names the methods, as far as the route alone tells.
    pub(super) may: fn(&Who) -> bool,
    pub(super) run: Handler,
    /// What it does, in a line.
    pub(super) about: &'static str,
    /// Its name, for generated clients.
    pub(super) id: &'static str,
    /// What it answers when all goes well.
    pub(super) answers: (u16, Shape),
    /// The statuses of its errors, beside those of every endpoint.
    pub(super) errors: &'static [u16],
}

/// A route.
pub(super) struct Route {
    /// `/wp/v2/comments/{id}`; `{id}` is a number, `{user}` a number or `me`, others are words.
    pub(super) path: &'static str,
    pub(super) namespace: &'static str,
    pub(super) endpoints: &'static [Endpoint],
    /// The schema of its things, by name.
    pub(super) schema: Option<&'static str>,
}

/// A schema of the API's things, by name; `is_full` with what only clients of WordPress read.
pub(super) fn schema(name: &str) -> serde_json::Value {
    match name {
        "comment" => comments::schema::schema(),
        "post" => posts::schema::schema(),
        "user" => users::schema::schema(),
        "application-password" => application_passwords::schema(),
        "type" => types::schema(),
        "status" => statuses::schema(),
        "settings" => settings::schema(),
        _ => openapi::anything(),
    }
}

/// The route of an address, whatever its case, and what its placeholders stand for.
pub(super) fn find(address: &str) -> Option<(&'static Route, Vec<(&'static str, String)>)> {
    ROUTES.iter().find_map(|route| Some((route, route.matches(address)?)))
}

impl Route {
    fn matches(&self, address: &str) -> Option<Vec<(&'static str, String)>> {
        let mut parts = address.trim_start_matches('/').split('/');
        let mut found = Vec::new();
        for wanted in self.path.trim_start_matches('/').split('/') {
            let part = parts.next()?;
            match placeholder(wanted) {
                Some((name, fits)) if fits(part) => found.push((name, part.to_owned())),
                None if wanted.eq_ignore_ascii_case(part) => {}
                _ => return None,
            }
        }
        parts.next().is_none().then_some(found)
    }

    /// The endpoint of a method; `HEAD` is what `GET` is.
    pub(super) fn endpoint(&self, method: &str) -> Option<&'static Endpoint> {
        let method = if method == "HEAD" { "GET" } else { method };
        self.endpoints.iter().find(|e| e.methods.contains(&method))
    }

    /// Its methods.
    pub(super) fn methods(&self) -> Vec<&'static str> {
        self.endpoints.iter().flat_map(|e| e.methods).copied().collect()
    }

    /// The methods that this client may use, as far as the route alone tells.
    pub(super) fn allowed(&self, who: &Who) -> Vec<&'static str> {
        self.endpoints.iter().filter(|e| (e.may)(who)).flat_map(|e| e.methods).copied().collect()
    }

    /// The placeholders in its path.
    pub(super) fn placeholders(&self) -> impl Iterator<Item = &'static str> {
        self.path.split('/').filter_map(|part| placeholder(part).map(|(name, _)| name))
    }

    /// The path as the regular expression by which WordPress names it.
    pub(super) fn pattern(&self) -> String {
        let parts = self.path.split('/').map(|part| match placeholder(part) {
            Some((name @ "id", _)) => format!("(?P<{name}>[\\d]+)"),
            Some(("user", _)) => "(?P<user_id>(?:[\\d]+|me))".to_owned(),
            Some((name, _)) => format!("(?P<{name}>[\\w-]+)"),
            None => part.to_owned(),
        });
        parts.collect::<Vec<_>>().join("/")
    }
}

/// Whether a placeholder may stand for a part of an address.
type Fits = fn(&str) -> bool;

/// The name of a placeholder, and what it may stand for.
fn placeholder(part: &'static str) -> Option<(&'static str, Fits)> {
    let name = part.strip_prefix('{')?.strip_suffix('}')?;
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    Some((
        name,
        match name {
            "id" => is_number,
            "user" => |text: &str| text == "me" || (!text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())),
            _ => |text: &str| {
                !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
            },
        },
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lead_to_their_routes() {
        for (address, route, placeholders) in [
            ("", Some("/"), vec![]),
            ("/", Some("/"), vec![]),
            ("/wp/v2/comments", Some("/wp/v2/comments"), vec![]),
            ("/wp/v2/comments/12", Some("/wp/v2/comments/{id}"), vec![("id", "12")]),
            ("/wp/v2/users/me", Some("/wp/v2/users/me"), vec![]),
            ("/WP/v2/Comments", Some("/wp/v2/comments"), vec![]),
            ("/wp/v2/users/7", Some("/wp/v2/users/{id}"), vec![("id", "7")]),
            (
                "/wp/v2/users/me/application-passwords",
                Some("/wp/v2/users/{user}/application-passwords"),
                vec![("user", "me")],
            ),
            (
                "/wp/v2/users/7/application-passwords/introspect",
                Some("/wp/v2/users/{user}/application-passwords/introspect"),
                vec![("user", "7")],
            ),
            (
                "/wp/v2/users/7/application-passwords/ab-12",
                Some("/wp/v2/users/{user}/application-passwords/{uuid}"),
                vec![("user", "7"), ("uuid", "ab-12")],
            ),
            ("/wp/v2/comments/", None, vec![]),
            ("/wp/v2/comments/-1", None, vec![]),
            ("/wp/v2/comments/1/2", None, vec![]),
            ("/wp/v2/users/you/application-passwords", None, vec![]),
            ("/wp/v2/types/a b", None, vec![]),
            ("/wp/v3", None, vec![]),
        ] {
            let found = find(address);
            assert_eq!(found.as_ref().map(|(r, _)| r.path), route, "{address}");
            let named: Vec<(&str, String)> = placeholders.iter().map(|(n, v)| (*n, (*v).to_owned())).collect();
            assert_eq!(found.map(|(_, p)| p).unwrap_or_default(), named, "{address}");
        }
    }

    #[test]
    fn patterns_are_wordpress_s() {
        let pattern = |path: &str| ROUTES.iter().find(|r| r.path == path).unwrap().pattern();
        assert_eq!(pattern("/"), "/");
        assert_eq!(pattern("/wp/v2/comments/{id}"), "/wp/v2/comments/(?P<id>[\\d]+)");
        assert_eq!(
            pattern("/wp/v2/users/{user}/application-passwords/{uuid}"),
            "/wp/v2/users/(?P<user_id>(?:[\\d]+|me))/application-passwords/(?P<uuid>[\\w-]+)"
        );
    }

    #[test]
    fn every_endpoint_has_a_name_of_its_own() {
        let mut names: Vec<&str> = ROUTES.iter().flat_map(|r| r.endpoints).map(|e| e.id).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
    }
}
