//! What is read of a page: titles, links, and the words around them.

use proptest::prelude::*;

use super::*;

const TARGET: &str = "http://blog.test/post/";

fn read(html: &str) -> Page {
    let url = Url::parse("http://source.test/dir/page").expect("a URL");
    Page::parse(html.as_bytes(), Some("text/html; charset=utf-8"), &url)
}

fn is_target(url: &Url) -> bool {
    url.as_str() == TARGET
}

fn excerpt(html: &str) -> Option<String> {
    read(html).mention(is_target).map(|mention| mention.excerpt)
}

/// A link to the target with this text.
fn link(text: &str) -> String {
    format!("<a href=\"{TARGET}\">{text}</a>")
}

/// The vectors of §2.11 that are not quirks, as WordPress stores them.
#[test]
fn excerpts_are_those_of_wordpress() {
    let long_tail = format!("{} then a long tail {} end", link("starts here"), "word ".repeat(30).trim_end());
    let long_tail_text = format!("starts here then a long tail {} end", "word ".repeat(30).trim_end());
    let long_head = format!("{}{}", "head words ".repeat(14), link("ends here"));
    let middle = format!("{}{}{}", "word ".repeat(60), link("middle"), " tail".repeat(60));
    let middle_text = format!("{}middle{}", "word ".repeat(20), " tail".repeat(20));
    let walls = format!("{} {} {}", "w".repeat(300), link("middle"), "t".repeat(300));
    let table: Vec<(String, String)> = vec![
        (
            format!("Some words before the {} and some words after it.", link("linked text")),
            "words before the linked text and some words after".into(),
        ),
        (format!("a {} b", link("x")), "x".into()),
        (link("x"), "x".into()),
        (long_tail, long_tail_text),
        (long_head, format!("{}ends here", "head words ".repeat(14))),
        (middle, middle_text),
        (walls, "middle".into()),
        (format!("before {} after it", link(&"x".repeat(150))), format!("{}… after", "x".repeat(100))),
        (format!("one {} two {} three", link("same"), link("same")), "same two same".into()),
        (format!("one {} two three", link("<b>bo</b><i>ld</i>")), "bold two".into()),
        (format!("aaa\u{a0}bbb {} ccc\u{a0}ddd", link("q")), "q".into()),
        (format!("Word ({}). Next sentence here.", link("link")), "(link). Next sentence".into()),
        (format!("前の文章{}後の文章", link("リンク")), "前の文章リンク後の文章".into()),
    ];
    for (html, expected) in table {
        assert_eq!(excerpt(&format!("<p>{html}</p>")).as_deref(), Some(expected.as_str()), "{html}");
    }
}

/// Where the module's list says that we differ.
#[test]
fn excerpts_where_wordpress_errs() {
    let table: Vec<(String, &str)> = vec![
        (format!("<div>first block</div><div>aaa bbb {} ccc</div><div>third</div>", link("yes")), "bbb yes"),
        (format!("<p>aaa bbb<br>ccc {}<br/>ddd eee</p>", link("q")), "bbb ccc q ddd"),
        (format!("<p>lead   {}   trail end</p>", link("  spaced   text ")), "spaced text trail"),
        (
            format!("<p>AT&amp;T \"quoted\" &lt;i&gt; \\ {} it's &copy; é</p>", link("l&amp;k")),
            "\"quoted\" <i> \\ l&k it's ©",
        ),
        (format!("<p>cost is $5 and \\1 then {} two $2 three</p>", link("$1 q")), "is $5 and \\1 then $1 q two $2"),
        (format!("<p>see {} here now</p>", link("<img src=x alt=\"a cat\">")), "a cat here"),
        (format!("<p>see {} here now</p>", link("<img src=x>")), "here"),
        (format!("<p>see <A HREF='{TARGET}'>up > per</A> here now</p>"), "up > per here"),
        (link("<h2>A card</h2><p>its text</p>"), "A card"),
    ];
    for (html, expected) in table {
        assert_eq!(excerpt(&html).as_deref(), Some(expected), "{html}");
    }
}

#[test]
fn lengths_hold_at_their_bounds() {
    let text = |n: usize| excerpt(&link(&"é".repeat(n))).expect("a mention");
    assert_eq!(text(LINK_TEXT_CHARS_MAX), "é".repeat(LINK_TEXT_CHARS_MAX));
    assert_eq!(text(LINK_TEXT_CHARS_MAX + 1), format!("{}…", "é".repeat(LINK_TEXT_CHARS_MAX)));

    let before = |n: usize| excerpt(&format!("a b {} {} c", "w".repeat(n), link("x"))).expect("a mention");
    let with_blank = CONTEXT_CHARS_MAX - 1;
    assert_eq!(before(with_blank), format!("{} x", "w".repeat(with_blank)));
    assert_eq!(before(with_blank + 1), "x");

    let after = |n: usize| excerpt(&format!("a {} {} c", link("x"), "w".repeat(n))).expect("a mention");
    assert_eq!(after(with_blank), format!("x {}", "w".repeat(with_blank)));
    assert_eq!(after(with_blank + 1), "x");

    let uncut = |n: usize| excerpt(&format!("{}{}{}", "前".repeat(n), link("x"), "後".repeat(n))).expect("a mention");
    let whole = format!("{}x{}", "前".repeat(UNCUT_CHARS_MAX), "後".repeat(UNCUT_CHARS_MAX));
    assert_eq!(uncut(UNCUT_CHARS_MAX), whole);
    assert_eq!(uncut(UNCUT_CHARS_MAX + 1), whole);
}

#[test]
fn the_content_is_escaped_between_ellipses() {
    assert_eq!(
        excerpt_content(r#"a & <b> "c" 'd' é"#),
        "[&#8230;] a &amp; &lt;b&gt; &quot;c&quot; &#039;d&#039; é [&#8230;]"
    );
    assert_eq!(excerpt_content("&amp;"), "[&#8230;] &amp;amp; [&#8230;]");
}

/// §2.10: what is a link, and what is not.
#[test]
fn only_links_of_the_page_count() {
    let table: Vec<(String, bool)> = vec![
        (link("x"), true),
        (format!("<a href='{TARGET}'>x</a>"), true),
        (format!("<a href={TARGET}>x</a>"), true),
        ("<a href=\"HTTP://BLOG.test:80/post/\">x</a>".into(), true),
        ("<a href=\"//blog.test/post/\">x</a>".into(), true),
        ("<a href=\" http://blog.test/post/\n\">x</a>".into(), true),
        ("<base href='http://blog.test/'><a href=\"post/\">x</a>".into(), true),
        ("<a href=\"post/\">x</a><base href='http://blog.test/'>".into(), true),
        (format!("<a href='{TARGET}'></a>"), true),
        (format!("<table><tr><td><a href='{TARGET}'>x</a>"), true),
        ("<a href=\"post/\">x</a>".into(), false),
        (format!("<a href=\"{TARGET}extra/\">x</a>"), false),
        (format!("<a title=\"{TARGET}\" href=\"/\">x</a>"), false),
        (format!("<p>{TARGET}</p>"), false),
        (format!("<!-- {} -->", link("x")), false),
        (format!("<script>{}</script>", link("x")), false),
        (format!("<style>{}</style>", link("x")), false),
        (format!("<template>{}</template>", link("x")), false),
        (format!("<noscript>{}</noscript>", link("x")), false),
        (format!("<textarea>{}</textarea>", link("x")), false),
        (format!("<title>{}</title>", link("x")), false),
        (format!("<svg>{}</svg>", link("x")), false),
        (format!("<svg><desc>{}</desc></svg>", link("x")), false),
        (format!("<iframe>{}</iframe>", link("x")), false),
        (format!("<map><area href=\"{TARGET}\"></map>"), false),
        (format!("<link href=\"{TARGET}\">"), false),
        (format!("<math><a href=\"{TARGET}\">x</a></math>"), false),
    ];
    for (html, is_found) in table {
        assert_eq!(excerpt(&html).is_some(), is_found, "{html}");
    }
}

#[test]
fn plain_text_has_neither_links_nor_title() {
    let url = Url::parse("http://source.test/").expect("a URL");
    let html = format!("<title>T</title>{} {TARGET}", link("x"));
    let page = Page::parse(html.as_bytes(), Some("Text/Plain; charset=utf-8"), &url);
    assert!(page.mention(is_target).is_none());
    assert_eq!(page.title(), None);
    assert!(Page::parse(html.as_bytes(), None, &url).mention(is_target).is_some(), "no type is taken for HTML");
}

#[test]
fn titles_by_their_order() {
    let long = format!("<title>{}</title>", "é".repeat(TITLE_CHARS_MAX + 1));
    let longest = "é".repeat(TITLE_CHARS_MAX);
    let table: &[(&str, Option<&str>)] = &[
        ("<TITLE>Upper</TITLE>", Some("Upper")),
        ("<title lang=\"en\">T</title>", Some("T")),
        ("<title>\n  a \t b&amp;c </title>", Some("a b&c")),
        ("<title>a <b>b</b></title>", Some("a <b>b</b>")),
        ("<title></title><svg><title>Second</title></svg>", None),
        ("<svg><title>First</title></svg><title>Second</title>", Some("Second")),
        ("<title>0</title>", Some("0")),
        ("<title>   </title>", None),
        ("<title> </title><title>Second</title>", None),
        ("<title></title><meta property=og:title content=' O  G '><h1>H</h1>", Some("O G")),
        ("<h1></h1><h1>H <b>1</b></h1><h1>2</h1>", Some("H 1")),
        ("<p>none</p>", None),
        ("", None),
        (&long, Some(&longest)),
    ];
    for (html, expected) in table {
        assert_eq!(read(html).title(), *expected, "{html}");
    }
}

#[test]
fn canonical_and_links_are_resolved() {
    let page =
        read("<link rel='x CANONICAL' href='/c'><a href=a>1</a><a>2</a><a href='http://['>3</a><a href='#f'>4</a>");
    assert_eq!(page.canonical().map(Url::as_str), Some("http://source.test/c"));
    let links: Vec<&str> = page.links().map(Url::as_str).collect();
    assert_eq!(links, ["http://source.test/dir/a", "http://source.test/dir/page#f"]);
}

#[test]
fn links_are_counted_to_their_bound() {
    let html = |before: usize| format!("{}{}", "<a href=/>x</a>".repeat(before), link("x"));
    assert!(excerpt(&html(LINKS_MAX - 1)).is_some());
    assert!(excerpt(&html(LINKS_MAX)).is_none());
}

#[test]
fn a_page_that_passes_a_bound_is_judged_on_what_was_read() {
    let page = read(&format!("<title>T</title>{}{}", link("x"), "<div>".repeat(DEPTH_MAX * 2)));
    assert!(page.is_cut());
    assert_eq!(page.title(), Some("T"));
    assert!(page.mention(is_target).is_some());
}

proptest! {
    /// Whatever comes, reading ends, and an excerpt is within its bounds.
    #[test]
    fn any_markup_is_read(parts in prop::collection::vec(prop_oneof![
        Just("<p>".to_owned()), Just("</p>".to_owned()), Just("<div>".to_owned()), Just("</div>".to_owned()),
        Just("<b>".to_owned()), Just("</b>".to_owned()), Just("<table>".to_owned()), Just("</a>".to_owned()),
        Just("<br>".to_owned()), Just("<svg>".to_owned()), Just("<template>".to_owned()), Just("<title>".to_owned()),
        Just(format!("<a href=\"{TARGET}\">")), Just(link("text")), Just(" ".to_owned()), "[ a-zé前]{0,200}", "\\PC{0,9}",
    ], 0..60)) {
        let html = parts.concat();
        if let Some(excerpt) = excerpt(&html) {
            prop_assert!(excerpt.chars().count() <= 2 * UNCUT_CHARS_MAX + LINK_TEXT_CHARS_MAX + 1);
        }
    }

    /// Whatever the bytes, they are text in the end.
    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..500)) {
        let url = Url::parse("http://source.test/").expect("a URL");
        let page = Page::parse(&bytes, None, &url);
        prop_assert!(page.title().is_none_or(|title| !title.is_empty()));
    }
}
