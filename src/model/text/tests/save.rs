//! What of a comment's text is stored (WP 7.1 §5.1 to §5.3, §5.9).

use super::{HOME, save_content, typed_content};

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
        ("<a href=' HTTP://E.com/ '>x</a>", r#"<a href="http://E.com/" rel="nofollow ugc">x</a>"#),
        ("<q cite='HTTPS://e.com/'>x</q>", r#"<q cite="https://e.com/">x</q>"#),
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
        (r#"<q cite="javascript:x">r</q><q cite="/x">s</q>"#, "<q>r</q><q>s</q>", "also where no click leads"),
        ("&notit; &copy;right", "&amp;notit; ©right", "what HTML itself takes for ¬ and a rest"),
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
fn elements_nest_to_their_limit() {
    let nested = |n: usize| "<blockquote>".repeat(n) + "x" + &"</blockquote>".repeat(n);
    assert_eq!(save_content(&nested(64), HOME), nested(64));
    assert_eq!(save_content(&nested(65), HOME), nested(64));
}

#[test]
fn tags_are_balanced_as_wordpress_balances_them() {
    for (raw, stored) in [
        ("<b><i>x</b></i>", "<b><i>x</i></b>"),
        ("<em><strong>a</em>b</strong>", "<em><strong>a</strong></em>b"),
        ("</b>x", "x"),
        ("<q>a<q>b</q>", "<q>a<q>b</q></q>"),
        ("<b>a<b>b", "<b>a</b><b>b</b>"),
        ("<B>x</b>", "<b>x</b>"),
        ("<b/>t", "<b></b>t"),
        ("<3 < 5", "&lt;3 &lt; 5"),
        ("<b><i></i><b>x", "<b><i></i></b><b>x</b>"),
        ("<i><b>x</i>y</b>z", "<i><b>x</b></i>yz"),
    ] {
        assert_eq!(save_content(raw, HOME), stored, "{raw}");
    }
}

/// What is shown to be changed is what was typed, and saving it unchanged changes nothing.
#[test]
fn a_stored_text_is_given_back_as_it_was_typed_where_that_is_sure() {
    for (stored, typed) in [
        ("Plain", "Plain"),
        ("you &amp; I &lt;3", "you & I <3"),
        ("<em>a</em> &amp; b &gt; c", "<em>a</em> & b > c"),
        ("&lt;b&gt; is a tag", "&lt;b&gt; is a tag"),
        ("&amp;lt; is a reference", "&amp;lt; is a reference"),
        ("<b>left by another tool", "<b>left by another tool"),
    ] {
        assert_eq!(typed_content(stored, HOME), typed, "{stored}");
    }
    for raw in ["a & b", "1 < 2", "<b>x</b> &amp; &copy;", "&", "\n<q>", "\u{A0}&nbsp;"] {
        let stored = save_content(raw, HOME);
        assert_eq!(save_content(&typed_content(&stored, HOME), HOME), stored, "{raw}");
    }
}
