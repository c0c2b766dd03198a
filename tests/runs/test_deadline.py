"""A run that has had its time pauses: nothing new begins, what is in flight is ended, and nothing is marked."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from support.specs import episode_spec, failed, scored

from wardian.episodes.record import EpisodeSpec
from wardian.runs.local import LocalExecutor
from wardian.runs.pausing import GRACE_S, PausingExecutor
from wardian.scoring.finished import Finished
from wardian.scoring.score import Scored

RunVirtual = Callable[[Coroutine[Any, Any, Any]], Any]


class Run:
    """Episodes of a second each, except the last ones, which hang."""

    def __init__(self, job_s: float | None, *, episodes: int = 100, well: int = 100, provider: bool = False) -> None:
        self.begun: list[int] = []
        self.delivered: list[int] = []
        self._well = well
        self._provider = provider
        self._specs = [episode_spec(seed=seed) for seed in range(episodes)]
        self.executor = PausingExecutor(LocalExecutor(self._play, 4), fresh=True, job_s=job_s)

    async def ended(self) -> float:
        await self.executor.play_all(self._specs, self._deliver)
        return asyncio.get_running_loop().time()

    async def _play(self, spec: EpisodeSpec) -> Scored:
        self.begun.append(spec.seed)
        await asyncio.sleep(1.0 if spec.seed < self._well else 1e6)
        return failed(spec, "provider") if self._provider else scored(spec)

    async def _deliver(self, finished: Finished) -> None:
        self.delivered.append(finished.result.seed)


def test_it_pauses_at_its_deadline(run_virtual: RunVirtual) -> None:
    run = Run(job_s=9.5)
    assert run_virtual(run.ended()) == pytest.approx(10.0)
    assert run.executor.pause is not None
    assert run.executor.pause.reason == "deadline"
    assert run.executor.why == "the time is over: 9.5 s (limits.job_s)"
    assert sorted(run.delivered) == [*range(40)]
    assert sorted(run.begun) == [*range(40)]


def test_what_does_not_end_is_ended(run_virtual: RunVirtual) -> None:
    run = Run(job_s=9.5, well=4)
    assert run_virtual(run.ended()) == pytest.approx(9.5 + GRACE_S)
    assert sorted(run.delivered) == [0, 1, 2, 3]
    assert sorted(run.begun) == [*range(8)]


def test_failures_that_were_held_back_are_played_again(run_virtual: RunVirtual) -> None:
    run = Run(job_s=9.5, provider=True)
    run_virtual(run.ended())
    assert not run.delivered


@pytest.mark.parametrize("job_s", [None, 25.5])
def test_a_run_that_ends_before_does_not_pause(run_virtual: RunVirtual, job_s: float | None) -> None:
    async def main() -> float:
        ended = await run.ended()
        await asyncio.sleep(1_000.0)
        return ended

    run = Run(job_s=job_s)
    assert run_virtual(main()) == pytest.approx(25.0)
    assert run.executor.pause is None
    assert len(run.delivered) == 100
