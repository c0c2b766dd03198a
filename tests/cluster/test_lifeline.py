"""Who is cut off from its cluster notices, and ends."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable

from wardian.cluster.lifeline import Lifeline

LONGEST_S = 0.3
HANGING = """
import asyncio, time
from wardian.cluster.lifeline import Lifeline

async def play():
    Lifeline(lambda: time.sleep(60), 0.3).hold()
    time.sleep(60)

asyncio.run(play())
"""
ANSWERED = """
import sys
from wardian.cluster.lifeline import Lifeline

Lifeline(lambda: None, 0.3).hold()
print("holds", flush=True)
sys.stdin.read()
"""


def broken_after(ask: Callable[[], object], at_most_s: float) -> float | None:
    """After so many seconds the line breaks; None when it still holds after `at_most_s`."""
    began = time.monotonic()
    ends: list[float] = []

    def watch() -> None:
        Lifeline(ask, LONGEST_S).await_break()
        ends.append(time.monotonic() - began)

    watching = threading.Thread(target=watch, daemon=True)
    watching.start()
    watching.join(at_most_s)
    return ends[0] if ends else None


def test_it_holds_as_long_as_there_are_answers() -> None:
    assert broken_after(lambda: None, 4 * LONGEST_S) is None


def test_it_breaks_when_none_comes() -> None:
    healed = threading.Event()
    try:
        broken = broken_after(healed.wait, 10)
        assert broken is not None
        assert broken >= LONGEST_S
    finally:
        healed.set()


def test_an_error_is_no_answer() -> None:
    def ask() -> None:
        raise ConnectionError

    broken = broken_after(ask, 10)
    assert broken is not None
    assert broken >= LONGEST_S


def test_a_short_silence_is_forgiven() -> None:
    asked = iter((1, 0, 1, 0, 0, 0))

    def ask() -> None:
        if next(asked, 0):
            time.sleep(LONGEST_S / 2)

    assert broken_after(ask, 4 * LONGEST_S) is None


def test_who_hangs_in_its_event_loop_ends_all_the_same() -> None:
    """As a coordinator does that starts an actor just when the cable is cut."""
    done = subprocess.run([sys.executable, "-c", HANGING], timeout=40, check=False)
    assert done.returncode == 1


def test_who_was_frozen_is_not_cut_off() -> None:
    words = [sys.executable, "-c", ANSWERED]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as frozen:
        assert frozen.stdout is not None
        frozen.stdout.readline()
        for number in (signal.SIGSTOP, signal.SIGCONT):
            frozen.send_signal(number)
            time.sleep(3 * LONGEST_S)
        assert frozen.poll() is None
        frozen.communicate(timeout=20)
    assert frozen.returncode == 0
