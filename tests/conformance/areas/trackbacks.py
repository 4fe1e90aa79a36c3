"""Trackbacks: both addresses, each field, what is refused and what is stored (WP 7.1 XML-RPC §4)."""

import reasons
from reasons import because
from scenario import Ping, Post, Scenario, Thread, Trackback, trackback

UNLIMITED = True  # all sources are one server, of which Rejoinder takes few pages a minute
QUIET = {"comment_flood_seconds": "0", "receive_trackbacks": "1"}
APPROVED = QUIET | {"comment_previously_approved": "0"}
# WordPress answers nothing, and we say why, or take it.
UNSAID = because(reasons.TRACKBACK_SAID, "1 type", "1 body")
ELSEWHERE = because(reasons.TRACKBACK_ADDRESSES, "1 status", "1 type", "1 body", "comments")


def refused():
    for fields in ({"title": None, "blog_name": None, "url": None}, {"title": "", "blog_name": "", "url": ""}):
        yield Scenario(f"with {fields}", [Trackback(fields)], QUIET)
    for fields in ({"url": None}, {"title": None, "url": None}, {"blog_name": None, "url": None}, {"url": ""}):
        yield Scenario(f"with {fields}", [Trackback(fields)], QUIET, differs=UNSAID)
    for fields in ({"title": None}, {"title": ""}, {"title": None, "excerpt": None, "blog_name": None}):
        yield Scenario(f"with {fields}", [Trackback(fields)], QUIET, differs=UNSAID | because(reasons.TRACKBACK_SAID, "comments"))
    yield Scenario("with a script's address", [trackback(url="javascript:alert(1)")], QUIET, differs=because(reasons.TRACKBACK_TRUE, "1 body", "comments"))
    yield Scenario("nothing", [Trackback(dict.fromkeys(("title", "url", "blog_name", "excerpt")))], QUIET)
    yield Scenario("a closed post", [trackback()], QUIET, Post(pings="closed"))
    yield Scenario("a post closed by age", [trackback()], QUIET | {"close_comments_for_old_posts": "1"}, Post(age_seconds=15 * 86_400))
    for path in ("?p=999999", "", "?p=x", "?p=0", "/x", "/0", "/999999", "/", "?tb_id=1"):
        yield Scenario(f"at wp-trackback.php{path}", [trackback("/wp-trackback.php" + path)], QUIET)
    yield Scenario("the same again", [trackback(), trackback(url="{source}")], QUIET, differs=because(reasons.TRACKBACK_ERRORS, "2 body"))
    yield Scenario("after a pingback from there", [Ping(), trackback(url="{before}")], QUIET)


def visits():
    for path in ("?p={post}", "/{post}"):
        yield Scenario(f"GET of wp-trackback.php{path}", [trackback("/wp-trackback.php" + path, "GET")], QUIET)
        yield Scenario(f"a trackback at wp-trackback.php{path}", [trackback("/wp-trackback.php" + path), Thread("heading")], QUIET)
    yield Scenario("HEAD", [trackback(method="HEAD")], QUIET)
    yield Scenario("GET with a query", [trackback("/wp-trackback.php?p={post}&title=x&url=http://a.test/", "GET")], QUIET)
    yield Scenario("GET of a closed post", [trackback(method="GET")], QUIET, Post(pings="closed"))
    yield Scenario("GET of no post", [trackback("/wp-trackback.php?p=999999", "GET")], QUIET)
    yield Scenario("by tb=1", [trackback("/?p={post}&tb=1")], QUIET, differs=ELSEWHERE)


def accepted():
    yield Scenario("an approved trackback", [trackback(), Thread("heading")], APPROVED)
    yield Scenario("a trackback of a page", [trackback("/wp-trackback.php?page_id={post}")], QUIET, Post(kind="page"))
    for options in ({"comment_moderation": "1"}, {"moderation_keys": "excerpt"}, {"disallowed_keys": "excerpt"}, {"moderation_keys": "My blog"}):
        yield Scenario(f"with {options}", [trackback()], APPROVED | options)
    for words, fields in {
        "a title at the limit": {"title": "t" * 250}, "a long title": {"title": "t" * 300}, "an excerpt at the limit": {"excerpt": "e" * 252}, "a long excerpt": {"excerpt": "word " * 80},
        "mark-up": {"title": "A <b>title</b>", "excerpt": "The <b>bold</b> & \"q\" text"}, "a script": {"excerpt": "a <script>x</script> b"}, "lines": {"excerpt": "a\r\nb\n\nc"},
        "references": {"title": "A &amp; B &lt;i&gt;", "excerpt": "&#8220;c&#8221;"}, "letters beyond ASCII": {"title": "Größe", "blog_name": "Zoë", "excerpt": "日本語"}, "emoji": {"title": "😀"},
        "a name with marks": {"blog_name": "My <b>blog</b> & co"}, "charset UTF-8": {"charset": "UTF-8", "title": "Größe"}, "charset utf-8": {"charset": "utf-8", "title": "Größe"},
        "charset ISO-8859-1": {"charset": "ISO-8859-1", "title": b"Gr\xf6\xdfe"}, "no charset and Latin-1": {"title": b"Gr\xf6\xdfe"}, "charset EUC-JP": {"charset": "EUC-JP", "title": b"\xa4\xa2"},
    }.items():  # fmt: skip
        yield Scenario(f"with {words}", [Trackback(fields)], APPROVED)
    for words, fields in {"no excerpt": {"excerpt": None}, "no blog's name": {"blog_name": None}}.items():
        yield Scenario(f"with {words}", [Trackback(fields)], APPROVED, differs=because(reasons.TRACKBACK_SAID, "comments"))
    charsets = because(reasons.TRACKBACK_CHARSETS, "1 body")
    yield Scenario("with an unknown charset", [trackback(charset="bogus", title="Größe")], APPROVED, differs=charsets | because(reasons.TRACKBACK_CHARSETS, "1 status", "count", "comments"))
    yield Scenario("with charset UTF-7", [trackback(charset="UTF-7")], APPROVED, differs=charsets | because(reasons.TRACKBACK_CHARSETS, "1 type"))
    for words, page in {"no link": "<title>A page</title>", "a link to another post": '<title>A page</title><p>See <a href="{site}/?p=1">that</a>.</p>', "no title": '<p>I read <a href="{target}">it</a>.</p>'}.items():
        yield Scenario(f"a source with {words}", [Trackback(page=page)], QUIET, differs=because(reasons.TRACKBACK_TRUE, "1 body", "comments") if words != "no title" else {})


SCENARIOS = [*refused(), *visits(), *accepted()]
