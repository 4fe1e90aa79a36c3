"""A command that a server hands its mail to, and that files it: what it would send can be read without a mail server."""

import email
import email.policy
import tempfile
from pathlib import Path

# A file gets its name only once it is whole.
COMMAND = """#!/bin/sh
cd "$(dirname "$0")"
file=$(mktemp new.XXXXXX)
cat > "$file"
mv "$file" "mail.${file#new.}"
"""


class Sendmail:
    """Use it in a `with`; `command` is then the path of the program."""

    def __init__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="rejoinder-sendmail-")
        self.command = Path(self._folder.name) / "sendmail"

    def __enter__(self):
        self.command.write_text(COMMAND)
        self.command.chmod(0o755)
        return self

    def __exit__(self, *_):
        self._folder.cleanup()

    def take(self):
        """The mails since it was asked last, as messages."""
        messages = []
        for path in self.command.parent.glob("mail.*"):
            messages.append(email.message_from_bytes(path.read_bytes(), policy=email.policy.default))
            path.unlink()
        return messages
