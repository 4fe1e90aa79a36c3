"""A moderator at the desk, without a browser: signs in, reads the queue, presses buttons by their labels."""

import re
from urllib.parse import urljoin

from . import html
from .web import Client

QUEUE = "/desk/comments?comment_status=moderated"
REDIRECTS_MAX = 5


class Desk:
    """A signed-in moderator. Forms are filled in as a browser without scripts does."""

    def __init__(self, server_url, login, password):
        self._base = server_url
        self._client = Client()
        self._sign_in(login, password)

    def pending(self):
        """The waiting comments: `{id: text of the row}`."""
        document, _ = self._open(QUEUE)
        return {int(row.get("id").removeprefix("comment-")): row.text for row in _rows(document)}

    def approve(self, comment_id):
        """Presses Approve in the comment's row."""
        document, url = self._open(QUEUE)
        row = next((row for row in _rows(document) if row.get("id") == f"comment-{comment_id}"), None)
        assert row is not None, f"comment {comment_id} is not in the queue"
        button = next((b for b in html.buttons(row) if html.label(b).startswith("Approve")), None)
        assert button is not None, f"no Approve button in the row of comment {comment_id}: {row.text}"
        self._press(document, url, button)
        assert comment_id not in self.pending(), f"comment {comment_id} still waits after Approve"

    def set(self, site, options):
        """Saves the settings of a site, by their names, with all others as they are."""
        document, url = self._open(f"/desk/settings?site={site}")
        form = next(form for form in document.find_all("form") if "comment_max_links" in html.fields(document, form))
        values = html.fields(document, form)
        for name, value in options.items():
            box = document.find("input", name=name, type="checkbox")
            if box is not None and value != box.get("value"):
                values.pop(name, None)
            else:
                values[name] = value
        self._send(urljoin(url, form.get("action")), values)

    def act(self, site, verb, comment_ids):
        """Does what the buttons of the list do, to comments by their numbers."""
        document, url = self._open(f"/desk/comments?site={site}")
        csrf = document.find("input", name="csrf").get("value")
        self._send(url, {"csrf": csrf, "action": verb, "delete_comments[]": comment_ids})

    def press(self, path, row_id, label):
        """Presses the button of this label in a row of a page."""
        document, url = self._open(path)
        row = next((element for element in document.walk() if element.get("id") == row_id), None)
        assert row is not None, f"{path} has no {row_id}"
        button = next(b for b in html.buttons(row) if html.label(b).startswith(label))
        self._press(document, url, button)

    def _sign_in(self, login, password):
        document, url = self._open("/desk/login")
        form = next(form for form in document.find_all("form") if "log" in html.fields(document, form))
        values = html.fields(document, form) | {"log": login, "pwd": password}
        answer = self._client.post(urljoin(url, form.get("action")), values, {"Origin": self._base})
        assert answer.status in (302, 303), f"log-in as {login}: {answer.status} {answer.text[:300]}"

    def _press(self, document, url, button):
        form = html.owner(document, button)
        assert form is not None, "the button belongs to no form"
        values = html.fields(document, form)
        if button.get("name"):
            values[button.get("name")] = button.get("value")
        self._send(urljoin(url, button.get("formaction") or form.get("action") or url), values)

    def _send(self, url, values):
        answer = self._client.post(url, values, {"Origin": self._base})
        assert answer.status in (200, 302, 303), f"{url}: {answer.status} {answer.text[:300]}"

    def _open(self, path):
        """Opens a page, follows redirects inside the desk, returns its tree and its address."""
        url = urljoin(self._base, path)
        for _ in range(REDIRECTS_MAX):
            answer = self._client.get(url)
            if answer.status not in (301, 302, 303, 307, 308):
                break
            url = urljoin(url, answer.headers["Location"])
        assert answer.status == 200, f"{url}: {answer.status} {answer.text[:300]}"
        return html.parse(answer.text), url


def _rows(document):
    return [element for element in document.walk() if re.fullmatch(r"comment-\d+", element.get("id"))]
