"""Child processes that never outlive the test that started them."""

import signal
import socket
import subprocess
import sys

STOP_SECONDS = 30


def exit_on_sigterm():
    """Makes SIGTERM unwind the stack, so that every `finally` and clean-up runs and children are stopped."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


def free_port():
    """A TCP port of 127.0.0.1 that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def stop(process, how=signal.SIGTERM):
    """Stops a child with a signal and waits for it; kills it when it does not heed."""
    if process is None or process.poll() is not None:
        return
    process.send_signal(how)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise AssertionError(f"{process.args[0]} did not stop within {STOP_SECONDS} s") from None
