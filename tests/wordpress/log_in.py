#!/usr/bin/env python3
"""Logging in with a real WordPress, by its page where a user lets a program in (`authorize-application.php`): a visitor
names their site, signs in there, says yes or no, and comments under their name from there. The application password
that WordPress makes for it is revoked at once.

WordPress has this only over https or where its environment is called local, as it is here.
"""

import base64
import sys
import unittest
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

sys.path.insert(0, str(Path(__file__).parents[1]))

from support import processes  # noqa: E402
from support.rejoinder import Rejoinder  # noqa: E402
from support.visitor import Visitor  # noqa: E402
from support.web import Client  # noqa: E402
from wordpress import HERE, LOGIN, PASSWORD, WordPress  # noqa: E402


class LogIn(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        plugins = (HERE / "switched_off.php",)
        cls.wordpress = cls.enterClassContext(WordPress(plugins=plugins, environment="local"))
        cls.server = cls.enterClassContext(Rejoinder())
        cls.site = cls.server.add_site("http://blog.test/", "blog", "A blog")
        cls.site.publish_everything()
        cls.site.set(form_min_seconds="0")
        cls.thread = f"{cls.site.doors}/?p={cls.site.add_post('http://blog.test/a-post/', 'A post')}"
        cls.server.command("provider", "add", "wordpress", "--site", "blog")
        print(f"WordPress {cls.wordpress.version}", file=sys.stderr)

    def setUp(self):
        self.visitor = Visitor()
        self.error_before = self.error()

    def name_the_site(self, typed=None):
        """From the thread to the page that asks whether this program may be let in."""
        self.visitor.open(self.thread)
        icon = self.visitor.document.find("li", id="postas-wordpress")
        self.visitor.open(icon.find("a").get("href"))
        self.visitor.press("Continue with WordPress site", instance=typed or self.wordpress.url)
        if "wp-login.php" in self.visitor.url:
            self.visitor.press("Log In", log=LOGIN, pwd=PASSWORD)

    def switch_off(self, what):
        flag = self.wordpress.folder / "log" / what
        flag.touch()
        self.addCleanup(flag.unlink)

    def status_of(self, user, password):
        """How WordPress's API answers to this application password."""
        basic = base64.b64encode(f"{user}:{password}".encode()).decode()
        address = self.wordpress.url + "/index.php?rest_route=/wp/v2/users/me"
        return Client().get(address, {"Authorization": f"Basic {basic}"}).status

    def identities(self):
        return self.server.query("SELECT issuer, subject, email FROM identities")

    def error(self):
        [(error,)] = self.server.query("SELECT last_error FROM providers WHERE id = 'wordpress'")
        return error

    def assert_refused(self, told):
        self.assertTrue(self.visitor.url.startswith(self.site.doors), self.visitor.url)
        self.assertIn("You are not logged in", self.visitor.text)
        self.assertIn(told, self.visitor.text)
        self.visitor.follow("Try again")
        self.assertIn("Continue with WordPress site", self.visitor.text)

    def test_a_user_logs_in_comments_and_leaves_no_password_behind(self):
        self.name_the_site()
        self.assertIn("authorize-application.php", self.visitor.url)
        self.assertIn("Comments on 127.0.0.1", self.visitor.text)
        back = self.visitor.press("Yes, I approve of this connection", stop_at=self.site.doors)
        granted = {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}
        self.assertEqual(granted["site_url"], self.wordpress.url)
        user, password = granted["user_login"], granted["password"]
        self.assertEqual(self.status_of(user, password), 200, "it is a password")

        self.visitor.open(back)
        self.assertEqual(self.status_of(user, password), 401, "and none any more")
        self.assertEqual(self.visitor.url, f"{self.thread}#respond")
        self.assertIn(f"{LOGIN}: You are commenting using your 127.0.0.1 account.", self.visitor.text)
        self.assertEqual(self.identities(), [(f"wordpress:{self.wordpress.url}", "1", "")])
        self.assertEqual(self.error(), self.error_before)
        self.visitor.press("Post Comment", comment="From a user of WordPress.")
        self.visitor.open(self.thread)
        comment = next(li for li in self.visitor.document.find_all("li", class_="byuser"))
        self.assertEqual(comment.find("b", class_="fn").text, LOGIN)
        self.assertIn("From a user of WordPress.", comment.text)
        self.visitor.press("Log Out")

        self.visitor.open(self.wordpress.url + "/wp-admin/profile.php")
        self.assertIn("Application Passwords", self.visitor.text)
        self.assertNotIn("Comments on 127.0.0.1", self.visitor.text)
        self.name_the_site(self.wordpress.url.removeprefix("http://") + "/")
        self.visitor.open(self.visitor.press("Yes, I approve of this connection", stop_at=self.site.doors))
        self.assertEqual(len(self.identities()), 1, "the same person")

    def test_a_user_who_says_no_is_not_logged_in(self):
        before = self.identities()
        self.name_the_site()
        self.visitor.press("No, I do not approve of this connection")
        self.assert_refused("You did not log in with WordPress site. Nothing was changed.")
        self.assertEqual((self.identities(), self.error()), (before, self.error_before), "nothing for an owner to mend")

    def test_a_site_without_application_passwords_is_told_so_before_anybody_is_sent_there(self):
        self.switch_off("off")
        self.name_the_site()
        self.assert_refused("did not answer as it should")
        self.assertEqual(self.error(), "application passwords are switched off there")

    def test_a_user_who_may_have_none_is_sent_back_and_told_so(self):
        self.switch_off("off-for-users")
        self.name_the_site()
        self.assertEqual(self.visitor.status, 501)
        self.visitor.follow("Go Back")
        self.assert_refused("does not let you use application passwords")
        self.assertEqual(self.error(), self.error_before, "nothing for an owner to mend")


if __name__ == "__main__":
    processes.exit_on_sigterm()
    unittest.main()
