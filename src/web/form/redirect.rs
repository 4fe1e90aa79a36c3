//! Where a comment's author is sent afterwards, and whoever logs in to write one: to the site's own pages only
//! (WP 7.1 §2.9; S-AUTH-7).

use url::Url;

use crate::web::site::Here;

/// Characters of a target that are looked at.
const TARGET_BYTES_MAX: usize = 2_048;

/// The address that `redirect_to` names, read as a browser would from our own page, if it is on the blog
/// or on this server.
pub(in crate::web) fn target(here: &Here, redirect_to: &str) -> Option<Url> {
    let text = redirect_to.trim();
    // A browser reads a backslash as a slash, and drops tabs and line breaks: what needs that is no honest address.
    if text.is_empty() || text.len() > TARGET_BYTES_MAX || text.contains(['\\', '\t', '\r', '\n', '\0']) {
        return None;
    }
    let base = Url::parse(&format!("{}/", here.base)).ok()?;
    let target = base.join(text).ok()?;
    let is_ours = target.origin() == base.origin() || target.origin() == here.site.home.origin();
    (is_ours
        && matches!(target.scheme(), "http" | "https")
        && target.username().is_empty()
        && target.password().is_none())
    .then_some(target)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn here() -> Here {
        Here::of_a_test("https://comments.example/sites/blog")
    }

    #[test]
    fn only_the_blog_and_this_server_are_sent_to() {
        for (given, target) in [
            ("/thanks?x=1", Some("https://comments.example/thanks?x=1")),
            ("?p=3", Some("https://comments.example/sites/blog/?p=3")),
            ("https://blog.example/a/#x", Some("https://blog.example/a/#x")),
            ("https://BLOG.example:443/x y", Some("https://blog.example/x%20y")),
            ("", None),
            ("http://evil.example/", None),
            ("//evil.example", None),
            ("/\\evil.example", None),
            ("\\/\\/evil.example", None),
            ("https:evil", Some("https://comments.example/sites/blog/evil")),
            ("/\t/evil.example", None),
            ("javascript:alert(1)", None),
            ("data:text/html,x", None),
            ("https://blog.example@evil.example/", None),
            ("https://user@blog.example/", None),
            ("https://blog.example.evil.example/", None),
            ("http://blog.example/", None),
            ("https://blog.example:8443/", None),
            ("/..//evil.example", Some("https://comments.example//evil.example")),
        ] {
            assert_eq!(super::target(&here(), given).as_ref().map(Url::as_str), target, "{given:?}");
        }
    }

    #[test]
    fn a_target_may_have_so_many_characters_and_no_more() {
        let long = |bytes: usize| format!("/{}", "x".repeat(bytes - 1));
        assert!(target(&here(), &long(TARGET_BYTES_MAX)).is_some());
        assert!(target(&here(), &long(TARGET_BYTES_MAX + 1)).is_none());
    }
}
