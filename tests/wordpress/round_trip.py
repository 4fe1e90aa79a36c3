#!/usr/bin/env python3
"""A real WordPress and Rejoinder exchange pingbacks, both ways.

There: WordPress publishes posts that link to pages of a static blog, which points its pingbacks at Rejoinder by
header or by link element; the pingbacks arrive, are held, are approved at the desk, and appear under the page.
Back: a page that Rejoinder serves links to a post of WordPress and is accepted by its `pingback.ping`.
"""

import sys
import unittest
from html import escape
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from support import processes  # noqa: E402
from support.desk import Desk  # noqa: E402
from support.rejoinder import Rejoinder  # noqa: E402
from support.waiting import wait_until  # noqa: E402
from support.web import WebServer  # noqa: E402
from wordpress import WordPress  # noqa: E402

PINGBACK_SECONDS = 30
LOGIN, PASSWORD = "moderator", "a long enough password"


class RoundTrip(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.wordpress = cls.enterClassContext(WordPress())
        cls.blog = cls.enterClassContext(WebServer())
        cls.server = cls.enterClassContext(Rejoinder())
        cls.site = cls.server.add_site(cls.blog.url + "/", "static", "A static blog")
        cls.site.set(comment_moderation="1")
        cls.server.add_moderator(LOGIN, PASSWORD, cls.site)
        cls.desk = Desk(cls.server.url, LOGIN, PASSWORD)
        print(f"WordPress {cls.wordpress.version}", file=sys.stderr)

    def test_pingback_arrives_from_wordpress_discovered_by_header(self):
        page = self.blog_page("/by-header/", headers={"X-Pingback": self.site.xmlrpc})
        self.pingback_arrives_is_held_and_appears(page, "Found by the header")

    def test_pingback_arrives_from_wordpress_discovered_by_link_element(self):
        page = self.blog_page("/by-link/", head=f'<link rel="pingback" href="{escape(self.site.xmlrpc)}">')
        self.pingback_arrives_is_held_and_appears(page, "Found by the link")

    def test_wordpress_accepts_a_page_of_ours_as_source(self):
        post_id = self.site.add_post(self.blog_page("/answers/"), "Answers")
        target_id, target = self.wordpress.publish("A post of WordPress", "Somebody will answer this.")
        self.comment_with_a_link(self.site, post_id, target)
        self.desk.approve(self.waiting_comment("a good post"))
        self.wordpress_takes_the_ping(f"{self.site.doors}/?p={post_id}", "Answers", target_id, target)

    def test_wordpress_accepts_the_demo_as_source(self):
        """The demo page embeds its comments by script, which WordPress does not run; its thread page holds them."""
        demo = self.server.demo_site()
        demo.publish_everything()
        [(post_id, title)] = self.server.query(
            "SELECT p.id, p.title FROM posts p JOIN sites s ON s.id = p.site_id WHERE s.slug = ?", demo.slug
        )
        target_id, target = self.wordpress.publish("Another post of WordPress", "The demo will answer this.")
        self.comment_with_a_link(demo, post_id, target)
        self.wordpress_takes_the_ping(f"{demo.doors}/?p={post_id}", title, target_id, target)

    def comment_with_a_link(self, site, post_id, target):
        # WordPress quotes whole words around the link, up to the nearest white space within 100 characters.
        words = f'Before lunch I read <a href="{target}">a good post</a> today, and liked it.'
        answer = site.comment(post_id, words, author="Reader", email="reader@peer.test")
        self.assertEqual(answer.status, 302, answer.text)

    def wordpress_takes_the_ping(self, source, title, target_id, target):
        self.assertIn("Keep the web talking!", self.wordpress.ping(source, target))
        [pingback] = self.wordpress.pingbacks(target_id)
        self.assertEqual(pingback["author_url"], source)
        self.assertIn(title, pingback["author"])
        self.assertIn("I read a good post today, and", pingback["content"])

    def pingback_arrives_is_held_and_appears(self, page, title):
        _, source = self.wordpress.publish(title, f'I agree with <a href="{page}">these words</a> there.')
        self.wordpress.run_cron()
        comment_id = wait_until(lambda: self.waiting_comment(title), PINGBACK_SECONDS, f"the pingback of “{title}”")

        self.assertNotIn(title, self.site.thread(page), "a held pingback is not shown")

        self.desk.approve(comment_id)
        thread = self.site.thread(page)
        self.assertIn("Pingback:", thread)
        self.assertIn(title, thread)
        self.assertIn(f'href="{source}"', thread)
        self.assertIn("these words", thread)

    def waiting_comment(self, text):
        return next((comment for comment, row in self.desk.pending().items() if text in row), None)

    def blog_page(self, path, head="", headers=None):
        title = path.strip("/").replace("-", " ")
        html = f'<!DOCTYPE html><html lang="en"><head><title>{title}</title>{head}</head><body><p>Words.</p></body></html>'
        return self.blog.put(path, html, headers=headers)


if __name__ == "__main__":
    processes.exit_on_sigterm()
    unittest.main()
