#!/usr/bin/env python3
"""The same comments reach a real WordPress and Rejoinder, and both write the same mails.

Compared are recipient, subject and text. What differs on purpose is undone first, and nothing else: WordPress
leaves character references in names and texts, and looks up the name of the commenter's address.
"""

import html
import sys
import unittest
import xmlrpc.client
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from support import processes  # noqa: E402
from support.desk import Desk  # noqa: E402
from support.rejoinder import Rejoinder  # noqa: E402
from support.sendmail import Sendmail  # noqa: E402
from support.waiting import wait_until  # noqa: E402
from support.web import Client, WebServer, linking_page  # noqa: E402
from wordpress import WordPress  # noqa: E402

MAIL_SECONDS = 30
LOGIN, PASSWORD = "moderator", "a long enough password"
ADMIN = "admin@peer.test"  # WordPress was installed with it
TITLE = 'A “post” & more "quoted" it\'s'


class Mails(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.sendmail = cls.enterClassContext(Sendmail())
        cls.wordpress = cls.enterClassContext(WordPress())
        cls.blog = cls.enterClassContext(WebServer())
        options = ["--no-limits", "--fetch-allow", "127.0.0.0/8", "--sendmail", cls.sendmail.command]
        cls.server = cls.enterClassContext(Rejoinder(options=options))
        cls.site = cls.server.add_site(cls.blog.url + "/", "blog", "A WordPress")
        cls.site.set(admin_email=ADMIN)
        cls.server.add_moderator(LOGIN, PASSWORD, cls.site)
        cls.desk = Desk(cls.server.url, LOGIN, PASSWORD)
        cls.their_post, cls.their_url = cls.wordpress.open_post(TITLE)
        cls.our_url = cls.blog.put("/a-post/", "<title>A post</title>")
        cls.our_post = cls.site.add_post(cls.our_url, TITLE)
        cls.wordpress.take_mails()  # of its installation
        print(f"WordPress {cls.wordpress.version}", file=sys.stderr)

    def test_the_mails_are_the_same(self):
        """One test, because each step stands on the ones before."""
        held = {"author": "Ada Berg", "url": "https://ada.test/?a=1&b=2"}
        first = self.both_comment("Held: <b>bold</b> & 1 < 2 \"q\" it's\n\nA second paragraph.", **held)
        self.compare("a held comment")
        self.both_comment("Odd names", author="Jo \"Q\" & Co <i>x</i> O'Neil ünï", email="jo.q@peer.test")
        self.compare("a second one, with an odd name")

        self.wordpress.approve(first["theirs"])
        self.desk.approve(first["ours"])
        wait_until(lambda: self.our_mails(), MAIL_SECONDS, "our mail of the approval")  # WordPress writes none over XML-RPC
        self.both_comment("At once.", author="Ada Berg")
        self.compare("a comment that is approved at once")
        self.both_comment("A reply.", author="Ada Berg", parent=first)
        self.compare("a reply")
        links = '<a href="https://a.example">one</a> and https://b.example'
        self.both_comment(links, author="Ada Berg")
        self.compare("a comment with too many links")

        with WebServer() as elsewhere:
            for target, call in ((self.their_url, self.wordpress.xmlrpc_url), (self.our_url, self.site.xmlrpc)):
                source = elsewhere.put("/source", linking_page("A page & its title", target))
                with xmlrpc.client.ServerProxy(call) as client:
                    client.pingback.ping(source, target)
            self.compare("a pingback")

    def both_comment(self, text, author, email="ada@peer.test", url="", parent=None):
        """Sends a comment to both, and returns its number at each."""
        fields = {"comment": text, "author": author, "email": email, "url": url}
        numbers = {}
        for name, doors, post in (
            ("theirs", self.wordpress.url, self.their_post),
            ("ours", self.site.doors, self.our_post),
        ):
            answer = Client().post(
                doors + "/wp-comments-post.php",
                fields | {"comment_post_ID": post, "comment_parent": parent[name] if parent else 0},
            )
            self.assertEqual(answer.status, 302, answer.text)
            numbers[name] = int(answer.headers["Location"].rpartition("#comment-")[2])
        self.numbers = numbers
        return numbers

    def compare(self, what):
        ours = wait_until(lambda: self.our_mails(), MAIL_SECONDS, f"our mail of {what}")
        theirs = self.their_mails()
        with self.subTest(what):
            self.assertEqual(ours, theirs)

    def our_mails(self):
        mails = []
        for message in self.sendmail.take():
            text = message.get_content().replace(self.our_url, "POST/").replace(self.site.doors, "DOORS")
            mails.append((str(message["To"]), str(message["Subject"]), self.bare(text, "ours")))
        return sorted(mails)

    def their_mails(self):
        mails = []
        for mail in self.wordpress.take_mails():
            text = mail["message"].replace(self.their_url, "POST/").replace(self.wordpress.url, "DOORS")
            text = text.replace("(IP address: 127.0.0.1, localhost)", "(IP address: 127.0.0.1, 127.0.0.1)")
            mails.append((mail["to"], mail["subject"], self.bare(html.unescape(text), "theirs")))
        return sorted(mails)

    def bare(self, text, whose):
        """The text without what is counted anew at each, and without the empty lines at its end."""
        text = text.replace("\r\n", "\n").rstrip("\n")
        for number in range(1, 40):
            offset = number - self.numbers[whose]
            for before in ("&c=", "#comment-"):
                for after in ("\n", "#"):
                    text = text.replace(f"{before}{number}{after}", f"{before}<{offset:+}>{after}")
        return text


if __name__ == "__main__":
    processes.exit_on_sigterm()
    unittest.main()
