"""The run loop: journal first, one result at a time, sinks closed whatever happens."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from support.specs import episode_spec, scored

from wardian.episodes.record import EpisodeSpec
from wardian.runs.local import LocalExecutor
from wardian.runs.run import run_job
from wardian.scoring.finished import Finished
from wardian.scoring.score import Scored

Run = Callable[[Any], Any]


class Recorder:
    """A sink that notes what it is told, slowly."""

    def __init__(self, name: str, notes: list[str]) -> None:
        self._name = name
        self._notes = notes

    async def write(self, finished: Finished) -> None:
        await asyncio.sleep(1)
        self._notes.append(f"{self._name}{finished.result.seed}")

    async def close(self) -> None:
        self._notes.append(f"{self._name} closed")


async def play(spec: EpisodeSpec) -> Scored:
    return scored(spec)


def test_the_journal_takes_many_at_once_and_the_others_one_at_a_time(run_virtual: Run) -> None:
    notes: list[str] = []
    specs = [episode_spec(seed=seed) for seed in range(2)]
    sinks = [Recorder(name, notes) for name in ("journal", "a", "b")]
    run_virtual(run_job(specs, LocalExecutor(play, 2), sinks))
    assert notes[:2] == ["journal0", "journal1"]
    assert notes[2:] == ["a0", "b0", "a1", "b1", "b closed", "a closed", "journal closed"]


def test_sinks_are_closed_when_the_run_breaks(run_virtual: Run) -> None:
    notes: list[str] = []

    async def broken(spec: EpisodeSpec) -> Scored:
        raise OSError("disk gone")

    with pytest.raises(ExceptionGroup):
        run_virtual(run_job([episode_spec()], LocalExecutor(broken, 1), [Recorder("a", notes)]))
    assert notes == ["a closed"]
