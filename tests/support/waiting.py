"""Waiting for what another thread or process does."""

import time
from collections.abc import Callable

__all__ = ["wait_until"]

PATIENCE_S = 20.0


def wait_until(true: Callable[[], bool]) -> None:
    """Look again and again, for twenty seconds at most."""
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.002)
