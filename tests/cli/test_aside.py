"""A diagnostician in a thread of its own, for as long as a campaign lasts."""

import asyncio
import threading
from collections.abc import Sequence

import pytest

from wardian.base.watchdog import Watchdog
from wardian.cli.aside import aside
from wardian.optimization.evidence.evidence import Evidence
from wardian.scoring.score import Scored


class Remembering:
    """Says how often it was asked, and where; asked for 13, it takes for ever."""

    def __init__(self, watchdog: Watchdog) -> None:
        assert isinstance(watchdog, Watchdog)
        self.threads: list[int] = []
        self.left = threading.Event()

    async def diagnose(self, episodes: Sequence[Scored], smallest: int) -> tuple[Evidence, ...]:
        self.threads.append(threading.get_ident())
        try:
            await asyncio.sleep(60.0 if smallest == 13 else 0.01)
        finally:
            self.left.set()
        about = str(len(self.threads))
        return (Evidence(detector="loop", tool="", about=about, template="", failed=smallest),)


async def test_one_is_kept_and_knows_what_it_was_asked_before() -> None:
    made: list[Remembering] = []

    def making(watchdog: Watchdog) -> Remembering:
        made.append(Remembering(watchdog))
        return made[-1]

    async with aside(making) as diagnostician:
        assert made == [], "nothing is opened before somebody asks"
        found = [(await diagnostician.diagnose((), 1))[0].about for _ in range(3)]
    assert found == ["1", "2", "3"]
    (only,) = made
    assert len(set(only.threads)) == 1
    assert threading.get_ident() not in only.threads


async def test_whoever_is_cancelled_ends_it_there() -> None:
    made: list[Remembering] = []

    def making(watchdog: Watchdog) -> Remembering:
        made.append(Remembering(watchdog))
        return made[-1]

    async with aside(making) as diagnostician:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(diagnostician.diagnose((), 13), 0.2)
        assert await asyncio.to_thread(made[0].left.wait, 5.0)
        assert await diagnostician.diagnose((), 1)


async def test_what_goes_wrong_there_is_raised_here() -> None:
    def making(watchdog: Watchdog) -> Remembering:
        raise ValueError("no packs")

    async with aside(making) as diagnostician:
        with pytest.raises(ValueError, match="no packs"):
            await diagnostician.diagnose((), 1)
