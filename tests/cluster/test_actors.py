"""Actors that begin by themselves: nobody calls them when Ray starts them once more."""

import asyncio
from collections.abc import Iterator

import pytest

from wardian.cluster.coordinator import Ending, RunCoordinator
from wardian.cluster.exporter import ResultExporter
from wardian.cluster.lifeline import Lifeline
from wardian.runs.tail import ManifestTail
from wardian.scoring.finished import Finished
from wardian.scoring.result import Result


class Taken(list[str]):
    """A sink."""

    def __init__(self) -> None:
        self.full = asyncio.Event()

    async def write(self, finished: Finished) -> None:
        self.append(finished.result.episode)
        if len(self) == 2:
            self.full.set()

    async def close(self) -> None:
        self.append("closed")


class Tail(ManifestTail):
    """Has two results for who looks first."""

    def __init__(self) -> None:
        self._keys = ["a", "b"]

    def new(self) -> Iterator[Finished]:
        keys, self._keys = self._keys, []
        return (Finished(Result(arm="a", environment="e", task="t", seed=0, repeat=0, episode=key)) for key in keys)


class Whole(Lifeline):
    """To a cluster that is always there."""

    def restored(self) -> bool:
        return True

    def hold(self) -> None:
        pass


async def test_a_coordinator_plays_from_its_start_on() -> None:
    begun = asyncio.Event()

    async def play(url: str, restored: bool) -> Ending:
        begun.set()
        return Ending(code=len(url) if restored else 0)

    coordinator = RunCoordinator(play, "/run", Whole())
    async with asyncio.timeout(5):
        await begun.wait()
        assert Ending.model_validate_json(await coordinator.ended()) == Ending(code=4)
        assert Ending.model_validate_json(await coordinator.ended()) == Ending(code=4)


async def test_who_follows_hears_of_a_bug() -> None:
    async def play(url: str, restored: bool) -> Ending:
        raise ZeroDivisionError(url)

    coordinator = RunCoordinator(play, "/run", Whole())
    async with asyncio.timeout(5):
        with pytest.raises(ZeroDivisionError):
            await coordinator.ended()


async def test_an_exporter_follows_from_its_start_on() -> None:
    taken = Taken()
    exporter = ResultExporter(lambda: (Tail(), (taken,)), Whole())
    async with asyncio.timeout(5):
        await taken.full.wait()
        assert await exporter.finish() == ""
    assert taken == ["a", "b", "closed"]


async def test_an_exporter_says_what_keeps_it_from_closing() -> None:
    class Full(Taken):
        async def close(self) -> None:
            raise OSError(28, "No space left on device")

    exporter = ResultExporter(lambda: (Tail(), (Full(),)), Whole())
    async with asyncio.timeout(5):
        assert "No space left" in await exporter.finish()
