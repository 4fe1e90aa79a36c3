"""What a moderator's verbs do to a comment of each status, and to the post's count (WP 7.1 comments §1.4)."""

import reasons
from reasons import because
from scenario import PASSWORD, Act, Comment, Form, Scenario, Thread, call

VERBS = ("approve", "unapprove", "spam", "unspam", "trash", "untrash", "delete")
STATUSES = ("approved", "hold", "spam", "trash")
# Two that wait elsewhere: the verb must touch no other.
AROUND = [Comment("BEFORE"), Comment("X"), Comment("CHILD", parent="X"), Comment("AFTER", status="hold")]


def single():
    """Each verb on each status. Seeds have no memory of what they were before."""
    for verb in VERBS:
        for status in STATUSES:
            given = [Comment("BEFORE"), Comment("X", status=status), Comment("CHILD", parent="X"), Comment("AFTER", status="hold")]
            stale = verb == "unspam" and status != "spam" or verb == "untrash" and status != "trash"
            # What is already waiting looks the same either way.
            differs = because(reasons.SECOND_MODERATOR, "comments") if stale and status != "hold" else {}
            if stale and status == "approved":
                differs |= because(reasons.SECOND_MODERATOR, "count")
            yield Scenario(f"{verb} of {status}", [Act(verb, "X")], given=given, differs=differs)


def pairs():
    """One verb after another: what a comment was before is kept."""
    for first, second in (("spam", "unspam"), ("trash", "untrash"), ("spam", "trash"), ("trash", "spam"), ("approve", "unapprove"),
                          ("trash", "delete"), ("spam", "delete"), ("unapprove", "trash")):  # fmt: skip
        for status in ("approved", "hold"):
            given = [Comment("BEFORE"), Comment("X", status=status), Comment("CHILD", parent="X")]
            yield Scenario(f"{first}, then {second}, of {status}", [Act(first, "X"), Act(second, "X")], given=given)
    for verbs in (("spam", "trash", "untrash"), ("spam", "trash", "untrash", "unspam"), ("trash", "untrash", "trash", "untrash"),
                  ("spam", "unspam", "trash", "untrash"), ("approve", "approve"), ("trash", "trash", "untrash")):  # fmt: skip
        given = [Comment("BEFORE"), Comment("X"), Comment("CHILD", parent="X")]
        yield Scenario(", then ".join(verbs), [Act(verb, "X") for verb in verbs], given=given)


def shown():
    """What readers see afterwards."""
    for verb in VERBS:
        yield Scenario(f"the thread after {verb}", [Act(verb, "X"), Thread("list"), Thread("heading")], given=AROUND) \
            if verb not in ("unspam", "untrash") else Scenario(
                f"the thread after spam and {verb}", [Act("spam" if verb == "unspam" else "trash", "X"), Act(verb, "X"), Thread("list")], given=AROUND)
    family = [Comment("A"), Comment("B", parent="A"), Comment("C", parent="B"), Comment("D", parent="C")]
    yield Scenario("a deleted comment's replies go to its parent", [Act("trash", "B"), Act("delete", "B"), Thread("list")], given=family)
    yield Scenario("a pingback counts too", [Act("approve", "P")], given=[Comment("P", kind="pingback", status="hold", url="http://a.test/", email="")])


FAMILY = [Comment("TOP"), Comment("A", parent="TOP"), Comment("B", parent="A"), Comment("C", parent="A", status="hold"), Comment("E", parent="B")]


def by_xmlrpc():
    """The same with replies by XML-RPC, and what it counts then."""
    count = call("wp.getCommentCount", 1, "editor", PASSWORD, "{post}")

    def to(name, *statuses):
        return [call("wp.editComment", 1, "editor", PASSWORD, "{%s}" % name, {"status": status}) for status in statuses]

    for name in ("TOP", "A", "B"):
        for statuses in (("hold",), ("spam",), ("trash",), ("hold", "approve"), ("spam", "approve"), ("trash", "approve"), ("trash", "hold", "approve"), ("spam", "trash")):
            yield Scenario(f"by XML-RPC, {name} to " + ", then ".join(statuses), [*to(name, *statuses), count], given=FAMILY)
        gone = call("wp.deleteComment", 1, "editor", PASSWORD, "{%s}" % name)
        yield Scenario(f"by XML-RPC, {name} deleted", [gone, count], given=FAMILY)
        yield Scenario(f"by XML-RPC, {name} deleted twice", [gone, gone, count], given=FAMILY)
    for verb in ("untrash", "spam", "delete"):
        differs = because(reasons.RESTORED, "3 body", "count", "comments") if verb == "untrash" else {}
        yield Scenario(f"trashed by XML-RPC, then {verb}", [*to("A", "trash"), Act(verb, "A"), count], given=FAMILY, differs=differs)


def of_the_form():
    """Comments as readers send them, then judged."""
    for options, verbs in (({"comment_moderation": "1"}, ("approve",)), ({"comment_moderation": "1"}, ("approve", "unapprove")), ({"comment_moderation": "1"}, ("spam", "unspam")),
                           ({"comment_moderation": "1"}, ("approve", "trash", "untrash")), ({"disallowed_keys": "comment"}, ("untrash", "approve")), ({}, ("approve", "spam", "unspam")),
                           ({"comment_previously_approved": "0"}, ("unapprove",)), ({"comment_previously_approved": "0"}, ("spam", "trash"))):  # fmt: skip
        yield Scenario(f"a comment with {options}, then " + ", then ".join(verbs), [Form(), *[Act(verb, "new1") for verb in verbs], Thread("heading")], options)


SCENARIOS = [*single(), *pairs(), *shown(), *by_xmlrpc(), *of_the_form()]
