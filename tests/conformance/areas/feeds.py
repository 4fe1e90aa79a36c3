"""Feeds of a site's comments and of a post's, in RSS and Atom, by each address (WP 7.1 comments §7).

The site's feed tells of the newest comments of all: this area goes first, before others have written.
"""

import reasons
from reasons import because
from scenario import Act, Comment, Feed, Form, Post, Scenario

MANY = [
    Comment("A", author="Zoe", url="http://zoe.test/", content="Words &amp; <b>more</b> of {name}."),
    Comment("B", parent="A", author="A &amp; B"),
    Comment("C", parent="B"),
    Comment("HELD", status="hold"),
    Comment("SPAM", status="spam"),
    Comment("PING", kind="pingback", url="http://ping.test/?a=1&amp;b=2", email="", author="A page"),
    Comment("TRACK", kind="trackback", url="http://track.test/", email="", author="A blog", content="<strong>A title</strong>\n\nWords."),
    Comment("MEMBER", user="subscriber", author="subscriber", email="subscriber@peer.test"),
]
RSS, ATOM = "feed=rss2&p={post}", "feed=atom&p={post}"
# Another address, or none, of its own.
SELF = because(reasons.FEED_SELF, "1 self")
ALL = ("1 status", "1 type", "1 validators", "1 Content-Type", "1 self", "1 body")


def no_feed(reason, *more, same=()):
    """WordPress sends a feed, and we a page that says why there is none."""
    return because(reason, *(what for what in (*ALL, *more) if what not in same))


# The newest of the whole blog, later than all that scenarios begin with.
NEWEST = [Comment(f"N{n}", days=100, author=f"Author {n}") for n in range(12)]


def posts():
    for name, query in {"RSS": RSS, "Atom": ATOM}.items():
        is_rss = name == "RSS"
        names = because(reasons.FEED_NAMES, "1 body") if is_rss else {}
        yield Scenario(f"{name} of a post", [Feed(query)], given=MANY, differs=names)
        yield Scenario(f"{name} without comments", [Feed(query)])
        yield Scenario(f"{name} of one comment", [Feed(query)], given=MANY[:1])
        yield Scenario(f"{name} of a closed post", [Feed(query)], given=MANY[:1], post=Post(comments="closed", pings="closed"))
        yield Scenario(f"{name} of more than ten", [Feed(query)], given=[Comment(f"T{n}") for n in range(12)])
        yield Scenario(f"{name} of three at most", [Feed(query)], {"posts_per_rss": "3"}, given=[Comment(f"T{n}") for n in range(12)])
        for title in ("Signs & <marks> “here”", "A 😀 title", 'It\'s "quoted" -- so...'):
            differs = {} if "😀" in title else because(reasons.POST_TITLES, "1 body")
            yield Scenario(f"{name} of the title {title}", [Feed(query)], given=MANY[:1], post=Post(title=title), differs=differs)
        missing = no_feed(reasons.FEED_MISSING)
        yield Scenario(f"{name} of no post", [Feed(query.replace("{post}", "999999"))], differs=missing if is_rss else no_feed(reasons.FEED_MISSING, same=["1 self"]))
        yield Scenario(f"{name} of a draft", [Feed(query)], post=Post(status="draft"), differs=missing if is_rss else no_feed(reasons.FEED_MISSING, same=["1 self"]))
        pages = SELF | (because(reasons.FEED_PAGES, "1 body") if is_rss else {})
        yield Scenario(f"{name} of a page", [Feed(query.replace("&p=", "&page_id="))], given=MANY[:1], post=Post(kind="page"), differs=pages)
        held = [Comment("A", status="hold"), Comment("B", parent="A")]
        yield Scenario(f"{name} of an answer to a held comment", [Feed(query)], given=held, differs=because(reasons.FEED_HELD, "1 body"))
        yield Scenario(f"{name} after approval", [Feed(query), Act("approve", "HELD"), Feed(query)], given=[Comment("HELD", status="hold")])
        family = [Comment("A"), Comment("B", parent="A"), Comment("C", parent="B")]
        yield Scenario(f"{name} after trashing", [Act("trash", "A"), Feed(query)], given=family, differs=because(reasons.FEED_HELD, "2 body"))
        yield Scenario(f"{name} after deletion", [Act("trash", "A"), Act("delete", "A"), Feed(query)], given=family)
        yield Scenario(f"{name} after a new comment", [Form(), Act("approve", "new1"), Feed(query)])
        yield Scenario(f"{name} by HEAD", [Feed(query, method="HEAD")], given=MANY[:1])
    for name, differs in {
        "feed": SELF, "rss": no_feed(reasons.FEED_POSTS, "1 location", same=["1 self"]), "rdf": no_feed(reasons.FEED_POSTS, same=["1 Content-Type", "1 self"]),
        "nonsense": because(reasons.FEED_MISSING, "1 type", "1 validators"), "comments-rss2": SELF, "comments-atom": {},
        "comments-nonsense": because(reasons.FEED_MISSING, "1 type", "1 validators"), "RSS2": because(reasons.FEED_MISSING, "1 type", "1 validators"),
    }.items():  # fmt: skip
        yield Scenario(f"the post's feed {name}", [Feed(f"feed={name}&p={{post}}")], given=MANY[:1], differs=differs)
    for more in ("withoutcomments=1", "withoutcomments=0", "withcomments=1", "cpage=1", "paged=2"):
        differs = no_feed(reasons.FEED_POSTS) if more == "withoutcomments=1" else SELF
        yield Scenario(f"the post's feed with {more}", [Feed(f"{RSS}&{more}")], given=MANY[:1], differs=differs)
    for number, differs in {
        "{post}x": SELF, "{post}/": because(reasons.FEED_SELF, "1 status", "1 type", "1 location", "1 self", "1 body"), "0": no_feed(reasons.FEED_POSTS), "x": no_feed(reasons.FEED_POSTS),
        "-1": no_feed(reasons.FEED_MISSING), "": no_feed(reasons.FEED_POSTS, "1 location", same=["1 self"]),
    }.items():  # fmt: skip
        yield Scenario(f"the feed of p={number}", [Feed(f"feed=rss2&p={number}")], given=MANY[:1], differs=differs)


TEXTS = {
    "marks": because(reasons.REFERENCES, "1 body"),
    "emoji": because(reasons.FEED_EMOJI, "1 body"),
    "the end of CDATA": because(reasons.FEED_CDATA, "1 body"),
}


def texts():
    """What a comment has, as both forms write it."""
    for words, comment in {
        "marks": Comment("A", content="a &lt;b&gt; &amp;amp; c &quot;q&quot; 'r'"),
        "named characters": Comment("A", content="caf&eacute; &nbsp; &copy; &hearts; &bogus; &#233; &#x1F600; a|b"),
        "letters": Comment("A", content="Größe, 日本語, עברית"),
        "emoji": Comment("A", content="😀 and 👩‍👩‍👧 and 🇩🇪", author="Zoë 😀"),
        "the end of CDATA": Comment("A", content="a ]]> b <code>x[y[1]]></code> c ]]&gt; d"),
        "paragraphs": Comment("A", content="One.\n\nTwo <em>with</em> marks.\nThree."),
        "a quotation": Comment("A", content="<blockquote>One\n\nTwo</blockquote>\nThree"),
        "code": Comment("A", content="<code>if (a &lt; b) { \"c\" }</code> and <code>d  e</code>"),
        "links": Comment("A", content='<a href="http://a.test/?b=1&amp;c=2" rel="nofollow ugc">a</a> http://b.test/ c@d.test'),
        "quotes": Comment("A", content='"A" isn\'t -- so... "b"'),
        "smilies": Comment("A", content=":) and ;-)"),
        "a long text": Comment("A", content="Some words again. " * 400),
        "many paragraphs": Comment("A", content="\n\n".join(f"Paragraph {n}." for n in range(60))),
        "a name with quotes": Comment("A", author="Ann &quot;Ace&quot; O'Neil"),
        "a name with marks": Comment("A", author="A &lt;b&gt; &amp; C"),
        "no name": Comment("A", author=""),
        "a URL with signs": Comment("A", url="http://a.test/?b=1&amp;c=%20d"),
        "no text": Comment("A", content=""),
    }.items():
        for name, query in {"RSS": RSS, "Atom": ATOM}.items():
            differs = dict(TEXTS.get(words, {}))
            if name == "RSS" and words in ("a name with quotes", "a name with marks"):
                differs = because(reasons.FEED_NAMES, "1 body")
            if words == "emoji" and name == "Atom":
                differs = {}
            yield Scenario(f"{name} of {words}", [Feed(query)], given=[comment], differs=differs)
    parent = [Comment("A", author="Ann &quot;Ace&quot; O'Neil &amp; Co"), Comment("B", parent="A", content="An answer.\n\nTwo.")]
    for name, query in {"RSS": RSS, "Atom": ATOM}.items():
        yield Scenario(f"{name} of an answer to a name with quotes", [Feed(query)], given=parent, differs=because(reasons.REFERENCES, "1 body"))


def known():
    """Conditional requests (WP 7.1 comments §7.2)."""
    for known in ("etag", "date", "etag and date", "old", "other", "weak", "list", "other and date", "etag and old"):
        differs = because(reasons.FEED_KNOWN, "2 status", "2 type", "2 Content-Type", "2 self", "2 body") if known in ("weak", "list", "etag and old") else {}
        yield Scenario(f"known by {known}", [Feed(RSS), Feed(RSS, known)], given=MANY[:1], differs=differs)
    yield Scenario("known in Atom", [Feed(ATOM), Feed(ATOM, "etag and date")], given=MANY[:1])
    yield Scenario("known by HEAD", [Feed(RSS), Feed(RSS, "etag and date", method="HEAD")], given=MANY[:1])


def site():
    pretty = {"permalink_structure": "/%postname%/"}
    yield Scenario("the site's RSS", [Feed("feed=comments-rss2")], given=NEWEST, differs=SELF)
    yield Scenario("the site's Atom", [Feed("feed=comments-atom")], differs=SELF)
    for query in ("feed=comments-feed", "feed=rss2&withcomments=1", "feed=atom&withcomments=1"):
        yield Scenario(f"the site's {query}", [Feed(query)], differs=SELF)
    yield Scenario("the site's feed=comments-rdf", [Feed("feed=comments-rdf")], differs=no_feed(reasons.FEED_POSTS, same=["1 Content-Type", "1 self"]))
    yield Scenario("the site's feed=comments-nonsense", [Feed("feed=comments-nonsense")], differs=because(reasons.FEED_MISSING, "1 type", "1 validators"))
    yield Scenario("the site's RSS of three", [Feed("feed=comments-rss2")], {"posts_per_rss": "3"}, differs=SELF)
    for path in ("/comments/feed/", "/comments/feed/atom/", "/comments/atom/", "/comments/feed/atom"):
        yield Scenario(f"the site's {path}", [Feed(path=path)], pretty)
    for path in ("/comments/feed/rss2/", "/comments/feed/feed/", "/comments/rss2/", "/comments/feed"):
        yield Scenario(f"the site's {path}", [Feed(path=path)], pretty, differs=SELF)
    yield Scenario("the site's /comments/feed/rdf/", [Feed(path="/comments/feed/rdf/")], pretty, differs=no_feed(reasons.FEED_POSTS, same=["1 Content-Type", "1 self"]))
    yield Scenario("the site's /comments/feed/nonsense/", [Feed(path="/comments/feed/nonsense/")], pretty)
    yield Scenario("the site's RSS by HEAD", [Feed(path="/comments/feed/", method="HEAD")], pretty)
    yield Scenario("the site's RSS, known", [Feed(path="/comments/feed/"), Feed(path="/comments/feed/", known="etag and date")], pretty)
    yield Scenario("index.php has it too", [Feed("feed=comments-rss2", path="/index.php")], differs=because(reasons.FEED_SELF, "1 status", "1 type", "1 location", "1 Content-Type", "1 self", "1 body"))


SCENARIOS = [*site(), *posts(), *texts(), *known()]
