"""Mails to moderators and authors: who is told of what, and in which words (WP 7.1 comments §9)."""

import reasons
from reasons import because
from scenario import PASSWORD, Act, Comment, Mails, Ping, Post, Scenario, call, form, rest, trackback

SENDS_MAIL = True
UNLIMITED = True  # more than ten mails at once would become a digest, and all sources are one server
# Every scenario's author is a new one; the flood check would meet linkbacks of other scenarios.
HELD = {"comment_flood_seconds": "0"}
SHOWN = HELD | {"comment_previously_approved": "0"}
ONE = [Comment("A")]


def wp(method, *params, user):
    """A call of a `wp.` method by a user."""
    return call(f"wp.{method}", 1, user, PASSWORD, *params)


def told(name, *steps, options=SHOWN, post=Post(), given=(), differs=None):
    """The mails that these steps cause, where there is nothing to see but them."""
    return Scenario(name, [*steps, Mails()], options, post, list(given), differs or {})


def arriving():
    """A comment by the form: held, shown or neither, and what the options want."""
    off = {"comments_notify": "0", "moderation_notify": "0"}
    yield told("a comment that is shown", form())
    yield told("a comment that is held", form(), options=HELD)
    yield Scenario("who asks to moderate", [form(), Mails(sender=True)], HELD, differs=because(reasons.MAIL_SENDER, "2 mails"))
    for name, value in off.items():
        yield told(f"{name} off, shown", form(), options=SHOWN | {name: value})
        yield told(f"{name} off, held", form(), options=HELD | {name: value})
    yield told("a known author's", form(author="Grace", email="grace-{post}@peer.test"), options=HELD, given=ONE)
    yield told("too many links", form(comment="http://a.test/ http://b.test/"))
    yield told("a moderation key", form(comment="A casino."), options=SHOWN | {"moderation_keys": "casino"})
    yield told("a disallowed key", form(comment="A casino."), options=SHOWN | {"disallowed_keys": "casino"})
    yield told("a reply, shown", form(comment_parent="{A}"), given=ONE)
    yield told("a reply, held", form(comment_parent="{A}"), options=HELD, given=ONE)
    yield told("a refused comment", form(comment=""))
    anonymous = {"require_name_email": "0"}
    yield told("nobody's, shown", form(author="", email=""), options=SHOWN | anonymous)
    yield told("nobody's, held", form(author="", email=""), options=HELD | anonymous, differs=because(reasons.PREVIEW, "1 location"))
    yield told("without an e-mail", form(email="", author="Ada"), options=SHOWN | anonymous)


def recipients():
    """Who is told: `admin_email`, and the post's author as far as they may act."""
    yield told("a page's author", form(), post=Post(kind="page", author="editor"))
    yield told("a page's author is asked", form(), post=Post(kind="page", author="editor"), options=HELD,
               differs=because(reasons.THREAD_PAGE, "1 location"))  # fmt: skip
    for author in ("administrator", "contributor"):
        yield told(f"the post of the {author}, shown", form(), post=Post(author=author))
        yield told(f"the post of the {author}, held", form(), post=Post(author=author), options=HELD)
    yield told("a reply to a contributor's post", form(comment_parent="{A}"), post=Post(author="contributor"), given=ONE)
    yield told("nobody's post, held", form(), post=Post(author=""), options=HELD)
    yield told("nobody's post, shown", form(), post=Post(author=""), differs=because(reasons.NO_AUTHOR, "2 mails"))
    yield told("admin_email is the author's", form(), options=HELD | {"admin_email": "author@peer.test"})
    yield told("admin_email is the author's in other letters", form(), options=HELD | {"admin_email": "Author@peer.test"})


def deciding():
    """What moderators do is told to the author, once."""
    for verb in ("approve", "spam", "trash"):
        yield told(f"{verb} of what was held", form(), Mails(), Act(verb, "new1"), options=HELD)
    yield told("approved without comments_notify", form(), Mails(), Act("approve", "new1"), options=HELD | {"comments_notify": "0"})
    yield told("approved without moderation_notify", form(), Mails(), Act("approve", "new1"), options=HELD | {"moderation_notify": "0"})
    yield told("spam, and back", form(), Mails(), Act("spam", "new1"), Act("unspam", "new1"), options=HELD)
    yield told("trash, and back", form(), Mails(), Act("trash", "new1"), Act("untrash", "new1"), differs=because(reasons.MAIL_ONCE, "5 mails"))
    yield told("deleted", Act("trash", "A"), Act("delete", "A"), given=ONE)
    yield told("unapproved", form(), Mails(), Act("unapprove", "new1"))
    yield told("approved again", form(), Mails(), Act("unapprove", "new1"), Act("approve", "new1"), differs=because(reasons.MAIL_ONCE, "5 mails"))
    yield told("approved by REST", form(), Mails(), rest("/wp/v2/comments/{new1}", "POST", "editor", status="approved"), options=HELD,
               differs=because(reasons.REST_SENDER, "3 body", "4 mails", "comments"))  # fmt: skip
    yield told("approved by the author by REST", form(), Mails(), rest("/wp/v2/comments/{new1}", "POST", "author", status="approved"),
               options=HELD, differs=because(reasons.REST_SENDER, "3 body", "comments"))  # fmt: skip
    yield told("approved by XML-RPC", form(), Mails(), wp("editComment", "{new1}", {"status": "approve"}, user="editor"), options=HELD,
               differs=because(reasons.MAIL_ONCE, "4 mails"))  # fmt: skip
    yield told("edited by XML-RPC", form(), Mails(), wp("editComment", "{new1}", {"content": "Other words."}, user="editor"))


def programs():
    """Comments of members, by XML-RPC and REST."""
    yield told("an editor's by XML-RPC", wp("newComment", "{post}", {"content": "An editor's."}, user="editor"), options=HELD)
    yield told("the author's own by XML-RPC", wp("newComment", "{post}", {"content": "My own."}, user="author"), options=HELD)
    yield told("a subscriber's by XML-RPC", wp("newComment", "{post}", {"content": "A subscriber's."}, user="subscriber"), options=HELD)
    yield told("an editor's by REST", rest("/wp/v2/comments", "POST", "editor", post="{post}", content="By an editor."), options=HELD,
               differs=because(reasons.MAIL_REST, "2 mails"))  # fmt: skip
    yield told("the author's own by REST", rest("/wp/v2/comments", "POST", "author", post="{post}", content="My own."), options=HELD)


def linkbacks():
    """Pingbacks and trackbacks have words of their own. An excerpt has an ellipsis, which WordPress keeps as a reference."""
    ellipsis = because(reasons.MAIL_TEXT, "2 mails")
    page = '<title>{}</title><p>I read {} words <a href="{{target}}">about it</a> and liked them.</p>'
    yield told("a pingback that is shown", Ping(), differs=ellipsis)
    yield told("a pingback that is held", Ping(), options=HELD, differs=ellipsis)
    yield told("a pingback's mail without comments_notify", Ping(), options=SHOWN | {"comments_notify": "0"})
    yield told("a pingback that is approved", Ping(), Mails(), Act("approve", "new1"), options=HELD, differs=ellipsis | because(reasons.MAIL_TEXT, "4 mails"))
    yield told("a pingback of a page beyond ASCII", Ping(page.format("Größe", "„große“")), differs=ellipsis)
    yield told("a pingback of a page with an ampersand", Ping(page.format("A &amp; B", "some")), differs=ellipsis)
    yield told("a pingback that is refused", Ping(page.format("No link", "no").replace("target", "site")))


    received = {"receive_trackbacks": "1"}
    yield told("a trackback that is shown", trackback(), options=SHOWN | received)
    yield told("a trackback that is held", trackback(), options=HELD | received)
    yield told("a trackback that is approved", trackback(), Mails(), Act("approve", "new1"), options=HELD | received)
    umlauts = {"title": "Größe „hier“", "blog_name": "Adas Blog 🚲", "excerpt": "Maß für Maß."}
    yield told("a trackback beyond ASCII", trackback(**umlauts), options=SHOWN | received)


CHARACTERS, HEADERS = because(reasons.MAIL_TEXT, "2 mails"), because(reasons.MAIL_HEADERS, "2 mails")
# What differs, by the words for it in the scenarios' names.
NAMES = {"quotes": HEADERS, "an encoded word": HEADERS, "many letters": HEADERS, "an ampersand": CHARACTERS}
TEXTS = {"more references": CHARACTERS, "CR LF": because(reasons.LINE_BREAKS, "comments")}
TITLES = {"blanks": HEADERS, "an encoded word": HEADERS, "many letters": HEADERS}


def words():
    """Names, texts, titles and addresses as they arrive in a mail."""
    names = {
        "umlauts": "Jürgen Größe",
        "emoji": "Ada 🚲 Berg",
        "from right to left": "עדה ברג",
        "a comma": "Berg, Ada",
        "quotes": 'Ada "Bike" Berg',
        "an apostrophe": "Ada O'Neil",
        "an ampersand": "Ada & Co",
        "tags": "Ada <i>Berg</i>",
        "an address": "Ada <evil@peer.test>",
        "a line break": "Ada\r\nBcc: evil@peer.test",
        "blanks": "  Ada   Berg  ",
        "an encoded word": "=?utf-8?q?Ada?=",
        "a backslash": "Ada \\ Berg",
        "signs": "Ada; Berg: (a) [b] @c",
        "many letters": "Ada " + "B" * 240,
    }
    for name, author in names.items():
        yield told(f"a name with {name}", form(author=author), differs=NAMES.get(name))
    texts = {
        "two paragraphs": "One.\n\nTwo.",
        "CR LF": "One.\r\nTwo.\r\n\r\nThree.",
        "umlauts and emoji": "Größe ist alles 🚲, „sagt“ man.",
        "tags": "<b>Bold</b>, <em>it</em> and <code>a &lt; b</code>.",
        "a link": 'See <a href="http://a.test/?a=1">it</a>.',
        "a bare ampersand": "Salt & pepper.",
        "references": "1 &lt; 2 &amp; 3 &gt; 2",
        "more references": "&copy; &quot;x&quot; &#8230;",
        "quotes": "It's \"so\" – she said… -- isn't it?",
        "long lines": "word " * 400,
        "one long word": "x" * 1_200,
        "dots": ".\n..\n.\nQUIT",
        "the beginning of a mailbox": "From here\n>From there",
        "what looks like headers": "Bcc: evil@peer.test\nSubject: none\n\nText.",
        "percent and dollar signs": "100% of $5 and %s %1$s \\1",
        "backslashes": "C:\\new\\table",
        "tabs and blanks": "a\tb   c\n   d",
        "a signature": "Text.\n-- \nAda",
    }
    for name, text in texts.items():
        yield told(f"a text with {name}", form(comment=text), differs=TEXTS.get(name))
    for name, title in {
        "umlauts": "Größe und Maß", "quotes": 'The "big" one', "typographic quotes": "The “big” one", "an apostrophe": "It's here",
        "emoji": "A 🚲 post", "many letters": "Title " * 40, "a bracket": "[A] post (1)", "blanks": "A  post",
        "an encoded word": "=?utf-8?q?A?= post", "percent signs": "100%s %1$s", "a backslash": "A \\ post",
    }.items():  # fmt: skip
        yield told(f"a title with {name}, shown", form(), post=Post(title=title), differs=TITLES.get(name))
        yield told(f"a title with {name}, held", form(), post=Post(title=title), options=HELD, differs=TITLES.get(name))
    yield told("an author's address", form(url="http://ada.test/bike"))
    yield told("an author's address with a query", form(url="http://ada.test/?a=1&b=2"), differs=because(reasons.MAIL_TEXT, "2 mails"))
    yield told("an e-mail with a plus", form(email="ada+{post}@peer.test"))
    yield told("an e-mail in capitals", form(email="Ada-{post}@peer.test"))
    yield told("a domain in capitals", form(email="ada-{post}@Peer.test"), differs=because(reasons.MAIL_HEADERS, "2 mails"))


SCENARIOS = [*arriving(), *recipients(), *deciding(), *programs(), *linkbacks(), *words()]
