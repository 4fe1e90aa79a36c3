"""A blog whose comments wait, and a moderator whose programs have a password: what the tests of XML-RPC clients
start from."""

import unittest

from support.rejoinder import Rejoinder
from support.web import WebServer

MODERATOR = "moderator"


class Moderated(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.blog = cls.enterClassContext(WebServer())
        cls.server = cls.enterClassContext(Rejoinder())
        cls.site = cls.server.add_site(cls.blog.url + "/", "blog", "A blog")
        cls.site.set(comment_moderation="1", form_min_seconds="0")
        cls.server.add_moderator(MODERATOR, "a long enough password", cls.site)
        cls.password = cls.server.add_application_password(MODERATOR, "a program")
        cls.post_id = cls.site.add_post(cls.blog.put("/post/", "<title>A post</title>"), "A post")

    def send(self, text):
        """Sends a comment by the form, which then waits."""
        answer = self.site.comment(self.post_id, text, author=f"Author of {text}", email=f"{text.replace(' ', '-')}@peer.test")
        self.assertEqual(answer.status, 302, answer.text)

    def thread(self):
        """The post's thread as readers see it."""
        return self.site.thread(self.blog.url + "/post/")
