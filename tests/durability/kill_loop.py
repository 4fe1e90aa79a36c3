#!/usr/bin/env python3
"""R-KILL-1: kill -9 at random moments loses and doubles nothing that was acknowledged.

Eight clients post comments and pingbacks without pause. In each cycle the server is killed after 5 to 500 ms
and started again. A client whose request got no answer sends it again after the restart, with the same key, as a
real one would. In the end every request was acknowledged, and each is there exactly once: in the database, in the
thread that readers see, and in the count. `KILL_CYCLES=10000` makes the long run.
"""

import http.client
import os
import random
import re
import sys
import threading
import unittest
import xmlrpc.client
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from support import processes  # noqa: E402
from support.rejoinder import Rejoinder  # noqa: E402
from support.waiting import wait_until  # noqa: E402
from support.web import Page, WebServer, linking_page  # noqa: E402

CYCLES = int(os.environ.get("KILL_CYCLES", "50"))
SEED = int(os.environ.get("KILL_SEED", random.SystemRandom().randrange(2**32)))
CLIENTS = 8
PINGING_CLIENTS = 2
LIFE_MS = (5, 500)
DRAIN_SECONDS = 60
SENDING_SECONDS = 60
REGISTERED = 48  # the fault that says that an earlier try arrived


class Writer(threading.Thread):
    """A client that sends one thing after the other, each until it is acknowledged.

    It sends while the server is up: `up` is set by the test, which clears it before a kill.
    """

    def __init__(self, name, send, up, enough):
        super().__init__(name=name, daemon=True)
        self.acknowledged = []
        self.failure = None
        self._send = send
        self._up = up
        self._enough = enough

    def run(self):
        try:
            while not self._enough.is_set():
                marker = f"mark-{self.name}-{len(self.acknowledged)}-end"
                self._send_until_acknowledged(marker)
                self.acknowledged.append(marker)
        except BaseException as error:  # the test's thread reports it
            self.failure = error

    def _send_until_acknowledged(self, marker):
        while True:
            if not self._up.wait(SENDING_SECONDS):
                raise AssertionError(f"{marker}: the server never came back")
            try:
                self._send(marker)
                return
            except (OSError, http.client.HTTPException):
                continue  # killed in the middle: nobody knows, so ask again with the same key


class KillLoop(unittest.TestCase):
    def setUp(self):
        self.sources = self.enterContext(WebServer(self.source_page))
        self.server = self.enterContext(Rejoinder())
        self.blog = "http://127.0.0.1:9/"
        self.target = self.blog + "post/"
        self.site = self.server.add_site(self.blog, "blog", "A blog")
        self.site.publish_everything()
        self.post_id = self.site.add_post(self.target, "A post")
        self.random = random.Random(SEED)
        print(f"{CYCLES} cycles, KILL_SEED={SEED}", file=sys.stderr)

    def test_nothing_acknowledged_is_lost_or_doubled(self):
        up, enough = threading.Event(), threading.Event()
        writers = [
            Writer(f"{number}", self.send_ping if number < PINGING_CLIENTS else self.send_comment, up, enough)
            for number in range(CLIENTS)
        ]
        up.set()
        for writer in writers:
            writer.start()
        for _ in range(CYCLES):
            self.live_and_die(up)
            acknowledged = [marker for writer in writers for marker in writer.acknowledged]
            self.server.start()
            self.check_integrity()
            self.check_comments(acknowledged, at_least=True)
            up.set()
        enough.set()
        for writer in writers:
            writer.join(SENDING_SECONDS)
            self.assertFalse(writer.is_alive(), f"client {writer.name} hangs")
            if writer.failure:
                raise writer.failure
        self.check_the_end(writers)

    def live_and_die(self, up):
        # The server's life ends by the clock, not by a condition: this is the one wait for time as such.
        self.assertFalse(threading.Event().wait(self.random.uniform(*LIFE_MS) / 1000))
        up.clear()
        self.server.kill()

    def check_the_end(self, writers):
        comments = [m for writer in writers[PINGING_CLIENTS:] for m in writer.acknowledged]
        pings = [m for writer in writers[:PINGING_CLIENTS] for m in writer.acknowledged]
        self.assertTrue(comments and pings, "the load wrote something")
        waiting = "SELECT count(*) FROM jobs WHERE state IN ('waiting', 'running')"
        wait_until(lambda: self.server.query(waiting) == [(0,)], DRAIN_SECONDS, "all jobs are done")

        self.assertEqual(self.server.query("SELECT kind, last_error FROM jobs WHERE state = 'dead'"), [])
        self.check_comments(comments, at_least=False)
        self.check_pingbacks(pings)
        self.check_thread(comments, pings)
        self.server.stop()
        self.check_integrity()
        print(f"{len(comments)} comments and {len(pings)} pingbacks acknowledged, each there once", file=sys.stderr)

    def check_comments(self, acknowledged, at_least):
        """Every acknowledged comment is stored once; without `at_least`, nothing else is."""
        stored = Counter(content for (content,) in self.server.query("SELECT content FROM comments WHERE type = 'comment'"))
        stored = Counter({marker: n for marker, n in stored.items() if marker.startswith("mark-")})
        doubled = [marker for marker, times in stored.items() if times > 1]
        self.assertEqual(doubled, [], "stored more than once")
        own = {m for m in acknowledged if int(m.split("-")[1]) >= PINGING_CLIENTS}
        self.assertEqual(own - set(stored), set(), "acknowledged and lost")
        if not at_least:
            self.assertEqual(set(stored) - own, set(), "stored and never acknowledged")

    def check_pingbacks(self, acknowledged):
        rows = self.server.query("SELECT author_url FROM comments WHERE type = 'pingback'")
        expected = Counter(self.source_of(marker) for marker in acknowledged)
        self.assertEqual(Counter(url for (url,) in rows), expected)
        claims = self.server.query("SELECT source FROM linkbacks WHERE state = 'registered'")
        self.assertEqual(Counter(url for (url,) in claims), expected)

    def check_thread(self, comments, pings):
        thread = self.site.thread(self.target)
        shown = Counter(re.findall(r"mark-\d+-\d+-end", re.sub(r"<[^>]*>", " ", thread)))
        missing = [marker for marker in comments + pings if marker not in shown]
        self.assertEqual(missing, [], "acknowledged and not shown to readers")
        total = len(comments) + len(pings)
        self.assertEqual(self.server.query("SELECT comment_count FROM posts WHERE url = ?", self.target), [(total,)])
        self.assertIn(f"{total} responses to", thread.replace(",", ""))

    def check_integrity(self):
        self.assertEqual(self.server.query("PRAGMA integrity_check"), [("ok",)])
        self.assertEqual(self.server.query("PRAGMA foreign_key_check"), [])

    def send_comment(self, marker):
        headers = {"Accept": "application/json", "Idempotency-Key": marker}
        answer = self.site.comment(self.post_id, marker, author=f"Client {marker}", headers=headers)
        if answer.status not in (200, 201):
            raise AssertionError(f"{marker}: {answer.status} {answer.text[:300]}")

    def send_ping(self, marker):
        with xmlrpc.client.ServerProxy(self.site.xmlrpc) as client:
            try:
                client.pingback.ping(self.source_of(marker), self.target)
            except xmlrpc.client.Fault as fault:
                if fault.faultCode != REGISTERED:
                    raise

    def source_of(self, marker):
        return f"{self.sources.url}/{marker}"

    def source_page(self, path):
        return Page(linking_page(f"Source {path[1:]}", self.target, path[1:]))


if __name__ == "__main__":
    processes.exit_on_sigterm()
    unittest.main()
