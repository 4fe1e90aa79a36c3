#!/usr/bin/env python3
"""kill -9 while somebody logs in by a provider: whoever was on the way comes through or is told what to do, and no
account, identity, session or hand-over is half made. Each moment by name, and then a loop of random ones;
`KILL_CYCLES` and `KILL_SEED` are those of kill_loop.py.
"""

import base64
import hashlib
import http.client
import http.server
import json
import os
import random
import sys
import threading
import unittest
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

sys.path.insert(0, str(Path(__file__).parents[1]))

from support import processes  # noqa: E402
from support.rejoinder import Rejoinder  # noqa: E402
from support.visitor import Visitor  # noqa: E402
from support.waiting import wait_until  # noqa: E402

CYCLES = min(int(os.environ.get("KILL_CYCLES", "20")), 500)
SEED = int(os.environ.get("KILL_SEED", random.SystemRandom().randrange(2**32)))
VISITORS = 4
LIFE_MS = (5, 400)
WAIT_SECONDS = 60
AWAY = (OSError, http.client.HTTPException)
VERIFIER = "frame-verifier-frame-verifier-frame-verifie"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
IDENTIFIED = "You are commenting using your GitHub account."


class Provider:
    """GitHub, played on loopback: it believes every code, which names whom it is for, and can hold an answer back."""

    def __init__(self):
        self.heard = []
        self.held = ""
        self.release = threading.Event()
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self.release.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def hold(self, path):
        """Answers nothing at this path from now on, until `let_go`."""
        self.heard.clear()
        self.release.clear()
        self.held = path

    def let_go(self):
        self.held = ""
        self.release.set()

    def _handler(provider):  # `self` is the request's handler inside
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                form = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self.answer({"access_token": parse_qs(form)["code"][0], "token_type": "bearer"})

            def do_GET(self):
                person = self.headers["Authorization"].removeprefix("Bearer ")
                user = {"id": int(person), "login": f"ann-{person}", "name": f"Ann {person}"}
                self.answer([] if self.path == "/emails" else user)

            def answer(self, said):
                provider.heard.append(self.path)
                if self.path == provider.held:
                    provider.release.wait(WAIT_SECONDS)
                body = json.dumps(said).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                try:
                    self.wfile.write(body)
                except ConnectionError:
                    pass  # the server that asked was killed

            def log_message(self, *_):
                pass

        return Handler


class KilledLogIn(unittest.TestCase):
    def setUp(self):
        self.provider = self.enterContext(Provider())
        self.server = self.enterContext(Rejoinder())
        self.site = self.server.add_site("http://blog.test/", "blog", "A blog")
        self.thread = f"{self.site.doors}/?p={self.site.add_post('http://blog.test/a-post/', 'A post')}"
        places = {"authorization_endpoint": "authorize", "token_endpoint": "token", "userinfo_endpoint": "user"}
        settings = [f"--set={name}={self.provider.url}/{path}" for name, path in (places | {"emails_endpoint": "emails"}).items()]
        self.server.command("provider", "add", "github", "--site", "blog", "--client-id", "id", *settings, stdin="secret")
        self.visitor = Visitor()

    def begin(self, visitor, person, handover=""):
        """The visitor is sent to the provider and says yes; gives the address that leads back from there."""
        visitor.open(f"{self.site.doors}/login?p={self.thread.rpartition('=')[2]}&provider=github")
        return self.say_yes(visitor, person, handover)

    def say_yes(self, visitor, person, handover=""):
        to = visitor.press("Continue with GitHub", stop_at=self.provider.url, handover=handover)
        asked = parse_qs(urlsplit(to).query)
        return f"{asked['redirect_uri'][0]}?{urlencode({'code': person, 'state': asked['state'][0]})}"

    def claim(self):
        """What the frame asks every second."""
        headers = {"Content-Type": "application/json", "Sec-Fetch-Site": "same-origin"}
        body = json.dumps({"verifier": VERIFIER, "as": "cookie"}).encode()
        return Visitor().client.post(f"{self.site.doors}/login/claim", body, headers)

    def assert_logged_in(self, visitor, person):
        visitor.open(self.thread)
        self.assertIn(f"Ann {person}: {IDENTIFIED}", visitor.text)

    def assert_told_and_goes_on(self, visitor, person):
        """The page that is shown says what happened, and what it leads to logs in."""
        self.assertEqual(visitor.status, 403)
        self.assertIn("You are not logged in", visitor.text)
        self.assertIn("Nothing was changed.", visitor.text)
        visitor.follow("Log in again")
        visitor.open(self.say_yes(visitor, person))
        self.assert_logged_in(visitor, person)

    def assert_whole(self, people):
        """These people have an account with one identity each, and nothing points to what is not there."""
        count = lambda table: self.server.query(f"SELECT count(*) FROM {table}")[0][0]  # noqa: E731
        subjects = self.server.query("SELECT subject FROM identities")
        self.assertEqual(sorted(subject for (subject,) in subjects), sorted(people))
        self.assertEqual((count("accounts"), count("identities")), (len(people), len(people)))
        orphans = "SELECT count(*) FROM accounts WHERE id NOT IN (SELECT account_id FROM identities)"
        self.assertEqual(self.server.query(orphans), [(0,)])
        self.assertEqual(self.server.query("PRAGMA integrity_check"), [("ok",)])
        self.assertEqual(self.server.query("PRAGMA foreign_key_check"), [])

    def restart(self):
        self.server.kill()
        self.server.start()

    def test_after_the_visitor_was_sent_away_they_come_back_and_are_logged_in(self):
        back = self.begin(self.visitor, "1")
        self.restart()
        self.visitor.open(back)
        self.assert_logged_in(self.visitor, "1")
        self.assert_whole(["1"])
        self.assertEqual(self.server.query("SELECT count(*) FROM sessions"), [(1,)])

    def test_while_the_code_is_redeemed_the_visitor_is_told_to_begin_anew(self):
        self.kill_while_the_provider_holds("/token")

    def test_while_the_profile_is_asked_for_the_visitor_is_told_to_begin_anew(self):
        self.kill_while_the_provider_holds("/user")

    def kill_while_the_provider_holds(self, path):
        back = self.begin(self.visitor, "2")
        self.provider.hold(path)
        failures = []

        def come_back():
            try:
                self.visitor.open(back)
            except AWAY as failure:
                failures.append(failure)

        browser = threading.Thread(target=come_back, daemon=True)
        browser.start()
        wait_until(lambda: path in self.provider.heard, WAIT_SECONDS, f"{path} is asked")
        self.server.kill()
        self.provider.let_go()
        browser.join(WAIT_SECONDS)
        self.assertEqual(len(failures), 1, "the browser shows that the server is away")
        self.server.start()
        self.assert_whole([])
        self.assertEqual(self.server.query("SELECT count(*) FROM sessions"), [(0,)])
        self.visitor.open(back)  # what a person does: reloads
        self.assert_told_and_goes_on(self.visitor, "2")
        self.assert_whole(["2"])

    def test_before_the_frame_fetched_it_the_log_in_waits_for_the_frame(self):
        self.visitor.open(self.begin(self.visitor, "3", CHALLENGE))
        self.assertIn("Logged in as Ann 3", self.visitor.text)
        self.restart()
        self.assert_whole(["3"])
        self.assertEqual(self.server.query("SELECT count(*) FROM handovers"), [(1,)])
        self.assertEqual(self.claim().status, 200)
        self.assertEqual(self.claim().status, 202, "once only")
        self.assert_logged_in(self.visitor, "3")
        self.assertEqual(self.server.query("SELECT count(*) FROM sessions"), [(2,)], "the window's, and the frame's")

    def test_while_the_frame_asks_it_goes_on_asking(self):
        back = self.begin(self.visitor, "4", CHALLENGE)
        self.assertEqual(self.claim().status, 202)
        self.server.kill()
        with self.assertRaises(AWAY):
            self.claim()
        self.server.start()
        self.assertEqual(self.claim().status, 202)
        self.visitor.open(back)
        self.assertIn("Logged in as Ann 4", self.visitor.text)
        self.assertEqual(self.claim().status, 200)
        self.assert_whole(["4"])

    def test_at_random_moments_everybody_comes_through_in_the_end_and_is_there_once(self):
        print(f"{CYCLES} cycles, KILL_SEED={SEED}", file=sys.stderr)
        up, enough, failures, done = threading.Event(), threading.Event(), [], []

        def log_in_again_and_again(number):
            try:
                count = 0
                while not enough.is_set():
                    person = f"{1000 * (number + 1) + count}"
                    self.log_in_until_it_holds(person, up)
                    done.append(person)
                    count += 1
            except BaseException as failure:  # the test's thread reports it
                failures.append(failure)

        visitors = [threading.Thread(target=log_in_again_and_again, args=(n,), daemon=True) for n in range(VISITORS)]
        up.set()
        for visitor in visitors:
            visitor.start()
        moments = random.Random(SEED)
        for _ in range(CYCLES):
            # The server's life ends by the clock, not by a condition: this is the one wait for time as such.
            self.assertFalse(enough.wait(moments.uniform(*LIFE_MS) / 1000))
            up.clear()
            self.server.kill()
            self.server.start()
            up.set()
        enough.set()
        for visitor in visitors:
            visitor.join(WAIT_SECONDS)
            self.assertFalse(visitor.is_alive(), "a visitor hangs")
        if failures:
            raise failures[0]
        self.assertTrue(done, "somebody logged in")
        self.assert_whole(done)
        print(f"{len(done)} people logged in, each there once", file=sys.stderr)

    def log_in_until_it_holds(self, person, up):
        """A person who, whenever the server is away or their log-in is over, begins anew."""
        visitor = Visitor()
        while True:
            self.assertTrue(up.wait(WAIT_SECONDS), "the server never came back")
            try:
                visitor.open(self.begin(visitor, person))
                visitor.open(self.thread)
                if f"Ann {person}: {IDENTIFIED}" in visitor.text:
                    return
            except AWAY:
                continue


if __name__ == "__main__":
    processes.exit_on_sigterm()
    unittest.main()
