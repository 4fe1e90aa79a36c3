"""The comment form: every check in its order, each field at its limit and one past, answers, cookies, redirects
(WP 7.1 comments §2)."""

import reasons
from reasons import because, refused
from scenario import Comment, Form, Post, Scenario, form

MISSING = 999_999
PARENTS = [
    Comment("APPROVED"),
    Comment("HELD", status="hold"),
    Comment("SPAM", status="spam"),
    Comment("TRASH", status="trash"),
    Comment("REPLY", parent="APPROVED"),
]
NO_FLOOD = {"comment_flood_seconds": "0"}
ANYBODY = {"require_name_email": "0", "comment_flood_seconds": "0"}
LETTERS = "The quick brown fox. "


def checks():
    """What is refused, one check after the other."""
    yield Scenario("GET is not allowed", [form(method="GET")])
    yield Scenario("PUT is not allowed", [form(method="PUT")])
    yield Scenario("HEAD is not allowed", [form(method="HEAD")])
    for name in ("APPROVED", "HELD", "SPAM", "TRASH", "REPLY"):
        newer = {} if name in ("APPROVED", "REPLY") else refused(reasons.REPLIES)
        yield Scenario(f"a reply to a comment: {name}", [form(comment_parent="{%s}" % name)], given=PARENTS, differs=newer)
    yield Scenario("a reply to no comment", [form(comment_parent=MISSING)], differs=refused(reasons.REPLIES))
    yield Scenario("a reply to a negative number is one to the number", [form(comment_parent="-{APPROVED}")], given=PARENTS)
    yield Scenario("a reply to a word is no reply", [form(comment_parent="x{APPROVED}")], given=PARENTS)
    yield Scenario("a reply to a number with a tail", [form(comment_parent="{APPROVED}x")], given=PARENTS)
    yield Scenario("no such post", [form(comment_post_ID=MISSING)])
    yield Scenario("no post's number", [form(comment_post_ID=None)])
    yield Scenario("a post's number that is none", [form(comment_post_ID="post")])
    yield Scenario("a post's number with a tail", [form(comment_post_ID="{post}abc")])
    yield Scenario("a private post", [form()], post=Post(status="private"))
    yield Scenario("a draft", [form()], post=Post(status="draft"))
    yield Scenario("a post in the trash", [form()], post=Post(status="trash"))
    yield Scenario("a post with a password", [form()], post=Post(password="secret"))
    yield Scenario("a closed post", [form()], post=Post(comments="closed"))
    yield Scenario("a closed post, and nothing typed", [form(comment="", author="")], post=Post(comments="closed"))
    yield Scenario("a reply to a held comment under a closed post", [form(comment_parent="{HELD}")], post=Post(comments="closed"), given=PARENTS,
                   differs=because(reasons.REPLIES, "1 message"))  # fmt: skip
    yield Scenario("registration", [form()], options={"comment_registration": "1"})
    yield Scenario("registration goes before missing fields", [form(author="", comment="")], options={"comment_registration": "1"})


def closing():
    """Closing by age, at both sides of its limit."""
    two_days = {"close_comments_for_old_posts": "1", "close_comments_days_old": "2"}
    day = 86_400
    yield Scenario("a post not yet old enough to close", [form()], two_days, Post(age_seconds=2 * day - 3_600))
    yield Scenario("a post old enough to close", [form()], two_days, Post(age_seconds=2 * day + 1))
    yield Scenario("a page does not close by age", [form()], two_days, Post(kind="page", age_seconds=40 * day),
                   differs=because(reasons.THREAD_PAGE, "1 location"))  # fmt: skip
    yield Scenario("0 days never close", [form()], two_days | {"close_comments_days_old": "0"}, Post(age_seconds=400 * day))
    yield Scenario("the days without the switch", [form()], two_days | {"close_comments_for_old_posts": "0"}, Post(age_seconds=400 * day))


def fields():
    """Missing and malformed fields."""
    for name in ("author", "email", "comment"):
        yield Scenario(f"no {name}", [form(**{name: None})])
        yield Scenario(f"an empty {name}", [form(**{name: ""})])
        yield Scenario(f"blanks for {name}", [form(**{name: " \t "})])
    yield Scenario("neither name nor text: the name is asked for first", [form(author="", comment="")])
    yield Scenario("a bad e-mail and no text: the e-mail goes first", [form(email="ada", comment="")])
    yield Scenario("a list for the name", [Form({"author": None, "author[]": "Ada"})])
    yield Scenario("a list for the text", [Form({"comment": None, "comment[]": "Words"})])
    yield Scenario("0 as text", [form(comment="0")])
    yield Scenario("0 as name", [form(author="0")])
    yield Scenario("a name that is only a tag", [form(author="<b></b>")])
    for email in ("ada", "ada@", "@peer.test", "ada@peer", "a@b.c", "a@b.cd", "ada@@peer.test", "ada@peer..test", "ada@-peer.test",
                  "ada@peer.test.", "ada b@peer.test", "ada@péer.test", "ada+tag@peer.test", "o'b@peer.test", "ADA@PEER.TEST"):  # fmt: skip
        yield Scenario(f"the e-mail {email}", [form(email=email)])


def no_fields():
    """Without the option `require_name_email`."""
    preview = because(reasons.PREVIEW, "1 location")
    yield Scenario("nobody", [form(author="", email="")], ANYBODY, differs=preview)
    yield Scenario("a name alone", [form(email="")], ANYBODY, differs=preview)
    yield Scenario("an e-mail alone", [form(author="")], ANYBODY)
    for email in ("ada", "a b@peer.test", "ada@-peer-.test", "ada@b@peer.test", "ada@peer..test", "a@b.c", " ada@peer.test "):
        dropped = preview if email in ("ada", "ada@peer..test", "a@b.c") else {}
        yield Scenario(f"the e-mail “{email}” is mended or dropped", [form(email=email)], ANYBODY, differs=dropped)
    yield Scenario("nobody's empty text", [form(author="", email="", comment="")], ANYBODY)


def lengths():
    """Each field at its limit in bytes, and one past."""
    at_peer = "@peer.test"
    site = "http://peer.test/"
    for name, limit, text in (
        ("author", 245, lambda n: "n" * n),
        ("email", 100, lambda n: "e" * (n - len(at_peer)) + at_peer),
        ("url", 200, lambda n: site + "u" * (n - len(site))),
        ("comment", 65_525, lambda n: (LETTERS * (n // len(LETTERS) + 1))[: n - 1] + "x"),
    ):
        yield Scenario(f"{name} at its limit", [form(**{name: text(limit)})])
        yield Scenario(f"{name} one past its limit", [form(**{name: text(limit + 1)})])
    yield Scenario("a name of 122 letters of two bytes", [form(author="é" * 122)])
    yield Scenario("a name of 123 letters of two bytes", [form(author="é" * 123)])
    yield Scenario("blanks around a text at its limit", [form(comment="  " + "x " * 32_762 + "x  ")])
    yield Scenario("all too long: the name is told", [form(author="n" * 300, email="e" * 120 + at_peer, url=site + "u" * 300)])
    yield Scenario("e-mail and URL too long: the e-mail is told", [form(email="e" * 120 + at_peer, url=site + "u" * 300)])


def repeated():
    """The duplicate and the flood check."""
    yield Scenario("the same again", [form(), form()], NO_FLOOD)
    yield Scenario("the same again, in other letters", [form(), form(author="ADA BERG", comment="A CÓMMENT.")], NO_FLOOD)
    yield Scenario("the same by another name", [form(), form(author="Eve")], NO_FLOOD)
    yield Scenario("the same by another e-mail", [form(), form(email="eve-{post}@peer.test")], NO_FLOOD)
    yield Scenario("the same under another comment", [form(), form(comment_parent="{APPROVED}")], NO_FLOOD, given=PARENTS)
    yield Scenario("the same with blanks around", [form(), form(comment="  A comment.\n")], NO_FLOOD)
    yield Scenario("too soon from the same address", [form(), form(again=True, comment="More.", email="eve-{post}@peer.test")], flood=True)
    yield Scenario("too soon with the same e-mail", [form(), form(comment="More.")], flood=True)
    yield Scenario("soon with another address and e-mail", [form(), form(comment="More.", email="eve-{post}@peer.test")])
    yield Scenario("the same goes before too soon", [form(), form(again=True)])
    yield Scenario("a refused comment is no flood", [form(comment=""), form(again=True)])


def success():
    """Where a comment leads, and what the browser is given."""
    known = {"comment_previously_approved": "0"}
    yield Scenario("a held comment", [form()])
    yield Scenario("an approved comment", [form()], known)
    preview = because(reasons.PREVIEW, "1 location")
    yield Scenario("a held comment with consent", [form(consent="yes")], differs=preview)
    yield Scenario("an approved comment with consent", [form(consent="yes")], known)
    yield Scenario("any value is consent", [form(consent="")], known)
    yield Scenario("a reply leads to itself", [form(comment_parent="{APPROVED}")], known, given=PARENTS)
    yield Scenario("a held comment without an e-mail", [form(email="")], ANYBODY, differs=preview)
    yield Scenario("a disallowed comment looks taken", [form(comment="casino")], {"disallowed_keys": "casino"})
    for target in ("/thanks?x=1", "{target}", "{target}#respond", "/x y", "/ü", "thanks", "?p=2"):
        differs = because(reasons.TARGETS, "1 location") if target in ("{target}#respond", "?p=2") else {}
        yield Scenario(f"redirect_to {target}", [form(redirect_to=target)], known, differs=differs)
        yield Scenario(f"redirect_to {target} of a held comment", [form(redirect_to=target)], differs=differs)
    for target in ("http://evil.example/", "//evil.example", "javascript:x", "http://{host}@evil.example/", "ftp://{host}/"):
        bad = because(reasons.TARGETS, "1 location")
        yield Scenario(f"redirect_to {target}", [form(redirect_to=target)], known, differs=bad)
    yield Scenario("a page of more than one", [form()], known | {"page_comments": "1", "comments_per_page": "2"},
                   given=[*PARENTS, Comment("B"), Comment("C")], differs=because(reasons.NO_CPAGE, "1 location"))  # fmt: skip


def stored():
    """What becomes of the fields."""
    known = {"comment_previously_approved": "0"}
    escaped = because(reasons.COOKIES, "1 cookies")
    names = {
        "A & B": escaped,
        "A &amp; B": escaped,
        "&lt;b&gt;": escaped,
        "1<2": because(reasons.NAMES, "1 cookies", "comments"),
        "<script>x</script>Y": because(reasons.NAMES, "1 cookies", "comments"),
        "\u202eevil": because(reasons.NAMES, "1 cookies", "comments"),
    }
    for author in ("  Bob  Smith ", "<b>Bob</b>", "Bob <bob@x>", "O'Brien", '"Q"', "A & B", "A &amp; B", "1<2", "50%20off", "&lt;b&gt;",
                   "<script>x</script>Y", "Zoë", "\u202eevil", "A\nB", "a" * 200):  # fmt: skip
        yield Scenario(f"the name {author[:30]!r}", [form(author=author, consent="yes")], known, differs=names.get(author, {}))
    for url in ("example.com", "www.example.com/a b", "https://ex.com/?a=1&b=2", "javascript:alert(1)", "ex.com:8080/x", "http://ex.com/<script>",
                "HTTP://EX.com", "http", "http://ex.com/[x]", "http://exämple.com/ü", "  http://ex.com/  "):  # fmt: skip
        differs = escaped if "&" in url else {}
        yield Scenario(f"the URL {url}", [form(url=url, consent="yes")], known, differs=differs)
    lines = because(reasons.LINE_BREAKS, "comments")
    yield Scenario("line breaks of a browser", [form(comment="One\r\nTwo\r\n\r\nThree")], known, differs=lines)


def json_answers():
    """Asked for JSON, the form says the same."""
    accept = {"Accept": "application/json"}

    def differs(*whats):
        return because(reasons.JSON, *whats)

    yield Scenario("JSON: a closed post", [form(headers=accept)], post=Post(comments="closed"), differs=differs("1 message"))
    yield Scenario("JSON: no text", [form(headers=accept, comment="")], differs=differs("1 status", "1 message"))
    yield Scenario("JSON: the same again", [form(), form(headers=accept)], NO_FLOOD, differs=differs("2 message"))
    taken = differs("1 status", "1 type", "1 location", "1 message")
    yield Scenario("JSON: a comment that is taken", [form(headers=accept)], differs=taken)


SCENARIOS = [*checks(), *closing(), *fields(), *no_fields(), *lengths(), *repeated(), *success(), *stored(), *json_answers()]
