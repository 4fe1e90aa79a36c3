"""The REST API: what clients of comments use around them (WP 7.1 comments §8.1, §8.8 to §8.10)."""

import reasons
from areas.rest_reading import COMMENTS, EVERYBODY, MANY, NOBODY
from reasons import because
from scenario import LogIn, Post, Rest, Scenario, rest

POST = "/wp/v2/posts/{post}"
SHOWN = "id,date,date_gmt,status,type,link,title,author,comment_status,ping_status"


def posts():
    read_only = because(reasons.REST_POSTS, "1 Allow")
    for user in EVERYBODY:
        differs = read_only if user in ("administrator", "editor", "author") else {}
        yield Scenario(f"the post by {user or 'nobody'}", [rest(f"{POST}?_fields={SHOWN}", user=user)], differs=differs)
        yield Scenario(f"the post for editing by {user or 'nobody'}", [rest(f"{POST}?_fields=id,title,comment_status&context=edit", user=user)], differs=differs)
        yield Scenario(f"closing the post by {user or 'nobody'}", [rest(POST + "?_fields=id,comment_status", "POST", user=user, comment_status="closed")])
    yield Scenario("the page", [rest("/wp/v2/pages/{post}?_fields=id,status,type,link")], post=Post(kind="page"))
    yield Scenario("a page as a post", [rest(POST + "?_fields=id")], post=Post(kind="page"))
    yield Scenario("a post as a page", [rest("/wp/v2/pages/{post}?_fields=id")])
    for number in ("999999", "0", "x"):
        yield Scenario(f"post {number}", [rest(f"/wp/v2/posts/{number}")])
    for title in ("Signs & <marks> “here”", "Größe 😀", "<b>Bold</b> words", "It's \"quoted\" -- so..."):
        differs = {} if "😀" in title else because(reasons.POST_TITLES, "1 body")
        yield Scenario(f"the title {title}", [rest(POST + "?_fields=title")], post=Post(title=title), differs=differs)
    for query in ("include={post}", "include={post}&status=publish", "include={post}&context=embed", "slug=nothing", "include={post}&orderby=title", "include={post}&per_page=1",
                  "include=999999", "include={post}&search=post", "include={post}&search=nothing", "include={post}&after=2020-01-01T00:00:00", "include={post}&author=999999"):  # fmt: skip
        yield Scenario(f"posts by {query}", [rest(f"/wp/v2/posts?{query}&_fields=id,status,type,link")])
    for query in ("per_page=0", "page=x", "order=up", "orderby=karma", "include={post}&page=9", "status=draft", "status=nonsense", "context=edit", "after=x"):
        yield Scenario(f"posts by {query} are refused", [rest(f"/wp/v2/posts?{query}&_fields=id")])
    for name, values in {"bad comment_status": {"comment_status": "ajar"}, "ping_status": {"ping_status": "closed"}, "both": {"comment_status": "closed", "ping_status": "closed"}, "nothing": {}}.items():
        yield Scenario(f"a post's {name}", [rest(POST + "?_fields=id,comment_status,ping_status", "POST", user="editor", **values)])
    yield Scenario("closing, then writing", [rest(POST + "?_fields=comment_status", "POST", user="editor", comment_status="closed"), rest(COMMENTS, "POST", user="editor", post="{post}", content="Late.")])
    yield Scenario("closing no post", [rest("/wp/v2/posts/999999", "POST", user="editor", comment_status="closed")])
    yield Scenario("the post's replies", [rest(POST + "?_embed=replies&_fields=id,_links,_embedded")], given=MANY[:3])
    yield Scenario("the post's replies, by the link alone", [rest(POST + "?_embed=replies&_fields=id,_links.replies,_embedded")], given=MANY[:3], differs=because(reasons.REST_FIELDS, "1 body"))
    yield Scenario("writing a post", [rest("/wp/v2/posts", "POST", title="x")], differs=because(reasons.REST_POSTS, "1 body"))
    yield Scenario("deleting a post", [rest(POST, "DELETE")], differs=because(reasons.REST_POSTS, "1 body"))


def users():
    read_only = because(reasons.REST_USERS, "1 Allow")
    for user in EVERYBODY:
        me, of_author, of_subscriber, of_all = (read_only if user in users else {} for users in (
            EVERYBODY[1:], ("administrator", "author"), ("administrator", "subscriber"), ("administrator",)))  # fmt: skip
        yield Scenario(f"users/me by {user or 'nobody'}", [rest("/wp/v2/users/me?_fields=id,name,url", user=user)], differs=me)
        yield Scenario(f"users/me for editing by {user or 'nobody'}", [rest("/wp/v2/users/me?context=edit&_fields=id,username,email,roles,name,nickname", user=user)], differs=me)
        yield Scenario(f"the author by {user or 'nobody'}", [rest("/wp/v2/users/{id_author}?_fields=id,name", user=user)], differs=of_author)
        yield Scenario(f"the subscriber by {user or 'nobody'}", [rest("/wp/v2/users/{id_subscriber}?_fields=id,name", user=user)], differs=of_subscriber)
        yield Scenario(f"the author for editing by {user or 'nobody'}", [rest("/wp/v2/users/{id_author}?context=edit&_fields=id,username,email", user=user)], differs=of_author)
        yield Scenario(f"users by {user or 'nobody'}", [rest("/wp/v2/users?include={id_author},{id_subscriber}&_fields=id,name", user=user)], differs=of_all)
    yield Scenario("a slug", [rest("/wp/v2/users/me?_fields=id,slug", user="editor")], differs=because(reasons.REST_USERS, "1 body", "1 Allow"))
    for query in ("roles=editor", "context=edit", "orderby=email", "orderby=registered_date", "orderby=nonsense", "per_page=0", "who=authors"):
        for user in (NOBODY, "editor"):
            yield Scenario(f"users by {query} by {user or 'nobody'}", [rest(f"/wp/v2/users?{query}&include={{id_author}}&_fields=id", user=user)])
    yield Scenario("no user", [rest("/wp/v2/users/999999")])
    for user in EVERYBODY:
        yield Scenario(f"application passwords by {user or 'nobody'}", [rest("/wp/v2/users/me/application-passwords?_fields=name", user=user)])
        differs = because(reasons.REST_OWN_PASSWORDS, "1 status", "1 Allow", "1 body") if user == "administrator" else {}
        yield Scenario(f"another's application passwords by {user or 'nobody'}", [rest("/wp/v2/users/{id_author}/application-passwords?_fields=name", user=user)], differs=differs)
    for name, values in {"no name": {}, "an empty name": {"name": ""}, "blanks": {"name": "  "}, "a name that is there": {"name": "conformance"}, "a bad app_id": {"name": "App", "app_id": "x"}}.items():
        yield Scenario(f"an application password with {name}", [rest("/wp/v2/users/me/application-passwords?_fields=name", "POST", user="contributor", **values)],
                       differs=because(reasons.REST_OWN_PASSWORDS, "1 status", "1 Location", "1 body") if name == "a name that is there" else {})  # fmt: skip
    yield Scenario("which application password", [rest("/wp/v2/users/me/application-passwords/introspect?_fields=name", user="editor")])
    yield Scenario("no application password", [rest("/wp/v2/users/me/application-passwords/0?_fields=name", user="editor")])


def things():
    for user in EVERYBODY:
        yield Scenario(f"settings by {user or 'nobody'}", [rest("/wp/v2/settings?_fields=title,default_comment_status,default_ping_status,timezone", user=user)])
    yield Scenario("settings changed by the editor", [rest("/wp/v2/settings", "POST", user="editor", default_ping_status="closed")])
    changed = [rest("/wp/v2/settings?_fields=default_ping_status", "POST", user="administrator", default_ping_status=value) for value in ("closed", "open")]
    yield Scenario("settings changed by the administrator", changed)
    yield Scenario("settings changed to nonsense", [rest("/wp/v2/settings", "POST", user="administrator", default_ping_status="ajar")])
    for route in ("types/post", "types/page", "types/nothing", "statuses/publish", "statuses/nothing", "taxonomies/nothing"):
        yield Scenario(route, [rest(f"/wp/v2/{route}?_fields=name,slug,rest_base,public,queryable,hierarchical,_links")])
    for route in ("types", "types/post", "statuses", "statuses/publish"):
        yield Scenario(f"{route} for editing by nobody", [rest(f"/wp/v2/{route}?context=edit")])
    yield Scenario("the status publish", [rest("/wp/v2/statuses/publish")])
    yield Scenario("the index", [rest("/?_fields=name,url,home,timezone_string,gmt_offset,authentication,_links.help")])
    yield Scenario("the namespace", [rest("/wp/v2?_fields=namespace,_links")])
    for route in ("/wp/v2/posts", POST, "/wp/v2/users/me", "/wp/v2/settings", "/wp/v2/types", "/wp/v2/statuses"):
        yield Scenario(f"OPTIONS {route} by nobody", [Rest(route, "OPTIONS")], differs=because(reasons.REST_DESCRIPTIONS, "1 body"))


def batches():
    one = {"path": COMMENTS, "body": {"post": "{post}", "content": "x"}}
    for name, body in {
        "a comment": {"requests": [one]}, "two comments, all or none": {"requests": [one, one], "validation": "require-all-validate"}, "an unknown route": {"requests": [{"path": "/wp/v2/nothing"}]},
        "no requests": {"requests": []}, "nothing": {}, "26 requests": {"requests": [one] * 26}, "25 requests": {"requests": [one] * 25}, "a bad method": {"requests": [one | {"method": "GET"}]},
        "no path": {"requests": [{"method": "POST"}]}, "a bad validation": {"requests": [one], "validation": "x"}, "DELETE": {"requests": [{"path": COMMENTS + "/{A}", "method": "DELETE"}]},
        "no list": {"requests": "x"}, "a text for a request": {"requests": ["x"]},
    }.items():  # fmt: skip
        differs = because(reasons.REST_EMPTY, "1 body") if name in ("two comments, all or none", "an unknown route") else {}
        yield Scenario(f"a batch of {name}", [rest("/batch/v1", "POST", user="editor", **body)], given=MANY, differs=differs)
    yield Scenario("a batch by nobody", [rest("/batch/v1", "POST", requests=[one])], differs=because(reasons.REST_ALLOW, "1 body"))
    yield Scenario("a batch by GET", [rest("/batch/v1")])


def cookies():
    """Logged in as a browser is: a cookie alone makes nobody, a nonce with it does (WP 7.1 comments §8.10)."""
    me, good = "/wp/v2/users/me?_fields=id,name", {"X-WP-Nonce": "{nonce}"}
    yield Scenario("a cookie without a nonce", [LogIn("editor"), rest(me)])
    read_only = because(reasons.REST_USERS, "2 Allow")
    yield Scenario("a cookie with a nonce", [LogIn("editor"), rest(me, headers=good)], differs=read_only)
    yield Scenario("a cookie with a nonce in the query", [LogIn("editor"), rest(me + "&_wpnonce={nonce}")], differs=read_only)
    for nonce in ("wrong", "0123456789", ""):
        yield Scenario(f"a cookie with the nonce “{nonce}”", [LogIn("editor"), rest(me, headers={"X-WP-Nonce": nonce})])
    yield Scenario("a nonce without a cookie", [rest(me, headers={"X-WP-Nonce": "0123456789"})])
    yield Scenario("writing by cookie", [LogIn("subscriber"), rest(COMMENTS, "POST", "", good, post="{post}", content="By cookie.")], {"comment_flood_seconds": "0"})
    yield Scenario("writing by cookie without a nonce", [LogIn("subscriber"), rest(COMMENTS, "POST", post="{post}", content="By cookie.")])
    yield Scenario("moderating by cookie", [LogIn("editor"), rest(COMMENTS + "/{HELD}?_fields=status", "POST", "", good, status="approved")], given=MANY)
    yield Scenario("deleting by cookie with a wrong nonce", [LogIn("editor"), rest(COMMENTS + "/{A}", "DELETE", "", {"X-WP-Nonce": "wrong"})], given=MANY)
    yield Scenario("a password goes before a cookie", [LogIn("editor"), rest(me, user="subscriber")], differs=because(reasons.REST_BOTH, "2 status", "2 Allow", "2 body"))


SCENARIOS = [*posts(), *users(), *things(), *batches(), *cookies()]
