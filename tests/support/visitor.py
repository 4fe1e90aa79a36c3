"""A visitor with a browser without scripts: follows links and redirects, fills in forms and presses buttons by their
labels, on whatever servers these lead to."""

from urllib.parse import urljoin, urlsplit

from . import html
from .web import Client

REDIRECTS_MAX = 10


class Visitor:
    """`url`, `status` and `document` are of the page that is shown; `passed` are the addresses on the way to it."""

    def __init__(self):
        self.client = Client()
        self.url = ""
        self.status = 0
        self.document = html.parse("")
        self.passed = []

    @property
    def text(self):
        """What stands on the page."""
        return self.document.text

    def open(self, url, stop_at=None):
        """Opens an address. A redirect to an address that begins with `stop_at` is not followed, but returned."""
        return self._go("GET", urljoin(self.url, url), None, stop_at)

    def press(self, label, stop_at=None, **typed):
        """Presses the button that is labelled so, with these fields filled in."""
        button = next((b for b in html.buttons(self.document) if html.label(b).startswith(label)), None)
        assert button is not None, f"no button “{label}” on {self.url}: {self.text[:500]}"
        form = html.owner(self.document, button)
        values = html.fields(self.document, form) | typed
        if button.get("name"):
            values[button.get("name")] = button.get("value")
        action = urljoin(self.url, button.get("formaction") or form.get("action") or self.url)
        return self._go("POST", action, values, stop_at)

    def follow(self, label, stop_at=None):
        """Follows the link that is labelled so."""
        link = next((a for a in self.document.find_all("a") if a.text.startswith(label)), None)
        assert link is not None, f"no link “{label}” on {self.url}: {self.text[:500]}"
        return self.open(link.get("href"), stop_at)

    def _go(self, method, url, values, stop_at):
        self.passed = []
        for _ in range(REDIRECTS_MAX):
            headers = {"Origin": _origin(self.url), "Sec-Fetch-Site": self._site(url)} if method == "POST" else {}
            answer = self.client.request(method, url, values, headers)
            self.passed.append(url)
            if answer.status not in (301, 302, 303):
                self.url, self.status, self.document = url, answer.status, html.parse(answer.text)
                return None
            method, values, url = "GET", None, urljoin(url, answer.headers["Location"])
            if stop_at and url.startswith(stop_at):
                return url
        raise AssertionError(f"more than {REDIRECTS_MAX} redirects: {self.passed}")

    def _site(self, url):
        return "same-origin" if _origin(url) == _origin(self.url) else "cross-site"


def _origin(url):
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
