#!/usr/bin/env python3
"""Python's own XML-RPC client moderates with an application password, as the WordPress apps and scripts do."""

import sys
import unittest
import xmlrpc.client
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from support import processes  # noqa: E402
from support.moderated import Moderated  # noqa: E402

BLOG = 1  # whatever is passed

# Without which WordPress's app for Android takes a site for none.
NAMES_OF_THE_APP = {
    "wp.getUsersBlogs", "wp.getPage", "wp.getCommentStatusList", "wp.newComment", "wp.editComment",
    "wp.deleteComment", "wp.getComments", "wp.getComment", "wp.getOptions", "wp.uploadFile", "wp.newCategory",
    "wp.getTags", "wp.getCategories", "wp.editPage", "wp.deletePage", "wp.newPage", "wp.getPages",
}  # fmt: skip


class Moderation(Moderated):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client = cls.enterClassContext(xmlrpc.client.ServerProxy(cls.site.xmlrpc))

    def wp(self, method, *more, password=None):
        return getattr(self.client.wp, method)(BLOG, "moderator", password or self.password, *more)

    def waiting(self, text):
        """A comment that waits, and its number."""
        self.send(text)
        [comment] = [c for c in self.wp("getComments", {"status": "hold", "number": 100}) if c["content"] == text]
        return comment["comment_id"]

    def fault(self, code, method, *more, **options):
        with self.assertRaises(xmlrpc.client.Fault) as refused:
            self.wp(method, *more, **options)
        self.assertEqual(refused.exception.faultCode, code)
        return refused.exception.faultString

    def test_an_app_connects(self):
        self.assertLessEqual(NAMES_OF_THE_APP, set(self.client.system.listMethods()))
        [blog] = self.client.wp.getUsersBlogs("moderator", self.password)
        self.assertEqual((blog["blogName"], blog["isAdmin"], blog["xmlrpc"]), ("A blog", True, self.site.xmlrpc))
        options = self.wp("getOptions", ["software_version", "blog_title", "jetpack_client_id"])
        self.assertEqual(set(options), {"software_version", "blog_title"})
        self.assertEqual(self.wp("getProfile")["roles"], ["administrator"])
        self.assertIn("standard", self.wp("getPostFormats"))

    def test_a_comment_is_approved_edited_and_deleted(self):
        comment_id = self.waiting("Words to moderate")
        self.assertNotIn("Words to moderate", self.thread())
        # As the app for Android sends it: a date that nobody reads, and an ID as text.
        self.assertIs(self.wp("editComment", comment_id, {"status": "approve", "content": "Words to moderate", "date": ""}), True)
        self.assertIn("Words to moderate", self.thread())
        self.assertIs(self.wp("editComment", comment_id, {"content": "Other <em>words</em>", "author": "Ada <Berg>"}), True)
        self.assertIn("Other <em>words</em>", self.thread())
        written = self.wp("getComment", comment_id)["date_created_gmt"]
        self.assertIs(self.wp("editComment", comment_id, {"date_created_gmt": xmlrpc.client.DateTime("20200102T03:04:05")}), True)
        self.assertNotEqual(self.wp("getComment", comment_id)["date_created_gmt"], written)
        counts = self.wp("getCommentCount", self.post_id)
        self.assertGreaterEqual(counts["approved"], 1)
        self.assertIs(self.wp("deleteComment", comment_id), True)
        self.assertEqual(self.wp("getComment", comment_id)["status"], "trash")
        self.assertNotIn("Other", self.thread())
        self.assertIs(self.wp("deleteComment", comment_id), True)
        self.assertEqual(self.fault(404, "deleteComment", comment_id), "Invalid comment ID.")

    def test_an_answer_is_shown_at_once(self):
        comment_id = self.waiting("A question")
        self.wp("editComment", comment_id, {"status": "approve"})
        answer = self.wp("newComment", self.post_id, {"content": "An answer.", "comment_parent": int(comment_id)})
        self.assertIsInstance(answer, int)
        self.assertEqual(self.wp("getComment", answer)["parent"], comment_id)
        self.assertIn("An answer.", self.thread())

    def test_many_calls_in_one_request(self):
        calls = xmlrpc.client.MultiCall(self.client)
        calls.wp.getCommentStatusList(BLOG, "moderator", self.password)
        calls.wp.getComments(BLOG, "moderator", "wrong", {})
        calls.wp.getCommentStatusList(BLOG, "moderator", self.password)
        answers = calls()
        self.assertEqual(list(answers[0]), ["hold", "approve", "spam", "trash"])
        for failed in (1, 2):
            with self.assertRaises(xmlrpc.client.Fault) as refused:
                answers[failed]
            self.assertEqual(refused.exception.faultCode, 403)

    def test_what_is_not_kept_here_says_so(self):
        self.assertIn("comments only", self.fault(501, "newPost", {"post_title": "A post"}))

    def test_a_password_of_an_account_works_and_a_wrong_one_does_not(self):
        self.assertIn("hold", self.wp("getCommentStatusList", password="a long enough password"))
        grouped = " ".join(self.password[at : at + 4] for at in range(0, len(self.password), 4))
        self.assertIn("hold", self.wp("getCommentStatusList", password=grouped))
        self.assertEqual(self.fault(403, "getProfile", password="wrong"), "Incorrect username or password.")


if __name__ == "__main__":
    processes.exit_on_sigterm()
    unittest.main()
