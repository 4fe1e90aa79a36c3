"""A real mail server on loopback that keeps what it is handed, parsed. Wants aiosmtpd: see tests/mail."""

import email
import email.policy
import logging
import ssl
import subprocess
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

from . import processes
from .waiting import wait_until

MAIL_SECONDS = 30
logging.getLogger("mail.log").disabled = True  # it tells of every connection that is meant to fail
LINE_BYTES_MAX = 998


@dataclass(frozen=True)
class Mail:
    """A mail as it arrived: its envelope, its bytes, and what Python makes of them."""

    sender: str
    recipients: tuple
    raw: bytes
    message: EmailMessage
    over_tls: bool
    login: str | None

    @property
    def to(self):
        """The one recipient, whom the header names too."""
        [recipient] = self.recipients
        assert [address.addr_spec for address in self.message["To"].addresses] == [recipient], self.raw
        return recipient

    @property
    def subject(self):
        return str(self.message["Subject"])

    @property
    def sender_name(self):
        [address] = self.message["From"].addresses
        return address.display_name

    @property
    def reply_to(self):
        header = self.message["Reply-To"]
        return header and header.addresses[0].addr_spec

    @property
    def id(self):
        return str(self.message["Message-ID"])

    @property
    def text(self):
        """The text; a mail may end with empty lines."""
        return self.message.get_content().replace("\r\n", "\n").rstrip("\n") + "\n"

    def link(self, start):
        """The first address in the text that begins so."""
        found = next((word for word in self.text.split() if word.startswith(start)), None)
        assert found, f"no {start}… in {self.text}"
        return found


def parse(sender, recipients, raw, over_tls, login):
    """Reads a mail; anything that its headers or its lines should not have is a failure."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    defects = list(message.defects) + [defect for header in message.values() for defect in header.defects]
    assert not defects, f"{defects}: {raw!r}"
    assert raw.isascii(), raw
    for line in raw.split(b"\r\n"):
        assert len(line) <= LINE_BYTES_MAX and b"\r" not in line and b"\n" not in line, line
    return Mail(sender, tuple(recipients), raw, message, over_tls, login)


class MailServer:
    """Use it in a `with`; it then takes mail on `port` until it is left or stopped, and again once started.

    `answer(mail)` may answer in place of `250 OK`, or do something first: it runs after the last dot and before
    the answer. With `certificate` it offers STARTTLS and wants a log-in, or, with `implicit`, speaks TLS from the
    first byte.
    """

    def __init__(self, certificate=None, implicit=False, login=None):
        self.port = processes.free_port()
        self.answer = lambda _mail: None
        self.failures = []
        self._mails = []
        self._login = login
        self._controller = None
        self._implicit = implicit
        self._context = None
        if certificate:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(certificate.chain, certificate.key)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        starttls = self._context if not self._implicit else None
        options = {"tls_context": starttls, "require_starttls": bool(starttls)}
        if self._login:
            options |= {"authenticator": self._authenticate, "auth_required": True, "auth_require_tls": True}
        controller = Controller(
            self, hostname="127.0.0.1", port=self.port, ssl_context=self._context if self._implicit else None
        )
        controller.factory = lambda: SMTP(self, enable_SMTPUTF8=False, **options)
        controller.start()
        self._controller = controller

    def stop(self):
        if self._controller:
            self._controller.stop()
            self._controller = None

    def mails(self):
        """All mails so far, oldest first."""
        assert not self.failures, self.failures
        return list(self._mails)

    def take(self, count=1):
        """Waits for so many mails, and forgets them."""
        wait_until(lambda: len(self.mails()) >= count, MAIL_SECONDS, f"{count} mails arrive")
        taken, self._mails = self._mails[:count], self._mails[count:]
        return taken

    def _authenticate(self, _server, session, _envelope, _mechanism, data):
        given = (data.login.decode(), data.password.decode())
        session.login_name = given[0]
        return AuthResult(success=given == self._login, handled=False)

    async def handle_DATA(self, _server, session, envelope):
        over_tls = session.ssl is not None or self._implicit
        login = getattr(session, "login_name", None)
        try:
            mail = parse(envelope.mail_from, envelope.rcpt_tos, envelope.content, over_tls, login)
        except Exception as failure:  # the test's thread reports it
            self.failures.append(failure)
            return "554 5.6.0 This is no mail"
        answer = self.answer(mail)
        if answer is None or answer.startswith("2"):
            self._mails.append(mail)
        return answer or "250 OK"


@dataclass(frozen=True)
class Certificate:
    """A server's certificate with its key, and the authority that signed it."""

    authority: Path
    chain: Path
    key: Path


def certificate_for_loopback(folder):
    """An authority of the test's own, and a certificate for 127.0.0.1 that it has signed."""
    folder = Path(folder)

    def openssl(*arguments):
        subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)

    authority, key, request, chain = (folder / name for name in ("ca.pem", "key.pem", "request.pem", "chain.pem"))
    new = ("req", "-newkey", "rsa:2048", "-nodes", "-keyout")
    openssl(*new, folder / "ca.key", "-x509", "-days", 2, "-subj", "/CN=A test's authority", "-out", authority)
    openssl(*new, key, "-subj", "/CN=127.0.0.1", "-out", request)
    (folder / "extensions").write_text("subjectAltName=IP:127.0.0.1\n")
    openssl(
        "x509", "-req", "-in", request, "-CA", authority, "-CAkey", folder / "ca.key", "-days", 2,
        "-extfile", folder / "extensions", "-out", chain,
    )  # fmt: skip
    return Certificate(authority, chain, key)
