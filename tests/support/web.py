"""HTTP for the live tests: a client that shows everything, and a web server of the test's own."""

import http.cookiejar
import http.server
import json
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field

REQUEST_SECONDS = 30


@dataclass(frozen=True)
class Answer:
    """What a server answered; redirects are answers too."""

    status: int
    headers: dict
    body: bytes

    @property
    def text(self):
        return self.body.decode("utf-8", "replace")

    def json(self):
        return json.loads(self.body)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Client:
    """An HTTP client with a cookie jar of its own that follows no redirect and takes no proxy."""

    def __init__(self):
        self.cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), _NoRedirect, urllib.request.HTTPCookieProcessor(self.cookies)
        )

    def request(self, method, url, form=None, headers=None):
        """`form` is the fields of a form, or a body as it is."""
        data = urllib.parse.urlencode(form, doseq=True).encode() if isinstance(form, dict) else form
        request = urllib.request.Request(url, data=data, headers=headers or {}, method=method)
        try:
            with self._opener.open(request, timeout=REQUEST_SECONDS) as response:
                return Answer(response.status, response.headers, response.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.headers, error.read())

    def get(self, url, headers=None):
        return self.request("GET", url, headers=headers)

    def post(self, url, form, headers=None):
        return self.request("POST", url, form=form, headers=headers)


@dataclass(frozen=True)
class Page:
    """A page of the test's web server."""

    body: str
    status: int = 200
    headers: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Visit:
    """A request that the test's web server got."""

    method: str
    path: str
    headers: dict


class _Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        """Says nothing of a client that went away, as one does that a test kills."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class WebServer:
    """A web server on loopback whose pages are set by the test. Use it in a `with`."""

    def __init__(self, page_for=None):
        """`page_for(path)` makes pages that were not set one by one."""
        self.visits = []
        self._pages = {}
        self._page_for = page_for or (lambda _path: None)
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def put(self, path, body, status=200, headers=None):
        """Sets the page at `path` and returns its URL."""
        self._pages[path] = Page(body, status, headers or {})
        return self.url + path

    def visits_to(self, path):
        return [visit for visit in self.visits if visit.path == path]

    def _handler(web):  # `self` is the request's handler inside
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                web.visits.append(Visit(self.command, self.path, dict(self.headers)))
                page = web._pages.get(self.path) or web._page_for(self.path) or Page("<title>Not found</title>", 404)
                body = page.body.encode()
                self.send_response(page.status)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                for name, value in page.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                if self.command == "GET":
                    self.wfile.write(body)

            do_HEAD = do_GET

            def log_message(self, *_):
                pass

        return Handler


def linking_page(title, target, words="the linked words"):
    """A small page in HTML with a link to `target` in the middle of a sentence."""
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>'
        f'<body><p>Words before the link, <a href="{target}">{words}</a>, and words after it.</p></body></html>'
    )
