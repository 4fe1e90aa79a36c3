"""The moderation decision: every rule and option at both sides of its limit (WP 7.1 comments §3)."""

import reasons
from reasons import because
from scenario import Comment, Scenario, call, form

KNOWN = {"comment_previously_approved": "0"}
LINK = '<a href="http://a.test/{}">a</a>'


def otherwise(reason):
    """One server holds the comment, the other approves it."""
    return because(reason, "1 location", "count", "comments")


def links():
    """`comment_max_links`: so many are held, one less is not."""
    for limit in (0, 1, 2, 3):
        for count in range(limit + 2):
            text = "See " + " and ".join(LINK.format(n) for n in range(count)) + f" ({count} of {limit})."
            yield Scenario(f"{count} links, limit {limit}", [form(comment=text)], KNOWN | {"comment_max_links": str(limit)})
    for text in ("http://a.test/ and http://b.test/", "www.a.test and www.b.test", "a@a.test and b@b.test", "ftp://a.test/x and ftp.b.test",
                 "<code>http://a.test/ http://b.test/</code>", "<a>no</a> <a title='t'>links</a>", '<A HREF="http://a.test/">A</A> http://b.test/',
                 "<abbr title='a'>a</abbr> <abbr title='b'>b</abbr>"):  # fmt: skip
        differs = because(reasons.STORED, "comments") if "'" in text or "HREF" in text else {}
        yield Scenario(f"counted: {text}", [form(comment=text)], KNOWN, differs=differs)
    yield Scenario("the author's URL is no link", [form(comment="http://a.test/", url="http://ada.test/")], KNOWN)


def always():
    """`comment_moderation`, and who has been approved."""
    everything = {"comment_moderation": "1"}
    yield Scenario("every comment is moderated", [form()], everything | KNOWN)
    yield Scenario("every comment is moderated, also a known author's", [form(author="Grace", email="grace-{post}@peer.test")], everything, given=[Comment("A")])
    yield Scenario("nothing is moderated", [form()], KNOWN)
    yield Scenario("nobody without a name is known", [form(author="", email="")], {"require_name_email": "0", "comment_flood_seconds": "0"},
                   differs=because(reasons.PREVIEW, "1 location"))  # fmt: skip


def previously_approved():
    """`comment_previously_approved`: name and e-mail as they were approved."""
    was = [Comment("A", author="Renée Ärzt", email="Renee-{post}@Peer.test")]
    yield Scenario("an unknown author", [form(author="Someone", email="someone-{post}@peer.test")], given=was)
    yield Scenario("a known author", [form(author="Renée Ärzt", email="Renee-{post}@Peer.test")], given=was)
    yield Scenario("a known author in other letters", [form(author="renée ärzt", email="renee-{post}@peer.test")], given=was)
    yield Scenario("a known author without accents", [form(author="Renee Arzt", email="Renee-{post}@Peer.test")], given=was)
    yield Scenario("a known name with another e-mail", [form(author="Renée Ärzt", email="other-{post}@peer.test")], given=was)
    yield Scenario("another name with a known e-mail", [form(author="Other", email="Renee-{post}@Peer.test")], given=was)
    for status in ("hold", "spam", "trash"):
        held = [Comment("A", status=status, author=f"Only {status}", email=f"only-{status}@peer.test")]
        yield Scenario(f"an author whose comment is {status}", [form(author=f"Only {status}", email=f"only-{status}@peer.test")], given=held)
    own = [Comment("A", author="Somebody else", email="subscriber@peer.test", user="subscriber")]
    yield Scenario("the e-mail of a user with an approved comment", [form(author="Ada", email="subscriber@peer.test")], given=own, differs=otherwise(reasons.KNOWN))
    yield Scenario("the e-mail of a user without one", [form(author="Ada", email="contributor@peer.test")],
                   given=[Comment("A", author="Ada", email="contributor@peer.test")], differs=otherwise(reasons.KNOWN))  # fmt: skip
    yield Scenario("the e-mail of an administrator", [form(author="administrator", email="administrator@peer.test")])
    yield Scenario("the keys hold the whole e-mail", [form(author="Grace", email="grace-{post}@peer.test")], {"moderation_keys": "@peer.test"}, given=[Comment("A")])


def moderation_keys():
    """`moderation_keys`: where they are looked for and how."""
    yield from keys("moderation_keys")
    better = otherwise(reasons.KEYS)
    for key, text in (("nofollow", 'A <a href="http://a.test/">link</a>.'), ("</p>", "Words.")):
        yield Scenario(f"moderation_keys: mark-up is no text: {key}", [form(comment=text)], KNOWN | {"moderation_keys": key}, differs=better)
    yield Scenario("moderation_keys: an apostrophe", [form(comment="it's here")], KNOWN | {"moderation_keys": "it's"}, differs=better)
    yield Scenario("moderation_keys: a quote", [form(comment='the "word" here')], KNOWN | {"moderation_keys": '"word"'}, differs=better)
    yield Scenario("moderation_keys: in tags", [form(comment="<b>ca</b>sino")], KNOWN | {"moderation_keys": "casino"}, differs=better)


def disallowed_keys():
    """`disallowed_keys`: as the others, and without tags too; the Trash."""
    yield from keys("disallowed_keys")
    yield Scenario("disallowed_keys: in tags", [form(comment="<b>ca</b>sino")], KNOWN | {"disallowed_keys": "casino"})
    yield Scenario("disallowed_keys: go before moderation", [form(comment="casino")], {"comment_moderation": "1", "disallowed_keys": "casino"})
    yield Scenario("disallowed_keys: a known author", [form(author="Grace", email="grace-{post}@peer.test", comment="casino")],
                   {"disallowed_keys": "casino"}, given=[Comment("A")])  # fmt: skip


def keys(option):
    """Both lists look in the same fields, in the same way."""
    for where, fields in {
        "the name": {"author": "Casino Royale"},
        "the e-mail": {"email": "casino-{post}@peer.test"},
        "the URL": {"url": "http://casino.test/"},
        "the text": {"comment": "Come to the casino now."},
        "a longer word": {"comment": "Come to the megacasinos."},
        "other letters": {"comment": "Come to the CASINO."},
        "a link's address": {"comment": '<a href="http://casino.test/">here</a>'},
        "nothing": {"comment": "Come to the cas ino."},
    }.items():
        yield Scenario(f"{option}: in {where}", [form(**fields)], KNOWN | {option: "casino"})
    address = "10.99.1.7" if option == "moderation_keys" else "10.98.1.7"
    yield Scenario(f"{option}: in the address", [form(headers={"X-Forwarded-For": address})], KNOWN | {option: address[:-1]})
    yield Scenario(f"{option}: in the user agent", [form(headers={"User-Agent": "CasinoBot/1"})], KNOWN | {option: "casinobot"})
    yield Scenario(f"{option}: the second of two lines", [form(comment="poker")], KNOWN | {option: "casino\npoker"})
    yield Scenario(f"{option}: blanks around", [form(comment="poker")], KNOWN | {option: " poker "})
    yield Scenario(f"{option}: two words", [form(comment="free poker here")], KNOWN | {option: "free poker"})
    yield Scenario(f"{option}: the line 0", [form(comment="0 or 10")], KNOWN | {option: "0"})
    yield Scenario(f"{option}: signs of expressions", [form(comment="a.c abc")], KNOWN | {option: "a.*c"})
    yield Scenario(f"{option}: signs of expressions that are there", [form(comment="so a.*c it is")], KNOWN | {option: "a.*c"})
    letters = otherwise(reasons.KEYS) if option == "moderation_keys" else because(reasons.KEYS, "comments", "count")
    yield Scenario(f"{option}: capital letters beyond ASCII", [form(comment="ÜBERWEISUNG")], KNOWN | {option: "überweisung"}, differs=letters)
    yield Scenario(f"{option}: accents", [form(comment="Café")], KNOWN | {option: "cafe"}, differs=letters)


SCENARIOS = [*links(), *always(), *previously_approved(), *moderation_keys(), *disallowed_keys()]
