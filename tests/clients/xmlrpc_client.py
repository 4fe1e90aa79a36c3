#!/usr/bin/env python3
"""Python's own XML-RPC client speaks to Rejoinder: the methods of the pingback endpoint, and each of its faults.

A refused ping must change nothing but be recorded as a refused claim: the comments and what
`getPingbacks` tells stay as they were.
"""

import sys
import unittest
import xmlrpc.client
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from support import processes  # noqa: E402
from support.rejoinder import Rejoinder  # noqa: E402
from support.web import WebServer, linking_page  # noqa: E402

METHODS = {
    "demo.addTwoNumbers",
    "demo.sayHello",
    "pingback.extensions.getPingbacks",
    "pingback.ping",
    "system.getCapabilities",
    "system.listMethods",
    "system.methodHelp",
    "system.methodSignature",
    "system.multicall",
}
NO_TARGET = "The specified target URL cannot be used as a target. It either does not exist, or it is not a pingback-enabled resource."


class Endpoint(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.blog = cls.enterClassContext(WebServer())
        cls.elsewhere = cls.enterClassContext(WebServer())
        cls.server = cls.enterClassContext(Rejoinder())
        cls.site = cls.server.add_site(cls.blog.url + "/", "blog", "A blog")
        cls.site.publish_everything()
        cls.target = cls.blog.put("/post/", "<title>A post</title><p>Words.</p>")
        cls.post_id = cls.site.add_post(cls.target, "A post")
        cls.client = cls.enterClassContext(xmlrpc.client.ServerProxy(cls.site.xmlrpc))

    def ping(self, source, target=None):
        return self.client.pingback.ping(source, target or self.target)

    def source(self, name, target=None):
        """A page elsewhere that links to the target, with a title of its own (equal ones are duplicates)."""
        return self.elsewhere.put(f"/{name}", linking_page(f"Source {name}", target or self.target))

    def comments(self):
        return self.server.query("SELECT site_id, id, post_id, status, content FROM comments ORDER BY site_id, id")

    def assert_fault(self, code, text, call, *arguments):
        """The call is refused with the fault, and no comment came or went. The text may be any where it is None."""
        before = self.comments(), self.client.pingback.extensions.getPingbacks(self.target)
        with self.assertRaises(xmlrpc.client.Fault) as refused:
            call(*arguments)
        self.assertEqual(refused.exception.faultCode, code)
        self.assertTrue(refused.exception.faultString, "a fault says why")
        if text is not None:
            self.assertEqual(refused.exception.faultString, text)
        after = self.comments(), self.client.pingback.extensions.getPingbacks(self.target)
        self.assertEqual(after, before)


class Introspection(Endpoint):
    def test_methods_are_listed(self):
        self.assertLessEqual(METHODS, set(self.client.system.listMethods()))

    def test_every_listed_method_has_help_and_signature(self):
        for method in self.client.system.listMethods():
            with self.subTest(method):
                self.assertTrue(self.client.system.methodHelp(method))
                for signature in self.client.system.methodSignature(method):
                    self.assertGreaterEqual(len(signature), 1)

    def test_capabilities_name_the_specifications(self):
        capabilities = self.client.system.getCapabilities()
        for name in ("xmlrpc", "faults_interop", "system.multicall"):
            self.assertEqual(set(capabilities[name]), {"specUrl", "specVersion"})

    def test_demo_methods_answer(self):
        self.assertEqual(self.client.demo.sayHello(), "Hello!")
        self.assertEqual(self.client.demo.addTwoNumbers(19, 23), 42)

    def test_demo_refuses_what_is_no_integer(self):
        text = "Invalid arguments passed to this XML-RPC method. Requires two integers."
        self.assert_fault(400, text, self.client.demo.addTwoNumbers, "19", 23)

    def test_unknown_method_is_refused(self):
        text = "server error. requested method no.such does not exist."
        self.assert_fault(-32601, text, self.client.no.such)

    def test_multicall_answers_each_call_by_itself(self):
        calls = xmlrpc.client.MultiCall(self.client)
        calls.demo.sayHello()
        calls.demo.addTwoNumbers(1, "x")
        calls.demo.addTwoNumbers(1, 2)
        answers = calls()
        self.assertEqual((answers[0], answers[2]), ("Hello!", 3))
        with self.assertRaises(xmlrpc.client.Fault) as refused:
            answers[1]
        self.assertEqual(refused.exception.faultCode, 400)

    def test_multicall_inside_multicall_is_refused(self):
        [answer] = self.client.system.multicall([{"methodName": "system.multicall", "params": [[]]}])
        self.assertEqual(answer["faultCode"], -32600)


class Pingback(Endpoint):
    def test_good_ping_is_registered_and_listed(self):
        source = self.source("good")
        self.assertEqual(
            self.ping(source), f"Pingback from {source} to {self.target} registered. Keep the web talking! :-)"
        )
        self.assertIn(source, self.client.pingback.extensions.getPingbacks(self.target))
        thread = self.site.thread(self.target)
        self.assertIn("Source good", thread)
        self.assertIn("the linked words", thread)

    def test_source_is_told_for_whom_it_is_fetched(self):
        self.ping(self.source("honest"))
        [visit] = self.elsewhere.visits_to("/honest")
        self.assertEqual(visit.headers["X-Pingback-Forwarded-For"], "127.0.0.1")
        self.assertIn("verifying pingback from 127.0.0.1", visit.headers["User-Agent"])

    def test_fault_0_source_is_no_url(self):
        for source in ("", "no url", "ftp://127.0.0.1/x", "http://user:secret@127.0.0.1/x", "javascript:alert(1)"):
            with self.subTest(source):
                self.assert_fault(0, "A valid URL was not provided.", self.ping, source)

    def test_fault_0_target_is_elsewhere(self):
        source = self.source("stray", "http://blog.example/post/")
        self.assert_fault(0, "Is there no link to us?", self.ping, source, "http://blog.example/post/")

    def test_fault_0_source_is_the_target(self):
        text = "The source URL and the target URL cannot both point to the same resource."
        self.assert_fault(0, text, self.ping, self.target)

    def test_fault_16_source_does_not_exist(self):
        closed = f"http://127.0.0.1:{processes.free_port()}/nobody-listens"
        empty = self.elsewhere.put("/empty", "")
        for source in (closed, empty):
            with self.subTest(source):
                self.assert_fault(16, "The source URL does not exist.", self.ping, source)

    def test_fault_17_source_has_no_link(self):
        source = self.elsewhere.put("/no-link", "<title>No link</title><p>Only words.</p>")
        text = "The source URL does not contain a link to the target URL, and so cannot be used as a source."
        self.assert_fault(17, text, self.ping, source)

    def test_fault_32_source_has_no_title(self):
        source = self.elsewhere.put("/no-title", f'<p>See <a href="{self.target}">this</a>.</p>')
        self.assert_fault(32, "A title on that page cannot be found.", self.ping, source)

    def test_fault_32_target_does_not_exist(self):
        missing = self.blog.url + "/no-such-page/"
        text = "The specified target URL does not exist."
        self.assert_fault(32, text, self.ping, self.source("to-nowhere", missing), missing)

    def test_fault_33_target_is_unknown(self):
        unknown = self.blog.put("/unknown/", "<title>Unknown</title>")
        self.site.set(discover_posts="0")
        self.addCleanup(self.site.set, discover_posts="1")
        self.assert_fault(33, NO_TARGET, self.ping, self.source("to-unknown", unknown), unknown)

    def test_fault_33_target_is_closed(self):
        closed = self.blog.put("/closed/", "<title>Closed</title>")
        post_id = self.site.add_post(closed, "Closed")
        self.server.command("post", "set", post_id, "ping_status", "closed", "--site", self.site.slug)
        self.assert_fault(33, NO_TARGET, self.ping, self.source("to-closed", closed), closed)

    def test_fault_48_is_registered_already(self):
        source = self.source("twice")
        self.ping(source)
        self.assert_fault(48, "The pingback has already been registered.", self.ping, source)
        self.assertEqual(len(self.elsewhere.visits_to("/twice")), 1, "the source is not fetched again")

    def test_fault_49_source_is_not_welcome(self):
        source = self.source("unwelcome-source")
        self.site.set(disallowed_keys="unwelcome-source")
        self.addCleanup(self.site.set, disallowed_keys="")
        self.assert_fault(49, None, self.ping, source)

    def test_fault_50_source_fails(self):
        source = self.elsewhere.put("/broken", linking_page("Broken", self.target), status=503)
        self.assert_fault(50, None, self.ping, source)

    def test_too_few_arguments_are_refused(self):
        with self.assertRaises(xmlrpc.client.Fault):
            self.client.pingback.ping(self.source("alone"))

    def test_get_pingbacks_of_an_unknown_target(self):
        unknown = self.blog.url + "/no-such-page/"
        self.assert_fault(33, NO_TARGET, self.client.pingback.extensions.getPingbacks, unknown)


if __name__ == "__main__":
    processes.exit_on_sigterm()
    unittest.main()
