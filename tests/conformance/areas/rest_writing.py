"""The REST API: comments made, changed and deleted, by role, field by field (WP 7.1 comments §8.5 to §8.7)."""

from dataclasses import replace

import reasons
from areas.rest_reading import COMMENTS, EVERYBODY, MANY, NOBODY
from reasons import because
from scenario import USERS, Comment, Post, Rest, Scenario, rest

ANONYMOUS = {"rest_allow_anonymous_comments": "1"}
GUEST = {"author_name": "Ada", "author_email": "ada-{post}@peer.test", "content": "Words.", "post": "{post}"}
# What makes a comment one's own.
OWN = {"author_name": None, "author_email": None}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def send(user=NOBODY, **fields):
    """Makes a comment, with these fields over those of a guest; None leaves one out."""
    return [rest(COMMENTS, "POST", user=user, **{name: value for name, value in (GUEST | fields).items() if value is not None})]


def refused(reason, *more):
    """One side makes the comment, the other refuses it."""
    return because(reason, "1 status", "1 body", "1 Location", "comments", *more)


def by_role():
    """Who may write what."""
    for user in EVERYBODY:
        name = user or "nobody"
        yield Scenario(f"POST by {name}", send(user, **(OWN if user else {})))
        yield Scenario(f"POST by {name} where anybody may", send(user, **(OWN if user else {})), ANONYMOUS)
        yield Scenario(f"POST by {name} where only members may", send(user, **(OWN if user else {})), ANONYMOUS | {"comment_registration": "1"})
        yield Scenario(f"POST under a closed post by {name}", send(user, **(OWN if user else {})), ANONYMOUS, Post(comments="closed"))
        yield Scenario(f"POST of a reply by {name}", send(user, **(OWN if user else {}), parent="{A}"), ANONYMOUS, given=MANY)
        for words, fields in {
            "a status": {"status": "approved"}, "an address": {"author_ip": "192.0.2.9"}, "the own number": {"author": "{id_%s}" % user}, "another's number": {"author": "{id_editor}"},
            "nobody's number": {"author": 0}, "an unknown number": {"author": 999999}, "a program": {"author_user_agent": "Program/1"}, "a URL": {"author_url": "http://own.test/"},
        }.items():  # fmt: skip
            if not user and words == "the own number":
                continue
            yield Scenario(f"POST with {words} by {name}", send(user, **(OWN if user else {}), **fields), ANONYMOUS)
        with_date = {} if user in ("administrator", "editor") else refused(reasons.REST_DATES, *(["count"] if user in ("author", "subscriber") else []))
        yield Scenario(f"POST with a date by {name}", send(user, **(OWN if user else {}), date="2026-02-03T04:05:06"), ANONYMOUS, differs=with_date)
    for user in USERS:
        yield Scenario(f"POST for a guest by {user}", send(user))
    for options in ({"comment_moderation": "1"}, {"moderation_keys": "Words"}, {"disallowed_keys": "Words"}, {"comment_max_links": "0"}, {"require_name_email": "0"}):
        for user in (NOBODY, "subscriber", "editor"):
            differs = because(reasons.REST_JUDGED, "1 body") if "disallowed_keys" in options and user != "editor" else {}
            yield Scenario(f"POST with {options} by {user or 'nobody'}", send(user, **(OWN if user else {})), ANONYMOUS | options, differs=differs)
    yield Scenario("POST by nobody without a name where none is wanted", send(**OWN), ANONYMOUS | {"require_name_email": "0"})


def fields():
    """Each field of a new comment."""
    for name, values in {
        "no post": {"post": None}, "post 0": {"post": 0}, "an unknown post": {"post": 999999}, "post x": {"post": "x"}, "a post of text": {"post": "{post}x"}, "post null": {"post": []},
        "no text": {"content": None}, "an empty text": {"content": ""}, "blanks": {"content": "  "}, "0 as text": {"content": "0"}, "raw text": {"content": {"raw": "Raw."}},
        "rendered text": {"content": {"rendered": "Raw."}}, "a number as text": {"content": 5}, "a list as text": {"content": ["a"]}, "truth as text": {"content": True},
        "a number": {"id": 7}, "another type": {"type": "pingback"}, "the type comment": {"type": "comment"}, "the empty type": {"type": ""},
        "no name": {"author_name": ""}, "no e-mail": {"author_email": ""}, "a name of blanks": {"author_name": " "}, "a name with marks": {"author_name": "A <b>name</b> & co"},
        "a name that is a number": {"author_name": 5}, "a bad e-mail": {"author_email": "ada"}, "a bad address": {"author_ip": "x"}, "an address": {"author_ip": "2001:db8::1"},
        "an empty address": {"author_ip": ""}, "a name of 245 bytes": {"author_name": "n" * 245}, "a long name": {"author_name": "n" * 246}, "a name of two-byte letters": {"author_name": "ö" * 123},
        "a long e-mail": {"author_email": "n" * 60 + "@" + "n" * 40 + ".test"}, "a long URL": {"author_url": "http://a.test/" + "u" * 200}, "a bad URL": {"author_url": "javascript:x"},
        "a URL of words": {"author_url": "no url"}, "a text at the limit": {"content": "x" * 65_525}, "a long text": {"content": "x" * 65_526},
        "a bad date": {"date": "x"}, "a date in GMT": {"date_gmt": "2026-02-03T04:05:06"}, "a date with a zone": {"date": "2026-02-03T04:05:06+02:00"}, "two dates": {"date": "2026-02-03T04:05:06", "date_gmt": "2026-02-04T04:05:06"},
        "an unknown status": {"status": "nonsense"}, "approved": {"status": "approve"}, "approved by 1": {"status": "1"}, "held": {"status": "hold"}, "held by 0": {"status": "0"},
        "as spam": {"status": "spam"}, "in the trash": {"status": "trash"}, "unspam": {"status": "unspam"}, "untrash": {"status": "untrash"},
        "a reply": {"parent": "{A}"}, "parent 0": {"parent": 0}, "parent x": {"parent": "x"}, "no meta": {"meta": {}}, "meta": {"meta": {"karma": 1}}, "meta of text": {"meta": "x"}, "what is unknown": {"karma": 5},
        "emoji": {"content": "😀 and 👩‍👩‍👧", "author_name": "Zoë 😀"}, "lines": {"content": "One\nTwo\n\nThree"}, "a program": {"author_user_agent": "Program/1"},
        "mark-up": {"content": "<p>a <b>b</b> <script>c</script> <a href=\"http://d.test/\">d</a></p>"},
    }.items():  # fmt: skip
        differs = because(reasons.REST_MARK_UP, "1 body", "comments") if name == "mark-up" else {}
        if name == "meta of text":
            differs = because(reasons.REST_EMPTY, "1 body")
        yield Scenario(f"POST by the editor with {name}", send("editor", **values), given=MANY, differs=differs)
    for name, values in {"mark-up": {"content": "<p>a <b>b</b> <script>c</script> <a href=\"http://d.test/\">d</a></p>"}, "a bad e-mail": {"author_email": "ada"}, "no name": {"author_name": None},
                         "no e-mail": {"author_email": None}, "an empty text": {"content": ""}, "a long text": {"content": "x" * 65_526}, "entities": {"content": "a &lt; b &amp; c &nbsp; &bogus;"}}.items():  # fmt: skip
        yield Scenario(f"POST by nobody with {name}", send(**values), ANONYMOUS)
    yield Scenario("POST by the editor as themselves", [rest(COMMENTS, "POST", user="editor", post="{post}", content="Mine.")])
    yield Scenario("POST by the editor with a URL of their own", [rest(COMMENTS, "POST", user="editor", post="{post}", content="Mine.", author_url="http://own.test/")])
    yield Scenario("POST the same again", send("editor", **OWN) + send("editor", **OWN), differs=because(reasons.ESCAPED_TWICE, "2 body"))
    yield Scenario("POST too soon", send("subscriber", **OWN) + send("subscriber", **(OWN | {"content": "More."})), {"comment_flood_seconds": "15"}, flood=True)
    for name in ("HELD", "SPAM", "TRASH"):
        yield Scenario(f"POST of a reply to {name}", send("editor", parent="{%s}" % name), given=MANY, differs=refused(reasons.REST_PARENTS) if name != "HELD" else {})
    yield Scenario("POST of a reply to no comment", send("editor", **OWN, parent=999999), differs=refused(reasons.REST_PARENTS, "count"))
    for status in ("draft", "private", "pending", "future", "trash"):
        differs = because(reasons.REST_UNPUBLISHED, "1 body") if status in ("draft", "trash") else refused(reasons.REST_UNPUBLISHED, "count")
        yield Scenario(f"POST under a {status} post", send("editor", **OWN), post=Post(status=status), differs=differs)
    yield Scenario("POST under a post with a password", send("subscriber", **OWN), post=Post(password="secret"), differs=because(reasons.REST_UNPUBLISHED, "1 body"))
    yield Scenario("POST under a post that its age closes", send("editor", **OWN), {"close_comments_for_old_posts": "1"}, Post(age_seconds=15 * 86_400))


def forms():
    """The forms that a request may have."""
    words = "post={post}&content=By+a+form&author_name=Ada&author_email=ada-{post}@peer.test"
    yield Scenario("POST of a form", [Rest(COMMENTS, "POST", words, "editor", FORM)])
    yield Scenario("POST in the query", [Rest(COMMENTS + "?" + words, "POST", "", "editor", FORM)])
    yield Scenario("POST in query and body", [rest(COMMENTS + "?" + words, "POST", user="editor", content="By JSON")])
    yield Scenario("POST of a form with raw text", [Rest(COMMENTS, "POST", words.replace("content=", "content[raw]="), "editor", FORM)])
    yield Scenario("POST of JSON as text", [Rest(COMMENTS, "POST", '{"post": {post}, "content": "x"}', "editor", {"Content-Type": "text/plain"})])
    yield Scenario("POST of JSON by another name", [Rest(COMMENTS, "POST", '{"post": {post}, "content": "x"}', "editor", {"Content-Type": "application/vnd.api+json"})])
    for name, body in {"bad": "{", "no object": "[1]", "a text": '"x"', "null": "null", "empty": ""}.items():
        yield Scenario(f"POST of {name} JSON", [Rest(COMMENTS, "POST", body, "editor", {"Content-Type": "application/json"})],
                       differs=because(reasons.REST_JSON, "1 body") if name == "bad" else {})  # fmt: skip
    parts = '--b\r\nContent-Disposition: form-data; name="post"\r\n\r\n{post}\r\n--b\r\nContent-Disposition: form-data; name="content"\r\n\r\nBy parts\r\n--b--\r\n'
    yield Scenario("POST of a form in parts", [Rest(COMMENTS, "POST", parts, "editor", {"Content-Type": "multipart/form-data; boundary=b"})])


SHOWN = "?_fields=id,post,parent,author,author_name,author_email,author_url,date,date_gmt,content,status,type,link"


def changing():
    """Edits, by role and by field."""
    path = COMMENTS + "/{A}" + SHOWN
    yield Scenario("an edit keeps the sender", [rest(COMMENTS + "/{A}", "POST", user="editor", content="Changed.")], given=MANY,
                   differs=because(reasons.REST_SENDER, "1 body"))  # fmt: skip
    for user in EVERYBODY:
        yield Scenario(f"edit by {user or 'nobody'}", [rest(path, "POST", user=user, content="Changed.")], given=MANY)
        yield Scenario(f"status by {user or 'nobody'}", [rest(COMMENTS + "/{HELD}" + SHOWN, "POST", user=user, status="approved")], given=MANY)
        yield Scenario(f"edit under another's post by {user or 'nobody'}", [rest(path, "POST", user=user, content="Changed.")], given=MANY, post=Post(author="editor"))
    yield Scenario("edit of the own comment", [rest(COMMENTS + "/{D}" + SHOWN, "POST", user="subscriber", content="Changed.")], given=MANY)
    for method in ("PUT", "PATCH"):
        yield Scenario(f"edit by {method}", [rest(path, method, user="editor", content="Changed.")], given=MANY)
    for name in ("PUT", "patch", "DELETE", "GET"):
        yield Scenario(f"edit by {name} in a header", [rest(path, "POST", "editor", {"X-HTTP-Method-Override": name}, content="Changed.")], given=MANY)
        yield Scenario(f"edit by {name} in the query", [rest(path + f"&_method={name}", "POST", "editor", content="Changed.")], given=MANY)
    for name, values in {
        "a name": {"author_name": "New <b>name</b>"}, "no name": {"author_name": ""}, "an e-mail": {"author_email": "new@peer.test"}, "no e-mail": {"author_email": ""}, "a bad e-mail": {"author_email": "x"},
        "a URL": {"author_url": "http://new.test/"}, "a bad URL": {"author_url": "javascript:x"}, "no URL": {"author_url": ""}, "an empty text": {"content": ""}, "blanks": {"content": "  "},
        "raw text": {"content": {"raw": "Raw."}}, "the same text": {"content": "Words of A."}, "a number as text": {"content": 5}, "another type": {"type": "pingback"}, "the same type": {"type": "comment"},
        "another parent": {"parent": "{C}"}, "no parent": {"parent": 0}, "an unknown post": {"post": 999999}, "another post": {"post": "{other}"}, "no post": {"post": 0},
        "an author": {"author": "{id_author}"}, "an unknown author": {"author": 999999}, "no author": {"author": 0}, "a date": {"date": "2026-02-03T04:05:06"},
        "a date in GMT": {"date_gmt": "2026-02-03T04:05:06"}, "a bad date": {"date": "x"}, "nothing": {"karma": 1}, "a long text": {"content": "x" * 65_526}, "a long name": {"author_name": "n" * 246},
        "mark-up": {"content": "<p>a <b>b</b></p>"}, "text and status": {"content": "Changed.", "status": "hold"}, "text and trash": {"content": "Changed.", "status": "trash"},
        "a bad address": {"author_ip": "x"}, "meta": {"meta": {"karma": 1}},
    }.items():  # fmt: skip
        differs = because(reasons.REST_MOVES, "count", "comments") if name == "another post" else {}
        if name == "no post":
            differs = because(reasons.REST_MOVES, "1 status", "1 body", "comments")
        yield Scenario(f"edit of {name}", [rest(path, "POST", user="editor", **values)], given=MANY, differs=differs)
    for name, values in {"an address": {"author_ip": "192.0.2.9"}, "a program": {"author_user_agent": "Program/1"}}.items():
        fields = SHOWN + ",author_ip" if "author_ip" in values else SHOWN + ",author_user_agent"
        yield Scenario(f"edit of {name}", [rest(COMMENTS + "/{A}" + fields, "POST", user="editor", **values)], given=MANY)
    for name in ("HELD", "SPAM", "TRASH", "PING", "D"):
        yield Scenario(f"edit of {name}", [rest(COMMENTS + "/{%s}" % name + SHOWN, "POST", user="editor", content="Changed.")], given=MANY)
    parents = because(reasons.REST_PARENTS, "1 status", "1 body", "comments")
    yield Scenario("edit of A to answer itself", [rest(path, "POST", user="editor", parent="{A}")], given=MANY, differs=parents)
    yield Scenario("edit of A to answer its answer", [rest(path, "POST", user="editor", parent="{B}")], given=MANY, differs=parents)
    yield Scenario("edit of B to answer nothing", [rest(COMMENTS + "/{B}" + SHOWN, "POST", user="editor", parent=0)], given=MANY)
    yield Scenario("edit of A to answer no comment", [rest(path, "POST", user="editor", parent=999999)], given=MANY, differs=parents)
    yield Scenario("edit with another's number", [rest(path, "POST", user="editor", id="{B}", content="Changed.")], given=MANY,
                   differs=because(reasons.REST_IDS, "1 body", "comments"))  # fmt: skip
    yield Scenario("edit of no comment", [rest(COMMENTS + "/999999", "POST", user="editor", content="x")])
    yield Scenario("edit of no comment by nobody", [rest(COMMENTS + "/999999", "POST", content="x")])


def statuses():
    """Each status, from each."""
    for name in ("A", "HELD", "SPAM", "TRASH"):
        for status in ("approved", "approve", "1", "hold", "0", "spam", "unspam", "trash", "untrash", "nonsense", ""):
            stale = (status, name) in (("unspam", "A"), ("untrash", "A"), ("unspam", "TRASH"), ("untrash", "SPAM"))
            differs = because(reasons.SECOND_MODERATOR, "1 body", "comments", *(["count"] if name == "A" else [])) if stale else {}
            yield Scenario(f"{name} to “{status}”", [rest(COMMENTS + "/{%s}?_fields=id,status" % name, "POST", user="editor", status=status)], given=MANY, differs=differs)
    family = [Comment("TOP"), Comment("A", parent="TOP"), Comment("B", parent="A"), Comment("C", parent="A", status="hold"), Comment("E", parent="B")]

    def to(*statuses, name="A"):
        return [rest(COMMENTS + "/{%s}?_fields=id,status" % name, "POST", user="editor", status=status) for status in statuses]

    for words in (("trash", "untrash"), ("spam", "unspam"), ("spam", "trash", "untrash"), ("spam", "trash", "untrash", "unspam"), ("hold", "trash", "untrash"), ("trash", "approved"),
                  ("trash", "spam", "unspam"), ("spam", "spam", "unspam"), ("hold", "approved"), ("trash", "hold", "approved")):  # fmt: skip
        yield Scenario(", then ".join(words) + ", with replies", to(*words), given=family)
    for name in ("TOP", "B", "C", "E"):
        yield Scenario(f"{name} of a family to the trash and back", to("trash", "untrash", name=name), given=family)
    for force in ("true", "false"):
        for name in ("TOP", "A", "B"):
            gone = rest(COMMENTS + "/{%s}?_fields=status,deleted&force=%s" % (name, force), "DELETE", user="editor")
            yield Scenario(f"DELETE {name} of a family, force={force}", [gone], given=family)
    yield Scenario("trashed by REST, restored by its list", [*to("trash"), rest(COMMENTS + "?post={post}&status=trash&_fields=id", user="editor"), *to("untrash")], given=family)


def deleting():
    path = COMMENTS + "/{A}"
    for user in EVERYBODY:
        yield Scenario(f"DELETE by {user or 'nobody'}", [rest(path + "?_fields=id,status", "DELETE", user=user)], given=MANY)
        yield Scenario(f"DELETE by force by {user or 'nobody'}", [rest(path + "?force=true&_fields=deleted", "DELETE", user=user)], given=MANY)
        yield Scenario(f"DELETE under another's post by {user or 'nobody'}", [rest(path + "?_fields=id,status", "DELETE", user=user)], given=MANY, post=Post(author="editor"))
    yield Scenario("DELETE of the own comment", [rest(COMMENTS + "/{D}?_fields=id,status", "DELETE", user="subscriber")], given=MANY)
    for name in ("A", "HELD", "SPAM", "TRASH", "PING", "D"):
        for force in ("false", "true"):
            yield Scenario(f"DELETE {name}, force={force}", [rest(COMMENTS + "/{%s}?force=%s" % (name, force), "DELETE", user="editor")], given=MANY)
    for force in ("1", "0", "", "x", "TRUE", "yes"):
        yield Scenario(f"DELETE with force={force}", [rest(path + f"?force={force}&_fields=id,status,deleted", "DELETE", user="editor")], given=MANY)
    yield Scenario("DELETE twice", [rest(path + "?_fields=status", "DELETE", user="editor")] * 2, given=MANY)
    yield Scenario("DELETE twice by force", [rest(path + "?force=1&_fields=deleted", "DELETE", user="editor")] * 2, given=MANY)
    yield Scenario("DELETE with JSON", [rest(path + "?_fields=deleted", "DELETE", user="editor", force=True)], given=MANY)
    yield Scenario("DELETE by _method", [rest(path + "?_method=DELETE&_fields=id,status", "POST", user="editor")], given=MANY)
    yield Scenario("DELETE by a header", [rest(path + "?_fields=id,status", "POST", "editor", {"X-HTTP-Method-Override": "DELETE"})], given=MANY)
    yield Scenario("DELETE in an envelope", [rest(path + "?_envelope=1&_fields=status", "DELETE", user="editor")], given=MANY)
    yield Scenario("DELETE of no comment", [rest(COMMENTS + "/999999", "DELETE", user="editor")])
    yield Scenario("DELETE of no comment by nobody", [rest(COMMENTS + "/999999", "DELETE")])
    for fields in ("id", "previous", "deleted,previous"):
        yield Scenario(f"DELETE by force with _fields={fields}", [rest(path + f"?force=1&_fields={fields}", "DELETE", user="editor")], given=MANY,
                       differs=because(reasons.REST_EMPTY if fields == "id" else reasons.REST_FIELDS, "1 body"))  # fmt: skip


def hurried(scenarios):
    """The same without the flood check: each user writes often."""
    return [replace(scenario, options={"comment_flood_seconds": "0"} | scenario.options) for scenario in scenarios]


SCENARIOS = [*hurried([*by_role(), *fields(), *forms()]), *changing(), *statuses(), *deleting()]
