"""Two servers' answers in one form: what must differ (hosts, numbers, hashes, dates) has names, mark-up is a tree.

What is left out here differs in every answer, on purpose; docs/compatibility.md says so.
"""

import json
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from html import escape, unescape
from urllib.parse import unquote

from support import html

# Marks that keep a right-to-left name from turning the line around it. WordPress has none.
TRANSPARENT = {"bdi"}
# How wide the theme wants it, whose direction it has, and whether the browser checks fields before the server does.
IGNORED_ATTRIBUTES = {"dir", "style", "cols", "rows", "hidden", "target", "aria-hidden", "novalidate"}
# The mark of who was logged in, the ways to log in, the wrappers, the hidden field and the token of our own form, and where it leads back to.
OUR_FORM = {"comment-form-nascar", "comment-form-subject", "proven"}
OUR_WRAPPERS = {"comment-form-guest", "comment-form-identity"}
OUR_FIELDS = {"redirect_to", "rejoinder_token"}
# WordPress's heading of the ways to other pages, which says what their label says, and is not seen.
HIDDEN = {"screen-reader-text"}
SEEDED_ON = ("2026-01-05", "20260105", "January 5, 2026", "Mon, 05 Jan 2026", "2026-04-15", "Wed, 15 Apr 2026")
PARTS = {
    "list": lambda tree: tree.find("ol", class_="commentlist"),
    "heading": lambda tree: tree.find("h2", class_="comments-title") or tree.find("h2", class_="wp-block-comments-title"),
    "navigation": lambda tree: tree.find("nav", class_="comment-navigation"),
    "respond": lambda tree: tree.find(id="respond"),
    "closed": lambda tree: tree.find("p", class_="no-comments"),
    "title": lambda tree: tree.find(id="reply-title"),
    "robots": lambda tree: tree.find("meta", name="robots"),
    "canonical": lambda tree: tree.find("link", rel="canonical"),
    "message": lambda tree: tree.find(class_="wp-die-message"),
}


class Names:
    """Names for what is another text on each server: `{text: name}`, and numbers of comments."""

    def __init__(self, texts, numbers, users):
        self._texts = texts
        self.users = users
        self._numbers = {str(number): name for number, name in numbers.items()}

    def of(self, text):
        """The text with names in place of what they stand for."""
        for given, name in self._texts.items():
            text = text.replace(given, name)
        text = text.replace("http://127.0.0.1/", "SITE/")  # WordPress leaves the port out of a feed's own address
        text = re.sub(r"SITE/post-(\d+)/", r"SITE/?p=\1", text)  # where addresses are pretty
        text = re.sub(r"(moderation-hash=)[0-9a-f]{32}", r"\1HASH", text)
        text = re.sub(r"\d{4}-\d\d-\d\dT[\d:+]+|\b\d{8}T[\d:]{8}|[A-Z][a-z]+ \d+, \d{4} at \d+:\d\d [ap]m|[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} [\d:]{8} \+0000",
                      _time, text)  # fmt: skip
        text = re.sub(r"\d{5,}", lambda match: self._numbers.get(match.group(), match.group()), text)
        return re.sub(r"(#comment-)\d{5,}", r"\1GONE", text)  # it was deleted: nothing has its number any more


def stored_text(text):
    """A stored text with its characters written out: WordPress keeps some as references."""
    return re.sub(r"&(?!amp;|lt;|gt;)#?\w+;", lambda match: unescape(match.group()), text)


def _time(match):
    """The times of given comments are the same on both servers; all others are now."""
    return match.group() if match.group().startswith(SEEDED_ON) else "NOW"


def part_of_page(page, part, names):
    """The lines of a part's tree; none when it is not there."""
    found = PARTS[part](html.parse(page))
    if found is None:
        return []
    if part == "heading":  # its words; tag and classes are the theme's
        return [names.of(found.text)]
    if part in ("robots", "canonical"):
        words = found.get("content") or found.get("href")
        return [names.of(words.replace("max-image-preview:large, ", ""))]
    return tree_lines(found, names)


def tree_lines(element, names, depth=0):
    """An element as lines of text, one a tag or a run of text, white space collapsed."""
    indent = "  " * depth
    lines = [f"{indent}<{element.name}{_attributes(element, names)}>"]
    text = ""
    for child in [*_children(element), None]:
        if isinstance(child, str):
            text += child
            continue
        if words := " ".join(text.split()):
            lines.append(f"{indent}  {names.of(words)}")
        text = ""
        if child is not None:
            lines += tree_lines(child, names, depth + 1)
    return lines


def _children(element):
    for child in element.children:
        if isinstance(child, str):
            yield child
        elif child.name in TRANSPARENT or OUR_WRAPPERS & set(child.classes):
            yield from _children(child)
        elif child.name == "span" and child.get("id") == "reply-title-words":
            yield from _children(child)
        elif not ((OUR_FORM | HIDDEN) & set(child.classes) or child.get("name") in OUR_FIELDS):
            yield child


def _attributes(element, names):
    kept = {name: value for name, value in element.attributes.items() if name not in IGNORED_ATTRIBUTES}
    if kept.get("href", "").startswith("/"):
        kept["href"] = "SITE" + kept["href"]
    if "rel" in kept:
        kept["rel"] = " ".join(sorted(kept["rel"].split()))
    return "".join(f' {name}="{names.of(escape(" ".join(value.split()), quote=False))}"' for name, value in sorted(kept.items()))


def xml_lines(body, names):
    """A document as lines of text, or its bytes when it is none."""
    try:
        root = ElementTree.fromstring(body)
    except ElementTree.ParseError:
        return [repr(body)]
    return _xml_lines(root, names, 0)


# When it was made and by what, how often to ask, and in which language.
ATOM = "{http://www.w3.org/2005/Atom}"
FEED_HTML = {"{http://purl.org/rss/1.0/modules/content/}encoded", ATOM + "content"}
FEED_IGNORED = {"generator", "lastBuildDate", "updatePeriod", "updateFrequency"}


def feed_lines(answer, names):
    """A feed as lines of text; only what a feed of comments is about."""
    if media_type(answer.headers) not in ("application/rss+xml", "application/atom+xml") or not answer.body:
        return [f"no feed, {answer.status}"]
    try:
        root = ElementTree.fromstring(answer.body)
    except ElementTree.ParseError as error:
        return [f"no XML: {error.msg.split(':')[0]}"]
    for parent in list(root.iter()):
        for child in list(parent):
            is_own = child.get("rel") == "self" or (parent is root and child.tag == ATOM + "id")
            if is_own or child.tag.rpartition("}")[2] in FEED_IGNORED:
                parent.remove(child)
            elif child.tag in FEED_HTML:
                child.text = "\n".join(tree_lines(html.parse(child.text or ""), names))
            elif child.tag == "description" and parent.tag == "item":
                child.text = unescape(child.text or "")
    return _xml_lines(root, names, 0)


def feed_address(answer, names):
    """The address that a feed says is its own."""
    found = re.search(rb'<[a-z:]*link\s[^>]*rel="self"[^>]*>', answer.body)
    address = re.search(r'href="([^"]*)"', found.group().decode()) if found else None
    return names.of(unescape(address.group(1))) if address else ""


ACCOUNT_MEMBERS = {"user_id", "userid", "post_author", "wp_author_id"}


def _xml_lines(element, names, depth):
    indent = "  " * depth
    attributes = "".join(f' {name}="{names.of(value)}"' for name, value in sorted(element.attrib.items()))
    lines = [f"{indent}<{element.tag}{attributes}> {names.of((element.text or '').strip())}".rstrip()]
    is_account = element.tag == "member" and element.findtext("name") in ACCOUNT_MEMBERS
    for child in element:
        if is_account and child.tag == "value" and len(child) and (child[0].text or "").isdigit():
            child[0].text = names.users.get(int(child[0].text), child[0].text)
        lines += _xml_lines(child, names, depth + 1)
        if (child.tail or "").strip():
            lines.append(f"{indent}  {names.of(child.tail.strip())}")
    return lines


# What 7.1 adds to 6.1, and WordPress's links to what is not kept here: revisions, media, categories.
IGNORED_MEMBERS = {
    "meta", "targetHints", "author_avatar_urls", "avatar_urls", "curies", "version-history", "predecessor-version", "wp:attachment",
    "wp:term", "wp:featuredmedia", "wp:action-publish", "wp:action-sticky", "wp:action-unfiltered-html", "wp:action-assign-author",
    "wp:action-create-categories", "wp:action-assign-categories", "wp:action-create-tags", "wp:action-assign-tags",
}  # fmt: skip


def json_lines(body, names):
    """A JSON document as lines of text, members by name."""
    try:
        value = json.loads(body)
    except ValueError:
        return [repr(body)]
    return json.dumps(_json(value, names), indent=1, ensure_ascii=False, sort_keys=True).splitlines()


def described_lines(body, names):
    """What `OPTIONS` tells of a route: methods, parameters and fields, without the words that explain them."""
    try:
        described = json.loads(body)
    except ValueError:
        return [repr(body)]
    if not isinstance(described, dict) or "endpoints" not in described:
        return json_lines(body, names)
    lines = [f"methods {sorted(described['methods'])}", f"namespace {described['namespace']}"]
    for endpoint in described["endpoints"]:
        lines.append(f"{sorted(endpoint['methods'])}")
        lines += [f"    {name}: {_schema(arg)}" for name, arg in sorted(dict(endpoint["args"]).items())]
    schema = described.get("schema") or {}
    lines.append(f"schema {schema.get('title')}")
    fields = schema.get("properties") or {}
    lines += [f"    {name}: {_schema(field)}" for name, field in sorted(fields.items()) if name not in IGNORED_MEMBERS]
    return lines


COMPARED_OF_SCHEMA = ("type", "format", "enum", "minimum", "maximum", "default", "required")


def _schema(schema):
    kept = {name: schema[name] for name in COMPARED_OF_SCHEMA if schema.get(name) not in (None, False)}
    return json.dumps(kept | ({"context": sorted(schema["context"])} if "context" in schema else {}))


def _json(value, names, member=""):
    if isinstance(value, dict):
        return {name: _json(inner, names, name) for name, inner in value.items() if name not in IGNORED_MEMBERS}
    if isinstance(value, list):
        return [_json(inner, names, member) for inner in value]
    if isinstance(value, int) and not isinstance(value, bool):
        if member in ("author", "id") and value in names.users:
            return names.users[value]
        return names.of(str(value)) if value >= 10_000 else value
    if isinstance(value, str):
        return rest_address(value, names)
    return value


def rest_address(text, names):
    """Links into the REST API in one form: WordPress without pretty addresses has its routes in the query."""
    text = re.sub(r"/(?:index\.php)?\?rest_route=([^&>\s]*)&?", lambda match: f"/wp-json{unquote(match.group(1))}?", names.of(text))
    text = re.sub(r"(/users/)(\d+)", lambda match: match.group(1) + names.users.get(int(match.group(2)), match.group(2)), text)
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", _time, text)
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", "UUID", text)
    return text.replace("?>", ">").removesuffix("?")


def rest_header(name, answer, names):
    """A header of the REST API."""
    value = answer.headers.get(name) or ""
    if name == "Link":  # pagination; the API's own root stands there in some answers
        values = [v.strip() for v in answer.headers.get_all(name) or [] if "api.w.org" not in v]
        return sorted(re.sub(r"%5B\d+%5D", "", rest_address(v, names)) for v in values)
    if name == "Allow":  # WordPress looks at the parameters of this one request to tell what the caller may do
        return sorted(value.replace(" ", "").split(",")) if answer.status == 200 else []
    return rest_address(value, names)


@dataclass(frozen=True)
class Mail:
    """A mail as its reader sees it. Who sends it and whom an answer reaches are `NAME <ADDRESS>`."""

    to: str
    sender: str
    reply_to: str
    subject: str
    text: str


def mail_lines(mails, shows_sender, names):
    """Mails as lines of text, one mail after the other by recipient and subject."""
    return [line for lines in sorted(_mail_lines(mail, shows_sender, names) for mail in mails) for line in lines]


def _mail_lines(mail, shows_sender, names):
    # The host of a test is no name, which a mail address wants.
    sender = re.sub(r"<wordpress@(127\.0\.0\.1|localhost)>", "<wordpress@HOST>", mail.sender)
    sender = [f"From: {sender}"] if shows_sender or mail.reply_to else []
    reply_to = [f"Reply-To: {mail.reply_to}"] if mail.reply_to else []
    # How many wait depends on the scenarios before; the name of an address on where WordPress runs.
    text = re.sub(r"Currently [\d,]+ comments? (is|are)", "Currently N comments are", mail.text)
    text = re.sub(r"\(IP address: (\S+), [^)]*\)", r"(IP address: \1)", text)
    lines = [f"    {line}" for line in text.replace("\r\n", "\n").rstrip("\n").split("\n")]
    return [names.of(line) for line in [f"To: {mail.to}", f"Subject: {mail.subject}", *sender, *reply_to, *lines]]


def media_type(headers):
    """Type and subtype of the body."""
    return (headers.get("Content-Type") or "").split(";")[0].strip().lower()


YEAR_SECONDS_MIN = 300 * 86_400  # WordPress 6.1 keeps them for 30,000,000 s, 7.1 for 365 days


def cookies(headers, names):
    """The cookies that an answer sets, in order: name without the site's hash, decoded value, how long, where."""
    found = []
    for line in headers.get_all("Set-Cookie") or []:
        pair, *attributes = [part.strip() for part in line.split(";")]
        name, value = pair.split("=", 1)
        attributes = {a.partition("=")[0].lower(): a.partition("=")[2] for a in attributes}
        seconds = int(attributes.get("max-age", -1))
        kept = "kept for a year" if seconds > YEAR_SECONDS_MIN else "deleted" if seconds == 0 else f"kept for {seconds} s"
        value = "" if seconds == 0 else unquote(value)
        found.append(names.of(f"{re.sub('_[0-9a-f]{32}$', '', name)}={value} {kept} path={attributes.get('path')}"))
    return sorted(found)
