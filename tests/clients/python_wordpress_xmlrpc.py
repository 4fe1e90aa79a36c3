#!/usr/bin/env python3
"""The PyPI package python-wordpress-xmlrpc, as it is, lists, creates, edits, moderates and deletes comments.

`tests/run` installs it and says where by PYTHONPATH.
"""

import collections
import collections.abc
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
collections.Iterable = collections.abc.Iterable  # the package is of 2014; Python 3.10 took the old name away

from wordpress_xmlrpc import Client, WordPressComment  # noqa: E402
from wordpress_xmlrpc.exceptions import InvalidCredentialsError  # noqa: E402
from wordpress_xmlrpc.methods import comments, demo, options, pages, posts, taxonomies, users  # noqa: E402

from support import processes  # noqa: E402
from support.moderated import Moderated  # noqa: E402


class Package(Moderated):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client = Client(cls.site.xmlrpc, "moderator", cls.password)
        cls.addClassCleanup(cls.client.server("close"))

    def waiting(self, text):
        self.send(text)
        held = self.client.call(comments.GetComments({"status": "hold", "post_id": self.post_id, "number": 100}))
        return next(comment for comment in held if comment.content == text)

    def test_comments_are_listed_edited_moderated_and_deleted(self):
        comment = self.waiting("Words that wait")
        self.assertEqual((comment.status, comment.author_email), ("hold", "Words-that-wait@peer.test"))
        comment.status = "approve"
        comment.content = "Words that are shown"
        self.assertIs(self.client.call(comments.EditComment(comment.id, comment)), True)
        found = self.client.call(comments.GetComment(comment.id))
        self.assertEqual((found.status, found.content), ("approve", "Words that are shown"))
        self.assertEqual(found.date_created, comment.date_created, "the date was sent back as it came")
        self.assertIn("Words that are shown", self.thread())
        for expected in ("trash", None):
            self.assertIs(self.client.call(comments.DeleteComment(comment.id)), True)
            trashed = self.client.call(comments.GetComments({"status": "trash", "number": 100}))
            self.assertEqual([c.status for c in trashed if c.id == comment.id], [expected] if expected else [])

    def test_a_comment_is_created_and_counted(self):
        before = self.client.call(comments.GetCommentCount(self.post_id))
        comment = WordPressComment()
        comment.content = "Created by the package"
        comment_id = self.client.call(comments.NewComment(self.post_id, comment))
        self.assertIsInstance(comment_id, int)
        answer = WordPressComment()
        answer.content, answer.parent = "An answer by the package", comment_id
        self.client.call(comments.NewComment(self.post_id, answer))
        after = self.client.call(comments.GetCommentCount(self.post_id))
        self.assertEqual(after["approved"], before["approved"] + 2)
        statuses = self.client.call(comments.GetCommentStatusList())
        self.assertEqual(set(statuses), {"hold", "approve", "spam", "trash"})

    def test_what_stands_around_the_comments(self):
        self.assertEqual(self.client.call(demo.SayHello()), "Hello!")
        self.assertEqual([blog.name for blog in self.client.call(users.GetUsersBlogs())], ["A blog"])
        self.assertEqual(self.client.call(users.GetProfile()).username, "moderator")
        self.assertEqual([user.username for user in self.client.call(users.GetUsers())], ["moderator"])
        self.assertEqual([author.user_login for author in self.client.call(users.GetAuthors())], ["moderator"])
        [title] = self.client.call(options.GetOptions(["blog_title"]))
        self.assertEqual((title.name, title.value, title.read_only), ("blog_title", "A blog", False))
        post = self.client.call(posts.GetPost(self.post_id))
        self.assertEqual((post.title, post.link, post.terms), ("A post", self.blog.url + "/post/", []))
        self.assertEqual([post.title for post in self.client.call(posts.GetPosts())], ["A post"])
        self.assertEqual(set(self.client.call(posts.GetPostTypes())), {"post", "page"})
        self.assertIn("publish", self.client.call(posts.GetPostStatusList()))
        self.assertIn("standard", self.client.call(posts.GetPostFormats()))
        self.assertIn("category", [taxonomy.name for taxonomy in self.client.call(taxonomies.GetTaxonomies())])
        self.assertEqual(self.client.call(taxonomies.GetTerms("category")), [])
        self.assertEqual(self.client.call(pages.GetPageTemplates()), {"Default": "default"})

    def test_a_wrong_password_is_refused(self):
        client = Client(self.site.xmlrpc, "moderator", "wrong")
        self.addCleanup(client.server("close"))
        with self.assertRaises(InvalidCredentialsError):
            client.call(comments.GetCommentStatusList())


if __name__ == "__main__":
    processes.exit_on_sigterm()
    unittest.main()
