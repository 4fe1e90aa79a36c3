"""The REST API: comments read, with each parameter, each error, and by who asks (WP 7.1 comments §8.2 to §8.4)."""

import reasons
from reasons import because
from scenario import USERS, Comment, Post, Rest, Scenario, rest

COMMENTS = "/wp/v2/comments"
OF_POST = COMMENTS + "?post={post}"
NOBODY = ""
EVERYBODY = (NOBODY, *USERS)
MANY = [
    Comment("A", author="Zoe", email="zoe@peer.test", url="http://zoe.test/"),
    Comment("B", parent="A", author="Bob"),
    Comment("C", content="Needle in {name}, “größer” – 50% &amp; <b>more</b>."),
    Comment("D", parent="B", user="subscriber", author="subscriber", email="subscriber@peer.test"),
    Comment("E", author="Ann"),
    Comment("HELD", status="hold"),
    Comment("SPAM", status="spam"),
    Comment("TRASH", status="trash"),
    Comment("PING", kind="pingback", url="http://ping.test/", email="", author="A page"),
    Comment("OWN", status="hold", user="subscriber", author="subscriber", email="subscriber@peer.test"),
]
# What private data would tell, were it searched.
UNFOUND = because(reasons.REST_SEARCH, "1 X-WP-Total", "1 X-WP-TotalPages", "1 body")


def pages():
    """The collection, in pages, in order, in part."""
    for query in (
        "", "&per_page=2", "&per_page=2&page=2", "&per_page=2&page=3", "&per_page=2&page=9", "&per_page=100", "&offset=1", "&offset=4&per_page=2",
        "&offset=99", "&offset=2&page=2&per_page=2", "&offset=0&page=2&per_page=2", "&page=2&per_page=2&order=asc&orderby=id",
        "&order=asc", "&order=desc", "&orderby=date", "&orderby=date_gmt", "&orderby=id", "&orderby=id&order=asc", "&orderby=parent",
        "&orderby=type", "&orderby=post", "&orderby=include&include={C},{A}", "&orderby=include&include={C},{A}&order=asc", "&context=embed",
        "&_fields=id", "&_fields=id,author_name,link", "&_fields=id,status&per_page=2", "&_fields[]=id&_fields[]=post", "&_fields=", "&_fields=nothing",
        "&_fields=id,%20link", "&_fields=id,_links", "&_fields=ID",
        "&per_page=2.0", "&per_page=%202", "&per_page=02", "&per_page=2&page=1.0",
    ):  # fmt: skip
        differs = because(reasons.REST_EMPTY, "1 body") if query in ("&_fields=nothing", "&_fields=ID") else {}
        if query in ("&per_page=2.0", "&per_page=%202", "&per_page=02"):
            differs = because(reasons.REST_PAGES, "1 Link")
        yield Scenario(f"GET comments{query}", [rest(OF_POST + query)], given=MANY, differs=differs)
    for query in (
        "&per_page=0", "&per_page=101", "&per_page=x", "&page=0", "&page=-1", "&offset=x", "&order=up", "&order=ASC", "&orderby=karma", "&orderby=",
        "&context=none", "&context=", "&per_page=0&page=0", "&per_page=2.5", "&per_page=", "&per_page[]=2", "&page=1e1x", "&order[]=asc",
    ):  # fmt: skip
        yield Scenario(f"GET comments{query} is refused", [rest(OF_POST + query)], given=MANY)


def filters():
    """The collection, with each of its filters."""
    for query in (
        "&search=Needle", "&search=needle", "&search=nothing", "&search=Zoe", "&search=zoe.test", "&search=", "&search=Needle%20in", "&search=in%20Needle",
        "&search=50%25", "&search=gr%C3%B6%C3%9Fer", "&search=GR%C3%96SSER", "&search=_", "&search=192.0.2.1", "&exclude={A},{C}", "&include={A},{C}", "&include[]={E}",
        "&include={HELD}", "&include=", "&include={A}&exclude={A}", "&include=999999", "&parent=0", "&parent={A}", "&parent={A},{B}", "&parent=999999", "&parent_exclude=0",
        "&parent_exclude={A}", "&parent[]={A}&parent[]={B}", "&parent={A}%20{B}", "&after=2026-01-05T10:01:30", "&before=2026-01-05T10:01:30", "&after=2026-01-05T10:01:00",
        "&before=2026-01-05T10:01:00", "&after=2026-01-05T10:01:30Z", "&after=2026-01-05T10:01:30.5", "&after=2026-01-05T11:01:30%2B01:00",
        "&after=2026-01-05T10:01:30&before=2026-01-05T10:03:30", "&after=2026-01-05%2010:01:30", "&after=2027-01-01T00:00:00", "&type=comment", "&status=approve",
        "&author=", "&password=x", "&karma=1",
    ):  # fmt: skip
        yield Scenario(f"GET comments{query}", [rest(OF_POST + query)], given=MANY, differs=UNFOUND if "192.0.2.1" in query else {})
    for query in (
        "&after=yesterday", "&after=2026-01-05", "&before=2026-13-45T00:00:00", "&parent=x", "&include=x", "&include={A},x", "&exclude=1.5", "&author_email=x", "&author=x",
        "&after=", "&search[]=x", "&status[]=hold", "&author_email=",
    ):  # fmt: skip
        yield Scenario(f"GET comments{query} is refused", [rest(OF_POST + query)], given=MANY)
    for post in ("999999", "{post},999999", "0", "x", "", "{post},", "-1", "1.5"):
        yield Scenario(f"GET comments of post {post}", [rest(f"{COMMENTS}?post={post}&include={{A}},{{C}}")], given=MANY)
    yield Scenario("GET comments of two posts", [rest(COMMENTS + "?post[]={post}&post[]={other}&include={A}")], given=MANY)
    yield Scenario("GET comments of no post by the editor", [rest(COMMENTS + "?post=0", user="editor")])
    for status in ("draft", "private", "pending", "future", "trash"):
        for user in (NOBODY, "editor"):
            differs = because(reasons.REST_UNPUBLISHED, "1 status", "1 X-WP-Total", "1 X-WP-TotalPages", "1 Allow", "1 body") if not user else {}
            yield Scenario(f"GET comments of a {status} post by {user or 'nobody'}", [rest(OF_POST, user=user)], post=Post(status=status), differs=differs)


def protected():
    """Filters that are for some only."""
    for query in ("&status=hold", "&status=all", "&status=spam", "&status=trash", "&status=any", "&status=", "&status=Hold!", "&status=hold,spam", "&status=approved", "&status=1",
                  "&type=pingback", "&type=all", "&type=pings", "&type=comments", "&type=", "&type=nonsense", "&author={id_subscriber}", "&author={id_editor},{id_subscriber}",
                  "&author=999999", "&author_email=zoe@peer.test", "&author_email=ZOE@peer.test", "&author_exclude={id_subscriber}", "&context=edit", "&type=pingback&status=hold",
                  "&status=hold&parent=0", "&context=edit&status=hold&per_page=1"):  # fmt: skip
        for user in (NOBODY, "subscriber", "editor"):
            differs = because(reasons.REST_STATUSES, "1 X-WP-Total", "1 X-WP-TotalPages", "1 body") if (user, query) == ("editor", "&status=approved") else {}
            yield Scenario(f"GET comments{query} by {user or 'nobody'}", [rest(OF_POST + query, user=user)], given=MANY, differs=differs)
    for query in ("&status=hold", "&status=all", "&context=edit", "&author_email=zoe@peer.test"):
        for user in ("administrator", "author", "contributor"):
            differs = {}
            if user != "administrator" and "edit" not in query:
                differs |= because(reasons.REST_ALLOW, "1 Allow")
            if user == "contributor" and "status" in query:
                differs |= because(reasons.REST_TOTALS, "1 X-WP-Total", *(["1 X-WP-TotalPages"] if "hold" in query else []))
            yield Scenario(f"GET comments{query} by {user}", [rest(OF_POST + query, user=user)], given=MANY, differs=differs)
    for user in EVERYBODY:
        differs = {} if user in ("administrator", "editor") else UNFOUND | (because(reasons.REST_ALLOW, "1 Allow") if user else {})
        yield Scenario(f"GET comments&search=zoe@peer.test by {user or 'nobody'}", [rest(OF_POST + "&search=zoe@peer.test", user=user)], given=MANY, differs=differs)


def one():
    """One comment, by who asks."""
    for name in ("A", "D", "HELD", "SPAM", "TRASH", "PING", "OWN"):
        for user in EVERYBODY if name in ("HELD", "OWN") else (NOBODY, "subscriber", "editor"):
            yield Scenario(f"GET {name} by {user or 'nobody'}", [rest(COMMENTS + "/{%s}" % name, user=user)], given=MANY)
    for user in EVERYBODY:
        yield Scenario(f"GET for editing by {user or 'nobody'}", [rest(COMMENTS + "/{A}?context=edit", user=user)], given=MANY)
    yield Scenario("GET for editing under another's post", [rest(COMMENTS + "/{A}?context=edit", user="author")], given=MANY, post=Post(author="editor"))
    for context in ("embed", "view", "none", ""):
        yield Scenario(f"GET in context {context}", [rest(COMMENTS + "/{A}?context=" + context)], given=MANY)
    for number in ("999999", "0", "-1", "x", "99999999999999999999", "{A}x", "{A}/", "{A}/replies"):
        yield Scenario(f"GET comment {number}", [rest(f"{COMMENTS}/{number}")], given=MANY)
    for fields in ("id", "content", "id,_links", "_links", "nothing", "author_email", "id&context=edit", "status,post,parent,author"):
        differs = because(reasons.REST_EMPTY, "1 body") if fields in ("nothing", "author_email") else {}
        yield Scenario(f"GET _fields={fields}", [rest(COMMENTS + "/{A}?_fields=" + fields)], given=MANY, differs=differs)
    within = because(reasons.REST_FIELDS, "1 body")
    for fields in ("content.rendered", "id,content.rendered"):
        yield Scenario(f"GET _fields={fields}", [rest(COMMENTS + "/{A}?_fields=" + fields)], given=MANY, differs=within)
    for fields in ("content.raw", "author_email,author_ip"):
        yield Scenario(f"GET _fields={fields} for editing", [rest(COMMENTS + "/{A}?context=edit&_fields=" + fields, user="editor")], given=MANY,
                       differs=within if "." in fields else {})  # fmt: skip
    yield Scenario("GET with a wrong password", [rest(COMMENTS + "/{A}?_fields=id", user="nobody-here")], given=MANY,
                   differs=because(reasons.REST_PASSWORDS, "1 status", "1 Allow", "1 body"))  # fmt: skip
    for words in ("Basic", "Basic !", "Bearer abc", "Basic bm9ib2R5", "Digest username=editor"):
        differs = because(reasons.REST_PASSWORDS, "1 status", "1 Allow", "1 body") if words.startswith("Basic") else {}
        yield Scenario(f"GET with Authorization: {words}", [rest(COMMENTS + "/{A}?_fields=id", headers={"Authorization": words})], given=MANY, differs=differs)
    for rels in ("1", "", "true", "up", "in-reply-to", "children", "author", "self", "up,children", "nothing"):
        for name in ("B", "D") if rels in ("1", "author") else ("B",):
            yield Scenario(f"GET {name} with _embed={rels}", [rest(COMMENTS + "/{%s}?_embed=%s&_fields=id,_links,_embedded" % (name, rels))], given=MANY,
                           differs=because(reasons.REST_POSTS, "1 body") if rels in ("1", "", "true", "up", "up,children") else {})  # fmt: skip
    yield Scenario("GET comments with _embed=children", [rest(OF_POST + "&_embed=children&_fields=id,_links,_embedded&include={A},{B}")], given=MANY)
    yield Scenario("GET comments with _embed and no _links", [rest(OF_POST + "&_embed=1&_fields=id,_embedded&include={A},{B}")], given=MANY)
    held = [Comment("A", status="hold"), Comment("B", parent="A")]
    yield Scenario("GET a reply to a held comment with _embed", [rest(COMMENTS + "/{B}?_embed=in-reply-to&_fields=id,_links,_embedded")], given=held)


def transport():
    """Methods, envelopes and header fields (WP 7.1 comments §8.1)."""
    yield Scenario("HEAD comments", [rest(OF_POST + "&per_page=2", "HEAD")], given=MANY)
    yield Scenario("HEAD of one", [rest(COMMENTS + "/{A}", "HEAD")], given=MANY)
    yield Scenario("HEAD of none", [rest(COMMENTS + "/999999", "HEAD")])
    yield Scenario("HEAD of a held one", [rest(COMMENTS + "/{HELD}", "HEAD")], given=MANY)
    for route in ("/wp/v2/nothing", "/wp/v2/comments/{A}/x", "/wp/v3", "/nothing", "/wp/v2/comment", "/WP/V2/comments", "/wp/v2/comments/"):
        yield Scenario(f"the route {route}", [rest(route + "?include={A}&post={post}")], given=MANY)
    for method in ("PUT", "PATCH", "DELETE"):
        yield Scenario(f"{method} of the collection", [rest(OF_POST, method, user="editor")])
    for query in ("?_envelope=1&_fields=id", "?_envelope&_fields=id", "?_envelope=true&_fields=id"):
        yield Scenario(f"GET in an envelope {query}", [rest(COMMENTS + "/{A}" + query)], given=MANY)
    yield Scenario("a page in an envelope", [rest(OF_POST + "&_envelope=1&_fields=id&per_page=2")], given=MANY, differs=because(reasons.REST_PAGES, "1 body"))
    yield Scenario("an error in an envelope", [rest(COMMENTS + "/999999?_envelope=1")], differs=because(reasons.REST_EMPTY, "1 body"))
    yield Scenario("GET by _method", [rest(COMMENTS + "/{A}?_method=GET&_fields=id", "POST")], given=MANY)
    yield Scenario("JSONP", [rest(COMMENTS + "/{A}?_jsonp=shown&_fields=id")], given=MANY, differs=because(reasons.REST_JSONP, "1 status", "1 type", "1 Allow", "1 body"))
    yield Scenario("pretty", [rest(COMMENTS + "/{A}?_pretty=1&_fields=id")], given=MANY)
    seen = ("Content-Type", "X-Robots-Tag", "X-Content-Type-Options", "Access-Control-Expose-Headers", "Access-Control-Allow-Headers",
            "Access-Control-Allow-Origin", "Access-Control-Allow-Methods", "Access-Control-Allow-Credentials", "Vary")  # fmt: skip
    for words, user, headers in (("nobody", NOBODY, {}), ("the editor", "editor", {}), ("another site", NOBODY, {"Origin": "https://app.test"}),
                                 ("another site with a password", "editor", {"Origin": "https://app.test"}), ("null", NOBODY, {"Origin": "null"})):  # fmt: skip
        differs = because(reasons.REST_VARY, "1 Vary") if words == "the editor" else {}
        yield Scenario(f"header fields to {words}", [Rest(COMMENTS + "/{A}?_fields=id", "GET", None, user, headers, seen)], given=MANY, differs=differs)
        yield Scenario(f"header fields of an error to {words}", [Rest(COMMENTS + "/999999", "GET", None, user, headers, seen)], differs=differs)
    asks = {"Origin": "https://app.test", "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}
    described, allowed = because(reasons.REST_DESCRIPTIONS, "1 body"), because(reasons.REST_ALLOW, "1 Allow")
    yield Scenario("what a browser asks before a POST", [Rest(COMMENTS, "OPTIONS", None, NOBODY, asks, seen)], differs=described | allowed)
    for user in EVERYBODY:
        yield Scenario(f"OPTIONS of the collection by {user or 'nobody'}", [rest(COMMENTS, "OPTIONS", user=user)], differs=described | allowed)
        yield Scenario(f"OPTIONS of one by {user or 'nobody'}", [rest(COMMENTS + "/{A}", "OPTIONS", user=user)], given=MANY, differs=described)
    yield Scenario("OPTIONS of none", [rest(COMMENTS + "/999999", "OPTIONS")], differs=described)
    yield Scenario("OPTIONS of an unknown route", [rest("/wp/v2/nothing", "OPTIONS")])


SCENARIOS = [*pages(), *filters(), *protected(), *one(), *transport()]
