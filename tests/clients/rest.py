#!/usr/bin/env python3
"""The REST API against programs that know nothing of Rejoinder: npm's `wpapi` and `@wordpress/api-fetch`
moderate with it, and PyPI's `schemathesis` sends whatever `/openapi.json` allows, and more, and holds every answer
against it: no 5xx, no status, content type or body that is not described.

`tests/run rest` installs them: `SCHEMATHESIS` names the program, `clients/rest/node_modules` holds the packages.
"""

import base64
import json
import os
import subprocess
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from support import processes  # noqa: E402
from support.rejoinder import Rejoinder  # noqa: E402
from support.web import Client  # noqa: E402

HERE = Path(__file__).parent / "rest"
LOGIN, PASSWORD = "moderator", "a long enough password"
CLIENT_SECONDS = 120
# Three runs of it: together below two minutes on a small machine.
DESCRIPTION_SECONDS = 30
EXAMPLES = 15
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)


class Rest(unittest.TestCase):
    def setUp(self):
        self.server = self.enterContext(Rejoinder())
        self.site = self.server.add_site("http://blog.test/", "blog", "A blog")
        self.post = self.site.add_post("http://blog.test/a-post/", "A post")
        self.server.add_moderator(LOGIN, PASSWORD, self.site)
        self.password = self.server.add_application_password(LOGIN, "test")
        self.authorization = "Basic " + base64.b64encode(f"{LOGIN}:{self.password}".encode()).decode()
        self.browser = Client()
        self.cookie = self.log_in()

    def log_in(self):
        """Logs in to the desk, and returns the cookie that a browser has then."""
        form = {"log": LOGIN, "pwd": PASSWORD}
        answer = self.browser.post(self.server.url + "/desk/login", form, {"Origin": self.server.url})
        self.assertEqual(answer.status, 303, answer.text)
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.browser.cookies)

    def nonce(self):
        return self.browser.get(self.server.url + "/wp-admin/admin-ajax.php?action=rest-nonce").text


class Clients(Rest):
    def test_wpapi_discovers_lists_creates_edits_moderates_and_deletes(self):
        self.run_client("wpapi.mjs")

    def test_api_fetch_does_so_with_a_password_and_with_a_cookie(self):
        self.run_client("api_fetch.mjs")

    def run_client(self, script):
        here = {
            "doors": self.site.doors,
            "post": self.post,
            "login": LOGIN,
            "password": self.password,
            "authorization": self.authorization,
            "cookie": self.cookie,
        }
        environment = os.environ | {"REJOINDER_HERE": json.dumps(here)}
        done = subprocess.run(
            ["node", HERE / script], env=environment, capture_output=True, text=True, timeout=CLIENT_SECONDS, check=False
        )
        self.assertEqual(done.returncode, 0, f"{done.stdout}{done.stderr}\n{self.server.log_tail()}")


class Description(Rest):
    def setUp(self):
        super().setUp()
        for n in range(5):
            answer = self.site.comment(self.post, f"Comment {n}.")
            self.assertEqual(answer.status, 302, answer.text)

    def test_answers_to_an_administrator_are_as_described(self):
        # By cookie: an application password would be revoked by the first request that revokes all.
        self.run_schemathesis("--header", f"Cookie: {self.cookie}", "--header", f"X-WP-Nonce: {self.nonce()}")

    def test_answers_to_a_reader_are_as_described(self):
        self.server.command(
            "user", "add", "reader", "--email", "reader@peer.test", "--role", "subscriber", "--site", "blog",
            stdin=PASSWORD + "\n",
        )  # fmt: skip
        password = self.server.command("user", "app-password", "reader", "test")
        all_of_them = ["--exclude-operation-id", "delete_application_passwords"]
        self.run_schemathesis("--auth", f"reader:{password}", *all_of_them)

    def test_answers_to_nobody_are_as_described(self):
        self.site.set(rest_allow_anonymous_comments="1")
        self.run_schemathesis()

    def run_schemathesis(self, *options):
        command = [
            os.environ["SCHEMATHESIS"], "run", self.site.doors + "/openapi.json", "--checks", ",".join(CHECKS),
            "--phases", "examples,coverage,fuzzing,stateful", "--max-examples", str(EXAMPLES),
            "--max-time", str(DESCRIPTION_SECONDS), "--workers", "1", "--seed", "1", "--generation-database", "none",
            "--warnings", "off", "--no-color", *options,
        ]  # fmt: skip
        done = subprocess.run(
            command, cwd=self.server.data, capture_output=True, text=True, timeout=4 * DESCRIPTION_SECONDS, check=False
        )
        said = done.stdout + done.stderr
        self.assertEqual(done.returncode, 0, f"{said[-8000:]}\n{self.server.log_tail()}")
        self.assertIn("generated", said)


if __name__ == "__main__":
    processes.exit_on_sigterm()
    unittest.main()
