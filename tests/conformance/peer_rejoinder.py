"""The program under test, with the same users, posts and comments. What a blog's move would bring is written into its
database while it is stopped; everything else goes through its doors."""

import sqlite3
import unicodedata
from contextlib import closing
from email.header import decode_header, make_header
from email.utils import parseaddr

from normal import Mail
from plan import FIRST_COMMENT_ID
from scenario import PASSWORD, USERS
from support.desk import Desk
from support.rejoinder import Rejoinder
from support.sendmail import Sendmail
from support.waiting import wait_until

SLUG = "blog"
MAIL_SECONDS = 30
# All clients of a test come in one minute. WordPress's flood check stays on, so not --no-limits.
LIMITED = ("comments", "xmlrpc-calls", "linkbacks", "linkbacks-from-host", "linkbacks-of-pair", "log-ins", "log-ins-of-account", "readings")
LIMITS = [word for name in LIMITED for word in ("--limit", f"{name}=60000/60000")]
SERVER = ("--fetch-allow", "127.0.0.0/8", "--trusted-proxy", "127.0.0.1/32")
OF_WORDPRESS = {"permalink_structure"}  # whatever addresses the blog has
OPTIONS = {"discover_posts": "0", "empty_spam_days": "0", "empty_trash_days": "3650", "show_avatars": "0", "xmlrpc_pingback_error": "masked"}


class RejoinderPeer:
    """A Rejoinder under the scenarios' control. Use it in a `with`."""

    name = "Rejoinder"

    def __init__(self):
        self._server = Rejoinder(options=[*SERVER, *LIMITS])
        self._sendmail = Sendmail()
        self._begun = (False, False)
        self.url = self._server.url
        self._desk = None
        self.passwords = {}
        self.user_ids = {}

    def __enter__(self):
        self._sendmail.__enter__()
        self._server.__enter__()
        return self

    def __exit__(self, *what):
        self._server.__exit__(*what)
        self._sendmail.__exit__(*what)

    def seed(self, plan):
        """Makes users by commands, posts and comments as rows."""
        self._server.add_site(self.url + "/", SLUG, "The blog")
        for login, role in USERS.items():
            self._server.command(
                "user", "add", login, "--email", f"{login}@peer.test", "--role", role, "--site", SLUG, stdin=PASSWORD + "\n"
            )
            self.passwords[login] = self._server.command("user", "app-password", login, "conformance")
        self.user_ids = dict(self._server.query("SELECT id, login FROM accounts"))
        self._desk = Desk(self.url, "administrator", PASSWORD)
        self.set_options(OPTIONS)
        self._server.stop()
        with closing(sqlite3.connect(self._server.data / "rejoinder.db")) as database:
            self._fill(database, plan)
        self._start()

    def begin(self, is_unlimited, sends_mail):
        """Sees to it that the server has limits, the courtesy of its fetcher among them, or none, and that it sends
        mail, or has no way to."""
        if self._begun != (is_unlimited, sends_mail):
            self._begun = (is_unlimited, sends_mail)
            self._server.stop()
            self._start()

    def _start(self):
        is_unlimited, sends_mail = self._begun
        mail = ["--sendmail", self._sendmail.command] if sends_mail else []
        self._server.options = [*SERVER, *mail, *(["--no-limits"] if is_unlimited else LIMITS)]
        self._server.start()
        self._desk = Desk(self.url, "administrator", PASSWORD)

    def set_options(self, options):
        self._desk.set(SLUG, {name: value for name, value in options.items() if name not in OF_WORDPRESS})

    def comments(self, post_id):
        """The post's count and its comments in any status."""
        rows = self._server.query(
            "SELECT c.id, c.status, c.type, coalesce(c.parent_id, 0), author_name, author_email, author_url, content, agent,"
            " author_ip, coalesce(a.login, '') FROM comments c JOIN sites s ON s.id = c.site_id"
            " LEFT JOIN accounts a ON a.id = c.account_id WHERE s.slug = ? AND post_id = ? ORDER BY c.id",
            SLUG, post_id,
        )  # fmt: skip
        columns = ("id", "status", "type", "parent", "author", "email", "url", "content", "agent", "ip", "user")
        count = self._server.query(
            "SELECT comment_count FROM posts p JOIN sites s ON s.id = p.site_id WHERE s.slug = ? AND p.id = ?", SLUG, post_id
        )
        return count[0][0] if count else 0, [dict(zip(columns, row, strict=True)) for row in rows]

    def log_in(self, client, user):
        form = {"log": user, "pwd": PASSWORD}
        answer = client.post(self.url + "/desk/login", form, {"Origin": self.url})
        assert answer.status == 303, answer.text

    def take_mails(self):
        """What was sent since it was asked last, once nothing is left to be sent."""
        wait_until(lambda: not self._jobs(), MAIL_SECONDS, "all mails are sent")
        return [_mail(message) for message in self._sendmail.take()]

    def _jobs(self):
        jobs = self._server.query("SELECT state, payload, last_error FROM jobs")
        assert all(state != "dead" for state, *_ in jobs), jobs
        return jobs

    def act(self, verb, comment_id):
        self._desk.act(SLUG, verb, [comment_id])

    def _fill(self, database, plan):
        [(site,)] = database.execute("SELECT id FROM sites WHERE slug = ?", (SLUG,))
        accounts = dict(database.execute("SELECT login, id FROM accounts"))
        known = {post_id for post_id, post in plan.posts.items() if post.status == "publish" and not post.password}
        approved = [given.post_id for given in plan.comments if given.comment.status == "approved"]
        for post_id in known:
            post = plan.posts[post_id]
            address = f"{self.url}/?{'page_id' if post.kind == 'page' else 'p'}={post_id}"
            _insert(database, "posts", {
                "site_id": site, "id": post_id, "url": address, "title": post.title, "type": post.kind,
                "account_id": accounts.get(post.author), "comment_status": post.comments, "ping_status": post.pings,
                "published_at": (plan.began - post.age_seconds) * 1000, "created_at": plan.began * 1000,
                "comment_count": approved.count(post_id),
            })  # fmt: skip
            key = address.removeprefix("http://").replace("/?", "?")
            _insert(database, "post_urls", {"site_id": site, "url_key": key, "post_id": post_id})
        for given in plan.comments:
            if given.post_id not in known:
                continue
            comment = given.comment
            _insert(database, "comments", {
                "site_id": site, "id": given.id, "post_id": given.post_id, "parent_id": given.parent_id or None,
                "type": comment.kind, "status": comment.status, "author_name": comment.author,
                "author_email": comment.email, "author_url": comment.url, "author_ip": "192.0.2.1", "agent": "Seed",
                "account_id": accounts.get(comment.user), "content": given.words, "created_at": given.at * 1000,
                "author_key": _fold(comment.author), "email_key": _fold(comment.email),
            })  # fmt: skip
        next_ids = (max(plan.posts) + 1, FIRST_COMMENT_ID + len(plan.comments), site)
        database.execute("UPDATE sites SET next_post_id = ?, next_comment_id = ? WHERE id = ?", next_ids)
        database.commit()


def _mail(message):
    sender, reply_to = (_mailbox(dict(message.raw_items()).get(name, "")) for name in ("From", "Reply-To"))
    return Mail(str(message["To"]), sender, reply_to, str(message["Subject"]), message.get_content())


def _mailbox(header):
    """Python's newer parser puts blanks where a word was too long for a line."""
    name, address = parseaddr("".join(header.splitlines()))
    return f"{make_header(decode_header(name))} <{address}>" if address else ""


def _fold(text):
    """Case and accents do not count, as in the database of a WordPress."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))


def _insert(database, table, values):
    """Inserts a row. A column that is not named and may not be null gets the empty value of its type."""
    for _, name, kind, not_null, default, _ in database.execute(f"PRAGMA table_info({table})").fetchall():
        if name not in values and not_null and default is None:
            values[name] = "" if kind == "TEXT" else 0
    marks = ", ".join("?" * len(values))
    database.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})", list(values.values()))
