"""pingback.ping and pingback.extensions.getPingbacks: every refusal, masked and raw, and what is stored
(WP 7.1 XML-RPC §2)."""

import reasons
from reasons import because
from scenario import Comment, Ping, Post, Scenario, Thread, call

UNLIMITED = True  # all sources are one server, of which Rejoinder takes few pages a minute
# One pingback in 15 s from everywhere: the other scenarios would meet it.
QUIET = {"comment_flood_seconds": "0"}
RAW = QUIET | {"xmlrpc_pingback_error": "raw"}
APPROVED = RAW | {"comment_previously_approved": "0"}
PAGE = "<title>A page</title><body>{}</body>"


def refusals():
    """Each fault, as a site shows it that masks and one that does not."""
    cases = {
        "no source": {"source": ""},
        "a source without a scheme": {"source": "127.0.0.1/page"},
        "a source by ftp": {"source": "ftp://127.0.0.1/page"},
        "a source with a password": {"source": "http://u:p@127.0.0.1/"},
        "a javascript source": {"source": "javascript:alert(1)"},
        "a target elsewhere": {"target": "http://elsewhere.test/?p={post}"},
        "no target": {"target": ""},
        "the front page": {"target": "{site}/"},
        "an unknown post": {"target": "{site}/?p=999999"},
        "the post itself": {"source": "{target}"},
        "an empty page": {"page": ""},
        "no title": {"page": '<body><p>Words <a href="{target}">here</a> there.</p>'},
        "no link": {"page": PAGE.format("<p>No link.</p>")},
        "the address as text": {"page": PAGE.format("<p>See {target} there.</p>")},
        "a link in a comment": {"page": PAGE.format('<!-- <a href="{target}">here</a> -->')},
        "a link in a script": {"page": PAGE.format('<script>"<a href=\'{target}\'>here</a>"</script>')},
    }
    for name, fields in cases.items():
        for words, options in {"masked": QUIET, "raw": RAW}.items():
            yield Scenario(f"{name}, {words}", [Ping(**fields)], options)
    for words, options in {"masked": QUIET, "raw": RAW}.items():
        yield Scenario(f"a post closed for pings, {words}", [Ping()], options, Post(pings="closed"))
        yield Scenario(f"a post closed for comments, {words}", [Ping()], options, Post(comments="closed"))
        yield Scenario(f"closed by age, {words}", [Ping()], options | {"close_comments_for_old_posts": "1"}, Post(age_seconds=15 * 86_400))
    for params in ((), ("x",), ("x", "y", "z")):
        yield Scenario(f"{len(params)} parameters", [call("pingback.ping", *params)], RAW)


def accepted():
    """What is found in the page, and what is stored of it."""
    link = '<a href="{target}">the link</a>'
    for name, body in {
        "a paragraph": f"<p>Some words before {link} and some after it.</p>",
        "a link alone": f"<p>{link}</p>",
        "single quotes": "<p>Words before <a href='{target}'>the link</a> and after it.</p>",
        "no quotes": "<p>Words before <a href={target}>the link</a> and after it.</p>",
        "a list": f"<ul><li>first words</li><li>second words {link} and more</li></ul>",
        "other links around": f'<p>One <a href="http://b.test/">other</a> two {link} three <a href="http://c.test/">more</a> four</p>',
        "bold link text": '<p>Words before <a href="{target}"><b>the</b> link</a> and after it.</p>',
        "entities": f"<p>AT&amp;T &lt;i&gt; says {link} it's &copy; so</p>",
        "letters beyond ASCII": f"<p>Größe und Maß {link} naïveté für alle</p>",
        "long words around": f"<p>{'word ' * 60}{link}{' tail' * 60}</p>",
        "a long link text": '<p>before <a href="{target}">' + "x" * 150 + "</a> after it</p>",
        "two links": f"<p>one {link} two {link} three</p>",
        "a fragment in the link": '<p>Words before <a href="{target}#respond">the link</a> and after it.</p>',
        "dollars and backslashes": f"<p>cost is $5 and \\1 then {link} two $2 three</p>",
    }.items():
        better = because(reasons.EXCERPTS, "comments") if name == "dollars and backslashes" else {}
        yield Scenario(f"found: {name}", [Ping(PAGE.format(body))], APPROVED, differs=better)
    for title in ("Plain", "A &amp; B", "  Blanks  around ", "100%25 sure", "x" * 300, "Größe"):
        page = f'<title>{title}</title><p>Words before <a href="{{target}}">the link</a> and after it.</p>'
        whole = because(reasons.TITLES, "comments") if len(title) > 255 else {}
        yield Scenario(f"the title {title[:20]}", [Ping(page)], APPROVED, differs=whole)
    yield Scenario("a page that is not found counts", [Ping(status=404)], RAW, differs=because(reasons.SOURCES, "1 body", "comments"))
    yield Scenario("a page of another kind counts", [Ping(content_type="application/pdf")], RAW)
    yield Scenario("a held pingback", [Ping(), Thread("heading")], QUIET)
    yield Scenario("an approved pingback", [Ping(), Thread("heading")], APPROVED)
    yield Scenario("a moderated pingback", [Ping()], APPROVED | {"comment_moderation": "1"})
    yield Scenario("a pingback with a moderation key", [Ping()], APPROVED | {"moderation_keys": "liked"})
    yield Scenario("a pingback with a disallowed key", [Ping()], APPROVED | {"disallowed_keys": "liked"})
    yield Scenario("the same again", [Ping(), call("pingback.ping", "{source}", "{target}")], RAW)
    yield Scenario("the same again, masked", [Ping(), call("pingback.ping", "{source}", "{target}")], QUIET)


def told():
    """pingback.extensions.getPingbacks."""
    pings = [Comment("P", kind="pingback", url="http://a.test/?a=1&amp;b=2", email=""), Comment("T", kind="trackback", url="http://t.test/", email=""),
             Comment("Q", kind="pingback", url="http://b.test/", email=""), Comment("C", url="http://c.test/")]  # fmt: skip
    yield Scenario("getPingbacks", [call("pingback.extensions.getPingbacks", "{target}")], given=pings, differs=because(reasons.GET_PINGBACKS, "1 body"))
    held = [Comment("P", kind="pingback", url="http://a.test/", email="", status="hold")]
    yield Scenario("getPingbacks of held ones", [call("pingback.extensions.getPingbacks", "{target}")], given=held,
                   differs=because(reasons.GET_PINGBACKS, "1 body"))  # fmt: skip
    yield Scenario("getPingbacks of none", [call("pingback.extensions.getPingbacks", "{target}")])
    yield Scenario("getPingbacks of no post", [call("pingback.extensions.getPingbacks", "{site}/?p=999999")], RAW,
                   differs=because(reasons.GET_PINGBACKS, "1 body"))  # fmt: skip
    yield Scenario("getPingbacks elsewhere", [call("pingback.extensions.getPingbacks", "http://elsewhere.test/")], RAW)
    yield Scenario("getPingbacks of nothing", [call("pingback.extensions.getPingbacks")], RAW, differs=because(reasons.GET_PINGBACKS, "1 body"))


SCENARIOS = [*refusals(), *accepted(), *told()]
