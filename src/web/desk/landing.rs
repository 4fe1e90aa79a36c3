//! Where logging in and out may lead to: a page of the desk, the page or the frame of a thread on this server, or
//! a page of one of the blogs whose comments are kept here; nowhere else, however it is spelled (S-AUTH-7).

use url::Url;

use crate::app::App;
use crate::error::Result;
use crate::web::desk::respond::own_path;

/// Bytes of an address at most.
const ADDRESS_BYTES_MAX: usize = 2_048;

/// The address as it may be followed; `None` when it may not.
pub(super) async fn landing(app: &App, given: &str) -> Result<Option<String>> {
    if given.is_empty() || given.len() > ADDRESS_BYTES_MAX || given.contains(|c: char| c == '\\' || c.is_control()) {
        return Ok(None);
    }
    if let Some(own) = own_path(given).or_else(|| thread_path(given)) {
        return Ok(Some(own));
    }
    let Some(url) = Url::parse(given).ok().filter(is_plain) else { return Ok(None) };
    let sites = app.sites.all(&app.db).await?;
    Ok(sites.iter().any(|site| site.home.origin() == url.origin()).then(|| url.into()))
}

fn is_plain(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none()
}

/// `B/?p=ID…` or `B/embed/form?…`, without the origin.
fn thread_path(given: &str) -> Option<String> {
    const SOMEWHERE: &str = "http://rejoinder.invalid";
    let base = Url::parse(SOMEWHERE).ok()?;
    let url = base.join(given).ok().filter(|url| given.starts_with('/') && url.origin() == base.origin())?;
    let path = url.path().strip_prefix("/sites/").map_or_else(
        || Some(url.path()),
        |rest| {
            let (slug, path) = rest.split_at(rest.find('/')?);
            slug.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-').then_some(path)
        },
    )?;
    matches!(path, "/" | "/embed/form").then(|| url[url::Position::BeforePath..].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_of_this_server_are_led_back_to_and_nothing_like_them() {
        for (given, path) in [
            ("/?p=7#respond", Some("/?p=7#respond")),
            ("/sites/blog/?p=7&cpage=2", Some("/sites/blog/?p=7&cpage=2")),
            (
                "/embed/form?p=7&origin=https%3A%2F%2Fblog.example",
                Some("/embed/form?p=7&origin=https%3A%2F%2Fblog.example"),
            ),
            ("/sites/blog/embed/form?p=7", Some("/sites/blog/embed/form?p=7")),
            ("/sites/blog", None),
            ("/sites/b%2Fog/?p=7", None),
            ("/embed/thread?url=x", None),
            ("/metrics", None),
            ("//evil.example/?p=7", None),
            ("/..//evil.example/?p=7", None),
            ("?p=7", None),
            ("http://rejoinder.invalid/?p=7", None),
        ] {
            assert_eq!(thread_path(given).as_deref(), path, "{given}");
        }
    }
}
