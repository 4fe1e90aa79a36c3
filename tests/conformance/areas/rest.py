"""The REST API: reading with each parameter and each error, writing by role (WP 7.1 comments §8)."""

from dataclasses import replace

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
    Comment("C", content="Needle in {name}."),
    Comment("D", parent="B", user="subscriber", author="subscriber", email="subscriber@peer.test"),
    Comment("E", author="Ann"),
    Comment("HELD", status="hold"),
    Comment("SPAM", status="spam"),
    Comment("TRASH", status="trash"),
    Comment("PING", kind="pingback", url="http://ping.test/", email="", author="A page"),
]


def reading():
    """The collection with each of its parameters, in and out of bounds."""
    for query in (
        "", "&per_page=2", "&per_page=2&page=2", "&per_page=2&page=3", "&per_page=2&page=9", "&per_page=100", "&offset=1", "&offset=4&per_page=2",
        "&offset=99", "&search=Needle", "&search=nothing", "&search=Zoe", "&exclude={A},{C}", "&include={A},{C}", "&include[]={E}",
        "&order=asc", "&order=desc", "&orderby=date", "&orderby=date_gmt", "&orderby=id", "&orderby=id&order=asc", "&orderby=parent",
        "&orderby=type", "&orderby=post", "&orderby=include&include={C},{A}", "&parent=0", "&parent={A}", "&parent={A},{B}", "&parent_exclude=0",
        "&parent_exclude={A}", "&after=2026-01-05T10:01:30", "&before=2026-01-05T10:01:30", "&after=2026-01-05T10:01:00", "&context=embed",
        "&_fields=id", "&_fields=id,author_name,link", "&_fields=id,status&per_page=2", "&_fields[]=id&_fields[]=post",
    ):  # fmt: skip
        yield Scenario(f"GET comments{query}", [rest(OF_POST + query)], given=MANY)
    for query in (
        "&per_page=0", "&per_page=101", "&per_page=x", "&page=0", "&page=-1", "&offset=x", "&order=up", "&orderby=karma", "&after=yesterday",
        "&context=none", "&parent=x", "&include=x", "&author_email=x", "&per_page=0&page=0",
    ):  # fmt: skip
        yield Scenario(f"GET comments{query} is refused", [rest(OF_POST + query)], given=MANY)
    for query in ("&status=hold", "&status=all", "&status=spam", "&status=trash", "&type=pingback", "&type=all", "&type=pings", "&author=1",
                  "&author_email=zoe@peer.test", "&author_exclude=1", "&context=edit", "&type=pingback&status=hold"):  # fmt: skip
        for user in (NOBODY, "subscriber", "editor"):
            if user == "editor" and "author" in query and "email" not in query:
                continue  # numbers of users differ
            yield Scenario(f"GET comments{query} by {user or 'nobody'}", [rest(OF_POST + query, user=user)], given=MANY)
    yield Scenario("GET comments of no post", [rest(COMMENTS + "?post=999999")])
    yield Scenario("GET comments of two posts", [rest(OF_POST + ",999999")], given=MANY)
    yield Scenario("GET comments without a post", [rest(COMMENTS + "?post=0")])
    yield Scenario("HEAD comments", [rest(OF_POST + "&per_page=2", "HEAD")], given=MANY)


def one():
    """One comment, by who asks."""
    for name in ("A", "D", "HELD", "SPAM", "TRASH", "PING"):
        for user in (NOBODY, "subscriber", "editor"):
            yield Scenario(f"GET {name} by {user or 'nobody'}", [rest(COMMENTS + "/{%s}" % name, user=user)], given=MANY)
    for user in EVERYBODY:
        yield Scenario(f"GET for editing by {user or 'nobody'}", [rest(COMMENTS + "/{A}?context=edit", user=user)], given=MANY)
    for context in ("embed", "view"):
        yield Scenario(f"GET in context {context}", [rest(COMMENTS + "/{A}?context=" + context)], given=MANY)
    for number in ("999999", "0", "-1", "x"):
        yield Scenario(f"GET comment {number}", [rest(f"{COMMENTS}/{number}")])
    yield Scenario("GET with a wrong password", [rest(COMMENTS + "/{A}?_fields=id", user="nobody-here")], given=MANY,
                   differs=because(reasons.REST_PASSWORDS, "1 status", "1 Allow", "1 body"))  # fmt: skip
    yield Scenario("an unknown route", [rest("/wp/v2/nothing")])
    yield Scenario("an unknown method", [rest(OF_POST, "PATCH")])
    for rels in ("1", "up", "in-reply-to", "children"):
        yield Scenario(f"GET with _embed={rels}", [rest(COMMENTS + "/{B}?_embed=" + rels + "&_fields=id,_links,_embedded")], given=MANY,
                       differs=because(reasons.REST_POSTS, "1 body") if rels in ("1", "up") else {})  # fmt: skip
    yield Scenario("GET in an envelope", [rest(COMMENTS + "/{A}?_envelope=1&_fields=id")], given=MANY)


def creating():
    """Who may write what, and what is refused."""
    guest = {"author_name": "Ada", "author_email": "ada-{post}@peer.test", "content": "Words.", "post": "{post}"}
    anonymous = {"rest_allow_anonymous_comments": "1"}

    def send(user=NOBODY, **fields):
        return [rest(COMMENTS, "POST", user=user, **{name: value for name, value in (guest | fields).items() if value is not None})]

    def dates(user):
        count = ["count"] if user in ("author", "subscriber") else []
        return because(reasons.REST_DATES, "1 status", "1 body", "1 Location", "comments", *count)

    own = {"author_name": None, "author_email": None}
    yield Scenario("POST by nobody", send())
    yield Scenario("POST by nobody where they may", send(), anonymous)
    yield Scenario("POST by nobody, registration", send(), anonymous | {"comment_registration": "1"})
    for user in USERS:
        yield Scenario(f"POST by {user}", send(user, **own))
        yield Scenario(f"POST for a guest by {user}", send(user))
        yield Scenario(f"POST with a status by {user}", send(user, **own, status="approved"))
        yield Scenario(f"POST with an address by {user}", send(user, **own, author_ip="192.0.2.9"))
        yield Scenario(f"POST with a date by {user}", send(user, **own, date="2026-02-03T04:05:06"),
                       differs={} if user in ("administrator", "editor") else dates(user))  # fmt: skip
    for name, fields in {
        "no post": {"post": None}, "post 0": {"post": 0}, "an unknown post": {"post": 999999}, "no text": {"content": None}, "an empty text": {"content": ""},
        "blanks": {"content": "  "}, "0 as text": {"content": "0"}, "raw text": {"content": {"raw": "Raw."}}, "a number": {"id": 7},
        "another type": {"type": "pingback"}, "the type comment": {"type": "comment"}, "no name": {"author_name": ""}, "no e-mail": {"author_email": ""},
        "a bad e-mail": {"author_email": "ada"}, "a bad address": {"author_ip": "x"}, "a long name": {"author_name": "n" * 246},
        "a long URL": {"author_url": "http://a.test/" + "u" * 200}, "a bad date": {"date": "x"}, "an unknown status": {"status": "nonsense"},
        "held": {"status": "hold"}, "as spam": {"status": "spam"}, "in the trash": {"status": "trash"}, "a reply": {"parent": "{A}"},
        "mark-up": {"content": "<p>a <b>b</b> <script>c</script> <a href=\"http://d.test/\">d</a></p>"},
    }.items():  # fmt: skip
        differs = because(reasons.REST_MARK_UP, "1 body", "comments") if name == "mark-up" else {}
        yield Scenario(f"POST by the editor with {name}", send("editor", **fields), given=MANY, differs=differs)
    yield Scenario("POST by the editor as themselves", [rest(COMMENTS, "POST", user="editor", post="{post}", content="Mine.")])
    yield Scenario("POST under a closed post", send("subscriber", **own), post=Post(comments="closed"))
    yield Scenario("POST under a closed post by the editor", send("editor", **own), post=Post(comments="closed"))
    yield Scenario("POST the same again", send("editor", **own) + send("editor", **own), differs=because(reasons.ESCAPED_TWICE, "2 body"))
    yield Scenario("POST bad JSON", [Rest(COMMENTS, "POST", b"{", "editor", {"Content-Type": "application/json"})],
                   differs=because(reasons.REST_JSON, "1 body"))  # fmt: skip
    yield Scenario("POST a reply to no comment", send("editor", **own, parent=999999), differs=because(reasons.REST_PARENTS, "1 status", "1 body", "1 Location", "count", "comments"))


def changing():
    """Edits and statuses, by role."""
    yield Scenario("an edit keeps the sender", [rest(COMMENTS + "/{A}", "POST", user="editor", content="Changed.")], given=MANY,
                   differs=because(reasons.REST_SENDER, "1 body"))  # fmt: skip
    path = COMMENTS + "/{A}?_fields=id,post,parent,author,author_name,author_email,author_url,date,date_gmt,content,status,type,link"
    for user in EVERYBODY:
        yield Scenario(f"edit by {user or 'nobody'}", [rest(path, "POST", user=user, content="Changed.")], given=MANY)
    for method in ("PUT", "PATCH"):
        yield Scenario(f"edit by {method}", [rest(path, method, user="editor", content="Changed.")], given=MANY)
    yield Scenario("edit by a method in a header", [rest(path, "POST", "editor", {"X-HTTP-Method-Override": "PUT"}, content="Changed.")], given=MANY)
    for name in ("A", "HELD", "SPAM", "TRASH"):
        for status in ("approved", "approve", "1", "hold", "0", "spam", "unspam", "trash", "untrash", "nonsense"):
            stale = (status, name) in (("unspam", "A"), ("untrash", "A"), ("unspam", "TRASH"), ("untrash", "SPAM"))
            differs = because(reasons.SECOND_MODERATOR, "1 body", "comments", *(["count"] if name == "A" else [])) if stale else {}
            yield Scenario(f"{name} to {status}", [rest(COMMENTS + "/{%s}?_fields=id,status" % name, "POST", user="editor", status=status)], given=MANY, differs=differs)
    for name, fields in {
        "a name": {"author_name": "New <b>name</b>"}, "an e-mail": {"author_email": "new@peer.test"}, "a bad e-mail": {"author_email": "x"}, "a URL": {"author_url": "http://new.test/"},
        "an empty text": {"content": ""}, "another type": {"type": "pingback"}, "another parent": {"parent": "{C}"}, "an unknown post": {"post": 999999},
        "a date": {"date": "2026-02-03T04:05:06"}, "a date in GMT": {"date_gmt": "2026-02-03T04:05:06"}, "nothing": {"karma": 1}, "a long text": {"content": "x" * 65_526},
        "mark-up": {"content": "<p>a <b>b</b></p>"},
    }.items():  # fmt: skip
        yield Scenario(f"edit of {name}", [rest(path, "POST", user="editor", **fields)], given=MANY)
    yield Scenario("edit of no comment", [rest(COMMENTS + "/999999", "POST", user="editor", content="x")])


def deleting():
    path = COMMENTS + "/{A}"
    for user in EVERYBODY:
        yield Scenario(f"DELETE by {user or 'nobody'}", [rest(path + "?_fields=id,status", "DELETE", user=user)], given=MANY)
    for name in ("A", "HELD", "SPAM", "TRASH"):
        for force in ("false", "true"):
            yield Scenario(f"DELETE {name}, force={force}", [rest(COMMENTS + "/{%s}?force=%s" % (name, force), "DELETE", user="editor")], given=MANY)
    yield Scenario("DELETE of no comment", [rest(COMMENTS + "/999999", "DELETE", user="editor")])


def others():
    """What else a client of comments reads."""
    fields = "id,date,date_gmt,slug,status,type,link,title,author,comment_status,ping_status"
    for user in (NOBODY, "editor"):
        yield Scenario(f"the post by {user or 'nobody'}", [rest("/wp/v2/posts/{post}?_fields=id,date,status,type,link,title,author,comment_status,ping_status", user=user)])
        yield Scenario(f"users/me by {user or 'nobody'}", [rest("/wp/v2/users/me?_fields=id,name,slug", user=user)])
        yield Scenario(f"settings by {user or 'nobody'}", [rest("/wp/v2/settings?_fields=title,default_comment_status,default_ping_status", user=user)])
    yield Scenario("users/me for editing", [rest("/wp/v2/users/me?context=edit&_fields=id,username,email,roles,name", user="editor")])
    yield Scenario("settings by the administrator", [rest("/wp/v2/settings?_fields=title,default_comment_status,default_ping_status", user="administrator")])
    yield Scenario("no post", [rest("/wp/v2/posts/999999")])
    yield Scenario("posts by number", [rest("/wp/v2/posts?include={post}&_fields=id,status,type,link")])
    yield Scenario("the page", [rest("/wp/v2/pages/{post}?_fields=id,status,type,link")], post=Post(kind="page"))
    yield Scenario("a post's comment_status", [rest("/wp/v2/posts/{post}?_fields=id,comment_status", "POST", user="editor", comment_status="closed")])
    yield Scenario("a post's bad comment_status", [rest("/wp/v2/posts/{post}?_fields=id,comment_status", "POST", user="editor", comment_status="ajar")])
    yield Scenario("types/post", [rest("/wp/v2/types/post?_fields=name,slug,rest_base")])
    yield Scenario("statuses/publish", [rest("/wp/v2/statuses/publish?_fields=name,slug,public")])
    del fields


def hurried(scenarios):
    """The same without the flood check: each user writes often."""
    return [replace(scenario, options={"comment_flood_seconds": "0"} | scenario.options) for scenario in scenarios]


SCENARIOS = [*reading(), *one(), *hurried(creating()), *changing(), *deleting(), *others()]
