//! One key for every spelling of a post's address, and another for every other page.

use proptest::prelude::*;

use super::*;

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

fn key_of(text: &str) -> String {
    key(&url(text))
}

#[test]
fn spellings_of_one_page_have_one_key() {
    for (spelling, expected) in [
        ("http://blog.test", "blog.test"),
        ("https://www.blog.test/", "blog.test"),
        ("https://WWW.Blog.TEST:443/a//", "blog.test/a"),
        ("http://blog.test:80/a/#comments", "blog.test/a"),
        ("https://blog.test:80/a", "blog.test/a"),
        ("http://blog.test:8080/a/", "blog.test:8080/a"),
        ("https://user:word@blog.test/a", "blog.test/a"),
        ("https://blog.test/a/comment-page-2/", "blog.test/a"),
        ("https://blog.test/a/comment-page-2/#comment-7", "blog.test/a"),
        ("https://blog.test/a/comment%2Dpage-2", "blog.test/a"),
        ("https://blog.test/a/comment-page-/", "blog.test/a/comment-page-"),
        ("https://blog.test/a/comment-page-x/", "blog.test/a/comment-page-x"),
        ("https://blog.test/my-comment-page-2", "blog.test/my-comment-page-2"),
        ("https://blog.test/%7euser/%c3%a9", "blog.test/~user/%C3%A9"),
        ("https://blog.test/~user/é", "blog.test/~user/%C3%A9"),
        ("https://blog.test/a%2fb|c", "blog.test/a%2Fb%7Cc"),
        ("https://blog.test/?p=12", "blog.test?p=12"),
        ("https://blog.test/?p=12&cpage=2&replytocom=4#respond", "blog.test?p=12"),
        ("https://blog.test/a/?unapproved=3&moderation-hash=f00", "blog.test/a"),
        ("https://blog.test/a?b=2&a=1", "blog.test/a?b=2&a=1"),
        ("https://blog.test/a?&x&&", "blog.test/a?x"),
        ("https://blog.test/a?UTM_Source=n&FBCLID=1&%75tm_medium=m", "blog.test/a"),
        ("https://blog.test/a?utm=1&fbclids=2&gclid", "blog.test/a?utm=1&fbclids=2"),
        ("https://[2001:DB8::1]:81/a", "[2001:db8::1]:81/a"),
        ("https://www./a", "www./a"),
    ] {
        assert_eq!(key_of(spelling), expected, "{spelling}");
    }
}

#[test]
fn other_pages_have_other_keys() {
    let post = key_of("https://blog.test/a");
    for other in [
        "https://blog.test/A",
        "https://blog.test/a/b",
        "https://b.test/a",
        "https://blog.test:81/a",
        "https://blog.test/a?p=1",
    ] {
        assert_ne!(key_of(other), post, "{other}");
    }
}

#[test]
fn a_url_without_a_host_is_its_own_key() {
    assert_eq!(key_of("mailto:a@blog.test"), "mailto:a@blog.test");
}

#[test]
fn a_posts_number_is_read_from_its_query_keys_only() {
    for (text, id) in [
        ("https://b.test/?p=12", Some(12)),
        ("https://b.test/?x=1&page_id=3", Some(3)),
        ("https://b.test/?attachment_id=4#top", Some(4)),
        ("https://b.test/?p=0&page_id=3", Some(3)),
        ("https://b.test/?p=9223372036854775807", Some(i64::MAX)),
        ("https://b.test/?p=9223372036854775808", None),
        ("https://b.test/?p=0", None),
        ("https://b.test/?p=-1", None),
        ("https://b.test/?p=%2B1", None),
        ("https://b.test/?p=5x", None),
        ("https://b.test/?p=", None),
        ("https://b.test/?shop=5", None),
        ("https://b.test/p/12", None),
        ("https://b.test/#p=12", None),
    ] {
        assert_eq!(post_id_in_query(&url(text)), id, "{text}");
    }
}

#[test]
fn a_blog_is_its_host_its_port_and_its_path() {
    for (home, page, expected) in [
        ("https://blog.test/", "http://www.blog.test/a", true),
        ("http://www.blog.test/", "https://blog.test", true),
        ("https://blog.test/", "https://blog.test:80/a", true),
        ("https://blog.test:8443/", "https://blog.test:8443/a", true),
        ("https://blog.test:8443/", "https://blog.test/a", false),
        ("https://blog.test/", "https://blog.test:8443/a", false),
        ("https://blog.test/", "https://evil.test/?u=blog.test", false),
        ("https://blog.test/", "https://xblog.test/", false),
        ("https://blog.test/", "https://blog.test.evil.test/", false),
        ("https://blog.test/", "https://blog.test@evil.test/", false),
        ("https://blog.test/", "ftp://blog.test/a", false),
        ("https://blog.test/", "mailto:a@blog.test", false),
        ("https://b.test/blog/", "https://b.test/blog", true),
        ("https://b.test/blog", "https://b.test/blog/a", true),
        ("https://b.test/blog", "https://b.test/%62log/a", true),
        ("https://b.test/blog/", "https://b.test/blogs", false),
        ("https://b.test/blog/", "https://b.test/blog/../a", false),
        ("https://b.test/blog/", "https://b.test/", false),
    ] {
        assert_eq!(is_on(&url(home), &url(page)), expected, "{page} on {home}");
    }
}

prop_compose! {
    /// A page, as path and query.
    fn page()(
        path in prop::collection::vec("[a-zA-Z0-9._~é|%+-]{1,8}", 0..4),
        query in prop::collection::vec("[a-z%]{1,6}(=[a-zA-Z0-9%é/+]{0,6})?", 0..4),
    ) -> (String, String) {
        (path.join("/"), query.join("&"))
    }
}

proptest! {
    #[test]
    fn a_key_is_its_own_key(text in "https?://(www\\.)?[a-z]{1,6}\\.test(:[1-9][0-9]{1,3})?(/[ -~é]{0,12}){0,3}") {
        let key = key_of(&text);
        prop_assert_eq!(key_of(&format!("https://{key}")), key);
    }

    #[test]
    fn no_respelling_changes_the_key(
        (path, query) in page(),
        scheme in "https?",
        www in "(www\\.)?",
        port in "(:80|:443)?",
        tail in "(/comment-page-[0-9]{1,3})?/?",
        tracking in "(utm_[a-z]{1,5}|fbclid|_ga|replytocom|cpage)=[a-zA-Z0-9]{0,4}",
        fragment in "(#[a-z0-9-]{0,8})?",
    ) {
        let plain = format!("https://blog.test/{path}?{query}");
        for query in [format!("{tracking}&{query}"), format!("{query}&{tracking}")] {
            let respelt = format!("{scheme}://{www}BLOG.test{port}/{path}{tail}?{query}{fragment}");
            prop_assert_eq!(key_of(&respelt), key_of(&plain), "{} and {}", respelt, plain);
        }
    }

    #[test]
    fn escapes_may_be_written_in_any_way(path in "[a-zA-Z0-9_~-]{1,12}") {
        let upper = path.bytes().map(|b| format!("%{b:02X}")).collect::<Vec<_>>().concat();
        let lower = path.bytes().map(|b| format!("%{b:02x}")).collect::<Vec<_>>().concat();
        prop_assert_eq!(key_of(&format!("https://b.test/{upper}?{lower}")), key_of(&format!("https://b.test/{path}?{path}")));
    }
}
