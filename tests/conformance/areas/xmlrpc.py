"""The XML-RPC endpoint: transport, reading of calls, faults, the methods that need no log-in
(WP 7.1 XML-RPC §1, appendix B)."""

import reasons
from reasons import because
from scenario import Scenario, Xml, call

HELLO = "<methodCall><methodName>demo.sayHello</methodName><params/></methodCall>"


def add(*values):
    """A call that tells how two values were read."""
    params = "".join(f"<param><value>{value}</value></param>" for value in values)
    return f"<methodCall><methodName>demo.addTwoNumbers</methodName><params>{params}</params></methodCall>"


def transport():
    for method in ("GET", "HEAD", "PUT", "DELETE", "OPTIONS"):
        yield Scenario(f"{method} is not allowed", [Xml("", method=method)])
    yield Scenario("a call", [Xml(HELLO)])
    for kind in ("application/xml", "application/x-www-form-urlencoded", "application/json", "text/plain"):
        yield Scenario(f"the content type {kind}", [Xml(HELLO, {"Content-Type": kind})])
    yield Scenario("rsd", [Xml("", method="GET", query="?rsd")], differs=because(reasons.RSD, "1 body"))
    yield Scenario("rsd by POST", [Xml(HELLO, query="?rsd=1")], differs=because(reasons.RSD, "1 body"))


def documents():
    """What is a call and what is none."""
    declaration = '<?xml version="1.0"?>'
    for name, body in {
        "nothing": "",
        "blanks": "  \n ",
        "only a declaration": declaration,
        "not closed": "<methodCall><methodName>x</methodName>",
        "HTML": "<html></html>",
        "capital letters": HELLO.replace("methodCall", "METHODCALL"),
        "another root": HELLO.replace("methodCall", "methodCallX"),
        "a tail": HELLO + "xx",
        "a comment before": "<!-- a -->" + HELLO,
        "a comment after": HELLO + "<!-- a -->",
        "a byte order mark": "\ufeff" + HELLO,
        "a declaration": declaration + HELLO,
        "blank lines before the declaration": "\n\n" + declaration + HELLO,
        "a doctype": declaration + "<!DOCTYPE foo>" + HELLO,
        "a doctype with entities": declaration + '<!DOCTYPE foo [<!ENTITY x "y">]>' + HELLO,
        "an attribute of the root": HELLO.replace("<methodCall>", '<methodCall xmlns="x">'),
        "blanks around the name": HELLO.replace("demo.sayHello", "  demo.sayHello\n"),
        "no params": HELLO.replace("<params/>", ""),
        "a response": "<methodResponse><params><param><value>1</value></param></params></methodResponse>",
        "no name": "<methodCall></methodCall>",
        "an empty name": HELLO.replace("demo.sayHello", ""),
        "another name": HELLO.replace("demo.sayHello", "Demo.SayHello"),
        "an unknown name": HELLO.replace("demo.sayHello", "no.such"),
        "mark-up in the name": HELLO.replace("demo.sayHello", "no&lt;b&gt;&amp;"),
        "an entity of HTML": HELLO.replace("<params/>", "<params><param><value>&nbsp;</value></param></params>"),
    }.items():
        yield Scenario(f"a document: {name}", [Xml(body)])
    latin = '<?xml version="1.0" encoding="ISO-8859-1"?>'.encode() + HELLO.replace("sayHello", "sayHelloé").encode("latin-1")
    yield Scenario("a document in ISO-8859-1", [Xml(latin)], differs=because(reasons.ENCODINGS, "1 body"))
    yield Scenario("bytes that are no UTF-8", [Xml(HELLO.replace("sayHello", "sayHelloé").encode("latin-1"))])
    elements = "<methodCall><methodName>demo.sayHello</methodName><params><param><value><array><data>{}</data></array></value></param></params></methodCall>"
    yield Scenario("many elements", [Xml(elements.format("<value>1</value>" * 14_000))])
    yield Scenario("too many elements", [Xml(elements.format("<value>1</value>" * 31_000))])


def values():
    """How each type is read, by what `demo.addTwoNumbers` makes of it."""
    one = "<int>1</int>"
    for value in ("<int>2</int>", "<i4>2</i4>", "<int> -7 </int>", "<int>+8</int>", "<int>12abc</int>", "<int/>", "<int>1.9</int>",
                  "<double>1.5</double>", "<string>2</string>", "2", "<boolean>1</boolean>", "<i8>2</i8>", "<nil/>"):  # fmt: skip
        differs = {} if value.startswith(("<int", "<i4")) else because(reasons.TWO_INTEGERS, "1 body")
        yield Scenario(f"a value: {value}", [Xml(add(one, value))], differs=differs)
    yield Scenario("one parameter", [Xml(add(one))], differs=because(reasons.TWO_INTEGERS, "1 body"))
    yield Scenario("three parameters", [Xml(add(one, one, one))], differs=because(reasons.TWO_INTEGERS, "1 body"))
    yield Scenario("a list of two as the only parameter", [Xml(add(f"<array><data><value>{one}</value><value>{one}</value></data></array>"))])
    yield Scenario("a number beyond 32 bits", [Xml(add("<int>9999999999</int>", one))])


def methods():
    yield Scenario("demo.sayHello", [call("demo.sayHello")])
    yield Scenario("demo.sayHello with parameters", [call("demo.sayHello", 1, "two")])
    yield Scenario("demo.addTwoNumbers", [call("demo.addTwoNumbers", 2, 3)])
    yield Scenario("system.getCapabilities", [call("system.getCapabilities")], differs=because(reasons.CAPABILITIES, "1 body"))
    yield Scenario("system.listMethods", [call("system.listMethods")], differs=because(reasons.METHODS, "1 body"))
    for name in ("system.methodSignature", "system.methodHelp"):
        yield Scenario(name, [call(name, "demo.sayHello")], differs=because(reasons.INTROSPECTION, "1 body"))


def multicall():
    hello = {"methodName": "demo.sayHello", "params": []}
    adding = {"methodName": "demo.addTwoNumbers", "params": [1, 2]}
    calls = {
        "one call": [hello],
        "two calls": [hello, adding],
        "no call": [],
        "a call of itself": [{"methodName": "system.multicall", "params": []}, hello],
        "an unknown method": [{"methodName": "no.such", "params": []}, hello],
        "a fault between": [hello, {"methodName": "demo.addTwoNumbers", "params": ["a"]}, adding],
        "one parameter that is a list": [{"methodName": "demo.addTwoNumbers", "params": [[1, 2]]}],
    }
    for name, value in calls.items():
        crash = because(reasons.MULTICALL, "1 status", "1 body") if name == "a fault between" else {}
        yield Scenario(f"multicall: {name}", [call("system.multicall", value)], differs=crash)
    yield Scenario("multicall: mark-up in a name", [call("system.multicall", [{"methodName": "no<b>&", "params": []}])],
                   differs=because(reasons.ESCAPED_TWICE, "1 body"))  # fmt: skip
    newer = because(reasons.MULTICALL, "1 body")
    yield Scenario("multicall: of a text", [call("system.multicall", "x")], differs=newer)
    yield Scenario("multicall: of nothing", [call("system.multicall")])
    yield Scenario("multicall: no name", [call("system.multicall", [{"params": []}])], differs=newer)
    yield Scenario("multicall: no params", [call("system.multicall", [{"methodName": "demo.sayHello"}])],
                   differs=newer | because(reasons.MULTICALL, "1 status"))  # fmt: skip
    yield Scenario("multicall: 50 calls", [call("system.multicall", [hello] * 50)])
    yield Scenario("multicall: 51 calls", [call("system.multicall", [hello] * 51)], differs=because(reasons.MULTICALL, "1 body"))


SCENARIOS = [*transport(), *documents(), *values(), *methods(), *multicall()]
