//! The fields beside a comment's text (WP 7.1 §1.8, §5.1, §5.13).

use super::super::names::{agent, author, email, ip, is_email};
use super::super::url_clean::author_url;

#[test]
fn names_are_saved_as_wordpress_saves_them() {
    for (raw, stored) in [
        ("  Bob  Smith ", "Bob Smith"),
        ("<b>Bob</b>", "Bob"),
        ("Bob <bob@x>", "Bob"),
        ("O'Brien", "O'Brien"),
        ("\"Q\"", "\"Q\""),
        ("A & B", "A &amp; B"),
        ("A &amp; B", "A &amp; B"),
        ("1<2", "1&lt;2"),
        ("50%20off", "50off"),
        ("50%2%200off", "50off"),
        ("&lt;b&gt;", "&lt;b&gt;"),
        ("<script>x</script>Y", "Y"),
    ] {
        assert_eq!(author(raw), stored, "{raw}");
    }
}

#[test]
fn names_play_no_tricks() {
    let family = "👨\u{200d}👩\u{200d}👧";
    for (raw, stored) in [
        ("Ad\u{200b}min\u{202e}nimda", "Adminnimda"),
        ("&#x202e;x\u{7}\u{9f}", "x"),
        ("e\u{301}", "é"),
        ("a\u{200d}b", "ab"),
        ("a\nb\u{a0}c", "a b c"),
        (family, family),
        ("\u{200b}", ""),
    ] {
        assert_eq!(author(raw), stored, "{raw:?}");
    }
    let marks = |n: usize| format!("x{}", "\u{323}".repeat(n));
    assert_eq!(author(&marks(8)), marks(8));
    assert_eq!(author(&marks(9)), marks(8));
    assert_eq!(author(&marks(10_000)), marks(8));
}

#[test]
fn emails_are_repaired_as_wordpress_repairs_them() {
    for (raw, stored) in [
        ("ME@Example.COM", "ME@Example.COM"),
        (" a@ex.com ", "a@ex.com"),
        ("a b@ex.com", "ab@ex.com"),
        ("x@-ex-.com", "x@ex.com"),
        ("a@b@c.com", "a@bc.com"),
        ("x@ex..com", ""),
        ("a@b.c", ""),
        ("o'b@ex.com", "o'b@ex.com"),
        ("@ex.com", ""),
        ("nobody", ""),
    ] {
        assert_eq!(email(raw), stored, "{raw}");
    }
}

#[test]
fn emails_are_told_from_other_text() {
    for valid in ["a@b.co", "o'b@ex.com", "A.b+c@ex-am.ple.org", "!#$%&'*+/=?^_`{|}~.-@ex.com"] {
        assert!(is_email(valid), "{valid}");
    }
    for invalid in [
        "a@b.c",
        "",
        "@ex.com",
        "a@ex",
        "a@ex..com",
        "a@.ex.com",
        "a@ex.com.",
        "a@-ex.com",
        "a b@ex.com",
        "a@ex.com x",
        "a@éx.com",
        "a@b@c.com",
    ] {
        assert!(!is_email(invalid), "{invalid}");
    }
}

#[test]
fn urls_are_saved_as_wordpress_saves_them() {
    for (raw, stored) in [
        ("", ""),
        ("example.com", "http://example.com"),
        ("www.example.com/a b", "http://www.example.com/a%20b"),
        ("https://ex.com/?a=1&b=2", "https://ex.com/?a=1&amp;b=2"),
        ("javascript:alert(1)", ""),
        ("//example.com/x", "//example.com/x"),
        ("/rel", "/rel"),
        ("#frag", "#frag"),
        ("?q=1", "?q=1"),
        ("mailto:a@b.c", "mailto:a@b.c"),
        ("ftp://x.y/z", "ftp://x.y/z"),
        ("foo.php", "foo.php"),
        ("ex.com:8080/x", ""),
        ("http://ex.com/<script>", "http://ex.com/"),
        ("HTTP://EX.com", "http://EX.com"),
        ("http", "http://http"),
        ("http://ex.com/[x]", "http://ex.com/%5Bx%5D"),
        ("http://[::1]/[x]", "http://[::1]/%5Bx%5D"),
        ("http://例え.jp/ü", "http://例え.jp/ü"),
        ("http://ex.com/a%0%0dda", "http://ex.com/aa"),
        ("http://ex.com/?a&amp;b&a\"mp;c&amp;amp;amp;d&a%0amp;amp;e", "http://ex.com/?a&amp;b&amp;c&amp;d&amp;e"),
    ] {
        assert_eq!(author_url(raw), stored, "{raw}");
    }
}

#[test]
fn agents_are_cut_between_characters_and_addresses_keep_their_letters() {
    assert_eq!(agent(&"a".repeat(254)).len(), 254);
    assert_eq!(agent(&"a".repeat(255)).len(), 254);
    assert_eq!(agent(&format!("{}é", "a".repeat(253))).len(), 253);
    assert_eq!(ip("2001:db8::1%eth0"), "2001:db8::1e0");
}
