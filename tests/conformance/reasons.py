"""Why Rejoinder answers otherwise: the names of list items of docs/compatibility.md, `- **Name.** Reason`."""

import re
from pathlib import Path

DOCUMENT = Path(__file__).parents[2] / "docs" / "compatibility.md"

# Newer than the WordPress of the comparison
REPLIES = "Replies to what is not approved"
# The form
PREVIEW = "Preview link"
THREAD_PAGE = "Held comments under pages"
COOKIES = "Commenter cookies"
TARGETS = "Where a comment leads"
NO_CPAGE = "Links to comments"
LINE_BREAKS = "Line breaks"
NAMES = "Names"
# Moderation
KEYS = "Moderation keys"
KNOWN = "Known authors"
STORED = "Stored mark-up"
SECOND_MODERATOR = "The second of two moderators"
RESTORED = "What a comment was before"
JSON = "Answers in JSON"
# Threads
NO_PAGE = "Numbers of no page"
PAGE_LINKS = "Ways to other pages"
CANCEL = "Cancel reply"
PROMISE = "The e-mail's promise"
ROBOTS = "Robots and previews"
URLS = "Authors' URLs"
MEMBERS = "Classes of members"
NO_REPLY = "Replies to what is held"
POST_TITLES = "Titles of posts"
LOG_IN = "Logging in"
LINKBACKS = "Linkbacks in the list"
# XML-RPC
RSD = "Really Simple Discovery"
ENCODINGS = "Encodings"
CAPABILITIES = "Capabilities"
METHODS = "Methods"
INTROSPECTION = "Introspection"
ESCAPED_TWICE = "Fault texts"
MULTICALL = "system.multicall"
TWO_INTEGERS = "demo.addTwoNumbers"
ADDRESSES = "Addresses of commenters"
NO_CHANGE = "Changes that change nothing"
# Pingbacks
TITLES = "Titles of sources"
EXCERPTS = "Excerpts of sources"
SOURCES = "Sources that are no page"
GET_PINGBACKS = "getPingbacks"
# Mails
MAIL_SENDER = "Senders of mails"
MAIL_TEXT = "Characters in mails"
MAIL_HEADERS = "Headers of mails"
MAIL_ONCE = "Approvals in mails"
MAIL_REST = "Mails about REST"
NO_AUTHOR = "Posts without an author"
# REST
REST_SENDER = "Senders of edited comments"
REST_POSTS = "Posts over REST"
REST_USERS = "Users over REST"
REST_MARK_UP = "Mark-up of moderators"
REST_JSON = "JSON that is none"
REST_PASSWORDS = "Wrong passwords"
REST_DATES = "Dates over REST"
REST_PARENTS = "Parents over REST"
REST_MOVES = "Comments that move"
REST_IDS = "Numbers in bodies"
REST_SEARCH = "Searching"
REST_UNPUBLISHED = "Posts that are not published"
REST_STATUSES = "Statuses in lists"
REST_TOTALS = "Totals"
REST_PAGES = "Links to pages of a list"
REST_FIELDS = "Fields within fields"
REST_JSONP = "JSONP"
REST_VARY = "`Vary`"
REST_ALLOW = "`Allow`"
REST_EMPTY = "Empty objects"
REST_DESCRIPTIONS = "Descriptions"
REST_JUDGED = "Judgements"
REST_OWN_PASSWORDS = "Application passwords"
REST_BOTH = "Passwords beside cookies"

# Feeds
FEED_SELF = "Addresses of feeds"
FEED_POSTS = "Feeds of posts"
FEED_MISSING = "Feeds of what is not here"
FEED_NAMES = "Names in feeds"
FEED_PAGES = "Feeds of pages"
FEED_HELD = "Answers to what is held"
FEED_EMOJI = "Emoji in feeds"
FEED_CDATA = "The end of CDATA"
FEED_KNOWN = "Conditional requests"
# Trackbacks
TRACKBACK_TRUE = "Whether a trackback is true"
TRACKBACK_SAID = "What a trackback does not say"
TRACKBACK_CHARSETS = "Charsets of trackbacks"
TRACKBACK_ERRORS = "Errors of trackbacks"
TRACKBACK_ADDRESSES = "Addresses of trackbacks"
# Text
REFERENCES = "References"


def documented():
    """`{name: reason}` of the document."""
    items = re.findall(r"^- \*\*(.+?)\.\*\* (.+?)(?=\n- |\n\n|\Z)", DOCUMENT.read_text(), re.MULTILINE | re.DOTALL)
    return {name: " ".join(reason.split()) for name, reason in items}


def because(reason, *whats):
    """Each of these differs for this reason."""
    return dict.fromkeys(whats, reason)


def refused(reason, step=1):
    """One side takes the comment, the other refuses it."""
    return because(reason, *(f"{step} {what}" for what in ("status", "type", "location", "cookies", "message")), "comments")
