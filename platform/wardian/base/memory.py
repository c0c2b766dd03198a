"""Garbage collection for processes that hold thousands of live episodes."""

import gc

__all__ = ["collect_rarely"]

THRESHOLDS = (50_000, 50, 1_000)


def collect_rarely() -> None:
    """Call once everything heavy is loaded.

    The collector would walk all live episodes again and again: with 2,000 of them that is a third of the
    CPU of a call. What is loaded now stays for good, and little of what comes is cyclic.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
