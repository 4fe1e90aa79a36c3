"""The real WordPress of the comparison, put into a state and asked for it through `wordpress/door.php`."""

import json
from datetime import UTC, datetime
from pathlib import Path

from normal import Mail
from scenario import PASSWORD, USERS
from support.web import Client
from wordpress import WordPress

HERE = Path(__file__).parent / "wordpress"
STATUSES = {"approved": "1", "hold": "0", "spam": "spam", "trash": "trash"}
OPTIONS = {  # those that the scenarios set, as an installation has them
    "template": "theme",
    "stylesheet": "theme",
    "blogname": "The blog",
    "timezone_string": "UTC",
    "show_avatars": "0",
}


class WordPressPeer:
    """A WordPress under the scenarios' control. Use it in a `with`."""

    name = "WordPress"

    def __init__(self):
        self._wordpress = WordPress(plugins=[HERE / "door.php"], theme=HERE / "theme")
        self.url = self._wordpress.url

    def __enter__(self):
        self._wordpress.__enter__()
        return self

    def __exit__(self, *what):
        self._wordpress.__exit__(*what)

    def seed(self, plan):
        """Makes users, posts and comments."""
        users = [
            {"user_login": login, "user_pass": PASSWORD, "user_email": f"{login}@peer.test", "role": role}
            for login, role in USERS.items()
        ]
        posts = [self._post(plan, *item) for item in plan.posts.items()]
        done = self._door("seed", {"users": users, "posts": posts, "comments": [_comment(given) for given in plan.comments]})
        assert not done["error"], done
        self.user_ids = {int(number): login for number, login in done["users"].items()}
        self.passwords = done["passwords"]
        self.set_options(OPTIONS)

    def begin(self, is_unlimited, sends_mail):
        """WordPress has no limits but its flood check, which is an option here, and always writes its mails."""

    def set_options(self, options):
        self._door("options", options)

    def comments(self, post_id):
        """The post's count and its comments in any status."""
        found = self._door("comments", {"post": post_id})
        names = {stored: name for name, stored in STATUSES.items()}
        rows = [row | {"status": names.get(row["status"], row["status"])} for row in found["rows"]]
        return found["count"], [row | {"id": int(row["id"]), "parent": int(row["parent"])} for row in rows]

    def log_in(self, client, user):
        answer = client.post(self.url + "/wp-login.php", {"log": user, "pwd": PASSWORD})
        assert answer.status == 302, answer.text

    def act(self, verb, comment_id):
        self._door("act", {"verb": verb, "comment": comment_id})

    def take_mails(self):
        """What it wrote since it was asked last; it writes a mail before it answers."""
        return [_mail(arguments) for arguments in self._wordpress.take_mails()]

    def _door(self, name, given):
        answer = Client().request("POST", self.url + "/", json.dumps(given).encode(), {"X-Conformance": name})
        assert answer.status == 200, f"{name}: {answer.status} {answer.text[:1000]}"
        return answer.json()

    def _post(self, plan, post_id, post):
        at = _time(plan.began - post.age_seconds)
        return {
            "ID": post_id,
            "post_title": post.title,
            "post_name": f"post-{post_id}",
            "post_content": "Words.",
            "post_status": post.status,
            "post_password": post.password,
            "post_type": post.kind,
            "comment_status": post.comments,
            "ping_status": post.pings,
            "post_author": post.author,
            "post_date": at,
            "post_date_gmt": at,
            "post_modified": at,
            "post_modified_gmt": at,
            "guid": f"{self.url}/?p={post_id}",
        }


def _mail(arguments):
    """A mail as `wp_mail` makes it of its arguments."""
    headers = arguments["headers"] or ""
    headers = dict(line.split(": ", 1) for line in headers.splitlines() if line)
    sender = headers.get("From", "WordPress <wordpress@127.0.0.1>")
    return Mail(arguments["to"], _mailbox(sender), _mailbox(headers.get("Reply-To", "")), arguments["subject"], arguments["message"])


def _mailbox(text):
    """`"NAME" <ADDRESS>` without its quotes, as `wp_mail` takes it."""
    return " ".join(text.replace('"', "").split())


def _comment(given):
    comment = given.comment
    return {
        "comment_ID": given.id,
        "comment_post_ID": given.post_id,
        "comment_parent": given.parent_id,
        "comment_type": comment.kind,
        "comment_approved": STATUSES[comment.status],
        "comment_author": comment.author,
        "comment_author_email": comment.email,
        "comment_author_url": comment.url,
        "comment_author_IP": "192.0.2.1",
        "comment_agent": "Seed",
        "comment_content": given.words,
        "comment_date": _time(given.at),
        "comment_date_gmt": _time(given.at),
        "user_id": comment.user,
    }


def _time(seconds):
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S")
