#!/usr/bin/env python3
"""What readers see of a comment, in a real WordPress and in Rejoinder.

Each text of content.json is sent to both as a guest's comment, through the form. What WordPress then renders (its
REST API's `content.rendered`) and what stands in Rejoinder's embedded section are compared as trees. Where they
differ, content.json names the design, and docs/compatibility.md says why; a difference without a name is wrong, and
so is a name without a difference. What Rejoinder shows is also checked by `cargo nextest run`, without WordPress.
"""

import json
import re
import sys
import unittest
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "wordpress")]

from html_tree import tree  # noqa: E402
from support import processes  # noqa: E402
from support.rejoinder import Rejoinder  # noqa: E402
from support.web import Client, WebServer  # noqa: E402
from table import BY_DESIGN, SAME, WRONG, Table, documented_reasons  # noqa: E402
from wordpress import WordPress  # noqa: E402

PAIRS = json.loads((HERE / "content.json").read_text())
HOST = "127.0.0.1"  # of both blogs: `{HOST}` in the texts
EXCERPT_CHARS = 300


class Content(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.addClassCleanup(lambda: print(cls.table, flush=True))
        cls.table = Table()
        cls.wordpress = cls.enterClassContext(WordPress(plugins=[HERE / "mu-plugin.php"]))
        cls.blog = cls.enterClassContext(WebServer())
        cls.server = cls.enterClassContext(Rejoinder())
        print(f"WordPress {cls.wordpress.version}", file=sys.stderr)
        cls.theirs = shown_by_wordpress(cls.wordpress)
        cls.ours = shown_by_rejoinder(cls.server, cls.blog)

    def test_every_design_is_documented(self):
        designs = {design for pair in PAIRS for design in pair.get("differs", [])}
        self.assertLessEqual(designs, set(documented_reasons()))

    def compare(self, group):
        for at, pair in enumerate(PAIRS):
            if pair["group"] != group:
                continue
            theirs, ours, designs = self.theirs[at], self.ours[at], pair.get("differs", [])
            is_expected = ours == pair.get("shown", ours) and (tree(theirs) != tree(ours)) == bool(designs)
            self.table.add(group, (BY_DESIGN if designs else SAME) if is_expected else WRONG, designs)
            with self.subTest(excerpt(pair["text"])):
                self.assertEqual(ours, pair.get("shown", ours), "Rejoinder shows something else than content.json says")
                if designs:
                    self.assertNotEqual(tree(theirs), tree(ours), f"no difference, but content.json names {designs}")
                else:
                    self.assertEqual(tree(theirs), tree(ours), f"WordPress: {excerpt(theirs)}\nRejoinder: {excerpt(ours)}")


def add_test(group):
    """One test for each group of texts."""

    def test(self):
        self.compare(group)

    setattr(Content, "test_" + re.sub(r"\W+", "_", group.lower()), test)


for name in dict.fromkeys(pair["group"] for pair in PAIRS):
    add_test(name)


def text_of(pair):
    return pair["text"].replace("{HOST}", HOST) * pair.get("times", 1)


def excerpt(text):
    return text if len(text) <= EXCERPT_CHARS else f"{text[:EXCERPT_CHARS]}… ({len(text)} characters)"


def shown_by_wordpress(wordpress):
    """What WordPress shows of each text, in their order."""
    post_id, _ = wordpress.publish("Texts", "Comment on this.")
    ids = []
    for at, pair in enumerate(PAIRS):
        # Each has an author of its own, else the second of two equal texts would be a duplicate.
        answer = wordpress.comment(post_id, text_of(pair), f"Reader {at}", f"reader{at}@peer.test")
        found = re.search(r"#comment-(\d+)$", answer.headers.get("Location", ""))
        assert answer.status == 302 and found, f"{excerpt(pair['text'])!r}: {answer.status} {excerpt(answer.text)}"
        ids.append(int(found.group(1)))
    rendered = {c["id"]: c["content"]["rendered"] for c in wordpress.comments(post_id)}
    return [rendered[comment].replace(HOST, "{HOST}") for comment in ids]


def shown_by_rejoinder(server, blog):
    """What Rejoinder shows of each text, in their order."""
    site = server.add_site(blog.url + "/", "texts", "Texts")
    site.publish_everything()
    url = blog.put("/texts/", "<!DOCTYPE html><title>Texts</title>")
    post_id = site.add_post(url, "Texts")
    ids = []
    for at, pair in enumerate(PAIRS):
        answer = site.comment(post_id, text_of(pair), f"Reader {at}", f"reader{at}@peer.test")
        found = re.search(r"#comment-(\d+)$", answer.headers.get("Location", ""))
        assert answer.status == 302 and found, f"{excerpt(pair['text'])!r}: {answer.status} {excerpt(answer.text)}"
        ids.append(int(found.group(1)))
    # No comment holds a `div`, so the first that closes is the one around it.
    section = r'id="div-comment-(\d+)".*?<div class="comment-content" dir="auto">(.*?)</div>'
    shown = {int(comment): html for comment, html in re.findall(section, site.thread(url), re.DOTALL)}
    return [shown[comment].replace(HOST, "{HOST}") for comment in ids]


if __name__ == "__main__":
    processes.exit_on_sigterm()
    unittest.main()
