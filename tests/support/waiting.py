"""Waiting for a condition, always with a bound; there is no other wait in the live tests."""

import time

POLL_SECONDS = 0.02


def wait_until(condition, seconds, what):
    """Returns the first true value of `condition()`, or fails after `seconds` saying `what` was awaited."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s in vain: {what}")
        time.sleep(POLL_SECONDS)
