#!/usr/bin/env python3
"""XML bombs against the real program (S-XML-1): what they cost it, and which system calls they cause.

Whatever a DTD declares, nothing is expanded and nothing is fetched: each document is refused with -32700, takes
next to no memory and time, and makes the program open no file and connect to nobody.
"""

import os
import re
import sys
import tempfile
import unittest
import urllib.request
import xmlrpc.client
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from support import processes  # noqa: E402
from support.rejoinder import Rejoinder  # noqa: E402
from support.waiting import wait_until  # noqa: E402
from support.web import REQUEST_SECONDS, WebServer, linking_page  # noqa: E402

BODY_BYTES_MAX = 1024 * 1024
GROWTH_BYTES_MAX = 1024 * 1024
CPU_SECONDS_MAX = 0.005  # a document
ROUNDS = 20
TRACE_SECONDS = 10
# System calls by which a process reaches files and the network; `accept4` and reading requests are not among them.
TRACED = "%file,socket,connect,bind"
# What the C library looks up when it gives memory back or makes a heap for a thread.
OF_THE_ALLOCATOR = ("/proc/sys/vm/overcommit_memory", "/sys/devices/system/cpu/")


def call(text, doctype=""):
    return f"{doctype}<methodCall><methodName>{text}</methodName><params/></methodCall>"


def documents(secret, address):
    """Hostile documents by name. `secret` is a file's path, and `address` a web address: neither is to be touched."""
    laughs = "<!ENTITY a0 'ha'>" + "".join(f"<!ENTITY a{n} '&a{n - 1};&a{n - 1};'>" for n in range(1, 20))
    tenfold = "<!ENTITY b0 'ha'>" + "".join(f"<!ENTITY b{n} '{f'&b{n - 1};' * 10}'>" for n in range(1, 10))
    large = "x" * 100_000
    bombs = {
        "billion laughs": call("&a19;", f"<!DOCTYPE methodCall [{laughs}]>"),
        "billion laughs, tenfold": call("&b9;", f"<!DOCTYPE methodCall [{tenfold}]>"),
        "quadratic blow-up": call("&a;" * 10_000, f"<!DOCTYPE methodCall [<!ENTITY a '{large}'>]>"),
        "recursive entity": call("&a;", "<!DOCTYPE methodCall [<!ENTITY a '&b;'><!ENTITY b '&a;'>]>"),
        "external entity, file": call("&a;", f"<!DOCTYPE methodCall [<!ENTITY a SYSTEM 'file://{secret}'>]>"),
        "external entity, path": call("&a;", f"<!DOCTYPE methodCall [<!ENTITY a SYSTEM '{secret}'>]>"),
        "external entity, web": call("&a;", f"<!DOCTYPE methodCall [<!ENTITY a SYSTEM '{address}/a'>]>"),
        "parameter entity, file": call("a", f"<!DOCTYPE methodCall [<!ENTITY % a SYSTEM 'file://{secret}'> %a;]>"),
        "parameter entity, web": call("a", f"<!DOCTYPE methodCall [<!ENTITY % a SYSTEM '{address}/b'> %a;]>"),
        "external subset, web": call("&a;", f"<!DOCTYPE methodCall SYSTEM '{address}/c.dtd'>"),
        "external subset, file": call("&a;", f"<!DOCTYPE methodCall PUBLIC '-//x' 'file://{secret}'>"),
        "only a DTD": f"<!DOCTYPE methodCall [{laughs}]>",
        "only a DTD without a subset": f"<!DOCTYPE methodCall SYSTEM '{address}/d.dtd'>",
        "inclusion": call(f"<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='{address}/e'/>&a;"),
        "style sheet": f"<?xml-stylesheet href='{address}/f'?>" + call("demo.sayHello"),
    }
    blanks, declaration = " \n\t " * 15_000, "<?xml version='1.0' encoding='UTF-8'?>\n"
    after_blanks = {f"{name}, after 60 kB of white space": blanks + body for name, body in bombs.items()}
    after_declaration = {f"{name}, after a declaration": declaration + body for name, body in bombs.items()}
    return bombs | after_blanks | after_declaration


def send(server, body):
    """The answer's value; raises the answer's fault."""
    request = urllib.request.Request(server.url + "/xmlrpc.php", data=body.encode(), method="POST")
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=REQUEST_SECONDS) as answer:
        return xmlrpc.client.loads(answer.read())[0][0]


class HostileXml(unittest.TestCase):
    def setUp(self):
        self.elsewhere = self.enterContext(WebServer())
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="rejoinder-secret-")))
        self.secret = self.folder / "secret"
        self.secret.write_text("the secret")
        self.server = self.enterContext(Rejoinder(through=self.through_command()))
        self.documents = documents(self.secret, self.elsewhere.url)

    def through_command(self):
        return ()

    def refuse_all(self):
        for name, body in self.documents.items():
            with self.subTest(name):
                with self.assertRaises(xmlrpc.client.Fault) as refused:
                    send(self.server, body)
                self.assertEqual(refused.exception.faultCode, -32700)
                self.assertNotIn("the secret", refused.exception.faultString)
        self.assertEqual(self.elsewhere.visits, [])


class Costs(HostileXml):
    def memory(self, name):
        """A line of the process's status, in bytes."""
        status = Path(f"/proc/{self.server.process.pid}/status").read_text()
        return int(re.search(rf"^{name}:\s+(\d+) kB$", status, re.MULTILINE)[1]) * 1024

    def cpu_seconds(self):
        fields = Path(f"/proc/{self.server.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def test_bombs_take_little_memory_and_time(self):
        # What any large request takes is no cost of a bomb: the program has it before the measurement.
        padded = call("demo.sayHello").ljust(BODY_BYTES_MAX)
        for _ in range(ROUNDS):
            self.assertEqual(send(self.server, padded), "Hello!")
        Path(f"/proc/{self.server.process.pid}/clear_refs").write_text("5")  # the peak begins anew
        memory, cpu = self.memory("VmRSS"), self.cpu_seconds()
        for _ in range(ROUNDS):
            self.refuse_all()
        growth = self.memory("VmHWM") - memory
        seconds = (self.cpu_seconds() - cpu) / (ROUNDS * len(self.documents))
        print(f"{growth / 1024:.0f} KiB in all, {seconds * 1000:.2f} ms a document", file=sys.stderr)
        self.assertLess(growth, GROWTH_BYTES_MAX)
        self.assertLess(seconds, CPU_SECONDS_MAX)


class SystemCalls(HostileXml):
    def through_command(self):
        self.log = self.folder / "trace"
        # -D: the tracer is the server's child, so that the server is ours.
        return ("strace", "-D", "-f", "-qq", "-e", f"trace={TRACED}", "-e", "signal=none", "-o", self.log)

    def traced(self):
        """The lines traced so far, without those about the program's own data and memory."""
        own = (str(self.server.data), *OF_THE_ALLOCATOR)
        lines = self.log.read_text(errors="replace").splitlines()
        return [line for line in lines if not any(path in line for path in own)]

    def visit_and_trace(self, name):
        """Has the program do what it may: fetch a page to verify a pingback. Returns once that is seen."""
        port = self.elsewhere.url.rsplit(":", 1)[1]
        before = len(self.traced())
        source = self.elsewhere.put(f"/{name}", linking_page(name, self.target))
        self.assertIn("registered", send(self.server, xmlrpc.client.dumps((source, self.target), "pingback.ping")))

        def is_seen():
            return any(f"htons({port})" in line and "connect(" in line for line in self.traced()[before:])

        wait_until(is_seen, TRACE_SECONDS, "the trace shows a connection")
        self.elsewhere.visits.clear()

    def test_bombs_open_no_file_and_connect_to_nobody(self):
        self.target = self.server.query("SELECT url FROM posts")[0][0]
        self.visit_and_trace("before")
        before = len(self.traced())
        self.refuse_all()
        self.visit_and_trace("after")  # the trace was awake all the time, and has been written
        calls = self.traced()[before:]
        visit = next(number for number, line in enumerate(calls) if "socket(" in line)
        self.assertEqual(calls[:visit], [])


if __name__ == "__main__":
    processes.exit_on_sigterm()
    unittest.main()
