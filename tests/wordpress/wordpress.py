"""A real WordPress from Debian's packages on loopback, as a peer of the tests.

Everything lives in a temporary folder: a copy of WordPress, MariaDB on a socket, php-fpm, nginx. Nothing under
/etc is touched, no service is registered, and all of it is stopped and removed at the end. Runs as root (the
servers then run as www-data) or as any user.
"""

import getpass
import itertools
import json
import os
import re
import shutil
import subprocess
import tempfile
import xmlrpc.client
from pathlib import Path
from urllib.parse import urlencode

from support import processes
from support.waiting import wait_until
from support.web import Client

HERE = Path(__file__).parent
PACKAGED = Path("/usr/share/wordpress")
UP_SECONDS = 60
LOGIN, PASSWORD = "admin", "admin-pass-1"
REST_PER_PAGE_MAX = 100
BLOG_ID = 1  # of a single WordPress, whatever is passed


class WordPress:
    """A WordPress with an administrator. Use it in a `with`; it then serves at `url`.

    It has our `mu-plugin.php`, and perhaps more plugins of that kind, and the theme in a folder of the test's own.
    Pings are off in any other environment than production since WordPress 7.1, and application passwords without https
    in any other than a local one.
    """

    def __init__(self, plugins=(), theme=None, environment="production"):
        self._environment_type = environment
        self._plugins = [HERE / "mu-plugin.php", *plugins]
        self._theme = theme
        self.folder = Path(tempfile.mkdtemp(prefix="rejoinder-wordpress-"))
        self.port = processes.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.xmlrpc_url = self.url + "/xmlrpc.php"
        self._rpc = xmlrpc.client.ServerProxy(self.xmlrpc_url)
        self._children = []

    def __enter__(self):
        try:
            self._prepare()
            self._start_database()
            self._start_web()
            self._install()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self._rpc("close")()
        for child in reversed(self._children):
            processes.stop(child)
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def version(self):
        source = (PACKAGED / "wp-includes/version.php").read_text()
        return re.search(r"\$wp_version = '([^']+)'", source).group(1)

    def publish(self, title, content):
        """Publishes a post and returns its id and URL. Its pingbacks leave with the next `run_cron`."""
        post = {"post_title": title, "post_content": content, "post_status": "publish", "ping_status": "open", "comment_status": "open"}
        post_id = self._rpc.wp.newPost(BLOG_ID, LOGIN, PASSWORD, post)
        return int(post_id), self._rpc.wp.getPost(BLOG_ID, LOGIN, PASSWORD, post_id, ["link"])["link"]

    def run_cron(self):
        """Runs the events that are due, as a system's cron would."""
        answer = Client().get(self.url + "/wp-cron.php?doing_wp_cron")
        assert answer.status == 200, f"cron: {answer.status} {answer.text[:300]}"

    def ping(self, source, target):
        """Calls this WordPress's own `pingback.ping`."""
        return self._rpc.pingback.ping(source, target)

    def pingbacks(self, post_id):
        """The pingbacks of a post in any status."""
        comments = self._rpc.wp.getComments(BLOG_ID, LOGIN, PASSWORD, {"post_id": post_id, "number": 100})
        return [comment for comment in comments if comment["type"] == "pingback"]

    def comment(self, post_id, text, author, email):
        """Sends the comment form as a guest and returns the answer."""
        fields = {"comment_post_ID": post_id, "comment": text, "author": author, "email": email, "url": ""}
        return Client().post(self.url + "/wp-comments-post.php", fields)

    def comments(self, post_id):
        """The approved comments of a post, as the REST API gives them."""
        found = []
        for page in itertools.count(1):
            query = {"rest_route": "/wp/v2/comments", "post": post_id, "per_page": REST_PER_PAGE_MAX, "page": page}
            answer = Client().get(f"{self.url}/index.php?{urlencode(query)}")
            assert answer.status == 200, f"comments: {answer.status} {answer.text[:300]}"
            found += answer.json()
            if page >= int(answer.headers["X-WP-TotalPages"]):
                return found

    def open_post(self, title):
        """Publishes a post that takes comments and returns its id and URL."""
        post = {"post_title": title, "post_status": "publish", "post_content": "Words.", "comment_status": "open"}
        post_id = self._rpc.wp.newPost(BLOG_ID, LOGIN, PASSWORD, post | {"ping_status": "open"})
        return int(post_id), self._rpc.wp.getPost(BLOG_ID, LOGIN, PASSWORD, post_id, ["link"])["link"]

    def approve(self, comment_id):
        """Approves a comment over XML-RPC, of which WordPress writes no mail."""
        assert self._rpc.wp.editComment(BLOG_ID, LOGIN, PASSWORD, comment_id, {"status": "approve"})

    def take_mails(self):
        """The mails that this WordPress wrote since it was asked last: dicts of `wp_mail`'s arguments."""
        path = self.folder / "log/mails.jsonl"
        mails = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
        path.unlink(missing_ok=True)
        return mails

    def _prepare(self):
        # Debian links parts of the tree to other packages; a copy stands alone and may be written to.
        shutil.copytree(PACKAGED, self.folder / "wordpress", ignore_dangling_symlinks=True, ignore=_not_ours)
        for name in ("database", "run", "log"):
            (self.folder / name).mkdir()
        self._fill_in("wp-config.php", self.folder / "wordpress/wp-config.php")
        for name in ("mariadb.cnf", "php-fpm.conf", "nginx.conf"):
            self._fill_in(name, self.folder / name)
        plugins = self.folder / "wordpress/wp-content/mu-plugins"
        plugins.mkdir(exist_ok=True)
        for number, plugin in enumerate(self._plugins):
            shutil.copy(plugin, plugins / f"{number}-{plugin.name}")
        if self._theme:
            shutil.copytree(self._theme, self.folder / "wordpress/wp-content/themes" / self._theme.name)
        self.folder.chmod(0o755)
        if os.geteuid() == 0:
            subprocess.run(["chown", "-R", f"{_user()}:", self.folder], check=True)

    def _fill_in(self, template, to):
        values = {"FOLDER": str(self.folder), "USER": _user(), "PORT": str(self.port), "URL": self.url}
        values["ENVIRONMENT"] = self._environment_type
        text = (HERE / "config" / template).read_text()
        to.write_text(re.sub(r"@([A-Z]+)@", lambda match: values[match.group(1)], text))

    def _start_database(self):
        defaults = f"--defaults-file={self.folder}/mariadb.cnf"
        options = ["--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve"]
        self._run("mariadb-install-db", defaults, f"--user={_user()}", *options)
        self._spawn("mariadbd", defaults, f"--user={_user()}")
        client = ["mariadb", "--no-defaults", "--user=root", f"--socket={self.folder}/run/mariadb.sock", "--execute"]
        self._wait(lambda: subprocess.run([*client, "select 1"], capture_output=True, check=False).returncode == 0)
        self._run(
            *client,
            "create database wordpress character set utf8mb4; create user wordpress@localhost identified by 'wordpress';"
            " grant all on wordpress.* to wordpress@localhost",
        )

    def _start_web(self):
        self._spawn(_php_fpm(), "--nodaemonize", "--fpm-config", self.folder / "php-fpm.conf")
        self._spawn("nginx", "-c", self.folder / "nginx.conf", "-e", self.folder / "log/nginx.log")
        self._wait(self._answers)

    def _answers(self):
        try:
            return Client().get(self.url + "/wp-includes/version.php").status == 200
        except OSError:
            return False

    def _install(self):
        """Sends the form of WordPress's own installer."""
        form = {
            "weblog_title": "A WordPress",
            "user_name": LOGIN,
            "admin_password": PASSWORD,
            "admin_password2": PASSWORD,
            "pw_weak": "on",
            "admin_email": "admin@peer.test",
            "blog_public": "1",
        }
        answer = Client().post(self.url + "/wp-admin/install.php?step=2", form)
        assert answer.status == 200 and "Success!" in answer.text, f"install: {answer.status} {answer.text[:2000]}"

    def _environment(self):
        # A user's PATH often lacks /usr/sbin, where Debian keeps servers; they may not write where the test may.
        path = os.environ["PATH"] + ":/usr/local/sbin:/usr/sbin:/sbin"
        return os.environ | {"PATH": path, "TMPDIR": str(self.folder / "run")}

    def _run(self, *command):
        done = subprocess.run(command, capture_output=True, text=True, timeout=UP_SECONDS, check=False, env=self._environment())
        assert done.returncode == 0, f"{command[0]}: exit {done.returncode}: {done.stdout}{done.stderr}\n{self._logs()}"

    def _spawn(self, *command):
        with open(self.folder / "log" / f"{Path(command[0]).name}.out", "wb") as log:
            self._children.append(
                subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self._environment())
            )

    def _wait(self, condition):
        def alive_and_true():
            for child in self._children:
                assert child.poll() is None, f"{child.args[0]} ended:\n{self._logs()}"
            return condition()

        try:
            wait_until(alive_and_true, UP_SECONDS, "WordPress comes up")
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self._logs()}") from None

    def _logs(self):
        return "\n".join(f"{path.name}: {path.read_text(errors='replace')[-2000:]}" for path in (self.folder / "log").iterdir())


def _user():
    """Whom the servers run as: as root they want somebody else."""
    return "www-data" if os.geteuid() == 0 else getpass.getuser()


def _php_fpm():
    found = sorted(Path("/usr/sbin").glob("php-fpm[0-9]*"))
    assert found, "php-fpm is missing: install the package php-fpm"
    return str(found[-1])


def _not_ours(folder, names):
    """Debian's own configuration reads /etc/wordpress; the tests bring their own."""
    return [name for name in names if name in (".htaccess", "wp-config.php")] if folder == str(PACKAGED) else []
