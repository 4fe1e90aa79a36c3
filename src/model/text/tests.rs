//! The vectors of WP 7.1 §5 that concern saving and paragraphs, and the properties of the whole way.
//! A third column says why ours differs from WordPress where it does.

use std::collections::HashSet;
use std::fmt::Write as _;

use proptest::prelude::*;
use scraper::Html;

use super::names::{agent, author, email, ip, is_email};
use super::url_clean::{author_url, display_url};
use super::*;

const HOME: &str = "blog.example";

#[test]
fn content_is_saved_as_wordpress_saves_it() {
    for (raw, stored) in [
        ("<b>bold</b> <u>under</u> <p>para</p>", "<b>bold</b> under para"),
        (
            r#"<a href="http://e.com/" rel="me" target="_blank" onclick="x()" title="T">l</a>"#,
            r#"<a href="http://e.com/" title="T" rel="nofollow ugc">l</a>"#,
        ),
        ("a <b unclosed", "a &lt;b unclosed"),
        ("<3 hearts <5", "&lt;3 hearts &lt;5"),
        ("<script>alert(1)</script>text", "alert(1)text"),
        ("<a/href=\"http://e.com\">s</a>", r#"<a href="http://e.com" rel="nofollow ugc">s</a>"#),
        ("<a href=http://e.com/x>u</a>", r#"<a href="http://e.com/x" rel="nofollow ugc">u</a>"#),
        (r#"<a href="http://e.com/"title="x"y>z</a>"#, r#"<a href="http://e.com/" title="x" rel="nofollow ugc">z</a>"#),
        ("<abbr title='b\"c'>B</abbr>", r#"<abbr title="b&quot;c">B</abbr>"#),
        ("<a>n</a>", "<a>n</a>"),
        (r#"<b class="x">c</b>"#, "<b>c</b>"),
        ("<img src=x onerror=alert(1)>", ""),
        ("<ul><li>one</li></ul>", "one"),
        ("<br>line", "line"),
        (r"back\slash \0 \\", r"back\slash \0 \\"),
        ("a\0b\u{b}c", "abc"),
        (r#"<a href="https://BLOG.example:8443/x">i</a>"#, r#"<a href="https://BLOG.example:8443/x" rel="ugc">i</a>"#),
        ("<a href='mailto:a@b.example'>m</a>", r#"<a href="mailto:a@b.example" rel="nofollow ugc">m</a>"#),
        ("<a id=comments name=cookie title=t>x</a>", r#"<a title="t" rel="nofollow ugc">x</a>"#),
    ] {
        assert_eq!(save_content(raw, HOME), stored, "{raw}");
    }
}

#[test]
fn content_is_saved_otherwise_than_wordpress_for_a_reason() {
    for (raw, stored, why) in [
        (r#"<a href="javascript:alert(1)">x</a>"#, "<a>x</a>", "a forbidden scheme takes the whole URL with it"),
        (r#"<a href="&#1;java&#9;script:alert(1)">x</a>"#, "<a>x</a>", "in any disguise"),
        (r#"<a href="data:text/html,x">x</a>"#, "<a>x</a>", "a forbidden scheme takes the whole URL with it"),
        (r#"<a href="//cdn.e.com/x">a</a><a href="/rel">b</a>"#, "<a>a</a><a>b</a>", "relative to whose page?"),
        (
            "<A HREF='http://e.com/?a=1&b=2'>q</A>",
            r#"<a href="http://e.com/?a=1&amp;b=2" rel="nofollow ugc">q</a>"#,
            "closing tags too are written in lower case",
        ),
        (
            "<a href=\"http://e.com/\"\ntitle=\"two\nlines\">x</a>",
            "<a href=\"http://e.com/\" title=\"two\nlines\" rel=\"nofollow ugc\">x</a>",
            "§14 #25: a line break hides no link from nofollow",
        ),
        (
            "a & b &copy; &bogus; &#38; &#x26; &#99999999; &#0;",
            "a &amp; b © &amp;bogus; &amp; &amp; &amp;#99999999; \u{fffd}",
            "references are read and written by HTML's rules",
        ),
        ("&#128; &#150; &#153;", "€ – ™", "§5.3b is HTML's own rule; the characters stand as themselves"),
        ("1 < 2 and 3 > 2", "1 &lt; 2 and 3 &gt; 2", "§14 #24: no word is lost"),
        (
            "<code>if (a < b && c > d) {}</code>",
            "<code>if (a &lt; b &amp;&amp; c &gt; d) {}</code>",
            "§14 #24: code is kept",
        ),
        ("<me@e.com> <http://e.com/>", "&lt;me@e.com&gt; &lt;http://e.com/&gt;", "no element has such a name"),
        ("<<b>>double", "&lt;<b>&gt;double</b>", "balanced when saved"),
        ("<!-- c --> v <!--<b>x</b>-->", " v ", "HTML comments vanish"),
        ("<!-- open", "&lt;!-- open", "one that nothing closes is text"),
        ("</3 you>", "&lt;/3 you&gt;", "text"),
        ("<em>unclosed <strong>nested", "<em>unclosed <strong>nested</strong></em>", "balanced when saved"),
        ("</b> stray", " stray", "balanced when saved"),
        ("<b>a<b>b</b></b>", "<b>a</b><b>b</b>", "balanced when saved, by §5.9"),
        ("<b><i>x</b></i>", "<b><i>x</i></b>", "balanced when saved, by §5.9"),
        ("<b/>x", "<b></b>x", "balanced when saved, by §5.9"),
        (r#"<span class="foo wp-note-mention user-5">@x</span>"#, "@x", "there are no editorial notes"),
        (
            "a\u{202e}b\u{2067}c\u{85}d&#x202e;e&#7;f\r\ng&#13;h",
            "abcdef\ng\nh",
            "direction and control characters vanish",
        ),
        (
            "<a href='http://a.example'>x<a href='http://b.example'>y",
            r#"<a href="http://a.example" rel="nofollow ugc">x</a><a href="http://b.example" rel="nofollow ugc">y</a>"#,
            "no link in a link",
        ),
    ] {
        assert_eq!(save_content(raw, HOME), stored, "{why}: {raw}");
    }
}

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
    ] {
        assert_eq!(author_url(raw), stored, "{raw}");
    }
}

#[test]
fn only_web_addresses_are_shown() {
    for (stored, shown) in [
        ("https://ex.com/?a=1&amp;b=2", Some("https://ex.com/?a=1&b=2")),
        ("http://", None),
        ("", None),
        ("/rel", None),
        ("//ex.com", None),
        ("ftp://ex.com", None),
        ("javascript:alert(1)", None),
        ("mailto:a@b.c", None),
    ] {
        assert_eq!(display_url(stored).as_deref(), shown, "{stored}");
    }
}

#[test]
fn agents_are_cut_between_characters_and_addresses_keep_their_letters() {
    assert_eq!(agent(&"a".repeat(254)).len(), 254);
    assert_eq!(agent(&"a".repeat(255)).len(), 254);
    assert_eq!(agent(&format!("{}é", "a".repeat(253))).len(), 253);
    assert_eq!(ip("2001:db8::1%eth0"), "2001:db8::1e0");
}

#[test]
fn paragraphs_are_wordpress_s() {
    for (stored, shown) in [
        ("", ""),
        (" \n \n", ""),
        ("One\nTwo\n\nThree", "<p>One<br />\nTwo</p>\n<p>Three</p>\n"),
        ("One\n \n\n\nTwo\n", "<p>One</p>\n<p>Two</p>\n"),
        (
            "text <blockquote>q\n\nmore</blockquote> after",
            "<p>text </p>\n<blockquote><p>q</p>\n<p>more</p></blockquote>\n<p> after</p>\n",
        ),
        ("<code>\nline1\n</code>", "<p><code><br />\nline1<br />\n</code></p>\n"),
        ("line with spaces  \nnext", "<p>line with spaces<br />\nnext</p>\n"),
        (
            "<blockquote><blockquote>x</blockquote></blockquote>",
            "<blockquote>\n<blockquote><p>x</p></blockquote>\n</blockquote>\n",
        ),
    ] {
        assert_eq!(display_content(stored, HOME), shown, "{stored}");
    }
    for (stored, shown, why) in [
        (
            "<strong>bold\n\nacross</strong>",
            "<p><strong>bold</strong></p>\n<p><strong>across</strong></p>\n",
            "WordPress mis-nests",
        ),
        (
            "<em>a <blockquote>b</blockquote></em> c",
            "<p><em>a </em></p>\n<blockquote><p><em>b</em></p></blockquote>\n<p> c</p>\n",
            "WordPress mis-nests",
        ),
        ("<b>x\n\n</b>", "<p><b>x</b></p>\n", "nothing is opened again for nothing"),
    ] {
        assert_eq!(display_content(stored, HOME), shown, "{why}: {stored}");
    }
}

#[test]
fn bare_urls_become_links() {
    let link = |url: &str| format!(r#"<a href="{url}" rel="nofollow ugc">{url}</a>"#);
    for (stored, shown) in [
        ("see http://e.com/foo. And (http://e.com/foo)", format!("see {0}. And ({0})", link("http://e.com/foo"))),
        ("http://e.com/foo_(bar)", link("http://e.com/foo_(bar)")),
        ("http://e.com/very(long)path)", format!("{})", link("http://e.com/very(long)path"))),
        ("[http://e.com/a(b)c]", "[http://e.com/a(b)c]".to_owned()),
        ("http://e.com/x?a=1&amp;b=2#f", link("http://e.com/x?a=1&amp;b=2#f")),
        ("http://e.com/?q=\"x\"", format!("{}\"x\"", link("http://e.com/?q="))),
        ("javascript://x evil://foo ssh://host/x", "javascript://x evil://foo ssh://host/x".to_owned()),
        ("http://e.com/üñï http://例え.jp/", format!("{} {}", link("http://e.com/üñï"), link("http://例え.jp/"))),
        ("<code>http://e.com/</code>", "<code>http://e.com/</code>".to_owned()),
        ("http:// http://", "http:// http://".to_owned()),
        ("xhttp://e.com", "xhttp://e.com".to_owned()),
        ("&lt;http://e.com/&gt;", format!("&lt;{}&gt;", link("http://e.com/"))),
        (
            "https://BLOG.example/x",
            r#"<a href="https://BLOG.example/x" rel="ugc">https://BLOG.example/x</a>"#.to_owned(),
        ),
        (
            r#"<a href="http://e.com/">http://e.com/</a>"#,
            r#"<a href="http://e.com/" rel="nofollow ugc">http://e.com/</a>"#.to_owned(),
        ),
    ] {
        assert_eq!(display_content(stored, HOME), format!("<p>{shown}</p>\n"), "{stored}");
    }
    let long = |bytes: usize| format!("http://e.com/{}", "a".repeat(bytes - "http://e.com/".len()));
    assert!(display_content(&long(2_000), HOME).contains("<a "));
    assert!(!display_content(&long(2_001), HOME).contains("<a "));
}

#[test]
fn a_row_that_another_tool_wrote_is_harmless() {
    let shown = display_content(r#"<img src=x onerror=alert(1)><a href="javascript:alert(1)">x</a><b>"#, HOME);
    assert_eq!(shown, "<p><a>x</a><b></b></p>\n");
}

#[test]
fn hostile_texts_grow_and_take_little() {
    let long_href = format!("<a href=\"http://e.com/{}\">", "x".repeat(30_000));
    let mut opens = String::new();
    for n in 0..3_000 {
        let _ = write!(opens, "<b x={n}>");
    }
    for hostile in [
        "<b>".repeat(20_000),
        "<b><i>".repeat(10_000) + &"</s>".repeat(8_000),
        "<blockquote>".repeat(5_000),
        opens + &"<p>t".repeat(7_000),
        long_href.clone() + &"a\n\n".repeat(11_000),
        long_href + &"<blockquote>a</blockquote>".repeat(1_300),
        "<".repeat(65_000),
        "&".repeat(65_525),
        "&amp;".repeat(13_000),
        "&a;".repeat(21_000),
        "&copy;".repeat(10_000),
        "<b>".to_owned() + &"«".repeat(32_000),
        format!("<a title=\"{}\">", "«".repeat(32_000)),
        format!("<a href=\"http://e.com/{}\">", "&".repeat(65_000)),
        "&#1;".repeat(16_000),
        "http://a ".repeat(7_000),
        "(http://a)".repeat(6_500),
        "http://a.b/&amp;".repeat(4_000),
        "\n".repeat(65_000),
    ] {
        let shown = display_content(&save_content(&hostile, HOME), HOME);
        assert!(shown.len() <= 8 * 65_535 + 3 * 65_536, "{} bytes from {}", shown.len(), &hostile[..20]);
    }
}

/// What the sanitiser's serialiser does for each such character is bounded by the node that it stands in.
#[test]
fn no_text_node_has_many_characters_that_are_slow_to_escape() {
    for html in ["&amp;".repeat(300), "«".repeat(300), format!("é{}<b>{}</b>&lt;", "&lt;°".repeat(90), "&".repeat(90))]
    {
        let cut = allow_list::in_short_nodes(&html);
        assert_eq!(cut.replace("<!---->", ""), html);
        let slow = |node: &str| node.matches(escape::is_slow_to_escape).count();
        let nodes: Vec<usize> = cut.split("<!---->").flat_map(|part| part.split(['<', '>'])).map(slow).collect();
        assert_eq!(nodes.iter().max(), Some(&allow_list::NODE_SLOW_CHARS_MAX), "{html}");
    }
    let at_bound = "&amp;".repeat(allow_list::NODE_SLOW_CHARS_MAX);
    assert_eq!(allow_list::in_short_nodes(&at_bound), at_bound);
    let text = "<i>« &amp; &lt; »</i>".repeat(100);
    assert_eq!(save_content(&text, HOME), text);
}

#[test]
fn an_attribute_may_have_so_many_characters_that_are_slow_to_escape() {
    let titled = |n: usize| format!("<a title=\"{}\">x</a>", "&amp;".repeat(n));
    let saved = save_content(&titled(tidy::ATTRIBUTE_SLOW_CHARS_MAX), HOME);
    assert_eq!(saved.matches("&amp;").count(), tidy::ATTRIBUTE_SLOW_CHARS_MAX);
    assert_eq!(save_content(&titled(tidy::ATTRIBUTE_SLOW_CHARS_MAX + 1), HOME), "<a>x</a>");
}

/// What is refused for its length in the end is not parsed first.
#[test]
fn a_text_that_cannot_be_stored_is_not_parsed() {
    let text = |n: usize| format!("<b>{}</b>", "&".repeat(n));
    let bound = lengths::STORED_CONTENT_BYTES_MAX / 5;
    assert!(save_content(&text(bound), HOME).starts_with("<b>&amp;"));
    let saved = save_content(&text(bound + 1), HOME);
    assert!(saved.starts_with("&lt;b&gt;&amp;") && saved.len() > lengths::STORED_CONTENT_BYTES_MAX, "{}", saved.len());
}

/// A URL in a URL in a URL: each may be the beginning of a link, and each is looked at to its end.
#[test]
fn the_search_for_links_ends_at_its_bound() {
    let shown = |n: usize| display_content(&format!("{} http://last.example/", "(http://[a)".repeat(n)), HOME);
    assert!(shown(50).contains("<a href=\"http://last.example/\""), "{}", shown(50));
    assert!(!shown(5_000).contains("<a "));
}

#[test]
fn elements_nest_to_their_limit() {
    let nested = |n: usize| "<blockquote>".repeat(n) + "x" + &"</blockquote>".repeat(n);
    assert_eq!(save_content(&nested(64), HOME), nested(64));
    assert_eq!(save_content(&nested(65), HOME), nested(64));
}

/// Allow-listed elements and attributes, and what the display filters add.
fn nodes_are_allowed(html: &str) -> Result<(), TestCaseError> {
    let allowed: HashSet<&str> = tidy::ELEMENTS.iter().map(|(name, _)| *name).chain(["p", "br"]).collect();
    let fragment = Html::parse_fragment(html);
    for node in fragment.tree.nodes().skip(1) {
        prop_assert!(!node.value().is_comment(), "{}", html);
        let Some(element) = node.value().as_element() else { continue };
        prop_assert!(
            matches!(element.name(), "html" | "body") || allowed.contains(element.name()),
            "{} in {}",
            element.name(),
            html
        );
        for (name, value) in element.attrs() {
            prop_assert!(matches!(name, "href" | "title" | "cite" | "datetime" | "rel"), "{} in {}", name, html);
            prop_assert!(!value.trim_start().to_ascii_lowercase().starts_with("javascript"), "{}", html);
        }
        if element.attr("href").is_some() {
            prop_assert!(element.attr("rel").is_some_and(|rel| rel.contains("ugc")), "{}", html);
        }
    }
    Ok(())
}

/// What the sanitiser makes of shown HTML if it is told of the elements that the filters add.
fn sanitised_as_shown(shown: &str) -> String {
    let mut builder = allow_list::builder();
    builder.add_tags(["p", "br"]).add_tag_attributes("a", ["rel"]);
    builder.clean(shown).to_string()
}

/// Pieces of markup in any order: more likely to be interesting than random characters.
fn soup() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "<a href=\"http://e.com/\">",
            "<a href='javascript:x'>",
            "<a title=\"x > y\">",
            "</a>",
            "<b>",
            "</b>",
            "<i class=x>",
            "</i>",
            "<blockquote cite=\"http://e.com\">",
            "</blockquote>",
            "<code>",
            "</code>",
            "<q>",
            "</q>",
            "<p>",
            "</p>",
            "<br/>",
            "\n",
            "\n\n",
            "<script>",
            "</script>",
            "<style>",
            "<svg>",
            "<math>",
            "<mtext>",
            "<table><tr><td>",
            "</table>",
            "<textarea>",
            "<title>",
            "<!--",
            "-->",
            "<![CDATA[",
            "]]>",
            "<",
            ">",
            "&",
            "&lt;",
            "&#1;",
            "&#x202e;",
            "&#13;",
            "&nbsp;",
            "\"",
            "'",
            " ",
            "=",
            "/",
            "http://e.com/a",
            ".",
            ")",
            "é",
            "<a href=http://blog.example/x/>",
            "<del datetime=1>",
            "</del>",
            "<abbr title='a\"b'>",
            "<plaintext>",
            "<select><option>",
            "<b",
            "<noscript>",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,6}",
        "[a-z <>&\"'=/!-]{0,8}",
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn saving_twice_is_saving_once_and_only_allowed_nodes_remain(raw in soup()) {
        let saved = save_content(&raw, HOME);
        prop_assert_eq!(&save_content(&saved, HOME), &saved);
        nodes_are_allowed(&saved)?;
    }

    #[test]
    fn shown_html_is_balanced_and_safe(raw in soup()) {
        let shown = display_content(&save_content(&raw, HOME), HOME);
        nodes_are_allowed(&shown)?;
        prop_assert_eq!(sanitised_as_shown(&shown), shown.replace("<br />", "<br>"));
        prop_assert_eq!(display_content(&raw, HOME), shown);
    }

    #[test]
    fn cleaning_names_twice_is_cleaning_once(raw in "(\\PC|[<>&%0-9a-f;#\u{301}\u{200d}\u{202e}]){0,24}") {
        for clean in [author, email, author_url, agent, ip] {
            let once = clean(&raw);
            prop_assert_eq!(clean(&once), once);
        }
    }

    #[test]
    fn a_shown_author_url_is_a_web_address(raw in "([a-z:/?#.&; ]|javascript:|http://|&#58;|%0a){0,12}") {
        if let Some(url) = display_url(&author_url(&raw)) {
            prop_assert!(url.to_ascii_lowercase().starts_with("http"), "{}", url);
        }
    }
}
