#!/usr/bin/env python3
"""feedparser, which half of the programs that read feeds stand on, reads every feed of Rejoinder.

It must find each feed well-formed, follow the links of our own pages to it, and get nothing twice.
"""

import sys
import unittest
from datetime import UTC, datetime
from pathlib import Path

import feedparser

sys.path.insert(0, str(Path(__file__).parents[1]))

from support import processes  # noqa: E402
from support.html import parse  # noqa: E402
from support.rejoinder import Rejoinder  # noqa: E402
from support.web import Client, WebServer  # noqa: E402

TITLE = "A <post> & “more”"
EVIL = "</b>]]><script>alert(1)</script> & \x01 &bogus; 😀"


class Feeds(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.blog = cls.enterClassContext(WebServer())
        cls.server = cls.enterClassContext(Rejoinder())
        cls.site = cls.server.add_site(cls.blog.url + "/", "blog", "A blog & its readers")
        cls.site.publish_everything()
        cls.site.set(form_min_seconds="0", blogdescription="About <things>")
        cls.target = cls.blog.put("/post/", "<title>A post</title><p>Words.</p>")
        cls.post = cls.site.add_post(cls.target, TITLE)
        cls.other = cls.site.add_post(cls.blog.put("/other/", "<title>Another</title>"), "Another")
        for post, text, more in [
            (cls.post, "First <strong>words</strong> http://peer.example/", {"url": "https://ada.example/?a=1&b=2"}),
            (cls.post, "An answer", {"comment_parent": "1", "author": "Bo & <3"}),
            (cls.other, EVIL, {"author": EVIL}),
        ]:
            answer = cls.site.comment(post, text, **more)
            assert answer.status == 302, answer.text

    def paths(self):
        """Every feed: its address, and whether it is Atom and of the first post only."""
        yield "/comments/feed/", False, False
        yield "/comments/feed/rss2/", False, False
        yield "/?feed=comments-rss2", False, False
        yield "/comments/feed/atom/", True, False
        yield "/?feed=comments-atom", True, False
        yield f"/?p={self.post}&feed=rss2", False, True
        yield f"/?feed=atom&p={self.post}", True, True

    def read(self, path, **more):
        feed = feedparser.parse(self.site.doors + path, **more)
        self.assertFalse(feed.bozo, f"{path}: {feed.get('bozo_exception')}")
        return feed

    def test_every_feed_is_well_formed_and_of_its_kind(self):
        for path, is_atom, is_of_post in self.paths():
            with self.subTest(path):
                feed = self.read(path)
                self.assertEqual(feed.version, "atom10" if is_atom else "rss20")
                self.assertEqual(len(feed.entries), 2 if is_of_post else 3)
                self.assertTrue(feed.feed.subtitle.startswith("About"))
                self.assertTrue(feed.feed.title.startswith("Comments on" if is_of_post else "Comments for A blog & its readers"))

    def test_entries_say_who_wrote_what_where_and_when(self):
        for path, _, is_of_post in self.paths():
            with self.subTest(path):
                entries = self.read(path).entries
                answer, first = entries[-2:]
                self.assertEqual((first.author, answer.author), ("Ada Berg", "Bo & <3"))
                by = "By: Ada Berg" if is_of_post else f"Comment on {TITLE} by Ada Berg"
                # feedparser takes a title for HTML, as RSS leaves open.
                self.assertEqual(parse(first.title).text, parse(by).text)
                self.assertEqual(first.link, f"{self.target}#comment-1")
                self.assertEqual(first.id, f"{self.blog.url}/?p={self.post}#comment-1")
                written = datetime(*first.published_parsed[:6], tzinfo=UTC)
                self.assertLess(abs((datetime.now(UTC) - written).total_seconds()), 600)
                content = first.content[0].value
                self.assertIn("<strong>words</strong>", content)
                self.assertIn('href="http://peer.example/"', content)
                self.assertIn("In reply to", answer.content[0].value)

    def test_nothing_that_a_stranger_wrote_is_run(self):
        for path, _, is_of_post in self.paths():
            if is_of_post:
                continue
            # Without feedparser's own sanitiser: what it is given must be harmless.
            feed = feedparser.parse(self.site.doors + path, sanitize_html=False)
            self.assertFalse(feed.bozo, path)
            self.assertNotIn("<script", feed.entries[0].content[0].value)
            self.assertIn("😀", feed.entries[0].content[0].value)

    def test_what_is_known_is_not_sent_again(self):
        for path, _, _ in self.paths():
            with self.subTest(path):
                first = self.read(path)
                self.assertEqual(feedparser.parse(self.site.doors + path, etag=first.etag).status, 304)
                self.assertEqual(feedparser.parse(self.site.doors + path, modified=first.modified).status, 304)

    def test_our_pages_lead_to_the_feeds(self):
        page = parse(Client().get(f"{self.site.doors}/?p={self.post}").text)
        links = [node.attributes for node in page.find_all("link") if node.attributes.get("rel") == "alternate"]
        self.assertEqual(len(links), 2)
        for link in links:
            self.assertEqual(link["type"], "application/rss+xml")
            self.assertEqual(feedparser.parse(link["href"]).version, "rss20")


if __name__ == "__main__":
    processes.exit_on_sigterm()
    unittest.main()
