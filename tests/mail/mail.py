#!/usr/bin/env python3
"""Every kind of mail that Rejoinder sends, handed to a real mail server and read by Python's `email`.

Subjects and texts are WordPress's (WP 7.1 comments §9). What strangers write makes no header and no recipient; a
mail server that is away gets its mail later, once; one that cannot be trusted gets none; a kill between the last
dot and the note that it was sent costs at most a second copy under the same Message-ID (R-JOB-1).
"""

import contextlib
import os
import re
import signal
import sys
import tempfile
import unittest
import xmlrpc.client
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from support import processes  # noqa: E402
from support.desk import Desk  # noqa: E402
from support.rejoinder import Rejoinder  # noqa: E402
from support.smtp import MailServer, certificate_for_loopback  # noqa: E402
from support.waiting import wait_until  # noqa: E402
from support.web import Client, WebServer, linking_page  # noqa: E402

LOGIN, PASSWORD = "moderator", "a long enough password"
MODERATOR = f"{LOGIN}@peer.test"
TITLE = 'A “post” & more'
HEADERS = [
    "From", "To", "Subject", "Message-ID", "Date", "Auto-Submitted", "MIME-Version", "Content-Type",
    "Content-Transfer-Encoding",
]  # fmt: skip
# A first try that failed is repeated after 30 s and a quarter of that by chance.
RETRY_SECONDS = 60
OPEN = ("--no-limits", "--fetch-allow", "127.0.0.0/8")


class MailCase(unittest.TestCase):
    """A Rejoinder with a blog, a post and a moderator, and a mail server."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.mail = cls.enterClassContext(cls.mail_server())
        cls.blog = cls.enterClassContext(WebServer())
        cls.server = cls.enterClassContext(Rejoinder(options=[*OPEN, *cls.way_out()]))
        cls.site = cls.server.add_site(cls.blog.url + "/", "blog", "The blog")
        cls.server.add_moderator(LOGIN, PASSWORD, cls.site)
        cls.post_url = cls.blog.put("/post/", "<title>A post</title><p>Words.</p>")
        cls.post_id = cls.site.add_post(cls.post_url, TITLE)

    @classmethod
    def mail_server(cls):
        return MailServer()

    @classmethod
    def way_out(cls):
        return ["--smtp-url", f"smtp://127.0.0.1:{cls.mail.port}"]

    def setUp(self):
        self.site.set(
            moderation_notify="1", comments_notify="1", moderation_links="0", comment_moderation="0",
            comment_previously_approved="1", admin_email=MODERATOR,
        )  # fmt: skip

    def tearDown(self):
        self.mail.answer = lambda _mail: None
        self.nothing_is_left()
        unexpected = [(mail.to, mail.subject) for mail in self.mail.take(len(self.mail.mails()))]
        self.assertEqual(unexpected, [], "mails that no test expected")

    def nothing_is_left(self):
        wait_until(lambda: not self.jobs(), RETRY_SECONDS, f"the jobs end: {self.jobs()}")

    def jobs(self):
        return self.server.query("SELECT kind, state, attempts, last_error, payload FROM jobs")

    def comment(self, text, **fields):
        """Sends a comment and returns its number."""
        before = {number for (number,) in self.server.query("SELECT id FROM comments WHERE site_id = 2")}
        answer = self.site.comment(self.post_id, text, **fields)
        self.assertEqual(answer.status, 302, answer.text)
        after = {number for (number,) in self.server.query("SELECT id FROM comments WHERE site_id = 2")}
        [number] = after - before
        return number

    def status(self, number):
        [(status,)] = self.server.query("SELECT status FROM comments WHERE site_id = 2 AND id = ?", number)
        return status

    def page(self, action, number):
        return f"{self.site.doors}/wp-admin/comment.php?action={action}&c={number}#wpbody-content"

    def only(self):
        [mail] = self.mail.take()
        return mail


class WordPressMails(MailCase):
    def test_a_held_comment_asks_its_moderator(self):
        number = self.comment("Held: <b>bold</b> & 1 < 2 \"q\" it's\r\n\r\nA second paragraph.", url="https://ada.test/?a=1&b=2")
        mail = self.only()
        self.assertEqual((mail.to, mail.sender), (MODERATOR, "wordpress@localhost"))
        self.assertEqual(mail.subject, f'[The blog] Please moderate: "{TITLE}"')
        self.assertEqual((mail.sender_name, mail.reply_to), ("The blog", None))
        self.assertEqual(sorted(mail.message.keys()), sorted(HEADERS))
        self.assertEqual(
            mail.text,
            f'A new comment on the post "{TITLE}" is waiting for your approval\n'
            f"{self.post_url}\n"
            "\n"
            "Author: Ada Berg (IP address: 127.0.0.1, 127.0.0.1)\n"
            "Email: ada@peer.test\n"
            "URL: https://ada.test/?a=1&b=2\n"
            "Comment: \n"
            "Held: <b>bold</b> & 1 < 2 \"q\" it's\n"
            "\n"
            "A second paragraph.\n"
            "\n"
            f"Approve it: {self.page('approve', number)}\n"
            f"Trash it: {self.page('trash', number)}\n"
            f"Spam it: {self.page('spam', number)}\n"
            "Currently 1 comment is waiting for approval. Please visit the moderation panel:\n"
            f"{self.site.doors}/wp-admin/edit-comments.php?comment_status=moderated#wpbody-content\n",
        )
        # The links lead to pages that ask, once somebody has logged in.
        link = Client().get(self.page("approve", number).partition("#")[0])
        self.assertIn(f"/desk/comments/{number}/approve", link.headers["Location"])
        Desk(self.server.url, LOGIN, PASSWORD).approve(number)
        self.assertEqual(self.status(number), "approved")

    def test_an_approved_comment_is_told_in_the_name_of_who_wrote_it(self):
        self.site.set(comment_previously_approved="0")
        parent = self.comment("First.", author="Jo \"Q\" & Müller", email="jo@peer.test")
        mail = self.only()
        self.assertEqual((mail.to, mail.subject), (MODERATOR, f'[The blog] Comment: "{TITLE}"'))
        self.assertEqual((mail.sender_name, mail.reply_to), ('Jo "Q" & Müller', "jo@peer.test"))
        self.assertEqual(sorted(mail.message.keys()), sorted([*HEADERS, "Reply-To"]))
        number = self.comment("An answer.", comment_parent=parent)
        self.assertEqual(
            self.only().text,
            f'New comment on your post "{TITLE}"\n'
            "Author: Ada Berg (IP address: 127.0.0.1, 127.0.0.1)\n"
            "Email: ada@peer.test\n"
            "URL: \n"
            f"In reply to: {self.page('editcomment', parent)}\n"
            "Comment: \n"
            "An answer.\n"
            "\n"
            "You can see all comments on this post here:\n"
            f"{self.post_url}#comments\n"
            "\n"
            f"Permalink: {self.post_url}#comment-{number}\n"
            f"Trash it: {self.page('trash', number)}\n"
            f"Spam it: {self.page('spam', number)}\n",
        )

    def test_a_pingback_is_told_with_its_source(self):
        with WebServer() as elsewhere:
            source = elsewhere.put("/source", linking_page("A page & its title", self.post_url))
            with xmlrpc.client.ServerProxy(self.site.xmlrpc) as client:
                client.pingback.ping(source, self.post_url)
        mail = self.only()
        self.assertEqual(mail.subject, f'[The blog] Please moderate: "{TITLE}"')
        self.assertTrue(mail.text.startswith(f'A new pingback on the post "{TITLE}" is waiting for your approval\n'), mail.text)
        self.assertIn(
            f"\nWebsite: A page & its title (IP address: 127.0.0.1, 127.0.0.1)\nURL: {source}\nPingback excerpt: \n", mail.text
        )
        self.assertNotIn("Email:", mail.text)
        [(number,)] = self.server.query("SELECT id FROM comments WHERE type = 'pingback'")
        self.server.add_moderator("other", PASSWORD, self.site)
        Desk(self.server.url, "other", PASSWORD).approve(number)
        mail = self.only()
        self.assertEqual((mail.to, mail.subject), (MODERATOR, f'[The blog] Pingback: "{TITLE}"'))
        self.assertTrue(mail.text.startswith(f'New pingback on your post "{TITLE}"\nWebsite: A page & its title (IP'), mail.text)
        self.assertIn("\nComment: \n", mail.text)
        self.assertIn(f"\nYou can see all pingbacks on this post here:\n{self.post_url}#comments\n", mail.text)

    def test_spam_is_told_to_nobody(self):
        number = self.comment("A robot's.", subject="filled in")
        self.assertEqual(self.status(number), "spam")

    def test_a_link_moderates_without_logging_in_where_the_site_wants_it(self):
        self.site.set(moderation_links="1", admin_email="boss@peer.test", comments_notify="0")
        number = self.comment("By link.", author="Linker")
        mail = self.only()
        self.assertEqual(mail.to, "boss@peer.test")
        link = mail.link(f"{self.site.doors}/moderate?c={number}&action=approve")
        page = Client().get(link)
        self.assertEqual(page.status, 200)
        self.assertIn("Approve Comment</button>", page.text)
        self.assertEqual(self.status(number), "hold", "to look changes nothing")
        self.assertEqual(Client().post(link, {}).status, 200)
        self.assertEqual(self.status(number), "approved")
        self.assertEqual(Client().get(link.replace("action=approve", "action=spam")).status, 403)


class Injection(MailCase):
    def test_what_strangers_write_stays_in_its_place(self):
        self.site.set(comment_moderation="1", require_name_email="0")
        for number, text in enumerate(
            (
                "x\r\nBcc: evil@evil.test",
                "x\nBcc: evil@evil.test\n\nA body",
                "x\u2028Bcc: evil@evil.test\u2029\u0085\u000b\u000c",
                "=?utf-8?q?x=0D=0ABcc:_evil@evil.test?=",
                '"><Bcc: evil@evil.test>',
                '"; evil@evil.test, "',
                "a@b.test <evil@evil.test>",
                "\u202eevil\u2066",
                "日本語の名前 " * 11,
                "x" * 245,
                "\\\\\"\\",
                "%0D%0ABcc: evil@evil.test",
                "&#13;&#10;Bcc: evil@evil.test",
                "ü" * 120,
            )
        ):
            with self.subTest(text):
                self.comment(f"{number}\r\n.\r\nBcc: evil@evil.test\r\n{text}", author=text, email="", url=text[:50])
                mail = self.only()
                self.assertEqual((mail.to, mail.recipients), (MODERATOR, (MODERATOR,)))
                self.assertEqual(sorted(mail.message.keys()), sorted(HEADERS))
                self.assertIn(f"\n{number}\n.\nBcc: evil@evil.test\n", mail.text)

    def test_an_authors_name_makes_no_second_sender(self):
        self.site.set(comment_previously_approved="0")
        for number, name in enumerate(('A", <evil@evil.test>, "B', "=?utf-8?b?QmNjOiBh?=", "ö\r\nBcc: evil@evil.test", "a,b;c:d", "(x) <y")):
            with self.subTest(name):
                self.comment(f"Number {number}", author=name, email="jo@peer.test")
                mail = self.only()
                [sender] = mail.message["From"].addresses
                self.assertEqual(sender.addr_spec, "wordpress@localhost")
                self.assertNotIn("\n", sender.display_name)
                self.assertEqual(sorted(mail.message.keys()), sorted([*HEADERS, "Reply-To"]))

    def test_an_address_that_is_none_is_no_header(self):
        self.site.set(comment_previously_approved="0", require_name_email="0")
        for number, email in enumerate(("jo@peer.test\r\nBcc: evil@evil.test", "a@b.test, evil@evil.test", '"a b"@c.test', "@", "x" * 90 + "@peer.test")):
            with self.subTest(email):
                self.comment(f"Number {number}", author="Jo", email=email)
                mail = self.only()
                self.assertEqual(mail.recipients, (MODERATOR,))
                self.assertLessEqual(set(mail.message.keys()) - {"Reply-To"}, set(HEADERS))
                self.assertNotIn("evil@evil.test", (mail.reply_to or "").split(","))


class Readers(MailCase):
    def setUp(self):
        super().setUp()
        self.site.set(moderation_notify="0", comments_notify="0", comment_previously_approved="0")

    def test_who_confirms_is_told_until_one_click(self):
        self.comment("Tell me.", subscribe="subscribe")
        question = self.only()
        self.assertEqual(question.to, "ada@peer.test")
        self.assertEqual(question.subject, f'[The blog] Please confirm: new comments on "{TITLE}"')
        for typed in ("Ada Berg", "Tell me."):
            self.assertNotIn(typed, question.text, "the question holds nothing that somebody typed")
        link = question.link(f"{self.site.doors}/subscriptions?s=")
        self.comment("Before the answer.", author="Bob", email="bob@peer.test")
        self.nothing_is_left()
        self.assertIn("Confirm</button>", Client().get(link).text)
        self.assertEqual(Client().post(link, {"action": "confirm"}).status, 200)

        number = self.comment("News: <b>bold</b> & all.", author="Bob", email="bob@peer.test")
        mail = self.only()
        self.assertEqual((mail.to, mail.subject), ("ada@peer.test", f"[New comment] {TITLE}"))
        self.assertTrue(mail.text.startswith(f'Bob commented on "{TITLE}":\n\nNews: bold & all.\n\n'), mail.text)
        self.assertIn(f"{self.post_url}#comment-{number}\n", mail.text)
        self.assertNotIn("bob@peer.test", mail.raw.decode())
        self.assertEqual(mail.message["List-Unsubscribe"], f"<{link}>")
        self.assertEqual(mail.message["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click")
        more = ["List-Unsubscribe", "List-Unsubscribe-Post"]
        self.assertEqual(sorted(mail.message.keys()), sorted([*HEADERS, *more]))

        # RFC 8058 §3.1: exactly this, from a program without cookies.
        self.assertEqual(Client().post(link, {"List-Unsubscribe": "One-Click"}).status, 200)
        self.comment("After the click.", author="Bob", email="bob@peer.test")
        self.assertEqual(self.server.query("SELECT COUNT(*) FROM subscriptions"), [(0,)], "the address is forgotten")

    def test_who_wants_replies_is_told_of_replies(self):
        number = self.comment("Answer me.", author="Cleo", email="cleo@peer.test", subscribe_replies="subscribe")
        question = self.only()
        self.assertEqual(question.subject, f'[The blog] Please confirm: replies to your comment on "{TITLE}"')
        link = question.link(f"{self.site.doors}/subscriptions?s=")
        Client().post(link, {"action": "confirm"})
        self.comment("Not to Cleo.", author="Bob", email="bob@peer.test")
        self.comment("To Cleo.", author="Bob", email="bob@peer.test", comment_parent=number)
        mail = self.only()
        self.assertEqual((mail.to, mail.subject), ("cleo@peer.test", f"[New reply] {TITLE}"))
        Client().post(link, {"action": "all"})

    def test_an_address_that_does_not_exist_is_forgotten(self):
        self.comment("Nobody.", author="No", email="nobody@peer.test", subscribe="subscribe")
        link = self.only().link(f"{self.site.doors}/subscriptions?s=")
        Client().post(link, {"action": "confirm"})
        self.mail.answer = lambda _mail: "550 5.1.1 <nobody@peer.test>: no such user"
        self.comment("News.", author="Bob", email="bob@peer.test")
        self.nothing_is_left()
        self.assertEqual(self.server.query("SELECT COUNT(*) FROM subscriptions"), [(0,)])


class Codes(MailCase):
    """Mails by which an address is proven, and what follows when the code or the link comes back."""

    OURS = {"Sec-Fetch-Site": "same-origin"}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server.command("provider", "add", "email", "--site", "blog", *cls.way_out())

    def setUp(self):
        super().setUp()
        self.site.set(moderation_notify="0", comments_notify="0", comment_previously_approved="0", comment_flood_seconds="0")

    def only_code(self, to, subject):
        """The one mail: plain, with a code and a link, to this address alone."""
        mail = self.only()
        self.assertEqual((mail.to, mail.subject), (to, f"[The blog] {subject}"))
        self.assertEqual(sorted(mail.message.keys()), sorted(HEADERS))
        self.assertEqual(mail.message.get_content_type(), "text/plain")
        self.assertNotIn("<", mail.text)
        [code] = re.findall(r"^Your code: (\d{3} \d{3})$", mail.text, re.MULTILINE)
        return mail, code, mail.link(f"{self.site.doors}/login/link?t=")

    def ask(self, client, address):
        fields = {"provider": "email", "instance": address, "return_to": self.post_url}
        return client.post(self.site.doors + "/login/start", fields, self.OURS)

    def post(self, client, path, **fields):
        return client.post(f"{self.site.doors}/login/{path}", fields, self.OURS)

    def waiting(self, answer):
        self.assertEqual(answer.status, 303, answer.text)
        return answer.headers["Location"].partition("?w=")[2]

    def name(self, client):
        return client.get(self.site.doors + "/login/me").json()["name"]

    def test_a_reader_logs_in_with_the_code_and_then_with_the_link(self):
        client = Client()
        waiting = self.waiting(self.ask(client, " Cleo@Peer.Test "))
        _, code, link = self.only_code("cleo@peer.test", "Your code to log in")
        other = Client()
        self.assertIn("Show the code", other.get(link).text)
        self.assertIn("How shall we call you?", self.post(client, "code", w=waiting, code=code).text)
        self.assertEqual(self.post(client, "code/name", w=waiting, name="Cleo Ruiz").headers["Location"], self.post_url)
        self.assertEqual((self.name(client), self.name(other)), ("Cleo Ruiz", None))
        again = Client()
        self.waiting(self.ask(again, "cleo@peer.test"))
        _, _, link = self.only_code("cleo@peer.test", "Your code to log in")
        for _ in range(3):
            self.assertEqual(again.get(link).status, 200)
        token = link.partition("?t=")[2]
        self.assertEqual(self.post(again, "link", t=token).headers["Location"], self.post_url)
        self.assertEqual(self.name(again), "Cleo Ruiz")
        self.assertEqual(self.post(again, "link", t=token).status, 403, "once")

    def test_what_is_typed_as_an_address_makes_no_second_recipient(self):
        for address in (
            "cleo@peer.test\r\nBcc: evil@evil.test",
            "cleo@peer.test\nSubject: x",
            "cleo@peer.test, evil@evil.test",
            "cleo@peer.test <evil@evil.test>",
            '"a b"@peer.test',
            "cléo@peer.test",
            "x" * 91 + "@peer.test",
            "@",
        ):
            with self.subTest(address):
                self.assertEqual(self.ask(Client(), address).status, 400)
        self.nothing_is_left()
        self.assertEqual(self.mail.mails(), [])

    def test_an_account_is_made_and_its_password_lost_and_found(self):
        self.site.set(users_can_register="1")
        client = Client()
        waiting = self.waiting(self.post(client, "register", email="dan@peer.test", return_to=self.post_url))
        _, code, _ = self.only_code("dan@peer.test", "Your code to register")
        self.assertEqual(self.server.query("SELECT COUNT(*) FROM accounts WHERE login = 'dan'"), [(0,)])
        self.post(client, "code", w=waiting, code=code)
        made = self.post(client, "register/account", w=waiting, log="dan", name="Dan Wu", pwd=PASSWORD)
        self.assertEqual((made.headers["Location"], self.name(client)), (self.post_url, "Dan Wu"))

        self.post(Client(), "register", email="dan@peer.test", return_to="")
        mail = self.only()
        self.assertEqual((mail.to, mail.subject), ("dan@peer.test", "[The blog] You have an account"))
        self.assertNotIn("code", mail.text)

        known, unknown = (self.post(Client(), "lost", log=log) for log in ("dan", "nobody"))
        self.assertEqual((known.status, known.text), (unknown.status, unknown.text))
        mail = self.only()
        self.assertEqual((mail.to, mail.subject), ("dan@peer.test", "[The blog] Set a new password"))
        token = mail.link(f"{self.site.doors}/login/link?t=").partition("?t=")[2]
        self.assertIn("Your password is changed", self.post(Client(), "reset", t=token, pwd="a bicycle that is blue").text)
        mail = self.only()
        self.assertEqual((mail.to, mail.subject), ("dan@peer.test", "[The blog] Your password was changed"))
        self.assertIsNone(self.name(client), "it is logged out")
        self.assertEqual(self.post(Client(), "reset", t=token, pwd="and another one yet").status, 403, "once")

    def test_a_guest_confirms_once_in_a_browser(self):
        self.site.set(confirm_guest_email="1")
        client = Client()
        ours = self.OURS | {"Origin": self.server.url}
        sent = self.site.comment(self.post_id, "Confirm me.", author="Eva", email="eva@peer.test", headers=ours, client=client)
        waiting = sent.headers["Location"].partition("/login/code?w=")[2]
        mail, code, _ = self.only_code("eva@peer.test", "Please confirm your comment")
        for typed in ("Confirm me.", "Eva"):
            self.assertNotIn(typed, mail.text, "the mail holds nothing that somebody typed")
        [(number,)] = self.server.query("SELECT id FROM comments WHERE author_name = 'Eva'")
        self.assertEqual(self.status(number), "hold")
        self.assertEqual(self.post(client, "code", w=waiting, code=code).status, 303)
        self.assertEqual(self.status(number), "approved")
        self.site.comment(self.post_id, "Asked no more.", author="Eva", email="eva@peer.test", headers=ours, client=client)
        self.assertEqual(
            self.server.query("SELECT status FROM comments WHERE author_name = 'Eva' ORDER BY id"), [("approved",)] * 2
        )
        self.site.set(confirm_guest_email="0")

    def test_neither_code_nor_link_is_kept_once_the_mail_has_gone(self):
        self.ask(Client(), "fay@peer.test")
        _, _, link = self.only_code("fay@peer.test", "Your code to log in")
        self.nothing_is_left()
        for name in ("rejoinder.db", "rejoinder.db-wal"):
            kept = (self.server.data / name).read_bytes()
            self.assertNotIn(link.partition("?t=")[2].encode(), kept)


class Failures(MailCase):
    def test_mail_waits_for_a_server_that_is_away_and_goes_once(self):
        self.mail.stop()
        try:
            self.comment("While it is away.", author="Away")
            failed = lambda: [job for job in self.jobs() if job[0] == "mail" and job[2] == 1 and job[1] == "waiting"]  # noqa: E731
            [job] = wait_until(failed, RETRY_SECONDS, "a try fails")
            self.assertIn("onnection", job[3])
            self.assertNotIn("@", job[4], "no address is kept in the outbox")
        finally:
            self.mail.start()
        wait_until(self.mail.mails, RETRY_SECONDS, "the mail goes")
        self.assertIn("While it is away.", self.only().text)

    def test_a_server_that_is_busy_gets_the_same_mail_later(self):
        seen = []

        def busy_once(mail):
            seen.append(mail)
            return "451 4.7.1 Greylisted" if len(seen) == 1 else None

        self.mail.answer = busy_once
        self.comment("Greylisted.", author="Grey")
        wait_until(self.mail.mails, RETRY_SECONDS, "the mail goes")
        mail = self.only()
        self.assertEqual([mail.id, mail.id], [again.id for again in seen])

    def test_a_kill_before_the_note_sends_it_twice_at_most_under_one_id(self):
        killed = []

        def kill_once(_mail):
            if not killed:
                killed.append(self.server.process.pid)
                os.kill(self.server.process.pid, signal.SIGKILL)

        self.mail.answer = kill_once
        with contextlib.suppress(OSError):  # the kill may come before the answer
            self.site.comment(self.post_id, "A kill.", author="Kill")
        wait_until(lambda: killed, RETRY_SECONDS, "the mail server kills the program")
        self.server.process.wait()
        self.server.start()
        self.nothing_is_left()
        mails = self.mail.take(len(self.mail.mails()))
        self.assertIn(len(mails), (1, 2))
        self.assertEqual(len({mail.id for mail in mails}), 1)
        self.assertEqual(len({mail.text for mail in mails}), 1)

    def test_what_a_member_will_never_get_is_shown_to_the_operator(self):
        self.mail.answer = lambda _mail: "550 5.7.1 We do not like you, moderator@peer.test"
        self.comment("Refused.", author="Refused")
        dead = lambda: [job for job in self.jobs() if job[1] == "dead"]  # noqa: E731
        [job] = wait_until(dead, RETRY_SECONDS, "the mail is given up")
        self.assertIn("We do not like you, the address", job[3])
        self.mail.answer = lambda _mail: None
        [(number,)] = self.server.query("SELECT id FROM jobs")
        desk = Desk(self.server.url, LOGIN, PASSWORD)
        desk.press("/desk/jobs?site=blog", f"job-{number}", "Try again")
        self.assertIn("Refused.", self.only().text)


class Tls(unittest.TestCase):
    """The same, over TLS; each test has a server and a program of its own."""

    @classmethod
    def setUpClass(cls):
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.certificate = certificate_for_loopback(folder)
        other = Path(folder) / "other"
        other.mkdir()
        cls.other = certificate_for_loopback(other)

    def run_with(self, mail, url, authority):
        """A program that sends its mail there, with one comment that is held."""
        blog = self.enterContext(WebServer())
        options = [*OPEN, "--smtp-url", url, "--smtp-ca", authority]
        server = self.enterContext(Rejoinder(options=options))
        site = server.add_site(blog.url + "/", "blog", "The blog")
        server.add_moderator(LOGIN, PASSWORD, site)
        post = site.add_post(blog.url + "/post/", TITLE)
        self.assertEqual(site.comment(post, "Over TLS.").status, 302)
        return server

    def fails(self, server):
        query = "SELECT last_error FROM jobs WHERE kind = 'mail' AND attempts > 0 AND last_error IS NOT NULL"
        [(why,)] = wait_until(lambda: server.query(query), RETRY_SECONDS, "the mail fails")
        return why

    def test_mail_goes_by_starttls_and_log_in(self):
        with MailServer(self.certificate, login=("us@x", "p:w")) as mail:
            self.run_with(mail, f"smtp://us%40x:p%3Aw@127.0.0.1:{mail.port}?starttls", self.certificate.authority)
            [arrived] = mail.take()
        self.assertEqual((arrived.over_tls, arrived.login), (True, "us@x"))

    def test_mail_goes_by_tls_from_the_first_byte(self):
        with MailServer(self.certificate, implicit=True) as mail:
            self.run_with(mail, f"smtps://127.0.0.1:{mail.port}", self.certificate.authority)
            [arrived] = mail.take()
        self.assertTrue(arrived.over_tls)

    def test_a_server_that_nobody_vouches_for_gets_nothing(self):
        with MailServer(self.certificate) as mail:
            server = self.run_with(mail, f"smtp://127.0.0.1:{mail.port}?starttls", self.other.authority)
            self.assertIn("certificate", self.fails(server))
            self.assertEqual(mail.mails(), [])

    def test_a_server_without_starttls_gets_nothing(self):
        with MailServer() as mail:
            server = self.run_with(mail, f"smtp://us:pw@127.0.0.1:{mail.port}?starttls", self.certificate.authority)
            self.assertIn("STARTTLS", self.fails(server))
            self.assertEqual(mail.mails(), [])

    def test_a_wrong_password_is_tried_again_later(self):
        with MailServer(self.certificate, login=("us", "right")) as mail:
            server = self.run_with(mail, f"smtp://us:wrong@127.0.0.1:{mail.port}?starttls", self.certificate.authority)
            self.assertIn("535", self.fails(server))
            self.assertNotIn("wrong", server.log_tail())
            self.assertEqual(server.query("SELECT state FROM jobs WHERE kind = 'mail'"), [("waiting",)])


if __name__ == "__main__":
    processes.exit_on_sigterm()
    unittest.main(warnings="ignore")  # the mail server leaves sockets of killed clients to the collector
