#!/usr/bin/env python3
"""R-FULL-1: on a full disk reads go on, writes are refused with 503, and all is well once there is room again.

As root, or with sudo, the data folder is a file system of 20 MiB that the test fills to the last byte. Elsewhere
the operating system limits the size of the server's files instead, and the test raises the limit again.
"""

import os
import resource
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from support import processes  # noqa: E402
from support.rejoinder import Rejoinder  # noqa: E402
from support.waiting import wait_until  # noqa: E402
from support.web import Client  # noqa: E402

DISK_BYTES = 20 << 20
FILE_BYTES_MAX = 2 << 20
WRITES_MAX = 5000
REFUSED_WRITES = 20
RECOVERY_SECONDS = 30
BLOG = "http://127.0.0.1:9/"
POST = BLOG + "post/"


class SmallDisk:
    """A file system of 20 MiB in memory that can be filled and emptied."""

    def __init__(self, folder):
        self.folder = folder
        self.popen = {}

    @staticmethod
    def mount(folder):
        """Mounts it on the folder; None where that is not allowed."""
        options = f"size={DISK_BYTES},uid={os.geteuid()},mode=700"
        mount = [*_as_root(), "mount", "-t", "tmpfs", "-o", options, "rejoinder-test", folder]
        done = subprocess.run(mount, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        return SmallDisk(folder) if done.returncode == 0 else None

    def unmount(self):
        subprocess.run([*_as_root(), "umount", self.folder], check=True)

    def fill(self, _server):
        with open(self.folder / "filler", "wb", buffering=0) as filler:
            for block in (1 << 16, 1):
                self._fill_with(filler, bytes(block))

    def empty(self, _server):
        (self.folder / "filler").unlink()

    @staticmethod
    def _fill_with(filler, block):
        for _ in range(DISK_BYTES):
            try:
                filler.write(block)
            except OSError:
                return
        raise AssertionError("the small disk is not small")


class FileSizeLimit:
    """The fallback: no file of the server may grow beyond 2 MiB until the limit is raised again."""

    def __init__(self):
        # Python ignores SIGXFSZ, and the server inherits that: its writes then fail with EFBIG.
        self.popen = {"restore_signals": False}

    def unmount(self):
        pass

    def fill(self, server):
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (FILE_BYTES_MAX, resource.RLIM_INFINITY))

    def empty(self, server):
        unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, unlimited)


def _as_root():
    return [] if os.geteuid() == 0 else ["sudo", "-n"]


class DiskFull(unittest.TestCase):
    def setUp(self):
        folder = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="rejoinder-small-disk-")))
        self.disk = SmallDisk.mount(folder) or FileSizeLimit()
        self.addCleanup(self.disk.unmount)
        self.server = self.enterContext(Rejoinder(data=folder, **self.disk.popen))
        self.site = self.server.add_site(BLOG, "blog", "A blog")
        self.site.publish_everything()
        self.post_id = self.site.add_post(POST, "A post")
        self.acknowledged = []
        print(f"disk: {type(self.disk).__name__}", file=sys.stderr)

    def test_reads_go_on_and_writes_are_refused_until_there_is_room(self):
        self.assertEqual(self.write(), 201)
        self.disk.fill(self.server)
        self.write_until_refused()

        for _ in range(REFUSED_WRITES):
            self.assertEqual(self.write(), 503)
        self.reads_go_on()

        self.disk.empty(self.server)
        wait_until(lambda: self.write() == 201, RECOVERY_SECONDS, "writes are taken again")
        self.all_acknowledged_are_there_once()

        self.server.stop()
        self.server.start()
        self.all_acknowledged_are_there_once()
        self.assertEqual(self.server.query("PRAGMA integrity_check"), [("ok",)])

    def write(self):
        """Posts a comment and returns the status; a success is remembered."""
        marker = f"mark-{len(self.acknowledged)}-{os.urandom(8).hex()}"
        headers = {"Accept": "application/json", "Idempotency-Key": marker}
        text = marker + " " + "and some more words " * 100
        status = self.site.comment(self.post_id, text, headers=headers).status
        if status == 201:
            self.acknowledged.append(marker)
        return status

    def write_until_refused(self):
        """The database has some room of its own left, in its log; it is soon used up."""
        for _ in range(WRITES_MAX):
            status = self.write()
            if status == 503:
                return
            self.assertEqual(status, 201)
        self.fail(f"{WRITES_MAX} comments fit on a full disk")

    def reads_go_on(self):
        thread = self.site.thread(POST)
        for marker in self.acknowledged:
            self.assertIn(marker, thread)
        page = Client().get(f"{self.site.doors}/?p={self.post_id}")
        self.assertEqual(page.status, 200)
        self.assertEqual(Client().get(self.server.url + "/healthz").status, 200)

    def all_acknowledged_are_there_once(self):
        stored = [content.split()[0] for (content,) in self.server.query("SELECT content FROM comments WHERE content LIKE 'mark-%'")]
        self.assertEqual(sorted(stored), sorted(self.acknowledged))


if __name__ == "__main__":
    processes.exit_on_sigterm()
    unittest.main()
