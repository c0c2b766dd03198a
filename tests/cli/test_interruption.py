"""The ten seconds of a stopped run are for its episodes, not for what closes it afterwards."""

import asyncio
import signal
from collections.abc import Callable, Coroutine

import pytest
from rich.console import Console

from wardian.cli.interruption import DRAIN_S, Interruption
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
