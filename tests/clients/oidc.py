#!/usr/bin/env python3
"""Logging in by a certified OpenID provider, npm's `oidc-provider`, with its options on and off, one row each: a visitor
is sent there, signs in, consents, comes back, comments under the name from there, and logs out. Where this program does
not take what the provider is set to, the visitor is told what to do, and the owner reads why.

`tests/run oidc` installs it: `clients/oidc/node_modules` holds the packages. A table is printed at the end.
"""

import json
import subprocess
import sys
import unittest
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from support import processes  # noqa: E402
from support.rejoinder import Rejoinder  # noqa: E402
from support.visitor import Visitor  # noqa: E402

PROGRAM = Path(__file__).parent / "oidc" / "provider.mjs"
PERSON = "ann-1"
NAME = "Ann of Kent"
SECRET = "a secret: of 100 %, / and + and a space"
CODE_SECONDS = 60
NO_ANSWER = "did not answer as it should"
NOT_IN = "You are not logged in"


class Issuer:
    """The provider as a process. Use it in a `with`."""

    def __init__(self, spec):
        self._spec = spec
        self._process = None
        self.url = ""

    def __enter__(self):
        self._process = subprocess.Popen(
            ["node", PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        try:
            self.change(**self._spec)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self._process.stdin.close()
        processes.stop(self._process)
        self._process.stdout.close()

    def change(self, **spec):
        """Sets it otherwise while it runs."""
        self._process.stdin.write(json.dumps(spec) + "\n")
        self._process.stdin.flush()
        self.url = self._process.stdout.readline().strip()
        assert self.url, "the provider ended"


@dataclass(frozen=True)
class Row:
    """How the provider is set, and what comes of it."""

    what: str
    spec: dict = field(default_factory=dict)
    client: dict = field(default_factory=dict)
    """Of our registration there, by RFC 7591's names."""
    options: tuple = ()
    """Further ones of `rejoinder provider add`."""
    kind: str = "oidc"
    secret: str = SECRET
    issuer: str = "{}"
    """As the owner writes it."""
    refused: str = ""
    """What the owner reads; empty: it logs somebody in."""
    told: str = NO_ANSWER
    """What the visitor reads then."""
    away: int = 0
    """Seconds that the provider's clock goes on before the visitor comes back from it."""
    subject: str = PERSON


def auth(method):
    return {"token_endpoint_auth_method": method}


def signed(algorithm):
    return {"client": {"id_token_signed_response_alg": algorithm}, "spec": {"keys": [["one", algorithm]]}}


def only(*methods):
    return {"config": {"clientAuthMethods": list(methods)}}


PUSHED = {"enabled": True}
SIGNED_USERINFO = {"config": {"features": {"jwtUserinfo": {"enabled": True}}}}
ALL_IN_TOKEN = {"config": {"conformIdTokenClaims": False}}
BY_ITSELF = {"config": {"features": {"registration": {"enabled": True}}}}

ROWS = (
    Row("as it comes: PKCE, iss, basic, RS256, userinfo"),
    Row("PKCE not required", {"asks_pkce": False}),
    Row("answers without iss, and says so", {"names_itself": False, "says_so": False}),
    Row("answers with iss, and does not say so", {"says_so": False}),
    Row("answers without iss, and says that it has one", {"names_itself": False}, refused="does not name its issuer"),
    Row("everything in the ID token", ALL_IN_TOKEN),
    Row("userinfo signed", SIGNED_USERINFO, {"userinfo_signed_response_alg": "RS256"}, refused="the profile: signed"),
    Row("userinfo signed, but everything in the ID token", ALL_IN_TOKEN, {"userinfo_signed_response_alg": "RS256"}),
    Row("an e-mail address that is not verified", {"claims": {"name": NAME, "email": "ann@example.org"}}),
    Row("no e-mail address", {"claims": {"name": NAME}}),
    Row("no name but a user name", {"claims": {"preferred_username": NAME}}),
    Row("issuer below a path", {"below": "/realms/blog"}, issuer="{}/realms/blog"),
    Row("issuer with a slash at its end", {"below": "/"}, issuer="{}/"),
    Row("issuer written without its slash", {"below": "/"}, refused="it says that its issuer is"),
    Row("client authentication: basic", only("client_secret_basic")),
    Row("client authentication: post", only("client_secret_post"), auth("client_secret_post")),
    Row("client authentication: post, as the owner says", {}, auth("client_secret_post"), ("--set", "client_auth=form")),
    Row("client authentication: none", only("none"), auth("none"), secret=""),
    Row("client authentication: private_key_jwt only", only("private_key_jwt"), refused="by private_key_jwt"),
    Row("client authentication: a wrong secret", secret="wrong", refused="invalid_client"),
    Row("registers itself (RFC 7591)", BY_ITSELF, kind="wordpress-com"),
    Row("pushed requests possible", {"config": {"features": {"pushedAuthorizationRequests": PUSHED}}}),
    Row(
        "pushed requests required",
        {"config": {"features": {"pushedAuthorizationRequests": PUSHED | {"requirePushedAuthorizationRequests": True}}}},
        refused="pushed authorization requests",
    ),
    Row("ES256", **signed("ES256")),
    Row("EdDSA", **signed("EdDSA")),
    Row("PS256", **signed("PS256"), refused="PS256"),
    Row("a key set with keys that we do not know", {"keys": [["one", "RS256"], ["large", "ES512"], ["ps", "PS256"]]}),
    Row("pairwise subjects", {"pairwise": True}, {"subject_type": "pairwise"}, subject=""),
    Row("prompt=login", options=("--set", "prompt=login")),
    Row("prompt=consent", options=("--set", "prompt=consent")),
    Row("prompt=none, and nobody signed in there", options=("--set", "prompt=none"), refused="login_required"),
    Row("a code that is too old", away=CODE_SECONDS + 1, refused="invalid_grant"),
    Row("its clock two minutes ahead", {"clock": 120}),
    Row("its clock ten minutes ahead", {"clock": 600}, refused="issued in the future"),
    Row("its clock two minutes behind", {"clock": -120}),
    Row("its clock ten minutes behind", {"clock": -600}, refused="expired"),
)


class Oidc(unittest.TestCase):
    table = []

    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Rejoinder())
        cls.site = cls.server.add_site("http://blog.test/", "blog", "A blog")
        cls.site.publish_everything()
        cls.site.set(form_min_seconds="0")
        cls.thread = f"{cls.site.doors}/?p={cls.site.add_post('http://blog.test/a-post/', 'A post')}"
        cls.made = 0

    @classmethod
    def tearDownClass(cls):
        width = max(len(what) for what, _ in cls.table)
        print(f"\n{'oidc-provider':{width}}  what comes of it\n{'-' * width}  {'-' * 16}")
        for what, came in cls.table:
            print(f"{what:{width}}  {came}")

    def setUp(self):
        type(self).made += 1
        self.id = f"p{self.made}"
        self.visitor = Visitor()

    def offer(self, row):
        """Starts the provider of a row and offers it on the site."""
        redirect = f"{self.site.doors}/login/callback/{self.id}"
        client = {"client_id": "the comments", "redirect_uris": [redirect], "grant_types": ["authorization_code"]}
        client |= {"response_types": ["code"], "client_secret": SECRET} | row.client
        if client.get("token_endpoint_auth_method") == "none":
            del client["client_secret"]
        clients = [] if row.spec is BY_ITSELF or row.refused.startswith("by ") else [client]
        issuer = self.enterContext(Issuer(row.spec | {"clients": clients}))
        options = ["--site", "blog", "--id", self.id, "--name", "Our house", "--issuer", row.issuer.format(issuer.url)]
        if row.kind == "oidc":
            options += ["--client-id", client["client_id"], *(["--secret"] if row.secret else [])]
        self.server.command("provider", "add", row.kind, *options, *row.options, stdin=row.secret)
        self.addCleanup(self.server.command, "provider", "remove", self.id, "--site", "blog")
        return issuer

    def press_button(self, **how):
        """From the thread to the provider, or to why not."""
        self.visitor.open(self.thread)
        icon = self.visitor.document.find("li", id=f"postas-{self.id}")
        self.visitor.open(icon.find("a").get("href"))
        return self.visitor.press("Continue with Our house", **how)

    def sign_in(self, person=PERSON):
        """At the provider, up to its last question."""
        if self.visitor.document.find("input", name="password") is not None:
            self.visitor.press("Sign-in", login=person, password="is not looked at")

    def consent(self):
        """Says yes at the provider; gives the address that it sends the visitor back to."""
        return self.visitor.press("Continue", stop_at=f"{self.site.doors}/login/callback/")

    def log_in(self, person=PERSON):
        self.press_button()
        self.sign_in(person)
        self.visitor.open(self.consent())

    def identities(self, issuer):
        return self.server.query("SELECT account_id, subject, email, email_verified FROM identities WHERE issuer = ?", issuer)

    def error(self):
        """What the owner reads."""
        [(error,)] = self.server.query("SELECT last_error FROM providers WHERE id = ?", self.id)
        return error

    def assert_logged_in(self):
        self.assertEqual(self.visitor.url.split("#")[0], self.thread, f"{self.visitor.text}\n{self.error()}")
        self.assertIn(f"{NAME}: You are commenting using your Our house account.", self.visitor.text)

    def assert_refused(self, told):
        self.assertIn(self.visitor.status, (400, 403, 409))
        self.assertIn(NOT_IN, self.visitor.text)
        self.assertIn(told, self.visitor.text)
        self.visitor.follow("Try again")
        self.assertIn("Continue with Our house", self.visitor.text)
        self.visitor.open(self.thread)
        self.assertNotIn("You are commenting using", self.visitor.text)

    def comment_and_log_out(self):
        words = f"A thought by way of {self.id}."
        self.visitor.press("Post Comment", comment=words)
        self.visitor.open(self.thread)
        comment = next(li for li in self.visitor.document.find_all("li", class_="comment") if words in li.text)
        self.assertEqual(comment.find("b", class_="fn").text, NAME)
        self.assertIn("byuser", comment.classes)
        self.visitor.press("Log Out")
        self.visitor.open(self.thread)
        self.assertNotIn("You are commenting using", self.visitor.text)
        self.assertIsNotNone(self.visitor.document.find("input", id="author"))

    def run_row(self, row):
        issuer = self.offer(row)
        self.press_button()
        if self.visitor.url.startswith(issuer.url):
            self.sign_in()
            back = self.consent()
            issuer.change(clock=row.spec.get("clock", 0) + row.away)
            self.visitor.open(back)
        if row.refused:
            error = self.error()
            self.assertIn(row.refused, error, f"{self.visitor.url} {self.visitor.text}")
            self.assert_refused(row.told)
            self.assertEqual(self.identities(row.issuer.format(issuer.url)), [])
            self.note(row.what, f"refused: {error}")
            return
        self.assert_logged_in()
        [(_, subject, email, is_verified)] = self.identities(row.issuer.format(issuer.url))
        claims = row.spec.get("claims", {"email": "ann@example.org", "email_verified": True})
        self.assertEqual((email, bool(is_verified)), (claims.get("email", ""), claims.get("email_verified", False)))
        self.assertTrue(subject == row.subject if row.subject else len(subject) == 64, subject)
        self.comment_and_log_out()
        self.note(row.what, "logs in")

    def note(self, what, came):
        self.table.append((what, came))

    def test_who_comes_again_is_the_same_and_somebody_else_is_not_whatever_their_address(self):
        issuer = self.offer(Row("", {"pairwise": True}, {"subject_type": "pairwise"}))
        for person in ("ann-1", "ann-1", "bob-2"):
            self.visitor = Visitor()
            self.log_in(person)
            self.assert_logged_in()
        accounts = [account for account, *_ in self.identities(issuer.url)]
        self.assertEqual(len(set(accounts)), 2)
        self.note("one person twice and another, of equal name and address", "two accounts")

    def test_a_new_key_that_is_published_ahead_is_taken_at_once(self):
        issuer = self.offer(Row("", {"keys": [["old", "RS256"], ["new", "RS256"]]}))
        self.log_in()
        self.assert_logged_in()
        issuer.change(keys=[["new", "RS256"], ["old", "RS256"]])
        self.visitor = Visitor()
        self.log_in()
        self.assert_logged_in()
        self.note("signs with another key, published before", "logs in")

    def test_keys_that_are_replaced_all_at_once_are_asked_for_later_and_by_a_server_that_starts(self):
        issuer = self.offer(Row("", {"keys": [["old", "RS256"]]}))
        self.log_in()
        self.assert_logged_in()
        issuer.change(keys=[["new", "RS256"]])
        self.visitor = Visitor()
        self.log_in()
        error = self.error()
        self.assertIn("a key that is not in the key set", error)
        self.assert_refused(NO_ANSWER)
        self.note("its only key replaced, the key set read less than 3 minutes ago", f"refused: {error}")
        self.server.stop()
        self.server.start()
        self.visitor = Visitor()
        self.log_in()
        self.assert_logged_in()
        self.note("its only key replaced, the key set not read since", "logs in")

    def test_who_says_no_there_is_told_that_nothing_was_changed(self):
        issuer = self.offer(Row(""))
        for has_signed_in in (False, True):
            self.visitor = Visitor()
            self.press_button()
            if has_signed_in:
                self.sign_in()
            self.visitor.follow("[ Cancel ]")
            self.assert_refused("You did not log in with Our house. Nothing was changed.")
            self.assertEqual((self.error(), self.identities(issuer.url)), ("", []))
            self.note(f"consent denied{' after signing in' if has_signed_in else ''}", "refused: nothing for an owner")

    def test_an_address_of_return_is_good_once_and_in_its_browser_only(self):
        self.offer(Row(""))
        self.press_button()
        self.sign_in()
        back = self.consent()
        there, self.visitor = self.visitor, Visitor()
        self.visitor.open(back)
        self.assertIn("it began in another browser", self.visitor.text)
        self.visitor = there
        self.visitor.open(back)
        self.assertIn("This log-in is over", self.visitor.text)
        self.visitor = Visitor()
        self.log_in()
        self.assert_logged_in()
        self.note("an address of return that another browser opened", "refused, and gone")


def add_rows():
    """A test for each row, by its name."""
    for number, row in enumerate(ROWS):
        name = "".join(c if c.isalnum() else "_" for c in row.what)
        setattr(Oidc, f"test_{number:02}_{name}", lambda self, row=row: self.run_row(row))


add_rows()

if __name__ == "__main__":
    processes.exit_on_sigterm()
    unittest.main()
