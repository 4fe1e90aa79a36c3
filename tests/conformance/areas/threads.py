"""Threads as readers get them: nesting, order, pages, links, classes, the form and its words (WP 7.1 comments §6)."""

import reasons
from reasons import because
from scenario import Comment, Follow, Post, Scenario, Thread, form


def chain(length, prefix="C"):
    """Replies to replies."""
    return [Comment(f"{prefix}{n}", parent=f"{prefix}{n - 1}" if n > 1 else "") for n in range(1, length + 1)]


TREE = [
    Comment("A"), Comment("B"), Comment("A1", parent="A"), Comment("C"), Comment("A2", parent="A"),
    Comment("B1", parent="B"), Comment("A11", parent="A1"), Comment("D"), Comment("E"),
]  # fmt: skip
PAGED = {"page_comments": "1", "comments_per_page": "2"}
ONE_LEVEL = {"thread_comments": "0"}


def nesting():
    """Depth at both sides of its limit, and what hangs on what is hidden."""
    yield Scenario("one comment", [Thread()], given=[Comment("A")])
    yield Scenario("a tree", [Thread()], given=TREE)
    for depth in (2, 3, 5, 10):
        for length in (depth, depth + 1, depth + 3):
            options = {"thread_comments_depth": str(depth)}
            yield Scenario(f"{length} replies in a row, {depth} levels", [Thread()], options, given=chain(length))
    wide = [*chain(3, "X"), Comment("X31", parent="X3"), Comment("X311", parent="X31"), Comment("X32", parent="X3"), Comment("Y")]
    yield Scenario("a tree below the last level", [Thread()], {"thread_comments_depth": "3"}, given=wide)
    for status in ("hold", "spam", "trash"):
        hidden = [Comment("A", status=status), Comment("B", parent="A"), Comment("C", parent="B"), Comment("D")]
        yield Scenario(f"replies to what is {status}", [Thread()], given=hidden)
        yield Scenario(f"replies to what is {status}, without levels", [Thread()], ONE_LEVEL, given=hidden)
    yield Scenario("without levels", [Thread()], ONE_LEVEL, given=TREE)
    yield Scenario("no comments", [Thread(), Thread("heading"), Thread("closed")])
    yield Scenario("a closed post with comments", [Thread(), Thread("closed"), Thread("respond")], post=Post(comments="closed"), given=TREE)
    yield Scenario("a closed post without", [Thread(), Thread("closed")], post=Post(comments="closed"))


def order():
    """`comment_order`, with levels, pages, both and neither."""
    for words, options in {"levels": {}, "no levels": ONE_LEVEL, "pages": PAGED, "pages without levels": PAGED | ONE_LEVEL}.items():
        for which in ("asc", "desc"):
            yield Scenario(f"{which} with {words}", [Thread(query="&cpage=1" if "pages" in words else "")], options | {"comment_order": which},
                           given=TREE, differs=because(reasons.NO_CPAGE, "1 list") if "pages" in words else {})  # fmt: skip


def pages():
    """Which page is shown, what is on it, and the ways to the others."""
    links = because(reasons.NO_CPAGE, "1 list")
    for start in ("newest", "oldest"):
        options = PAGED | {"default_comments_page": start}
        for page in ("", "1", "2", "3", "4", "0", "-1", "x"):
            query = f"&cpage={page}" if page else ""
            steps = [Thread("list", query), Thread("navigation", query), Thread("heading", query)]
            differs = {} if page == "4" or (start, page) == ("oldest", "1") else links
            if page in ("4", "-1", "x") or (start, page) == ("newest", "0"):
                differs = differs | because(reasons.NO_PAGE, "2 navigation")
            if (start, page) in (("newest", "2"), ("oldest", "2")):
                differs = differs | because(reasons.PAGE_LINKS, "2 navigation")
            yield Scenario(f"{start} first, page “{page}” of 3", steps, options, given=TREE, differs=differs)
        for top in range(1, 5):
            given = [Comment(f"T{n}") for n in range(top)]
            yield Scenario(f"{start} first, {top} by twos", [Thread("list"), Thread("navigation")], options, given=given, differs=links)
    yield Scenario("pages without levels", [Thread("list"), Thread("navigation")], PAGED | ONE_LEVEL, given=TREE, differs=links)
    yield Scenario("a page that holds exactly all", [Thread("list"), Thread("navigation")], {"page_comments": "1", "comments_per_page": "5"}, given=TREE, differs=links)
    yield Scenario("no pages, but a number", [Thread("list", "&cpage=2"), Thread("navigation", "&cpage=2")], given=TREE)
    yield Scenario("no comments by twos", [Thread("list"), Thread("navigation")], PAGED)
    orphans = [Comment("H", status="hold"), Comment("O", parent="H"), Comment("A"), Comment("B"), Comment("C")]
    yield Scenario("orphans fill no page", [Thread("list"), Thread("navigation"), Thread("heading")], PAGED, given=orphans, differs=links)


def replying():
    """Reply links, and the form that they lead to without scripts."""
    for name in ("A", "A1", "A11"):
        query = "&replytocom={%s}" % name
        yield Scenario(f"replytocom of {name}", [Thread("title", query), Thread("respond", query), Thread("robots", query)], given=TREE,
                       differs=because(reasons.PROMISE, "2 respond"))  # fmt: skip
    hidden = [Comment("HELD", status="hold"), Comment("SPAM", status="spam"), Comment("TRASH", status="trash"), Comment("A")]
    for name, query in {"a held comment": "{HELD}", "spam": "{SPAM}", "trash": "{TRASH}", "no comment": "999999", "a word": "x", "0": "0"}.items():
        newer = {} if name in ("a word", "0") else because(reasons.REPLIES, "1 title")
        yield Scenario(f"replytocom of {name}", [Thread("title", f"&replytocom={query}")], given=hidden, differs=newer)
    yield Scenario("replytocom under a closed post", [Thread("respond", "&replytocom={A}"), Thread("closed")], post=Post(comments="closed"), given=TREE)
    yield Scenario("registration: reply links and form", [Thread("list"), Thread("respond")], {"comment_registration": "1"}, given=TREE,
                   differs=because(reasons.LOG_IN, "1 list", "2 respond"))  # fmt: skip
    yield Scenario("a reply, and where it stands", [form(comment_parent="{A1}"), Thread()], {"comment_previously_approved": "0"}, given=TREE)


def respond():
    """The form's fields, ids, labels."""
    promise = because(reasons.PROMISE, "1 respond")
    yield Scenario("the form", [Thread("respond")], differs=promise)
    yield Scenario("the form where nobody need tell a name", [Thread("respond")], {"require_name_email": "0"}, differs=promise)
    yield Scenario("the form without the question of cookies", [Thread("respond")], {"show_comments_cookies_opt_in": "0"}, differs=promise)
    yield Scenario("the form without levels", [Thread("respond")], ONE_LEVEL, differs=because(reasons.CANCEL, "1 respond"))
    yield Scenario("the form of who is remembered", [form(consent="yes", url="http://ada.test/"), Thread("respond")],
                   differs=because(reasons.PREVIEW, "1 location") | because(reasons.PROMISE, "2 respond"))  # fmt: skip


def held():
    """What the author of a held comment sees."""
    yield Scenario("the preview link", [form(), Follow("list")], given=[Comment("A")])
    yield Scenario("the preview of a reply", [form(comment_parent="{A}"), Follow("list")], given=[Comment("A"), Comment("B")])
    yield Scenario("the preview's robots", [form(), Follow("robots")], differs=because(reasons.ROBOTS, "2 robots"))
    yield Scenario("a wrong hash", [form(), Thread("list", "&unapproved={new1}&moderation-hash=" + "0" * 32)], given=[Comment("A")])
    yield Scenario("no hash", [form(), Thread("list", "&unapproved={new1}")], given=[Comment("A")])
    yield Scenario("a held comment is not shown to others", [form(), Thread("list"), Thread("heading")], given=[Comment("A")])
    yield Scenario("a remembered author's held comment", [form(consent="yes"), Follow("list")], given=[Comment("A")],
                   differs=because(reasons.PREVIEW, "1 location") | because(reasons.NO_REPLY, "2 list"))  # fmt: skip
    yield Scenario("the heading does not count what is held", [form(), Follow("heading")], given=[Comment("A")])


def who():
    """Classes that tell who wrote it, names, URLs, pingbacks."""
    authors = [
        Comment("A", user="author", author="author", email="author@peer.test"),
        Comment("B", user="editor", author="editor", email="editor@peer.test"),
        Comment("C", parent="A", user="subscriber", author="subscriber", email="subscriber@peer.test"),
        Comment("D", author="author", email="author@peer.test"),
    ]
    yield Scenario("users, and the post's author", [Thread()], given=authors, differs=because(reasons.MEMBERS, "1 list"))
    yield Scenario("nobody's name", [Thread()], given=[Comment("A", author="", email="")])
    for url in ("http://a.test/", "https://a.test/?a=1&amp;b=2", "http://", "", "http://a.test/ü"):
        differs = because(reasons.URLS, "1 list") if "ü" in url else {}
        yield Scenario(f"the author's URL “{url}”", [Thread()], given=[Comment("A", url=url)], differs=differs)
    for name in ("O'Brien", "A &amp; B", "1&lt;2", "“Q”"):
        yield Scenario(f"the name {name}", [Thread()], given=[Comment("A", author=name)])
    for kind in ("pingback", "trackback"):
        yield Scenario(f"a {kind}", [Thread(), Thread("heading")], given=[Comment("A"), Comment("P", kind=kind, url="http://a.test/", author="A page", email=""), Comment("B")],
                       differs=because(reasons.LINKBACKS, "1 list"))  # fmt: skip
    for count in (1, 2, 3):
        yield Scenario(f"the heading of {count}", [Thread("heading")], given=[Comment(f"T{n}") for n in range(count)])
    yield Scenario("the heading of a title with quotes", [Thread("heading")], post=Post(title="It's “a” title & more"), given=[Comment("A")],
                   differs=because(reasons.POST_TITLES, "1 heading"))  # fmt: skip
    yield Scenario("the thread of no post", [Thread(query="&p=999999")])


SCENARIOS = [*nesting(), *order(), *pages(), *replying(), *respond(), *held(), *who()]
