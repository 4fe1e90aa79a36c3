//! What readers see (WP 7.1 §5.4): the whole way from the stored text. Each filter's own table stands
//! beside it; 200 texts whose outcome is compared with WordPress's are in `tests/conformance/content.json`.

use super::{HOME, show};
use crate::model::text::{DISPLAY, DisplayContext, display_content};

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
        assert_eq!(show(stored), shown, "{stored}");
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
        assert_eq!(show(stored), shown, "{why}: {stored}");
    }
}

#[test]
fn a_row_that_another_tool_wrote_is_harmless() {
    let shown = show(r#"<img src=x onerror=alert(1)><a href="javascript:alert(1)">x</a><b>"#);
    assert_eq!(shown, "<p><a>x</a><b></b></p>\n");
}

#[test]
fn the_filters_work_on_each_other_in_wordpress_s_order() {
    let www = r#"<a href="http://www.e.com" rel="nofollow ugc">http://www.e.com</a>"#;
    for (stored, shown) in [
        ("5 &gt; 3 &amp; 2 &lt; 4", "<p>5 &gt; 3 &amp; 2 &lt; 4</p>\n".to_owned()),
        ("\"Wordpress\" :)\n\nWordpress", "<p>“WordPress” 🙂</p>\n<p>WordPress</p>\n".to_owned()),
        ("www.e.com...", format!("<p>{www}…</p>\n")),
        ("http://e.com/\"a\"", "<p><a href=\"http://e.com/\" rel=\"nofollow ugc\">http://e.com/</a>“a”</p>\n".into()),
        (":-( - :-)\n:\" 8-)", "<p>🙁 – 🙂<br />\n:” 😎</p>\n".to_owned()),
        ("(c) 'a'\n\n- b", "<p>(c) ‘a’</p>\n<p>– b</p>\n".to_owned()),
    ] {
        assert_eq!(show(stored), shown, "{stored}");
    }
    assert!(DISPLAY.is_sorted_by_key(|filter| filter.priority));
}

#[test]
fn smilies_stay_text_where_the_option_is_off() {
    let site = DisplayContext { home_host: HOME, use_smilies: false };
    assert_eq!(display_content(":) :mrgreen:", site), "<p>:) :mrgreen:</p>\n");
}
