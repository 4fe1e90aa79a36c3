"""How a scenario's steps are sent, and what of each answer is kept. Called by `run.py` for each server in turn."""

import base64
import json
import re
import xmlrpc.client
from functools import singledispatchmethod
from urllib.parse import urljoin

import normal
from scenario import Act, Call, Feed, Follow, Form, LogIn, Mails, Ping, Rest, Thread, Trackback, Xml
from support.web import Client

TRACKBACK = {"url": "{source}", "title": "My title", "blog_name": "My blog", "excerpt": "The excerpt."}
FORM = {"author": "Ada Berg", "email": "{email}", "url": "", "comment": "A comment.", "comment_post_ID": "{post}", "comment_parent": "0"}


class Run:
    """One scenario on one server."""

    def __init__(self, peer, case, sources):
        self._peer = peer
        self._case = case
        self._sources = sources
        self._client = Client()
        self._answer = None
        self._address = 0
        self._kept = []  # (what, function that makes its value when the names are known)

    def observe(self):
        """Goes through the steps, and returns `{what: value}`."""
        if any(isinstance(step, Mails) for step in self._case.scenario.steps):
            self._peer.take_mails()  # of what went before
        for number, step in enumerate(self._case.scenario.steps, 1):
            self._step = number
            self.take(step)
        count, rows = self._peer.comments(self._case.post_id)
        names = self._names(rows)
        observed = {what: made(names) for what, made in self._kept}
        return observed | {"count": count, "comments": [_row(row, names) for row in rows]}

    @singledispatchmethod
    def take(self, step):
        raise TypeError(f"no such step: {step}")

    @take.register
    def _(self, step: Form):
        fields = {name: value for name, value in (FORM | step.fields).items() if value is not None}
        fields = {self._filled(name): self._filled(value) for name, value in fields.items()}
        body = fields if step.method == "POST" else None
        self._send(step.method, self._peer.url + "/wp-comments-post.php", body, step.headers, step.again)
        self._keep("location", self._location)
        self._keep("cookies", lambda names, answer: normal.cookies(answer.headers, names))
        self._keep("allow", lambda _, answer: answer.headers.get("Allow"))
        self._keep("message", _message)

    @take.register
    def _(self, step: Thread):
        self._page(f"{self._peer.url}/?p={self._case.post_id}{self._filled(step.query)}", step.part)

    @take.register
    def _(self, step: Follow):
        self._page(urljoin(self._peer.url, self._answer.headers["Location"]), step.part)

    @take.register
    def _(self, step: Act):
        self._peer.act(step.verb, int(self._filled("{%s}" % step.comment)))

    @take.register
    def _(self, step: Mails):
        mails = self._peer.take_mails()
        self._kept.append((f"{self._step} mails", lambda names: normal.mail_lines(mails, step.sender, names)))

    @take.register
    def _(self, step: Xml):
        body = self._filled(step.body)
        body = body.encode() if isinstance(body, str) else body
        headers = {"Content-Type": "text/xml"} | step.headers
        self._send(step.method, f"{self._peer.url}/xmlrpc.php{step.query}", body if step.method == "POST" else None, headers)
        self._keep("allow", lambda _, answer: answer.headers.get("Allow"))
        self._keep("body", lambda names, answer: normal.xml_lines(answer.body, names))

    @take.register
    def _(self, step: Call):
        params = tuple(self._filled_in(param) for param in step.params)
        self.take(Xml(xmlrpc.client.dumps(params, step.method)))

    @take.register
    def _(self, step: Ping):
        path = f"/{self._peer.name}/{self._case.number}/{self._step}"
        page, headers = self._filled(step.page), {"Content-Type": step.content_type}
        self._sources.put(path, page, status=step.status, headers=headers)
        self._source = self._sources.url + path
        self.take(Call("pingback.ping", (step.source, step.target)))

    @take.register
    def _(self, step: Feed):
        headers = _validators(step.known, self._answer) if step.known else {}
        query = f"?{self._filled(step.query)}" if step.query else ""
        self._send(step.method, self._peer.url + self._filled(step.path) + query, headers=headers)
        self._keep("validators", lambda _, answer: [name for name in ("ETag", "Last-Modified") if name in answer.headers])
        self._keep("location", self._location)
        is_said = any(form in step.query + step.path for form in ("rss", "atom"))
        self._keep("Content-Type", lambda _, answer: answer.headers.get("Content-Type") if is_said else "")
        self._keep("self", lambda names, answer: normal.feed_address(answer, names))
        self._keep("body", lambda names, answer: normal.feed_lines(answer, names))

    @take.register
    def _(self, step: Trackback):
        path = f"/{self._peer.name}/{self._case.number}/{self._step}"
        self._before, self._source = getattr(self, "_source", ""), self._sources.put(path, self._filled(step.page))
        fields = {name: self._filled(value) for name, value in (TRACKBACK | step.fields).items() if value is not None}
        body = fields if step.method == "POST" else None
        self._send(step.method, self._peer.url + self._filled(step.path), body)
        self._keep("location", self._location)
        self._keep("body", lambda names, answer: normal.xml_lines(answer.body, names))

    @take.register
    def _(self, step: LogIn):
        self._peer.log_in(self._client, step.user)

    @take.register
    def _(self, step: Rest):
        route, _, query = self._filled(step.route).partition("?")
        headers = {name: self._filled(value) for name, value in step.headers.items()}
        if step.user:
            pair = f"{step.user}:{self._peer.passwords.get(step.user, 'wrong')}"
            headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
        body = step.body
        if isinstance(body, str):
            body = self._filled(body).encode()
        elif body is not None:
            headers["Content-Type"] = "application/json"
            body = self._filled(json.dumps(body)).encode()
        url = f"{self._peer.url}/index.php?rest_route={route}" + (f"&{query}" if query else "")
        self._send(step.method, url, body, headers)
        allow = ("Allow",) if step.method in ("GET", "HEAD", "OPTIONS") else ()
        for name in ("X-WP-Total", "X-WP-TotalPages", "Location", "Link", *allow, *step.seen):
            self._keep(name, lambda names, answer, name=name: normal.rest_header(name, answer, names))
        lines = normal.described_lines if step.method == "OPTIONS" else normal.json_lines
        self._keep("body", lambda names, answer: lines(answer.body, names))

    def _location(self, names, answer):
        """Where a browser goes: an address may be relative."""
        location = answer.headers.get("Location")
        return names.of(urljoin(self._peer.url + "/wp-comments-post.php", location)) if location else ""

    def _page(self, url, part):
        self._send("GET", url)
        self._keep(part, lambda names, answer: normal.part_of_page(answer.text, part, names))

    def _send(self, method, url, body=None, headers=None, again=False):
        # Each request from its own address, unless it is said to come again from the same.
        self._address += not again
        address = f"10.{self._case.number // 250}.{self._case.number % 250}.{self._address}"
        self._answer = self._client.request(method, url, body, {"X-Forwarded-For": address} | (headers or {}))
        is_flood = self._answer.status == 429 or b"too quickly" in self._answer.body
        assert not is_flood or self._case.scenario.flood, "the flood check, which this is not about, refused it"
        self._keep("status", lambda _, answer: answer.status)
        self._keep("type", lambda _, answer: normal.media_type(answer.headers) if answer.body else "")

    def _keep(self, what, made):
        answer = self._answer
        self._kept.append((f"{self._step} {what}", lambda names: made(names, answer)))

    def _filled(self, text):
        """The text with this server's values in place of `{post}`, `{target}`, names of comments and the like."""
        if not isinstance(text, str):
            return text
        return re.sub(r"\{(\w+)\}", lambda match: self._value(match.group(1), match.group()), text)

    def _filled_in(self, value):
        """The same of every text in a structure."""
        if isinstance(value, dict):
            return {name: self._filled_in(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self._filled_in(inner) for inner in value]
        return self._filled(value)

    def _value(self, name, otherwise):
        case = self._case
        if name in case.numbers:
            return str(case.numbers[name])
        if name.startswith("new") and name[3:].isdigit():
            new = [row["id"] for row in self._peer.comments(case.post_id)[1] if row["id"] not in case.numbers.values()]
            return str(new[int(name[3:]) - 1])
        if name == "nonce":
            return self._client.get(self._peer.url + "/wp-admin/admin-ajax.php?action=rest-nonce").text
        if name.startswith("id_"):
            return next(str(number) for number, login in self._peer.user_ids.items() if login == name[3:])
        values = {
            "post": str(case.post_id),
            "other": str(case.post_id - 1),
            "email": f"ada-{case.number}@peer.test",
            "site": self._peer.url,
            "host": self._peer.url.removeprefix("http://"),
            "target": f"{self._peer.url}/?p={case.post_id}",
            "source": getattr(self, "_source", ""),
            "before": getattr(self, "_before", ""),
        }
        return values.get(name, otherwise)

    def _names(self, rows):
        numbers = {number: name for name, number in self._case.numbers.items()}
        new = [row["id"] for row in rows if row["id"] not in numbers]
        numbers |= {number: f"NEW{place}" for place, number in enumerate(new, 1)}
        texts = {
            f"{self._sources.url}/{self._peer.name}": "SOURCES",
            self._peer.url: "SITE",
            self._peer.url.removeprefix("http://"): "HOST",
        }
        return normal.Names(texts, numbers, self._peer.user_ids)


def _validators(known, before):
    """What a client sends that knows the answer before in this way: `date`, `old`, `etag`, `weak`, …, or two of them."""
    etag = before.headers["ETag"]
    etags = {"etag": etag, "weak": f"W/{etag}", "list": f'"x", {etag}', "other": '"x"'}
    dates = {"date": before.headers["Last-Modified"], "old": "Mon, 05 Jan 2015 10:00:00 GMT"}
    sent = {}
    for word in known.split(" and "):
        sent |= {"If-None-Match": etags[word]} if word in etags else {"If-Modified-Since": dates[word]}
    return sent


def _message(names, answer):
    """What an answer of the form says to a person, or to a program."""
    if normal.media_type(answer.headers) == "application/json":
        return answer.json()
    lines = normal.part_of_page(answer.text, "message", names)
    return lines if lines or answer.status == 302 else [answer.text.strip()[:200]]


def _row(row, names):
    parent = names.of(str(row["parent"]))
    user = f" user={row['user']}" if row["user"] else ""
    name = names.of(str(row["id"]))
    sender = f" ip={row['ip']}" if name.startswith("NEW") else ""
    return names.of(
        f"{name}: {row['status']} {row['type']} parent={parent}{user}{sender} author={row['author']!r} email={row['email']!r}"
        f" url={row['url']!r} content={normal.stored_text(row['content'])!r}"
    )
