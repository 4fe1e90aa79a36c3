"""What a scenario is made of: the state it begins with, the requests, and where Rejoinder differs on purpose.

A scenario has a post of its own, `{post}` in its requests, with the comments that are `given`: `{HELD}` is the number
of the one that is named so. `{new1}` is the first comment that the scenario itself made. Every request comes from an
address of its own, so that the flood check, which is on, meets only those that ask for it (`again=True`).
"""

from dataclasses import dataclass, field

PASSWORD = "a long enough password"
USERS = {  # login: role; `author` wrote the posts
    "administrator": "administrator",
    "editor": "editor",
    "author": "author",
    "contributor": "contributor",
    "subscriber": "subscriber",
}


@dataclass(frozen=True)
class Post:
    """A post of the blog. One that is not `publish`, or has a password, is not known to Rejoinder."""

    title: str = "A post"
    comments: str = "open"
    pings: str = "open"
    kind: str = "post"
    status: str = "publish"
    password: str = ""
    age_seconds: int = 86_400
    author: str = "author"


@dataclass(frozen=True)
class Comment:
    """A comment that is there already, written long ago; each a minute after the one before, and `days` later."""

    name: str
    content: str = "Words of {name}."
    status: str = "approved"  # or hold, spam, trash
    parent: str = ""
    kind: str = "comment"
    author: str = "Grace"
    email: str = "grace-{post}@peer.test"
    url: str = ""
    user: str = ""
    days: int = 0


@dataclass(frozen=True)
class Scenario:
    """Requests, and what of the answers is compared. `differs` is where Rejoinder answers otherwise on purpose:
    what is observed there, by its name in the report, and why, in words that stand in docs/compatibility.md."""

    name: str
    steps: list
    options: dict = field(default_factory=dict)
    post: Post = Post()
    given: list = field(default_factory=list)
    differs: dict = field(default_factory=dict)
    flood: bool = False  # whether it means to meet the flood check


@dataclass(frozen=True)
class Form:
    """A comment by the form. `fields` over those of a form that is filled in well; None leaves one out."""

    fields: dict = field(default_factory=dict)
    method: str = "POST"
    headers: dict = field(default_factory=dict)
    again: bool = False  # from the address of the request before


def form(again=False, method="POST", headers=None, **fields):
    """A `Form` in few words. Python's `_` stands for the `-` of a field's name."""
    return Form({name.replace("consent", "wp-comment-cookies-consent"): value for name, value in fields.items()},
                method, headers or {}, again)  # fmt: skip


@dataclass(frozen=True)
class Thread:
    """The post's page, and which part of it is compared: `list`, `heading`, `navigation`, `respond`, `held`."""

    part: str = "list"
    query: str = ""


@dataclass(frozen=True)
class Follow:
    """Where the answer before leads to, and which part of that page is compared."""

    part: str = "list"


@dataclass(frozen=True)
class Act:
    """A moderator's verb on a comment, by the name of the bulk action."""

    verb: str
    comment: str


@dataclass(frozen=True)
class Mails:
    """The mails that were written since the `Mails` before, and since the scenario began. Where `sender` is not
    asked for, only those in a commenter's name show who sends them."""

    sender: bool = False


@dataclass(frozen=True)
class Xml:
    """A request to the XML-RPC endpoint with this body."""

    body: str | bytes
    headers: dict = field(default_factory=dict)
    method: str = "POST"
    query: str = ""


@dataclass(frozen=True)
class Feed:
    """A feed, by its query and perhaps its path; `known` says which validators are sent of the answer before, `etag`
    or `weak` or `date` or `etag and date`, or of another: `other`, `old`."""

    query: str = ""
    known: str = ""
    path: str = "/"
    method: str = "GET"


@dataclass(frozen=True)
class Trackback:
    """A trackback with these fields over those of a good one; the source links to the post, unless `page` does not."""

    fields: dict = field(default_factory=dict)
    path: str = "/wp-trackback.php?p={post}"
    method: str = "POST"
    page: str = '<title>A page</title><p>I read some words <a href="{target}">about it</a> and liked them.</p>'


def trackback(path="/wp-trackback.php?p={post}", method="POST", **fields):
    """A `Trackback` in few words."""
    return Trackback(fields, path, method)


@dataclass(frozen=True)
class Rest:
    """A request to the REST API: a route with its query, the method, a body (JSON of what it is, or a text as it
    stands), who sends it, and which header fields of the answer are compared beside those that always are."""

    route: str
    method: str = "GET"
    body: object = None
    user: str = ""
    headers: dict = field(default_factory=dict)
    seen: tuple = ()


def rest(route, method="GET", user="", headers=None, **body):
    """A `Rest` in few words; what else is named is its body."""
    return Rest(route, method, body or None, user, headers or {})


@dataclass(frozen=True)
class LogIn:
    """Logs in as a browser does: its cookies go with all requests after, whose `{nonce}` is a fresh one."""

    user: str


@dataclass(frozen=True)
class Call:
    """A call of an XML-RPC method."""

    method: str
    params: tuple = ()


def call(method, *params):
    """A `Call` in few words."""
    return Call(method, params)


@dataclass(frozen=True)
class Ping:
    """A pingback whose source answers with `page`, in which `{target}` is the post's address."""

    page: str = '<title>A page</title><p>I read some words <a href="{target}">about it</a> and liked them.</p>'
    source: str = "{source}"
    target: str = "{target}"
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
