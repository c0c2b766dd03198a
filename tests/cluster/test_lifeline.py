"""Who is cut off from its cluster notices."""

import asyncio
import threading
import time

import pytest

from wardian.cluster.lifeline import Lifeline

LONGEST_S = 0.3


async def broken_after(lifeline: Lifeline) -> float:
    began = time.monotonic()
    async with asyncio.timeout(10):
        await lifeline.broken()
    return time.monotonic() - began


async def test_it_holds_as_long_as_there_are_answers() -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(4 * LONGEST_S):
            await Lifeline(lambda: None, LONGEST_S).broken()


async def test_it_breaks_when_none_comes() -> None:
    healed = threading.Event()
    try:
        assert await broken_after(Lifeline(healed.wait, LONGEST_S)) >= LONGEST_S
    finally:
        healed.set()


async def test_an_error_is_no_answer() -> None:
    def ask() -> None:
        raise ConnectionError

    assert await broken_after(Lifeline(ask, LONGEST_S)) >= LONGEST_S


async def test_a_short_silence_is_forgiven() -> None:
    asked = iter((1, 0, 1, 0, 0, 0))

    def ask() -> None:
        if next(asked, 1):
            time.sleep(LONGEST_S / 2)

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(3 * LONGEST_S):
            await Lifeline(ask, LONGEST_S).broken()


async def test_who_is_busy_is_not_cut_off() -> None:
    """A long journal blocks the loop while it is read; the answer is there when that is over."""

    def busy() -> None:
        time.sleep(2 * LONGEST_S)

    broken = asyncio.ensure_future(Lifeline(lambda: time.sleep(0.01), LONGEST_S).broken())
    for _ in range(3):
        await asyncio.sleep(0.02)
        busy()
    await asyncio.sleep(0.02)
    assert not broken.done()
    broken.cancel()
