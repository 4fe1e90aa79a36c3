"""The program under test: its server, its commands, and its database read from outside."""

import os
import shutil
import signal
import sqlite3
import subprocess
import tempfile
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

from . import processes
from .waiting import wait_until
from .web import Client

READY_SECONDS = 30
COMMAND_SECONDS = 60
LOG_TAIL_LINES = 40


def binary():
    """The program's path: `REJOINDER_BIN`, else cargo's debug build."""
    default = Path(__file__).parents[2] / "target" / "debug" / "rejoinder"
    path = Path(os.environ.get("REJOINDER_BIN", default))
    if not path.is_file():
        raise SystemExit(f"{path} is missing: run `cargo build`, or set REJOINDER_BIN")
    return str(path)


def environment(**more):
    """This process's environment without settings of Rejoinder that a developer may have."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("REJOINDER_")}
    return clean | more


class Rejoinder:
    """A Rejoinder of the test's own, in a folder of its own. Use it in a `with`; it then serves.

    The fetcher may reach loopback and there are no rate limits, because every peer of a test is 127.0.0.1.
    """

    def __init__(self, data=None, options=("--no-limits", "--fetch-allow", "127.0.0.0/8"), through=(), **popen):
        """`through` is a command that runs the server in its place, in the same process: `strace -D …`."""
        self._folder = None if data else tempfile.mkdtemp(prefix="rejoinder-data-")
        self.data = Path(data or self._folder)
        self.port = processes.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.options = list(options)
        self._through = list(through)
        self._popen = popen
        self._log = tempfile.NamedTemporaryFile(prefix="rejoinder-log-", suffix=".txt")
        self.process = None

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        try:
            processes.stop(self.process)
        finally:
            self._log.close()
            if self._folder:
                shutil.rmtree(self._folder, ignore_errors=True)

    def start(self):
        """Starts the server and returns when it is ready."""
        self.process = subprocess.Popen(
            self._through
            + [binary(), "serve", "--listen", f"127.0.0.1:{self.port}", "--data", self.data, "--public-url", self.url]
            + self.options,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            **self._popen,
        )
        wait_until(self._is_ready, READY_SECONDS, "the server gets ready")

    def kill(self):
        """Kills the server as a power cut would: no chance to finish anything."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        """Stops the server as an operator does."""
        processes.stop(self.process)

    def command(self, *arguments, stdin=None):
        """Runs a command on the server's data folder and returns what it printed, without the line's end."""
        done = subprocess.run(
            [binary(), *map(str, arguments), "--data", self.data],
            env=environment(),
            input=stdin,
            stdin=None if stdin is not None else subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )
        if done.returncode != 0:
            raise AssertionError(f"rejoinder {' '.join(map(str, arguments))}: exit {done.returncode}: {done.stderr}")
        return done.stdout.strip()

    def add_site(self, url, slug, title):
        """Adds a site and returns it with the address of its doors."""
        self.command("site", "add", url, "--slug", slug, "--title", title)
        return Site(self, url, slug, self.url)

    def demo_site(self):
        """The site that an empty data folder begins with; once there is another, its doors are below its slug."""
        return Site(self, f"{self.url}/demo", "demo", f"{self.url}/sites/demo")

    def add_moderator(self, login, password, site):
        self.command(
            "user", "add", login, "--email", f"{login}@peer.test", "--role", "administrator", "--site", site.slug,
            stdin=password + "\n",
        )  # fmt: skip

    def add_application_password(self, login, name):
        """Gives an account's program a password of its own and returns it."""
        return self.command("user", "app-password", login, name)

    def query(self, sql, *arguments):
        """Reads from the database beside the running server."""
        database = sqlite3.connect(f"file:{self.data}/rejoinder.db?mode=ro", uri=True, timeout=READY_SECONDS)
        with closing(database):
            return database.execute(sql, arguments).fetchall()

    def log_tail(self):
        """The last lines that the server logged."""
        lines = Path(self._log.name).read_text(errors="replace").splitlines()
        return "\n".join(lines[-LOG_TAIL_LINES:])

    def _is_ready(self):
        if self.process.poll() is not None:
            raise AssertionError(f"the server ended with {self.process.returncode}:\n{self.log_tail()}")
        try:
            return Client().get(self.url + "/readyz").status == 200
        except OSError:
            return False


class Site:
    """A site of the server under test, and the address of its doors: the server's root for the only one."""

    def __init__(self, server, home, slug, doors):
        self.server = server
        self.home = home
        self.slug = slug
        self.doors = doors
        self.xmlrpc = self.doors + "/xmlrpc.php"

    def set(self, **options):
        """Sets options by their WordPress names."""
        for name, value in options.items():
            self.server.command("site", "set", self.slug, name, value)

    def publish_everything(self):
        """Switches moderation off, for tests of what is stored rather than of what is held."""
        self.set(comment_moderation="0", comment_previously_approved="0", comment_max_links="0")

    def add_post(self, url, title):
        """Makes a post and returns its id."""
        return int(self.server.command("post", "add", url, "--title", title, "--site", self.slug))

    def thread(self, post_url):
        """The HTML of a post's comments as a static site fetches it."""
        answer = Client().get(f"{self.doors}/embed/thread?{urlencode({'url': post_url})}")
        if answer.status != 200:
            raise AssertionError(f"thread of {post_url}: {answer.status} {answer.text[:500]}")
        return answer.text

    def comment(self, post_id, text, author="Ada Berg", email="ada@peer.test", headers=None, client=None, **more):
        """Sends the comment form of WordPress and returns the answer."""
        fields = {"comment_post_ID": post_id, "comment": text, "author": author, "email": email, "url": ""} | more
        return (client or Client()).post(self.doors + "/wp-comments-post.php", fields, headers)
