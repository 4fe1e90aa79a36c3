"""XML-RPC for moderators: the comment methods by role, and what clients call when they connect
(WP 7.1 XML-RPC §3)."""

from dataclasses import replace

import reasons
from reasons import because
from scenario import PASSWORD, USERS, Comment, Post, Scenario, call

MANY = [
    Comment("A", author="Zoe", email="zoe@peer.test", url="http://zoe.test/?a=1&amp;b=2", content="Words &amp; <b>more</b>."),
    Comment("B", parent="A", author="Bob"),
    Comment("D", parent="B", user="subscriber", author="subscriber", email="subscriber@peer.test"),
    Comment("HELD", status="hold"),
    Comment("SPAM", status="spam"),
    Comment("TRASH", status="trash"),
    Comment("PING", kind="pingback", url="http://ping.test/", email="", author="A page"),
]
# Whoever may not moderate is not told e-mail and IP addresses.
HIDDEN = {("contributor", "approve"), ("subscriber", "approve")}
# An editor may everything here, a subscriber nothing.
ROLES = tuple(USERS)


def wp(method, *params, user="editor", password=PASSWORD):
    """A call of a `wp.` method by a user."""
    return call(f"wp.{method}", 1, user, password, *params)


def log_in():
    for method in ("getComment", "getComments", "newComment", "editComment", "deleteComment", "getCommentCount", "getCommentStatusList",
                   "getOptions", "getProfile", "getUsers", "getPosts", "getPostTypes", "getTaxonomies", "getPostFormats"):  # fmt: skip
        yield Scenario(f"wp.{method} with a wrong password", [wp(method, "{A}", {}, password="wrong")], given=MANY)
        yield Scenario(f"wp.{method} of nobody", [wp(method, "{A}", {}, user="", password="")], given=MANY)
        yield Scenario(f"wp.{method} without parameters", [call(f"wp.{method}")])
    yield Scenario("log-in by e-mail", [wp("getComment", "{A}", user="editor@peer.test")], given=MANY)
    yield Scenario("log-in with blanks around the password", [wp("getComment", "{A}", password=f" {PASSWORD} ")], given=MANY)
    failing = {"methodName": "wp.getComment", "params": [1, "editor", "wrong", "{A}"]}
    good = {"methodName": "wp.getCommentStatusList", "params": [1, "editor", PASSWORD]}
    yield Scenario("after one wrong log-in all fail", [call("system.multicall", [failing, good, good])], given=MANY)
    yield Scenario("before a wrong log-in they do not", [call("system.multicall", [good, failing])], given=MANY)


def reading():
    for user in ROLES:
        yield Scenario(f"wp.getComment by {user}", [wp("getComment", "{A}", user=user)], given=MANY)
        yield Scenario(f"wp.getCommentCount by {user}", [wp("getCommentCount", "{post}", user=user)], given=MANY)
        yield Scenario(f"wp.getCommentStatusList by {user}", [wp("getCommentStatusList", user=user)])
        for status in ("approve", "hold", ""):
            yield Scenario(f"wp.getComments “{status}” by {user}", [wp("getComments", {"post_id": "{post}", "status": status}, user=user)], given=MANY,
                           differs=because(reasons.ADDRESSES, "1 body") if (user, status) in HIDDEN else {})  # fmt: skip
    for name in ("B", "D", "HELD", "SPAM", "TRASH", "PING"):
        yield Scenario(f"wp.getComment {name}", [wp("getComment", "{%s}" % name)], given=MANY)
    for number in ("999999", "0", "x", "{A}x"):
        yield Scenario(f"wp.getComment {number}", [wp("getComment", number)], given=MANY)
        yield Scenario(f"wp.getCommentCount {number}", [wp("getCommentCount", number.replace("{A}", "{post}"))], given=MANY)
    for status in ("all", "approve", "1", "hold", "0", "spam", "trash", "any", "nonsense", "post-trashed"):
        yield Scenario(f"wp.getComments status {status}", [wp("getComments", {"post_id": "{post}", "status": status})], given=MANY)
    for words, filters in {
        "two": {"number": 2}, "the third": {"number": 1, "offset": 2}, "beyond": {"offset": 99}, "minus two": {"number": -2}, "pages": {"post_type": "page"},
        "posts": {"post_type": "post"}, "nothing known": {"post_type": "nonsense"}, "no post": {"post_id": 999999},
    }.items():  # fmt: skip
        yield Scenario(f"wp.getComments: {words}", [wp("getComments", {"post_id": "{post}"} | filters)], given=MANY)


def writing():
    """By role, field by field."""
    for user in ROLES:
        yield Scenario(f"wp.newComment by {user}", [wp("newComment", "{post}", {"content": "New."}, user=user)])
        yield Scenario(f"wp.editComment by {user}", [wp("editComment", "{A}", {"content": "Changed."}, user=user)], given=MANY)
        yield Scenario(f"wp.deleteComment by {user}", [wp("deleteComment", "{A}", user=user)], given=MANY)
    for words, fields in {
        "no text": {}, "an empty text": {"content": ""}, "blanks": {"content": "  "}, "0": {"content": "0"}, "a reply": {"content": "New.", "comment_parent": "{A}"},
        "a reply to a held comment": {"content": "New.", "comment_parent": "{HELD}"}, "another author": {"content": "New.", "author": "X", "author_email": "x@peer.test"},
        "links": {"content": 'See <a href="http://a.test/">a</a> and <a href="http://b.test/">b</a>.'},
    }.items():  # fmt: skip
        yield Scenario(f"wp.newComment with {words}", [wp("newComment", "{post}", fields, user="subscriber")], given=MANY,
                       differs=because(reasons.NO_REPLY, "comments") if "held" in words else {})  # fmt: skip
    yield Scenario("wp.newComment for no post", [wp("newComment", 999999, {"content": "New."})])
    yield Scenario("wp.newComment by an address", [wp("newComment", "{target}", {"content": "New."})])
    yield Scenario("wp.newComment under a closed post", [wp("newComment", "{post}", {"content": "New."}, user="subscriber")], post=Post(comments="closed"))
    yield Scenario("wp.newComment the same again", [wp("newComment", "{post}", {"content": "New."}), wp("newComment", "{post}", {"content": "New."})],
                   differs=because(reasons.ESCAPED_TWICE, "2 body"))  # fmt: skip
    yield Scenario("wp.newComment too soon", [wp("newComment", "{post}", {"content": "New."}, user="contributor"), wp("newComment", "{post}", {"content": "More."}, user="contributor")],
                   {"comment_flood_seconds": "15"}, flood=True)  # fmt: skip
    yield Scenario("wp.newComment by nobody", [wp("newComment", "{post}", {"content": "New.", "author": "X", "author_email": "x@peer.test"}, user="", password="")])
    for name in ("A", "HELD", "SPAM", "TRASH"):
        for status in ("approve", "hold", "spam", "trash", "nonsense", ""):
            yield Scenario(f"wp.editComment {name} to “{status}”", [wp("editComment", "{%s}" % name, {"status": status, "content": "Changed."})], given=MANY)
        yield Scenario(f"wp.deleteComment {name}", [wp("deleteComment", "{%s}" % name)], given=MANY)
        yield Scenario(f"wp.deleteComment {name} three times", [wp("deleteComment", "{%s}" % name)] * 3, given=MANY)
    for words, fields in {
        "a name": {"author": "New <b>name</b>"}, "an e-mail": {"author_email": "new@peer.test"}, "a bad e-mail": {"author_email": "x"}, "a URL": {"author_url": "new.test"},
        "a bad URL": {"author_url": "javascript:x"}, "mark-up": {"content": "<p>a <b>b</b></p>"}, "another post": {"post_id": 1, "content": "Changed."},
    }.items():  # fmt: skip
        yield Scenario(f"wp.editComment of {words}", [wp("editComment", "{A}", fields)], given=MANY)
    yield Scenario("wp.editComment of no comment", [wp("editComment", 999999, {"content": "x"})])
    yield Scenario("wp.editComment of nothing", [wp("editComment", "{A}", {})], given=MANY, differs=because(reasons.NO_CHANGE, "1 body"))
    yield Scenario("wp.editComment to what it is", [wp("editComment", "{A}", {"status": "approve"})], given=MANY, differs=because(reasons.NO_CHANGE, "1 body"))
    yield Scenario("wp.deleteComment of no comment", [wp("deleteComment", 999999)])


def connecting():
    """What clients call first."""
    for user in ROLES:
        yield Scenario(f"wp.getUsersBlogs by {user}", [call("wp.getUsersBlogs", user, PASSWORD)])
    yield Scenario("blogger.getUsersBlogs", [call("blogger.getUsersBlogs", "key", "editor", PASSWORD)])
    yield Scenario("wp.getUsersBlogs with a wrong password", [call("wp.getUsersBlogs", "editor", "wrong")])
    names = ["home_url", "blog_title", "default_comment_status", "default_ping_status", "date_format", "time_format"]
    for user in ("administrator", "subscriber"):
        yield Scenario(f"wp.getOptions by {user}", [wp("getOptions", names, user=user)])
    yield Scenario("wp.getOptions of one", [wp("getOptions", "blog_title")])
    yield Scenario("wp.getOptions of none known", [wp("getOptions", ["nonsense"])])
    for user in ROLES:
        yield Scenario(f"wp.getProfile by {user}", [wp("getProfile", ["username", "email", "display_name", "roles"], user=user)])
    for method in ("getPostFormats", "getPostStatusList", "getPageStatusList"):
        for user in ("editor", "subscriber"):
            yield Scenario(f"wp.{method} by {user}", [wp(method, user=user)])
    for user in ("editor", "contributor", "subscriber"):
        yield Scenario(f"wp.getPost by {user}", [wp("getPost", "{post}", ["post_title", "link", "comment_status", "ping_status", "post_status"], user=user)])
        yield Scenario(f"wp.getUsers by {user}", [wp("getUsers", {"role": "editor"}, ["username", "display_name"], user=user)])
    yield Scenario("wp.getPost of none", [wp("getPost", 999999)])
    yield Scenario("mt.supportedTextFilters", [call("mt.supportedTextFilters")])
    trackbacks = [Comment("T", kind="trackback", url="http://t.test/", email="", content="<strong>A title</strong>\n\nWords.")]
    yield Scenario("mt.getTrackbackPings", [call("mt.getTrackbackPings", "{post}")], given=trackbacks, differs=because(reasons.ADDRESSES, "1 body"))
    yield Scenario("mt.getTrackbackPings of no post", [call("mt.getTrackbackPings", 999999)])
    for method in ("wp.newPost", "wp.editPost", "wp.deletePost", "metaWeblog.newPost", "wp.uploadFile"):
        yield Scenario(f"{method} with a wrong password", [call(method, 1, "editor", "wrong", {}, {})])


def unhurried(scenarios):
    """The same without the flood check, unless it is what they are about: each user writes often."""
    return [replace(scenario, options={"comment_flood_seconds": "0"} | scenario.options) for scenario in scenarios]


SCENARIOS = [*log_in(), *reading(), *unhurried(writing()), *connecting()]
