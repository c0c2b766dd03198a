"""The ten seconds of a stopped run are for its episodes, not for what closes it afterwards."""

import asyncio
import signal
import threading
from collections.abc import Callable, Coroutine

import pytest
from rich.console import Console

from wardian.base.errors import StoreError
from wardian.cli.interruption import DRAIN_S, GLANCE_S, Interruption
from wardian.runs.folder import StopRequest

Runner = Callable[[Coroutine[object, object, int]], int]


async def stopped(inside_s: float, after_s: float) -> int:
    """A run that is told to stop, goes on for `inside_s`, and takes `after_s` to close."""
    interruption = Interruption(Console(quiet=True))
    with interruption.listening():
        signal.raise_signal(signal.SIGTERM)
        await asyncio.sleep(inside_s)
    await asyncio.sleep(after_s)
    return interruption.exit_code


def test_closing_is_not_cut_short(run_virtual: Runner) -> None:
    assert run_virtual(stopped(inside_s=DRAIN_S - 1, after_s=DRAIN_S)) == 143


def test_episodes_are(run_virtual: Runner) -> None:
    with pytest.raises(asyncio.CancelledError):
        run_virtual(stopped(inside_s=DRAIN_S + 1, after_s=0))


def test_who_pauses_may_still_cancel(run_virtual: Runner) -> None:
    asked: list[StopRequest] = ["pause"]
    interruption = Interruption(Console(quiet=True), lambda: asked[-1])

    async def run() -> int:
        with interruption.listening():
            asyncio.get_running_loop().call_later(2.0, asked.append, "cancel")
            await asyncio.sleep(1e6)
        return 0

    async def ended_at() -> int:
        try:
            return await run()
        except asyncio.CancelledError:
            return round(asyncio.get_running_loop().time())

    assert run_virtual(ended_at()) in {2, 3}
    assert interruption.exit_code == 3


def test_a_store_that_does_not_answer_stops_nothing_and_is_asked_again(run_virtual: Runner) -> None:
    asked_at: list[float] = []

    def asked() -> StopRequest | None:
        asked_at.append(asyncio.get_running_loop().time())
        if len(asked_at) < 3:
            raise StoreError("no answer")
        return "cancel"

    interruption = Interruption(Console(quiet=True), asked)

    async def run() -> int:
        with interruption.listening():
            await asyncio.sleep(1e6)
        return 0

    with pytest.raises(asyncio.CancelledError):
        run_virtual(run())
    assert asked_at == [0.0, GLANCE_S, 2 * GLANCE_S]


async def test_a_store_that_takes_its_time_holds_up_nobody() -> None:
    may_answer = threading.Event()

    def asked() -> StopRequest | None:
        assert may_answer.wait(20)
        return "cancel"

    with Interruption(Console(quiet=True), asked).listening():
        await asyncio.sleep(0.01)
    may_answer.set()
    await asyncio.sleep(0.1)  # what it says now is too late: nobody is cancelled
